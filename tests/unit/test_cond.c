/* UNIT: vcpu/cond.c */
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Conditions of trapped instructions: every condition with every set of flags against
 * ConditionHolds() (ARM DDI 0406C, A8.3.1), and where the condition comes from.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hyp/arch/sysreg.h"
#include "vcpu/cond.h"
#include "vcpu/vcpu.h"

/* ConditionHolds() as the manual writes it. */
static bool condition_holds(unsigned int cond, unsigned int nzcv)
{
    bool n = nzcv & 8, z = nzcv & 4, c = nzcv & 2, v = nzcv & 1, result;

    switch (cond >> 1) {
    case 0:
        result = z;
        break;
    case 1:
        result = c;
        break;
    case 2:
        result = n;
        break;
    case 3:
        result = v;
        break;
    case 4:
        result = c && !z;
        break;
    case 5:
        result = n == v;
        break;
    case 6:
        result = n == v && !z;
        break;
    default:
        result = true;
        break;
    }
    return (cond & 1) && cond != 15 ? !result : result;
}

static uint32_t hsr_of(unsigned int ec, bool cv, unsigned int cond)
{
    return ec << 26 | HSR_IL | (cv ? HSR_CV : 0) | cond << 20;
}

/* The CPSR in an IT block: ITSTATE<7:2> in bits 15:10, <1:0> in 26:25. */
static uint32_t cpsr_of(unsigned int nzcv, bool thumb, unsigned int it)
{
    return nzcv << 28 | (thumb ? PSR_T : 0) | PSR_SVC | (it >> 2) << 10 | (it & 3) << 25;
}

static void every_condition_holds_for_just_the_flags_of_the_manual(void **state)
{
    (void)state;
    for (unsigned int cond = 0; cond < 16; cond++) {
        for (unsigned int nzcv = 0; nzcv < 16; nzcv++) {
            uint32_t cpsr = cpsr_of(nzcv, false, 0);

            assert_int_equal(cond_holds(cond, cpsr), condition_holds(cond, nzcv));
            assert_int_equal(cond_passed_psr(hsr_of(HSR_EC_CP15_32, true, cond), cpsr),
                             condition_holds(cond, nzcv));
        }
    }
}

static void a_valid_condition_field_is_believed_over_the_it_state(void **state)
{
    /* IT says EQ, the syndrome NE; Z is set. */
    uint32_t cpsr = cpsr_of(4, true, 0x08);

    (void)state;
    assert_false(cond_passed_psr(hsr_of(HSR_EC_WFX, true, 1), cpsr));
    assert_true(cond_passed_psr(hsr_of(HSR_EC_WFX, true, 0), cpsr));
}

static void without_one_the_it_state_decides_in_thumb(void **state)
{
    (void)state;
    for (unsigned int cond = 0; cond < 15; cond++) {
        for (unsigned int mask = 1; mask < 16; mask++) {
            for (unsigned int nzcv = 0; nzcv < 16; nzcv++) {
                assert_int_equal(cond_passed_psr(hsr_of(HSR_EC_CP15_32, false, 0),
                                                 cpsr_of(nzcv, true, cond << 4 | mask)),
                                 condition_holds(cond, nzcv));
            }
        }
    }
    /* Outside of an IT block everything executes; COND is not looked at. */
    assert_true(cond_passed_psr(hsr_of(HSR_EC_CP15_32, false, 0), cpsr_of(0, true, 0)));
}

static void classes_that_carry_no_condition_pass(void **state)
{
    uint32_t cpsr = cpsr_of(0, true, 0x08); /* IT EQ, Z clear: would fail */

    (void)state;
    assert_true(cond_passed_psr(hsr_of(HSR_EC_UNKNOWN, false, 0), cpsr));
    assert_true(cond_passed_psr(hsr_of(HSR_EC_HVC, false, 0), cpsr));
    assert_true(cond_passed_psr(hsr_of(HSR_EC_SMC, false, 0), cpsr));
    assert_true(cond_passed_psr(hsr_of(HSR_EC_DABT, true, 0), cpsr));
    assert_false(cond_passed_psr(hsr_of(HSR_EC_WFX, false, 0), cpsr));
}

static void the_short_cut_for_always_never_lies(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 64 * 32; i++) {
        uint32_t hsr = hsr_of(i >> 5, i & 16, i & 15);

        if (cond_always(hsr)) {
            for (unsigned int nzcv = 0; nzcv < 16; nzcv++) {
                assert_true(cond_passed_psr(hsr, cpsr_of(nzcv, nzcv & 1, 0x08)));
            }
        }
    }
    assert_true(cond_always(hsr_of(HSR_EC_CP15_32, true, 14)));
    assert_false(cond_always(hsr_of(HSR_EC_CP15_32, false, 14)));
}

static void the_frame_s_cpsr_is_what_counts(void **state)
{
    static struct vcpu vcpu;

    (void)state;
    vcpu.frame.cpsr = cpsr_of(4, false, 0);
    assert_true(cond_passed(&vcpu, hsr_of(HSR_EC_CP14_32, true, 0)));
    assert_false(cond_passed(&vcpu, hsr_of(HSR_EC_CP14_32, true, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_condition_holds_for_just_the_flags_of_the_manual),
        cmocka_unit_test(a_valid_condition_field_is_believed_over_the_it_state),
        cmocka_unit_test(without_one_the_it_state_decides_in_thumb),
        cmocka_unit_test(classes_that_carry_no_condition_pass),
        cmocka_unit_test(the_short_cut_for_always_never_lies),
        cmocka_unit_test(the_frame_s_cpsr_is_what_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
