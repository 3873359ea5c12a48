/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one UART and its many users. Everybody who speaks has a channel and puts bytes into its ring,
 * from any CPU and without waiting; a job on the housekeeping CPU carries them to the UART and what
 * is typed to the channel in focus (hyp/core/console_mux.h says how they are told apart).
 *
 * Until the job runs, whoever speaks also writes, by polling. A panic takes the UART over.
 *
 * Lock order: the console's lock comes after every other and nothing is taken under it; no caller
 * of console_put() needs it. Callbacks of a channel are called without it.
 */
#ifndef HYP_CORE_CONSOLE_H
#define HYP_CORE_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/arch/barrier.h"
#include "hyp/core/console_mux.h"
#include "hyp/lib/ring.h"

struct pcpu;

/*
 * Prepares a channel over memory that its creator gives for ever; sizes in bytes, powers of two, at
 * least 64. `name` stays too. Callbacks and owner are zero: set them before console_add().
 */
void console_channel_init(struct console_channel *channel, const char *name, uint8_t *tx,
                          uint32_t tx_size, uint8_t *rx, uint32_t rx_size);

/* Makes a channel heard. Boot, before console_start(). */
void console_add(struct console_channel *channel);

/* The same for the channel that has the focus when no guest has: the shell's. Boot. */
void console_add_prompt(struct console_channel *channel);

/* Hands the UART to a job on `housekeeping`, which must be the calling CPU (the interrupt is routed
 * to it). Boot, last; from here on nobody polls. */
void console_start(struct pcpu *housekeeping);

/* Wakes the console job; for console_put() alone. */
void console_wake(struct console_channel *channel);

/*
 * Says a byte; false if the ring is full and the byte was not taken. One producer at a time, from
 * any CPU and any context; never waits.
 */
static inline bool console_put(struct console_channel *channel, uint8_t byte)
{
    uint32_t notify;

    if (!ring_put(&channel->tx, byte))
        return false;
    /* Pairs with the barrier in console_mux_sleep(). */
    dmb_ish();
    notify = __atomic_load_n(&channel->notify, __ATOMIC_RELAXED);
    if (notify != CONSOLE_NOTIFY_NONE &&
        (notify == CONSOLE_NOTIFY_ANY || (notify == CONSOLE_NOTIFY_LINE && byte == '\n') ||
         ring_used(&channel->tx) >= channel->tx.size / 2))
        console_wake(channel);
    return true;
}

/* Bytes that console_put() will take for sure. The producer. */
static inline uint32_t console_room(const struct console_channel *channel)
{
    return ring_free(&channel->tx);
}

/* Asks for tx_room() once a quarter of the ring is free. The producer. Returns false, and nothing
 * will be called, if that is so already. */
bool console_want_room(struct console_channel *channel);

/*
 * Moves the focus to a channel, NULL for the prompt, when what the prompt said so far is shown. Any
 * CPU, any context. The last of several requests counts.
 */
void console_focus(struct console_channel *channel);

/* The owner of a channel falls silent for good (a guest is off), or comes back. If it has the
 * focus, the prompt takes it when all is shown. Any CPU, any context. */
void console_set_off(struct console_channel *channel, bool off);

/* Whether this channel is the one that is shown raw. A moment's truth. Any CPU. */
bool console_has_focus(const struct console_channel *channel);

/* Shows everything that was said until now, by polling, and waits until it has left the wire;
 * bounded. For who is about to switch the board off. Any CPU. */
void console_flush(void);

/* Until console_start(): shows everything now, by polling. Afterwards does nothing. */
void console_flush_early(void);

/* The panic's way: takes no lock, waits for nobody, and stops everything else that writes. */
void console_panic_write(const char *text, unsigned int len);

#endif
