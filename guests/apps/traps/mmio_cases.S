/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every load and store encoding that a guest may use on an emulated device, as code snippets with
 * a table for mmio.c: name, code (bit 0: Thumb), window and what may be answered instead.
 *
 * Window W: r1, SP = base + 64 inside 128 bytes of storage that takes words and bytes; r2 = 8.
 * Window H: three words of storage for halfwords; r1 = the first, r3 = the second, r2 = 4.
 */
#define WINDOW_W 0
#define WINDOW_H 1
#define MAY_ABORT 2                 /* an external data abort is right too */

    .syntax unified
    .fpu    neon-vfpv4

    .section .rodata.mmio_cases, "a"
    .balign 4
    .global mmio_cases
mmio_cases:

.macro row flags, thumb, insn:vararg
    .pushsection .rodata.mmio_names, "aMS", %progbits, 1
1:  .asciz  "\insn"
    .popsection
    .word   1b, 2b + \thumb, \flags
.endm

.macro arm flags, insn:vararg
    .pushsection .text.mmio_cases, "ax"
    .arm
    .balign 4
2:  \insn
    svc     #0
    .popsection
    row     \flags, 0, \insn
.endm

.macro thumb flags, insn:vararg
    .pushsection .text.mmio_cases, "ax"
    .thumb
    .balign 4
2:  \insn
    svc     #0
    .popsection
    row     \flags, 1, \insn
.endm

/* Two instructions. */
.macro arm2 flags, first, second
    .pushsection .text.mmio_cases, "ax"
    .arm
    .balign 4
2:  \first
    \second
    svc     #0
    .popsection
    row     \flags, 0, \first, then \second
.endm

.macro thumb2 flags, first, second
    .pushsection .text.mmio_cases, "ax"
    .thumb
    .balign 4
2:  \first
    \second
    svc     #0
    .popsection
    row     \flags, 1, \first, then \second
.endm

