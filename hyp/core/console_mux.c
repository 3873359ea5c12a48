/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See console_mux.h. Text that is shown with a prefix is made harmless: an LF becomes CR LF, a CR
 * before it vanishes, a CR elsewhere returns to just behind the prefix, and control characters and
 * sequences (ECMA-48) are left out, so that a guest out of focus cannot move the cursor, recolour
 * the screen or make the terminal answer into somebody else's input. The guest in focus may.
 */
#include "hyp/core/console_mux.h"

#include <stddef.h>
#include <string.h>

#include "hyp/arch/barrier.h"
#include "hyp/lib/util.h"

#define ESC             0x1b
#define DEL             0x7f

/* What a byte may become besides the prefix: CR LF to end another's line, CR to return or to leave
 * a bare LF's column, and CR LF or the byte itself; and the prefix's own brackets and space. */
#define WORST_EXPANSION (2 + 1 + 2 + 3)

void console_mux_init(struct console_mux *mux, void (*emit)(void *arg, uint8_t byte), void *arg)
{
    *mux = (struct console_mux){.emit = emit, .arg = arg, .blocked = CONSOLE_NEVER};
}

void console_mux_add(struct console_mux *mux, struct console_channel *channel)
{
    struct console_channel **link = &mux->first;

    channel->next = NULL;
    channel->name_len = (uint32_t)strlen(channel->name);
    channel->seen_head = channel->tx.tail;
    __atomic_store_n(&channel->notify, CONSOLE_NOTIFY_ANY, __ATOMIC_RELEASE);
    while (*link)
        link = &(*link)->next;
    *link = channel;
}

struct console_channel *console_mux_raw(const struct console_mux *mux)
{
    return mux->focus ? mux->focus : mux->prompt;
}

/* ---- writing ---- */

static void emit(struct console_mux *mux, uint8_t byte)
{
    if (byte == '\n')
        mux->bare_lf = mux->last != '\r';
    else
        mux->bare_lf = mux->bare_lf && byte != '\r';
    mux->last = byte;
    mux->emitted++;
    mux->emit(mux->arg, byte);
}

/* Ends the line the cursor is in, if there is one, so that somebody else can begin. */
static void break_line(struct console_mux *mux)
{
    struct console_channel *speaker = mux->speaker;

    if (speaker) {
        emit(mux, '\r');
        emit(mux, '\n');
        speaker->cut = true;
        if (speaker == console_mux_raw(mux))
            mux->redraw = true;
        mux->speaker = NULL;
    } else if (mux->bare_lf) {
        emit(mux, '\r');
    }
}

static void emit_prefix(struct console_mux *mux, const struct console_channel *channel)
{
    emit(mux, '[');
    for (uint32_t i = 0; i < channel->name_len; i++)
        emit(mux, (uint8_t)channel->name[i]);
    emit(mux, ']');
    emit(mux, ' ');
}

/* Takes a byte of text that is shown with a prefix; false if it is part of a control sequence. */
static bool is_text(struct console_channel *channel, uint8_t byte)
{
    switch (channel->filter) {
    case CONSOLE_ESC:
        if (byte == '[')
            channel->filter = CONSOLE_CSI;
        else if (byte == ']' || byte == 'P' || byte == 'X' || byte == '^' || byte == '_')
            channel->filter = CONSOLE_STRING;
        else if (byte < 0x20 || byte > 0x2f) /* an intermediate byte is followed by more */
            channel->filter = CONSOLE_TEXT;
        break;
    case CONSOLE_CSI:
        if (byte < 0x20 || byte > 0x3f)
            channel->filter = CONSOLE_TEXT;
        break;
    case CONSOLE_STRING:
        if (byte == CONSOLE_BEL)
            channel->filter = CONSOLE_TEXT;
        break;
    default:
        if (byte >= 0x20 && byte != DEL)
            return true;
        break;
    }
    /* An ESC begins anew wherever it stands, and a line's end ends everything. */
    if (byte == ESC)
        channel->filter = CONSOLE_ESC;
    else if (byte == '\n' || byte == '\r')
        channel->filter = CONSOLE_TEXT;
    return byte == '\n' || byte == '\r' || byte == '\t';
}

/* Begins a line of this channel, or goes on with the one that it has open. */
static void open_line(struct console_mux *mux, struct console_channel *channel)
{
    if (mux->speaker != channel) {
        break_line(mux);
        emit_prefix(mux, channel);
    } else if (channel->cr) {
        emit(mux, '\r');
        emit_prefix(mux, channel);
    }
    mux->speaker = channel;
    channel->cr = false;
}

