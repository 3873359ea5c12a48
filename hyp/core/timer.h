/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One-shot timers of HYP, one queue a CPU, on the Hyp physical timer (CNTHP, ARM DDI 0406C B8.1.5).
 * All times are ticks of CNTPCT, absolute. A timer belongs to the CPU that set it: only that CPU
 * may set or cancel it again. Callbacks run on that CPU in HYP with interrupts masked, must be
 * short, may set timers and wake entities.
 */
#ifndef HYP_CORE_TIMER_H
#define HYP_CORE_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/lib/list.h"

struct timer {
    struct list node;
    uint64_t deadline; /* CNTPCT ticks */
    void (*fn)(struct timer *timer);
    bool armed;
};

struct timer_queue {
    struct list armed; /* by deadline */
};

/* The counter's frequency in Hz, from CNTFRQ or the board's tree; set at boot, never 0. */
extern uint32_t timer_hz;

/* INTID of the Hyp physical timer, from the board's tree; set at boot. */
extern unsigned int timer_intid;

/* INTID of the virtual timer, which guests own; likewise. */
extern unsigned int timer_virt_intid;

/* The counter now. */
uint64_t timer_now(void);

/* Microseconds to ticks and back, rounding down; no overflow for spans below a century. */
uint64_t timer_us_to_ticks(uint64_t us);
uint64_t timer_ticks_to_us(uint64_t ticks);

/* Prepares a timer; fn as above. */
void timer_init(struct timer *timer, void (*fn)(struct timer *timer));

/* (Re)arms on this CPU for an absolute deadline, which may lie in the past: it then fires soon. */
void timer_set(struct timer *timer, uint64_t deadline);

/* Disarms; harmless when not armed. On the CPU that armed it. */
void timer_cancel(struct timer *timer);

/* Prepares this CPU's queue and enables the CNTHP interrupt. Boot, once a CPU. */
void timer_cpu_init(void);

#endif
