/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console job and what stands around it: the UART, its interrupt, the lock. What is shown when
 * is decided in console_mux.c.
 */
#include "hyp/core/console.h"

#include <stddef.h>

#include "hyp/arch/spinlock.h"
#include "hyp/core/irq.h"
#include "hyp/core/log.h"
#include "hyp/core/percpu.h"
#include "hyp/core/sched.h"
#include "hyp/core/timer.h"
#include "hyp/core/uart.h"
#include "hyp/lib/util.h"

#define OUT_SIZE     512 /* bytes on their way to the UART */
#define IN_SIZE      256 /* keys on their way from it */

/* Bounds of one step of the job, and of one interrupt. */
#define STEP_KEYS    64
#define IRQ_KEYS     32

/* How often a UART without an interrupt is asked. */
#define POLL_US      5000

/* Bounds of a flush: bytes of text, rounds, for not every byte becomes text, and polls for one byte
 * of a UART that may be dead. */
#define FLUSH_BYTES  UINT32_C(65536)
#define FLUSH_ROUNDS 1024
#define FLUSH_POLLS  UINT32_C(1000000)

const struct uart *uart_console;

static struct {
    struct spinlock lock; /* all below but focus_request and running; and the UART */
    struct console_mux mux;
    struct ring out;
    struct ring in;
    struct entity job;
    struct timer timer;
    bool ready;              /* mux and rings are prepared */
    bool running;            /* atomic: the job has the UART */
    bool panic;              /* atomic: the panic has it, and nobody else may touch it */
    bool bel;                /* a key was dropped */
    uintptr_t focus_request; /* atomic: a channel, FOCUS_PROMPT or FOCUS_KEEP */
    uint8_t out_data[OUT_SIZE];
    uint8_t in_data[IN_SIZE];
} console = {.lock = SPINLOCK_INIT};

#define FOCUS_KEEP   ((uintptr_t)0)
#define FOCUS_PROMPT ((uintptr_t)1)

static void to_out(void *arg, uint8_t byte)
{
    (void)arg;
    (void)ring_put(&console.out, byte);
}

static void prepare(void)
{
    if (console.ready)
        return;
    ring_init(&console.out, console.out_data, OUT_SIZE);
    ring_init(&console.in, console.in_data, IN_SIZE);
    console_mux_init(&console.mux, to_out, NULL);
    console.ready = true;
}

void console_channel_init(struct console_channel *channel, const char *name, uint8_t *tx,
                          uint32_t tx_size, uint8_t *rx, uint32_t rx_size)
{
    *channel = (struct console_channel){.name = name};
    ring_init(&channel->tx, tx, tx_size);
    ring_init(&channel->rx, rx, rx_size);
}

void console_add(struct console_channel *channel)
{
    spin_lock(&console.lock);
    prepare();
    console_mux_add(&console.mux, channel);
    spin_unlock(&console.lock);
}

void console_add_prompt(struct console_channel *channel)
{
    console_add(channel);
    spin_lock(&console.lock);
    console.mux.prompt = channel;
    console.mux.redraw = true;
    spin_unlock(&console.lock);
}

void console_wake(struct console_channel *channel)
{
    if (!__atomic_load_n(&console.running, __ATOMIC_ACQUIRE))
        return;
    __atomic_store_n(&channel->notify, CONSOLE_NOTIFY_NONE, __ATOMIC_RELAXED);
    sched_wake(&console.job);
}

static void wake_job(void)
{
    if (__atomic_load_n(&console.running, __ATOMIC_ACQUIRE))
        sched_wake(&console.job);
}

bool console_want_room(struct console_channel *channel)
{
    __atomic_store_n(&channel->tx_waiting, true, __ATOMIC_RELAXED);
    /* Either the job sees the wish after it took a byte, or what it took is seen here. */
    dmb_ish();
    if (ring_free(&channel->tx) < channel->tx.size / 4)
        return true;
    __atomic_store_n(&channel->tx_waiting, false, __ATOMIC_RELAXED);
    return false;
}

void console_focus(struct console_channel *channel)
{
    __atomic_store_n(&console.focus_request, channel ? (uintptr_t)channel : FOCUS_PROMPT,
                     __ATOMIC_RELEASE);
    wake_job();
}

void console_set_off(struct console_channel *channel, bool off)
{
    __atomic_store_n(&channel->off, off, __ATOMIC_RELEASE);
    wake_job();
}