static void show_prefixed(struct console_mux *mux, struct console_channel *channel, uint8_t byte)
{
    if (!is_text(channel, byte))
        return;
    if (byte == '\r') {
        channel->cr = true;
        return;
    }
    if (byte == '\n') {
        /* Of a line that another has cut, the LF is all that was missing. */
        if (mux->speaker == channel || !channel->cut) {
            channel->cr = false;
            open_line(mux, channel);
            emit(mux, '\r');
            emit(mux, '\n');
            mux->speaker = NULL;
        }
        channel->cr = false;
        channel->cut = false;
        return;
    }
    open_line(mux, channel);
    emit(mux, byte);
}

static void show_raw(struct console_mux *mux, struct console_channel *channel, uint8_t byte)
{
    if (mux->speaker && mux->speaker != channel)
        break_line(mux);
    emit(mux, byte);
    mux->speaker = byte == '\n' ? NULL : channel;
    channel->cut = false;
    channel->cr = false;
    channel->filter = CONSOLE_TEXT;
    mux->redraw = false;
}

/* ---- whose turn it is ---- */

/* A byte of what it wants to say, -1 beyond the end. */
static int byte_at(const struct console_channel *channel, uint32_t ahead)
{
    uint8_t byte;

    return ring_peek(&channel->tx, ahead, &byte) ? byte : -1;
}

/* How much of a prefixed channel may go out now as one unit; 0 if it should wait. */
static uint32_t prefixed_unit(struct console_channel *channel, uint32_t used, bool open,
                              uint64_t silent, uint64_t enough)
{
    uint32_t limit = MIN((uint32_t)CONSOLE_UNIT, channel->tx.size / 2);

    while (channel->scanned < used && channel->scanned < limit) {
        if (byte_at(channel, channel->scanned) == '\n')
            return channel->scanned + 1;
        channel->scanned++;
    }
    if (channel->scanned >= limit)
        return limit;
    return open || silent >= enough ? used : 0;
}

/* The channel in focus: to the last LF of what it may say in one turn, so that others come in
 * between lines if they can. */
static uint32_t raw_unit(const struct console_channel *channel, uint32_t used)
{
    uint32_t unit = MIN(used, (uint32_t)CONSOLE_UNIT);

    for (uint32_t n = unit; n > 0; n--) {
        if (byte_at(channel, n - 1) == '\n')
            return n;
    }
    return unit;
}

/* What this channel would say if it were asked, and until when it should be left alone. */
static uint32_t unit_of(struct console_mux *mux, struct console_channel *channel, uint64_t now,
                        uint64_t enough, uint64_t *wake)
{
    uint32_t used = ring_used(&channel->tx);
    uint32_t unit;

    if (used == 0)
        return 0;
    if (channel == console_mux_raw(mux))
        return raw_unit(channel, used);
    unit = prefixed_unit(channel, used, mux->speaker == channel, now - channel->changed, enough);
    if (unit == 0)
        *wake = MIN(*wake, channel->changed + CONSOLE_HOLD_US);
    return unit;
}

static void note_changes(struct console_mux *mux, uint64_t now)
{
    for (struct console_channel *c = mux->first; c; c = c->next) {
        uint32_t head = __atomic_load_n(&c->tx.head, __ATOMIC_ACQUIRE);

        if (head != c->seen_head) {
            c->seen_head = head;
            c->changed = now;
        }
    }
}

/* Another may begin a line: nobody's is open, or its writer pauses, or the wait grew too long. */
static bool may_break_in(struct console_mux *mux, uint64_t now, uint64_t *wake)
{
    uint64_t until;

    if (!mux->speaker || now - mux->speaker->changed >= CONSOLE_SPEAK_US)
        return true;
    if (mux->blocked == CONSOLE_NEVER)
        mux->blocked = now;
    if (now - mux->blocked >= CONSOLE_PATIENCE_US)
        return true;
    until = MIN(mux->speaker->changed + CONSOLE_SPEAK_US, mux->blocked + CONSOLE_PATIENCE_US);
    *wake = MIN(*wake, until);
    return false;
}

static struct console_channel *after(struct console_mux *mux, struct console_channel *channel)
{
    return channel->next ? channel->next : mux->first;
}

/* Goes round once from mux->turn; the first that has something to say and may, gets its unit. The
 * writer of the open line is asked in its turn like the others. */
static struct console_channel *ask_all(struct console_mux *mux, uint64_t now, uint64_t enough,
                                       bool flush, uint64_t *wake)
{
    struct console_channel *start = mux->turn ? mux->turn : mux->first;
    struct console_channel *c = start;

    if (!c)
        return NULL;
    do {
        uint32_t unit = unit_of(mux, c, now, enough, wake);

        if (unit > 0 && (c == mux->speaker || flush || may_break_in(mux, now, wake))) {
            c->unit = unit;
            return c;
        }
        c = after(mux, c);
    } while (c != start);
    return NULL;
}

