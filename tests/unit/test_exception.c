/* UNIT: vcpu/exception.c */
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception entry against a transcription of the manual's pseudocode (ARM DDI 0406C, B1.9.2,
 * B1.9.7, B1.9.8), written as the manual has it, with the PC 8 or 4 ahead: for every mode,
 * instruction set, mask, IT state and SCTLR setting. And fault status values against the tables'
 * literal bits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hyp/arch/sysreg.h"
#include "hyp/lib/util.h"
#include "vcpu/exception.h"

static const uint32_t modes[] = {PSR_USR, PSR_FIQ, PSR_IRQ, PSR_SVC, PSR_ABT, PSR_UND, PSR_SYS};

static uint32_t field(uint32_t v, unsigned int hi, unsigned int lo, uint32_t to)
{
    uint32_t mask = (uint32_t)(((UINT64_C(1) << (hi - lo + 1)) - 1) << lo);

    return (v & ~mask) | (to << lo);
}

/* TakeUndefInstrException() and its two siblings, of a CPU that has the Security and Virtualization
 * Extensions and is Non-secure with HCR.TGE 0. */
static struct exception_out pseudocode(enum exception_kind kind, const struct exception_in *in)
{
    uint32_t t = (in->cpsr >> 5) & 1;
    uint32_t pc = in->pc + (t ? 4 : 8);
    uint32_t cpsr = in->cpsr;
    uint32_t base = ((in->sctlr >> 13) & 1) ? 0xffff0000u : in->vbar;
    struct exception_out out = {.spsr = in->cpsr};

    switch (kind) {
    case EXCEPTION_UNDEF:
        out.lr = t ? pc - 2 : pc - 4;
        cpsr = field(cpsr, 4, 0, 0x1b);
        out.pc = base + 4;
        break;
    case EXCEPTION_PABT:
        out.lr = t ? pc : pc - 4;
        cpsr = field(cpsr, 4, 0, 0x17);
        cpsr = field(cpsr, 8, 8, 1);
        out.pc = base + 12;
        break;
    case EXCEPTION_DABT:
        out.lr = t ? pc + 4 : pc;
        cpsr = field(cpsr, 4, 0, 0x17);
        cpsr = field(cpsr, 8, 8, 1);
        out.pc = base + 16;
        break;
    }
    cpsr = field(cpsr, 7, 7, 1);   /* I */
    cpsr = field(cpsr, 15, 10, 0); /* IT<7:2> */
    cpsr = field(cpsr, 26, 25, 0); /* IT<1:0> */
    cpsr = field(cpsr, 24, 24, 0); /* J */
    cpsr = field(cpsr, 5, 5, (in->sctlr >> 30) & 1);
    cpsr = field(cpsr, 9, 9, (in->sctlr >> 25) & 1);
    out.cpsr = cpsr;
    return out;
}

static void same(enum exception_kind kind, const struct exception_in *in)
{
    struct exception_out want = pseudocode(kind, in), got = exception_take(kind, in);

    assert_int_equal(got.cpsr, want.cpsr);
    assert_int_equal(got.spsr, want.spsr);
    assert_int_equal(got.pc, want.pc);
    assert_int_equal(got.lr, want.lr);
}

/* Every value of the bits that matter: E, A, I, F, T, J, some IT states and flags, GE. */
static uint32_t cpsr_of(uint32_t mode, uint32_t n)
{
    static const uint32_t it[] = {0, 0x0600fc00, 0x00008800, 0x02000400};
    static const uint32_t rest[] = {0, 0xf0000000, 0x580f0000, 0xf8ff0000};
    uint32_t cpsr = mode | (n & 0x1f) << 5; /* T, F, I, A, E */

    cpsr |= (n & 0x20) ? (uint32_t)PSR_J : 0;
    return cpsr | it[(n >> 6) & 3] | rest[(n >> 8) & 3];
}

static void entry_is_the_pseudocode_s_from_every_mode_and_state(void **state)
{
    static const uint32_t vbars[] = {0, 0x40008000, 0xffffffe0};
    static const uint32_t pcs[] = {0, 0x40001234, 0xfffffffc, 0x80000002};
    static const uint32_t controls[] = {SCTLR_TE, SCTLR_EE, SCTLR_V};

    (void)state;
    for (uint32_t n = 0; n < ARRAY_SIZE(modes) << 10; n++) {
        for (uint32_t c = 0; c < 8; c++) {
            struct exception_in in = {
                .cpsr = cpsr_of(modes[n >> 10], n & 0x3ff),
                .pc = pcs[n % ARRAY_SIZE(pcs)],
                .sctlr = SCTLR_RESET,
                .vbar = vbars[(n + c) % ARRAY_SIZE(vbars)],
            };
            for (uint32_t i = 0; i < 3; i++) {
                in.sctlr |= (c & BIT(i)) ? controls[i] : 0;
            }
            for (int kind = EXCEPTION_UNDEF; kind <= EXCEPTION_DABT; kind++) {
                same((enum exception_kind)kind, &in);
            }
        }
    }
}

