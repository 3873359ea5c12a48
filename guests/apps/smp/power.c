/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI among CPUs (ARM DEN 0022D, 5.5 to 5.7): on, off, and who wins. All others start off. */
#include <stdio.h>
#include <string.h>
#include "runtime/check.h"
#include "runtime/psci.h"
#include "runtime/runtime.h"
#include "runtime/timer.h"
#include "smp/smp.h"

static volatile uint32_t arrived[MAX_CPUS];

static void arrive(void *arg)
{
    (void)arg;
    arrived[cpu_index()]++;
    dsb();
}

static volatile uint32_t release;

static void arrive_and_stay(void *arg)
{
    arrive(arg);
    while (!release)
        relax();
}

static void error_tests(void)
{
    uint32_t entry = (uint32_t)secondary_start;

    for (unsigned int cpu = 1; cpu < ncpus; cpu++)
        check_eq("a CPU not started is OFF", 1, (uint32_t)psci_affinity_info(cpu, 0));
    check_eq("CPU_ON of a CPU past the last", (uint32_t)PSCI_INVALID_PARAMETERS,
             (uint32_t)psci_cpu_on(ncpus, entry, 0));
    check_eq("CPU_ON in another cluster", (uint32_t)PSCI_INVALID_PARAMETERS,
             (uint32_t)psci_cpu_on(0x101, entry, 0));
    check_eq("AFFINITY_INFO of a CPU past the last", (uint32_t)PSCI_INVALID_PARAMETERS,
             (uint32_t)psci_affinity_info(ncpus, 0));
    if (under_skep) {
        check_eq("CPU_ON at an address of nothing", (uint32_t)PSCI_INVALID_ADDRESS,
                 (uint32_t)psci_cpu_on(1, 0x0b000000u, 0));
        check_eq("CPU_ON at a device", (uint32_t)PSCI_INVALID_ADDRESS,
                 (uint32_t)psci_cpu_on(1, 0x09000000u, 0));
        check_eq("CPU_ON past the end of RAM", (uint32_t)PSCI_INVALID_ADDRESS,
                 (uint32_t)psci_cpu_on(1, machine.ram_base + machine.ram_size, 0));
        check_eq("after them the CPU is still OFF", 1, (uint32_t)psci_affinity_info(1, 0));
    } else {
        skip("CPU_ON at an address of nothing", "QEMU's PSCI does not look");
    }
}

/*
 * QEMU 7.2's own CPU_ON marks its target on only later, in the target's thread, so that two calls
 * in a row may both succeed and reset a CPU that runs. "race" in the boot arguments tries anyway.
 */
static bool atomic_cpu_on(void)
{
    return under_skep || (machine.bootargs && strstr(machine.bootargs, "race"));
}

static void check_facts(const char *state, unsigned int cpu, uint32_t t)
{
    struct entry_facts f = entry_facts(cpu);
    char name[64];

    snprintf(name, sizeof(name), "CPU %u, %s entry: SVC, masked, state", cpu, state);
    check_mask(name, PSR_M | PSR_T | PSR_F | PSR_I | PSR_A | PSR_E,
               PSR_SVC | t | PSR_F | PSR_I | PSR_A, f.cpsr);
    snprintf(name, sizeof(name), "CPU %u, %s entry: MMU and caches off", cpu, state);
    check_mask(name, SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_V | SCTLR_EE | SCTLR_TE, 0, f.sctlr);
    snprintf(name, sizeof(name), "CPU %u, %s entry: MPIDR", cpu, state);
    check_mask(name, 0x80ffffffu, 0x80000000u | cpu, f.mpidr);
    snprintf(name, sizeof(name), "CPU %u, %s entry: context id in r0", cpu, state);
    check_eq(name, start_context(cpu), f.context);
}

