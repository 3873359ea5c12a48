/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every offset of every emulated device at every width and alignment, then random load and store
 * instructions with devices in all registers, then the whole 4 GiB in strides: read, written,
 * fetched from. Endianness and mode change on the way.
 */
#include <stdio.h>
#include "attack/attack.h"
#include "runtime/console.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/mmu.h"
#include "runtime/runtime.h"

extern const uint32_t access_loads[], access_stores[], access_end[];

static const struct device {
    uint32_t base, size, step;
} devices[] = {
    {GICD_BASE, 0x1000, 1},        {GICD_BASE + 0x1000, 0xf000, 1021}, {GICC_BASE, 0x2000, 3},
    {UART_BASE, 0x1000, 1},        {0x09010000u, 0x1000, 1}, /* PL031 */
    {0x0a000000u, 0x4000, 7},                                /* virtio slots */
    {0x0c000000u, 0x10000, 4093},  /* shared memory, where there is some */
    {0x08020000u, 0x40000, 65521}, /* GICH's and GICV's places on the board */
};

#define NDEVICES (sizeof(devices) / sizeof(devices[0]))

/* With `masked` clear an interrupt (the watchdog's) may end it: a load of PC goes anywhere. */
static void access(uint32_t code, uint32_t addr, uint32_t value, bool masked)
{
    struct probe p;

    /* What is sent to the console shall at least be printable. */
    if ((addr & ~7u) == UART_DR)
        value = 0x2e2e2e2eu;
    probe_init(&p);
    p.pc = code & ~1u;
    if (!masked)
        p.cpsr &= ~PSR_I;
    p.cpsr |= (code & 1u) ? PSR_T : 0;
    p.cpsr |= rnd_below(8) ? 0 : PSR_E;
    for (unsigned int i = 0; i < 13; i++)
        p.r[i] = value;
    p.r[1] = addr;
    p.r[2] = 0;
    p.sp = addr;
    run(&p);
}

static void probe_device(const struct device *d)
{
    uint32_t step = amount(8) == 8 ? d->step : d->step * 7;

    for (uint32_t off = rnd_below(step); off < d->size; off += step) {
        for (const uint32_t *c = access_loads; c < access_stores; c++)
            access(*c, d->base + off, 0, true);
        for (const uint32_t *c = access_stores; c < access_end; c++)
            access(*c, d->base + off, nasty(), true);
    }
}

void mmio_phase(void)
{
    for (unsigned int i = 0; i < NDEVICES; i++) {
        probe_device(&devices[i]);
        mmio_write32(UART_BASE + 0x30, 0x301); /* UARTCR: no loopback */
        mmio_write32(UART_BASE + 0x38, 0);     /* UARTIMSC */
        gic_init();
    }
}

/* ARM loads and stores of all kinds: word and byte, halfword and doubleword, multiple. */
static uint32_t random_arm_access(void)
{
    uint32_t r = rnd(), insn;

    switch (rnd_below(4)) {
    case 0: /* immediate or register offset, LDR, STR, B, T */
        insn = 0xe4000000u | (r & 0x03ffffffu);
        if (insn & 0x02000000u)
            insn &= ~0x10u;
        break;
    case 1: /* extra loads and stores: bit 7 and bit 4 set */
        insn = 0xe0000090u | (r & 0x01ffff6fu);
        break;
    case 2: /* multiple; never with the PSR bit, which is an exception return */
        insn = 0xe8000000u | (r & 0x01bfffffu);
        break;
    default: /* exclusives and SWP */
        insn = 0xe1000090u | (r & 0x00ffff0fu);
        break;
    }
    return insn;
}

static uint32_t random_thumb_access(void)
{
    static const uint16_t groups[] = {0xf800, 0xf900, 0xe800, 0xe900};
    uint32_t first = groups[rnd_below(4)] | (rnd() & 0x7fu), second = rnd() & 0xffffu;

    if (rnd_below(3) == 0) /* 16 bits: 0x5000 to 0xcfff are mostly loads and stores */
        return 0xbf000000u | (0x5000u + rnd_below(0x8000u));
    return second << 16 | first;
}

