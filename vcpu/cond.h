/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a trapped instruction would have executed at all. An implementation may trap an
 * instruction whose condition fails (ARM DDI 0406C, B1.14.1); it must then have no effect.
 */
#ifndef VCPU_COND_H
#define VCPU_COND_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/arch/hsr.h"

struct vcpu;

/*
 * Whether condition `cond` (0 to 15, as in bits 31:28 of an instruction) holds for the flags of
 * `cpsr` (A8.3.1). 15 holds, as it does for instructions without a condition.
 */
bool cond_holds(unsigned int cond, uint32_t cpsr);

/* Whether an instruction trapped with this syndrome, while CPSR was `cpsr`, passes its condition.
 */
bool cond_passed_psr(uint32_t hsr, uint32_t cpsr);

/* Whether the syndrome says "always" outright, which nearly every trap does.
 * (In classes without a condition the bits mean something else, and the answer is the same.) */
static inline bool cond_always(uint32_t hsr)
{
    return (hsr & (HSR_CV | 0xf00000)) == (HSR_CV | 0xe00000);
}

/*
 * The same for the vCPU that trapped, from its frame. Syndromes of classes that carry no condition
 * (0x00 and 0x10 upwards) pass: those exceptions are taken only by instructions that execute.
 */
bool cond_passed(const struct vcpu *vcpu, uint32_t hsr);

/* Bytes of the trapped instruction. Not for class 0x00 and aborts without a valid syndrome, where
 * IL is UNKNOWN. */
static inline unsigned int cond_insn_bytes(uint32_t hsr)
{
    return (hsr & HSR_IL) ? 4 : 2;
}

#endif
