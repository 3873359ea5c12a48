/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Save and restore of VFPv4 and Advanced SIMD with 32 double registers, as Cortex-A7, A15 and A17
 * with NEON have them. FPEXC.EN must be set for the accesses (B1.11.3); FPINST and FPINST2 exist only
 * while FPEXC.EX and FP2V say so (B4.1.57).
 */
#include "asm-offsets.h"
#include "hyp/arch/sysreg.h"

    .arch armv7-a
    .fpu neon-vfpv4
    .syntax unified
    .text
    .arm

#define FPEXC_EX   (1 << 31)
#define FPEXC_EN   (1 << 30)
#define FPEXC_FP2V (1 << 28)

/*
 * void vfp_save(struct vcpu_vfp *vfp)
 * In: r0. Out: nothing; FPEXC = EN. Clobbers r1, r2, flags.
 */
    .global vfp_save
    .type   vfp_save, %function
vfp_save:
    vmrs    r1, fpexc
    str     r1, [r0, #VFP_FPEXC]
    orr     r2, r1, #FPEXC_EN
    vmsr    fpexc, r2
    vmrs    r2, fpscr
    str     r2, [r0, #VFP_FPSCR]
    tst     r1, #FPEXC_EX
    beq     1f
    vmrs    r2, fpinst
    str     r2, [r0, #VFP_FPINST]
    tst     r1, #FPEXC_FP2V
    beq     1f
    vmrs    r2, fpinst2
    str     r2, [r0, #VFP_FPINST2]
1:  mov     r2, #FPEXC_EN           @ EX clear: no exception is pending for what HYP does now
    vmsr    fpexc, r2
    add     r0, r0, #VFP_D
    vstmia  r0!, {d0-d15}
    vstmia  r0!, {d16-d31}
    bx      lr
    .size   vfp_save, . - vfp_save

/*
 * void vfp_restore(const struct vcpu_vfp *vfp)
 * In: r0. Out: nothing; FPEXC = the vCPU's. Clobbers r1, r2, flags.
 */
    .global vfp_restore
    .type   vfp_restore, %function
vfp_restore:
    mov     r2, #FPEXC_EN
    vmsr    fpexc, r2
    add     r2, r0, #VFP_D
    vldmia  r2!, {d0-d15}
    vldmia  r2!, {d16-d31}
    ldr     r2, [r0, #VFP_FPSCR]
    vmsr    fpscr, r2
    ldr     r1, [r0, #VFP_FPEXC]
    tst     r1, #FPEXC_EX
    beq     1f
    ldr     r2, [r0, #VFP_FPINST]
    vmsr    fpinst, r2
    tst     r1, #FPEXC_FP2V
    beq     1f
    ldr     r2, [r0, #VFP_FPINST2]
    vmsr    fpinst2, r2
1:  vmsr    fpexc, r1
    bx      lr
    .size   vfp_restore, . - vfp_restore

/*
 * uint32_t vfp_id(uint32_t reg)
 * In: r0 = number of the register. Out: r0. Clobbers r1, r2, flags. HCPTR, which also traps HYP's own
 * use (B1.14.7), is opened for the read.
 */
    .global vfp_id
    .type   vfp_id, %function
vfp_id:
    mrc     CP32(r1, HCPTR)
    bic     r2, r1, #HCPTR_TCP10_11
    mcr     CP32(r2, HCPTR)
    isb
    mov     r2, #0
    cmp     r0, #0
    vmrseq  r2, fpsid
    cmp     r0, #6
    vmrseq  r2, mvfr1
    cmp     r0, #7
    vmrseq  r2, mvfr0
    mcr     CP32(r1, HCPTR)
    isb
    mov     r0, r2
    bx      lr
    .size   vfp_id, . - vfp_id
