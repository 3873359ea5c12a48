/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interpreter of unwind opcodes. Only what the compiler emits for code without VFP is known; any
 * other opcode ends the walk.
 */
#include "hyp/arch/unwind.h"

struct exidx {
    uint32_t fn;   /* prel31 */
    uint32_t data; /* prel31, inline opcodes, or EXIDX_CANTUNWIND */
};

#define EXIDX_CANTUNWIND 1u

/* From linker.ld; sorted by address by the linker. */
extern const struct exidx __exidx_start[], __exidx_end[];

struct opcodes {
    const uint32_t *word;
    uint32_t left; /* bytes */
    uint32_t shift;
};

static uint32_t prel31(const uint32_t *p)
{
    return (uint32_t)(uintptr_t)p + (uint32_t)(((int32_t)(*p << 1)) >> 1);
}

static const struct exidx *find(uint32_t pc)
{
    const struct exidx *low = __exidx_start, *high = __exidx_end;

    while (high - low > 1) {
        const struct exidx *mid = low + (high - low) / 2;

        if (prel31(&mid->fn) <= pc)
            low = mid;
        else
            high = mid;
    }
    return low < __exidx_end && prel31(&low->fn) <= pc ? low : 0;
}

static uint8_t next(struct opcodes *op)
{
    uint8_t byte;

    if (op->left == 0)
        return 0xb0; /* finish */
    byte = (uint8_t)(*op->word >> op->shift);
    op->left--;
    if (op->shift == 0) {
        op->word++;
        op->shift = 24;
    } else {
        op->shift -= 8;
    }
    return byte;
}

static bool start(const struct exidx *entry, struct opcodes *op)
{
    const uint32_t *p = &entry->data;

    if (entry->data == EXIDX_CANTUNWIND)
        return false;
    if ((*p >> 31) == 0)
        p = (const uint32_t *)(uintptr_t)prel31(p);
    op->word = p;
    switch (*p >> 24) {
    case 0x80: /* three opcodes in this word */
        op->shift = 16;
        op->left = 3;
        return true;
    case 0x81: /* two in this word, and the words that bits 16..23 count */
    case 0x82:
        op->shift = 8;
        op->left = 2 + 4 * ((*p >> 16) & 0xff);
        return true;
    default:
        return false;
    }
}

/* The registers by number, r0 to r15. */
static uint32_t *slot(struct arch_regs *regs, unsigned int n)
{
    return n < 13 ? &regs->r[n] : n == 13 ? &regs->sp : n == 14 ? &regs->lr : &regs->pc;
}

/* Pops the registers of `mask`, bit 0 = r0, from the virtual stack pointer. */
static bool pop(struct arch_regs *regs, uint32_t mask, uint32_t low, uint32_t high)
{
    uint32_t vsp = regs->sp;

    for (unsigned int n = 0; n < 16; n++) {
        if ((mask & (1u << n)) == 0)
            continue;
        if (vsp == 0 || vsp < low || vsp > high - 4 || (vsp & 3) != 0)
            return false;
        *slot(regs, n) = *(const uint32_t *)(uintptr_t)vsp;
        vsp += 4;
    }
    if ((mask & (1u << 13)) == 0)
        regs->sp = vsp;
    return true;
}

static uint32_t uleb128(struct opcodes *op)
{
    uint32_t value = 0, shift = 0;
    uint8_t byte;

    do {
        byte = next(op);
        if (shift < 32)
            value |= (uint32_t)(byte & 0x7f) << shift;
        shift += 7;
    } while ((byte & 0x80) != 0 && op->left != 0);
    return value;
}

/* The opcodes of one frame (IHI 0038, 9.3). False at one that is not known. */
static bool run(struct arch_regs *regs, struct opcodes *op, uint32_t low, uint32_t high)
{
    while (op->left != 0) {
        uint8_t byte = next(op);
        uint32_t mask;

        if (byte == 0xb0)
            break;
        if (byte < 0x40) {
            regs->sp += ((uint32_t)byte << 2) + 4;
            continue;
        }
        if (byte < 0x80) {
            regs->sp -= ((uint32_t)(byte & 0x3f) << 2) + 4;
            continue;
        }
        if (byte >= 0x90 && byte < 0xa0) {
            regs->sp = *slot(regs, byte & 0xf);
            continue;
        }
        if (byte == 0xb2) {
            regs->sp += 0x204 + (uleb128(op) << 2);
            continue;
        }
        if (byte < 0x90)
            mask = (((uint32_t)(byte & 0xf) << 8) | next(op)) << 4;
        else if (byte < 0xb0)
            mask = (((2u << (byte & 7)) - 1u) << 4) | ((byte & 8) ? 1u << 14 : 0);
        else if (byte == 0xb1)
            mask = next(op) & 0xfu;
        else
            return false;
        if (mask == 0 || !pop(regs, mask, low, high))
            return false;
    }
    return true;
}

bool unwind_step(struct arch_regs *regs, uint32_t low, uint32_t high)
{
    uint32_t pc = regs->pc & ~1u;
    const struct exidx *entry = find(pc);
    struct opcodes op;

    if (!entry)
        return false;
    regs->pc = 0;
    if (prel31(&entry->fn) == pc) {
        /* Nothing is pushed yet: a stack overflow faults here. */
        regs->pc = regs->lr;
    } else {
        if (!start(entry, &op) || !run(regs, &op, low, high))
            return false;
        if (regs->pc == 0)
            regs->pc = regs->lr;
    }
    if ((regs->pc & ~1u) < 2)
        return false;
    regs->pc = (regs->pc & ~1u) - 2;
    return true;
}
