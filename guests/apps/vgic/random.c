/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Seeded random operations on 28 edge-triggered SPIs against a model of IHI 0048B, 3.2 and 3.3:
 * after every step the distributor's pending and active words, the acknowledged id, GICC_HPPIR,
 * GICC_RPR and ISR must be what the model says. Priorities are distinct, so there is one answer.
 */
#include <stdio.h>
#include "runtime/check.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "vgic/vgic.h"

#define A     224u /* one word of the registers: INTID 224 to 251 */
#define N     28u
#define STEPS 4000u
#define IDLE  0xf8u

static struct {
    uint32_t enabled, pending, active;
    uint8_t prio[N];
    uint32_t stack[N]; /* ids acknowledged and not ended, innermost last */
    unsigned int depth;
} model;

static uint32_t seed;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static uint8_t running(void)
{
    return model.depth ? model.prio[model.stack[model.depth - 1]] : IDLE;
}

/* The pending interrupt of highest priority, N if there is none. */
static unsigned int best(void)
{
    uint32_t candidates = model.enabled & model.pending & ~model.active;
    unsigned int b = N;

    for (unsigned int i = 0; i < N; i++)
        if ((candidates >> i & 1u) && (b == N || model.prio[i] < model.prio[b]))
            b = i;
    return b;
}

static void start(uint32_t from)
{
    seed = from;
    reset_gic();
    model.enabled = model.pending = model.active = 0;
    model.depth = 0;
    for (unsigned int i = 0; i < N; i++)
        model.prio[i] = (uint8_t)(i * 8);
    for (unsigned int i = N - 1; i > 0; i--) {
        unsigned int j = rnd(i + 1);
        uint8_t t = model.prio[i];

        model.prio[i] = model.prio[j];
        model.prio[j] = t;
    }
    for (unsigned int i = 0; i < N; i++) {
        setup_spi(A + i, model.prio[i]);
        model.enabled |= 1u << i;
    }
}

/* Acknowledge; what IAR said and what it had to say. */
static bool step_ack(void)
{
    unsigned int b = best();
    uint32_t iar, want = SPURIOUS;

    if (b < N && model.prio[b] < running()) {
        want = A + b;
        model.pending &= ~(1u << b);
        model.active |= 1u << b;
        model.stack[model.depth++] = b;
    }
    return ack_id(&iar) == want;
}

static void step_eoi(void)
{
    if (model.depth == 0)
        return;
    unsigned int i = model.stack[--model.depth];

    model.active &= ~(1u << i);
    gic_eoi(A + i);
}

static void step_write(uint32_t op)
{
    uint32_t bits = 1u << rnd(N);

    if (rnd(8) == 0)
        bits |= rnd(1u << 24);
    if (op < 3) {
        model.pending |= bits;
        mmio_write32(GICD_ISPENDR + A / 8, bits);
    } else if (op == 3) {
        model.pending &= ~bits;
        mmio_write32(GICD_ICPENDR + A / 8, bits);
    } else if (op == 4) {
        model.enabled &= ~bits;
        mmio_write32(GICD_ICENABLER + A / 8, bits);
    } else {
        model.enabled |= bits;
        mmio_write32(GICD_ISENABLER + A / 8, bits);
    }
    dsb();
}

static bool matches(unsigned int step)
{
    uint32_t mask = (1u << N) - 1u;
    uint32_t pending = mmio_read32(GICD_ISPENDR + A / 8) & mask;
    uint32_t active = mmio_read32(GICD_ISACTIVER + A / 8) & mask;
    uint32_t hppir = mmio_read32(GICC_HPPIR) & 0x3ffu;
    uint32_t rpr = mmio_read32(GICC_RPR) & 0xf8u;
    unsigned int b = best();
    bool irq = b < N && model.prio[b] < running();
    bool ok = pending == model.pending && active == model.active && rpr == running() &&
              hppir == (b < N ? A + b : SPURIOUS) && cpu_irq_pending() == irq;

    if (!ok)
        printf("  step %u: pending %08lx/%08lx active %08lx/%08lx HPPIR %lu/%u RPR %02lx/%02x "
               "ISR.I %d/%d (got/expected)\n",
               step, (unsigned long)pending, (unsigned long)model.pending, (unsigned long)active,
               (unsigned long)model.active, (unsigned long)hppir, b < N ? A + b : SPURIOUS,
               (unsigned long)rpr, running(), cpu_irq_pending(), irq);
    return ok;
}

static bool run(uint32_t from)
{
    start(from);
    for (unsigned int step = 0; step < STEPS; step++) {
        uint32_t op = rnd(12);
        bool ok = true;

        if (op < 6)
            step_write(op);
        else if (op < 9)
            ok = step_ack();
        else
            step_eoi();
        if (!ok)
            printf("  step %u: another id was acknowledged\n", step);
        if (!ok || !matches(step))
            return false;
    }
    while (model.depth)
        step_eoi();
    return matches(STEPS);
}

void random_tests(void)
{
    for (uint32_t s = 1; s <= 4; s++) {
        char name[48];

        snprintf(name, sizeof(name), "4000 random steps agree with the model, seed %u",
                 (unsigned int)s);
        check(name, run(s * 7919u), "they differ");
        reset_gic();
    }
}
