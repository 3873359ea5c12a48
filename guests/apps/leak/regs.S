/* SPDX-License-Identifier: BSD-2-Clause */
/* Every banked register at once across a call; see leak.h. And VFP's, as the program `vfp` does. */
#include "vfp/regs.S"

#define MASKED     0xc0             /* I and F; A is not in this field and stays masked */
#define SKEP_YIELD 0x86000001

/* The words of one mode: R13, R14, then SPSR. r0 goes on, r1 is lost. */
.macro load_mode mode
    msr     cpsr_c, #(MASKED | \mode)
    ldr     sp, [r0], #4
    ldr     lr, [r0], #4
    ldr     r1, [r0], #4
    msr     spsr_cxsf, r1
.endm

.macro store_mode mode
    msr     cpsr_c, #(MASKED | \mode)
    str     sp, [r0], #4
    str     lr, [r0], #4
    mrs     r1, spsr
    str     r1, [r0], #4
.endm

    .global banked_yield
    .type banked_yield, %function
banked_yield:
    push    {r4-r12, lr}
    ldr     r2, =banked_out
    str     r1, [r2]
    str     sp, [r2, #4]
    msr     cpsr_c, #(MASKED | 0x11)
    ldr     r8, [r0], #4
    ldr     r9, [r0], #4
    ldr     r10, [r0], #4
    ldr     r11, [r0], #4
    ldr     r12, [r0], #4
    load_mode 0x11
    load_mode 0x12
    load_mode 0x17
    load_mode 0x1b
    msr     cpsr_c, #(MASKED | 0x1f)
    ldr     sp, [r0], #4
    ldr     lr, [r0], #4
    msr     cpsr_c, #(MASKED | 0x13)
    ldr     r1, [r0], #4
    msr     spsr_cxsf, r1
    ldr     sp, [r0], #4
    ldr     lr, [r0], #4
    ldm     r0, {r4-r12}
    ldr     r0, =SKEP_YIELD
    .arch_extension virt
    hvc     #0
    ldr     r3, =banked_out
    ldr     r0, [r3]
    add     r1, r0, #(22 * 4)
    stm     r1, {r4-r12}
    msr     cpsr_c, #(MASKED | 0x11)
    str     r8, [r0], #4
    str     r9, [r0], #4
    str     r10, [r0], #4
    str     r11, [r0], #4
    str     r12, [r0], #4
    store_mode 0x11
    store_mode 0x12
    store_mode 0x17
    store_mode 0x1b
    msr     cpsr_c, #(MASKED | 0x1f)
    str     sp, [r0], #4
    str     lr, [r0], #4
    msr     cpsr_c, #(MASKED | 0x13)
    mrs     r1, spsr
    str     r1, [r0], #4
    str     sp, [r0], #4
    str     lr, [r0], #4
    ldr     sp, [r3, #4]
    pop     {r4-r12, pc}
    .ltorg

    .section .bss.banked_out, "aw", %nobits
    .balign 4
banked_out:
    .space  8                       /* `out`, then our own SP */