bool console_has_focus(const struct console_channel *channel)
{
    return console_mux_raw(&console.mux) == channel;
}

/* ---- input ---- */

/* UART to ring, at most `max`; what the ring has no room for stays in the UART. */
static void take_keys(unsigned int max)
{
    while (max-- > 0 && ring_free(&console.in) > 0) {
        int key = uart_console->rx(uart_console);

        if (key < 0)
            return;
        (void)ring_put(&console.in, (uint8_t)key);
    }
}

static enum irq_done console_irq(unsigned int intid, void *arg)
{
    (void)intid;
    (void)arg;
    spin_lock(&console.lock);
    take_keys(IRQ_KEYS);
    uart_console->irq_ack(uart_console);
    /* The job switches on again what it waits for; until then a full ring must not ring on. */
    uart_console->irq_enable(uart_console, ring_free(&console.in) > 0, false);
    spin_unlock(&console.lock);
    sched_wake(&console.job);
    return IRQ_DEACTIVATE;
}

static void give_keys(void)
{
    uint8_t key;

    for (unsigned int n = 0; n < STEP_KEYS && ring_free(&console.out) > 8; n++) {
        struct console_channel *to;

        if (!ring_get(&console.in, &key))
            return;
        to = console_mux_key(&console.mux, key);
        if (!to)
            continue;
        if (ring_put(&to->rx, key)) {
            to->rx_new = true;
        } else {
            to->rx_dropped++;
            console.bel = true;
        }
    }
}

/* ---- output ---- */

/* Ring to UART; false when the UART is full before the ring is empty. */
static bool feed_uart(void)
{
    uint8_t byte;

    while (ring_peek(&console.out, 0, &byte)) {
        if (!uart_console->tx_ready(uart_console))
            return false;
        (void)ring_get(&console.out, &byte);
        uart_console->tx(uart_console, byte);
    }
    return true;
}

/* A requested focus waits until the prompt's answer is shown; a channel that is off loses it when
 * its last words are. Returns true if the focus moved. */
