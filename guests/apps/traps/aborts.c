/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What nothing backs answers with an external abort, as a bus would: exact fault status and
 * address, LR, SPSR, untouched registers; in short and long descriptor format; by data access,
 * instruction fetch and table walk. Manual: ARM DDI 0406C, B3.13, B1.9.8, B1.9.9.
 */
#include <stdio.h>
#include "runtime/check.h"
#include "runtime/cpu.h"
#include "runtime/mmu.h"
#include "runtime/runtime.h"
#include "traps/traps.h"

#define WNR 0x800u

/* Fault status of this format: short has 5 bits in [10,3:0], long 6 bits and bit 9 set. */
struct format {
    const char *name;
    uint32_t mask, external, walk1, walk2;
};

static const struct format short_format = {"short", 0x40f, 0x008, 0x00c, 0x00e};
static const struct format long_format = {"long", 0x23f, 0x210, 0x215, 0x216};

struct access_row {
    const char *name;
    uint32_t arm;      /* 0: none */
    uint16_t thumb[2]; /* thumb[1] = 0: 16 bits */
    bool write;
};

static const struct access_row rows[] = {
    {"LDR", 0xe5910000u, {0x6808, 0}, false},
    {"LDR post-indexed", 0xe4910004u, {0xf851, 0x0b04}, false},
    {"LDRD", 0xe1c140d0u, {0xe9d1, 0x4500}, false},
    {"LDM", 0xe8b10030u, {0xc930, 0}, false},
    {"LDRB", 0xe5d10000u, {0x7808, 0}, false},
    {"LDRSH", 0xe1d100f0u, {0xf9b1, 0x0000}, false},
    {"LDREX", 0xe1910f9fu, {0xe851, 0x0f00}, false},
    {"LDRT", 0xe4b10000u, {0xf851, 0x0e00}, false},
    {"STR", 0xe5810000u, {0x6008, 0}, true},
    {"STR pre-indexed", 0xe5a10000u, {0xf841, 0x0d00}, true},
    {"STRD", 0xe1c140f0u, {0xe9c1, 0x4500}, true},
    {"STM", 0xe8a10030u, {0xc130, 0}, true},
    {"STRB", 0xe5c10000u, {0x7008, 0}, true},
    {"STRH", 0xe1c100b0u, {0x8008, 0}, true},
};

static void check_data(const char *name, const struct format *fmt, bool write, uint32_t addr,
                       const struct probe *start, const struct probe *p)
{
    uint32_t want = fmt->external | (write ? WNR : 0);
    bool same = p->sp == start->sp && p->lr == start->lr;

    for (unsigned int i = 0; i < 13; i++)
        same = same && p->r[i] == start->r[i];
    if (p->kind != EXC_DABT || (p->dfsr & (fmt->mask | WNR)) != want || p->dfar != addr ||
        p->exc_lr != start->pc + 8 || p->spsr != start->cpsr) {
        check_kind(name, 99, p);
        printf("  with DFSR=%08lx DFAR=%08lx LR=%08lx SPSR=%08lx\n", (unsigned long)want,
               (unsigned long)addr, (unsigned long)start->pc + 8, (unsigned long)start->cpsr);
    } else {
        check(name, same, "registers changed");
    }
}

static void data_tests(const struct format *fmt, uint32_t addr)
{
    struct probe p, start;
    char name[80];

    for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (unsigned int thumb = 0; thumb < 2; thumb++) {
            probe_init(&p);
            if (thumb)
                probe_thumb(&p, rows[i].thumb, rows[i].thumb[0] >= 0xe800u ? 2 : 1);
            else
                probe_arm(&p, &rows[i].arm, 1);
            p.r[1] = addr;
            p.r[4] = 0x44444444u;
            p.cpsr |= PSR_C;
            start = p;
            probe_run(&p);
            snprintf(name, sizeof(name), "%s in %s aborts at %08lx, %s format", rows[i].name,
                     thumb ? "Thumb" : "ARM", (unsigned long)addr, fmt->name);
            check_data(name, fmt, rows[i].write, addr, &start, &p);
        }
    }
}

static void fetch_test(const struct format *fmt, uint32_t addr, bool thumb)
{
    struct probe p;
    char name[80];

    probe_init(&p);
    p.pc = addr;
    p.cpsr |= (thumb ? PSR_T : 0) | PSR_N;
    probe_run(&p);
    snprintf(name, sizeof(name), "fetch in %s aborts at %08lx, %s format", thumb ? "Thumb" : "ARM",
             (unsigned long)addr, fmt->name);
    if (p.kind != EXC_PABT || (p.ifsr & fmt->mask) != fmt->external || p.ifar != addr ||
        p.exc_lr != addr + 4 || p.spsr != p.cpsr) {
        check_kind(name, 99, &p);
        printf("  with IFSR=%08lx IFAR=%08lx LR=%08lx SPSR=%08lx\n", (unsigned long)fmt->external,
               (unsigned long)addr, (unsigned long)addr + 4, (unsigned long)p.cpsr);
    } else {
        check(name, true, "");
    }
}