/* ---------------------------------------------------------------- ARM, word and byte */
    arm WINDOW_W, ldr r0, [r1]
    arm WINDOW_W, ldr r0, [r1, #4]
    arm WINDOW_W, ldr r0, [r1, #-4]
    arm WINDOW_W, ldr r0, [r1, #4]!
    arm WINDOW_W, ldr r0, [r1, #-4]!
    arm WINDOW_W, ldr r0, [r1], #4
    arm WINDOW_W, ldr r0, [r1], #-4
    arm WINDOW_W, ldr r0, [r1, r2]
    arm WINDOW_W, ldr r0, [r1, -r2]
    arm WINDOW_W, ldr r0, [r1, r2]!
    arm WINDOW_W, ldr r0, [r1, -r2]!
    arm WINDOW_W, ldr r0, [r1], r2
    arm WINDOW_W, ldr r0, [r1], -r2
    arm WINDOW_W, ldr r0, [r1, r2, lsl #1]
    arm WINDOW_W, ldr r0, [r1, r2, lsr #1]!
    arm WINDOW_W, ldr r0, [r1], r2, asr #1
    arm WINDOW_W, ldr r0, [r1], -r2, lsl #2
    arm WINDOW_W, ldr r0, [r1, r2, lsr #32]!
    arm WINDOW_W, ldr r0, [r1, r2, asr #32]!
    arm WINDOW_W, ldr r0, [r1, -r2, ror #1]!
    arm WINDOW_W, ldr r0, [r1], r2, rrx /* with C clear: r2 / 2 */
    arm WINDOW_W, ldr r12, [sp], #4
    arm WINDOW_W, ldr lr, [sp, #8]!
    arm WINDOW_W, ldr sp, [r1]
    arm WINDOW_W, ldr r1, [r1]
    arm WINDOW_W, ldrt r0, [r1]
    arm WINDOW_W, ldrt r0, [r1], #4
    arm WINDOW_W, ldrt r0, [r1], -r2
    arm WINDOW_W, ldrb r0, [r1]
    arm WINDOW_W, ldrb r0, [r1, #3]
    arm WINDOW_W, ldrb r0, [r1], #1
    arm WINDOW_W, ldrb r0, [r1, #1]!
    arm WINDOW_W, ldrb r0, [r1, -r2]!
    arm WINDOW_W, ldrb r0, [r1], r2, lsl #1
    arm WINDOW_W, ldrbt r0, [r1], #2
    arm WINDOW_W, ldrsb r0, [r1]
    arm WINDOW_W, ldrsb r0, [r1, #-1]
    arm WINDOW_W, ldrsb r0, [r1], #1
    arm WINDOW_W, ldrsb r0, [r1, #-3]!
    arm WINDOW_W, ldrsb r0, [r1, r2]!
    arm WINDOW_W, ldrsb r0, [r1], -r2
    arm WINDOW_W, ldrsbt r0, [r1], #1
    arm WINDOW_W, ldrsbt r0, [r1], r2
    arm WINDOW_W, str r0, [r1]
    arm WINDOW_W, str r0, [r1, #4]
    arm WINDOW_W, str r0, [r1, #4]!
    arm WINDOW_W, str r0, [r1], #-4
    arm WINDOW_W, str r0, [r1, -r2]!
    arm WINDOW_W, str r0, [r1], r2, lsl #1
    arm WINDOW_W, str r0, [r1, r2, lsl #2]!
    arm WINDOW_W, str sp, [r1]
    arm WINDOW_W, str lr, [r1, #4]!
    arm WINDOW_W, strt r0, [r1]
    arm WINDOW_W, strt r0, [r1], #4
    arm WINDOW_W, strt r0, [r1], r2
    arm WINDOW_W, strb r0, [r1]
    arm WINDOW_W, strb r0, [r1, #5]
    arm WINDOW_W, strb r0, [r1], #1
    arm WINDOW_W, strb r0, [r1, #-1]!
    arm WINDOW_W, strb r0, [r1, r2]!
    arm WINDOW_W, strbt r0, [r1], #1
    arm WINDOW_W, strbt r0, [r1], -r2, lsl #1

/* ---------------------------------------------------------------- ARM, doubleword */
    arm WINDOW_W, ldrd r4, r5, [r1]
    arm WINDOW_W, ldrd r4, r5, [r1, #8]
    arm WINDOW_W, ldrd r4, r5, [r1, #-8]!
    arm WINDOW_W, ldrd r4, r5, [r1], #16
    arm WINDOW_W, ldrd r4, r5, [r1, r2]
    arm WINDOW_W, ldrd r4, r5, [r1, -r2]!
    arm WINDOW_W, ldrd r4, r5, [r1], r2
    arm WINDOW_W, ldrd r0, r1, [r1]
    arm WINDOW_W, strd r4, r5, [r1]
    arm WINDOW_W, strd r4, r5, [r1, #8]!
    arm WINDOW_W, strd r4, r5, [r1], #-8
    arm WINDOW_W, strd r4, r5, [r1, r2]!
    arm WINDOW_W, strd r4, r5, [r1], -r2
    arm WINDOW_W, strd r8, r9, [sp, #-8]!

/* ---------------------------------------------------------------- ARM, multiple */
    arm WINDOW_W, ldmia r1, {r4, r6}
    arm WINDOW_W, ldmia r1!, {r4, r5, r6}
    arm WINDOW_W, ldmib r1, {r4, r5}
    arm WINDOW_W, ldmib r1!, {r0, r12, lr}
    arm WINDOW_W, ldmda r1, {r4, r5}
    arm WINDOW_W, ldmda r1!, {r4, r5, r8}
    arm WINDOW_W, ldmdb r1, {r4, r5}
    arm WINDOW_W, ldmdb r1!, {r0, r3, r7, r11}
    arm WINDOW_W, ldmia r1, {r0, r1, r2}
    arm WINDOW_W, ldmia r1, {r0, r2-r12, lr}
    arm WINDOW_W, ldmdb r1!, {r0, r2-r12, lr}
    arm WINDOW_W, stmia r1, {r4, r6}
    arm WINDOW_W, stmia r1!, {r4, r5, r6}
    arm WINDOW_W, stmib r1, {r4, r5}
    arm WINDOW_W, stmib r1!, {r0, r12}
    arm WINDOW_W, stmda r1, {r4, r5}
    arm WINDOW_W, stmda r1!, {r4, r5, r8}
    arm WINDOW_W, stmdb r1, {r4, r5}
    arm WINDOW_W, stmdb r1!, {r0, r3, r7, r11}
    arm WINDOW_W, stmdb r1!, {r0, r2-r12}
    arm WINDOW_W, push {r4, r5, r6}
    arm WINDOW_W, push {r4}
    arm WINDOW_W, pop {r4, r5, r6}
    arm WINDOW_W, pop {r4}
    arm WINDOW_W, pop {r0, r2-r12, lr}

/* ---------------------------------------------------------------- ARM, halfword */
    arm WINDOW_H, ldrh r0, [r1]
    arm WINDOW_H, ldrh r0, [r3, #-4]
    arm WINDOW_H, ldrh r0, [r3, #-4]!
    arm WINDOW_H, ldrh r0, [r1], #4
    arm WINDOW_H, ldrh r0, [r1, r2]
    arm WINDOW_H, ldrh r0, [r3, -r2]!
    arm WINDOW_H, ldrh r0, [r1], r2
    arm WINDOW_H, ldrht r0, [r1], #4
    arm WINDOW_H, ldrht r0, [r1], r2
    arm WINDOW_H, ldrsh r0, [r1]
    arm WINDOW_H, ldrsh r0, [r3, #-4]!
    arm WINDOW_H, ldrsh r0, [r1], #4
    arm WINDOW_H, ldrsh r0, [r3, -r2]!
    arm WINDOW_H, ldrsht r0, [r1], #4
    arm WINDOW_H, ldrsht r0, [r1], r2
    arm WINDOW_H, ldrb r0, [r1]
    arm WINDOW_H, ldr r0, [r1], #4
    arm WINDOW_H, strh r0, [r1]
    arm WINDOW_H, strh r0, [r3, #-4]
    arm WINDOW_H, strh r0, [r3, #-4]!
    arm WINDOW_H, strh r0, [r1], #4
    arm WINDOW_H, strh r0, [r3, -r2]!
    arm WINDOW_H, strh r0, [r1], r2
    arm WINDOW_H, strht r0, [r1], #4
    arm WINDOW_H, strht r0, [r1], -r2
    arm WINDOW_H, str r0, [r3, #-4]!

/* ---------------------------------------------------------------- big-endian data */
    arm2 WINDOW_W, "setend be", "ldr r0, [r1]"
    arm2 WINDOW_W, "setend be", "ldr r0, [r1], #4"
    arm2 WINDOW_W, "setend be", "ldrb r0, [r1, #1]!"
    arm2 WINDOW_W, "setend be", "ldrd r4, r5, [r1]"
    arm2 WINDOW_W, "setend be", "ldmia r1!, {r4, r5}"
    arm2 WINDOW_W, "setend be", "str r0, [r1]"
    arm2 WINDOW_W, "setend be", "str r0, [r1, #-4]!"
    arm2 WINDOW_W, "setend be", "strd r4, r5, [r1, #8]!"
    arm2 WINDOW_W, "setend be", "stmdb r1!, {r4, r5}"

/* ---------------------------------------------------------------- Thumb, 16 bits */
    thumb WINDOW_W, ldr.n r0, [r1]
    thumb WINDOW_W, ldr.n r0, [r1, #4]
    thumb WINDOW_W, ldr.n r0, [r1, r2]
    thumb WINDOW_W, ldr.n r0, [sp, #12]
    thumb WINDOW_W, ldrb.n r0, [r1, #3]
    thumb WINDOW_W, ldrb.n r0, [r1, r2]
    thumb WINDOW_W, ldrsb.n r0, [r1, r2]
    thumb WINDOW_W, str.n r0, [r1, #4]
    thumb WINDOW_W, str.n r0, [r1, r2]
    thumb WINDOW_W, str.n r0, [sp, #12]
    thumb WINDOW_W, strb.n r0, [r1, #3]
    thumb WINDOW_W, strb.n r0, [r1, r2]
    thumb WINDOW_W, ldmia.n r1!, {r0, r2, r4}
    thumb WINDOW_W, ldmia.n r1, {r0, r1, r2}
    thumb WINDOW_W, stmia.n r1!, {r2, r4, r5}
    thumb WINDOW_W, push.n {r0, r4}
    thumb WINDOW_W, push.n {r4}
    thumb WINDOW_W, pop.n {r0, r4}
    thumb WINDOW_H, ldrh.n r0, [r1]
    thumb WINDOW_H, ldrh.n r0, [r1, r2]
    thumb WINDOW_H, ldrsh.n r0, [r1, r4]
    thumb WINDOW_H, strh.n r0, [r1]
    thumb WINDOW_H, strh.n r0, [r1, r4]

/* ---------------------------------------------------------------- Thumb, 32 bits */
    thumb WINDOW_W, ldr.w r0, [r1]
    thumb WINDOW_W, ldr.w r9, [r1, #16]
    thumb WINDOW_W, ldr.w r0, [r1, #-4]
    thumb WINDOW_W, ldr.w r0, [r1, #4]!
    thumb WINDOW_W, ldr.w r0, [r1, #-8]!
    thumb WINDOW_W, ldr.w r0, [r1], #4
    thumb WINDOW_W, ldr.w r0, [r1], #-4
    thumb WINDOW_W, ldr.w r0, [r1, r2, lsl #2]
    thumb WINDOW_W, ldr.w lr, [sp], #4
    thumb WINDOW_W, ldr.w sp, [r1]
    thumb WINDOW_W, ldrt r0, [r1, #4]
    thumb WINDOW_W, ldrb.w r0, [r1], #1
    thumb WINDOW_W, ldrb.w r0, [r1, #-1]!
    thumb WINDOW_W, ldrb.w r0, [r1, r2, lsl #1]
    thumb WINDOW_W, ldrbt r0, [r1, #3]
    thumb WINDOW_W, ldrsb.w r0, [r1, #-1]
    thumb WINDOW_W, ldrsb.w r0, [r1], #1
    thumb WINDOW_W, ldrsb.w r0, [r1, #-1]!
    thumb WINDOW_W, ldrsbt r0, [r1, #2]
    thumb WINDOW_W, str.w r0, [r1, #16]
    thumb WINDOW_W, str.w r0, [r1, #-4]
    thumb WINDOW_W, str.w r0, [r1, #4]!
    thumb WINDOW_W, str.w r0, [r1], #-4
    thumb WINDOW_W, str.w r0, [r1, r2, lsl #1]
    thumb WINDOW_W, str.w r8, [sp, #-4]!
    thumb WINDOW_W, strt r0, [r1, #4]
    thumb WINDOW_W, strb.w r0, [r1], #1
    thumb WINDOW_W, strb.w r0, [r1, #-1]!
    thumb WINDOW_W, strbt r0, [r1, #1]
    thumb WINDOW_W, ldrd r0, r4, [r1]
    thumb WINDOW_W, ldrd r0, r4, [r1, #8]
    thumb WINDOW_W, ldrd r0, r9, [r1, #-8]!
    thumb WINDOW_W, ldrd r5, r3, [r1], #16
    thumb WINDOW_W, strd r0, r4, [r1, #8]
    thumb WINDOW_W, strd r0, r9, [r1, #-8]!
    thumb WINDOW_W, strd r5, r3, [r1], #16
    thumb WINDOW_W, ldmia.w r1, {r4, r8}
    thumb WINDOW_W, ldmia.w r1!, {r4, r8, lr}
    thumb WINDOW_W, ldmdb.w r1, {r4, r8}
    thumb WINDOW_W, ldmdb.w r1!, {r0, r2-r12, lr}
    thumb WINDOW_W, stmia.w r1!, {r4, r8}
    thumb WINDOW_W, stmdb.w r1!, {r4, r8, r9}
    thumb WINDOW_W, stmdb.w r1, {r4, r8}
    thumb WINDOW_W, push.w {r4, r8, r10}
    thumb WINDOW_W, push.w {r9}
    thumb WINDOW_W, pop.w {r4, r8, r10}
    thumb WINDOW_W, pop.w {r9}
    thumb WINDOW_H, ldrh.w r0, [r1], #4
    thumb WINDOW_H, ldrh.w r0, [r3, #-4]!
    thumb WINDOW_H, ldrh.w r0, [r3, #-4]
    thumb WINDOW_H, ldrht r0, [r1]
    thumb WINDOW_H, ldrsh.w r0, [r1], #4
    thumb WINDOW_H, ldrsh.w r0, [r3, #-4]!
    thumb WINDOW_H, ldrsht r0, [r1]
    thumb WINDOW_H, strh.w r0, [r1], #4
    thumb WINDOW_H, strh.w r0, [r3, #-4]!
    thumb WINDOW_H, strh.w r0, [r3, #-4]
    thumb WINDOW_H, strht r0, [r1]
    thumb2 WINDOW_W, "setend be", "ldr.w r0, [r1], #4"
    thumb2 WINDOW_W, "setend be", "push {r4, r5}"

/* ---------------------------------------------------------------- what may abort instead */
    arm WINDOW_W + MAY_ABORT, ldrex r0, [r1]
    arm WINDOW_W + MAY_ABORT, ldrexb r0, [r1]
    arm WINDOW_W + MAY_ABORT, ldrexd r4, r5, [r1]
    arm2 WINDOW_W + MAY_ABORT, "ldrex r0, [r1]", "strex r6, r4, [r1]"
    arm WINDOW_W + MAY_ABORT, .inst 0xe1010090 /* swp r0, r0, [r1] */
    arm WINDOW_W + MAY_ABORT, .inst 0xe1410090 /* swpb r0, r0, [r1] */
    arm2 WINDOW_W + MAY_ABORT, "vldr s0, [r1]", "vmov r0, s0"
    arm2 WINDOW_W + MAY_ABORT, "vldr d0, [r1]", "vmov r0, r4, d0"
    arm2 WINDOW_W + MAY_ABORT, "vldmia r1!, {d0-d1}", "vmov r0, r4, d1"
    arm2 WINDOW_W + MAY_ABORT, "vld1.32 {d0}, [r1]!", "vmov r0, r4, d0"
    arm WINDOW_W + MAY_ABORT, vstr d31, [r1]
    arm WINDOW_W + MAY_ABORT, vstmdb r1!, {d30-d31}
    thumb WINDOW_W + MAY_ABORT, ldrex r0, [r1, #4]
    thumb WINDOW_W + MAY_ABORT, ldrexb r0, [r1]
    thumb2 WINDOW_W + MAY_ABORT, "vldr s0, [r1]", "vmov r0, s0"

    .global mmio_cases_end
mmio_cases_end:

/* void mmio_vfp_on(void): CPACR and FPEXC, and a known value in d30 and d31. */
    .text
    .arm
    .global mmio_vfp_on
    .type mmio_vfp_on, %function
mmio_vfp_on:
    mrc     p15, 0, r0, c1, c0, 2   /* CPACR */
    orr     r0, r0, #(0xf << 20)
    mcr     p15, 0, r0, c1, c0, 2
    isb
    mov     r0, #(1 << 30)
    vmsr    fpexc, r0
    ldr     r0, =0x40485058
    ldr     r1, =0x80889098
    vmov    d30, r0, r1
    vmov    d31, r1, r0
    bx      lr
    .ltorg
