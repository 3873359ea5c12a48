/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hostile guest. It tries everything a guest can name: coprocessor encodings, calls, device
 * offsets, addresses, page tables, modes, interrupts, sleep, console. It is done when it says
 * "attack: finished"; then it powers off, or begins again ("forever" in the boot arguments).
 * "seed=N" chooses the pseudo-random parts, "phase=NAME" a single phase, "quick" does an eighth of
 * the work. "resets" does nothing but reset the machine, from two CPUs, after each start.
 *
 * What it may meet is an injected UNDEF or abort, an answer, or silence. That it, and all the
 * others on the board, go on is what its tests look at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "attack/attack.h"
#include "runtime/console.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/mmu.h"
#include "runtime/runtime.h"
#include "runtime/skep.h"
#include "runtime/timer.h"

extern char vectors[];

static uint32_t seed = 1, first_sctlr, first_freq, first_cpacr;
static uint32_t ends[EXC_FIQ + 1];
static bool quick;

uint32_t rnd(void)
{
    /* xorshift32 */
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

uint32_t rnd_below(uint32_t n)
{
    return rnd() % n;
}

uint32_t nasty(void)
{
    static const uint32_t places[] = {0x08000000u, 0x08010000u, 0x09000000u, 0x09010000u,
                                      0x0a000000u, 0x0c000000u, 0x40000000u, 0x3ffffffcu,
                                      0xfffffffcu, 0x80000000u, 0x7fffffffu, 0x0b000000u};

    switch (rnd_below(6)) {
    case 0:
        return 0;
    case 1:
        return 0xffffffffu;
    case 2:
        return 1u << rnd_below(32);
    case 3:
        return places[rnd_below(sizeof(places) / sizeof(places[0]))];
    case 4:
        return rnd() & 0xffffu;
    default:
        return rnd();
    }
}

uint32_t amount(uint32_t n)
{
    return quick ? (n + 7) / 8 : n;
}

unsigned int run(struct probe *p)
{
    unsigned int kind = probe_run(p);

    if (kind <= EXC_FIQ)
        ends[kind]++;
    return kind;
}

bool in_ram(uint32_t addr)
{
    return addr - machine.ram_base < machine.ram_size;
}

uint32_t *far_page(void)
{
    return (uint32_t *)(machine.ram_base + machine.ram_size - 0x1000u);
}

void place_far(struct probe *p, const uint32_t *code, unsigned int n, bool thumb)
{
    uint32_t *page = far_page();

    memcpy(page, code, n * 4);
    page[n] = thumb ? 0xdf00df00u : 0xef000000u;
    code_sync(page, (n + 1) * 4);
    p->pc = (uint32_t)page;
    p->cpsr = (p->cpsr & ~PSR_T) | (thumb ? PSR_T : 0);
}

/* Active priorities that belong to no active interrupt any more, of both groups. */
static void drop_priorities(void)
{
    mmio_write32(GICC_APR0, 0);
    mmio_write32(GICC_NSAPR0, 0);
    for (unsigned int i = 0; i < 64 && (mmio_read32(GICC_RPR) & 0xf8u) != 0xf8u; i++) {
        mmio_write32(GICD_IGROUPR + 4, i & 1u);
        gic_eoi(32);
    }
    mmio_write32(GICD_IGROUPR + 4, 0);
}

void restore_gic(void)
{
    for (unsigned int i = 0; i < 9; i++) {
        mmio_write32(GICD_ICENABLER + 4 * i, 0xffffffffu);
        mmio_write32(GICD_IGROUPR + 4 * i, 0);
    }
    mmio_write32(GICC_CTLR, 1);
    for (unsigned int i = 0; i < 288; i++)
        if (gic_active(i))
            gic_eoi(i);
    drop_priorities();
    for (unsigned int i = 0; i < 9; i++) {
        mmio_write32(GICD_ICACTIVER + 4 * i, 0xffffffffu);
        mmio_write32(GICD_ICPENDR + 4 * i, 0xffffffffu);
    }
    for (unsigned int i = 0; i < 4; i++)
        mmio_write32(GICD_CPENDSGIR + 4 * i, 0xffffffffu);
    for (unsigned int i = 0; i < 72; i++)
        mmio_write32(GICD_IPRIORITYR + 4 * i, 0xa0a0a0a0u);
    gic_init();
}

void watchdog(uint32_t us)
{
    /* Whatever came before may have broken its interrupt, or left one running for ever. */
    gic_init();
    if ((mmio_read32(GICC_RPR) & 0xf8u) != 0xf8u)
        restore_gic();
    mmio_write32(GICD_IGROUPR, 0);
    mmio_write32(GICD_ICACTIVER, 1u << TIMER_VIRT_INTID);
    gic_set_priority(TIMER_VIRT_INTID, 0);
    gic_enable(TIMER_VIRT_INTID);
    timer_set_cval(timer_now() + (uint64_t)first_freq * us / 1000000u);
    timer_set_ctl(TIMER_ENABLE);
}

void watchdog_off(void)
{
    timer_set_ctl(0);
}

/* What a probe of a register that may not exist must not leave behind. */
static void try_write(uint32_t insn, uint32_t value)
{
    struct probe p;

    (void)probe_one(&p, insn, value, 0, 0, 0);
}

void restore_system(void)
{
    cp_write(15, 0, 1, 0, 0, first_sctlr & ~SCTLR_M); /* off, while what it uses changes */
    isb();
    cp_write(15, 0, 12, 0, 0, vectors);    /* VBAR */
    cp_write(15, 0, 2, 0, 2, 0);           /* TTBCR */
    cp_write(15, 0, 2, 0, 0, mmu_table);   /* TTBR0 */
    cp_write(15, 0, 2, 0, 1, 0);           /* TTBR1 */
    cp_write(15, 0, 3, 0, 0, 1);           /* DACR */
    cp_write(15, 0, 13, 0, 1, 0);          /* CONTEXTIDR */
    cp_write(15, 0, 1, 0, 2, first_cpacr); /* CPACR */
    cp_write(15, 0, 14, 1, 0, 0);          /* CNTKCTL */
    cp_write(15, 0, 8, 7, 0, 0);           /* TLBIALL */
    cp_write(15, 0, 7, 5, 0, 0);           /* ICIALLU */
    timer_set_ctl(0);
    timer_phys_set_ctl(0);
    timer_set_cval(0);
    timer_phys_set_cval(0);
    dsb();
    isb();
    cp_write(15, 0, 1, 0, 0, first_sctlr);
    isb();
    try_write(0xee0e0f10u, first_freq); /* CNTFRQ: writable where there is no higher level */
    try_write(0xee090f1cu, 0);          /* PMCR */
    try_write(0xee000e52u, 0);          /* DBGDSCRext */
}

/* Only our own program and the last MiB may be executed: a wild jump ends soon. */
static void map_ram(void)
{
    uint32_t last = (machine.ram_base + machine.ram_size - 1) >> 20;

    for (uint32_t mib = machine.ram_base >> 20; mib < last; mib++)
        if (mib < (uint32_t)__image_start >> 20 || mib > ((uint32_t)__image_end - 1) >> 20)
            mmu_table[mib] |= MMU_XN;
}

/*
 * Data caches stay off from here on: the coprocessor phase turns the MMU off and on at every
 * step, and what lay dirty in a cache meanwhile would come back late.
 */
static void caches_off(void)
{
    mmu_off();
    first_sctlr = (cp_read(15, 0, 1, 0, 0) | SCTLR_M | SCTLR_Z) & ~(SCTLR_C | SCTLR_I);
    first_freq = timer_freq();
    first_cpacr = cp_read(15, 0, 1, 0, 2);
    map_ram();
    restore_system();
}

static const struct phase {
    const char *name;
    void (*fn)(void);
} phases[] = {
    {"coprocessor registers", coprocessor_phase},
    {"coprocessor registers from user mode", user_coprocessor_phase},
    {"calls", call_phase},
    {"system registers", register_phase},
    {"devices", mmio_phase},
    {"random accesses", random_access_phase},
    {"addresses", address_phase},
    {"tables", table_phase},
    {"modes", mode_phase},
    {"user code", user_code_phase},
    {"interrupts", gic_phase},
    {"timers", timer_phase},
    {"sleep", sleep_phase},
    {"flood", flood_phase},
    {"SPIs among CPUs", spi_phase},
    {"on and off", on_off_phase},
    {"cpus", cpu_on_phase}, /* last: the other CPU never comes back */
};

static void run_phase(const struct phase *p)
{
    memset(ends, 0, sizeof(ends));
    restore_gic();
    p->fn();
    watchdog_off();
    restore_system();
    restore_gic();
    printf("\nattack: %s done (%lu ran, %lu UNDEF, %lu data aborts, %lu prefetch aborts, %lu "
           "interrupts)\n",
           p->name, (unsigned long)ends[EXC_SVC], (unsigned long)ends[EXC_UNDEF],
           (unsigned long)ends[EXC_DABT], (unsigned long)ends[EXC_PABT],
           (unsigned long)ends[EXC_IRQ]);
    fflush(stdout);
}

int main(void)
{
    const char *args = machine.bootargs ? machine.bootargs : "";
    const char *only = strstr(args, "phase="), *from = strstr(args, "seed=");
    bool forever = strstr(args, "forever") != NULL;

    quick = strstr(args, "quick") != NULL;
    if (from)
        seed = (uint32_t)strtoul(from + 5, NULL, 0) | 1u;
    printf("attack: seed %lu, %s\n", (unsigned long)seed,
           skep_present() ? "under Skep" : "on the bare machine");
    if (strstr(args, "resets"))
        resets();
    caches_off();
    do {
        for (unsigned int i = 0; i < sizeof(phases) / sizeof(phases[0]); i++)
            if (!only || strncmp(only + 6, phases[i].name, strlen(phases[i].name)) == 0)
                run_phase(&phases[i]);
        printf("attack: finished\n");
        fflush(stdout);
    } while (forever);
    return 0;
}
