/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each physical CPU owns. HTPIDR points to it while in HYP, so this_cpu() is one instruction.
 * Only its own CPU writes to it, but for `attention`, which others set with attention_raise().
 */
#ifndef HYP_CORE_PERCPU_H
#define HYP_CORE_PERCPU_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/arch/sysreg.h"
#include "hyp/core/board.h"
#include "hyp/core/sched.h"
#include "hyp/core/timer.h"

/* Bits of `attention`, tested on every way out to a guest; zero means straight back. */
#define ATTENTION_RESCHED (1u << 0) /* the scheduler wants to choose again */
#define ATTENTION_KICK                                                        \
    (1u << 1) /* the running entity should look at what others changed for it \
               */

/* Bytes of the two stacks of a CPU; below and above each is an unmapped page. */
#define PCPU_STACK_SIZE     8192
#define PCPU_EMERGENCY_SIZE 4096

struct pcpu {
    uint32_t attention;      /* first: vcpu/entry.S reads it on the way out */
    uintptr_t emergency_top; /* stack for HYP's own faults; hyp/vectors.S takes it from here */
    uint32_t id;             /* index in struct board */
    bool online;
    uintptr_t stack_top;
    struct sched_cpu sched;
    struct timer_queue timers;
    void *vcpu_loaded; /* the vCPU whose state is in the hardware; vcpu/ alone uses it */
    void *vfp_owner;   /* the vCPU whose VFP registers are in the hardware; vcpu/ alone uses it */
};

/* All CPUs, by index; entries at or above board.ncpus are NULL. Filled before secondaries start. */
extern struct pcpu *percpu[BOARD_MAX_CPUS];

#ifndef SKEP_HOST
static inline struct pcpu *this_cpu(void)
{
    return (struct pcpu *)READ_CP32_CONST(HTPIDR);
}
#else
struct pcpu *this_cpu(void);
#endif

/*
 * Sets bits in a CPU's attention word, from any CPU; a CPU other than the caller's is made to
 * leave its guest by an SGI. Any context.
 */
void attention_raise(struct pcpu *cpu, uint32_t bits);

#endif
