/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts among CPUs: SGIs from everybody to everybody, private timers, SPI targets. */
#include <stdio.h>
#include "runtime/check.h"
#include "runtime/gic.h"
#include "runtime/timer.h"
#include "smp/smp.h"

#define SGI_ROUNDS   20u
#define TIMER_ROUNDS 10u
#define SPI          210u

/* Results of a job, one slot a CPU. */
static volatile uint32_t wrong[MAX_CPUS];

static uint32_t total_wrong(void)
{
    uint32_t n = 0;

    for (unsigned int cpu = 0; cpu < ncpus; cpu++) {
        n += wrong[cpu];
        wrong[cpu] = 0;
    }
    return n;
}

/* Acknowledges until something comes; 1023 after WAIT_US. */
static uint32_t wait_ack(void)
{
    uint64_t end = timer_now() + timer_us(WAIT_US);
    uint32_t iar;

    while ((iar = gic_ack()) == 1023) {
        if (timer_now() > end)
            break;
        relax();
    }
    return iar;
}

static void sgi_job(unsigned int cpu)
{
    mmio_write32(GICD_ISENABLER, 0xffff);
    for (unsigned int round = 0; round < SGI_ROUNDS; round++) {
        uint32_t sgi = round % 16, from = 0;

        if (!barrier()) {
            wrong[cpu]++;
            return;
        }
        gic_sgi(sgi, SGI_OTHERS, 0);
        for (unsigned int i = 0; i < ncpus - 1; i++) {
            uint32_t iar = wait_ack();

            if ((iar & 0x3ffu) != sgi || (from >> (iar >> 10 & 7u) & 1u))
                wrong[cpu]++;
            from |= 1u << (iar >> 10 & 7u);
            gic_eoi(iar);
        }
        if (from != (((1u << ncpus) - 1u) & ~(1u << cpu)))
            wrong[cpu]++;
        if (!barrier() || gic_ack() != 1023)
            wrong[cpu]++;
    }
}

/* Round the ring: each CPU sleeps in WFI, IRQ masked, until its SGI comes, and sends it on. */
static void ring_job(unsigned int cpu)
{
    unsigned int next = (cpu + 1) % ncpus;

    for (unsigned int round = 0; round < SGI_ROUNDS; round++) {
        uint32_t iar;

        if (cpu == 0)
            gic_sgi(2, SGI_LIST, (uint8_t)(1u << next));
        while (!cpu_irq_pending())
            wfi();
        iar = gic_ack();
        if ((iar & 0x3ffu) != 2 || (iar >> 10) != (cpu + ncpus - 1) % ncpus)
            wrong[cpu]++;
        gic_eoi(iar);
        if (cpu != 0)
            gic_sgi(2, SGI_LIST, (uint8_t)(1u << next));
    }
    (void)barrier();
}

static void timer_job(unsigned int cpu)
{
    gic_enable(TIMER_VIRT_INTID);
    (void)barrier();
    for (unsigned int round = 0; round < TIMER_ROUNDS; round++) {
        uint64_t due = timer_now() + timer_us(500 + 300 * cpu);
        uint32_t iar;

        timer_set_cval(due);
        timer_set_ctl(TIMER_ENABLE);
        while (!cpu_irq_pending())
            wfi();
        iar = gic_ack();
        if (iar != TIMER_VIRT_INTID || timer_now() < due)
            wrong[cpu]++;
        timer_set_ctl(0);
        gic_eoi(iar);
        if (gic_ack() != 1023)
            wrong[cpu]++;
    }
    gic_disable(TIMER_VIRT_INTID);
    (void)barrier();
}

static volatile uint32_t spi_target, spi_taken;

static void spi_job(unsigned int cpu)
{
    for (unsigned int target = 0; target < ncpus; target++) {
        if (cpu == 0) {
            gic_set_target(SPI, (uint8_t)(1u << target));
            gic_set_pending(SPI);
        }
        if (cpu == target) {
            uint32_t iar = wait_ack();

            if (iar != SPI)
                wrong[cpu]++;
            gic_eoi(iar);
        } else if (gic_ack() != 1023) {
            wrong[cpu]++;
        }
        (void)barrier();
    }
}

/* The banked part of the distributor: what one CPU writes, no other sees. */
static void banked_job(unsigned int cpu)
{
    mmio_write32(GICD_IPRIORITYR + 16, (cpu + 1) * 0x08080808u);
    mmio_write32(GICD_ICENABLER, 1u << 29);
    if (cpu & 1u)
        mmio_write32(GICD_ISENABLER, 1u << 29);
    (void)barrier();
    if (mmio_read32(GICD_IPRIORITYR + 16) != (cpu + 1) * 0x08080808u)
        wrong[cpu]++;
    if ((mmio_read32(GICD_ISENABLER) >> 29 & 1u) != (cpu & 1u))
        wrong[cpu]++;
    if (mmio_read8(GICD_ITARGETSR) != 1u << cpu)
        wrong[cpu]++;
    mmio_write32(GICD_ICENABLER, 1u << 29);
    (void)barrier();
}

static void run(const char *name, void (*fn)(unsigned int cpu))
{
    bool ended = run_on_all(fn);
    uint32_t n = total_wrong();
    char text[32];

    snprintf(text, sizeof(text), "%lu wrong%s", (unsigned long)n, ended ? "" : ", timeout");
    check(name, ended && n == 0, text);
}

void interrupt_tests(void)
{
    run("banked registers of the distributor", banked_job);
    run("SGIs from each to all others, each once with its source", sgi_job);
    run("an SGI round the ring wakes each from WFI", ring_job);
    run("private timers fire on their own CPU, not early", timer_job);
    gic_set_priority(SPI, 0x80);
    gic_enable(SPI);
    run("an SPI goes to the CPU it is targeted at", spi_job);
    gic_disable(SPI);
}
