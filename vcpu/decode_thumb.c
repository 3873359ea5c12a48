/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Thumb encodings of loads and stores (ARM DDI 0406C, A6.2.4 to A6.2.6, A6.3.5 to A6.3.9).
 */
#include <errno.h>

#include "hyp/lib/util.h"
#include "vcpu/decode_internal.h"

#define SP 13
#define LR 14
#define PC 15

/* ---- 16 bits ---- */

/* STR to LDRSH with a register offset, by opB (A6.2.4, 0101xx). */
static int thumb16_register(struct access *out, uint32_t insn)
{
    static const struct {
        uint8_t size;
        bool load, sign_extend;
    } op[8] = {
        [0] = {4, false, false}, [1] = {2, false, false}, [2] = {1, false, false},
        [3] = {1, true, true},   [4] = {4, true, false},  [5] = {2, true, false},
        [6] = {1, true, false},  [7] = {2, true, true},
    };
    unsigned int b = BITS(insn, 11, 9);

    out->load = op[b].load;
    out->sign_extend = op[b].sign_extend;
    out->indexed = true;
    out->pre = true;
    out->index = BITS(insn, 8, 6);
    return access_single(out, BITS(insn, 2, 0), BITS(insn, 5, 3), op[b].size);
}

/* A five-bit offset in units of the size: words (0110), bytes (0111), halfwords (1000). */
static int thumb16_immediate(struct access *out, uint32_t insn, unsigned int bytes)
{
    int err;

    out->load = insn & BIT(11);
    err = access_single(out, BITS(insn, 2, 0), BITS(insn, 5, 3), bytes);
    return err != 0 ? err : access_immediate(out, true, true, false, BITS(insn, 10, 6) * bytes);
}

/* A word at SP or, loads only, at the PC plus an eight-bit offset in words. */
static int thumb16_based(struct access *out, uint32_t insn, unsigned int n)
{
    int err;

    out->load = insn & BIT(11);
    err = access_single(out, BITS(insn, 10, 8), n, 4);
    return err != 0 ? err : access_immediate(out, true, true, false, BITS(insn, 7, 0) * 4);
}

/* PUSH and POP (A8.8.131, A8.8.133): bit 8 is LR to push, or the PC to pop. */
static int thumb16_stack(struct access *out, uint32_t insn)
{
    uint32_t list = BITS(insn, 7, 0);

    out->load = insn & BIT(11);
    out->writeback = true;
    if (insn & BIT(8)) {
        list |= out->load ? BIT(PC) : BIT(LR);
    }
    return access_multiple(out, SP, list, out->load, !out->load);
}

/* LDM and STM, increment after; a base that is loaded is not written back (A8.8.58). */
static int thumb16_multiple(struct access *out, uint32_t insn)
{
    unsigned int n = BITS(insn, 10, 8);

    out->load = insn & BIT(11);
    out->writeback = !out->load || !(insn & BIT(n));
    return access_multiple(out, n, BITS(insn, 7, 0), true, false);
}

int decode_thumb16(struct access *out, uint32_t insn)
{
    switch (BITS(insn, 15, 12)) {
    case 4:
        return BITS(insn, 11, 11) ? thumb16_based(out, insn, PC) : -ENOTSUP;
    case 5:
        return thumb16_register(out, insn);
    case 6:
        return thumb16_immediate(out, insn, 4);
    case 7:
        return thumb16_immediate(out, insn, 1);
    case 8:
        return thumb16_immediate(out, insn, 2);
    case 9:
        return thumb16_based(out, insn, SP);
    case 11:
        return BITS(insn, 10, 9) == 2 ? thumb16_stack(out, insn) : -ENOTSUP;
    case 12:
        return thumb16_multiple(out, insn);
    default:
        return -ENOTSUP;
    }
}

/* ---- 32 bits ---- */

/* Load/store multiple (A6.3.5). What a 32-bit LDM or STM may not name: SP; a PC to store; fewer
 * than two registers; its base, if it is written back. */
