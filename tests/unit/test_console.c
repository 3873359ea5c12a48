/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: hyp/core/console.c hyp/core/console_mux.c hyp/core/log.c hyp/lib/vsnprintf.c */
/*
 * The console job and the log with a UART, a scheduler and a clock that the test plays: the UART
 * takes and gives only as much as the test allows, and the job runs only when it was woken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/core/console.h"
#include "hyp/core/irq.h"
#include "hyp/core/log.h"
#include "hyp/core/percpu.h"
#include "hyp/core/sched.h"
#include "hyp/core/timer.h"
#include "hyp/core/uart.h"

#define UART_IRQ 33

/* ---- the machine ---- */

static struct pcpu cpu;
static struct entity *job;
static bool job_ready;
static struct timer *armed[4];
static unsigned int timers;
static enum irq_done (*irq_handler)(unsigned int intid, void *arg);

uint32_t timer_hz = 1000000;
static uint64_t ticks = 10000000;

struct pcpu *this_cpu(void)
{
    return &cpu;
}

uint64_t timer_now(void)
{
    return ticks;
}

uint64_t timer_us_to_ticks(uint64_t us)
{
    return us;
}

uint64_t timer_ticks_to_us(uint64_t t)
{
    return t;
}

void timer_init(struct timer *timer, void (*fn)(struct timer *timer))
{
    timer->fn = fn;
    timer->armed = false;
}

void timer_set(struct timer *timer, uint64_t deadline)
{
    unsigned int i = 0;

    timer->deadline = deadline;
    timer->armed = true;
    while (i < timers && armed[i] != timer)
        i++;
    assert_true(i < 4);
    armed[i] = timer;
    if (i == timers)
        timers++;
}

void sched_add(struct entity *entity, struct pcpu *on, uint8_t priority, uint32_t slice_us)
{
    assert_ptr_equal(on, &cpu);
    assert_int_equal(priority, SCHED_PRIORITY_JOB);
    assert_true(slice_us >= 100);
    job = entity;
}

void sched_wake(struct entity *entity)
{
    assert_ptr_equal(entity, job);
    job_ready = true;
}

int irq_register(unsigned int intid, enum irq_done (*handler)(unsigned int intid, void *arg),
                 void *arg)
{
    assert_int_equal(intid, UART_IRQ);
    assert_null(arg);
    irq_handler = handler;
    return 0;
}

/* ---- the UART ---- */

static char wire[65536];
static size_t wire_len;
static size_t wire_room; /* what the UART's FIFO takes before it is full */
static const char *typed = "";
static bool rx_irq, tx_irq, drained;

static bool uart_tx_ready(const struct uart *uart)
{
    (void)uart;
    return wire_room > 0;
}

static void uart_tx(const struct uart *uart, uint8_t byte)
{
    (void)uart;
    assert_true(wire_room-- > 0);
    assert_true(wire_len < sizeof(wire) - 1);
    wire[wire_len++] = (char)byte;
    wire[wire_len] = '\0';
}

static int uart_rx(const struct uart *uart)
{
    (void)uart;
    return *typed ? (unsigned char)*typed++ : -1;
}

static void uart_irq_enable(const struct uart *uart, bool rx, bool tx)
{
    (void)uart;
    rx_irq = rx;
    tx_irq = tx;
}

static void uart_irq_ack(const struct uart *uart)
{
    (void)uart;
}

static bool uart_drained(const struct uart *uart)
{
    (void)uart;
    drained = true;
    return true;
}

static struct uart uart = {
    .name = "test",
    .intid = UART_IRQ,
    .tx_ready = uart_tx_ready,
    .tx = uart_tx,
    .rx = uart_rx,
    .irq_enable = uart_irq_enable,
    .irq_ack = uart_irq_ack,
    .drained = uart_drained,
};

/* ---- channels ---- */

static struct console_channel guest, other, prompt;
static uint8_t memory[3][4096 + 64];
static unsigned int available, roomy, redrawn;

