/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: hyp/core/console_mux.c */
/*
 * What is shown when several speak at once, and who gets a key. Time is what the test says it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/core/console_mux.h"

#define RING 4096
#define MS   1000u

static struct console_mux mux;
static struct console_channel a, b, skep, prompt;
static uint8_t memory[4][RING + 64];
static char out[1 << 20];
static size_t out_len;
static uint64_t now;

static void collect(void *arg, uint8_t byte)
{
    assert_ptr_equal(arg, &mux);
    assert_true(out_len + 1 < sizeof(out));
    out[out_len++] = (char)byte;
    out[out_len] = '\0';
}

static void channel(struct console_channel *c, const char *name, unsigned int n)
{
    *c = (struct console_channel){.name = name};
    ring_init(&c->tx, memory[n], RING);
    ring_init(&c->rx, memory[n] + RING, 64);
    console_mux_add(&mux, c);
}

static int set_up(void **state)
{
    (void)state;
    out_len = 0;
    out[0] = '\0';
    now = 1000 * MS;
    console_mux_init(&mux, collect, &mux);
    channel(&skep, "skep", 0);
    channel(&a, "a", 1);
    channel(&b, "b", 2);
    channel(&prompt, "skep", 3);
    mux.prompt = &prompt;
    return 0;
}

static void say(struct console_channel *c, const char *text)
{
    while (*text)
        assert_true(ring_put(&c->tx, (uint8_t)*text++));
}

static uint64_t run(void)
{
    uint64_t wake;

    do
        wake = console_mux_run(&mux, now, 1 << 20, false);
    while (wake == 0);
    return wake;
}

static void expect(const char *text)
{
    (void)run();
    assert_string_equal(out, text);
    out_len = 0;
    out[0] = '\0';
}

static void wait_ms(unsigned int ms)
{
    now += ms * MS;
}

/* ---- prefixes and lines ---- */

static void a_line_out_of_focus_gets_its_name(void **state)
{
    (void)state;
    say(&a, "hello\n");
    expect("[a] hello\r\n");
    say(&a, "one\ntwo\r\n\n");
    expect("[a] one\r\n[a] two\r\n[a] \r\n");
}

static void the_focus_is_raw_to_the_byte(void **state)
{
    char every[257];

    (void)state;
    console_mux_focus(&mux, &a);
    for (int i = 0; i < 255; i++)
        every[i] = (char)(i + 1);
    every[255] = '\0';
    say(&a, every);
    expect(every);
    say(&a, "\x1b[2J\x1b[6n no end");
    expect("\x1b[2J\x1b[6n no end");
}

static void a_nul_passes_raw_and_not_prefixed(void **state)
{
    (void)state;
    assert_true(ring_put(&b.tx, 0));
    say(&b, "x\n");
    expect("[b] x\r\n");
    console_mux_focus(&mux, &a);
    assert_true(ring_put(&a.tx, 0));
    (void)run();
    assert_int_equal(out_len, 1);
    assert_int_equal(out[0], 0);
}

static void cr_lf_in_all_its_forms_is_one_line_end(void **state)
{
    (void)state;
    say(&a, "x\r\ny\r\r\nz\n\rw\n");
    expect("[a] x\r\n[a] y\r\n[a] z\r\n[a] w\r\n");
}

static void a_lone_cr_returns_behind_the_prefix(void **state)
{
    (void)state;
    say(&a, "10%\r20%\r\n");
    expect("[a] 10%\r[a] 20%\r\n");
}

static void a_cr_at_the_end_of_a_part_belongs_to_the_lf_that_follows(void **state)
{
    (void)state;
    say(&a, "x\r");
    expect("");
    wait_ms(20);
    expect("[a] x");
    say(&a, "\n");
    expect("\r\n");
}

static void bytes_that_vanish_end_a_go_all_the_same(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < RING; i++)
        assert_true(ring_put(&a.tx, 0x01));
    assert_int_equal(console_mux_run(&mux, now, 1 << 20, false), 0);
    assert_int_equal(out_len, 0);
    assert_int_equal(ring_used(&a.tx), RING - CONSOLE_TAKE);
}

static void control_sequences_out_of_focus_vanish(void **state)
{
    (void)state;
    say(&a, "\x1b[31mred\x1b[0m \x1b[6n\x1b]0;title\ax\x1bP1;2|data\x1b\\y\x1b(Bz\x07\x08\x7f\n");
    expect("[a] red xyz\r\n");
    say(&a, "tab\there \xc3\xa9\n");
    expect("[a] tab\there \xc3\xa9\r\n");
}

