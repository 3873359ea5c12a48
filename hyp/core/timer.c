/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The timer queue of each CPU on the Hyp physical timer. The queue is short (a slice, a few guests'
 * timers), so a sorted list is the simplest thing that is also fast.
 */
#include "hyp/core/timer.h"

#include "hyp/arch/barrier.h"
#include "hyp/arch/sysreg.h"
#include "hyp/core/irq.h"
#include "hyp/core/percpu.h"

uint32_t timer_hz;
unsigned int timer_intid;
unsigned int timer_virt_intid;

uint64_t timer_now(void)
{
    isb(); /* or the counter could be read early (B8.1.2) */
    return READ_CP64(CNTPCT);
}

uint64_t timer_us_to_ticks(uint64_t us)
{
    /* Whole seconds apart, so that nothing overflows. */
    return us / 1000000 * timer_hz + us % 1000000 * timer_hz / 1000000;
}

uint64_t timer_ticks_to_us(uint64_t ticks)
{
    return ticks / timer_hz * 1000000 + ticks % timer_hz * 1000000 / timer_hz;
}

void timer_init(struct timer *timer, void (*fn)(struct timer *timer))
{
    list_init(&timer->node);
    timer->deadline = 0;
    timer->fn = fn;
    timer->armed = false;
}

/* The hardware follows the head of the queue. */
static void program(struct timer_queue *queue)
{
    if (list_empty(&queue->armed)) {
        WRITE_CP32(0, CNTHP_CTL);
    } else {
        WRITE_CP64(list_first(&queue->armed, struct timer, node)->deadline, CNTHP_CVAL);
        WRITE_CP32(CNT_CTL_ENABLE, CNTHP_CTL);
    }
    isb();
}

void timer_set(struct timer *timer, uint64_t deadline)
{
    struct timer_queue *queue = &this_cpu()->timers;
    struct timer *pos;

    list_remove(&timer->node);
    timer->deadline = deadline;
    timer->armed = true;
    list_for_each(pos, &queue->armed, node)
    {
        if (deadline < pos->deadline)
            break;
    }
    list_insert_before(&pos->node, &timer->node);
    program(queue);
}

void timer_cancel(struct timer *timer)
{
    struct timer_queue *queue = &this_cpu()->timers;

    if (!timer->armed)
        return;
    timer->armed = false;
    list_remove(&timer->node);
    program(queue);
}

/* CNTHP fired. Its condition goes away when the head of the queue lies in the future again. */
static enum irq_done timer_expire(unsigned int intid, void *arg)
{
    struct timer_queue *queue = &this_cpu()->timers;
    uint64_t now = timer_now();

    (void)intid;
    (void)arg;
    while (!list_empty(&queue->armed)) {
        struct timer *timer = list_first(&queue->armed, struct timer, node);

        if (timer->deadline > now)
            break;
        list_remove(&timer->node);
        timer->armed = false;
        timer->fn(timer);
    }
    program(queue);
    return IRQ_DEACTIVATE;
}

void timer_cpu_init(void)
{
    struct pcpu *cpu = this_cpu();

    list_init(&cpu->timers.armed);
    WRITE_CP32(0, CNTHP_CTL);
    isb();
    irq_register(timer_intid, timer_expire, 0);
}
