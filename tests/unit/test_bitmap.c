/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: */
/*
 * Bitmaps against one bool a bit, over word borders, with guard words on both sides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/lib/bitmap.h"

#define BITS_MAX 101u
static uint32_t words[BITMAP_WORDS(BITS_MAX) + 2];
static uint32_t *const map = &words[1];
static bool model[BITS_MAX];
static uint32_t seed = 0xb17;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)seed * below) >> 32);
}

static unsigned int model_find(unsigned int nbits, unsigned int from, bool set)
{
    while (from < nbits && model[from] != set) {
        from++;
    }
    return MIN(from, nbits);
}

static void start(void)
{
    memset(words, 0, sizeof(words));
    memset(model, 0, sizeof(model));
    words[0] = words[ARRAY_SIZE(words) - 1] = 0xa5a5a5a5;
}

static void assert_guards(void)
{
    assert_int_equal(words[0], 0xa5a5a5a5);
    assert_int_equal(words[ARRAY_SIZE(words) - 1], 0xa5a5a5a5);
}

static void words_are_enough_for_their_bits(void **state)
{
    (void)state;
    assert_int_equal(BITMAP_WORDS(0u), 0);
    assert_int_equal(BITMAP_WORDS(1u), 1);
    assert_int_equal(BITMAP_WORDS(32u), 1);
    assert_int_equal(BITMAP_WORDS(33u), 2);
    assert_int_equal(BITMAP_WORDS(288u), 9);
}

static void a_bit_beyond_the_asked_length_is_never_found(void **state)
{
    (void)state;
    start();
    bitmap_set(map, 70);
    assert_int_equal(bitmap_first_set(map, 70), 70);
    assert_int_equal(bitmap_first_set(map, 65), 65);
    assert_int_equal(bitmap_first_set(map, 71), 70);
    assert_int_equal(bitmap_find(map, 101, 71, true), 101);
    assert_int_equal(bitmap_find(map, 101, 101, true), 101);
    assert_int_equal(bitmap_find(map, 64, 70, true), 64);
    assert_int_equal(bitmap_first_set(map, 0), 0);
    memset(map, 0xff, 8);
    assert_int_equal(bitmap_first_clear(map, 50), 50);
    assert_int_equal(bitmap_first_clear(map, 64), 64);
    assert_int_equal(bitmap_first_clear(map, 66), 64);
}

static void random_histories_agree_with_one_bool_a_bit(void **state)
{
    (void)state;
    start();
    for (int step = 0; step < 40000; step++) {
        unsigned int bit = rnd(BITS_MAX), nbits = rnd(BITS_MAX + 1);
        bool value = rnd(2) != 0;

        switch (rnd(6)) {
        case 0:
            bitmap_set(map, bit);
            model[bit] = true;
            break;
        case 1:
            bitmap_clear(map, bit);
            model[bit] = false;
            break;
        case 2:
            bitmap_assign(map, bit, value);
            model[bit] = value;
            break;
        case 3:
            assert_int_equal(bitmap_set_atomic(map, bit), model[bit]);
            model[bit] = true;
            break;
        case 4:
            assert_int_equal(bitmap_clear_atomic(map, bit), model[bit]);
            model[bit] = false;
            break;
        default:
            assert_int_equal(bitmap_find(map, nbits, bit, value), model_find(nbits, bit, value));
            break;
        }
        assert_int_equal(bitmap_test(map, bit), model[bit]);
        assert_guards();
        if (step % 500 == 0) { /* long empty and long full stretches too */
            memset(map, value ? 0xff : 0, BITMAP_WORDS(BITS_MAX) * sizeof(map[0]));
            memset(model, value, sizeof(model));
        }
    }
    for (unsigned int bit = 0; bit < BITS_MAX; bit++) {
        assert_int_equal(bitmap_test(map, bit), model[bit]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_enough_for_their_bits),
        cmocka_unit_test(a_bit_beyond_the_asked_length_is_never_found),
        cmocka_unit_test(random_histories_agree_with_one_bool_a_bit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