static void an_unfinished_sequence_does_not_swallow_the_next_line(void **state)
{
    (void)state;
    say(&a, "\x1b[12;\nnext\n\x1b]0;\nafter\n\x1b\nlast\n");
    expect("[a] \r\n[a] next\r\n[a] \r\n[a] after\r\n[a] \r\n[a] last\r\n");
}

/* ---- partial lines ---- */

static void a_line_without_lf_is_shown_after_20_ms_of_silence(void **state)
{
    uint64_t wake;

    (void)state;
    say(&a, "login: ");
    wake = run();
    assert_int_equal(wake, now + CONSOLE_HOLD_US);
    wait_ms(19);
    expect("");
    say(&a, "x"); /* not silent */
    expect("");
    wait_ms(19);
    expect("");
    wait_ms(1);
    expect("[a] login: x");
    assert_true(run() == CONSOLE_NEVER);
    say(&a, "root\n");
    expect("root\r\n");
}

static void a_cut_line_goes_on_with_the_prefix(void **state)
{
    (void)state;
    say(&a, "login: ");
    (void)run();
    wait_ms(20);
    expect("[a] login: ");
    wait_ms(100);
    say(&b, "tick\n");
    expect("\r\n[b] tick\r\n");
    say(&a, "root\n");
    expect("[a] root\r\n");
}

static void of_a_cut_line_a_lone_lf_shows_nothing(void **state)
{
    (void)state;
    say(&a, "login: ");
    (void)run();
    wait_ms(20);
    expect("[a] login: ");
    wait_ms(100);
    say(&b, "tick\n");
    expect("\r\n[b] tick\r\n");
    say(&a, "\r\n");
    expect("");
    say(&a, "\n");
    expect("[a] \r\n");
}

static void a_paused_line_is_shown_before_somebody_else_speaks(void **state)
{
    (void)state;
    say(&a, "waiting");
    expect("");
    wait_ms(16); /* not 20 */
    say(&b, "tick\n");
    expect("[a] waiting\r\n[b] tick\r\n");
    say(&a, " done\n");
    expect("[a]  done\r\n");
}

static void a_line_in_the_making_is_not_torn(void **state)
{
    (void)state;
    say(&a, "wri");
    expect("");
    wait_ms(1);
    say(&b, "tick\n");
    expect("[b] tick\r\n");
    say(&a, "ting\n");
    expect("[a] writing\r\n");
}

static void whole_lines_of_many_writers_stay_whole(void **state)
{
    (void)state;
    srand(7);
    for (unsigned int n = 0; n < 5000; n++) {
        struct console_channel *c = (rand() & 1) ? &a : &b;
        char text[40];

        snprintf(text, sizeof(text), "%s-%u-%.*s\r\n", c->name, n, rand() % 20,
                 "abcdefghijklmnopqrst");
        say(c, text);
        if (rand() % 4 == 0)
            (void)console_mux_run(&mux, now, (uint32_t)(rand() % 100), false);
        if (ring_used(&a.tx) > 3000 || ring_used(&b.tx) > 3000)
            while (console_mux_run(&mux, now, 64, false) == 0)
                ;
    }
    (void)run();
    for (char *line = out, *end; *line; line = end + 2) {
        end = strstr(line, "\r\n");
        assert_non_null(end);
        assert_true(line[0] == '[' && line[2] == ']' && line[3] == ' ' && line[4] == line[1] &&
                    line[5] == '-');
        assert_null(memchr(line + 1, '[', (size_t)(end - line - 1)));
    }
}

static void a_line_longer_than_a_unit_is_shown_in_one_line(void **state)
{
    char text[1501];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    say(&a, text);
    (void)run();
    wait_ms(20);
    (void)run();
    assert_int_equal(out_len, 4 + 1500);
    assert_int_equal(strncmp(out, "[a] xxx", 7), 0);
    assert_null(strchr(out + 4, '['));
}

/* ---- focus among others ---- */

static void others_break_into_the_focus_between_lines(void **state)
{
    (void)state;
    console_mux_focus(&mux, &a);
    say(&a, "# ls\r\nbin dev\r\n");
    say(&b, "tick\n");
    expect("# ls\r\nbin dev\r\n[b] tick\r\n");
}

