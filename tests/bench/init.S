/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /init of a Linux that is booted to be counted: its first instruction reads the virtual counter,
 * which Linux lets User mode read, and then it says what it saw and sleeps. Linux's own calls
 * (EABI): write is 4, pause is 29. Position-independent, no data that is written but the stack.
 */
    .arch armv7-a
    .syntax unified
    .text
    .arm
    .global _start
    .type _start, %function
_start:
    mrrc    p15, 1, r4, r5, c14         @ CNTVCT
    sub     sp, sp, #64
    adr     r1, said
    mov     r2, sp
1:  ldrb    r0, [r1], #1
    cmp     r0, #0
    strbne  r0, [r2], #1
    bne     1b
    mov     r3, r5                      @ 16 hexadecimal digits, upper word first
    mov     r6, #2
2:  mov     r7, #8
3:  lsr     r0, r3, #28
    cmp     r0, #10
    addlo   r0, r0, #'0'
    addhs   r0, r0, #('a' - 10)
    strb    r0, [r2], #1
    lsl     r3, r3, #4
    subs    r7, r7, #1
    bne     3b
    mov     r3, r4
    subs    r6, r6, #1
    bne     2b
    mov     r0, #'\n'
    strb    r0, [r2], #1
    mov     r0, #1
    mov     r1, sp
    sub     r2, r2, sp
    mov     r7, #4
    svc     #0
4:  mov     r7, #29
    svc     #0
    b       4b

said:
    .asciz  "bench: init at "
