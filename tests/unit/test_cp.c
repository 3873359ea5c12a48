/* UNIT: vcpu/cp_table.c vcpu/cp15.c vcpu/cp14.c vcpu/cond.c */
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Coprocessor traps: the tables are well-formed; every encoding there is ends in a step or in an
 * UNDEF and nothing else; and the registers that guests are known to touch answer as promised.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/arch/hsr.h"
#include "hyp/arch/sysreg.h"
#include "hyp/core/log.h"
#include "hyp/lib/util.h"
#include "vcpu/cp14.h"
#include "vcpu/cp15.h"
#include "vcpu/cp15_hw.h"
#include "vcpu/cp_table.h"
#include "vcpu/inject.h"
#include "vcpu/vcpu.h"
#include "vcpu/vtimer.h"

#define UNTOUCHED 0x5a5a5a5au

static struct vm vm;
static struct vcpu vcpu;
static unsigned int undefs, skipped, logged, cleaned;
static uint32_t cleaned_operand, timer_key, timer_value;
static bool timer_answer;

/* ---- what the tables call ---- */

uint32_t vcpu_reg(const struct vcpu *v, unsigned int n)
{
    assert_true(n <= 15);
    return n == 15 ? v->frame.pc : n > 12 ? UNTOUCHED : v->frame.r[n];
}

void vcpu_set_reg(struct vcpu *v, unsigned int n, uint32_t value)
{
    assert_true(n < 15);
    if (n <= 12) {
        v->frame.r[n] = value;
    }
}

void vcpu_skip(struct vcpu *v, unsigned int len)
{
    v->frame.pc += len;
    skipped++;
}

void inject_undef(struct vcpu *v)
{
    assert_ptr_equal(v, &vcpu);
    undefs++;
}

void log_guest(const char *guest, const char *fmt, ...)
{
    assert_string_equal(guest, "guest");
    assert_non_null(fmt);
    logged++;
}

bool vtimer_cp15_32(struct vcpu *v, uint32_t key, bool write, uint32_t *value)
{
    (void)v;
    timer_key = key;
    if (write) {
        timer_value = *value;
    } else {
        *value = 0x11;
    }
    return timer_answer;
}

bool vtimer_cp15_64(struct vcpu *v, uint32_t key, bool write, uint64_t *value)
{
    (void)v;
    timer_key = key;
    if (write) {
        timer_value = (uint32_t)(*value >> 32) ^ (uint32_t)*value;
    } else {
        *value = UINT64_C(0x2200000033);
    }
    return timer_answer;
}

uint32_t cp15_hw_id(uint32_t key)
{
    switch (key) {
    case CP32_KEY(ID_PFR1):
        return 0x00011011; /* Cortex-A15 */
    case CP32_KEY(ID_ISAR4):
        return 0x10011142;
    default:
        return 0x80000000u | key;
    }
}

static uint32_t hw_actlr;

uint32_t cp15_hw_actlr(void)
{
    return hw_actlr;
}

uint32_t cp15_hw_l2ctlr(void)
{
    return 0x01000005;
}

void cp15_hw_dccisw(uint32_t set_way)
{
    cleaned++;
    cleaned_operand = set_way;
}

/* ---- traps ---- */

static int reset(void **state)
{
    (void)state;
    memset(&vm, 0, sizeof(vm));
    memset(&vcpu, 0, sizeof(vcpu));
    vm.name = "guest";
    vm.nr_vcpus = 2;
    vcpu.vm = &vm;
    vcpu.frame.cpsr = PSR_SVC;
    vcpu.frame.pc = 0x40001000;
    memset(vcpu.frame.r, 0x5a, sizeof(vcpu.frame.r));
    undefs = skipped = logged = cleaned = 0;
    timer_answer = true;
    hw_actlr = 1; /* IBE */
    return 0;
}

#define ALWAYS (HSR_IL | HSR_CV | 14u << 20)

static uint32_t hsr32(uint32_t key, bool write, unsigned int rt)
{
    return HSR_EC_CP15_32 << 26 | ALWAYS | key | rt << 5 | (write ? 0 : HSR_CP_READ);
}

static uint32_t hsr64(uint32_t key, bool write, unsigned int rt, unsigned int rt2)
{
    return HSR_EC_CP15_64 << 26 | ALWAYS | key | rt2 << 10 | rt << 5 | (write ? 0 : HSR_CP_READ);
}