static void an_open_line_of_the_focus_is_ended_before_others_speak(void **state)
{
    (void)state;
    console_mux_focus(&mux, &a);
    say(&a, "/ # ");
    expect("/ # ");
    wait_ms(16);
    say(&b, "tick\n");
    expect("\r\n[b] tick\r\n");
    say(&a, "ls\r\n");
    expect("ls\r\n");
}

static void others_wait_for_a_busy_focus_but_not_for_ever(void **state)
{
    unsigned int ms;

    (void)state;
    console_mux_focus(&mux, &a);
    say(&b, "tick\n");
    for (ms = 0; ms < 200 && !strstr(out, "[b] tick"); ms++) {
        say(&a, "."); /* a progress bar: never an LF */
        (void)run();
        wait_ms(1);
    }
    assert_in_range(ms, 0, 51);
    assert_non_null(strstr(out, "\r\n[b] tick\r\n"));
}

static void after_a_bare_lf_of_the_focus_others_begin_in_column_0(void **state)
{
    (void)state;
    console_mux_focus(&mux, &a);
    say(&a, "stairs\n");
    expect("stairs\n");
    say(&b, "tick\n");
    expect("\r[b] tick\r\n");
    say(&a, "a\n\r");
    expect("a\n\r");
    wait_ms(20);
    say(&b, "tick\n");
    (void)run();
    assert_non_null(strstr(out, "\r\n[b] tick\r\n"));
}

static void skeps_lines_have_its_name_even_at_the_prompt(void **state)
{
    (void)state;
    say(&prompt, "skep> li");
    expect("skep> li");
    wait_ms(20);
    say(&skep, "a: powered off\n");
    expect("\r\n[skep] a: powered off\r\n");
}

static void a_flood_does_not_silence_the_others(void **state)
{
    unsigned int steps;

    (void)state;
    console_mux_focus(&mux, &a);
    say(&b, "tick\n");
    for (steps = 0; steps < 100 && !strstr(out, "[b] tick\r\n"); steps++) {
        while (ring_free(&a.tx) > 10)
            say(&a, "flooood\r\n");
        (void)console_mux_run(&mux, now, 256, false);
    }
    assert_in_range(steps, 0, 10);

    out_len = 0;
    say(&a, "raw\n");
    for (steps = 0; steps < 100 && !strstr(out, "raw"); steps++) {
        while (ring_free(&b.tx) > 10)
            say(&b, "flooood\n");
        (void)console_mux_run(&mux, now, 256, false);
    }
    assert_in_range(steps, 0, 60);
}

static void never_more_than_the_room(void **state)
{
    (void)state;
    srand(3);
    for (unsigned int n = 0; n < 20000; n++) {
        uint32_t room = (uint32_t)(rand() % 60);
        struct console_channel *c = rand() & 1 ? &a : &b;
        size_t before;

        if (rand() % 50 == 0)
            console_mux_focus(&mux, rand() & 1 ? &a : NULL);
        if (ring_free(&c->tx) > 10)
            say(c, &"x\ny\r\n\x1b[m"[rand() % 8]);
        before = out_len;
        (void)console_mux_run(&mux, now, room, rand() % 10 == 0);
        assert_true(out_len - before <= room);
        now += (uint64_t)(rand() % 8000);
        if (out_len > sizeof(out) / 2)
            out_len = 0;
    }
}

static void flush_shows_everything(void **state)
{
    (void)state;
    say(&a, "half");
    say(&b, "other half");
    (void)console_mux_run(&mux, now, 4096, true);
    assert_string_equal(out, "[a] half\r\n[b] other half");
    assert_int_equal(ring_used(&a.tx) + ring_used(&b.tx), 0);
}

/* No byte of raw text is lost or doubled, whatever the focus does and however small the room. */
static void what_goes_in_comes_out_once(void **state)
{
    unsigned int in = 0, seen = 0;

    (void)state;
    srand(11);
    console_mux_focus(&mux, &a);
    for (unsigned int n = 0; n < 50000; n++) {
        if (ring_free(&a.tx) > 0 && rand() % 3)
            assert_true(ring_put(&a.tx, (uint8_t)('A' + in++ % 26)));
        if (rand() % 10 == 0)
            (void)console_mux_run(&mux, now, (uint32_t)(rand() % 80), false);
        if (rand() % 500 == 0)
            console_mux_focus(&mux, rand() & 1 ? &a : NULL);
        if (rand() % 300 == 0)
            say(&b, "0\n"); /* digits and brackets are not a's */
        now += (uint64_t)(rand() % 100);
    }
    (void)console_mux_run(&mux, now, 1 << 20, true);
    for (size_t i = 0; i < out_len; i++) {
        if (out[i] < 'A' || out[i] > 'Z')
            continue;
        assert_int_equal(out[i], 'A' + (int)(seen++ % 26));
    }
    assert_int_equal(seen, in);
}

