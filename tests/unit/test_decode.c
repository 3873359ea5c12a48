/* UNIT: vcpu/decode.c vcpu/decode_thumb.c */
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The load and store decoder against a table of instructions as an assembler encodes them, with
 * what the manual says they do; against instructions that must be refused; and against every 16-bit
 * and a spread of 32-bit encodings for results that would do harm. That decoded instructions really
 * do what the hardware does is tests/unit/test_emulate.c.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hyp/lib/util.h"
#include "tests/unit/decode_table.h"
#include "vcpu/decode.h"

static void a_row_is_decoded_as_the_manual_says(const struct good *row)
{
    const struct access *want = &row->access;
    struct access got;

    if (decode_access(row->insn, row->thumb, &got) != 0) {
        fail_msg("0x%08x (%s) is refused", (unsigned int)row->insn, row->thumb ? "Thumb" : "ARM");
    }
    assert_int_equal(got.load, want->load);
    assert_int_equal(got.sign_extend, want->sign_extend);
    assert_int_equal(got.size, want->size);
    assert_int_equal(got.count, want->count);
    assert_memory_equal(got.reg, want->reg, got.count);
    assert_int_equal(got.base, want->base);
    assert_int_equal(got.start, want->start);
    assert_int_equal(got.writeback, want->writeback);
    if (got.writeback) {
        assert_int_equal(got.update, want->update);
    }
    assert_int_equal(got.indexed, want->indexed);
    if (got.indexed) {
        assert_int_equal(got.index, want->index);
        assert_int_equal(got.pre, want->pre);
        assert_int_equal(got.subtract, want->subtract);
        assert_int_equal(got.shift, want->shift);
        assert_int_equal(got.shift_amount, want->shift_amount);
    }
}

static void every_supported_instruction_is_taken_apart_right(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
        a_row_is_decoded_as_the_manual_says(&good[i]);
    }
}

static void all_else_is_refused(void **state)
{
    struct access access;

    (void)state;
    for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
        if (decode_access(bad[i].insn, bad[i].thumb, &access) != -ENOTSUP) {
            fail_msg("0x%08x (%s) is not refused", (unsigned int)bad[i].insn,
                     bad[i].thumb ? "Thumb" : "ARM");
        }
    }
}

/* What the emulation relies on, whatever the instruction. */
static void harmless(uint32_t insn, bool thumb)
{
    struct access a;
    int err = decode_access(insn, thumb, &a);

    if (err != 0) {
        assert_int_equal(err, -ENOTSUP);
        return;
    }
    assert_true(a.count >= 1 && a.count <= ACCESS_MAX_REGS);
    assert_true(a.size == 1 || a.size == 2 || a.size == 4);
    assert_true(a.count == 1 || a.size == 4);
    assert_true(a.base <= 15 && a.index <= 14);
    assert_true(a.start >= -4095 && a.start <= 4095 && a.update >= -4095 && a.update <= 4095);
    assert_true(a.shift < 4 && a.shift_amount < 32);
    assert_false(a.writeback && a.base == 15);
    for (unsigned int i = 0; i < a.count; i++) {
        assert_true(a.reg[i] <= 15);
        assert_false(a.load && (a.reg[i] == 15 || (a.writeback && a.reg[i] == a.base)));
        assert_false(thumb && a.reg[i] == 15);
    }
}

static void no_encoding_gives_a_result_that_does_harm(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (uint32_t insn = 0; insn < 0xe800; insn++) {
        harmless(insn, true);
    }
    for (uint32_t i = 0; i < 3000000; i++) {
        seed = seed * 1664525u + 1013904223u;
        harmless(seed ^ seed >> 16, false);
        /* Load and store space of 32-bit Thumb, then all of it. */
        harmless(((seed & 1) ? 0xe8000000u : 0xf8000000u) | (seed >> 1 & 0x01ffffff), true);
        harmless(0xe8000000u | seed, true);
    }
}

static void thumb_instructions_have_the_length_of_their_first_halfword(void **state)
{
    (void)state;
    for (uint32_t half = 0; half <= 0xffff; half++) {
        uint32_t top = half >> 11;

        assert_int_equal(decode_thumb_bytes((uint16_t)half),
                         top == 0x1d || top == 0x1e || top == 0x1f ? 4 : 2);
    }
}

/* Shift() of the manual (A8.4.3), bit by bit. */
static uint32_t shifted(unsigned int type, unsigned int n, uint32_t v, bool carry)
{
    if (type == 3 && n == 0) {
        return v >> 1 | (uint32_t)carry << 31;
    }
    if (type != 0 && n == 0) {
        n = 32;
    }
    for (; n > 0; n--) {
        v = type == 0   ? v << 1
            : type == 1 ? v >> 1
            : type == 2 ? (v >> 1 | (v & 0x80000000u))
                        : (v >> 1 | v << 31);
    }
    return v;
}

static void offsets_are_shifted_as_one_bit_at_a_time_would_be(void **state)
{
    static const uint32_t values[] = {0, 1, 0x80000000, 0x7fffffff, 0xffffffff, 0x80000001, 0x1234};

    (void)state;
    for (unsigned int n = 0; n < 4 * 32 * 2 * 2 * ARRAY_SIZE(values); n++) {
        uint32_t value = values[n >> 9];
        bool carry = n & 128;
        struct access a = {
            .indexed = true,
            .shift = (uint8_t)(n & 3),
            .shift_amount = (uint8_t)(n >> 2 & 31),
            .subtract = n & 256,
        };
        uint32_t want = shifted(a.shift, a.shift_amount, value, carry);

        assert_int_equal(decode_offset(&a, value, carry), a.subtract ? 0u - want : want);
        a.indexed = false;
        assert_int_equal(decode_offset(&a, value, carry), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_supported_instruction_is_taken_apart_right),
        cmocka_unit_test(all_else_is_refused),
        cmocka_unit_test(no_encoding_gives_a_result_that_does_harm),
        cmocka_unit_test(thumb_instructions_have_the_length_of_their_first_halfword),
        cmocka_unit_test(offsets_are_shifted_as_one_bit_at_a_time_would_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
