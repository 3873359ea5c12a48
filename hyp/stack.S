/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From one stack to another, for good.
 */
    .arch armv7-a
    .syntax unified
    .text
    .arm

/*
 * _Noreturn void stack_switch(uintptr_t top, void (*fn)(void))
 * In: r0 = top of the new stack, 8-byte aligned; r1 = what goes on there and never returns.
 */
    .global stack_switch
    .type   stack_switch, %function
stack_switch:
    mov     sp, r0
    bx      r1
    .size   stack_switch, . - stack_switch