static int thumb32_multiple(struct access *out, uint32_t insn)
{
    unsigned int op = BITS(insn, 24, 23), n = BITS(insn, 19, 16);
    uint32_t list = BITS(insn, 15, 0);
    int err;

    if (op == 0 || op == 3) {
        return -ENOTSUP; /* SRS, RFE */
    }
    out->load = insn & BIT(20);
    out->writeback = insn & BIT(21);
    err = access_multiple(out, n, list, op == 1, op == 2);
    if (err != 0 || out->count < 2 || (list & (BIT(SP) | BIT(PC)))) {
        return -ENOTSUP;
    }
    return access_check_writeback(out);
}

/* LDRD and STRD; without P and W this space is exclusives and table branches (A6.3.6). */
static int thumb32_dual(struct access *out, uint32_t insn)
{
    unsigned int t = BITS(insn, 15, 12), t2 = BITS(insn, 11, 8), n = BITS(insn, 19, 16);
    bool pre = insn & BIT(24), writeback = insn & BIT(21);

    out->load = insn & BIT(20);
    if ((!pre && !writeback) || t == SP || t == PC || t2 == SP || t2 == PC ||
        (out->load && t == t2) || (!out->load && n == PC)) {
        return -ENOTSUP;
    }
    access_dual(out, t, t2, n);
    return access_immediate(out, pre, insn & BIT(23), writeback, BITS(insn, 7, 0) * 4);
}

/* The forms with an eight-bit offset, bit 11 set: PUW = 110 is the unprivileged one (LDRT). */
static int thumb32_imm8(struct access *out, uint32_t insn)
{
    bool pre = insn & BIT(10), add = insn & BIT(9), writeback = insn & BIT(8);

    if (!pre && !writeback) {
        return -ENOTSUP; /* UNDEFINED */
    }
    return access_immediate(out, pre, add, writeback, BITS(insn, 7, 0));
}

static int thumb32_register(struct access *out, uint32_t insn)
{
    out->indexed = true;
    out->pre = true;
    out->index = BITS(insn, 3, 0);
    out->shift_amount = BITS(insn, 5, 4);
    if (BITS(insn, 10, 6) != 0 || out->index == SP || out->index == PC) {
        return -ENOTSUP;
    }
    return 0;
}

/* Store single data item, load byte, halfword, word (A6.3.7 to A6.3.10). */
static int thumb32_single(struct access *out, uint32_t insn)
{
    unsigned int size = BITS(insn, 22, 21), t = BITS(insn, 15, 12), n = BITS(insn, 19, 16);
    int err;

    out->load = insn & BIT(20);
    out->sign_extend = insn & BIT(24);
    if (size == 3 || (out->sign_extend && (size == 2 || !out->load))) {
        return -ENOTSUP; /* UNDEFINED, Advanced SIMD */
    }
    if (n == PC && !out->load) {
        return -ENOTSUP; /* UNDEFINED */
    }
    if ((t == PC || (t == SP && size != 2))) {
        return -ENOTSUP; /* preload hints, a load of the PC, UNPREDICTABLE */
    }
    err = access_single(out, t, n, 1u << size);
    if (err != 0) {
        return err;
    }
    if (n == PC) {
        return access_immediate(out, true, insn & BIT(23), false, BITS(insn, 11, 0));
    }
    if (insn & BIT(23)) {
        return access_immediate(out, true, true, false, BITS(insn, 11, 0));
    }
    return (insn & BIT(11)) ? thumb32_imm8(out, insn) : thumb32_register(out, insn);
}

int decode_thumb32(struct access *out, uint32_t insn)
{
    switch (BITS(insn, 31, 25)) {
    case 0x74: /* 1110 100 */
        return (insn & BIT(22)) ? thumb32_dual(out, insn) : thumb32_multiple(out, insn);
    case 0x7c: /* 1111 100 */
        return thumb32_single(out, insn);
    default:
        return -ENOTSUP;
    }
}
