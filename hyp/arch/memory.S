/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See memory.h.
 */
    .arch armv7-a
    .syntax unified
    .text
    .arm

/*
 * void memory_zero(void *to, size_t size)
 * In: r0, r1. Out: nothing. Clobbers r0-r3, r12, flags.
 */
    .global memory_zero
    .type   memory_zero, %function
memory_zero:
    .fnstart
    push    {r4-r8, lr}
    .save   {r4-r8, lr}
    mov     r2, #0
    mov     r3, #0
    mov     r4, #0
    mov     r5, #0
    mov     r6, #0
    mov     r7, #0
    mov     r8, #0
    mov     r12, #0
    cmp     r1, #0
    beq     2f
1:  subs    r1, r1, #64
    stmia   r0!, {r2-r8, r12}
    stmia   r0!, {r2-r8, r12}
    bne     1b
2:  pop     {r4-r8, pc}
    .fnend
    .size   memory_zero, . - memory_zero