static bool move_focus(void)
{
    struct console_channel *before = console.mux.focus;
    struct console_channel *raw = console_mux_raw(&console.mux);
    uintptr_t request = __atomic_load_n(&console.focus_request, __ATOMIC_ACQUIRE);

    if (request != FOCUS_KEEP && (before || !raw || ring_used(&raw->tx) == 0)) {
        struct console_channel *to = request == FOCUS_PROMPT ? NULL
                                                             : (struct console_channel *)request;

        (void)__atomic_compare_exchange_n(&console.focus_request, &request, FOCUS_KEEP, false,
                                          __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
        console_mux_focus(&console.mux, to);
    }
    raw = console.mux.focus;
    if (raw && __atomic_load_n(&raw->off, __ATOMIC_ACQUIRE) && ring_used(&raw->tx) == 0)
        console_mux_focus(&console.mux, NULL);
    return console.mux.focus != before;
}

static uint64_t now_us(void)
{
    return timer_hz ? timer_ticks_to_us(timer_now()) : 0;
}

/* One round under the lock. Returns when the next is due, 0 for at once; CONSOLE_NEVER: when
 * somebody speaks, types, or the UART has room. */
static uint64_t round_of_work(uint64_t now, bool *redraw)
{
    uint64_t wake;
    bool drained;

    take_keys(STEP_KEYS);
    give_keys();
    (void)move_focus();
    if (console.bel && ring_free(&console.out) > 0) {
        to_out(NULL, CONSOLE_BEL);
        console.bel = false;
    }
    /* Moving the focus and a BEL need a few bytes at any time. */
    wake = console_mux_run(&console.mux, now, MAX(ring_free(&console.out), 16u) - 16, false);
    *redraw = console_mux_redraw(&console.mux, now, &wake);
    drained = feed_uart();
    uart_console->irq_enable(uart_console, true, !drained);
    if (!drained)
        return uart_console->intid ? CONSOLE_NEVER : now + POLL_US;
    if (ring_used(&console.in) > 0 || console.bel || move_focus())
        return 0;
    if (wake > now && !console_mux_sleep(&console.mux, now, &wake))
        return 0;
    if (wake > now && !uart_console->intid)
        wake = MIN(wake, now + POLL_US);
    return wake > now ? wake : 0;
}

static void call_back(struct console_channel *raw, bool redraw)
{
    for (struct console_channel *c = console.mux.first; c; c = c->next) {
        if (c->rx_new) {
            c->rx_new = false;
            if (c->rx_available)
                c->rx_available(c);
        }
        /* Pairs with the barrier in console_want_room(). */
        dmb_ish();
        if (__atomic_load_n(&c->tx_waiting, __ATOMIC_RELAXED) &&
            ring_free(&c->tx) >= c->tx.size / 4) {
            __atomic_store_n(&c->tx_waiting, false, __ATOMIC_RELAXED);
            if (c->tx_room)
                c->tx_room(c);
        }
    }
    if (redraw && raw && raw->redraw)
        raw->redraw(raw);
}

/* A step: at most CONSOLE_TAKE bytes said, of which OUT_SIZE go out, and STEP_KEYS keys in. */
static enum verdict console_step(struct entity *entity)
{
    struct console_channel *raw;
    bool redraw = false;
    uint64_t now = now_us();
    uint64_t wake;

    (void)entity;
    if (__atomic_load_n(&console.panic, __ATOMIC_ACQUIRE))
        return VERDICT_STOP;
    spin_lock(&console.lock);
    wake = round_of_work(now, &redraw);
    raw = console_mux_raw(&console.mux);
    spin_unlock(&console.lock);
    call_back(raw, redraw);
    if (wake == 0)
        return VERDICT_YIELD;
    if (wake != CONSOLE_NEVER)
        timer_set(&console.timer, timer_us_to_ticks(wake + 1));
    return VERDICT_BLOCK;
}

static void timer_fired(struct timer *timer)
{
    (void)timer;
    sched_wake(&console.job);
}

void console_start(struct pcpu *housekeeping)
{
    console_flush_early();
    prepare();
    timer_init(&console.timer, timer_fired);
    console.job.run = console_step;
    console.job.name = "console";
    sched_add(&console.job, housekeeping, SCHED_PRIORITY_JOB, SCHED_SLICE_US);
    if (!uart_console)
        return;
    if (uart_console->intid && irq_register(uart_console->intid, console_irq, NULL) != 0)
        log_err("the console's UART has no usable interrupt %u", uart_console->intid);
    __atomic_store_n(&console.running, true, __ATOMIC_RELEASE);
    sched_wake(&console.job);
}

/* ---- without the job ---- */

static void send_polling(uint8_t byte)
{
    for (uint32_t n = 0; n < FLUSH_POLLS; n++) {
        if (uart_console->tx_ready(uart_console)) {
            uart_console->tx(uart_console, byte);
            return;
        }
    }
}

static void show_all(void)
{
    uint32_t left = FLUSH_BYTES;
    uint8_t byte;

    spin_lock(&console.lock);
    prepare();
    for (uint32_t round = 0; round < FLUSH_ROUNDS && left > 0; round++) {
        uint64_t next = console_mux_run(&console.mux, now_us(), ring_free(&console.out), true);

        if (next != 0 && ring_used(&console.out) == 0)
            break;
        while (left > 0 && ring_get(&console.out, &byte)) {
            send_polling(byte);
            left--;
        }
    }
    spin_unlock(&console.lock);
}

void console_flush(void)
{
    if (!uart_console)
        return;
    show_all();
    for (uint32_t n = 0; n < FLUSH_POLLS && !uart_console->drained(uart_console); n++)
        ;
}

void console_flush_early(void)
{
    if (uart_console && !__atomic_load_n(&console.running, __ATOMIC_ACQUIRE))
        show_all();
}

static void panic_begin(void)
{
    uint8_t byte;

    __atomic_store_n(&console.panic, true, __ATOMIC_RELEASE);
    uart_console->irq_enable(uart_console, false, false);
    /* What was ready to be seen, then a line of its own. */
    for (unsigned int n = 0; console.ready && n < OUT_SIZE && ring_get(&console.out, &byte); n++)
        send_polling(byte);
    send_polling('\r');
    send_polling('\n');
    log_panic(send_polling);
}

void console_panic_write(const char *text, unsigned int len)
{
    if (!uart_console)
        return;
    if (!__atomic_load_n(&console.panic, __ATOMIC_ACQUIRE))
        panic_begin();
    for (unsigned int i = 0; i < len; i++) {
        if (text[i] == '\n')
            send_polling('\r');
        send_polling((uint8_t)text[i]);
    }
}
