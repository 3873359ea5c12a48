/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception vectors, and the probe: run a few instructions with chosen registers and catch
 * whatever exception ends them. Frames lie on the banked stack of the exception's own mode, so
 * that a test may leave anything at all in the stack pointer it runs with.
 * Frame layout: struct exc_frame in exception.h; probe layout: struct probe in probe.h.
 */
#define PROBE_SP_USR   52
#define PROBE_PC       60
#define PROBE_CPSR     64
#define PROBE_SAVED_SP 96

    .syntax unified
    .arm
    .text

    .balign 32
    .global vectors
    .type vectors, %function
vectors:
    ldr     pc, =vector_reset
    ldr     pc, =vector_undef
    ldr     pc, =vector_svc
    ldr     pc, =vector_pabt
    ldr     pc, =vector_dabt
    ldr     pc, =vector_hyp
    ldr     pc, =vector_irq
    ldr     pc, =vector_fiq
    .ltorg

.macro vector name, kind
    .global vector_\name
    .type vector_\name, %function
vector_\name:
    push    {r0-r12, lr}
    mrs     r0, spsr
    push    {r0}
    sub     sp, sp, #8
    stmia   sp, {sp, lr}^           /* those of USR and SYS */
    nop
    mov     r1, sp
    mov     r0, #\kind
    b       vector_common
.endm

    vector  reset, 0
    vector  undef, 1
    vector  svc, 2
    vector  pabt, 3
    vector  dabt, 4
    vector  hyp, 5
    vector  irq, 6
    vector  fiq, 7

vector_common:
    clrex
    mov     r4, sp
    bic     sp, sp, #7
    bl      exception               /* (kind, frame): edits the frame, or does not return */
    mov     sp, r4
    ldmia   sp, {sp, lr}^
    nop
    add     sp, sp, #8
    pop     {r0}
    msr     spsr_cxsf, r0
    pop     {r0-r12, lr}
    movs    pc, lr

/*
 * void probe_enter(struct probe *p): loads r0-r12, SP_usr, LR_usr from *p and goes to p->pc with
 * p->cpsr. Comes back, by probe_exit, when an exception was taken. Called from SVC mode.
 */
    .global probe_enter
    .type probe_enter, %function
probe_enter:
    push    {r4-r12, lr}
    mrs     r1, cpsr
    push    {r0, r1}
    str     sp, [r0, #PROBE_SAVED_SP]
    add     r1, r0, #PROBE_SP_USR
    ldmia   r1, {sp, lr}^
    nop
    ldr     r1, [r0, #PROBE_PC]
    ldr     r2, [r0, #PROBE_CPSR]
    sub     sp, sp, #8
    stmia   sp, {r1, r2}
    ldmia   r0, {r0-r12}
    rfeia   sp!

/* The way back: r0 = probe, SVC mode, entered by the exception return of `exception`. */
    .global probe_exit
    .type probe_exit, %function
probe_exit:
    ldr     sp, [r0, #PROBE_SAVED_SP]
    pop     {r0, r1}
    msr     cpsr_cxsf, r1
    pop     {r4-r12, pc}
