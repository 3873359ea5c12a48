/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores, taken apart: the common parts and the ARM encodings. Thumb is
 * vcpu/decode_thumb.c. Function names follow the headings of the manual's encoding tables.
 */
#include "vcpu/decode.h"

#include <errno.h>
#include <string.h>

#include "hyp/lib/util.h"
#include "vcpu/decode_internal.h"

#define PC 15

int access_single(struct access *out, unsigned int t, unsigned int n, unsigned int bytes)
{
    out->base = (uint8_t)n;
    out->size = (uint8_t)bytes;
    out->count = 1;
    out->reg[0] = (uint8_t)t;
    /* A byte or halfword of the PC is UNPREDICTABLE, a word loaded to it is a branch. */
    return t == PC && (bytes != 4 || out->load) ? -ENOTSUP : 0;
}

int access_dual(struct access *out, unsigned int t, unsigned int t2, unsigned int n)
{
    out->base = (uint8_t)n;
    out->size = 4;
    out->count = 2;
    out->reg[0] = (uint8_t)t;
    out->reg[1] = (uint8_t)t2;
    return 0;
}

int access_immediate(struct access *out, bool pre, bool add, bool writeback, unsigned int imm)
{
    int16_t displacement = (int16_t)(add ? (int)imm : -(int)imm);

    out->writeback = writeback;
    out->start = pre ? displacement : 0;
    out->update = displacement;
    return access_check_writeback(out);
}

/* UNPREDICTABLE: writing back to the PC, or to a register that is loaded or stored. */
int access_check_writeback(const struct access *access)
{
    if (!access->writeback) {
        return 0;
    }
    if (access->base == PC) {
        return -ENOTSUP;
    }
    for (unsigned int i = 0; i < access->count; i++) {
        if (access->reg[i] == access->base) {
            return -ENOTSUP;
        }
    }
    return 0;
}

int access_multiple(struct access *out, unsigned int n, uint32_t list, bool increment, bool before)
{
    int bytes;

    out->base = (uint8_t)n;
    out->size = 4;
    out->count = 0;
    for (unsigned int i = 0; i < 16; i++) {
        if (list & BIT(i)) {
            out->reg[out->count++] = (uint8_t)i;
        }
    }
    if (out->count == 0 || n == PC || (out->load && (list & BIT(PC)))) {
        return -ENOTSUP;
    }
    bytes = 4 * out->count;
    out->update = (int16_t)(increment ? bytes : -bytes);
    /* The lowest address is that of the lowest register, whichever way the base goes. */
    if (increment) {
        out->start = before ? 4 : 0;
    } else {
        out->start = (int16_t)(before ? -bytes : 4 - bytes);
    }
    return 0;
}

unsigned int decode_thumb_bytes(uint16_t first)
{
    return (first >> 11) >= 0x1d ? 4 : 2;
}

uint32_t decode_offset(const struct access *access, uint32_t value, bool carry)
{
    unsigned int n = access->shift_amount;

    if (!access->indexed) {
        return 0;
    }
    switch (access->shift) {
    case 0: /* LSL */
        value <<= n;
        break;
    case 1: /* LSR, 0 is 32 */
        value = n == 0 ? 0 : value >> n;
        break;
    case 2: /* ASR, 0 is 32; a shift by 31 gives the same */
        value = n == 0 ? BITS(value, 31, 31) * ~0u
                       : (value >> n) | (BITS(value, 31, 31) * ~(~0u >> n));
        break;
    default: /* ROR, 0 is RRX */
        value = n == 0 ? (value >> 1) | ((uint32_t)carry << 31)
                       : (value >> n) | (value << (32 - n));
        break;
    }
    return access->subtract ? 0u - value : value;
}

/* ---- ARM ---- */

/* P and W of an ARM load or store of one register. P = 0, W = 1 is the unprivileged form (LDRT),
 * which differs only in the permission check that the hardware made before it came to stage 2. */
static bool arm_pre(uint32_t insn)
{
    return insn & BIT(24);
}

static bool arm_writeback(uint32_t insn)
{
    return !(insn & BIT(24)) || (insn & BIT(21));
}