static void entry_tests(unsigned int cpu)
{
    int32_t second;

    arrived[cpu] = 0;
    release = 0;
    check_eq("CPU_ON", PSCI_SUCCESS,
             (uint32_t)start_cpu(cpu, (uint32_t)smp_entry_arm, arrive_and_stay, NULL));
    if (atomic_cpu_on()) {
        second = psci_cpu_on(cpu, (uint32_t)smp_entry_arm, 0);
        check("CPU_ON at once again is ON_PENDING or ALREADY_ON",
              second == PSCI_ON_PENDING || second == PSCI_ALREADY_ON, "neither");
    }
    check("the CPU arrives", wait_for(&arrived[cpu], 1), "it does not");
    check_facts("ARM", cpu, 0);
    check_eq("CPU_ON of a running CPU", (uint32_t)PSCI_ALREADY_ON,
             (uint32_t)psci_cpu_on(cpu, (uint32_t)smp_entry_arm, 0));
    check_eq("AFFINITY_INFO of a running CPU is ON", 0, (uint32_t)psci_affinity_info(cpu, 0));
    release = 1;
    check("after CPU_OFF it is OFF", wait_off(cpu), "it is not");

    arrived[cpu] = 0;
    check_eq("CPU_ON after CPU_OFF, Thumb entry", PSCI_SUCCESS,
             (uint32_t)start_cpu(cpu, (uint32_t)smp_entry_thumb, arrive, NULL));
    check("it arrives again", wait_for(&arrived[cpu], 1), "it does not");
    check("it is OFF again", wait_off(cpu), "it is not");
    check_facts("Thumb", cpu, PSR_T);
}

static void repeat_tests(void)
{
    bool ok = true;

    for (unsigned int cpu = 1; cpu < ncpus; cpu++)
        arrived[cpu] = 0;
    for (uint32_t round = 1; ok && round <= 20; round++) {
        for (unsigned int cpu = 1; cpu < ncpus; cpu++)
            ok = ok && cpu_start(cpu, arrive, NULL) == PSCI_SUCCESS;
        for (unsigned int cpu = 1; cpu < ncpus; cpu++)
            ok = ok && wait_for(&arrived[cpu], round) && wait_off(cpu);
    }
    check("twenty times on and off", ok, "a CPU did not come or go");
}

/* Every CPU but the last tries to start the last, all at once: exactly one may succeed. */
static volatile uint32_t race_go, race_ready, race_done, race_won, race_wrong;

static void race_once(const struct start *s)
{
    int32_t r;

    r = psci_cpu_on(ncpus - 1, (uint32_t)secondary_start, (uint32_t)s);
    if (r == PSCI_SUCCESS)
        __atomic_add_fetch(&race_won, 1, __ATOMIC_SEQ_CST);
    else if (r != PSCI_ALREADY_ON && r != PSCI_ON_PENDING)
        __atomic_add_fetch(&race_wrong, 1, __ATOMIC_SEQ_CST);
    __atomic_add_fetch(&race_done, 1, __ATOMIC_SEQ_CST);
}

static struct start race_start;

#define RACE_ROUNDS 20u

static void racer(void *arg)
{
    (void)arg;
    for (uint32_t round = 1; round <= RACE_ROUNDS; round++) {
        __atomic_add_fetch(&race_ready, 1, __ATOMIC_SEQ_CST);
        while (race_go != round)
            ; /* no yield: all shall start in the same moment */
        race_once(&race_start);
    }
}

static void race_tests(void)
{
    uint32_t racers = ncpus - 1;
    unsigned int last = ncpus - 1;
    bool ok = true, one = true;

    if (ncpus < 3 || !atomic_cpu_on()) {
        skip("racing CPU_ON", "two CPUs, or QEMU's PSCI, where several may succeed");
        return;
    }
    race_start.fn = arrive_and_stay;
    dsb();
    cp_write(15, 0, 7, 14, 1, &race_start); /* DCCIMVAC */
    dsb();
    for (unsigned int cpu = 1; cpu < last; cpu++)
        ok = ok && cpu_start(cpu, racer, NULL) == PSCI_SUCCESS;
    for (uint32_t round = 1; ok && round <= RACE_ROUNDS; round++) {
        race_won = race_done = 0;
        arrived[last] = 0;
        release = 0;
        ok = wait_for(&race_ready, racers - 1);
        race_ready = 0; /* they count again only after this round */
        dsb();
        race_go = round;
        race_once(&race_start);
        ok = ok && wait_for(&race_done, racers) && wait_for(&arrived[last], 1);
        one = one && race_won == 1;
        release = 1;
        dsb();
        ok = ok && wait_off(last);
    }
    check("racing CPU_ON: every round ends", ok, "a timeout");
    check("racing CPU_ON: exactly one succeeds", one, "none or several");
    check_eq("racing CPU_ON: the others get ALREADY_ON or ON_PENDING", 0, race_wrong);
    for (unsigned int cpu = 1; cpu < last; cpu++)
        check("a racer goes off", wait_off(cpu), "it does not");
}

void power_tests(void)
{
    error_tests();
    for (unsigned int cpu = 1; cpu < ncpus; cpu++)
        entry_tests(cpu);
    repeat_tests();
    race_tests();
}
