/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: hyp/lib/vsnprintf.c */
/*
 * Our formatted text against the C library's: thousands of generated directives, each into buffers
 * of every kind of size, with guard bytes behind them. What the C standard leaves open, or where
 * ours is meant to differ (%p of NULL), is checked by hand.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/lib/util.h"
#include "hyp/lib/vsnprintf.h"

#define ROOM 512u

static char ours[ROOM + 16], theirs[ROOM + 16];
static uint32_t seed = 0xf0f0f0f0;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)seed * below) >> 32);
}

/* Format with both into `size` bytes; same text, same length, nothing behind `size` touched. */
__attribute__((format(printf, 2, 0))) static void same_va(size_t size, const char *fmt,
                                                          va_list args)
{
    va_list again;
    int n, wanted;

    va_copy(again, args);
    memset(ours, 0x5a, sizeof(ours));
    memset(theirs, 0x5a, sizeof(theirs));
    n = lib_vsnprintf(size == 0 ? NULL : ours, size, fmt, args);
    wanted = vsnprintf(theirs, size, fmt, again);
    va_end(again);
    if (n != wanted || memcmp(ours, theirs, sizeof(ours)) != 0) {
        fail_msg("\"%s\" in %zu: %d \"%.80s\", not %d \"%.80s\"", fmt, size, n, ours, wanted,
                 theirs);
    }
}

__attribute__((format(printf, 2, 3))) static void same_in(size_t size, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    same_va(size, fmt, args);
    va_end(args);
}

/* The same for full room, and for a random cut, 0 and 1 included. */
#define SAME(...)                      \
    do {                               \
        same_in(ROOM, __VA_ARGS__);    \
        same_in(rnd(24), __VA_ARGS__); \
    } while (0)

static const uint64_t values[] = {
    0,
    1,
    7,
    8,
    9,
    10,
    99,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    INT32_MAX,
    0x80000000u,
    UINT32_MAX,
    1ull << 32,
    9999999999,
    INT64_MAX,
    1ull << 63,
    UINT64_MAX,
    (uint64_t)-128,
    42,
    (uint64_t)-1000,
    0xdeadbeefcafef00d,
    4294967297ull,
    10000000000000000000ull,
};

static uint64_t random_value(void)
{
    uint64_t wide = ((uint64_t)rnd(UINT32_MAX) << 32) | rnd(UINT32_MAX);

    return rnd(3) == 0 ? wide >> rnd(64) : values[rnd(ARRAY_SIZE(values))];
}

/* A generated directive, and the values for its stars. */
struct generated {
    char fmt[64];
    unsigned int stars;
    int star[2];
};

static void generate(struct generated *g, const char *flags, const char *length, char conversion)
{
    char *p = g->fmt;

    g->stars = 0;
    p += sprintf(p, "<%%");
    for (const char *f = flags; *f != '\0'; f++) {
        if (rnd(3) == 0) {
            *p++ = *f;
        }
    }
    switch (rnd(4)) {
    case 0:
        p += sprintf(p, "%u", 1 + rnd(40));
        break;
    case 1:
        *p++ = '*';
        g->star[g->stars++] = (int)rnd(80) - 40;
        break;
    default:
        break;
    }
    switch (rnd(5)) {
    case 0:
        p += sprintf(p, ".%u", rnd(40));
        break;
    case 1:
        p += sprintf(p, ".");
        break;
    case 2:
        p += sprintf(p, ".*");
        g->star[g->stars++] = (int)rnd(60) - 20;
        break;
    default:
        break;
    }
    sprintf(p, "%s%c>%%d", length, conversion);
}

