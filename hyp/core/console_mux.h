/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many voices on one line: which channel's bytes go out next, with which prefix, and to whom a key
 * that a person typed goes. Pure logic with no lock, no device and no clock of its own: its caller
 * (hyp/core/console.c, or a test) holds whatever lock there is and gives the time and the room.
 *
 * The channel in focus is shown raw. Every other channel's text is shown line by line, each line
 * with `[name] ` before it. A line without its LF waits until its guest was silent for a while.
 */
#ifndef HYP_CORE_CONSOLE_MUX_H
#define HYP_CORE_CONSOLE_MUX_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/lib/ring.h"

/* Silence after which a line without LF is shown, and the shorter one that is enough when somebody
 * else has a line to show (longer than a time slice: a writer who lost the CPU has not paused); how
 * long a line waits for the end of another that is being written; how long the screen must be quiet
 * before the prompt is drawn again. Microseconds. */
#define CONSOLE_HOLD_US     20000
#define CONSOLE_SPEAK_US    15000
#define CONSOLE_PATIENCE_US 50000
#define CONSOLE_REDRAW_US   50000

/* Who has just spoken will speak again: for so long the console comes by itself, so that a byte
 * costs its producer a store and no wake-up. */
#define CONSOLE_LINGER_US   2000

/* Bytes that one channel shows before another has its turn, if no LF comes earlier. */
#define CONSOLE_UNIT        512

/* Bytes that are taken from channels in one go: what is shown with a prefix may vanish in its
 * filter, so room alone would not end a go while guests on other CPUs write on. */
#define CONSOLE_TAKE        2048

#define CONSOLE_ESCAPE      0x1d /* Ctrl-] */
#define CONSOLE_BEL         0x07

#define CONSOLE_NEVER       UINT64_MAX

/* When the producer of a channel must wake the console. */
enum console_notify {
    CONSOLE_NOTIFY_NONE, /* it is awake, and will look */
    CONSOLE_NOTIFY_HALF, /* when the ring is half full; until then a short timer runs */
    CONSOLE_NOTIFY_LINE, /* also at an LF; until then a timer runs */
    CONSOLE_NOTIFY_ANY,  /* at any byte */
};

/* How far the filter for prefixed text is inside a control sequence (ECMA-48, 5.3 to 5.6). */
enum console_filter {
    CONSOLE_TEXT,
    CONSOLE_ESC,    /* after ESC */
    CONSOLE_CSI,    /* after ESC [ */
    CONSOLE_STRING, /* after ESC ] P X ^ or _, until BEL or ESC \ */
};

struct console_channel {
    const char *name;
    struct ring tx;  /* what the channel says; its owner produces, the console consumes */
    struct ring rx;  /* what is typed to it; the console produces, its owner consumes */
    uint32_t notify; /* enum console_notify, atomic: the console sets it, the producer clears it */
    bool tx_waiting; /* atomic: the producer wants tx_room() when there is room again */
    bool off;        /* atomic: its owner will not speak or listen until it says otherwise */
    uint32_t rx_dropped; /* keys that did not fit; the console alone writes it */

    /* Called by the console job on the housekeeping CPU with no lock held; each may be NULL. */
    void (*rx_available)(struct console_channel *channel); /* bytes were put into rx */
    void (*tx_room)(struct console_channel *channel);      /* tx_waiting, and a quarter is free */
    void (*redraw)(struct console_channel *channel); /* in focus, its line was cut: say it again */
    void *owner;                                     /* the callbacks' own */

    /* The mux's own. */
    struct console_channel *next;
    uint32_t name_len;
    uint32_t unit;      /* bytes of tx that go out before anybody else speaks */
    uint32_t scanned;   /* bytes of tx, from its tail, that hold no LF */
    uint32_t seen_head; /* tx.head when last looked at */
    uint64_t changed;   /* and when it moved, in microseconds */
    bool cr;            /* a CR was taken and not shown: nothing, or a return, by what follows */
    bool cut;           /* its line was shown in part when another broke in */
    bool rx_new;        /* rx_available() is due */
    uint8_t filter;     /* enum console_filter */
};

struct console_mux {
    void (*emit)(void *arg, uint8_t byte); /* to the wire; must take as much as `room` promised */
    void *arg;
    struct console_channel *first;   /* all channels, in order of console_mux_add() */
    struct console_channel *turn;    /* whom to ask first next time */
    struct console_channel *current; /* has a unit to finish */
    struct console_channel *prompt;  /* has the focus when no guest has */
    struct console_channel *focus;   /* shown raw and typed to; NULL: the prompt */
    struct console_channel *left;    /* left by Ctrl-], to which a second one goes back */
    struct console_channel *speaker; /* who wrote the line the cursor is in; NULL if it is empty */
    bool bare_lf;                    /* the last LF had no CR: the cursor is not in column 0 */
    uint8_t last;                    /* last byte emitted */
    uint32_t emitted;                /* bytes, in this run */
    bool redraw;                     /* the line of the channel in focus was cut */
    bool moved;                      /* the focus moved: a person waits to see where to */
    uint64_t spoke;                  /* when something was last emitted */
    uint64_t blocked;                /* since when a line waits for the speaker; NEVER: none */
};

/* Prepares a mux that writes by `emit`. */
void console_mux_init(struct console_mux *mux, void (*emit)(void *arg, uint8_t byte), void *arg);

/* Adds a channel, whose name and rings stay. */
void console_mux_add(struct console_mux *mux, struct console_channel *channel);

/*
 * Emits what is due at `now_us`, at most `room` bytes, of at most CONSOLE_TAKE. `flush` makes
 * everything due. Returns when to call again: 0 for at once (more is due), CONSOLE_NEVER for when
 * somebody speaks.
 */
uint64_t console_mux_run(struct console_mux *mux, uint64_t now_us, uint32_t room, bool flush);

/*
 * Before sleeping: tells the producers when to wake the console, and lowers *wake_us to when it
 * must look without being woken. Returns false if one of them has spoken meanwhile; then run again
 * instead.
 */
bool console_mux_sleep(struct console_mux *mux, uint64_t now_us, uint64_t *wake_us);

/* Gives the focus to a channel, NULL for the prompt; 2 bytes may be emitted. */
void console_mux_focus(struct console_mux *mux, struct console_channel *channel);

/* A key was typed: who gets it, NULL for nobody. Ctrl-] moves the focus; 2 bytes may be emitted. */
struct console_channel *console_mux_key(struct console_mux *mux, uint8_t byte);

/* The channel that is shown raw; NULL before there is a prompt. */
struct console_channel *console_mux_raw(const struct console_mux *mux);

/* Whether the line of the channel in focus was cut, the screen has been quiet, and it should be
 * told so; answers true once a cut. If not yet, *wake_us is lowered to the time to ask again. */
bool console_mux_redraw(struct console_mux *mux, uint64_t now_us, uint64_t *wake_us);

#endif