/* A register as offset: UNPREDICTABLE if it is the PC. */
static int arm_index(struct access *out, uint32_t insn)
{
    out->indexed = true;
    out->index = BITS(insn, 3, 0);
    out->subtract = !(insn & BIT(23));
    out->pre = arm_pre(insn);
    out->writeback = arm_writeback(insn);
    return out->index == PC ? -ENOTSUP : access_check_writeback(out);
}

/* Load/store word and unsigned byte (A5.3). */
static int arm_word_byte(struct access *out, uint32_t insn)
{
    int err = access_single(out, BITS(insn, 15, 12), BITS(insn, 19, 16), (insn & BIT(22)) ? 1 : 4);

    if (err != 0) {
        return err;
    }
    if (!(insn & BIT(25))) {
        return access_immediate(out, arm_pre(insn), insn & BIT(23), arm_writeback(insn),
                                BITS(insn, 11, 0));
    }
    if (insn & BIT(4)) {
        return -ENOTSUP; /* media instructions */
    }
    out->shift = BITS(insn, 6, 5);
    out->shift_amount = BITS(insn, 11, 7);
    return arm_index(out, insn);
}

/* LDRD, STRD (A8.8.72 to 74, 210 and 211): an even register and the next. */
static int arm_dual(struct access *out, uint32_t insn)
{
    unsigned int t = BITS(insn, 15, 12);
    bool post_with_w = !(insn & BIT(24)) && (insn & BIT(21));
    bool index_is_target = !(insn & BIT(22)) && (BITS(insn, 3, 0) & ~1u) == t;

    out->load = !(insn & BIT(5));
    if ((t & 1) || t == 14 || post_with_w || (out->load && index_is_target)) {
        return -ENOTSUP;
    }
    return access_dual(out, t, t + 1, BITS(insn, 19, 16));
}

/* Extra load/store instructions (A5.2.8, A5.2.9). */
static int arm_extra(struct access *out, uint32_t insn)
{
    unsigned int op2 = BITS(insn, 6, 5);
    int err;

    if (op2 == 0) {
        return -ENOTSUP; /* multiplies, SWP, exclusives */
    }
    if (!out->load && op2 >= 2) {
        err = arm_dual(out, insn);
    } else {
        out->sign_extend = op2 >= 2;
        err = access_single(out, BITS(insn, 15, 12), BITS(insn, 19, 16), op2 == 2 ? 1 : 2);
    }
    if (err != 0) {
        return err;
    }
    if (insn & BIT(22)) {
        return access_immediate(out, arm_pre(insn), insn & BIT(23), arm_writeback(insn),
                                BITS(insn, 11, 8) << 4 | BITS(insn, 3, 0));
    }
    return BITS(insn, 11, 8) != 0 ? -ENOTSUP : arm_index(out, insn);
}

/* Block data transfer (A5.5). */
static int arm_multiple(struct access *out, uint32_t insn)
{
    unsigned int n = BITS(insn, 19, 16);

    if (insn & BIT(22)) {
        return -ENOTSUP; /* user registers, exception return */
    }
    out->writeback = insn & BIT(21);
    /* A base that is loaded and written back is UNPREDICTABLE; one that is stored is stored as it
     * was (where it is not the lowest register, UNKNOWN: that too). */
    if (out->writeback && out->load && (insn & BIT(n))) {
        return -ENOTSUP;
    }
    return access_multiple(out, n, BITS(insn, 15, 0), insn & BIT(23), insn & BIT(24));
}

static int decode_arm(struct access *out, uint32_t insn)
{
    if (BITS(insn, 31, 28) == 15) {
        return -ENOTSUP; /* preloads, SRS, RFE, Advanced SIMD */
    }
    out->load = insn & BIT(20);
    switch (BITS(insn, 27, 25)) {
    case 0:
        return (insn & (BIT(7) | BIT(4))) == (BIT(7) | BIT(4)) ? arm_extra(out, insn) : -ENOTSUP;
    case 2:
    case 3:
        return arm_word_byte(out, insn);
    case 4:
        return arm_multiple(out, insn);
    default:
        return -ENOTSUP;
    }
}

int decode_access(uint32_t insn, bool thumb, struct access *out)
{
    memset(out, 0, sizeof(*out));
    if (!thumb) {
        return decode_arm(out, insn);
    }
    return insn > 0xffff ? decode_thumb32(out, insn) : decode_thumb16(out, insn);
}