static struct console_channel *pick(struct console_mux *mux, uint64_t now, bool flush,
                                    uint64_t *wake)
{
    struct console_channel *chosen;

    note_changes(mux, now);
    chosen = ask_all(mux, now, flush ? 0 : CONSOLE_HOLD_US, flush, wake);
    if (!chosen)
        return NULL;
    /* Somebody speaks: unfinished lines whose writers pause come first, being older. */
    if (chosen != mux->speaker) {
        for (struct console_channel *c = mux->first; c; c = c->next) {
            uint64_t ignore = CONSOLE_NEVER;

            if (c == chosen || c == console_mux_raw(mux))
                continue;
            if (ring_used(&c->tx) > 0 && unit_of(mux, c, now, CONSOLE_SPEAK_US, &ignore) > 0 &&
                unit_of(mux, c, now, CONSOLE_HOLD_US, &ignore) == 0) {
                c->unit = ring_used(&c->tx);
                return c; /* mux->turn stays: the chosen one is next */
            }
        }
    }
    mux->turn = after(mux, chosen);
    if (chosen != mux->speaker)
        mux->blocked = CONSOLE_NEVER;
    return chosen;
}

uint64_t console_mux_run(struct console_mux *mux, uint64_t now_us, uint32_t room, bool flush)
{
    uint32_t taken = 0;

    mux->emitted = 0;
    for (;;) {
        uint64_t wake = CONSOLE_NEVER;
        struct console_channel *c = mux->current ? mux->current : pick(mux, now_us, flush, &wake);

        if (!c)
            return wake;
        mux->current = c;
        while (c->unit > 0) {
            uint8_t byte;

            if (mux->emitted + c->name_len + WORST_EXPANSION > room || taken == CONSOLE_TAKE)
                return 0;
            c->unit--;
            taken++;
            if (!ring_get(&c->tx, &byte))
                continue;
            if (c->scanned > 0)
                c->scanned--;
            if (c == console_mux_raw(mux))
                show_raw(mux, c, byte);
            else
                show_prefixed(mux, c, byte);
        }
        mux->spoke = now_us;
        mux->current = NULL;
    }
}

bool console_mux_sleep(struct console_mux *mux, uint64_t now_us, uint64_t *wake_us)
{
    for (struct console_channel *c = mux->first; c; c = c->next) {
        enum console_notify notify = CONSOLE_NOTIFY_ANY;

        if (now_us - c->changed < CONSOLE_LINGER_US) {
            notify = CONSOLE_NOTIFY_HALF;
            *wake_us = MIN(*wake_us, c->changed + CONSOLE_LINGER_US);
        } else if (ring_used(&c->tx) > 0) {
            notify = CONSOLE_NOTIFY_LINE;
        }
        __atomic_store_n(&c->notify, (uint32_t)notify, __ATOMIC_RELAXED);
    }
    /* Either a producer sees the new value after its byte, or its byte is seen here. */
    dmb_ish();
    for (struct console_channel *c = mux->first; c; c = c->next) {
        if (__atomic_load_n(&c->tx.head, __ATOMIC_RELAXED) != c->seen_head)
            return false;
    }
    return true;
}

/* ---- focus and keys ---- */

void console_mux_focus(struct console_mux *mux, struct console_channel *channel)
{
    if (channel == mux->focus)
        return;
    break_line(mux);
    mux->focus = channel;
    mux->redraw = true;
    mux->moved = true;
}

struct console_channel *console_mux_key(struct console_mux *mux, uint8_t byte)
{
    struct console_channel *left = mux->left;

    mux->left = NULL;
    if (byte != CONSOLE_ESCAPE)
        return console_mux_raw(mux);
    if (mux->focus) {
        mux->left = mux->focus;
        console_mux_focus(mux, NULL);
        return NULL;
    }
    /* The second of two: back to the guest, which gets one. */
    if (left && !__atomic_load_n(&left->off, __ATOMIC_ACQUIRE)) {
        console_mux_focus(mux, left);
        return left;
    }
    /* At the prompt already: a fresh one, for who wonders where the keys go. */
    break_line(mux);
    mux->redraw = true;
    mux->moved = true;
    return NULL;
}

bool console_mux_redraw(struct console_mux *mux, uint64_t now_us, uint64_t *wake_us)
{
    if (!mux->redraw)
        return false;
    if (!mux->moved && now_us - mux->spoke < CONSOLE_REDRAW_US) {
        *wake_us = MIN(*wake_us, mux->spoke + CONSOLE_REDRAW_US);
        return false;
    }
    mux->redraw = false;
    mux->moved = false;
    return true;
}
