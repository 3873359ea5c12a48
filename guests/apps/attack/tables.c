/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables that point anywhere: tables in nothing, in devices, in random memory; sections and
 * supersections to addresses up to 40 bits; both descriptor formats. Only the upper half of the
 * address space is abused, by TTBR1, so that our own half goes on.
 */
#include "attack/attack.h"
#include "runtime/cpu.h"
#include "runtime/mmu.h"
#include "runtime/runtime.h"

static uint32_t upper_short[4096] __attribute__((aligned(16384)));
static uint64_t lower_long[4] __attribute__((aligned(64)));
static uint64_t upper_long[512] __attribute__((aligned(4096)));

/* Touches an address of the upper half: load, store (never to where RAM may be), fetch. */
static void touch(uint32_t addr, bool store)
{
    struct probe p;

    (void)probe_one(&p, 0xe5910000u, 0, addr & ~3u, 0, 0);
    probe_init(&p);
    p.pc = addr & ~3u;
    p.cpsr = PSR_SYS | PSR_A | PSR_F;
    watchdog(2000);
    run(&p);
    watchdog_off();
    if (store) {
        uint32_t insn = 0xe4810004u; /* STR r0, [r1], #4 */

        probe_init(&p);
        probe_arm(&p, &insn, 1);
        p.r[0] = rnd();
        p.r[1] = addr & ~3u;
        run(&p);
    }
    (void)probe_one(&p, 0xee070f18u, addr, 0, 0, 0); /* ATS1CPR */
    (void)probe_one(&p, 0xee071f3eu, 0, addr, 0, 0); /* DCCIMVAC */
}

/* TTBCR.N = 1: addresses from 2 GiB up go by TTBR1. `flags` are the cacheability bits. */
static void use_ttbr1(uint32_t ttbr1)
{
    cp_write(15, 0, 2, 0, 1, ttbr1);
    cp_write(15, 0, 2, 0, 2, 1);
    cp_write(15, 0, 8, 7, 0, 0);
    dsb();
    isb();
}

/* Tables in places that are none. TTBR1 covers the upper half only; our RAM must lie below. */
static void table_place_tests(void)
{
    for (unsigned int i = 0; i < amount(3000); i++) {
        use_ttbr1((nasty() & ~0x3fffu) | (rnd() & 0x7fu));
        touch(0x80000000u | rnd(), false);
    }
    restore_system();
}

static uint32_t random_short_entry(bool *ram)
{
    uint32_t pa = nasty() & 0xfff00000u;

    *ram = in_ram(pa);
    switch (rnd_below(5)) {
    case 0:          /* a table anywhere */
        *ram = true; /* what it says may lead there */
        return (nasty() & ~0x3ffu) | 1u;
    case 1: /* a supersection: PA[35:32] and PA[39:36] too */
        *ram = true;
        return (rnd() & 0xff000000u) | 0x00040c02u | (rnd() & 0x00f001e0u);
    case 2: /* reserved */
        *ram = true;
        return rnd() | 3u;
    default:
        return pa | MMU_DEVICE | (rnd_below(2) ? 0x1000u : 0);
    }
}

static void short_entry_tests(void)
{
    bool ram;

    for (unsigned int i = 0; i < amount(3000); i++) {
        uint32_t mib = 2048 + rnd_below(2048);

        upper_short[mib] = random_short_entry(&ram);
        dsb();
        use_ttbr1((uint32_t)upper_short);
        touch(mib << 20 | rnd_below(0x100000u), !ram);
        upper_short[mib] = 0;
    }
    restore_system();
}

static void long_on(void)
{
    cp_write(15, 0, 1, 0, 0, cp_read(15, 0, 1, 0, 0) & ~SCTLR_M);
    isb();
    lower_long[0] = 0x441u;                 /* Device */
    lower_long[1] = 0x40000000u | 0x745u;   /* RAM */
    cp_write(15, 0, 10, 2, 0, 0x00004404u); /* MAIR0: Device, Normal non-cacheable */
    cp_write(15, 0, 2, 0, 2, 0x80000000u);  /* TTBCR.EAE */
    cp_write64(15, 0, 2, (uint64_t)(uint32_t)lower_long);
    cp_write(15, 0, 8, 7, 0, 0);
    dsb();
    isb();
    cp_write(15, 0, 1, 0, 0, cp_read(15, 0, 1, 0, 0) | SCTLR_M);
    isb();
}

/* Entries of the first and second level, blocks and tables, output addresses of 40 bits. */
static void long_entry_tests(void)
{
    long_on();
    for (unsigned int i = 0; i < amount(3000); i++) {
        uint64_t out = ((uint64_t)(rnd_below(3) ? 0 : rnd_below(256)) << 32) | nasty();
        bool second_level = rnd_below(2) != 0;
        uint64_t flags = 0x441u | (rnd() & 0x3u);

        if (second_level) {
            lower_long[2] = (uint32_t)upper_long | 3u;
            upper_long[rnd_below(512)] = (out & ~UINT64_C(0xfff)) | flags;
        } else {
            lower_long[2] = (out & ~UINT64_C(0xfff)) | flags;
        }
        lower_long[3] = ((uint64_t)rnd() << 32 | rnd()) & ~UINT64_C(2);
        dsb();
        cp_write(15, 0, 8, 7, 0, 0);
        dsb();
        isb();
        touch(0x80000000u | rnd(), false);
    }
    restore_system();
}

void table_phase(void)
{
    if (machine.ram_base >= 0x80000000u)
        return;
    table_place_tests();
    short_entry_tests();
    long_entry_tests();
}
