/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Holds a pattern in every VFP and NEON register and in FPSCR while its CPU goes to others: by
 * yielding, by sleeping in WFI, by being preempted in a busy loop. Each CPU has a pattern of its
 * own, and each instance another one, so a register that comes from elsewhere shows. One line a
 * second; ten lines, then SYSTEM_OFF ("forever" in the boot arguments: no end).
 */
#include <stdio.h>
#include <string.h>
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/psci.h"
#include "runtime/runtime.h"
#include "runtime/timer.h"

void vfp_on(void);
void vfp_load(const uint64_t d[32], uint32_t fpscr);
uint32_t vfp_store(uint64_t d[32]);

/* Condition flags, rounding and exception flags of FPSCR; the trap enables are not there. */
#define FPSCR_MASK 0xf3c0009fu

static volatile uint32_t rounds[MAX_CPUS], errors[MAX_CPUS];
static uint32_t instance;

static uint64_t pattern(uint32_t cpu, uint32_t round, uint32_t reg)
{
    uint32_t x = instance ^ (cpu << 28) ^ (round * 2654435761u) ^ (reg << 20);

    return (uint64_t)(x * 2246822519u) << 32 | x;
}

/* Gives the CPU away in one of three ways. */
static void step_aside(uint32_t round)
{
    if (round % 3 == 0) {
        (void)hvc_call(SKEP_YIELD, 0, 0, 0);
    } else if (round % 3 == 1) {
        timer_set_cval(timer_now() + timer_us(300));
        timer_set_ctl(TIMER_ENABLE);
        while (!(timer_ctl() & TIMER_ISTATUS))
            wfi();
        timer_set_ctl(0);
    } else {
        timer_delay_us(500);
    }
}

static void check_round(uint32_t cpu, uint32_t round)
{
    uint64_t want[32], got[32];
    uint32_t fpscr = (uint32_t)pattern(cpu, round, 33) & FPSCR_MASK, after;

    for (uint32_t i = 0; i < 32; i++)
        want[i] = pattern(cpu, round, i);
    vfp_load(want, fpscr);
    step_aside(round);
    after = vfp_store(got);
    if (memcmp(want, got, sizeof(want)) != 0 || (after & FPSCR_MASK) != fpscr)
        errors[cpu]++;
    rounds[cpu]++;
}

static void hold(void *arg)
{
    uint32_t cpu = cpu_index();

    (void)arg;
    gic_cpu_init();
    gic_enable(TIMER_VIRT_INTID);
    vfp_on();
    for (uint32_t round = 0;; round++)
        check_round(cpu, round);
}

static void report(unsigned int second)
{
    uint32_t total = 0, bad = 0;

    for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++) {
        total += rounds[cpu];
        bad += errors[cpu];
    }
    printf("vfp: %u s, %lu rounds, %lu errors\n", second, (unsigned long)total, (unsigned long)bad);
}

int main(void)
{
    bool forever = machine.bootargs && strstr(machine.bootargs, "forever");
    uint64_t next;

    instance = (uint32_t)timer_now() * 2654435761u;
    printf("vfp: holding registers on %u CPU(s)\n", machine.ncpus);
    gic_init();
    gic_enable(TIMER_VIRT_INTID);
    for (unsigned int cpu = 1; cpu < machine.ncpus && cpu < MAX_CPUS; cpu++)
        (void)cpu_start(cpu, hold, NULL);
    vfp_on();
    next = timer_now();
    for (unsigned int second = 1; forever || second <= 10; second++) {
        next += timer_freq();
        for (uint32_t round = 0; timer_now() < next; round++)
            check_round(0, round);
        report(second);
    }
    printf("vfp: finished\n");
    return 0;
}