/* Reads to r3; the value, having checked that it was a plain step. */
static uint32_t read15(uint32_t key)
{
    reset(NULL);
    cp15_reset(&vcpu);
    assert_int_equal(cp15_trap32(&vcpu, hsr32(key, false, 3)), VERDICT_RESUME);
    assert_int_equal(undefs, 0);
    assert_int_equal(vcpu.frame.pc, 0x40001004);
    return vcpu.frame.r[3];
}

static uint32_t read14(uint32_t key)
{
    reset(NULL);
    assert_int_equal(cp14_trap32(&vcpu, hsr32(key, false, 3)), VERDICT_RESUME);
    assert_int_equal(undefs, 0);
    assert_int_equal(vcpu.frame.pc, 0x40001004);
    return vcpu.frame.r[3];
}

/* Whether a write of all ones is taken rather than UNDEFINED. */
static bool write15(uint32_t key)
{
    reset(NULL);
    cp15_reset(&vcpu);
    vcpu.frame.r[3] = ~0u;
    assert_int_equal(cp15_trap32(&vcpu, hsr32(key, true, 3)), VERDICT_RESUME);
    assert_int_equal(undefs + skipped, 1);
    return undefs == 0;
}

static bool write14(uint32_t key)
{
    reset(NULL);
    vcpu.frame.r[3] = ~0u;
    assert_int_equal(cp14_trap32(&vcpu, hsr32(key, true, 3)), VERDICT_RESUME);
    assert_int_equal(undefs + skipped, 1);
    return undefs == 0;
}

/* ---- the tables ---- */

static void rows_lie_in_the_group_of_their_crn_and_none_hides_another(void **state)
{
    const struct cp_table *tables[] = {&cp15_table, &cp14_table};

    (void)state;
    for (unsigned int t = 0; t < ARRAY_SIZE(tables); t++) {
        for (unsigned int crn = 0; crn < 16; crn++) {
            const struct cp_group *group = &tables[t]->crn[crn];

            for (unsigned int i = 0; i < group->nr; i++) {
                const struct cp_row32 *row = &group->row[i];

                assert_non_null(row->fn);
                assert_int_equal(BITS(row->key, 13, 10), crn);
                assert_int_equal(row->key & ~row->mask, 0);
                assert_int_equal(row->mask & 0x3c00, 0x3c00);
                for (unsigned int j = 0; j < i; j++) {
                    uint32_t both = row->mask & group->row[j].mask;

                    assert_true((row->key & both) != (group->row[j].key & both));
                }
                assert_ptr_equal(cp_find32(tables[t], row->key), row);
            }
        }
        for (unsigned int i = 0; i < tables[t]->nr64; i++) {
            assert_non_null(tables[t]->row64[i].fn);
            assert_ptr_equal(cp_find64(tables[t], tables[t]->row64[i].key), &tables[t]->row64[i]);
        }
    }
}

static void every_encoding_in_every_mode_is_a_step_or_an_undef(void **state)
{
    static const uint32_t modes[] = {PSR_USR, PSR_SVC, PSR_FIQ};

    (void)state;
    for (uint32_t n = 0; n < BIT(14) * 2 * 3; n++) { /* opc1, CRn, CRm, opc2 */
        uint32_t e = n & 0x3fff;
        uint32_t key = CP32_ISS(e & 7, e >> 3 & 15, e >> 7 & 15, e >> 11 & 7);

        for (unsigned int cp = 0; cp < 2; cp++) {
            reset(NULL);
            vcpu.frame.cpsr = modes[(n >> 15) % 3];
            if (cp == 0) {
                cp15_trap32(&vcpu, hsr32(key, n & BIT(14), n % 16));
            } else {
                cp14_trap32(&vcpu, hsr32(key, n & BIT(14), n % 16));
            }
            assert_int_equal(undefs + skipped, 1);
        }
    }
    for (uint32_t n = 0; n < 256 * 2 * 256; n++) { /* opc1, CRm; Rt, Rt2 */
        uint32_t key = CP64_ISS(n & 15, n >> 4 & 15);

        reset(NULL);
        cp15_trap64(&vcpu, hsr64(key, n & 256, n >> 9 & 15, n >> 13 & 15));
        assert_int_equal(undefs + skipped, 1);
        reset(NULL);
        cp14_trap64(&vcpu, hsr64(key, n & 256, n >> 9 & 15, n >> 13 & 15));
        assert_int_equal(undefs + skipped, 1);
    }
}

