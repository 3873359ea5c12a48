/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CP15 as a guest sees it: identification, what is ignored, what works by loops, what is UNDEF.
 * Manual: ARM DDI 0406C, B3.17 and B4; Cortex-A15 TRM (ARM DDI 0438) and A7 TRM for c9 and c15.
 */
#include <stdio.h>
#include "runtime/check.h"
#include "runtime/cpu.h"
#include "runtime/runtime.h"
#include "runtime/timer.h"
#include "traps/traps.h"

/* MRC and MCR with Rt = r0, MRRC and MCRR with r0, r1. */
#define MRC(cp, o1, n, m, o2) \
    (0xee100010u | ((o1) << 21) | ((n) << 16) | ((cp) << 8) | ((o2) << 5) | (m))
#define MCR(cp, o1, n, m, o2) (MRC(cp, o1, n, m, o2) & ~0x00100000u)
#define MRRC(cp, o1, m)       (0xec510000u | ((cp) << 8) | ((o1) << 4) | (m))
#define MCRR(cp, o1, m)       (0xec410000u | ((cp) << 8) | ((o1) << 4) | (m))

struct row {
    const char *name;
    uint32_t insn;
};

static void run_row(const struct row *row, uint32_t value, struct probe *p)
{
    probe_one(p, row->insn, value, 0, 0, 0);
}

static void id_tests(void)
{
    uint32_t midr = cp_read(15, 0, 0, 0, 0), mpidr = cp_read(15, 0, 0, 0, 5);
    uint32_t part = midr & 0xff00fff0u;

    check("MIDR is a Cortex-A7, A15 or A17",
          part == 0x4100c0f0u || part == 0x4100c070u || part == 0x4100c0e0u, "another part");
    check_mask("MPIDR: multiprocessing format, CPU 0", 0x80ffffffu, 0x80000000u, mpidr);
    check_eq("MPIDR.Aff0 is below the count of CPUs", 1, (mpidr & 0xff) < machine.ncpus);
    check_mask("ID_PFR0: ARM, Thumb-2", 0xff, 0x31, cp_read(15, 0, 0, 1, 0));
    check_mask("ID_PFR1: generic timer", 0xf0000, 0x10000, cp_read(15, 0, 0, 1, 1));
    check_mask("ID_MMFR0: VMSAv7 with long descriptors", 0xf, 5, cp_read(15, 0, 0, 1, 4));
    check_mask("ID_ISAR0: SDIV and UDIV in ARM and Thumb", 0x0f000000u, 0x02000000u,
               cp_read(15, 0, 0, 2, 0));
    check_mask("CTR: ARMv7 format", 0xe0000000u, 0x80000000u, cp_read(15, 0, 0, 0, 1));
    check_eq("CNTFRQ is not zero", 1, timer_freq() != 0);
}

static void readable_tests(void)
{
    static const struct row rows[] = {
        {"TCMTR", MRC(15u, 0u, 0u, 0u, 2u)},
        {"TLBTR", MRC(15u, 0u, 0u, 0u, 3u)},
        {"REVIDR", MRC(15u, 0u, 0u, 0u, 6u)},
        {"ID_DFR0", MRC(15u, 0u, 0u, 1u, 2u)},
        {"ID_AFR0", MRC(15u, 0u, 0u, 1u, 3u)},
        {"ID_MMFR1", MRC(15u, 0u, 0u, 1u, 5u)},
        {"ID_MMFR2", MRC(15u, 0u, 0u, 1u, 6u)},
        {"ID_MMFR3", MRC(15u, 0u, 0u, 1u, 7u)},
        {"ID_ISAR1", MRC(15u, 0u, 0u, 2u, 1u)},
        {"ID_ISAR2", MRC(15u, 0u, 0u, 2u, 2u)},
        {"ID_ISAR3", MRC(15u, 0u, 0u, 2u, 3u)},
        {"ID_ISAR4", MRC(15u, 0u, 0u, 2u, 4u)},
        {"ID_ISAR5", MRC(15u, 0u, 0u, 2u, 5u)},
        {"reserved c0,c2,6", MRC(15u, 0u, 0u, 2u, 6u)},
        {"reserved c0,c7,7", MRC(15u, 0u, 0u, 7u, 7u)},
        {"AIDR", MRC(15u, 1u, 0u, 0u, 7u)},
        {"CSSELR", MRC(15u, 2u, 0u, 0u, 0u)},
        {"ACTLR", MRC(15u, 0u, 1u, 0u, 1u)},
        {"CPACR", MRC(15u, 0u, 1u, 0u, 2u)},
        {"ADFSR", MRC(15u, 0u, 5u, 1u, 0u)},
        {"AIFSR", MRC(15u, 0u, 5u, 1u, 1u)},
        {"PAR", MRC(15u, 0u, 7u, 4u, 0u)},
        {"CNTKCTL", MRC(15u, 0u, 14u, 1u, 0u)},
        {"FCSEIDR", MRC(15u, 0u, 13u, 0u, 0u)},
        {"ISR", MRC(15u, 0u, 12u, 1u, 0u)},
    };
    struct probe p;

    for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char name[32];

        run_row(&rows[i], 0, &p);
        snprintf(name, sizeof(name), "%s can be read", rows[i].name);
        check_kind(name, EXC_SVC, &p);
    }
}

