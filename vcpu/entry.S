/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into the guest by ERET, and out of it by a trap or an interrupt. An exit stores the general
 * registers in the vCPU's frame and calls C on the CPU's own HYP stack; if C says "resume" and
 * nothing wants attention, the way back is the mirror image and nothing else moves.
 *
 * While the guest runs, SP_hyp = &vcpu->frame.lr_usr + 4, so one push stores r0 to r12 and lr.
 */
#include "asm-offsets.h"
#include "hyp/arch/sysreg.h"

    .arch armv7-a
    .arch_extension virt
    .syntax unified
    .section .text.hot, "ax"
    .arm

/*
 * enum verdict vcpu_enter(struct vcpu *vcpu)
 * In: r0 = a vCPU that is loaded on this CPU. Out: r0 = the verdict that ended the run; RESUME when
 * only attention was wanted. Clobbers r0-r3, r12, lr, flags.
 */
    .global vcpu_enter
    .type   vcpu_enter, %function
vcpu_enter:
    .fnstart
    push    {r4-r11, lr}
    .save   {r4-r11, lr}
    sub     sp, sp, #4
    .pad    #4                      @ so a backtrace finds the way from a handler to our caller
    str     sp, [r0, #VCPU_HYP_SP]
    mov     r4, r0
    b       resume

/* From a handler: r0 = its verdict, r4 = vcpu. */
way_out:
    mrc     CP32(r1, HTPIDR)
    ldr     r1, [r1, #PCPU_ATTENTION]
    orrs    r1, r1, r0              @ list registers are right: vgic_unlock() sees to it
    beq     resume
    add     sp, sp, #4
    pop     {r4-r11, pc}

resume:                             @ r4 = vcpu
    ldr     r1, [r4, #VCPU_FRAME_PC]
    ldr     r2, [r4, #VCPU_FRAME_CPSR]
    msr     ELR_hyp, r1
    msr     spsr_cxsf, r2
    mov     sp, r4
    clrex                           @ HYP's own exclusives must not let a guest's STREX succeed (A3.4.5)
    pop     {r0-r12, lr}
    eret

/* From the vector: SP_hyp as above, everything else the guest's. \handler(vcpu, HSR). */
.macro exit name, handler
    .global \name
    .type   \name, %function
\name:
    push    {r0-r12, lr}
    mrs     r2, ELR_hyp
    mrs     r3, spsr
    mrc     CP32(r1, HSR)
    mov     r4, sp
    strd    r2, r3, [sp, #VCPU_FRAME_PC]
    mov     r0, sp
    ldr     sp, [sp, #VCPU_HYP_SP]
    bl      \handler
    b       way_out
.endm

    exit    vcpu_exit_trap, vcpu_trap
    exit    vcpu_exit_irq, vcpu_irq
    exit    vcpu_exit_fiq, vcpu_fiq
    .fnend
    .size   vcpu_enter, . - vcpu_enter
