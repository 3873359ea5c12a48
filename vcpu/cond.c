/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Conditions of trapped instructions (ARM DDI 0406C, A8.3, B1.14.1 and B3.13.6). Pure but for
 * reading the vCPU's frame.
 */
#include "vcpu/cond.h"

#include "hyp/arch/sysreg.h"
#include "vcpu/vcpu.h"

#define COND_AL 14

/*
 * For each condition the set of NZCV values it holds for, bit n standing for NZCV = n. A shift
 * and a mask then replace a switch of fifteen cases, two of which would be easy to confuse.
 */
static const uint16_t cond_flags[16] = {
    [0] = 0xf0f0,  /* EQ: Z */
    [1] = 0x0f0f,  /* NE */
    [2] = 0xcccc,  /* CS: C */
    [3] = 0x3333,  /* CC */
    [4] = 0xff00,  /* MI: N */
    [5] = 0x00ff,  /* PL */
    [6] = 0xaaaa,  /* VS: V */
    [7] = 0x5555,  /* VC */
    [8] = 0x0c0c,  /* HI: C and not Z */
    [9] = 0xf3f3,  /* LS */
    [10] = 0xaa55, /* GE: N equals V */
    [11] = 0x55aa, /* LT */
    [12] = 0x0a05, /* GT: not Z, and N equals V */
    [13] = 0xf5fa, /* LE */
    [14] = 0xffff, /* AL */
    [15] = 0xffff,
};

bool cond_holds(unsigned int cond, uint32_t cpsr)
{
    return (cond_flags[cond & 15] >> (cpsr >> 28)) & 1;
}

/* The condition that ITSTATE<7:4> gives, AL outside an IT block (A2.5.2, A8.3.1). ITSTATE<7:2> are
 * CPSR<15:10>, <1:0> are CPSR<26:25>. */
static unsigned int it_cond(uint32_t cpsr)
{
    return (cpsr & PSR_IT_MASK) ? (cpsr >> 12) & 15 : COND_AL;
}

bool cond_passed_psr(uint32_t hsr, uint32_t cpsr)
{
    uint32_t ec = HSR_EC(hsr);
    unsigned int cond = COND_AL;

    if (ec == HSR_EC_UNKNOWN || ec >= 0x10) {
        return true;
    }
    if (hsr & HSR_CV) {
        cond = HSR_COND(hsr);
    } else if (cpsr & PSR_T) {
        cond = it_cond(cpsr);
    }
    return cond_holds(cond, cpsr);
}

bool cond_passed(const struct vcpu *vcpu, uint32_t hsr)
{
    return cond_passed_psr(hsr, vcpu->frame.cpsr);
}
