/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two vCPUs of one guest against each other: SPIs thrown at the other one, on and off, resets. The
 * second one is left off at the end of each phase; where it cannot be had, a phase does nothing.
 * No memory is shared, since only one of the two has its caches on.
 */
#include "attack/attack.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/psci.h"
#include "runtime/runtime.h"
#include "runtime/timer.h"

#define OFF       1 /* of AFFINITY_INFO */
#define STORM     6000u
#define ON_OFFS   2000u
#define OFF_WAIT  20000u /* looks of 100 us until the other one must be off */
#define MAX_LIFE  20000u /* us from a start to its reset */
#define MAX_APART 50u    /* us between the two calls */
#define NSPIS     256u

static bool other_is_off(void)
{
    return psci_affinity_info(1, 0) == OFF;
}

static void wait_off(void)
{
    for (uint32_t i = 0; i < OFF_WAIT && !other_is_off(); i++)
        timer_delay_us(100);
}

/* Pending on and off, retargeted, taken and ended, by whoever sees it first. */
static void throw_spis(uint32_t seed, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++) {
        uint32_t intid, iar;

        seed = seed * 1664525u + 1013904223u;
        intid = 32u + (seed >> 16) % NSPIS;
        gic_set_target(intid, (uint8_t)(1u << ((seed >> 8) & 1u)));
        gic_set_priority(intid, (uint8_t)(seed >> 24));
        gic_enable(intid);
        gic_set_pending(intid);
        if (seed & 0x2000u)
            gic_clear_pending(intid);
        if (seed & 0x4000u)
            gic_disable(intid);
        iar = gic_ack();
        if ((iar & 0x3ffu) < 1020u)
            gic_eoi(iar);
    }
}

static void storm_other(void *arg)
{
    gic_cpu_init();
    throw_spis(2, (uint32_t)arg);
}

void spi_phase(void)
{
    if (machine.ncpus < 2 || cpu_start(1, storm_other, (void *)amount(STORM)) != PSCI_SUCCESS)
        return;
    throw_spis(rnd(), amount(STORM));
    wait_off();
}

/* Goes off at its own moment, or at once. */
static void go_off(void *arg)
{
    timer_delay_us(((uint32_t)timer_now() >> 3) % ((uint32_t)arg + 1u));
}

void on_off_phase(void)
{
    if (machine.ncpus < 2 || !other_is_off())
        return;
    for (uint32_t i = 0; i < amount(ON_OFFS); i++) {
        (void)cpu_start(1, go_off, (void *)100);
        gic_sgi(rnd_below(16), SGI_OTHERS, 0);
        timer_delay_us(rnd_below(150));
    }
    wait_off();
}

static void __attribute__((noreturn)) reset_at(uint32_t moment)
{
    while ((int32_t)((uint32_t)timer_now() - moment) < 0)
        ;
    for (;;)
        (void)hvc_call(PSCI_SYSTEM_RESET, 0, 0, 0);
}

static void reset_other(void *arg)
{
    reset_at((uint32_t)arg);
}

void resets(void)
{
    uint32_t noise = (uint32_t)timer_now() * 2654435761u;
    uint32_t moment = (uint32_t)(timer_now() + timer_us((noise >> 8) % MAX_LIFE));

    /* If the other one is not on by then, its CPU_ON races with our reset. */
    if (machine.ncpus > 1)
        (void)cpu_start(1, reset_other, (void *)moment);
    reset_at(moment + (uint32_t)timer_us((noise >> 4) % MAX_APART));
}