/* What a handler computes from LR must be the instruction, or the one after it. */
static void the_usual_return_instructions_find_the_instruction_again(void **state)
{
    for (uint32_t t = 0; t < 2; t++) {
        struct exception_in in = {.cpsr = PSR_SVC | (t ? PSR_T : 0), .pc = 0x40001000};

        (void)state;
        /* SUBS PC, LR, #8 for a data abort, #4 for a prefetch abort: the instruction itself. */
        assert_int_equal(exception_take(EXCEPTION_DABT, &in).lr - 8, in.pc);
        assert_int_equal(exception_take(EXCEPTION_PABT, &in).lr - 4, in.pc);
        /* MOVS PC, LR after UNDEF: the next instruction (Thumb: the next halfword). */
        assert_int_equal(exception_take(EXCEPTION_UNDEF, &in).lr, in.pc + (t ? 2 : 4));
    }
}

static void fiq_is_never_masked_and_a_only_by_aborts(void **state)
{
    struct exception_in in = {.cpsr = PSR_USR, .pc = 0x1000};

    (void)state;
    for (int kind = EXCEPTION_UNDEF; kind <= EXCEPTION_DABT; kind++) {
        uint32_t cpsr = exception_take((enum exception_kind)kind, &in).cpsr;

        assert_int_equal(cpsr & PSR_F, 0);
        assert_int_equal(cpsr & PSR_I, PSR_I);
        assert_int_equal(cpsr & PSR_A, kind == EXCEPTION_UNDEF ? 0 : PSR_A);
    }
}

static void reserved_low_bits_of_vbar_do_not_reach_the_pc(void **state)
{
    struct exception_in in = {.cpsr = PSR_SVC, .vbar = 0x4000001f};

    (void)state;
    assert_int_equal(exception_take(EXCEPTION_DABT, &in).pc, 0x40000010);
}

static void fault_status_has_the_bits_of_the_short_format(void **state)
{
    (void)state;
    assert_int_equal(exception_ifsr(FAULT_EXTERNAL, 0), 0x008);
    assert_int_equal(exception_ifsr(FAULT_EXTERNAL_WALK_L1, 0), 0x00c);
    assert_int_equal(exception_dfsr(FAULT_EXTERNAL, 0, false, false), 0x008);
    assert_int_equal(exception_dfsr(FAULT_EXTERNAL, 0, true, false), 0x808);
    assert_int_equal(exception_dfsr(FAULT_EXTERNAL_WALK_L1, 0, true, true), 0x280c);
    assert_int_equal(exception_dfsr(FAULT_EXTERNAL_WALK_L2, 0, true, false), 0x80e);
    assert_int_equal(exception_dfsr(FAULT_ALIGNMENT, 0, false, false), 0x001);
    assert_int_equal(exception_dfsr(FAULT_ALIGNMENT, 7, true, false), 0x801); /* TTBCR.N */
}

static void fault_status_has_the_bits_of_the_long_format(void **state)
{
    uint32_t eae = 0x80000000u;

    (void)state;
    assert_int_equal(exception_ifsr(FAULT_EXTERNAL, eae), 0x210);
    assert_int_equal(exception_ifsr(FAULT_EXTERNAL_WALK_L1, eae), 0x215);
    assert_int_equal(exception_ifsr(FAULT_EXTERNAL_WALK_L2, eae), 0x216);
    assert_int_equal(exception_ifsr(FAULT_EXTERNAL_WALK_L3, eae), 0x217);
    assert_int_equal(exception_dfsr(FAULT_EXTERNAL, eae, false, false), 0x210);
    assert_int_equal(exception_dfsr(FAULT_EXTERNAL, eae, true, false), 0xa10);
    assert_int_equal(exception_dfsr(FAULT_EXTERNAL, eae, true, true), 0x2a10);
    assert_int_equal(exception_dfsr(FAULT_ALIGNMENT, eae, true, false), 0xa21);
}

struct walk_row {
    struct exception_walk walk;
    enum exception_fault fault;
};

static void walk_rows(const struct walk_row *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(exception_walk_fault(&row[i].walk), row[i].fault);
    }
}

