/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores for the device phase: r1 = address, r0 = value, r2 = 0. A table of code
 * addresses; bit 0 tells Thumb, bit 1 (never set in an address) is not used.
 */
    .syntax unified

.macro load insn:vararg
    .pushsection .text.attack_accesses, "ax"
    .arm
    .balign 4
1:  \insn
    svc     #0
    .popsection
    .word   1b
.endm

.macro tload insn:vararg
    .pushsection .text.attack_accesses, "ax"
    .thumb
    .balign 4
1:  \insn
    svc     #0
    .popsection
    .word   1b + 1
.endm

    .section .rodata.attack_accesses, "a"
    .balign 4
    .global access_loads, access_stores, access_end
access_loads:
    load    ldr r0, [r1]
    load    ldrb r0, [r1]
    load    ldrh r0, [r1]
    load    ldrsb r0, [r1]
    load    ldrsh r0, [r1]
    load    ldr r0, [r1], #4
    load    ldr r0, [r1, r2]!
    load    ldrd r4, r5, [r1]
    load    ldm r1, {r4-r7}
    load    ldmdb r1!, {r4, r5}
    load    ldrt r0, [r1]
    load    ldrex r0, [r1]
    load    ldrexd r4, r5, [r1]
    load    ldrexh r0, [r1]
    load    ldr pc, [r1]
    load    .inst 0xe1010090        /* swp r0, r0, [r1] */
    load    pld [r1]
    tload   ldr.n r0, [r1]
    tload   ldr.w r0, [r1], #4
    tload   ldrsh.w r0, [r1, #2]!
    tload   ldrd r4, r5, [r1], #8
    tload   ldmia.n r1!, {r4, r5}
access_stores:
    load    str r0, [r1]
    load    strb r0, [r1]
    load    strh r0, [r1]
    load    str r0, [r1], #4
    load    strd r4, r5, [r1]
    load    stm r1, {r4-r7}
    load    stmdb r1!, {r4, r5}
    load    strt r0, [r1]
    load    strex r6, r0, [r1]
    tload   str.n r0, [r1]
    tload   strb.w r0, [r1], #1
    tload   strd r4, r5, [r1, #-8]!
    tload   stmia.n r1!, {r4, r5}
access_end:
