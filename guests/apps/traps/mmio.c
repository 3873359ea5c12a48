/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores on emulated devices in every encoding (mmio_cases.S). The oracle is the CPU
 * itself: each snippet runs once on plain memory and once on the device, and registers, flags and
 * storage must come out alike, base registers moved by the distance of the two. Windows of
 * storage: GICD_IPRIORITYR of SPIs 32 and up (words and bytes; values are multiples of 8, which
 * any count of priority bits keeps) and UARTIBRD, UARTFBRD, UARTLCR_H (halfwords).
 */
#include <stdio.h>
#include <string.h>
#include "runtime/check.h"
#include "runtime/console.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "traps/traps.h"

#define WINDOW_H  1u
#define MAY_ABORT 2u

#define W_DEVICE  (GICD_IPRIORITYR + 64) /* INTID 64 to 191 */
#define W_WORDS   32u
#define H_DEVICE  (UART_BASE + 0x24)
#define H_WORDS   3u

struct mmio_case {
    const char *name;
    uint32_t code;
    uint32_t flags;
};

extern const struct mmio_case mmio_cases[], mmio_cases_end[];
void mmio_vfp_on(void);

static uint32_t memory[W_WORDS] __attribute__((aligned(256)));

/* One window: where it is as a device, how long, and which bits any implementation keeps. */
struct window {
    uint32_t device, words, keeps;
};

static uint32_t initial_word(const struct mmio_case *c, unsigned int i)
{
    static const uint32_t h[H_WORDS] = {0x8105, 0x2a, 0x60};
    uint32_t v = 0;

    if (c->flags & WINDOW_H)
        return h[i];
    for (unsigned int b = 0; b < 4; b++)
        v |= (((i * 4 + b + 17) * 8) & 0xf8u) << (8 * b);
    return v;
}

static void prepare(struct probe *p, const struct mmio_case *c, uint32_t base)
{
    probe_init(p);
    for (unsigned int i = 0; i < 13; i++)
        for (unsigned int b = 0; b < 4; b++)
            p->r[i] |= (((i * 4 + b) * 8 + 0x40) & 0xf8u) << (8 * b);
    p->lr = 0x98a0a8b0u;
    p->pc = c->code & ~1u;
    p->cpsr |= ((c->code & 1u) ? PSR_T : 0) | PSR_N | PSR_V;
    if (c->flags & WINDOW_H) {
        p->r[0] = 0x9234;
        p->r[1] = base;
        p->r[2] = 4;
        p->r[3] = base + 4;
        p->r[4] = 0;
        p->sp = base;
    } else {
        p->r[1] = base + 64;
        p->r[2] = 8;
        p->sp = base + 64;
    }
}

/* A pointer into the memory window becomes the same place of the device window. */
static uint32_t moved(uint32_t v, const struct window *w)
{
    uint32_t start = (uint32_t)memory;

    return v - start + 64u < 4 * W_WORDS + 128u ? v - start + w->device : v;
}

static bool same_registers(const struct probe *ram, const struct probe *dev, const struct window *w)
{
    bool ok = true;

    for (unsigned int i = 0; i < 13; i++) {
        if (dev->r[i] != moved(ram->r[i], w)) {
            printf("  r%u: expected %08lx got %08lx\n", i, (unsigned long)moved(ram->r[i], w),
                   (unsigned long)dev->r[i]);
            ok = false;
        }
    }
    if (dev->sp != moved(ram->sp, w) || dev->lr != moved(ram->lr, w)) {
        printf("  SP %08lx LR %08lx\n", (unsigned long)dev->sp, (unsigned long)dev->lr);
        ok = false;
    }
    return ok;
}

static bool same_storage(const struct window *w, const uint32_t *want)
{
    bool ok = true;

    for (unsigned int i = 0; i < w->words; i++) {
        uint32_t got = mmio_read32(w->device + 4 * i) & w->keeps;

        /* A stored pointer is that of the device here, and of memory there. */
        if (got != (moved(want[i], w) & w->keeps) && got != (want[i] & w->keeps)) {
            printf("  word %u of the device: expected %08lx got %08lx\n", i, (unsigned long)want[i],
                   (unsigned long)got);
            ok = false;
        }
    }
    return ok;
}

/* The external abort that is allowed instead: exact, and nothing changed. */
static bool clean_abort(const struct mmio_case *c, const struct probe *start,
                        const struct probe *dev, const struct window *w)
{
    uint32_t want[W_WORDS];
    bool ok;

    for (unsigned int i = 0; i < w->words; i++)
        want[i] = initial_word(c, i);
    ok = (dev->dfsr & 0x40fu) == 0x008u && dev->exc_lr == start->pc + 8 &&
         dev->spsr == start->cpsr && dev->dfar - w->device < 4 * W_WORDS;
    if (!ok)
        printf("  abort DFSR=%08lx DFAR=%08lx LR=%08lx SPSR=%08lx\n", (unsigned long)dev->dfsr,
               (unsigned long)dev->dfar, (unsigned long)dev->exc_lr, (unsigned long)dev->spsr);
    return ok && same_registers(start, dev, w) && same_storage(w, want);
}

static bool run_case(const struct mmio_case *c)
{
    static const struct window windows[] = {{W_DEVICE, W_WORDS, 0xf8f8f8f8u},
                                            {H_DEVICE, H_WORDS, 0xffffffffu}};
    const struct window *w = &windows[c->flags & WINDOW_H];
    struct probe ram, dev, start;

    for (unsigned int i = 0; i < w->words; i++) {
        memory[i] = initial_word(c, i);
        mmio_write32(w->device + 4 * i, initial_word(c, i));
    }
    mmio_vfp_on();
    prepare(&ram, c, (uint32_t)memory);
    probe_run(&ram);
    mmio_vfp_on();
    prepare(&dev, c, w->device);
    start = dev;
    probe_run(&dev);
    if (ram.kind != EXC_SVC) {
        printf("  on memory: %s\n", exc_name(ram.kind));
        return false;
    }
    if (dev.kind == EXC_DABT && (c->flags & MAY_ABORT))
        return clean_abort(c, &start, &dev, w);
    if (dev.kind != EXC_SVC) {
        printf("  %s DFSR=%08lx DFAR=%08lx\n", exc_name(dev.kind), (unsigned long)dev.dfsr,
               (unsigned long)dev.dfar);
        return false;
    }
    if (dev.spsr != ram.spsr || dev.exc_lr != ram.exc_lr) {
        printf("  SPSR expected %08lx got %08lx\n", (unsigned long)ram.spsr,
               (unsigned long)dev.spsr);
        return false;
    }
    return same_registers(&ram, &dev, w) & same_storage(w, memory);
}

void mmio_tests(void)
{
    uint32_t sctlr = cp_read(15, 0, 1, 0, 0);

    cp_write(15, 0, 1, 0, 0, sctlr | (1u << 10)); /* SCTLR.SW: SWP is there */
    isb();
    for (const struct mmio_case *c = mmio_cases; c < mmio_cases_end; c++) {
        char name[80];
        bool ok = run_case(c);

        snprintf(name, sizeof(name), "device access, %s: %s", (c->code & 1u) ? "Thumb" : "ARM",
                 c->name);
        check(name, ok, "differs from memory");
    }
    cp_write(15, 0, 1, 0, 0, sctlr);
    isb();
    for (unsigned int i = 0; i < W_WORDS; i++)
        mmio_write32(W_DEVICE + 4 * i, 0);
}