/* The trailing %d shows that exactly the right arguments were taken. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
#define SAME_GENERATED(g, value)                                    \
    do {                                                            \
        if ((g)->stars == 0) {                                      \
            SAME((g)->fmt, value, -77);                             \
        } else if ((g)->stars == 1) {                               \
            SAME((g)->fmt, (g)->star[0], value, -77);               \
        } else {                                                    \
            SAME((g)->fmt, (g)->star[0], (g)->star[1], value, -77); \
        }                                                           \
    } while (0)

static void integers_of_every_length_print_as_the_c_library_prints_them(void **state)
{
    static const char conversions[] = {'d', 'i', 'u', 'x', 'X', 'o'};
    struct generated g;

    (void)state;
    for (int i = 0; i < 40000; i++) {
        char c = conversions[rnd(sizeof(conversions))];
        uint64_t v = random_value();

        switch (rnd(8)) {
        case 0:
            generate(&g, "-0+ #", "", c);
            SAME_GENERATED(&g, (int)v);
            break;
        case 1:
            generate(&g, "-0+ #", "h", c);
            SAME_GENERATED(&g, (int)v);
            break;
        case 2:
            generate(&g, "-0+ #", "hh", c);
            SAME_GENERATED(&g, (int)v);
            break;
        case 3:
            generate(&g, "-0+ #", "l", c);
            SAME_GENERATED(&g, (long)v);
            break;
        case 4:
            generate(&g, "-0+ #", "ll", c);
            SAME_GENERATED(&g, (long long)v);
            break;
        case 5:
            generate(&g, "-0+ #", "z", c);
            SAME_GENERATED(&g, (size_t)v);
            break;
        case 6:
            generate(&g, "-0+ #", "t", c);
            SAME_GENERATED(&g, (ptrdiff_t)v);
            break;
        default:
            generate(&g, "-0+ #", "j", c);
            SAME_GENERATED(&g, (intmax_t)v);
            break;
        }
    }
}

static void strings_characters_and_pointers_print_as_the_c_library_prints_them(void **state)
{
    static const char *const texts[] = {"", "a", "skep", "a longer text with %d in it, 38 chars."};
    struct generated g;

    (void)state;
    for (int i = 0; i < 10000; i++) {
        generate(&g, "-", "", 's');
        SAME_GENERATED(&g, texts[rnd(ARRAY_SIZE(texts))]);
    }
    for (int i = 0; i < 3000; i++) {
        char fmt[16];

        sprintf(fmt, "<%%%s%uc>", rnd(2) == 0 ? "-" : "", 1 + rnd(30));
        SAME(fmt, (int)rnd(256));
        sprintf(fmt, "<%%%s%up>", rnd(2) == 0 ? "-" : "", 1 + rnd(30));
        SAME(fmt, (void *)(uintptr_t)(random_value() | 1));
    }
}
#pragma GCC diagnostic pop

static void a_64_bit_value_does_not_shift_the_arguments_behind_it(void **state)
{
    (void)state;
    SAME("%d %llu %d %zu %d %p %hhd %jd %s", 1, 18446744073709551615ull, 2, (size_t)3, 4,
         (void *)0x5000, 6, (intmax_t)INT64_MIN, "end");
    SAME("%016llx %lld %u", 0x0123456789abcdefull, LLONG_MIN, 7u);
    SAME("%d", INT_MIN);
    SAME("%ld", LONG_MIN);
}

static void text_that_does_not_fit_is_cut_terminated_and_measured(void **state)
{
    (void)state;
    for (size_t size = 0; size < 20; size++) {
        same_in(size, "%s-%05d-%c", "abc", 42, 'x');
        same_in(size, "plain text");
        same_in(size, "%-10d|", 5);
    }
    same_in(ROOM, "%s", "");
}

static void a_string_with_precision_needs_no_end(void **state)
{
    char *raw = malloc(4); /* exactly: reading a fifth byte is caught */

    (void)state;
    memcpy(raw, "abcd", 4);
    assert_int_equal(lib_snprintf(ours, sizeof(ours), "%.4s|%.*s", raw, 2, raw), 7);
    assert_string_equal(ours, "abcd|ab");
    free(raw);
}

/* What the compiler would not let pass to a function that it knows to format. */
static int odd(char *buf, size_t size, const char *fmt, ...)
{
    va_list args;
    int n;

    va_start(args, fmt);
    n = lib_vsnprintf(buf, size, fmt, args);
    va_end(args);
    return n;
}

static void huge_widths_cost_nothing_and_the_length_stops_at_int_max(void **state)
{
    (void)state;
    /* Two thousand of these would take minutes if padding were written out one by one. */
    for (int i = 0; i < 2000; i++) {
        assert_int_equal(odd(ours, 8, "%*d", INT_MAX, 1), INT_MAX);
        assert_string_equal(ours, "       ");
        assert_int_equal(odd(ours, 8, "%*d", INT_MIN, 1), INT_MAX);
        assert_string_equal(ours, "1      ");
        assert_int_equal(odd(ours, 8, "%.*d", INT_MAX, 1), INT_MAX);
        assert_string_equal(ours, "0000000");
        assert_int_equal(odd(ours, 8, "%*d%*d%*d", INT_MAX, 1, INT_MAX, 1, 9, 1), INT_MAX);
        assert_int_equal(odd(ours, 8, "%0*x", INT_MAX, 1u), INT_MAX);
    }
    assert_int_equal(odd(ours, 8, "%2000000000d", 1), 2000000000);
}

static void what_the_standard_leaves_open_is_defined(void **state)
{
    (void)state;
    assert_int_equal(odd(ours, sizeof(ours), "%p", NULL), 3);
    assert_string_equal(ours, "0x0");
    assert_int_equal(odd(ours, sizeof(ours), "%s %.3s", NULL, NULL), 10);
    assert_string_equal(ours, "(null) (nu");
    assert_int_equal(odd(ours, sizeof(ours), "%k %5.3f %n %lq 100%"), 20);
    assert_string_equal(ours, "%k %5.3f %n %lq 100%");
    assert_int_equal(odd(ours, sizeof(ours), "100%-0+ #12.34ll"), 16);
    assert_string_equal(ours, "100%-0+ #12.34ll");
    assert_int_equal(odd(ours, 4, "%99999999999999999999d", 1), INT_MAX);
    assert_int_equal(odd(ours, sizeof(ours), "%%%d%%", 1), 3);
    assert_string_equal(ours, "%1%");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_of_every_length_print_as_the_c_library_prints_them),
        cmocka_unit_test(strings_characters_and_pointers_print_as_the_c_library_prints_them),
        cmocka_unit_test(a_64_bit_value_does_not_shift_the_arguments_behind_it),
        cmocka_unit_test(text_that_does_not_fit_is_cut_terminated_and_measured),
        cmocka_unit_test(a_string_with_precision_needs_no_end),
        cmocka_unit_test(huge_widths_cost_nothing_and_the_length_stops_at_int_max),
        cmocka_unit_test(what_the_standard_leaves_open_is_defined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