/* ---- keys ---- */

static void keys_go_to_the_focus_and_to_nobody_else(void **state)
{
    (void)state;
    assert_ptr_equal(console_mux_key(&mux, 'x'), &prompt);
    console_mux_focus(&mux, &a);
    for (int key = 0; key < 256; key++) {
        if (key != CONSOLE_ESCAPE)
            assert_ptr_equal(console_mux_key(&mux, (uint8_t)key), &a);
    }
    console_mux_focus(&mux, &b);
    assert_ptr_equal(console_mux_key(&mux, 'x'), &b);
}

static void without_a_prompt_keys_go_nowhere(void **state)
{
    (void)state;
    mux.prompt = NULL;
    assert_null(console_mux_key(&mux, 'x'));
    assert_null(console_mux_key(&mux, CONSOLE_ESCAPE));
}

static void the_escape_leaves_to_the_prompt(void **state)
{
    (void)state;
    console_mux_focus(&mux, &a);
    assert_null(console_mux_key(&mux, CONSOLE_ESCAPE));
    assert_ptr_equal(console_mux_key(&mux, 'l'), &prompt);
    assert_null(console_mux_key(&mux, CONSOLE_ESCAPE)); /* not the second of two */
    assert_ptr_equal(console_mux_key(&mux, 'l'), &prompt);
}

static void the_escape_typed_twice_is_sent_once(void **state)
{
    (void)state;
    console_mux_focus(&mux, &a);
    assert_null(console_mux_key(&mux, CONSOLE_ESCAPE));
    assert_ptr_equal(console_mux_key(&mux, CONSOLE_ESCAPE), &a);
    assert_ptr_equal(console_mux_key(&mux, 'x'), &a);
    /* and again from the beginning */
    assert_null(console_mux_key(&mux, CONSOLE_ESCAPE));
    assert_ptr_equal(console_mux_key(&mux, 'x'), &prompt);
}

static void the_escape_does_not_go_back_to_a_guest_that_is_off(void **state)
{
    (void)state;
    console_mux_focus(&mux, &a);
    assert_null(console_mux_key(&mux, CONSOLE_ESCAPE));
    a.off = true;
    assert_null(console_mux_key(&mux, CONSOLE_ESCAPE));
    assert_ptr_equal(console_mux_key(&mux, 'x'), &prompt);
}

static void leaving_in_the_middle_of_a_line_begins_a_new_one(void **state)
{
    (void)state;
    console_mux_focus(&mux, &a);
    say(&a, "/ # vi");
    expect("/ # vi");
    assert_null(console_mux_key(&mux, CONSOLE_ESCAPE));
    say(&prompt, "skep> ");
    expect("\r\nskep> ");
    say(&a, "late\n");
    wait_ms(20);
    expect("\r\n[a] late\r\n");
}

/* ---- redraw ---- */

static void a_cut_prompt_is_drawn_again_when_it_is_quiet(void **state)
{
    uint64_t wake = CONSOLE_NEVER;

    (void)state;
    say(&prompt, "skep> re");
    expect("skep> re");
    assert_false(console_mux_redraw(&mux, now, &wake));
    assert_true(wake == CONSOLE_NEVER);
    wait_ms(20);
    say(&b, "tick\n");
    (void)run();
    assert_false(console_mux_redraw(&mux, now, &wake));
    assert_int_equal(wake, now + CONSOLE_REDRAW_US);
    wait_ms(50);
    assert_true(console_mux_redraw(&mux, now, &wake));
    assert_false(console_mux_redraw(&mux, now, &wake));
}

static void a_moved_focus_is_drawn_at_once_even_in_a_flood(void **state)
{
    uint64_t wake = CONSOLE_NEVER;

    (void)state;
    console_mux_focus(&mux, &a);
    say(&a, "flood\nflood");
    (void)run();
    assert_null(console_mux_key(&mux, CONSOLE_ESCAPE));
    say(&a, "flood\nflood");
    (void)run();
    assert_true(console_mux_redraw(&mux, now, &wake));
}

