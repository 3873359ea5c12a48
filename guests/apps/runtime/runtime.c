/* SPDX-License-Identifier: BSD-2-Clause */
/* See runtime.h. Everything before mmu_on() runs on strongly-ordered memory: aligned access only.
 */
#include <stdio.h>
#include "runtime/console.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/mmu.h"
#include "runtime/psci.h"
#include "runtime/runtime.h"

#define RAM_BASE     0x40000000u
#define RAM_FALLBACK 0x00400000u /* without a tree: what the smallest guest has */

struct dt_info machine;

/* What a started CPU reads before its caches are on: on a line of its own, cleaned. */
struct start_block {
    cpu_main *fn;
    void *arg;
} __attribute__((aligned(64)));

static struct start_block start_blocks[MAX_CPUS];

void runtime_main(const void *dtb) __attribute__((noreturn));
void runtime_secondary(const struct start_block *block) __attribute__((noreturn));

void runtime_main(const void *dtb)
{
    if (!dt_scan(dtb, &machine) || machine.ram_size == 0) {
        machine.ram_base = RAM_BASE;
        machine.ram_size = RAM_FALLBACK;
    }
    if (machine.ncpus == 0)
        machine.ncpus = 1;
    if (machine.uart == 0)
        machine.uart = UART_BASE;
    if (machine.gicd == 0) {
        machine.gicd = GICD_BASE;
        machine.gicc = GICC_BASE;
    }
    mmu_build(machine.ram_base, machine.ram_size);
    mmu_on();
    console_init();
    (void)main();
    fflush(stdout);
    psci_system_off();
}

void runtime_secondary(const struct start_block *block)
{
    cpu_main *fn = block->fn;
    void *arg = block->arg;

    mmu_on();
    fn(arg);
    for (;;)
        psci_cpu_off();
}

int32_t cpu_start(unsigned int cpu, cpu_main *fn, void *arg)
{
    struct start_block *block = &start_blocks[cpu % MAX_CPUS];

    block->fn = fn;
    block->arg = arg;
    dsb();
    cp_write(15, 0, 7, 10, 1, block); /* DCCMVAC */
    dsb();
    return psci_cpu_on(cpu, (uint32_t)secondary_start, (uint32_t)block);
}
