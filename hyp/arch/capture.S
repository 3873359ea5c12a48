/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of the caller, for a panic that no exception started.
 */
    .arch armv7-a
    .syntax unified
    .text
    .arm

/*
 * void arch_capture(struct arch_regs *regs)
 * In: r0 = where to. Out: nothing. Clobbers: r1 (after it was stored).
 */
    .global arch_capture
    .type   arch_capture, %function
arch_capture:
    stmia   r0, {r0-r12}
    str     sp, [r0, #52]
    str     lr, [r0, #56]
    str     lr, [r0, #60]
    mrs     r1, cpsr
    str     r1, [r0, #64]
    bx      lr
    .size   arch_capture, . - arch_capture
