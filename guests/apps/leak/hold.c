/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every register that a guest can leave a value in: banked ones, and of CP14 and CP15 all that do
 * not steer this program itself. Written with a pattern of this instance and round, held across
 * SKEP_YIELD, compared. Manual: ARM DDI 0406C, B1.3 and B4.1.
 */
#include <stdio.h>
#include "leak/leak.h"
#include "runtime/psci.h"
#include "runtime/timer.h"

extern char vectors[];

#define REG32(name, cp, opc1, crn, crm, opc2)            \
    static uint64_t read_##name(void)                    \
    {                                                    \
        return cp_read(cp, opc1, crn, crm, opc2);        \
    }                                                    \
    static void write_##name(uint64_t v)                 \
    {                                                    \
        cp_write(cp, opc1, crn, crm, opc2, (uint32_t)v); \
    }

#define REG64(name, opc1, crm)           \
    static uint64_t read_##name(void)    \
    {                                    \
        return cp_read64(15, opc1, crm); \
    }                                    \
    static void write_##name(uint64_t v) \
    {                                    \
        cp_write64(15, opc1, crm, v);    \
    }

REG32(tpidrurw, 15, 0, 13, 0, 2)
REG32(tpidruro, 15, 0, 13, 0, 3)
REG32(tpidrprw, 15, 0, 13, 0, 4)
REG32(contextidr, 15, 0, 13, 0, 1)
REG32(fcseidr, 15, 0, 13, 0, 0)
REG32(ttbr1, 15, 0, 2, 0, 1)
REG32(dacr, 15, 0, 3, 0, 0)
REG32(dfsr, 15, 0, 5, 0, 0)
REG32(ifsr, 15, 0, 5, 0, 1)
REG32(dfar, 15, 0, 6, 0, 0)
REG32(ifar, 15, 0, 6, 0, 2)
REG64(par, 0, 7)
REG32(prrr, 15, 0, 10, 2, 0)
REG32(nmrr, 15, 0, 10, 2, 1)
REG32(vbar, 15, 0, 12, 0, 0)
REG32(csselr, 15, 2, 0, 0, 0)
REG32(teehbr, 14, 6, 1, 0, 0)
REG32(cntkctl, 15, 0, 14, 1, 0)
REG64(cntv_cval, 3, 14)
REG32(cntv_ctl, 15, 0, 14, 3, 1)
REG64(cntp_cval, 2, 14)
REG32(cntp_ctl, 15, 0, 14, 2, 1)

/*
 * The pattern's bits under `mask` are written, and read back under it. What must not change while
 * the program runs (domain 0, the enables of the timers) stays as `fixed` says.
 */
static const struct reg {
    const char *name;
    uint64_t (*read)(void);
    void (*write)(uint64_t v);
    uint64_t mask;
    uint32_t fixed;
} regs[] = {
    {"TPIDRURW", read_tpidrurw, write_tpidrurw, 0xffffffffu, 0},
    {"TPIDRURO", read_tpidruro, write_tpidruro, 0xffffffffu, 0},
    {"TPIDRPRW", read_tpidrprw, write_tpidrprw, 0xffffffffu, 0},
    {"CONTEXTIDR", read_contextidr, write_contextidr, 0xffffffffu, 0},
    {"FCSEIDR", read_fcseidr, write_fcseidr, 0xfe000000u, 0},
    {"TTBR1", read_ttbr1, write_ttbr1, 0xffffc000u, 0},
    {"DACR", read_dacr, write_dacr, 0x55555554u, 1}, /* no access or client */
    {"DFSR", read_dfsr, write_dfsr, 0x000018ffu, 0},
    {"IFSR", read_ifsr, write_ifsr, 0x0000100fu, 0},
    {"DFAR", read_dfar, write_dfar, 0xffffffffu, 0},
    {"IFAR", read_ifar, write_ifar, 0xffffffffu, 0},
    {"PAR", read_par, write_par, 0x000000fffffff000u, 0},
    {"PRRR", read_prrr, write_prrr, 0xff0f0000u, 0},
    {"NMRR", read_nmrr, write_nmrr, 0xffffffffu, 0},
    {"VBAR", read_vbar, write_vbar, 0xffffffe0u, 0},
    {"CSSELR", read_csselr, write_csselr, 1, 0},
    {"TEEHBR", read_teehbr, write_teehbr, 0xfffffffcu, 0},
    {"CNTKCTL", read_cntkctl, write_cntkctl, 0x000003ffu, 0},
    {"CNTV_CVAL", read_cntv_cval, write_cntv_cval, UINT64_MAX >> 1, 0},
    {"CNTV_CTL", read_cntv_ctl, write_cntv_ctl, TIMER_IMASK, 0},
    {"CNTP_CVAL", read_cntp_cval, write_cntp_cval, UINT64_MAX >> 1, 0},
    {"CNTP_CTL", read_cntp_ctl, write_cntp_ctl, TIMER_IMASK, 0},
};