static void count_available(struct console_channel *c)
{
    assert_true(ring_used(&c->rx) > 0);
    available++;
}

static void count_room(struct console_channel *c)
{
    (void)c;
    roomy++;
}

static void count_redraw(struct console_channel *c)
{
    assert_ptr_equal(c, &prompt);
    redrawn++;
}

static void make(struct console_channel *c, const char *name, unsigned int n)
{
    console_channel_init(c, name, memory[n], 4096, memory[n] + 4096, 64);
    c->rx_available = count_available;
    c->tx_room = count_room;
    if (c == &prompt) {
        c->redraw = count_redraw;
        console_add_prompt(c);
    } else {
        console_add(c);
    }
}

static void say(struct console_channel *c, const char *text)
{
    while (*text)
        assert_true(console_put(c, (uint8_t)*text++));
}

/* Interrupts are taken, and the job runs as long as it wants to. */
static void machine_runs(void)
{
    for (unsigned int n = 0; n < 100000; n++) {
        enum verdict verdict;

        if ((rx_irq && *typed) || (tx_irq && wire_room > 0))
            assert_int_equal(irq_handler(UART_IRQ, NULL), IRQ_DEACTIVATE);
        if (!job_ready)
            return;
        job_ready = false;
        verdict = job->run(job);
        assert_true(verdict == VERDICT_BLOCK || verdict == VERDICT_YIELD);
        if (verdict == VERDICT_YIELD)
            job_ready = true;
    }
    fail_msg("the job never sleeps");
}

static void pass_ms(unsigned int ms)
{
    while (ms-- > 0) {
        machine_runs();
        ticks += 1000;
        for (unsigned int i = 0; i < timers; i++) {
            if (armed[i]->armed && armed[i]->deadline <= ticks) {
                armed[i]->armed = false;
                armed[i]->fn(armed[i]);
            }
        }
    }
    machine_runs();
}

static void expect(const char *text)
{
    machine_runs();
    assert_string_equal(wire, text);
    wire_len = 0;
    wire[0] = '\0';
}

static void focus(struct console_channel *c)
{
    console_focus(c);
    pass_ms(200);
    assert_true(console_has_focus(c ? c : &prompt));
    wire_len = 0;
    wire[0] = '\0';
    redrawn = 0;
}

/* Each test begins quiet, with nothing in any ring. */
static int quiet(void **state)
{
    uint8_t byte;

    (void)state;
    wire_room = SIZE_MAX;
    typed = "";
    guest.off = false;
    other.off = false;
    focus(NULL);
    say(&guest, "\n");
    say(&other, "\n");
    pass_ms(1100); /* the log's second too */
    for (struct console_channel *c = &guest; c; c = c == &guest   ? &other
                                                    : c == &other ? &prompt
                                                                  : NULL) {
        while (ring_get(&c->rx, &byte))
            ;
        c->rx_dropped = 0;
    }
    wire_len = 0;
    wire[0] = '\0';
    available = roomy = redrawn = 0;
    return 0;
}

/* ---- before the job: these run first, in this order ---- */

static void lines_before_there_is_a_uart_are_kept(void **state)
{
    (void)state;
    log_info("very early %d", 1);
    assert_int_equal(wire_len, 0);
    uart_console = &uart;
    wire_room = SIZE_MAX;
    log_info("early %d", 2);
    assert_string_equal(wire, "[skep] very early 1\r\n[skep] early 2\r\n");
}

static void early_lines_are_out_when_the_call_returns(void **state)
{
    (void)state;
    wire_len = 0;
    log_err("bad %s", "tree");
    assert_string_equal(wire, "[skep] error: bad tree\r\n");
    log_debug("not shown");
    assert_string_equal(wire, "[skep] error: bad tree\r\n");
}

static void the_job_starts(void **state)
{
    (void)state;
    make(&guest, "guest", 0);
    make(&other, "other", 1);
    make(&prompt, "skep", 2);
    console_start(&cpu);
    assert_non_null(irq_handler);
    machine_runs();
    assert_true(rx_irq);
    assert_false(tx_irq);
}

