/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions of a guest program: interrupts go to handlers registered here, anything else is
 * reported readably on the console and ends the guest, unless a probe (probe.h) waits for it.
 */
#ifndef RUNTIME_EXCEPTION_H
#define RUNTIME_EXCEPTION_H

#include <stdint.h>

/* Vector numbers, in the order of the vector table (ARM DDI 0406C, B1.8.1). */
enum exc_kind {
    EXC_RESET,
    EXC_UNDEF,
    EXC_SVC,
    EXC_PABT,
    EXC_DABT,
    EXC_HYP,
    EXC_IRQ,
    EXC_FIQ,
};

/* What the vectors push; layout also in vectors.S. */
struct exc_frame {
    uint32_t usr_sp, usr_lr;
    uint32_t spsr;
    uint32_t r[13];
    uint32_t lr; /* the banked LR, as the exception set it; where to return on the way out */
};

/* Name of a vector, for messages. */
const char *exc_name(unsigned int kind);

/* Called by the vectors only. Edits the frame, or prints a report and powers off. */
void exception(unsigned int kind, struct exc_frame *f);

/* Called for INTID `intid` (below 1020) in IRQ mode, I masked, between acknowledge and EOI. */
typedef void irq_handler(unsigned int intid);

/* Sets the handler for one interrupt on all CPUs; the caller enables it at the GIC. */
void irq_set_handler(unsigned int intid, irq_handler *fn);

#endif
