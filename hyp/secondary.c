/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See secondary.h. A secondary comes with caches off, so what it reads before its MMU is on is
 * cleaned to memory first: the mailbox, and the image's tables, which boot/ wrote uncached itself.
 */
#include "hyp/secondary.h"

#include "hyp/arch/barrier.h"
#include "hyp/arch/boot_info.h"
#include "hyp/arch/cache.h"
#include "hyp/core/log.h"
#include "hyp/core/percpu.h"
#include "hyp/core/power.h"

#define ARRIVAL_US 1000000

void secondary_arrived(void)
{
    __atomic_store_n(&this_cpu()->online, true, __ATOMIC_RELEASE);
    sev();
}

static bool arrives(const struct pcpu *cpu)
{
    uint64_t end = timer_now() + timer_us_to_ticks(ARRIVAL_US);

    while (!__atomic_load_n(&cpu->online, __ATOMIC_ACQUIRE)) {
        if (timer_now() > end)
            return false;
        /* Not WFE: nobody may come to send the event. */
        cpu_relax();
    }
    return true;
}

static void start(const struct board *board, struct pcpu *cpu)
{
    boot_secondary.stack = (uint32_t)cpu->stack_top;
    boot_secondary.pcpu = (uint32_t)(uintptr_t)cpu;
    cache_clean(&boot_secondary, sizeof(boot_secondary));
    if (!power_board || !power_board->cpu_on ||
        power_board->cpu_on(board->mpidr[cpu->id], boot_secondary_entry()))
        log_err("CPU %u: the board offers no way to start it", cpu->id);
    else if (!arrives(cpu))
        log_err("CPU %u: started, but it did not arrive", cpu->id);
}

void secondary_start_all(const struct board *board)
{
    for (unsigned int i = 0; i < board->ncpus; i++) {
        if (percpu[i] != this_cpu())
            start(board, percpu[i]);
    }
}
