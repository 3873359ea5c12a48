/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every CP14 and CP15 encoding, read and written, by MRC, MCR, MRRC and MCRR; then the registers
 * that steer the CPU itself, with garbage. A write runs between two writes of SCTLR that keep the
 * MMU off, and is followed at once by the right VBAR, so that whatever it changed can be undone.
 */
#include "attack/attack.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/mmu.h"

#define MRC        0xee100010u
#define MCR        0xee000010u
#define MRRC       0xec500000u
#define MCRR       0xec400000u
#define ISB        0xf57ff06fu
#define PUT_SCTLR  0xee01af10u /* MCR SCTLR, r10 */
#define PUT_VBAR   0xee0c9f10u /* MCR VBAR, r9 */
#define SCTLR_CODE 0xee010f10u /* MCR SCTLR, r0 */
#define SCTLR_WXN  (1u << 19)

extern char vectors[];

/* One target instruction with r0 = a, r1 = b, the MMU off around it. */
static void attempt(uint32_t insn, uint32_t a, uint32_t b, uint32_t mode)
{
    uint32_t code[] = {PUT_SCTLR, ISB, insn, ISB, PUT_VBAR, PUT_SCTLR, ISB};
    struct probe p;

    if (insn == SCTLR_CODE)
        a &= ~(SCTLR_M | SCTLR_WXN | SCTLR_C);
    probe_init(&p);
    if (mode == PSR_USR)
        probe_arm(&p, &insn, 1);
    else
        probe_arm(&p, code, sizeof(code) / 4);
    p.cpsr = mode | PSR_A | PSR_I | PSR_F;
    p.r[0] = a;
    p.r[1] = b;
    p.r[9] = (uint32_t)vectors;
    p.r[10] = cp_read(15, 0, 1, 0, 0) & ~(SCTLR_M | SCTLR_C | SCTLR_I);
    run(&p);
    restore_system();
}

static uint32_t encoding(uint32_t cp, uint32_t i)
{
    uint32_t opc1 = i & 7u, opc2 = i >> 3 & 7u, crm = i >> 6 & 15u, crn = i >> 10 & 15u;

    return opc1 << 21 | crn << 16 | cp << 8 | opc2 << 5 | crm;
}

/* All encodings; or every seventh from a random one on, which has no factor with their fields. */
static uint32_t stride(void)
{
    return amount(8) == 8 ? 1 : 7;
}

static uint32_t first(void)
{
    return rnd_below(stride());
}

/* Keeps a CP15 "wait for interrupt" of an older architecture from sleeping. */
static void keep_awake(void)
{
    gic_enable(15);
    gic_sgi(15, SGI_SELF, 0);
}

void coprocessor_phase(void)
{
    keep_awake();
    for (uint32_t cp = 14; cp <= 15; cp++) {
        for (uint32_t i = first(); i < 0x4000; i += stride()) {
            attempt(MRC | encoding(cp, i), rnd(), rnd(), PSR_SYS);
            attempt(MCR | encoding(cp, i), 0, 0, PSR_SYS);
            attempt(MCR | encoding(cp, i), nasty(), 0, PSR_SYS);
        }
        for (uint32_t i = 0; i < 0x100; i++) {
            uint32_t e = 1u << 16 | cp << 8 | i; /* Rt2 = r1, Rt = r0 */

            attempt(MRRC | e, 0, 0, PSR_SYS);
            attempt(MCRR | e, 0, 0, PSR_SYS);
            attempt(MCRR | e, nasty(), nasty(), PSR_SYS);
        }
    }
    /* LDC, STC and CDP, and the coprocessors that are not there. */
    for (uint32_t i = 0; i < amount(4000); i++) {
        uint32_t cp = rnd_below(16);
        uint32_t kind = rnd_below(3);
        uint32_t insn = 0xee000000u | (rnd() & 0x00ff00efu) | cp << 8;

        if (kind == 1)
            insn |= 0x10;
        else if (kind == 2)
            insn = 0xed900000u | (rnd() & 0x0010f000u) | cp << 8 | 2u << 16; /* base r2 */
        if (cp == 15 && kind == 1)
            continue; /* done in full above, with care */
        attempt(insn, nasty(), nasty(), PSR_SYS);
    }
}

void user_coprocessor_phase(void)
{
    keep_awake();
    for (uint32_t cp = 14; cp <= 15; cp++) {
        for (uint32_t i = first(); i < 0x4000; i += stride()) {
            attempt(MRC | encoding(cp, i), 0, 0, PSR_USR);
            attempt(MCR | encoding(cp, i), nasty(), 0, PSR_USR);
        }
    }
}

/* The few that matter most, with many values: SCTLR, TTBCR, VBAR, DACR, CPACR, tables, timers. */
void register_phase(void)
{
    static const uint32_t insns[] = {
        0xee010f10u, /* SCTLR */
        0xee010f30u, /* ACTLR */
        0xee010f50u, /* CPACR */
        0xee020f10u, /* TTBR0 */
        0xee020f30u, /* TTBR1 */
        0xee020f50u, /* TTBCR */
        0xee030f10u, /* DACR */
        0xee0c0f10u, /* VBAR */
        0xee0d0f30u, /* CONTEXTIDR */
        0xee0a0f12u, /* PRRR or MAIR0 */
        0xee0a0f32u, /* NMRR or MAIR1 */
        0xee400f10u, /* CSSELR */
        0xee290f50u, /* L2CTLR */
        0xee070f18u, /* ATS1CPR */
        0xee070f56u, /* DCISW */
        0xee070f5au, /* DCCSW */
        0xee0e0f33u, /* CNTV_CTL */
        0xee0e0f32u, /* CNTP_CTL */
        0xee0e0f12u, /* CNTP_TVAL */
        0xee0e0f11u, /* CNTKCTL */
        0xec410f22u, /* unallocated, 64 bits */
        0xec410f02u, /* TTBR0, 64 bits */
        0xec410f2eu, /* CNTP_CVAL */
        0xec410f3eu, /* CNTV_CVAL */
    };

    keep_awake();
    for (unsigned int i = 0; i < amount(12000); i++)
        attempt(insns[rnd_below(sizeof(insns) / sizeof(insns[0]))], nasty(), nasty(), PSR_SYS);
}
