/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Skep's log. A line is formatted on the caller's stack, then, under one short lock, kept in a ring
 * of text and put into the console's channel, whole or not at all: who logs never waits.
 */
#include "hyp/core/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "hyp/arch/spinlock.h"
#include "hyp/core/console.h"
#include "hyp/core/percpu.h"
#include "hyp/core/timer.h"
#include "hyp/lib/util.h"
#include "hyp/lib/vsnprintf.h"

#define KEEP_SIZE     8192 /* a power of two */
#define TX_SIZE       4096
#define RX_SIZE       64 /* nobody types to the log, but a channel has both */

/* Of log_guest(), on each CPU. */
#define GUEST_LINES   10
#define GUEST_SPAN_US 1000000

enum log_level log_level = LOG_INFO;

static struct {
    struct spinlock lock; /* everything here */
    bool ready;
    uint32_t end;     /* bytes ever kept */
    uint32_t dropped; /* lines that the console had no room for */
    struct console_channel channel;
    uint8_t tx[TX_SIZE];
    uint8_t rx[RX_SIZE];
    char keep[KEEP_SIZE];
} state = {.lock = SPINLOCK_INIT};

/* Each CPU uses its own alone, with interrupts masked, so no lock. */
static struct log_limit {
    uint64_t start_us;
    uint32_t lines;
    uint32_t dropped;
    struct timer timer; /* says at the end of the second what was dropped, if nobody else does */
} limits[BOARD_MAX_CPUS];

static uint64_t now_us(void)
{
    return timer_hz ? timer_ticks_to_us(timer_now()) : 0;
}

/* ---- keeping ---- */

static void keep_byte(char c)
{
    state.keep[state.end & (KEEP_SIZE - 1)] = c;
    state.end++;
}

static void keep_line(const char *line, uint32_t len)
{
    uint64_t us = now_us();
    char stamp[24];
    int n = lib_snprintf(stamp, sizeof(stamp), "%5u.%06u ", (unsigned int)(us / 1000000),
                         (unsigned int)(us % 1000000));

    for (int i = 0; i < n && stamp[i]; i++)
        keep_byte(stamp[i]);
    for (uint32_t i = 0; i < len; i++)
        keep_byte(line[i]);
    keep_byte('\n');
}

bool log_read(uint32_t *cursor, char *line, uint32_t size)
{
    uint32_t n = 0;
    bool found = false;

    spin_lock(&state.lock);
    /* Overwritten, or the very beginning: to the oldest line that is whole. */
    if (state.end - *cursor > KEEP_SIZE) {
        *cursor = state.end - KEEP_SIZE;
        while (*cursor != state.end && state.keep[*cursor & (KEEP_SIZE - 1)] != '\n')
            ++*cursor;
        *cursor += *cursor != state.end;
    }
    while (*cursor != state.end && !found) {
        char c = state.keep[*cursor & (KEEP_SIZE - 1)];

        ++*cursor;
        if (c == '\n')
            found = true;
        else if (n + 1 < size)
            line[n++] = c;
    }
    spin_unlock(&state.lock);
    if (size > 0)
        line[n] = '\0';
    return found;
}

/* ---- saying ---- */

static bool say(const char *text, uint32_t len)
{
    if (console_room(&state.channel) < len + 1)
        return false;
    for (uint32_t i = 0; i < len; i++)
        (void)console_put(&state.channel, (uint8_t)text[i]);
    return console_put(&state.channel, '\n');
}

/* Before the next line that there is room for comes the number of those that were lost. */
static void say_dropped(void)
{
    char note[64];
    int n;

    if (state.dropped == 0)
        return;
    n = lib_snprintf(note, sizeof(note), "%u lines were lost here: the console was full",
                     (unsigned int)state.dropped);
    if (say(note, (uint32_t)n))
        state.dropped = 0;
}

static void prepare(void)
{
    if (state.ready)
        return;
    console_channel_init(&state.channel, "skep", state.tx, TX_SIZE, state.rx, RX_SIZE);
    console_add(&state.channel);
    state.ready = true;
}

static void put_line(const char *line, uint32_t len)
{
    spin_lock(&state.lock);
    prepare();
    keep_line(line, len);
    say_dropped();
    if (state.dropped > 0 || !say(line, len))
        state.dropped++;
    spin_unlock(&state.lock);
    console_flush_early();
}

/* Room for LOG_LINE_MAX characters and the NUL; returns the length after cutting. */
static uint32_t add_text(char *line, uint32_t len, const char *fmt, va_list args)
{
    int n = lib_vsnprintf(line + len, LOG_LINE_MAX + 1 - len, fmt, args);

    if (n < 0)
        return len;
    if (len + (uint32_t)n > LOG_LINE_MAX) {
        memcpy(line + LOG_LINE_MAX - 3, "...", 3);
        return LOG_LINE_MAX;
    }
    return len + (uint32_t)n;
}

void log_line(enum log_level level, const char *fmt, ...)
{
    static const char *const words[] = {
        [LOG_ERR] = "error: ", [LOG_WARN] = "warning: ", [LOG_INFO] = "", [LOG_DEBUG] = "debug: "};
    char line[LOG_LINE_MAX + 1];
    uint32_t len;
    va_list args;

    if (level > log_level)
        return;
    len = (uint32_t)strlen(words[level]);
    memcpy(line, words[level], len);
    va_start(args, fmt);
    len = add_text(line, len, fmt, args);
    va_end(args);
    put_line(line, len);
}

/* ---- what guests cause ---- */

static void end_of_span(struct timer *timer)
{
    struct log_limit *limit = container_of(timer, struct log_limit, timer);
    uint32_t dropped = limit->dropped;

    limit->lines = 0;
    limit->dropped = 0;
    if (dropped > 0)
        log_warn("%u more lines about guests on CPU %u in that second were dropped",
                 (unsigned int)dropped, (unsigned int)(limit - limits));
}

/* Whether this CPU may say one more line about a guest in this second. */
static bool allowed(struct log_limit *limit)
{
    uint64_t now = now_us();

    if (now - limit->start_us >= GUEST_SPAN_US && limit->dropped == 0) {
        limit->start_us = now;
        limit->lines = 0;
    }
    if (limit->lines < GUEST_LINES) {
        limit->lines++;
        return true;
    }
    if (limit->dropped++ == 0) {
        timer_init(&limit->timer, end_of_span);
        timer_set(&limit->timer, timer_us_to_ticks(limit->start_us + GUEST_SPAN_US));
    }
    return false;
}

void log_guest(const char *guest, const char *fmt, ...)
{
    char line[LOG_LINE_MAX + 1];
    uint32_t len;
    va_list args;

    if (!allowed(&limits[this_cpu()->id]))
        return;
    len = (uint32_t)lib_snprintf(line, sizeof(line), "%.32s: ", guest);
    va_start(args, fmt);
    len = add_text(line, len, fmt, args);
    va_end(args);
    put_line(line, len);
}

void log_panic(void (*put)(uint8_t byte))
{
    bool start = true;
    uint8_t byte;

    for (unsigned int n = 0; n < TX_SIZE && state.ready && ring_get(&state.channel.tx, &byte);
         n++) {
        for (const char *p = "[skep] "; start && *p; p++)
            put((uint8_t)*p);
        start = byte == '\n';
        if (start)
            put('\r');
        put(byte);
    }
}
