/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Struct offsets for assembly: compiled to text, never linked. The Makefile makes a header of it.
 */
#include "hyp/core/percpu.h"
#include "vcpu/vcpu.h"

#define DEFINE(name, value) __asm__ volatile("\n->" #name " %0" : : "i"(value))

void asm_offsets(void);

void asm_offsets(void)
{
    DEFINE(PCPU_ATTENTION, offsetof(struct pcpu, attention));
    DEFINE(PCPU_EMERGENCY_TOP, offsetof(struct pcpu, emergency_top));
    DEFINE(VCPU_FRAME_R, offsetof(struct vcpu, frame.r));
    DEFINE(VCPU_FRAME_PC, offsetof(struct vcpu, frame.pc));
    DEFINE(VCPU_FRAME_CPSR, offsetof(struct vcpu, frame.cpsr));
    DEFINE(VCPU_HYP_SP, offsetof(struct vcpu, hyp_sp));
    DEFINE(VFP_D, offsetof(struct vcpu_vfp, d));
    DEFINE(VFP_FPEXC, offsetof(struct vcpu_vfp, fpexc));
    DEFINE(VFP_FPSCR, offsetof(struct vcpu_vfp, fpscr));
    DEFINE(VFP_FPINST, offsetof(struct vcpu_vfp, fpinst));
    DEFINE(VFP_FPINST2, offsetof(struct vcpu_vfp, fpinst2));
}