/* ---- with the job ---- */

static void a_byte_wakes_the_job_and_reaches_the_wire(void **state)
{
    (void)state;
    say(&other, "hello\n");
    assert_true(job_ready);
    expect("[other] hello\r\n");
}

static void a_partial_line_comes_by_timer(void **state)
{
    (void)state;
    say(&other, "login: ");
    pass_ms(15);
    assert_string_equal(wire, "");
    pass_ms(6);
    expect("[other] login: ");
}

static void bytes_of_a_held_line_do_not_wake_the_job(void **state)
{
    (void)state;
    say(&other, "a");
    machine_runs();
    say(&other, "b\nc"); /* it comes by itself soon */
    assert_false(job_ready);
    pass_ms(6);
    expect("[other] ab\r\n");
    say(&other, "d");
    assert_false(job_ready);
    say(&other, "\n");
    assert_true(job_ready);
    expect("[other] cd\r\n");
}

static void a_burst_wakes_the_job_when_the_ring_is_half_full(void **state)
{
    unsigned int n = 0;

    (void)state;
    focus(&guest);
    say(&guest, "x");
    machine_runs();
    while (!job_ready && n < 4096) {
        say(&guest, "\n");
        n++;
    }
    assert_int_equal(n, 2048); /* of 4096 */
}

static void a_slow_uart_delays_and_loses_nothing(void **state)
{
    char text[2001];

    (void)state;
    focus(&guest);
    for (unsigned int i = 0; i < 2000; i++)
        text[i] = (char)('a' + i % 26);
    text[2000] = '\0';
    wire_room = 0;
    say(&guest, text);
    for (unsigned int i = 0; i < 120; i++) {
        machine_runs();
        assert_true(tx_irq);
        wire_room = 16;
    }
    wire_room = SIZE_MAX;
    machine_runs();
    assert_string_equal(wire, text);
    assert_false(tx_irq);
}

static void keys_reach_the_focus_alone(void **state)
{
    (void)state;
    focus(&guest);
    typed = "ls\r";
    machine_runs();
    assert_int_equal(ring_used(&guest.rx), 3);
    assert_int_equal(ring_used(&other.rx) + ring_used(&prompt.rx), 0);
    assert_int_equal(available, 1);
}

static void keys_that_do_not_fit_ring_the_bell_and_are_counted(void **state)
{
    char text[101];

    (void)state;
    focus(&guest);
    memset(text, 'k', 100);
    text[100] = '\0';
    typed = text;
    machine_runs();
    assert_int_equal(ring_used(&guest.rx), 64);
    assert_int_equal(guest.rx_dropped, 36);
    assert_true(wire_len > 0 && wire[0] == '\a');
    /* the way out is still read */
    typed = "\x1dx";
    machine_runs();
    assert_true(console_has_focus(&prompt));
    assert_int_equal(ring_used(&prompt.rx), 1);
}

static void a_long_paste_arrives_whole_while_it_is_read(void **state)
{
    static char text[5001];
    unsigned int got = 0;

    (void)state;
    focus(&guest);
    for (unsigned int i = 0; i < 5000; i++)
        text[i] = (char)('0' + i % 10);
    typed = text;
    for (unsigned int n = 0; n < 5000 && got < 5000; n++) {
        uint8_t byte;

        if (rx_irq && *typed)
            (void)irq_handler(UART_IRQ, NULL);
        job_ready = false;
        (void)job->run(job);
        while (ring_get(&guest.rx, &byte))
            assert_int_equal(byte, '0' + got++ % 10);
    }
    assert_int_equal(got, 5000);
    assert_int_equal(guest.rx_dropped, 0);
}

