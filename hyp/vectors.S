/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HYP's exception vectors (ARM DDI 0406C, B1.8.1, table B1-3): three come from guests, the others
 * are HYP's own faults and end in a panic. Three tables, chosen by core type (hyp/main.c): what a
 * guest taught the branch predictor must be forgotten before the first branch that a guest leads
 * to. A Cortex-A15 forgets with its I-cache (ICIALLU, with ACTLR.IBE), an A17 by BPIALL, an A7 has
 * nothing to forget. HYP's own faults come from HYP, where that was done on the way in.
 *
 * While a guest runs, SP_hyp points behind the general registers of its frame and is a multiple of
 * 8, so its low bits are free to carry the vector's number past the invalidation. In HYP itself SP
 * may be any multiple of 4, or worse, so the vectors of HYP's own faults leave it alone.
 */
#include "asm-offsets.h"
#include "hyp/arch/hsr.h"
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

/* The guests' three add to SP from where they enter to the last: FIQ 0, IRQ 1, a trap 2. */
.macro counting_vectors
    b       fault_reset
    b       fault_undef
    b       fault_svc
    b       fault_pabt
    b       fault_dabt
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
    sub     sp, sp, #2
    b       vcpu_exit_trap
1:  tst     sp, #1
    beq     vcpu_exit_fiq
    sub     sp, sp, #1
    b       vcpu_exit_irq

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

/*
 * A data abort in HYP is a panic, but for one: the asynchronous abort that serror_take() lets in.
 * vcpu/switch.c calls that when the guest's banked registers are saved, so SP_fiq is free then too.
 */
    .type   fault_dabt, %function
fault_dabt:
    msr     SP_fiq, sp
    mrc     CP32(sp, HTPIDR)
    ldr     sp, [sp, #PCPU_EMERGENCY_TOP]
    sub     sp, sp, #72
    stmia   sp, {r0-r12}
    mrc     CP32(r0, HSR)
    and     r0, r0, #HSR_FSC_MASK
    cmp     r0, #HSR_FSC_ASYNC_EXTERNAL
    mov     r1, #4
    bne     fault_common
    mrs     r0, ELR_hyp
    ldr     r2, =serror_window
    ldr     r3, =serror_window_end
    cmp     r0, r2
    blo     fault_common
    cmp     r0, r3
    bhi     fault_common
    msr     ELR_hyp, r3
    mov     r0, #1                  @ what serror_take() returns
    ldmib   sp, {r1-r12}
    mrs     sp, SP_fiq
    eret

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

    .ltorg
