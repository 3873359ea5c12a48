/* SPDX-License-Identifier: BSD-2-Clause */
/* What CPUs share: exclusives, and a time that never runs backwards. */
#include "runtime/check.h"
#include "runtime/timer.h"
#include "smp/smp.h"

#define ADDS  20000u
#define READS 5000u

static volatile uint32_t counter, lock, backwards;
static volatile uint64_t last_virt, last_phys;

static void add_job(unsigned int cpu)
{
    (void)cpu;
    (void)barrier();
    for (unsigned int i = 0; i < ADDS; i++)
        __atomic_add_fetch(&counter, 1, __ATOMIC_SEQ_CST);
    (void)barrier();
}

static void acquire(void)
{
    while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
        relax();
}

/* Under the lock, so that the reads have an order: later reads must not be smaller. */
static void time_job(unsigned int cpu)
{
    (void)cpu;
    (void)barrier();
    for (unsigned int i = 0; i < READS; i++) {
        uint64_t v, p;

        acquire();
        v = timer_now();
        p = timer_now_phys();
        if (v < last_virt || p < last_phys)
            backwards++;
        last_virt = v;
        last_phys = p;
        __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
    }
    (void)barrier();
}

void memory_tests(void)
{
    check("all CPUs add at once", run_on_all(add_job), "timeout");
    check_eq("no addition is lost", ADDS * ncpus, counter);
    check("all CPUs read the counters", run_on_all(time_job), "timeout");
    check_eq("time never runs backwards on any CPU", 0, backwards);
}
