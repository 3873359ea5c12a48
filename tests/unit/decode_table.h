/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions as an assembler encodes them, and what the manual says they do (ARM DDI 0406C,
 * A8.8); then what the decoder must refuse. One a line, so that a row can be checked by eye.
 */
#ifndef TESTS_UNIT_DECODE_TABLE_H
#define TESTS_UNIT_DECODE_TABLE_H

#include "vcpu/decode.h"

struct good {
    uint32_t insn;
    bool thumb;
    struct access access; /* fields that do not matter are left 0 */
};

struct bad {
    uint32_t insn;
    bool thumb;
};

#define A    false
#define T    true

/* Load or store, sign-extended, writes back; the index counts before or only after; subtracted. */
#define L    1
#define S    0
#define SX   2
#define WB   4
#define PRE  8
#define POST 0
#define SUB  16

#define COMMON(f, sz, n) \
    .load = !!((f)&L), .sign_extend = !!((f)&SX), .writeback = !!((f)&WB), .size = (sz), .base = (n)
/* Size, base; displacement of the lowest address and of the base written back; registers. */
#define ROW(i, t, f, sz, n, disp, upd, ...)            \
    {                                                  \
        .insn = (i), .thumb = (t), .access = {         \
            COMMON(f, sz, n),                          \
            .start = (disp),                           \
            .update = (upd),                           \
            .count = sizeof((uint8_t[]){__VA_ARGS__}), \
            .reg = {__VA_ARGS__}                       \
        }                                              \
    }
/* Size, base; index register, type and amount of its shift; registers. */
#define INDEX(i, t, f, sz, n, m, type, amount, ...)    \
    {                                                  \
        .insn = (i), .thumb = (t), .access = {         \
            COMMON(f, sz, n),                          \
            .pre = !!((f)&PRE),                        \
            .subtract = !!((f)&SUB),                   \
            .indexed = true,                           \
            .index = (m),                              \
            .shift = (type),                           \
            .shift_amount = (amount),                  \
            .count = sizeof((uint8_t[]){__VA_ARGS__}), \
            .reg = {__VA_ARGS__}                       \
        }                                              \
    }