/* A table that nothing backs: external abort on the walk of that level, by load and by fetch. */
static void walk_tests(const struct format *fmt, uint32_t addr, uint32_t status)
{
    struct probe p;
    char name[80];

    probe_one(&p, rows[0].arm, 0, addr, 0, 0);
    snprintf(name, sizeof(name), "data access over a table of nothing, %s format", fmt->name);
    if (check_kind(name, EXC_DABT, &p)) {
        check_mask("its DFSR: external abort on the walk", fmt->mask, status, p.dfsr);
        check_eq("its DFAR", addr, p.dfar);
    }
    probe_init(&p);
    p.pc = addr;
    probe_run(&p);
    snprintf(name, sizeof(name), "fetch over a table of nothing, %s format", fmt->name);
    if (check_kind(name, EXC_PABT, &p)) {
        check_mask("its IFSR: external abort on the walk", fmt->mask, status, p.ifsr);
        check_eq("its IFAR", addr, p.ifar);
        check_eq("its LR", addr + 4, p.exc_lr);
    }
}

static void harmless_tests(void)
{
    static const struct {
        const char *name;
        uint32_t insn;
    } harmless[] = {
        {"DCCMVAC", 0xee071f3au}, {"DCCIMVAC", 0xee071f3eu}, {"DCCMVAU", 0xee071f3bu},
        {"ICIMVAU", 0xee071f35u}, {"PLD", 0xf5d1f000u},
    };
    struct probe p;

    for (unsigned int i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
        char name[48];

        probe_one(&p, harmless[i].insn, 0, UNBACKED, 0, 0);
        snprintf(name, sizeof(name), "%s of nothing is harmless", harmless[i].name);
        check_kind(name, EXC_SVC, &p);
    }
}

static void short_tests(void)
{
    mmu_map(UNBACKED_MIB, UNBACKED_MIB, MMU_NORMAL);
    mmu_map(UNBACKED_HIGH, UNBACKED_HIGH, MMU_NORMAL);
    data_tests(&short_format, UNBACKED);
    data_tests(&short_format, UNBACKED_HIGH);
    fetch_test(&short_format, UNBACKED, false);
    fetch_test(&short_format, UNBACKED, true);
    fetch_test(&short_format, UNBACKED_HIGH, false);
    harmless_tests();
    /* A first-level entry of the page-table kind (B3.5.1) in place of the section. */
    mmu_map(UNBACKED_HIGH, UNBACKED_MIB, 1);
    walk_tests(&short_format, UNBACKED_HIGH + 0x1234, short_format.walk2);
    mmu_map(UNBACKED_HIGH, UNBACKED_HIGH, MMU_DEVICE | MMU_XN);
}

/* Four entries of 1 GiB (B3.6.1): low Device, RAM Normal, 2 GiB up Device, the last a table. */
static uint64_t long_table[4] __attribute__((aligned(64)));

#define BLOCK_DEVICE 0x0000000000000401u /* AF, AttrIndx 0 */
#define BLOCK_NORMAL 0x0000000000000705u /* AF, inner shareable, AttrIndx 1 */
#define BLOCK_AP_ANY 0x40u               /* AP[2:1] = 0b01: read/write at any level */

static void long_on(void)
{
    long_table[0] = 0x00000000u | BLOCK_DEVICE | BLOCK_AP_ANY;
    long_table[1] = 0x40000000u | BLOCK_NORMAL | BLOCK_AP_ANY;
    long_table[2] = 0x80000000u | BLOCK_DEVICE | BLOCK_AP_ANY;
    long_table[3] = UNBACKED_MIB | 3u;
    dsb();
    cp_write(15, 0, 10, 2, 0, 0x0000ff04u); /* MAIR0: Device, Normal write-back */
    cp_write(15, 0, 2, 0, 2, 0x80003500u);  /* TTBCR: EAE, walks cacheable and shared */
    cp_write64(15, 0, 2, (uint64_t)(uint32_t)long_table); /* TTBR0 */
    cp_write(15, 0, 8, 7, 0, 0);                          /* TLBIALL */
    dsb();
    isb();
    cp_write(15, 0, 1, 0, 0, cp_read(15, 0, 1, 0, 0) | SCTLR_M | SCTLR_C | SCTLR_I);
    isb();
}

static void long_tests(void)
{
    mmu_off();
    long_on();
    data_tests(&long_format, UNBACKED);
    data_tests(&long_format, 0xb0000000u);
    fetch_test(&long_format, UNBACKED, false);
    fetch_test(&long_format, UNBACKED, true);
    walk_tests(&long_format, 0xc0001234u, long_format.walk2);
    mmu_off();
    cp_write64(15, 0, 2, 0);
    mmu_on();
}

void abort_tests(void)
{
    short_tests();
    long_tests();
}