static void user_mode_gets_at_nothing_but_what_the_manual_lets_it(void **state)
{
    static const uint32_t allowed15[] = {CP32_KEY(PMUSERENR), CP32_KEY(CNTP_CTL),
                                         CP32_KEY(CNTP_TVAL)};
    static const uint32_t allowed14[] = {CP32_KEY(DBGDIDR), CP32_KEY(DBGDSCRINT),
                                         CP32_KEY(DBGDTRRXINT), CP32_KEY(DBGDRAR),
                                         CP32_KEY(DBGDSAR)};

    (void)state;
    for (uint32_t e = 0; e < BIT(14); e++) {
        uint32_t key = CP32_ISS(e & 7, e >> 3 & 15, e >> 7 & 15, e >> 11 & 7);
        bool may15 = false, may14 = false;

        for (unsigned int i = 0; i < ARRAY_SIZE(allowed15); i++) {
            may15 |= key == allowed15[i];
        }
        for (unsigned int i = 0; i < ARRAY_SIZE(allowed14); i++) {
            may14 |= key == allowed14[i];
        }
        reset(NULL);
        vcpu.frame.cpsr = PSR_USR;
        cp15_trap32(&vcpu, hsr32(key, false, 0));
        assert_int_equal(undefs, may15 ? 0 : 1);
        reset(NULL);
        vcpu.frame.cpsr = PSR_USR;
        cp14_trap32(&vcpu, hsr32(key, false, 0));
        assert_int_equal(undefs, may14 ? 0 : 1);
    }
    reset(NULL);
    vcpu.frame.cpsr = PSR_USR;
    cp15_trap32(&vcpu, hsr32(CP32_KEY(PMUSERENR), true, 0));
    assert_int_equal(undefs, 1);
}

/* ---- registers ---- */

static void id_registers_show_no_security_no_virtualization_and_no_smc(void **state)
{
    (void)state;
    assert_int_equal(read15(CP32_KEY(ID_PFR1)),
                     0x00010001); /* as QEMU's virt without EL2 and EL3 */
    assert_int_equal(read15(CP32_KEY(ID_ISAR4)), 0x10010142);
    assert_int_equal(read15(CP32_KEY(ID_DFR0)), 0);
    assert_int_equal(read15(CP32_KEY(ID_MMFR3)), 0x80000000u | CP32_KEY(ID_MMFR3));
    assert_int_equal(read15(CP32_KEY(AIDR)), 0x80000000u | CP32_KEY(AIDR));
}

static void the_whole_cpuid_space_reads_and_none_of_it_can_be_written(void **state)
{
    (void)state;
    for (uint32_t crm = 1; crm < 8; crm++) {
        for (uint32_t op2 = 0; op2 < 8; op2++) {
            uint32_t key = CP32_ISS(0, 0, crm, op2), value = read15(key);

            if (crm > 2 || (crm == 2 && op2 > 5)) {
                assert_int_equal(value, 0);
            }
            assert_false(write15(key));
        }
    }
}

static void actlr_says_smp_and_the_real_ibe_and_ignores_writes(void **state)
{
    (void)state;
    assert_int_equal(read15(CP32_KEY(ACTLR)), 0x41);
    assert_true(write15(CP32_KEY(ACTLR)));
    cp15_trap32(&vcpu, hsr32(CP32_KEY(ACTLR), false, 4));
    assert_int_equal(vcpu.frame.r[4], 0x41);
}

static void l2ctlr_counts_the_guest_s_cpus_not_the_board_s(void **state)
{
    static const uint32_t field[] = {0, 0, 1, 2, 3, 3, 3, 3, 3};

    for (unsigned int n = 1; n <= 8; n++) {
        reset(state);
        vm.nr_vcpus = n;
        cp15_trap32(&vcpu, hsr32(CP32_KEY(L2CTLR), false, 3));
        assert_int_equal(vcpu.frame.r[3], field[n] << 24 | 5);
    }
    assert_true(write15(CP32_KEY(L2CTLR)));
    assert_int_equal(cleaned, 0);
}

static void set_way_operations_that_trap_clean_and_invalidate(void **state)
{
    static const uint32_t keys[] = {CP32_KEY(DCISW), CP32_KEY(DCCSW), CP32_KEY(DCCISW)};

    for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++) {
        reset(state);
        vcpu.frame.r[2] = 0x40000040 + i;
        cp15_trap32(&vcpu, hsr32(keys[i], true, 2));
        assert_int_equal(cleaned, 1);
        assert_int_equal(cleaned_operand, 0x40000040 + i);
        reset(state);
        cp15_trap32(&vcpu, hsr32(keys[i], false, 2));
        assert_int_equal(cleaned, 0);
        assert_int_equal(undefs, 1);
    }
}

