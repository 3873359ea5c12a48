/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host interrupts: who is called for which INTID. HYP runs with interrupts masked; they are taken
 * when they make a guest exit, or by the idle loop. Handlers run on the interrupted CPU, must be
 * short, and do no work that can wait: they wake entities.
 */
#ifndef HYP_CORE_IRQ_H
#define HYP_CORE_IRQ_H

#include <stdint.h>

/* SGIs that Skep's CPUs send each other. */
#define IRQ_SGI_KICK  0 /* look at the attention word */
#define IRQ_SGI_PANIC 1 /* another CPU panics: print nothing, stop */

#define IRQ_MAX       1020

/* What becomes of the physical interrupt after its handler: deactivate now, or leave it active for
 * the guest's own EOI (a list register with the HW bit deactivates it). */
enum irq_done {
    IRQ_DEACTIVATE,
    IRQ_LEAVE_ACTIVE,
};

/* Registers a handler and enables the interrupt (SPIs are routed to the calling CPU; a PPI is
 * enabled on the calling CPU only: call on each). Boot. Returns 0, -EINVAL, -EBUSY. */
int irq_register(unsigned int intid, enum irq_done (*handler)(unsigned int intid, void *arg),
                 void *arg);

/* Acknowledges and handles all that is pending on this CPU. From the scheduler's loops. */
void irq_handle(void);

/* The same for the one of highest priority. From the exit path: a second one is rare, and makes the
 * next guest entry an exit at once, where looking for it costs each exit a read of the GIC. */
void irq_handle_one(void);

#endif
