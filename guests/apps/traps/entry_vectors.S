/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vector tables that tell how an exception was entered: r12 = CPSR at the vector, r11 = address
 * there. One in ARM and one in Thumb, both free to be copied to the high vectors. Each goes on to
 * the runtime's vector, so that the probe ends as ever.
 */
    .syntax unified

.macro stub name
    mrs     r12, cpsr
    setend  le
    mov     r11, pc
    ldr     pc, 1f
    .balign 4
1:  .word   vector_\name
.endm

    .section .text.entry_arm, "ax"
    .arm
    .balign 4096
    .global entry_arm
entry_arm:
    b       .
    b       2f
    b       3f
    b       4f
    b       5f
    b       .
    b       6f
    b       .
2:  stub    undef
3:  stub    svc
4:  stub    pabt
5:  stub    dabt
6:  stub    irq
    .ltorg
    .balign 4096

    .section .text.entry_thumb, "ax"
    .thumb
    .balign 4096
    .global entry_thumb
entry_thumb:
    b.w     .
    b.w     2f
    b.w     3f
    b.w     4f
    b.w     5f
    b.w     .
    b.w     6f
    b.w     .
    .balign 4
2:  stub    undef
    .balign 4
3:  stub    svc
    .balign 4
4:  stub    pabt
    .balign 4
5:  stub    dabt
    .balign 4
6:  stub    irq
    .balign 4096