/* clang-format off */
static const struct good good[] = {
    ROW(0xe5921000, A, L, 4, 2, 0, 0, 1), /* ldr r1, [r2] */
    ROW(0xe5b21fff, A, L | WB, 4, 2, 4095, 4095, 1), /* ldr r1, [r2, #4095]! */
    ROW(0xe5221fff, A, S | WB, 4, 2, -4095, -4095, 1), /* str r1, [r2, #-4095]! */
    ROW(0xe4921004, A, L | WB, 4, 2, 0, 4, 1), /* ldr r1, [r2], #4 */
    ROW(0xe44dc001, A, S | WB, 1, 13, 0, -1, 12), /* strb r12, [sp], #-1 */
    ROW(0xe4b21008, A, L | WB, 4, 2, 0, 8, 1), /* ldrt r1, [r2], #8 */
    ROW(0xe4621008, A, S | WB, 1, 2, 0, -8, 1), /* strbt r1, [r2], #-8 */
    ROW(0xe51f3008, A, L, 4, 15, -8, 0, 3), /* ldr r3, [pc, #-8] */
    ROW(0xe581f010, A, S, 4, 1, 16, 0, 15), /* str pc, [r1, #16] */
    INDEX(0xe7921003, A, L | PRE, 4, 2, 3, 0, 0, 1), /* ldr r1, [r2, r3] */
    INDEX(0xe7321f83, A, L | WB | PRE | SUB, 4, 2, 3, 0, 31, 1), /* ldr r1, [r2, -r3, lsl #31]! */
    INDEX(0xe6821023, A, S | WB | POST, 4, 2, 3, 1, 0, 1), /* str r1, [r2], r3, lsr #32 */
    INDEX(0xe6421043, A, S | WB | POST | SUB, 1, 2, 3, 2, 0, 1), /* strb r1, [r2], -r3, asr #32 */
    INDEX(0xe7d21063, A, L | PRE, 1, 2, 3, 3, 0, 1), /* ldrb r1, [r2, r3, rrx] */
    INDEX(0xe6f210e3, A, L | WB | POST, 1, 2, 3, 3, 1, 1), /* ldrbt r1, [r2], r3, ror #1 */
    ROW(0xe1d21fbf, A, L, 2, 2, 255, 0, 1), /* ldrh r1, [r2, #255] */
    ROW(0xe1621fbf, A, S | WB, 2, 2, -255, -255, 1), /* strh r1, [r2, #-255]! */
    ROW(0xe0d211f0, A, L | SX | WB, 2, 2, 0, 16, 1), /* ldrsh r1, [r2], #16 */
    INDEX(0xe13210d3, A, L | SX | WB | PRE | SUB, 1, 2, 3, 0, 0, 1), /* ldrsb r1, [r2, -r3]! */
    ROW(0xe0f210d1, A, L | SX | WB, 1, 2, 0, 1, 1), /* ldrsbt r1, [r2], #1 */
    INDEX(0xe0a210b3, A, S | WB | POST, 2, 2, 3, 0, 0, 1), /* strht r1, [r2], r3 */
    INDEX(0xe03210f3, A, L | SX | WB | POST | SUB, 2, 2, 3, 0, 0, 1), /* ldrsht r1, [r2], -r3 */
    ROW(0xe1c420d0, A, L, 4, 4, 0, 0, 2, 3), /* ldrd r2, r3, [r4] */
    ROW(0xe16420f8, A, S | WB, 4, 4, -8, -8, 2, 3), /* strd r2, r3, [r4, #-8]! */
    ROW(0xe0c4cfd8, A, L | WB, 4, 4, 0, 248, 12, 13), /* ldrd r12, sp, [r4], #248 */
    INDEX(0xe08420f5, A, S | WB | POST, 4, 4, 5, 0, 0, 2, 3), /* strd r2, r3, [r4], r5 */
    INDEX(0xe12420d5, A, L | WB | PRE | SUB, 4, 4, 5, 0, 0, 2, 3), /* ldrd r2, r3, [r4, -r5]! */
    ROW(0xe1cf01d0, A, L, 4, 15, 16, 0, 0, 1), /* ldrd r0, r1, [pc, #16] */
    ROW(0xe891000c, A, L, 4, 1, 0, 0, 2, 3), /* ldmia r1, {r2, r3} */
    ROW(0xe9b1400c, A, L | WB, 4, 1, 4, 12, 2, 3, 14), /* ldmib r1!, {r2, r3, r14} */
    ROW(0xe831000c, A, L | WB, 4, 1, -4, -8, 2, 3), /* ldmda r1!, {r2, r3} */
    ROW(0xe9315ffd, A, L | WB, 4, 1, -52, -52, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14), /* ldmdb r1!, {r0, r2-r12, lr} */
    ROW(0xe8a10006, A, S | WB, 4, 1, 0, 8, 1, 2), /* stmia r1!, {r1, r2} */
    ROW(0xe981ffff, A, S, 4, 1, 4, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), /* stmib r1, {r0-r15} */
    ROW(0xe8010010, A, S, 4, 1, 0, 0, 4), /* stmda r1, {r4} */
    ROW(0xe92d4ff0, A, S | WB, 4, 13, -36, -36, 4, 5, 6, 7, 8, 9, 10, 11, 14), /* push {r4-r11, lr} */
    ROW(0xe8bd4ff0, A, L | WB, 4, 13, 0, 36, 4, 5, 6, 7, 8, 9, 10, 11, 14), /* pop {r4-r11, lr} */
    ROW(0xe52d4004, A, S | WB, 4, 13, -4, -4, 4), /* push {r4} */
    ROW(0xe49d4004, A, L | WB, 4, 13, 0, 4, 4), /* pop {r4} */
    ROW(0x14921004, A, L | WB, 4, 2, 0, 4, 1), /* ldrne r1, [r2], #4 */
    ROW(0xe8910006, A, L, 4, 1, 0, 0, 1, 2), /* ldmia r1, {r1, r2} */
    INDEX(0x50d1, T, S | PRE, 4, 2, 3, 0, 0, 1), /* str r1, [r2, r3] */
    INDEX(0x52d1, T, S | PRE, 2, 2, 3, 0, 0, 1), /* strh r1, [r2, r3] */
    INDEX(0x54d1, T, S | PRE, 1, 2, 3, 0, 0, 1), /* strb r1, [r2, r3] */
    INDEX(0x56d1, T, L | SX | PRE, 1, 2, 3, 0, 0, 1), /* ldrsb r1, [r2, r3] */
    INDEX(0x58d1, T, L | PRE, 4, 2, 3, 0, 0, 1), /* ldr r1, [r2, r3] */
    INDEX(0x5ad1, T, L | PRE, 2, 2, 3, 0, 0, 1), /* ldrh r1, [r2, r3] */
    INDEX(0x5cd1, T, L | PRE, 1, 2, 3, 0, 0, 1), /* ldrb r1, [r2, r3] */
    INDEX(0x5f77, T, L | SX | PRE, 2, 6, 5, 0, 0, 7), /* ldrsh r7, [r6, r5] */
    ROW(0x67d1, T, S, 4, 2, 124, 0, 1), /* str r1, [r2, #124] */
    ROW(0x6851, T, L, 4, 2, 4, 0, 1), /* ldr r1, [r2, #4] */
    ROW(0x77d1, T, S, 1, 2, 31, 0, 1), /* strb r1, [r2, #31] */
    ROW(0x7fd1, T, L, 1, 2, 31, 0, 1), /* ldrb r1, [r2, #31] */
    ROW(0x87d1, T, S, 2, 2, 62, 0, 1), /* strh r1, [r2, #62] */
    ROW(0x8fd1, T, L, 2, 2, 62, 0, 1), /* ldrh r1, [r2, #62] */
    ROW(0x91ff, T, S, 4, 13, 1020, 0, 1), /* str r1, [sp, #1020] */
    ROW(0x9901, T, L, 4, 13, 4, 0, 1), /* ldr r1, [sp, #4] */
    ROW(0x49ff, T, L, 4, 15, 1020, 0, 1), /* ldr.n r1, [pc, #1020] */
    ROW(0xb581, T, S | WB, 4, 13, -12, -12, 0, 7, 14), /* push {r0, r7, lr} */
    ROW(0xbc81, T, L | WB, 4, 13, 0, 8, 0, 7), /* pop {r0, r7} */
    ROW(0xc10c, T, S | WB, 4, 1, 0, 8, 2, 3), /* stmia r1!, {r2, r3} */
    ROW(0xc90c, T, L | WB, 4, 1, 0, 8, 2, 3), /* ldmia r1!, {r2, r3} */
    ROW(0xc90a, T, L, 4, 1, 0, 0, 1, 3), /* ldmia.n r1, {r1, r3} */
    ROW(0xf8d21fff, T, L, 4, 2, 4095, 0, 1), /* ldr.w r1, [r2, #4095] */
    ROW(0xf8c2d004, T, S, 4, 2, 4, 0, 13), /* str.w sp, [r2, #4] */
    ROW(0xf8521cff, T, L, 4, 2, -255, 0, 1), /* ldr r1, [r2, #-255] */
    ROW(0xf8521dff, T, L | WB, 4, 2, -255, -255, 1), /* ldr r1, [r2, #-255]! */
    ROW(0xf8421bff, T, S | WB, 4, 2, 0, 255, 1), /* str r1, [r2], #255 */
    ROW(0xf93cb902, T, L | SX | WB, 2, 12, 0, -2, 11), /* ldrsh r11, [r12], #-2 */
    ROW(0xf9921004, T, L | SX, 1, 2, 4, 0, 1), /* ldrsb.w r1, [r2, #4] */
    ROW(0xf8021f01, T, S | WB, 1, 2, 1, 1, 1), /* strb r1, [r2, #1]! */
    ROW(0xf8221c02, T, S, 2, 2, -2, 0, 1), /* strh r1, [r2, #-2] */
    ROW(0xf8521e04, T, L, 4, 2, 4, 0, 1), /* ldrt r1, [r2, #4] */
    ROW(0xf8221e04, T, S, 2, 2, 4, 0, 1), /* strht r1, [r2, #4] */
    ROW(0xf9121e04, T, L | SX, 1, 2, 4, 0, 1), /* ldrsbt r1, [r2, #4] */
    INDEX(0xf852103b, T, L | PRE, 4, 2, 11, 0, 3, 1), /* ldr.w r1, [r2, r11, lsl #3] */
    INDEX(0xf802b013, T, S | PRE, 1, 2, 3, 0, 1, 11), /* strb.w r11, [r2, r3, lsl #1] */
    ROW(0xf85f1fff, T, L, 4, 15, -4095, 0, 1), /* ldr.w r1, [pc, #-4095] */
    ROW(0xf9bf1002, T, L | SX, 2, 15, 2, 0, 1), /* ldrsh.w r1, [pc, #2] */
    ROW(0xe9d219ff, T, L, 4, 2, 1020, 0, 1, 9), /* ldrd r1, r9, [r2, #1020] */
    ROW(0xe9721901, T, L | WB, 4, 2, -4, -4, 1, 9), /* ldrd r1, r9, [r2, #-4]! */
    ROW(0xe86291ff, T, S | WB, 4, 2, 0, -1020, 9, 1), /* strd r9, r1, [r2], #-1020 */
    ROW(0xe9c21100, T, S, 4, 2, 0, 0, 1, 1), /* strd r1, r1, [r2] */
    ROW(0xe95f1902, T, L, 4, 15, -8, 0, 1, 9), /* ldrd r1, r9, [pc, #-8] */
    ROW(0xe8b94006, T, L | WB, 4, 9, 0, 12, 1, 2, 14), /* ldmia.w r9!, {r1, r2, lr} */
    ROW(0xe9190202, T, L, 4, 9, -8, 0, 1, 9), /* ldmdb r9, {r1, r9} */
    ROW(0xe8890202, T, S, 4, 9, 0, 0, 1, 9), /* stmia.w r9, {r1, r9} */
    ROW(0xe9294002, T, S | WB, 4, 9, -8, -8, 1, 14), /* stmdb r9!, {r1, lr} */
    ROW(0xe92d0102, T, S | WB, 4, 13, -8, -8, 1, 8), /* push.w {r1, r8} */
    ROW(0xe8bd4102, T, L | WB, 4, 13, 0, 12, 1, 8, 14), /* pop.w {r1, r8, lr} */
    ROW(0xf84d8d04, T, S | WB, 4, 13, -4, -4, 8), /* push.w {r8} */
    ROW(0xf85d8b04, T, L | WB, 4, 13, 0, 4, 8), /* pop.w {r8} */
};

