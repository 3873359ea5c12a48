/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Round-robin with a time slice, one queue a CPU. An entity runs until its step ends with another
 * verdict than RESUME, its slice is over while others wait, or HYP wants it to look at something.
 */
#include "hyp/core/sched.h"

#include "hyp/arch/barrier.h"
#include "hyp/core/irq.h"
#include "hyp/core/percpu.h"

static void slice_over(struct timer *timer)
{
    struct pcpu *cpu = this_cpu();

    (void)timer;
    attention_raise(cpu, ATTENTION_RESCHED);
}

void sched_cpu_init(struct pcpu *cpu)
{
    cpu->sched.lock = (struct spinlock)SPINLOCK_INIT;
    list_init(&cpu->sched.ready);
    cpu->sched.current = 0;
    timer_init(&cpu->sched.slice, slice_over);
}

void sched_add(struct entity *entity, struct pcpu *cpu, uint32_t slice_us)
{
    list_init(&entity->node);
    entity->cpu = cpu;
    entity->slice_us = slice_us;
    entity->state = ENTITY_BLOCKED;
    entity->woken = false;
}

/* Under sched->lock. */
static void make_ready(struct sched_cpu *sched, struct entity *entity)
{
    entity->state = ENTITY_READY;
    entity->ready_since = timer_now();
    list_add_tail(&sched->ready, &entity->node);
}

void sched_wake(struct entity *entity)
{
    struct sched_cpu *sched = &entity->cpu->sched;
    bool notify = false;

    spin_lock(&sched->lock);
    switch (entity->state) {
    case ENTITY_BLOCKED:
        make_ready(sched, entity);
        notify = true;
        break;
    case ENTITY_RUNNING:
        entity->woken = true;
        break;
    case ENTITY_READY:
        break;
    }
    spin_unlock(&sched->lock);
    /* Who runs there now must get a slice timer, or the CPU must leave its idle loop. */
    if (notify)
        attention_raise(entity->cpu, ATTENTION_RESCHED);
}

static struct entity *pick(struct sched_cpu *sched)
{
    struct entity *next = 0;

    spin_lock(&sched->lock);
    if (!list_empty(&sched->ready)) {
        next = list_first(&sched->ready, struct entity, node);
        list_remove(&next->node);
        next->state = ENTITY_RUNNING;
        next->woken = false;
        next->steal += timer_now() - next->ready_since;
    }
    sched->current = next;
    spin_unlock(&sched->lock);
    return next;
}

static void put_back(struct sched_cpu *sched, struct entity *entity, enum verdict verdict)
{
    spin_lock(&sched->lock);
    sched->current = 0;
    if (verdict >= VERDICT_BLOCK && !entity->woken) {
        entity->state = ENTITY_BLOCKED;
    } else {
        make_ready(sched, entity);
    }
    spin_unlock(&sched->lock);
}

bool sched_others_wait(void)
{
    struct sched_cpu *sched = &this_cpu()->sched;
    bool wait;

    spin_lock(&sched->lock);
    wait = !list_empty(&sched->ready);
    spin_unlock(&sched->lock);
    return wait;
}

/*
 * Runs one entity for its turn: steps until it gives up the CPU or its slice is over. The slice
 * timer runs only while somebody waits, so a CPU with one entity has no tick.
 */
static enum verdict turn(struct pcpu *cpu, struct entity *entity)
{
    uint64_t end = timer_now() + timer_us_to_ticks(entity->slice_us);
    enum verdict verdict;

    do {
        uint32_t seen = __atomic_exchange_n(&cpu->attention, 0, __ATOMIC_ACQUIRE);

        if (seen & ATTENTION_RESCHED) {
            if (!sched_others_wait())
                end = timer_now() + timer_us_to_ticks(entity->slice_us);
            else if (timer_now() >= end)
                return VERDICT_YIELD;
            else if (!cpu->sched.slice.armed)
                timer_set(&cpu->sched.slice, end);
        }
        verdict = entity->run(entity);
    } while (verdict == VERDICT_RESUME);
    return verdict;
}

/* Nothing to run: sleep until an interrupt, which is pending and masked, wakes the WFI (B1.8.14).
 */
static void idle(struct pcpu *cpu)
{
    while (__atomic_load_n(&cpu->attention, __ATOMIC_ACQUIRE) == 0) {
        wfi();
        irq_handle();
    }
    __atomic_store_n(&cpu->attention, 0, __ATOMIC_RELAXED);
}

_Noreturn void sched_loop(void)
{
    struct pcpu *cpu = this_cpu();

    for (;;) {
        struct entity *entity = pick(&cpu->sched);

        if (!entity) {
            idle(cpu);
            continue;
        }
        attention_raise(cpu, ATTENTION_RESCHED);
        put_back(&cpu->sched, entity, turn(cpu, entity));
        timer_cancel(&cpu->sched.slice);
    }
}
