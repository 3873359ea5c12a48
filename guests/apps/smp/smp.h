/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by the parts of the SMP guest: CPU 0 leads, the others work. Every wait has an end, so
 * that a lost interrupt is a FAIL line and no hang.
 */
#ifndef SMP_SMP_H
#define SMP_SMP_H

#include <stdbool.h>
#include <stdint.h>
#include "runtime/cpu.h"

#define WAIT_US 60000000u /* vCPUs may share one CPU by time slices: generous */

/* How a CPU was found when it came on; written by entry.S with the MMU off. */
struct entry_facts {
    uint32_t cpsr, sctlr, mpidr, context;
} __attribute__((aligned(64)));

/* What CPU_ON's context points to: as runtime.c's start block, then the facts' line. */
struct start {
    void (*fn)(void *arg);
    void *arg;
    struct entry_facts facts __attribute__((aligned(64)));
};

extern unsigned int ncpus;

/* Waits a moment, giving the CPU away if others may want it. */
void relax(void);

/* Waits until *p == want; false after WAIT_US. */
bool wait_for(const volatile uint32_t *p, uint32_t want);

/* Runs fn on every CPU (the caller must be CPU 0, the others at work); false on a timeout. */
bool run_on_all(void (*fn)(unsigned int cpu));

/* All CPUs in a run_on_all function meet here. False on a timeout. */
bool barrier(void);

/* entry.S: records the facts, then runs on as the runtime's secondary does. */
void smp_entry_arm(void);
void smp_entry_thumb(void);

/* CPU_ON of `cpu` at `entry` for fn(arg); facts appear when it runs. */
int32_t start_cpu(unsigned int cpu, uint32_t entry, void (*fn)(void *arg), void *arg);
struct entry_facts entry_facts(unsigned int cpu);
uint32_t start_context(unsigned int cpu);

/* The worker loop of CPUs 1 and up; wait_off is true when `cpu` is reported OFF in time. */
void worker(void *arg);
void stop_workers(void);
bool start_workers(void);
bool wait_off(unsigned int cpu);

void power_tests(void);
void interrupt_tests(void);
void memory_tests(void);

#endif