static void a_guest_that_goes_off_gives_the_focus_back_after_its_last_words(void **state)
{
    (void)state;
    focus(&guest);
    say(&guest, "Power down.\r\n");
    console_set_off(&guest, true);
    expect("Power down.\r\n");
    pass_ms(1);
    assert_true(console_has_focus(&prompt));
    assert_int_equal(redrawn, 1);
    typed = "x";
    machine_runs();
    assert_int_equal(ring_used(&guest.rx), 0);
    assert_int_equal(ring_used(&prompt.rx), 1);
}

static void the_prompts_answer_is_shown_before_the_focus_leaves(void **state)
{
    (void)state;
    wire_room = 4;
    say(&prompt, "connected\r\n");
    console_focus(&guest);
    say(&guest, "# ");
    machine_runs();
    wire_room = SIZE_MAX;
    expect("connected\r\n# ");
}

static void room_is_told_once_when_wanted(void **state)
{
    (void)state;
    focus(&guest);
    wire_room = 0;
    while (console_put(&guest, 'x'))
        ;
    machine_runs();
    roomy = 0;
    while (console_put(&guest, 'x'))
        ;
    assert_true(console_want_room(&guest));
    machine_runs();
    assert_int_equal(roomy, 0);
    wire_room = SIZE_MAX;
    machine_runs();
    assert_int_equal(roomy, 1);
    assert_int_equal(ring_used(&guest.tx), 0);
    assert_false(console_want_room(&guest));
}

static void a_full_guest_stalls_itself_only(void **state)
{
    (void)state;
    wire_room = 0;
    while (console_put(&guest, 'x'))
        ;
    say(&other, "still here\n");
    assert_false(console_put(&guest, 'x'));
    wire_room = SIZE_MAX;
    pass_ms(100);
    assert_non_null(strstr(wire, "[other] still here\r\n"));
}

static void a_cut_prompt_is_redrawn(void **state)
{
    (void)state;
    say(&prompt, "skep> ");
    expect("skep> ");
    pass_ms(20);
    say(&other, "tick\n");
    expect("\r\n[other] tick\r\n");
    assert_int_equal(redrawn, 0);
    pass_ms(60);
    assert_int_equal(redrawn, 1);
    pass_ms(500);
    assert_int_equal(redrawn, 1);
}

static void the_prompt_appears_in_the_midst_of_a_flood(void **state)
{
    (void)state;
    focus(&guest);
    typed = "\x1d";
    for (unsigned int n = 0; n < 20 && redrawn == 0; n++) {
        while (console_put(&guest, n % 7 ? 'x' : '\n'))
            ;
        if (rx_irq && *typed)
            (void)irq_handler(UART_IRQ, NULL);
        (void)job->run(job);
    }
    assert_int_equal(redrawn, 1);
}

/* ---- the log ---- */

static void long_lines_are_cut_and_say_so(void **state)
{
    char text[LOG_LINE_MAX + 100];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_warn("%s", text);
    machine_runs();
    assert_int_equal(wire_len, 7 + LOG_LINE_MAX + 2);
    assert_int_equal(strncmp(wire, "[skep] warning: xxx", 19), 0);
    assert_string_equal(wire + wire_len - 6, "x...\r\n");
}

static void lines_that_do_not_fit_are_counted(void **state)
{
    unsigned int shown = 0;

    (void)state;
    wire_room = 0;
    for (unsigned int i = 0; i < 200; i++)
        log_info("a line of some length, number %u", i);
    wire_room = SIZE_MAX;
    machine_runs();
    for (const char *p = wire; (p = strstr(p, "a line of some")); p++)
        shown++;
    assert_in_range(shown, 50, 150);
    wire_len = 0;
    log_info("after");
    pass_ms(3);
    {
        char note[80];

        snprintf(note, sizeof(note),
                 "[skep] %u lines were lost here: the console was full\r\n[skep] after\r\n",
                 200 - shown);
        assert_string_equal(wire, note);
    }
}