static const struct bad bad[] = {
    {0xe591f000, A}, /* ldr pc, [r1] */
    {0xe49df004, A}, /* pop {pc} */
    {0xe8bd8002, A}, /* ldmia sp!, {r1, pc} */
    {0xe1921f9f, A}, /* ldrex r1, [r2] */
    {0xe1831f92, A}, /* strex r1, r2, [r3] */
    {0xe1b42f9f, A}, /* ldrexd r2, r3, [r4] */
    {0xe1c31f92, A}, /* strexb r1, r2, [r3] */
    {0xe1f21f9f, A}, /* ldrexh r1, [r2] */
    {0xf57ff01f, A}, /* clrex */
    {0xe1031092, A}, /* swp r1, r2, [r3] */
    {0xe1431092, A}, /* swpb r1, r2, [r3] */
    {0xe8d1000c, A}, /* ldmia r1, {r2, r3}^ */
    {0xe9416000, A}, /* stmdb r1, {sp, lr}^ */
    {0xe8f18004, A}, /* ldmia r1!, {r2, pc}^ */
    {0xed910b00, A}, /* vldr d0, [r1] */
    {0xed810a01, A}, /* vstr s0, [r1, #4] */
    {0xecb10b08, A}, /* vldmia r1!, {d0-d3} */
    {0xf421070f, A}, /* vld1.8 {d0}, [r1] */
    {0xf481080f, A}, /* vst1.32 {d0[0]}, [r1] */
    {0xec521b10, A}, /* vmov r1, r2, d0 */
    {0xf5d1f000, A}, /* pld [r1] */
    {0xf591f000, A}, /* pldw [r1] */
    {0xf4d1f004, A}, /* pli [r1, #4] */
    {0xf8ed0513, A}, /* srsia sp!, #19 */
    {0xf8b10a00, A}, /* rfeia r1! */
    {0xecb15e01, A}, /* ldc p14, c5, [r1], #4 */
    {0xed815e00, A}, /* stc p14, c5, [r1] */
    {0xe0010392, A}, /* mul r1, r2, r3 */
    {0xe0214392, A}, /* mla r1, r2, r3, r4 */
    {0xe0821493, A}, /* umull r1, r2, r3, r4 */
    {0xe1610382, A}, /* smulbb r1, r2, r3 */
    {0xe1a01002, A}, /* mov r1, r2 */
    {0xe2821004, A}, /* add r1, r2, #4 */
    {0xeafffffe, A}, /* b . */
    {0xe12fff31, A}, /* blx r1 */
    {0xef000001, A}, /* svc #1 */
    {0xee071f3a, A}, /* mcr p15, 0, r1, c7, c10, 1 */
    {0xee101f10, A}, /* mrc p15, 0, r1, c0, c0, 0 */
    {0xe781f312, A}, /* usad8 r1, r2, r3 */
    {0xe6af1072, A}, /* sxtb r1, r2 */
    {0xe731f312, A}, /* udiv r1, r2, r3 */
    {0xe7e311d2, A}, /* ubfx r1, r2, #3, #4 */
    {0xe3001003, A}, /* movw r1, #3 */
    {0xe128f001, A}, /* msr cpsr_f, r1 */
    {0xe1200070, A}, /* bkpt #0 */
    {0xe320f003, A}, /* wfi */
    {0xe320f000, A}, /* nop */
    {0xe5b11004, A}, /* ldr r1, [r1, #4]!: UNPREDICTABLE or UNDEFINED */
    {0xe4811004, A}, /* str r1, [r1], #4: UNPREDICTABLE or UNDEFINED */
    {0xe5bf1004, A}, /* ldr r1, [pc, #4]!: UNPREDICTABLE or UNDEFINED */
    {0xe48f1004, A}, /* str r1, [pc], #4: UNPREDICTABLE or UNDEFINED */
    {0xe5c1f000, A}, /* strb pc, [r1]: UNPREDICTABLE or UNDEFINED */
    {0xe5d1f000, A}, /* ldrb pc, [r1]: UNPREDICTABLE or UNDEFINED */
    {0xe792100f, A}, /* ldr r1, [r2, pc]: UNPREDICTABLE or UNDEFINED */
    {0xe6b11002, A}, /* ldrt r1, [r1], r2: UNPREDICTABLE or UNDEFINED */
    {0xe1d1f0b0, A}, /* ldrh pc, [r1]: UNPREDICTABLE or UNDEFINED */
    {0xe1c1f0b0, A}, /* strh pc, [r1]: UNPREDICTABLE or UNDEFINED */
    {0xe19210bf, A}, /* ldrh r1, [r2, pc]: UNPREDICTABLE or UNDEFINED */
    {0xe19213b3, A}, /* ldrh r1, [r2, r3] with bits 11:8: UNPREDICTABLE or UNDEFINED */
    {0xe1c130d0, A}, /* ldrd r3, r4, [r1]: UNPREDICTABLE or UNDEFINED */
    {0xe1c1e0d0, A}, /* ldrd lr, pc, [r1]: UNPREDICTABLE or UNDEFINED */
    {0xe0e120d8, A}, /* ldrd r2, r3, [r1], #8 with W: UNPREDICTABLE or UNDEFINED */
    {0xe18120d2, A}, /* ldrd r2, r3, [r1, r2]: UNPREDICTABLE or UNDEFINED */
    {0xe18120d3, A}, /* ldrd r2, r3, [r1, r3]: UNPREDICTABLE or UNDEFINED */
    {0xe1e220d8, A}, /* ldrd r2, r3, [r2, #8]!: UNPREDICTABLE or UNDEFINED */
    {0xe1e320f8, A}, /* strd r2, r3, [r3, #8]!: UNPREDICTABLE or UNDEFINED */
    {0xe8910000, A}, /* ldmia r1, {}: UNPREDICTABLE or UNDEFINED */
    {0xe89f0006, A}, /* ldmia pc, {r1, r2}: UNPREDICTABLE or UNDEFINED */
    {0xe8b10006, A}, /* ldmia r1!, {r1, r2}: UNPREDICTABLE or UNDEFINED */
    {0xe8a10000, A}, /* stmia r1!, {}: UNPREDICTABLE or UNDEFINED */
    {0xe7f000f0, A}, /* udf #0: UNPREDICTABLE or UNDEFINED */
    {0xe6921014, A}, /* media space: UNPREDICTABLE or UNDEFINED */
    {0xf8911002, A}, /* unconditional space: UNPREDICTABLE or UNDEFINED */
    {0xffffffff, A}, /* all ones: UNPREDICTABLE or UNDEFINED */
    {0x00000000, A}, /* all zeros: UNPREDICTABLE or UNDEFINED */
    {0xf8d1f000, T}, /* ldr.w pc, [r1] */
    {0xbd00, T}, /* pop {pc} */
    {0xe8bd8110, T}, /* pop.w {r4, r8, pc} */
    {0xe8918004, T}, /* ldmia.w r1, {r2, pc} */
    {0xe8521f01, T}, /* ldrex r1, [r2, #4] */
    {0xe8432100, T}, /* strex r1, r2, [r3] */
    {0xe8d4237f, T}, /* ldrexd r2, r3, [r4] */
    {0xe8c32f51, T}, /* strexh r1, r2, [r3] */
    {0xf3bf8f2f, T}, /* clrex */
    {0xe8d1f002, T}, /* tbb [r1, r2] */
    {0xe8dff012, T}, /* tbh [pc, r2, lsl #1] */
    {0xed910b00, T}, /* vldr d0, [r1] */
    {0xed210b02, T}, /* vstmdb r1!, {d0} */
    {0xf921070f, T}, /* vld1.8 {d0}, [r1] */
    {0xf901000f, T}, /* vst4.8 {d0-d3}, [r1] */
    {0xf891f000, T}, /* pld [r1] */
    {0xf8b1f004, T}, /* pldw [r1, #4] */
    {0xf911f002, T}, /* pli [r1, r2] */
    {0xf89ff004, T}, /* pld [pc, #4] */
    {0xe82dc013, T}, /* srsdb sp!, #19 */
    {0xe811c000, T}, /* rfedb r1 */
    {0x4611, T}, /* mov r1, r2 */
    {0x4411, T}, /* add r1, r2 */
    {0xe7fe, T}, /* b . */
    {0xb111, T}, /* cbz r1, .+8 */
    {0xdf01, T}, /* svc #1 */
    {0xbf08, T}, /* it eq */
    {0xbe00, T}, /* bkpt #0 */
    {0xb251, T}, /* sxtb r1, r2 */
    {0xba11, T}, /* rev r1, r2 */
    {0xf7fffffe, T}, /* bl . */
    {0xee071f3a, T}, /* mcr p15, 0, r1, c7, c10, 1 */
    {0xf20f0102, T}, /* adr r1, .+4 */
    {0xa901, T}, /* add r1, sp, #4 */
    {0xbf00, T}, /* nop */
    {0xb672, T}, /* cpsid i */
    {0xfbb2f1f3, T}, /* udiv r1, r2, r3 */
    {0xfa02f103, T}, /* lsl.w r1, r2, r3 */
    {0x4770, T}, /* bx lr */
    {0xb658, T}, /* setend be */
    {0xb400, T}, /* push {}: UNPREDICTABLE or UNDEFINED */
    {0xbc00, T}, /* pop {}: UNPREDICTABLE or UNDEFINED */
    {0xc100, T}, /* stmia r1!, {}: UNPREDICTABLE or UNDEFINED */
    {0xc900, T}, /* ldmia r1!, {}: UNPREDICTABLE or UNDEFINED */
    {0xe8910000, T}, /* ldmia.w r1, {}: UNPREDICTABLE or UNDEFINED */
    {0xe8910002, T}, /* ldmia.w r1, {r1}: UNPREDICTABLE or UNDEFINED */
    {0xe8b10006, T}, /* ldmia.w r1!, {r1, r2}: UNPREDICTABLE or UNDEFINED */
    {0xe8a10006, T}, /* stmia.w r1!, {r1, r2}: UNPREDICTABLE or UNDEFINED */
    {0xe8912006, T}, /* ldmia.w r1, {r1, r2, sp}: UNPREDICTABLE or UNDEFINED */
    {0xe8818006, T}, /* stmia.w r1, {r1, r2, pc}: UNPREDICTABLE or UNDEFINED */
    {0xe89f0006, T}, /* ldmia.w pc, {r1, r2}: UNPREDICTABLE or UNDEFINED */
    {0xe8011006, T}, /* op 00: UNPREDICTABLE or UNDEFINED */
    {0xe9811006, T}, /* op 11: UNPREDICTABLE or UNDEFINED */
    {0xe9d1d200, T}, /* ldrd sp, r2, [r1]: UNPREDICTABLE or UNDEFINED */
    {0xe9d12f00, T}, /* ldrd r2, pc, [r1]: UNPREDICTABLE or UNDEFINED */
    {0xe9d12200, T}, /* ldrd r2, r2, [r1]: UNPREDICTABLE or UNDEFINED */
    {0xe9f11201, T}, /* ldrd r1, r2, [r1, #4]!: UNPREDICTABLE or UNDEFINED */
    {0xe9e11201, T}, /* strd r1, r2, [r1, #4]!: UNPREDICTABLE or UNDEFINED */
    {0xe9cf1200, T}, /* strd r1, r2, [pc]: UNPREDICTABLE or UNDEFINED */
    {0xe9ff1201, T}, /* ldrd r1, r2, [pc, #4]!: UNPREDICTABLE or UNDEFINED */
    {0xf8511f04, T}, /* ldr r1, [r1, #4]!: UNPREDICTABLE or UNDEFINED */
    {0xf8411b04, T}, /* str r1, [r1], #4: UNPREDICTABLE or UNDEFINED */
    {0xf8521804, T}, /* imm8 without P and W: UNPREDICTABLE or UNDEFINED */
    {0xf852100d, T}, /* ldr.w r1, [r2, sp]: UNPREDICTABLE or UNDEFINED */
    {0xf852100f, T}, /* ldr.w r1, [r2, pc]: UNPREDICTABLE or UNDEFINED */
    {0xf8521043, T}, /* register form with bit 6: UNPREDICTABLE or UNDEFINED */
    {0xf842f004, T}, /* str.w pc, [r2, r4]: UNPREDICTABLE or UNDEFINED */
    {0xf812d004, T}, /* ldrb.w sp, [r2, r4]: UNPREDICTABLE or UNDEFINED */
    {0xf822d004, T}, /* strh.w sp, [r2, r4]: UNPREDICTABLE or UNDEFINED */
    {0xf84f1004, T}, /* str.w r1, [pc, r4]: UNPREDICTABLE or UNDEFINED */
    {0xf8cf1004, T}, /* str.w r1, [pc, #4]: UNPREDICTABLE or UNDEFINED */
    {0xf8621004, T}, /* size 11: UNPREDICTABLE or UNDEFINED */
    {0xf9521004, T}, /* sign-extended word: UNPREDICTABLE or UNDEFINED */
    {0xf9021004, T}, /* Advanced SIMD space: UNPREDICTABLE or UNDEFINED */
    {0xf9a21004, T}, /* Advanced SIMD space: UNPREDICTABLE or UNDEFINED */
    {0xffffffff, T}, /* all ones: UNPREDICTABLE or UNDEFINED */
    {0xe8000000, T}, /* lowest 32-bit: UNPREDICTABLE or UNDEFINED */
    {0x0000, T}, /* all zeros: UNPREDICTABLE or UNDEFINED */
};
/* clang-format on */

#endif