static void the_escape_at_the_prompt_draws_it_again(void **state)
{
    uint64_t wake = CONSOLE_NEVER;

    (void)state;
    say(&prompt, "skep> li");
    expect("skep> li");
    assert_null(console_mux_key(&mux, CONSOLE_ESCAPE));
    expect("\r\n");
    assert_true(console_mux_redraw(&mux, now, &wake));
}

/* ---- sleeping ---- */

static void sleep_is_refused_when_somebody_spoke(void **state)
{
    uint64_t wake = CONSOLE_NEVER;

    (void)state;
    assert_true(run() == CONSOLE_NEVER);
    say(&a, "x");
    assert_false(console_mux_sleep(&mux, now, &wake));
    (void)run();
    assert_true(console_mux_sleep(&mux, now, &wake));
}

static void who_has_just_spoken_need_not_wake_the_console(void **state)
{
    uint64_t wake = CONSOLE_NEVER;

    (void)state;
    say(&a, "x");
    (void)run();
    assert_true(console_mux_sleep(&mux, now, &wake));
    assert_int_equal(a.notify, CONSOLE_NOTIFY_HALF);
    assert_int_equal(b.notify, CONSOLE_NOTIFY_ANY);
    assert_int_equal(wake, now + CONSOLE_LINGER_US);
    wait_ms(2);
    wake = run();
    assert_true(console_mux_sleep(&mux, now, &wake));
    assert_int_equal(a.notify, CONSOLE_NOTIFY_LINE); /* a timer watches over its silence */
    assert_int_equal(wake, now + CONSOLE_HOLD_US - 2 * MS);
    wait_ms(18);
    expect("[a] x");
    wake = CONSOLE_NEVER;
    assert_true(console_mux_sleep(&mux, now, &wake));
    assert_int_equal(a.notify, CONSOLE_NOTIFY_ANY);
    assert_true(wake == CONSOLE_NEVER);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
    const struct CMUnitTest tests[] = {
        TEST(a_line_out_of_focus_gets_its_name),
        TEST(the_focus_is_raw_to_the_byte),
        TEST(a_nul_passes_raw_and_not_prefixed),
        TEST(cr_lf_in_all_its_forms_is_one_line_end),
        TEST(a_lone_cr_returns_behind_the_prefix),
        TEST(a_cr_at_the_end_of_a_part_belongs_to_the_lf_that_follows),
        TEST(bytes_that_vanish_end_a_go_all_the_same),
        TEST(control_sequences_out_of_focus_vanish),
        TEST(an_unfinished_sequence_does_not_swallow_the_next_line),
        TEST(a_line_without_lf_is_shown_after_20_ms_of_silence),
        TEST(a_cut_line_goes_on_with_the_prefix),
        TEST(of_a_cut_line_a_lone_lf_shows_nothing),
        TEST(a_paused_line_is_shown_before_somebody_else_speaks),
        TEST(a_line_in_the_making_is_not_torn),
        TEST(whole_lines_of_many_writers_stay_whole),
        TEST(a_line_longer_than_a_unit_is_shown_in_one_line),
        TEST(others_break_into_the_focus_between_lines),
        TEST(an_open_line_of_the_focus_is_ended_before_others_speak),
        TEST(others_wait_for_a_busy_focus_but_not_for_ever),
        TEST(after_a_bare_lf_of_the_focus_others_begin_in_column_0),
        TEST(skeps_lines_have_its_name_even_at_the_prompt),
        TEST(a_flood_does_not_silence_the_others),
        TEST(never_more_than_the_room),
        TEST(flush_shows_everything),
        TEST(what_goes_in_comes_out_once),
        TEST(keys_go_to_the_focus_and_to_nobody_else),
        TEST(without_a_prompt_keys_go_nowhere),
        TEST(the_escape_leaves_to_the_prompt),
        TEST(the_escape_typed_twice_is_sent_once),
        TEST(the_escape_does_not_go_back_to_a_guest_that_is_off),
        TEST(leaving_in_the_middle_of_a_line_begins_a_new_one),
        TEST(a_cut_prompt_is_drawn_again_when_it_is_quiet),
        TEST(a_moved_focus_is_drawn_at_once_even_in_a_flood),
        TEST(the_escape_at_the_prompt_draws_it_again),
        TEST(sleep_is_refused_when_somebody_spoke),
        TEST(who_has_just_spoken_need_not_wake_the_console),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
