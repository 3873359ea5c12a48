/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HYP's exception vectors (ARM DDI 0406C, B1.8.1, table B1-3): three come from guests, the others
 * are HYP's own faults and end in a panic. Three tables, chosen by core type (hyp/main.c): what a
 * guest taught the branch predictor must be forgotten before the first branch here. A Cortex-A15
 * forgets with its I-cache (ICIALLU, with ACTLR.IBE), an A17 by BPIALL, an A7 has nothing to forget.
 *
 * While a guest runs, SP_hyp points behind the general registers of its frame and is a multiple of
 * 8, so its low bits are free to carry the vector's number past the invalidation.
 */
#include "asm-offsets.h"
#include "hyp/arch/sysreg.h"

    .arch armv7-a
    .arch_extension virt
    .syntax unified
    .section .text.vectors, "ax"
    .arm

    .balign 32
    .global vectors_plain
vectors_plain:
    b       fault_reset
    b       fault_undef
    b       fault_svc
    b       fault_pabt
    b       fault_dabt
    b       vcpu_exit_trap
    b       vcpu_exit_irq
    b       vcpu_exit_fiq

/* Counts the vectors from the end: FIQ adds 0 to SP, IRQ 1, a guest's trap 2, HYP's own 3 to 7. */
.macro counting_vectors
    add     sp, sp, #1              @ reset
    add     sp, sp, #1              @ undefined instruction
    add     sp, sp, #1              @ SVC or HVC from HYP
    add     sp, sp, #1              @ prefetch abort
    add     sp, sp, #1              @ data abort
    add     sp, sp, #1              @ trap of a guest
    add     sp, sp, #1              @ IRQ
    nop                             @ FIQ
.endm

    .balign 32
    .global vectors_icache
vectors_icache:
    counting_vectors
    mcr     CP32(r0, ICIALLU)
    isb
    b       counted

    .balign 32
    .global vectors_bpiall
vectors_bpiall:
    counting_vectors
    mcr     CP32(r0, BPIALL)
    isb

/* No register of the guest is saved yet, but its flags are in SPSR_hyp: ours are free. */
counted:
    tst     sp, #2
    beq     1f
    tst     sp, #5
    bne     counted_fault
    sub     sp, sp, #2
    b       vcpu_exit_trap
1:  tst     sp, #4
    bne     counted_fault
    tst     sp, #1
    beq     vcpu_exit_fiq
    sub     sp, sp, #1
    b       vcpu_exit_irq
counted_fault:
    /* Which one it was is in HSR. A data abort, as of a stack overflow, arrives here whatever SP's
     * alignment was: it adds 3. */
    sub     sp, sp, #3
    b       fault_dabt

.macro fault name, vector
    .type   \name, %function
\name:
    /* SP may be the cause, and every register is wanted in the panic: a guest's SP_fiq, lost now,
     * keeps SP until there is memory to push to. */
    msr     SP_fiq, sp
    mrc     CP32(sp, HTPIDR)
    ldr     sp, [sp, #PCPU_EMERGENCY_TOP]
    sub     sp, sp, #72
    stmia   sp, {r0-r12}
    mov     r1, #\vector
    b       fault_common
.endm

    fault   fault_reset, 0
    fault   fault_undef, 1
    fault   fault_svc, 2
    fault   fault_pabt, 3
    fault   fault_dabt, 4

fault_common:
    mrs     r0, SP_fiq
    str     r0, [sp, #52]
    str     lr, [sp, #56]
    mrs     r0, ELR_hyp
    str     r0, [sp, #60]
    mrs     r0, spsr
    str     r0, [sp, #64]
    mov     r0, sp
    b       panic_exception
