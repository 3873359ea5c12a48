/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See secondary.h. A secondary comes with caches off, but reads nothing that changes until its MMU
 * is on: only code and the tables of the way in, which boot/ wrote to memory.
 */
#include "hyp/secondary.h"

#include <errno.h>

#include "hyp/arch/barrier.h"
#include "hyp/arch/boot_info.h"
#include "hyp/core/log.h"
#include "hyp/core/panic.h"
#include "hyp/core/percpu.h"
#include "hyp/core/power.h"

/* Long enough for a board model on a busy machine; a handshake ends it long before. */
#define ARRIVAL_US 10000000

enum { AWAITED, ARRIVED, GIVEN_UP };

static uint32_t state[BOARD_MAX_CPUS];

/* One of both says last word: the CPU that arrives, or the one that gives it up. */
static bool settle(unsigned int id, uint32_t outcome)
{
    uint32_t expected = AWAITED;

    return __atomic_compare_exchange_n(&state[id], &expected, outcome, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

void secondary_arrived(void)
{
    if (!settle(this_cpu()->id, ARRIVED))
        panic_stop(); /* too late: its part of the system was dealt out without it */
    __atomic_store_n(&this_cpu()->online, true, __ATOMIC_RELEASE);
}

static bool arrives(const struct pcpu *cpu)
{
    uint64_t end = timer_now() + timer_us_to_ticks(ARRIVAL_US);

    while (!__atomic_load_n(&cpu->online, __ATOMIC_ACQUIRE)) {
        /* Not WFE: nobody may come to send the event. */
        cpu_relax();
        if (timer_now() > end && settle(cpu->id, GIVEN_UP))
            return false;
    }
    return true;
}

static void start(const struct board *board, struct pcpu *cpu)
{
    int err = -ENODEV;

    boot_secondary[cpu->id] = (struct boot_secondary){
        .mpidr = BOOT_SECONDARY_MPIDR(board->mpidr[cpu->id]),
        .stack = (uint32_t)cpu->stack_top,
        .pcpu = (uint32_t)(uintptr_t)cpu,
    };
    dsb_ish();
    if (power_board && power_board->cpu_on)
        err = power_board->cpu_on(board->mpidr[cpu->id], boot_secondary_entry());
    if (err)
        log_err("CPU %u: %s", cpu->id,
                err == -ENODEV ? "the board offers no way to start it"
                               : "the firmware does not start it");
    else if (!arrives(cpu))
        log_err("CPU %u: switched on, but it did not arrive", cpu->id);
}

void secondary_start_all(const struct board *board)
{
    unsigned int running = 0;

    for (unsigned int i = 0; i < board->ncpus; i++) {
        if (percpu[i] != this_cpu())
            start(board, percpu[i]);
        running += percpu[i]->online;
    }
    log_info("%u of %u CPUs run", running, board->ncpus);
}