static void aim(struct probe *p, bool with_gic)
{
    for (unsigned int i = 0; i < 15; i++) {
        uint32_t *reg = i < 13 ? &p->r[i] : i == 13 ? &p->sp : &p->lr;
        const struct device *d = &devices[3 + rnd_below(NDEVICES - 4)];

        if (with_gic && rnd_below(2))
            d = &devices[rnd_below(3)];
        *reg = rnd_below(4) ? d->base + rnd_below(d->size) : 0x0b000000u + rnd_below(0x10000);
        if ((*reg & ~0x1fu) == UART_DR)
            *reg += 0x20;
        if (rnd_below(4))
            *reg &= ~3u;
    }
}

void random_access_phase(void)
{
    for (unsigned int i = 0; i < amount(30000); i++) {
        bool thumb = rnd_below(3) == 0;
        uint32_t code = thumb ? random_thumb_access() : random_arm_access();
        struct probe p;

        probe_init(&p);
        aim(&p, true);
        place_far(&p, &code, 1, thumb);
        p.cpsr = PSR_SYS | PSR_A | PSR_F | (p.cpsr & PSR_T) | (rnd_below(4) ? 0 : PSR_E) |
                 (rnd() & 0xf0000000u);
        watchdog(3000);
        if (run(&p) == EXC_IRQ)
            restore_gic(); /* perhaps not the watchdog's, but one that the last access caused */
        watchdog_off();
    }
    mmio_write32(UART_BASE + 0x30, 0x301);
    mmio_write32(UART_BASE + 0x38, 0);
}

static void fetch(uint32_t addr, uint32_t state)
{
    struct probe p;

    probe_init(&p);
    p.pc = addr & ((state & PSR_T) ? ~1u : ~3u);
    p.cpsr = PSR_SYS | PSR_A | PSR_F | state;
    watchdog(2000);
    run(&p);
    watchdog_off();
}

/* All that is not RAM becomes executable Device memory, so that the second stage decides. */
static void open_map(void)
{
    for (uint32_t i = 0; i < amount(4096); i++)
        if (!in_ram(i << 20))
            mmu_table[i] = i << 20 | MMU_DEVICE;
    restore_system();
}

static void close_map(void)
{
    for (uint32_t i = 0; i < amount(4096); i++)
        if (!in_ram(i << 20))
            mmu_table[i] = i << 20 | MMU_DEVICE | MMU_XN;
    restore_system();
}

/* Natively the flash and the board's other devices are really there: not written, but read. */
void address_phase(void)
{
    open_map();
    for (uint32_t mib = 0; mib < 4096; mib++) {
        uint32_t base = mib << 20;

        if (in_ram(base))
            continue;
        for (unsigned int i = 0; i < 4; i++) {
            uint32_t addr = base + (i == 0 ? 0 : i == 1 ? 0xffffcu : rnd_below(0x100000u));

            watchdog(2000);
            access(access_loads[rnd_below((uint32_t)(access_stores - access_loads))], addr, 0,
                   false);
            if (base >= 0x0b000000u)
                access(access_stores[rnd_below((uint32_t)(access_end - access_stores))], addr,
                       nasty(), false);
            watchdog_off();
            /* A flash may lie below 0x08000000, long to run through: rarely there. */
            if (base >= GICD_BASE || (mib % 16 == 0 && i == 0))
                fetch(addr, i & 1u ? PSR_T : 0);
        }
    }
    /* One page after the other around the edges of what exists. */
    for (uint32_t page = 0; page < 64; page++) {
        static const uint32_t edges[] = {0x08000000u, 0x08010000u, 0x09000000u,
                                         0x09010000u, 0x0a000000u, 0x40000000u};

        for (unsigned int e = 0; e < 6; e++) {
            uint32_t addr = edges[e] - 0x20000u + page * 0x1000u;

            if (in_ram(addr) || addr - UART_BASE < 0x1000u)
                continue;
            access(access_loads[0], addr, 0, true);
            fetch(addr, 0);
        }
    }
    fetch(UART_BASE + 0x18, 0);
    fetch(GICD_BASE, PSR_T);
    fetch(GICC_BASE + 0x10, 0);
    close_map();
}