static void performance_monitors_read_as_zero_and_take_writes(void **state)
{
    static const uint32_t crm[] = {12, 13, 14};

    (void)state;
    for (unsigned int i = 0; i < ARRAY_SIZE(crm); i++) {
        for (uint32_t op2 = 0; op2 < (crm[i] == 12 ? 8u : crm[i] == 13 ? 3u : 4u); op2++) {
            uint32_t key = CP32_ISS(0, 9, crm[i], op2);

            assert_int_equal(read15(key), 0);
            assert_int_equal(write15(key), key != CP32_KEY(PMCEID0) && key != CP32_KEY(PMCEID1));
        }
    }
}

static void debug_is_version_zero_and_takes_what_boot_code_writes(void **state)
{
    (void)state;
    assert_int_equal(read14(CP32_KEY(DBGDIDR)), 0);
    assert_false(write14(CP32_KEY(DBGDIDR)));
    assert_int_equal(read14(CP32_KEY(DBGOSLSR)), 0);
    assert_int_equal(read14(CP32_KEY(DBGDRAR)), 0);
    assert_true(write14(CP32_KEY(DBGOSLAR)));
    assert_true(write14(CP32_KEY(DBGOSDLR)));
    assert_true(write14(CP32_KEY(DBGVCR)));
    assert_true(write14(CP32_KEY(DBGDSCREXT)));
    for (uint32_t n = 0; n < 16; n++) {
        for (uint32_t op2 = 4; op2 < 8; op2++) {
            assert_int_equal(read14(CP32_ISS(0, 0, n, op2)), 0);
            assert_true(write14(CP32_ISS(0, 0, n, op2)));
        }
    }
    reset(NULL);
    cp14_trap64(&vcpu, hsr64(CP64_KEY(DBGDRAR_64), false, 0, 1));
    assert_int_equal(vcpu.frame.r[0] | vcpu.frame.r[1], 0);
    assert_int_equal(undefs, 0);
}

static void a_read_with_rt_15_goes_to_the_flags_and_never_to_the_pc(void **state)
{
    reset(state);
    vcpu.frame.cpsr = 0xf0000000u | PSR_SVC;
    cp14_trap32(&vcpu, hsr32(CP32_KEY(DBGDSCRINT), false, 15));
    assert_int_equal(vcpu.frame.cpsr, PSR_SVC);
    assert_int_equal(vcpu.frame.pc, 0x40001004);
    reset(state);
    cp15_trap64(&vcpu, hsr64(CP64_KEY(CNTP_CVAL), false, 15, 1));
    assert_int_equal(undefs, 1);
    assert_int_equal(vcpu.frame.r[1], UNTOUCHED);
}

static void the_timer_gets_its_keys_and_values_and_may_refuse(void **state)
{
    reset(state);
    vcpu.frame.r[5] = 77;
    cp15_trap32(&vcpu, hsr32(CP32_KEY(CNTP_TVAL), true, 5));
    assert_int_equal(timer_key, CP32_KEY(CNTP_TVAL));
    assert_int_equal(timer_value, 77);
    cp15_trap32(&vcpu, hsr32(CP32_KEY(CNTP_CTL), false, 6));
    assert_int_equal(vcpu.frame.r[6], 0x11);
    cp15_trap64(&vcpu, hsr64(CP64_KEY(CNTP_CVAL), false, 7, 8));
    assert_int_equal(vcpu.frame.r[7], 0x33);
    assert_int_equal(vcpu.frame.r[8], 0x22);
    vcpu.frame.r[7] = 0x100;
    vcpu.frame.r[8] = 0x023;
    cp15_trap64(&vcpu, hsr64(CP64_KEY(CNTP_CVAL), true, 7, 8));
    assert_int_equal(timer_value, 0x123);
    assert_int_equal(undefs, 0);
    cp15_trap64(&vcpu, hsr64(CP64_KEY(CNTPCT), true, 7, 8));
    assert_int_equal(undefs, 1);
    timer_answer = false;
    vcpu.frame.r[6] = UNTOUCHED;
    cp15_trap32(&vcpu, hsr32(CP32_KEY(CNTP_CTL), false, 6));
    assert_int_equal(undefs, 2);
    assert_int_equal(vcpu.frame.r[6], UNTOUCHED);
}

