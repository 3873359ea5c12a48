/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way of a trapped coprocessor access through its table. Knows no register.
 */
#include "vcpu/cp_table.h"

#include <stddef.h>

#include "hyp/arch/hsr.h"
#include "hyp/arch/sysreg.h"
#include "hyp/core/log.h"
#include "hyp/lib/util.h"
#include "vcpu/cond.h"
#include "vcpu/inject.h"
#include "vcpu/vcpu.h"

/* NZCV of the CPSR. */
#define PSR_FLAGS 0xf0000000u

bool cp_raz_wi32(struct vcpu *vcpu, uint32_t key, bool write, uint32_t *value)
{
    (void)vcpu;
    (void)key;
    (void)write;
    (void)value;
    return true;
}

bool cp_raz_wi64(struct vcpu *vcpu, uint32_t key, bool write, uint64_t *value)
{
    (void)vcpu;
    (void)key;
    (void)write;
    (void)value;
    return true;
}

const struct cp_row32 *cp_find32(const struct cp_table *table, uint32_t key)
{
    const struct cp_group *group = &table->crn[BITS(key, 13, 10)];
    const struct cp_row32 *row = group->row;

    for (uint32_t n = group->nr; n > 0; n--, row++) {
        if ((key & row->mask) == row->key) {
            return row;
        }
    }
    return NULL;
}

const struct cp_row64 *cp_find64(const struct cp_table *table, uint32_t key)
{
    for (uint32_t i = 0; i < table->nr64; i++) {
        if (key == table->row64[i].key) {
            return &table->row64[i];
        }
    }
    return NULL;
}

static bool user_mode(const struct vcpu *vcpu)
{
    return (vcpu->frame.cpsr & PSR_M_MASK) == PSR_USR;
}

/* Whether the row lets this access through at all. */
static bool permitted(const struct vcpu *vcpu, uint32_t flags, bool write)
{
    if (write && (flags & CP_RO)) {
        return false;
    }
    return (flags & CP_PL0) || !user_mode(vcpu);
}

/* The default row: no such register. */
static __attribute__((noinline, cold)) enum verdict unknown32(struct vcpu *vcpu, uint32_t hsr,
                                                              const struct cp_table *table)
{
    if (!vcpu->cp_logged) {
        vcpu->cp_logged = true;
        log_guest(vcpu->vm->name,
                  "vCPU %u: no such register: %s p%u, %u, r%u, c%u, c%u, %u at 0x%08x: UNDEF",
                  vcpu->id, (hsr & HSR_CP_READ) ? "mrc" : "mcr", (unsigned int)table->coprocessor,
                  (unsigned int)BITS(hsr, 16, 14), (unsigned int)HSR_CP_RT(hsr),
                  (unsigned int)BITS(hsr, 13, 10), (unsigned int)BITS(hsr, 4, 1),
                  (unsigned int)BITS(hsr, 19, 17), (unsigned int)vcpu->frame.pc);
    }
    inject_undef(vcpu);
    return VERDICT_RESUME;
}

static __attribute__((noinline, cold)) enum verdict unknown64(struct vcpu *vcpu, uint32_t hsr,
                                                              const struct cp_table *table)
{
    if (!vcpu->cp_logged) {
        vcpu->cp_logged = true;
        log_guest(vcpu->vm->name,
                  "vCPU %u: no such register: %s p%u, %u, r%u, r%u, c%u at 0x%08x: UNDEF", vcpu->id,
                  (hsr & HSR_CP_READ) ? "mrrc" : "mcrr", (unsigned int)table->coprocessor,
                  (unsigned int)BITS(hsr, 19, 16), (unsigned int)HSR_CP_RT(hsr),
                  (unsigned int)HSR_CP64_RT2(hsr), (unsigned int)BITS(hsr, 4, 1),
                  (unsigned int)vcpu->frame.pc);
    }
    inject_undef(vcpu);
    return VERDICT_RESUME;
}

/* MRC with Rt = 15 goes to the flags (A8.8.108): `mrc p14, 0, APSR_nzcv, c0, c1, 0` is in use. */
static void set_result(struct vcpu *vcpu, unsigned int rt, uint32_t value)
{
    if (rt == 15) {
        vcpu->frame.cpsr = (vcpu->frame.cpsr & ~PSR_FLAGS) | (value & PSR_FLAGS);
    } else {
        vcpu_set_reg(vcpu, rt, value);
    }
}

NO_CANARY enum verdict cp_trap32(struct vcpu *vcpu, uint32_t hsr, const struct cp_table *table)
{
    const struct cp_row32 *row = cp_find32(table, hsr & CP32_KEY_MASK);
    bool write = !(hsr & HSR_CP_READ);
    uint32_t value = 0;

    if (!cond_always(hsr) && !cond_passed(vcpu, hsr)) {
        vcpu_skip(vcpu, cond_insn_bytes(hsr));
        return VERDICT_RESUME;
    }
    if (row == NULL) {
        return unknown32(vcpu, hsr, table);
    }
    if (write) {
        value = vcpu_reg(vcpu, HSR_CP_RT(hsr));
    }
    if (!permitted(vcpu, row->flags, write) || !row->fn(vcpu, hsr & CP32_KEY_MASK, write, &value)) {
        inject_undef(vcpu);
        return VERDICT_RESUME;
    }
    if (!write) {
        set_result(vcpu, HSR_CP_RT(hsr), value);
    }
    vcpu_skip(vcpu, cond_insn_bytes(hsr));
    return VERDICT_RESUME;
}

NO_CANARY enum verdict cp_trap64(struct vcpu *vcpu, uint32_t hsr, const struct cp_table *table)
{
    const struct cp_row64 *row = cp_find64(table, hsr & CP64_KEY_MASK);
    unsigned int rt = HSR_CP_RT(hsr), rt2 = HSR_CP64_RT2(hsr);
    bool write = !(hsr & HSR_CP_READ);
    uint64_t value = 0;

    if (!cond_always(hsr) && !cond_passed(vcpu, hsr)) {
        vcpu_skip(vcpu, cond_insn_bytes(hsr));
        return VERDICT_RESUME;
    }
    if (row == NULL) {
        return unknown64(vcpu, hsr, table);
    }
    if (rt == 15 || rt2 == 15 || !permitted(vcpu, row->flags, write)) { /* 15 is UNPREDICTABLE */
        inject_undef(vcpu);
        return VERDICT_RESUME;
    }
    if (write) {
        value = vcpu_reg(vcpu, rt) | ((uint64_t)vcpu_reg(vcpu, rt2) << 32);
    }
    if (!row->fn(vcpu, hsr & CP64_KEY_MASK, write, &value)) {
        inject_undef(vcpu);
        return VERDICT_RESUME;
    }
    if (!write) {
        vcpu_set_reg(vcpu, rt, (uint32_t)value);
        vcpu_set_reg(vcpu, rt2, (uint32_t)(value >> 32));
    }
    vcpu_skip(vcpu, cond_insn_bytes(hsr));
    return VERDICT_RESUME;
}
