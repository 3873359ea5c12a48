/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an injected exception is entered: the vector by VBAR or SCTLR.V, the state by SCTLR.TE and
 * EE, the masks and mode by B1.8.5 of ARM DDI 0406C. Each exception comes once from an instruction
 * that Skep answers with an injection.
 */
#include <stdio.h>
#include <string.h>
#include "runtime/check.h"
#include "runtime/cpu.h"
#include "runtime/mmu.h"
#include "traps/traps.h"

#define HIGH_VECTORS 0xffff0000u

extern char vectors[], entry_arm[], entry_thumb[];

static uint8_t high_page[4096] __attribute__((aligned(4096)));
/* Second level for the top MiB: 256 small pages (B3.5.1). */
static uint32_t high_table[256] __attribute__((aligned(1024)));

struct cause {
    const char *name;
    unsigned int kind;
    uint32_t insn; /* 0: fetch from UNBACKED */
    uint32_t mode;
    uint32_t masks; /* what the entry adds */
};

static const struct cause causes[] = {
    {"UNDEF by SMC", EXC_UNDEF, 0xe1600070u, PSR_UND, PSR_I},
    {"UNDEF by CP15", EXC_UNDEF, 0xeef40ff7u, PSR_UND, PSR_I},
    {"data abort", EXC_DABT, 0xe5910000u, PSR_ABT, PSR_I | PSR_A},
    {"prefetch abort", EXC_PABT, 0, PSR_ABT, PSR_I | PSR_A},
};

#define NCAUSES (sizeof(causes) / sizeof(causes[0]))

static void run_cause(const struct cause *c, struct probe *p)
{
    probe_init(p);
    if (c->insn)
        probe_arm(p, &c->insn, 1);
    else
        p->pc = UNBACKED;
    p->r[1] = UNBACKED;
    p->cpsr = PSR_SYS | PSR_N | PSR_C; /* no mask set: the entry's own are seen */
    probe_run(p);
}

static void check_entry(const struct cause *c, const char *how, uint32_t sctlr, uint32_t table,
                        const struct probe *p)
{
    uint32_t want = PSR_N | PSR_C | c->mode | c->masks;
    char name[80];

    want |= (sctlr & SCTLR_TE) ? PSR_T : 0;
    want |= (sctlr & SCTLR_EE) ? PSR_E : 0;
    snprintf(name, sizeof(name), "%s with %s%s%s", c->name, how, (sctlr & SCTLR_TE) ? ", TE" : "",
             (sctlr & SCTLR_EE) ? ", EE" : "");
    if (!check_kind(name, c->kind, p))
        return;
    /* MRS cannot read T, IT and J; that the Thumb table ran at all shows T (B9.3.8). */
    snprintf(name, sizeof(name), "%s: CPSR at the vector", c->name);
    check_mask(name, ~PSR_T, want & ~PSR_T, p->r[12]);
    snprintf(name, sizeof(name), "%s: vector table", c->name);
    check_eq(name, table, p->r[11] & ~0xfffu);
    snprintf(name, sizeof(name), "%s: SPSR", c->name);
    check_eq(name, p->cpsr, p->spsr);
}

static void set_sctlr(uint32_t v)
{
    cp_write(15, 0, 1, 0, 0, v);
    isb();
}

static void set_vbar(const void *table)
{
    cp_write(15, 0, 12, 0, 0, table);
    isb();
}

/* With the MMU off, for SCTLR.EE also turns table walks. Prints only when it is on again. */
static void low_tests(uint32_t flags)
{
    char *table = (flags & SCTLR_TE) ? entry_thumb : entry_arm;
    static struct probe results[NCAUSES];
    uint32_t sctlr;

    mmu_off();
    sctlr = cp_read(15, 0, 1, 0, 0);
    set_vbar(table);
    for (unsigned int i = 0; i < NCAUSES; i++) {
        set_sctlr(sctlr | flags);
        run_cause(&causes[i], &results[i]);
        set_sctlr(sctlr);
    }
    set_vbar(vectors);
    mmu_on();
    for (unsigned int i = 0; i < NCAUSES; i++)
        check_entry(&causes[i], "VBAR", flags, (uint32_t)table, &results[i]);
}

static void map_high_vectors(const void *table)
{
    uint32_t index = (HIGH_VECTORS >> 12) & 0xffu;

    memcpy(high_page, table, sizeof(high_page));
    code_sync(high_page, sizeof(high_page));
    high_table[index] = (uint32_t)high_page | 0x45eu; /* small page, S, TEX 1 C B, AP 0b01 */
    dsb();
    mmu_map(HIGH_VECTORS, 0, MMU_FAULT);
    mmu_table[HIGH_VECTORS >> 20] = (uint32_t)high_table | 1u;
    dsb();
    cp_write(15, 0, 8, 7, 0, 0); /* TLBIALL */
    dsb();
    isb();
}

static void high_tests(uint32_t flags)
{
    uint32_t sctlr = cp_read(15, 0, 1, 0, 0);
    struct probe p;

    map_high_vectors((flags & SCTLR_TE) ? entry_thumb : entry_arm);
    for (unsigned int i = 0; i < NCAUSES; i++) {
        set_sctlr(sctlr | flags | SCTLR_V);
        run_cause(&causes[i], &p);
        set_sctlr(sctlr);
        check_entry(&causes[i], "V", flags, HIGH_VECTORS, &p);
    }
}

/* A VBAR that is not ours, but aligned to 32 bytes only: the table may lie anywhere. */
static void vbar_tests(void)
{
    static uint8_t room[8192] __attribute__((aligned(4096)));
    uint8_t *copy = room + 0x7e0;
    struct probe p;

    memcpy(copy, entry_arm, 512);
    code_sync(copy, 512);
    set_vbar(copy);
    run_cause(&causes[0], &p);
    set_vbar(vectors);
    check_kind("VBAR aligned to 32 bytes", EXC_UNDEF, &p);
    check("VBAR aligned to 32 bytes: vector table", p.r[11] - (uint32_t)copy < 512, "elsewhere");
}

void entry_tests(void)
{
    low_tests(0);
    low_tests(SCTLR_TE);
    low_tests(SCTLR_EE);
    low_tests(SCTLR_TE | SCTLR_EE);
    mmu_map(UNBACKED_MIB, UNBACKED_MIB, MMU_NORMAL);
    high_tests(0);
    high_tests(SCTLR_TE);
    vbar_tests();
}