static void an_unknown_register_is_undefined_and_logged_once_in_a_life(void **state)
{
    reset(state);
    for (uint32_t i = 0; i < 3; i++) {
        cp15_trap32(&vcpu, hsr32(CP32_ISS(0, 15, 12, i), false, 1));
        cp14_trap32(&vcpu, hsr32(CP32_ISS(1, 5, 0, i), true, 1));
        cp15_trap64(&vcpu, hsr64(CP64_ISS(i, 9), false, 1, 2));
    }
    assert_int_equal(undefs, 9);
    assert_int_equal(logged, 1);
    assert_int_equal(vcpu.frame.r[1], UNTOUCHED);
}

static void a_condition_that_fails_steps_over_and_does_nothing(void **state)
{
    uint32_t eq = (HSR_EC_CP15_32 << 26) | HSR_CV | HSR_IL; /* EQ, Z clear */

    reset(state);
    cp15_trap32(&vcpu, eq | CP32_KEY(ACTLR) | 3 << 5 | HSR_CP_READ);
    cp15_trap32(&vcpu, eq | CP32_KEY(DCCISW) | 3 << 5);
    cp15_trap32(&vcpu, eq | CP32_ISS(7, 15, 15, 7));
    cp15_trap64(&vcpu, eq | CP64_KEY(CNTP_CVAL) | HSR_CP_READ);
    cp15_trap64(&vcpu, eq | CP64_ISS(9, 9));
    cp14_trap_ls(&vcpu, eq);
    assert_int_equal(skipped, 6);
    assert_int_equal(vcpu.frame.pc, 0x40001000 + 6 * 4);
    assert_int_equal(undefs + cleaned + logged, 0);
    assert_int_equal(vcpu.frame.r[3], UNTOUCHED);
    cp14_trap_ls(&vcpu, HSR_EC_CP14_LS << 26 | ALWAYS);
    assert_int_equal(undefs, 1);
}

static void the_trap_controls_let_no_debug_or_counter_through_and_keep_hpmn(void **state)
{
    (void)state;
    assert_int_equal(CP15_HDCR_FOR(0x410f3000), 0xe60 | 6);
    assert_int_equal(CP15_HDCR_FOR(~0u) & HDCR_TDE, 0);
    assert_int_equal(
        CP15_HCR & (HCR_TVM | HCR_TTLB | HCR_TSW | HCR_TWE | HCR_VA | HCR_VI | HCR_VF | HCR_TGE),
        0);
    assert_int_equal(CP15_CNTHCTL & (CNTHCTL_PL1PCTEN | CNTHCTL_PL1PCEN), 0);
}

static void c15_traps_wherever_there_is_one(void **state)
{
    (void)state;
    hw_actlr = 0x41;
    assert_int_equal(cp15_hstr(), BIT(15));
    hw_actlr = 0; /* an emulator without ACTLR */
    assert_int_equal(cp15_hstr(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_lie_in_the_group_of_their_crn_and_none_hides_another),
        cmocka_unit_test(every_encoding_in_every_mode_is_a_step_or_an_undef),
        cmocka_unit_test(user_mode_gets_at_nothing_but_what_the_manual_lets_it),
        cmocka_unit_test(id_registers_show_no_security_no_virtualization_and_no_smc),
        cmocka_unit_test(the_whole_cpuid_space_reads_and_none_of_it_can_be_written),
        cmocka_unit_test(actlr_says_smp_and_the_real_ibe_and_ignores_writes),
        cmocka_unit_test(l2ctlr_counts_the_guest_s_cpus_not_the_board_s),
        cmocka_unit_test(set_way_operations_that_trap_clean_and_invalidate),
        cmocka_unit_test(performance_monitors_read_as_zero_and_take_writes),
        cmocka_unit_test(debug_is_version_zero_and_takes_what_boot_code_writes),
        cmocka_unit_test(a_read_with_rt_15_goes_to_the_flags_and_never_to_the_pc),
        cmocka_unit_test(the_timer_gets_its_keys_and_values_and_may_refuse),
        cmocka_unit_test(an_unknown_register_is_undefined_and_logged_once_in_a_life),
        cmocka_unit_test(a_condition_that_fails_steps_over_and_does_nothing),
        cmocka_unit_test(c15_traps_wherever_there_is_one),
        cmocka_unit_test(the_trap_controls_let_no_debug_or_counter_through_and_keep_hpmn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
