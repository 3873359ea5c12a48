/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: hyp/shell/line.c */
/*
 * The line editor against a small terminal: what the screen shows is always what the line holds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/shell/line.h"

static struct line line;
static char screen[1024];
static size_t column;
static unsigned int bells;
static size_t echoed;

static void show(void *arg, const char *text)
{
    assert_null(arg);
    for (; *text; text++) {
        echoed++;
        switch (*text) {
        case '\a':
            bells++;
            break;
        case '\b':
            assert_true(column > 0);
            column--;
            break;
        case '\r':
            break;
        case '\n':
            memset(screen, 0, sizeof(screen));
            column = 0;
            break;
        default:
            assert_true(column < sizeof(screen) - 1);
            screen[column++] = *text;
            break;
        }
    }
}

static int set_up(void **state)
{
    (void)state;
    memset(screen, 0, sizeof(screen));
    column = 0;
    bells = 0;
    line_init(&line, show, NULL);
    return 0;
}

static bool keys(const char *text)
{
    bool done = false;

    for (; *text; text++) {
        assert_false(done);
        echoed = 0;
        done = line_key(&line, (uint8_t)*text);
        assert_true(echoed <= LINE_MAX_ECHO);
        if (!done) { /* blanks behind the cursor are what erasing leaves */
            assert_int_equal(strncmp(screen, line.text, line.len), 0);
            assert_int_equal(column, line.len);
        }
    }
    return done;
}

static void enter(const char *text)
{
    assert_false(keys(text));
    assert_true(keys("\r"));
    line_next(&line);
}

static void cr_lf_and_both_end_one_line(void **state)
{
    (void)state;
    assert_true(keys("list\r"));
    assert_string_equal(line.text, "list");
    line_next(&line);
    assert_false(keys("\n")); /* of that CR */
    assert_true(keys("\n"));  /* a new one */
    assert_string_equal(line.text, "");
    line_next(&line);
    assert_true(keys("x\n"));
    line_next(&line);
    assert_true(keys("\n"));
}

static void editing_takes_away_what_it_says(void **state)
{
    (void)state;
    assert_false(keys("start linux\x7f\x08x"));
    assert_string_equal(line.text, "start linx");
    assert_false(keys("\x17"));
    assert_string_equal(line.text, "start ");
    assert_false(keys("\x17"));
    assert_string_equal(line.text, "");
    assert_false(keys("\x17\x7f\x15"));
    assert_false(keys("abc\x15"));
    assert_string_equal(line.text, "");
    assert_true(keys("abc\x03"));
    assert_string_equal(line.text, "");
}

static void a_full_line_takes_no_more_and_says_so(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < LINE_MAX_LEN; i++)
        assert_false(keys("x"));
    assert_int_equal(bells, 0);
    assert_false(keys("yz"));
    assert_int_equal(bells, 2);
    assert_int_equal(line.len, LINE_MAX_LEN);
    assert_null(strchr(line.text, 'y'));
}

static void the_arrows_walk_the_history(void **state)
{
    (void)state;
    enter("one");
    enter("two");
    enter("two"); /* a repeated line is kept once */
    enter("");
    assert_false(keys("new\x1b[A"));
    assert_string_equal(line.text, "two");
    assert_false(keys("\x1bOA"));
    assert_string_equal(line.text, "one");
    assert_false(keys("\x1b[A"));
    assert_int_equal(bells, 1);
    assert_string_equal(line.text, "one");
    assert_false(keys("\x1b[B"));
    assert_string_equal(line.text, "two");
    assert_false(keys("\x1b[B"));
    assert_string_equal(line.text, "");
    assert_false(keys("\x1b[B"));
    enter("three");
    assert_false(keys("\x1b[A"));
    assert_string_equal(line.text, "three");
}

static void history_keeps_the_last_and_forgets_the_oldest(void **state)
{
    char text[2] = {0};

    (void)state;
    for (char c = 'a'; c < 'a' + 20; c++) {
        text[0] = c;
        enter(text);
    }
    for (unsigned int i = 0; i < LINE_HISTORY; i++) {
        assert_false(keys("\x1b[A"));
        assert_int_equal(line.text[0], 'a' + 19 - (int)i);
    }
    assert_false(keys("\x1b[A"));
    assert_int_equal(bells, 1);
}

static void other_sequences_leave_the_line_alone(void **state)
{
    (void)state;
    assert_false(keys("ab\x1b[C\x1b[D\x1b[3~\x1b[1;5H\x1bOPc\t\x01\xc3\xa9"));
    assert_string_equal(line.text, "abc");
    assert_true(keys("\x1b[\r")); /* a cut sequence does not swallow the end of the line */
}

static void random_keys_keep_screen_and_line_together(void **state)
{
    static const char some[] = "ab \x7f\x15\x17\x1b[ABOC\t\a~";

    (void)state;
    srand(9);
    for (unsigned int n = 0; n < 200000; n++) {
        char key[2] = {some[(size_t)rand() % (sizeof(some) - 1)], 0};

        if (rand() % 60 == 0)
            key[0] = '\r';
        if (keys(key))
            line_next(&line);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
    const struct CMUnitTest tests[] = {
        TEST(cr_lf_and_both_end_one_line),
        TEST(editing_takes_away_what_it_says),
        TEST(a_full_line_takes_no_more_and_says_so),
        TEST(the_arrows_walk_the_history),
        TEST(history_keeps_the_last_and_forgets_the_oldest),
        TEST(other_sequences_leave_the_line_alone),
        TEST(random_keys_keep_screen_and_line_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