static void a_guest_causes_ten_lines_a_second(void **state)
{
    unsigned int shown = 0;

    (void)state;
    for (unsigned int i = 0; i < 1000; i++)
        log_guest("evil", "did %u", i);
    machine_runs();
    for (const char *p = wire; (p = strstr(p, "[skep] evil: did")); p++)
        shown++;
    assert_int_equal(shown, 10);
    wire_len = 0;
    pass_ms(1001); /* said even if no other line ever comes */
    expect("[skep] warning: 990 more lines about guests on CPU 0 in that second were dropped\r\n");
    log_guest("evil", "again");
    pass_ms(3);
    expect("[skep] evil: again\r\n");
}

static void the_log_keeps_the_last_lines_with_their_times(void **state)
{
    char line[LOG_LINE_MAX + 32];
    uint32_t cursor = 0;
    unsigned int lines = 0, first = 0, last = 0;

    (void)state;
    for (unsigned int i = 0; i < 1000; i++) {
        log_info("number %u", i);
        machine_runs();
    }
    while (log_read(&cursor, line, sizeof(line))) {
        unsigned int s, us;

        assert_int_equal(sscanf(line, "%u.%u number %u", &s, &us, &last), 3);
        assert_int_equal(s, ticks / 1000000);
        if (lines++ == 0)
            first = last;
    }
    assert_int_equal(last, 999);
    assert_int_equal(lines, 1000 - first);
    assert_in_range(lines, 200, 400);
    assert_false(log_read(&cursor, line, sizeof(line)));
    log_info("one more");
    assert_true(log_read(&cursor, line, 20));
    assert_int_equal(strlen(line), 19);
}

/* ---- the end: these run last, in this order ---- */

static void flush_shows_all_even_half_lines(void **state)
{
    (void)state;
    say(&other, "half");
    log_info("all guests are off");
    console_flush();
    assert_non_null(strstr(wire, "[other] half"));
    assert_non_null(strstr(wire, "[skep] all guests are off\r\n"));
    assert_true(drained);
}

static void panic_takes_over_and_shows_what_the_log_still_held(void **state)
{
    (void)state;
    wire_len = 0;
    log_info("last words");
    console_panic_write("PANIC: x\n", 9);
    assert_string_equal(wire, "\r\n[skep] last words\r\nPANIC: x\r\n");
    assert_false(rx_irq || tx_irq);
    wire_len = 0;
    console_panic_write("r0\n", 3);
    assert_string_equal(wire, "r0\r\n");
    assert_int_equal(job->run(job), VERDICT_STOP);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, quiet)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_before_there_is_a_uart_are_kept),
        cmocka_unit_test(early_lines_are_out_when_the_call_returns),
        cmocka_unit_test(the_job_starts),
        TEST(a_byte_wakes_the_job_and_reaches_the_wire),
        TEST(a_partial_line_comes_by_timer),
        TEST(bytes_of_a_held_line_do_not_wake_the_job),
        TEST(a_burst_wakes_the_job_when_the_ring_is_half_full),
        TEST(a_slow_uart_delays_and_loses_nothing),
        TEST(keys_reach_the_focus_alone),
        TEST(keys_that_do_not_fit_ring_the_bell_and_are_counted),
        TEST(a_long_paste_arrives_whole_while_it_is_read),
        TEST(a_guest_that_goes_off_gives_the_focus_back_after_its_last_words),
        TEST(the_prompts_answer_is_shown_before_the_focus_leaves),
        TEST(room_is_told_once_when_wanted),
        TEST(a_full_guest_stalls_itself_only),
        TEST(a_cut_prompt_is_redrawn),
        TEST(the_prompt_appears_in_the_midst_of_a_flood),
        TEST(long_lines_are_cut_and_say_so),
        TEST(lines_that_do_not_fit_are_counted),
        TEST(a_guest_causes_ten_lines_a_second),
        TEST(the_log_keeps_the_last_lines_with_their_times),
        TEST(flush_shows_all_even_half_lines),
        TEST(panic_takes_over_and_shows_what_the_log_still_held),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
