/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPUs, and how one gets another's attention.
 */
#include "hyp/core/percpu.h"

#include "hyp/core/irq.h"
#include "hyp/core/irqchip.h"

struct pcpu *percpu[BOARD_MAX_CPUS];

void attention_raise(struct pcpu *cpu, uint32_t bits)
{
    uint32_t before = __atomic_fetch_or(&cpu->attention, bits, __ATOMIC_RELEASE);

    /* A CPU that has not yet seen an earlier call with the same bits will see this one's too. */
    if ((before & bits) != bits && cpu != this_cpu())
        irqchip->send_sgi(IRQ_SGI_KICK, cpu->id);
}
