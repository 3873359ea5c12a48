/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A conformance guest for 2 to 8 CPUs: PSCI among CPUs, SGIs, private timers, counters, memory.
 * It ends by SYSTEM_OFF from its last CPU; with "reset" in its boot arguments by SYSTEM_RESET
 * from there, again and again.
 */
#include <stdio.h>
#include <string.h>
#include "runtime/check.h"
#include "runtime/gic.h"
#include "runtime/psci.h"
#include "runtime/runtime.h"
#include "runtime/skep.h"
#include "runtime/timer.h"
#include "smp/smp.h"

unsigned int ncpus;

static struct start starts[MAX_CPUS];

/* The job of the workers: `generation` moves on, then each runs `job` and counts itself done. */
static void (*volatile job)(unsigned int cpu);
static volatile uint32_t generation, jobs_done;
static volatile uint32_t barrier_arrived, barrier_round;

void relax(void)
{
    if (under_skep)
        (void)hvc_call(SKEP_YIELD, 0, 0, 0);
    else
        __asm__ volatile("yield" ::: "memory");
}

bool wait_for(const volatile uint32_t *p, uint32_t want)
{
    uint64_t end = timer_now() + timer_us(WAIT_US);

    while (*p != want) {
        if (timer_now() > end)
            return false;
        relax();
    }
    dsb();
    return true;
}

bool barrier(void)
{
    uint32_t round = barrier_round;

    dsb();
    if (__atomic_add_fetch(&barrier_arrived, 1, __ATOMIC_SEQ_CST) == ncpus) {
        barrier_arrived = 0;
        dsb();
        barrier_round = round + 1;
        return true;
    }
    return wait_for(&barrier_round, round + 1);
}

void worker(void *arg)
{
    uint32_t seen = (uint32_t)(uintptr_t)arg;

    gic_cpu_init();
    for (;;) {
        while (generation == seen)
            relax();
        seen++;
        dsb();
        if (!job)
            return; /* and off */
        job(cpu_index());
        dsb();
        __atomic_add_fetch(&jobs_done, 1, __ATOMIC_SEQ_CST);
    }
}

bool run_on_all(void (*fn)(unsigned int cpu))
{
    jobs_done = 0;
    job = fn;
    dsb();
    generation++;
    fn(0);
    return wait_for(&jobs_done, ncpus - 1);
}

void stop_workers(void)
{
    job = NULL;
    dsb();
    generation++;
}

bool start_workers(void)
{
    bool ok = true;

    for (unsigned int cpu = 1; cpu < ncpus; cpu++)
        ok = ok && cpu_start(cpu, worker, (void *)(uintptr_t)generation) == PSCI_SUCCESS;
    return ok;
}

bool wait_off(unsigned int cpu)
{
    uint64_t end = timer_now() + timer_us(WAIT_US);

    while (psci_affinity_info(cpu, 0) != 1) {
        if (timer_now() > end)
            return false;
        relax();
    }
    return true;
}

static void clean_line(const void *p)
{
    cp_write(15, 0, 7, 14, 1, p); /* DCCIMVAC */
    dsb();
}

int32_t start_cpu(unsigned int cpu, uint32_t entry, void (*fn)(void *arg), void *arg)
{
    struct start *s = &starts[cpu];

    memset(s, 0, sizeof(*s));
    s->fn = fn;
    s->arg = arg;
    dsb();
    clean_line(s);
    clean_line(&s->facts);
    return psci_cpu_on(cpu, entry, (uint32_t)s);
}

struct entry_facts entry_facts(unsigned int cpu)
{
    clean_line(&starts[cpu].facts);
    return starts[cpu].facts;
}

uint32_t start_context(unsigned int cpu)
{
    return (uint32_t)&starts[cpu];
}

static void end(void *arg)
{
    if (arg)
        psci_system_reset();
    psci_system_off();
}

int main(void)
{
    bool reset = machine.bootargs && strstr(machine.bootargs, "reset");

    under_skep = skep_present();
    ncpus = machine.ncpus;
    printf("smp: %s, %u CPUs\n", under_skep ? "under Skep" : "on the bare machine", ncpus);
    if (ncpus < 2 || ncpus > MAX_CPUS) {
        printf("smp: wants 2 to 8 CPUs\n");
        return 1;
    }
    gic_init();
    power_tests();
    check("all CPUs start", start_workers(), "one did not");
    interrupt_tests();
    memory_tests();
    stop_workers();
    for (unsigned int cpu = 1; cpu < ncpus; cpu++)
        check("a CPU whose work is done goes off", wait_off(cpu), "it does not");
    check_summary("smp");
    printf("smp: %s from CPU %u\n", reset ? "SYSTEM_RESET" : "SYSTEM_OFF", ncpus - 1);
    fflush(stdout);
    (void)cpu_start(ncpus - 1, end, reset ? (void *)1 : NULL);
    for (;;)
        wfi();
}