#define NREGS (sizeof(regs) / sizeof(regs[0]))

static uint32_t instance, errors;

static uint64_t pattern(uint32_t round, uint32_t reg)
{
    uint32_t x = (instance ^ (round * 2654435761u) ^ (reg << 20)) * 2246822519u;

    return (uint64_t)(x ^ x >> 15) << 32 | (x * 3266489917u ^ x >> 13);
}

static void wrong(uint32_t round, const char *name, uint32_t word, uint64_t want, uint64_t got)
{
    if (errors++ < 10)
        printf("hold: round %lu, %s %lu: %08lx%08lx for %08lx%08lx\n", (unsigned long)round, name,
               (unsigned long)word, (unsigned long)(got >> 32), (unsigned long)(uint32_t)got,
               (unsigned long)(want >> 32), (unsigned long)(uint32_t)want);
}

/* What may stand in the word: an SPSR's reserved bits and mode are not for patterns, SP's low are.
 */
static uint32_t banked_mask(uint32_t word)
{
    switch (word) {
    case BANKED_SPSR_FIQ:
    case BANKED_SPSR_FIQ + 3:
    case BANKED_SPSR_FIQ + 6:
    case BANKED_SPSR_FIQ + 9:
    case BANKED_SPSR_SVC:
        return 0xfe0fffc0u;
    case BANKED_SPSR_FIQ - 2:
    case BANKED_SPSR_FIQ + 1:
    case BANKED_SPSR_FIQ + 4:
    case BANKED_SPSR_FIQ + 7:
    case BANKED_SP_USR:
    case BANKED_SPSR_SVC + 1:
        return 0xfffffffcu;
    default:
        return 0xffffffffu;
    }
}

static void hold_once(uint32_t round)
{
    uint32_t in[BANKED_WORDS], out[BANKED_WORDS];
    uint64_t got[NREGS], want;

    for (uint32_t i = 0; i < BANKED_WORDS; i++)
        in[i] = (uint32_t)pattern(round, NREGS + i) & banked_mask(i);
    for (uint32_t i = 0; i < NREGS; i++)
        regs[i].write((pattern(round, i) & regs[i].mask) | regs[i].fixed);
    isb();
    banked_yield(in, out);
    for (uint32_t i = 0; i < NREGS; i++)
        got[i] = regs[i].read() & regs[i].mask;
    write_vbar((uint32_t)vectors); /* from here on a fault is told again */
    isb();
    for (uint32_t i = 0; i < NREGS; i++) {
        want = pattern(round, i) & regs[i].mask;
        /* RAZ/WI where there is no FCSE (B4.1.63). */
        if (got[i] != want && !(regs[i].read == read_fcseidr && got[i] == 0))
            wrong(round, regs[i].name, 0, want, got[i]);
    }
    for (uint32_t i = 0; i < BANKED_WORDS; i++)
        if (((in[i] ^ out[i]) & banked_mask(i)) != 0)
            wrong(round, "banked word", i, in[i], out[i]);
}

/* Time for which this vCPU wanted to run and another did. */
static uint64_t steal_time(void)
{
    uint32_t r[4] = {SKEP_STEAL_TIME, 0, 0, 0};

    hvc_call4(r);
    return (uint64_t)r[2] << 32 | r[1];
}

void hold(uint32_t rounds)
{
    uint32_t switches = 0;
    uint64_t before = steal_time(), after;

    instance = (uint32_t)timer_now() * 2654435761u;
    printf("hold: %u registers, %u banked words\n", (unsigned int)NREGS, BANKED_WORDS);
    for (uint32_t round = 0; round < rounds; round++) {
        hold_once(round);
        after = steal_time();
        switches += after != before;
        before = after;
    }
    printf("hold: %lu rounds, %lu switches, %lu errors\n", (unsigned long)rounds,
           (unsigned long)switches, (unsigned long)errors);
}