#define L1 FAULT_EXTERNAL_WALK_L1
#define L2 FAULT_EXTERNAL_WALK_L2
#define L3 FAULT_EXTERNAL_WALK_L3

static void a_short_format_walk_stopped_where_its_first_table_says(void **state)
{
    static const struct walk_row rows[] = {
        /* va, ipa, TTBCR, TTBR0, TTBR1: 16 KiB of first-level table, four pages. */
        {{0x00000000, 0x40004000, 0, 0x4000406a, 0}, L1},
        {{0x3fffffff, 0x40004fff, 0, 0x4000406a, 0}, L1},
        {{0x40000000, 0x40004000, 0, 0x4000406a, 0}, L2}, /* its entry is in the second page */
        {{0x40000000, 0x40005000, 0, 0x4000406a, 0}, L1},
        {{0xfff00000, 0x40007000, 0, 0x4000406a, 0}, L1},
        {{0xfff00000, 0x09000000, 0, 0x4000406a, 0}, L2},
        /* N = 1: the lower half by TTBR0, with 8 KiB of table; the upper by TTBR1, with 16 KiB. */
        {{0x7fffffff, 0x40003000, 1, 0x40002000, 0x50000000}, L1},
        {{0x80000000, 0x50002000, 1, 0x40002000, 0x50000000}, L1},
        {{0x80000000, 0x40002000, 1, 0x40002000, 0x50000000}, L2},
        /* N = 7: 128 bytes of table. */
        {{0x01ffffff, 0x40000f80, 7, 0x40000f80, 0x50000000}, L1},
        {{0x02000000, 0x50000000, 7, 0x40000f80, 0x50000000}, L1},
        /* An IPA beyond 32 bits is in no short-format table. */
        {{0x00000000, 0x140004000, 0, 0x40004000, 0}, L2},
    };

    (void)state;
    walk_rows(rows, ARRAY_SIZE(rows));
}

static void a_long_format_walk_stopped_where_its_first_table_says(void **state)
{
#define EAE 0x80000000u
    static const struct walk_row rows[] = {
        {{0xc0000000, 0x40001fe0, EAE, 0x40001fe0, 0}, L1},
        {{0xc0000000, 0x40002000, EAE, 0x40001fe0, 0}, L2},
        {{0x00000000, 0xff40001000, EAE, 0xff40001000, 0}, L1},
        /* An ASID in TTBR bits 55:48 is no part of the address. */
        {{0x00000000, 0x40001000, EAE, 0x00ab000040001000, 0}, L1},
        /* T1SZ = 1, as Linux splits 2/2: the upper half by TTBR1. */
        {{0x80000000, 0x50000000, EAE | 1 << 16, 0x40000000, 0x50000010}, L1},
        {{0x7fffffff, 0x50000000, EAE | 1 << 16, 0x40000000, 0x50000010}, L2},
        {{0x7fffffff, 0x40000000, EAE | 1 << 16, 0x40000000, 0x50000010}, L1},
        /* T1SZ = 2, 3/1: 1 GiB above begins at level 2, with a table of one page. */
        {{0xc0200000, 0x50001000, EAE | 2 << 16, 0x40000000, 0x50001000}, L2},
        {{0xc0200000, 0x50002000, EAE | 2 << 16, 0x40000000, 0x50001000}, L3},
        {{0xbfffffff, 0x40000000, EAE | 2 << 16, 0x40000000, 0x50001000}, L1},
        /* T0SZ alone: what is not below is TTBR1's, whole. */
        {{0x02000000, 0x50000000, EAE | 7, 0x40000f80, 0x50000000}, L1},
        {{0x01ffffff, 0x40000f80, EAE | 7, 0x40000f80, 0x50000000}, L2},
        {{0x01ffffff, 0x40001000, EAE | 7, 0x40000f80, 0x50000000}, L3},
    };

    (void)state;
    walk_rows(rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entry_is_the_pseudocode_s_from_every_mode_and_state),
        cmocka_unit_test(the_usual_return_instructions_find_the_instruction_again),
        cmocka_unit_test(fiq_is_never_masked_and_a_only_by_aborts),
        cmocka_unit_test(reserved_low_bits_of_vbar_do_not_reach_the_pc),
        cmocka_unit_test(fault_status_has_the_bits_of_the_short_format),
        cmocka_unit_test(fault_status_has_the_bits_of_the_long_format),
        cmocka_unit_test(a_short_format_walk_stopped_where_its_first_table_says),
        cmocka_unit_test(a_long_format_walk_stopped_where_its_first_table_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