static void actlr_tests(void)
{
    uint32_t before = cp_read(15, 0, 1, 0, 1);
    struct row write = {"ACTLR", MCR(15u, 0u, 1u, 0u, 1u)};
    struct probe p;

    run_row(&write, 0xffffffffu, &p);
    check_kind("ACTLR can be written", EXC_SVC, &p);
    run_row(&write, before, &p);
    check_eq("ACTLR reads as before when written back", before, cp_read(15, 0, 1, 0, 1));
    if (under_skep)
        check_mask("ACTLR.SMP reads as set", 1u << 6, 1u << 6, before);
    check_mask("L2CTLR counts the CPUs", 0x03000000u, (machine.ncpus - 1) << 24 & 0x03000000u,
               cp_read(15, 1, 9, 0, 2));
    run_row(&(struct row){"L2ECTLR", MRC(15u, 1u, 9u, 0u, 3u)}, 0, &p);
    check_kind("L2ECTLR can be read", EXC_SVC, &p);
}

/* Runs one set/way operation over every line of every level; returns how many. */
static unsigned int for_each_set_way(unsigned int op)
{
    uint32_t clidr = cp_read(15, 1, 0, 0, 1);
    unsigned int n = 0;

    for (uint32_t level = 0; level < 7 && ((clidr >> (3 * level)) & 7u); level++) {
        uint32_t ccsidr, ways, sets, shift;

        if (((clidr >> (3 * level)) & 7u) < 2)
            continue;
        cp_write(15, 2, 0, 0, 0, level << 1);
        isb();
        ccsidr = cp_read(15, 1, 0, 0, 0);
        ways = (ccsidr >> 3) & 0x3ffu;
        sets = (ccsidr >> 13) & 0x7fffu;
        shift = (ccsidr & 7u) + 4;
        for (uint32_t set = 0; set <= sets; set++) {
            for (uint32_t way = 0; way <= ways; way++) {
                uint32_t v = level << 1 | set << shift |
                             (ways ? way << (uint32_t)__builtin_clz(ways) : 0);

                if (op == 0)
                    cp_write(15, 0, 7, 10, 2, v); /* DCCSW */
                else if (op == 1)
                    cp_write(15, 0, 7, 14, 2, v); /* DCCISW */
                else
                    cp_write(15, 0, 7, 6, 2, v); /* DCISW */
                n++;
            }
        }
    }
    dsb();
    return n;
}

static void cache_tests(void)
{
    static uint32_t canary[256];
    bool kept = true;
    uint32_t clidr = cp_read(15, 1, 0, 0, 1);

    check("CLIDR: at least one cache level, LoC not zero", (clidr & 7u) && ((clidr >> 24) & 7u),
          "no cache");
    for (unsigned int i = 0; i < 256; i++)
        canary[i] = i * 0x01010101u;
    check("DCCSW over all sets and ways", for_each_set_way(0) > 0, "no line");
    check("DCCISW over all sets and ways", for_each_set_way(1) > 0, "no line");
    if (under_skep) {
        /* HCR.SWIO makes it a clean and invalidate; bare hardware may lose everything. */
        check("DCISW over all sets and ways", for_each_set_way(2) > 0, "no line");
        for (unsigned int i = 0; i < 256; i++)
            kept = kept && canary[i] == i * 0x01010101u;
        check("DCISW loses no data", kept, "memory changed");
    } else {
        skip("DCISW", "may lose data on the bare machine");
    }
}

/* A guest's PMU use (LK, NuttX) must not end in UNDEF, whether there are counters or not. */
static void pmu_tests(void)
{
    static const struct row rows[] = {
        {"PMCR read", MRC(15u, 0u, 9u, 12u, 0u)},
        {"PMCR write", MCR(15u, 0u, 9u, 12u, 0u)},
        {"PMCNTENSET read", MRC(15u, 0u, 9u, 12u, 1u)},
        {"PMCNTENSET write", MCR(15u, 0u, 9u, 12u, 1u)},
        {"PMCNTENCLR write", MCR(15u, 0u, 9u, 12u, 2u)},
        {"PMOVSR write", MCR(15u, 0u, 9u, 12u, 3u)},
        {"PMCCNTR read", MRC(15u, 0u, 9u, 13u, 0u)},
        {"PMINTENCLR write", MCR(15u, 0u, 9u, 14u, 2u)},
        {"PMUSERENR read", MRC(15u, 0u, 9u, 14u, 0u)},
    };
    struct probe p;

    for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        run_row(&rows[i], 0, &p);
        check_kind(rows[i].name, EXC_SVC, &p);
    }
}

