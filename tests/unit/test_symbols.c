/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: hyp/lib/symbols.c */
/*
 * The lookup of a function by address, at every border, in an empty table, and in a broken one,
 * since a panic may be what reads it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/lib/symbols.h"
#include "hyp/lib/util.h"

#define BASE 0x60000000u

static const uint32_t offsets[] = {0, 2, 0x40, 0x41, 0x1000};
static const char names[] = "first\0second\0third\0fourth\0last";
static const struct symbol_table table = {
    .base = BASE,
    .end = BASE + 0x1010,
    .offset = offsets,
    .names = names,
    .count = ARRAY_SIZE(offsets),
    .names_size = sizeof(names),
};

static void assert_found(uintptr_t address, const char *name, uint32_t offset)
{
    uint32_t got = UINT32_MAX;

    assert_string_equal(symbols_find(&table, address, &got), name);
    assert_int_equal(got, offset);
}

static void assert_none(const struct symbol_table *t, uintptr_t address)
{
    uint32_t got = 0x5a5a;

    assert_null(symbols_find(t, address, &got));
    assert_int_equal(got, 0x5a5a);
}

static void every_address_belongs_to_the_function_that_begins_at_or_before_it(void **state)
{
    (void)state;
    assert_found(BASE, "first", 0);
    assert_found(BASE + 1, "first", 1);
    assert_found(BASE + 2, "second", 0);
    assert_found(BASE + 0x3f, "second", 0x3d);
    assert_found(BASE + 0x40, "third", 0);
    assert_found(BASE + 0x41, "fourth", 0);
    assert_found(BASE + 0xfff, "fourth", 0xfbe);
    assert_found(BASE + 0x1000, "last", 0);
    assert_found(BASE + 0x100f, "last", 15);
}

static void an_address_outside_has_no_name(void **state)
{
    (void)state;
    assert_none(&table, 0);
    assert_none(&table, BASE - 1);
    assert_none(&table, BASE + 0x1010);
    assert_none(&table, UINTPTR_MAX);
}

static void an_empty_table_has_no_names(void **state)
{
    struct symbol_table empty = {.base = 0, .end = 0, .offset = offsets, .names = names};

    (void)state;
    assert_none(&empty, 0);
    assert_none(&empty, BASE);
    empty.end = UINTPTR_MAX; /* bounds, but no function in them */
    assert_none(&empty, BASE);
}

static void a_table_whose_names_end_early_is_not_read_beyond(void **state)
{
    char *cut = malloc(10); /* "first", and "seco" without its NUL */
    struct symbol_table broken = table;
    uint32_t offset;

    (void)state;
    memcpy(cut, names, 10);
    broken.names = cut;
    broken.names_size = 10;
    assert_string_equal(symbols_find(&broken, BASE + 1, &offset), "first");
    assert_none(&broken, BASE + 2);
    assert_none(&broken, BASE + 0x1000);
    broken.names_size = 0;
    assert_none(&broken, BASE);
    free(cut);
}

static void a_table_of_every_size_agrees_with_a_plain_search(void **state)
{
    static uint32_t offset[70];
    static char text[70 * 4];
    char wanted[8];

    (void)state;
    for (uint32_t i = 0; i < ARRAY_SIZE(offset); i++) {
        offset[i] = i * 6 + i % 3;
        snprintf(&text[i * 4], 4, "f%02u", (unsigned int)i);
    }
    for (uint32_t count = 1; count <= ARRAY_SIZE(offset); count++) {
        struct symbol_table t = {BASE, BASE + 1000, offset, text, count, count * 4};

        for (uint32_t a = 0; a < 500; a++) {
            uint32_t i = count - 1, got = 0;

            while (offset[i] > a) {
                i--;
            }
            snprintf(wanted, sizeof(wanted), "f%02u", (unsigned int)i);
            assert_string_equal(symbols_find(&t, BASE + a, &got), wanted);
            assert_int_equal(got, a - offset[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_address_belongs_to_the_function_that_begins_at_or_before_it),
        cmocka_unit_test(an_address_outside_has_no_name),
        cmocka_unit_test(an_empty_table_has_no_names),
        cmocka_unit_test(a_table_whose_names_end_early_is_not_read_beyond),
        cmocka_unit_test(a_table_of_every_size_agrees_with_a_plain_search),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