static void undef_tests(void)
{
    static const struct row rows[] = {
        {"unallocated CP15 read", MRC(15u, 7u, 4u, 7u, 7u)},
        {"unallocated CP15 write", MCR(15u, 3u, 13u, 5u, 6u)},
        {"unallocated c9 read", MRC(15u, 5u, 9u, 3u, 3u)},
        {"unallocated 64-bit CP15 read", MRRC(15u, 9u, 9u)},
        {"unallocated 64-bit CP15 write", MCRR(15u, 9u, 9u)},
        {"HCR from PL1", MRC(15u, 4u, 1u, 1u, 0u)},
        {"HCR write from PL1", MCR(15u, 4u, 1u, 1u, 0u)},
        {"VTTBR from PL1", MRRC(15u, 6u, 2u)},
        {"CNTVOFF from PL1", MRRC(15u, 4u, 14u)},
        {"CNTHCTL from PL1", MRC(15u, 4u, 14u, 1u, 0u)},
        {"VMPIDR from PL1", MCR(15u, 4u, 0u, 0u, 5u)},
        {"TLBIALLH from PL1", MCR(15u, 4u, 8u, 7u, 0u)},
        {"SCR from PL1", MRC(15u, 0u, 1u, 1u, 0u)},
        {"MVBAR from PL1", MCR(15u, 0u, 12u, 0u, 1u)},
        {"write to MIDR", MCR(15u, 0u, 0u, 0u, 0u)},
        {"coprocessor 6", MRC(6u, 0u, 0u, 0u, 0u)},
        {"coprocessor 0, 64 bits", MCRR(0u, 0u, 0u)},
    };
    struct probe p;

    for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char name[48];

        snprintf(name, sizeof(name), "%s is UNDEF", rows[i].name);
        run_row(&rows[i], 0, &p);
        check_undef(name, p.pc, &p, p.cpsr);
    }
}

/* From user mode the guest's own rules come first: UNDEF, never a trap that is emulated. */
static void user_mode_tests(void)
{
    static const struct row rows[] = {
        {"ACTLR from user mode", MRC(15u, 0u, 1u, 0u, 1u)},
        {"L2CTLR from user mode", MRC(15u, 1u, 9u, 0u, 2u)},
        {"CNTP_CTL from user mode", MRC(15u, 0u, 14u, 2u, 1u)},
        {"DCISW from user mode", MCR(15u, 0u, 7u, 6u, 2u)},
        {"PMCR from user mode", MRC(15u, 0u, 9u, 12u, 0u)},
        {"unallocated CP15 from user mode", MRC(15u, 7u, 4u, 7u, 7u)},
    };
    struct probe p;

    cp_write(15, 0, 14, 1, 0, 0); /* CNTKCTL: nothing for PL0 */
    for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char name[48];

        snprintf(name, sizeof(name), "%s is UNDEF", rows[i].name);
        probe_init(&p);
        probe_arm(&p, &rows[i].insn, 1);
        p.cpsr = PSR_USR | PSR_A | PSR_I | PSR_F | PSR_C;
        probe_run(&p);
        check_undef(name, p.pc, &p, p.cpsr);
    }
}

static void timer_tests(void)
{
    uint64_t v1 = timer_now(), p1 = timer_now_phys(), v2 = timer_now();

    if (under_skep)
        check("CNTPCT reads the same as CNTVCT", v1 <= p1 && p1 <= v2, "they differ");
    timer_phys_set_ctl(0);
    timer_phys_set_cval(UINT64_C(0x0123456789abcdef));
    check("CNTP_CVAL reads back", cp_read64(15, 2, 14) == UINT64_C(0x0123456789abcdef), "differs");
    check_mask("CNTP_CTL: disabled, ISTATUS clear", TIMER_ENABLE | TIMER_ISTATUS, 0,
               timer_phys_ctl());
    timer_phys_set_cval(timer_now_phys());
    timer_phys_set_ctl(TIMER_ENABLE | TIMER_IMASK);
    check_eq("CNTP_CTL.ISTATUS when due, masked", 7, timer_phys_ctl());
    cp_write(15, 0, 14, 2, 0, 1000000); /* CNTP_TVAL */
    isb();
    check("CNTP_TVAL counts down", cp_read(15, 0, 14, 2, 0) <= 1000000u, "larger than written");
    check_eq("CNTP_CTL.ISTATUS when not due", 3, timer_phys_ctl());
    cp_write(15, 0, 14, 2, 0, 0xffffff00u); /* TVAL is signed: in the past */
    isb();
    check_eq("CNTP_TVAL is signed", 7, timer_phys_ctl());
    timer_phys_set_ctl(0);
}

void cp15_tests(void)
{
    id_tests();
    readable_tests();
    actlr_tests();
    cache_tests();
    pmu_tests();
    undef_tests();
    user_mode_tests();
    timer_tests();
}
