/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One queue a CPU, sorted by priority and then by who came first. An entity runs until its step
 * ends with another verdict than RESUME, a higher priority is ready, or its slice is over while an
 * equal waits.
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

void sched_add(struct entity *entity, struct pcpu *cpu, uint8_t priority, uint32_t slice_us)
{
    list_init(&entity->node);
    entity->cpu = cpu;
    entity->priority = priority;
    entity->slice = timer_us_to_ticks(slice_us);
    entity->state = ENTITY_BLOCKED;
    entity->woken = false;
    entity->slice_left = 0;
}

/* Behind its equals, or before them for what it has left of its slice. Under sched->lock. */
static void make_ready(struct sched_cpu *sched, struct entity *entity, uint64_t slice_left)
{
    struct entity *pos;
    bool first = slice_left > 0;

    entity->state = ENTITY_READY;
    entity->slice_left = slice_left;
    entity->ready_since = timer_now();
    list_for_each(pos, &sched->ready, node)
    {
        if (pos->priority < entity->priority || (first && pos->priority == entity->priority))
            break;
    }
    list_insert_before(&pos->node, &entity->node);
}

/* Wakes, and returns what the CPU must then attend to; `running` is for an entity that runs. */
static uint32_t wake(struct entity *entity, uint32_t running)
{
    struct sched_cpu *sched = &entity->cpu->sched;
    uint32_t bits = 0;

    spin_lock(&sched->lock);
    switch (entity->state) {
    case ENTITY_BLOCKED:
        make_ready(sched, entity, 0);
        /* Who runs there now must get a slice timer, or the CPU must leave its idle loop. */
        bits = ATTENTION_RESCHED;
        break;
    case ENTITY_RUNNING:
        entity->woken = true;
        bits = running;
        break;
    case ENTITY_READY:
        break;
    }
    spin_unlock(&sched->lock);
    return bits;
}

void sched_wake(struct entity *entity)
{
    uint32_t bits = wake(entity, 0);

    if (bits)
        attention_raise(entity->cpu, bits);
}

void sched_kick(struct entity *entity)
{
    uint32_t bits = wake(entity, ATTENTION_KICK);

    if (bits)
        attention_raise(entity->cpu, bits);
}

void sched_look(struct entity *entity)
{
    __atomic_store_n(&entity->woken, false, __ATOMIC_RELAXED);
    dmb_ish(); /* who wakes from now on finds it set by nobody; what was announced is seen below */
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

/* Why a turn ended. */
struct end {
    enum verdict verdict;
    uint64_t slice_left; /* ticks; not 0 when a higher priority came within its slice */
};

static void put_back(struct sched_cpu *sched, struct entity *entity, struct end end)
{
    spin_lock(&sched->lock);
    sched->current = 0;
    if (end.verdict >= VERDICT_BLOCK && !entity->woken) {
        entity->state = ENTITY_BLOCKED;
    } else {
        make_ready(sched, entity, end.slice_left);
    }
    spin_unlock(&sched->lock);
}

/* The highest priority that is ready; -1: none. */
static int highest_waiting(struct sched_cpu *sched)
{
    int priority = -1;

    spin_lock(&sched->lock);
    if (!list_empty(&sched->ready))
        priority = list_first(&sched->ready, struct entity, node)->priority;
    spin_unlock(&sched->lock);
    return priority;
}

bool sched_others_wait(void)
{
    return highest_waiting(&this_cpu()->sched) >= 0;
}

/*
 * Somebody became ready, or the slice is over: whether the current entity must give way. The slice
 * timer runs only while an equal waits, so a CPU with one entity has no tick.
 */
static bool gives_way(struct pcpu *cpu, const struct entity *entity, uint64_t *end)
{
    int waiting = highest_waiting(&cpu->sched);

    if (waiting > entity->priority)
        return true;
    if (waiting < entity->priority) {
        *end = timer_now() + entity->slice;
        return false;
    }
    if (timer_now() >= *end)
        return true;
    if (!cpu->sched.slice.armed)
        timer_set(&cpu->sched.slice, *end);
    return false;
}

/* Ticks from now to `end`; 0 when it is over. */
static uint64_t ticks_until(uint64_t end)
{
    uint64_t now = timer_now();

    return end > now ? end - now : 0;
}

/*
 * Runs one entity for its turn. Who is pushed away goes on with the rest of its slice: with a whole
 * one each time, a higher priority that wakes often would keep its equals from ever running.
 */
static struct end turn(struct pcpu *cpu, struct entity *entity)
{
    uint64_t slice = entity->slice_left ? entity->slice_left : entity->slice;
    uint64_t slice_end = timer_now() + slice;
    uint32_t seen = ATTENTION_RESCHED; /* who waits already needs the slice timer */
    enum verdict verdict;

    do {
        seen |= __atomic_exchange_n(&cpu->attention, 0, __ATOMIC_ACQUIRE);
        if ((seen & ATTENTION_RESCHED) && gives_way(cpu, entity, &slice_end))
            return (struct end){VERDICT_YIELD, ticks_until(slice_end)};
        seen = 0;
        verdict = entity->run(entity);
    } while (verdict == VERDICT_RESUME);
    return (struct end){verdict, 0};
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
        struct end end;

        if (!entity) {
            idle(cpu);
            continue;
        }
        end = turn(cpu, entity);
        put_back(&cpu->sched, entity, end);
        timer_cancel(&cpu->sched.slice);
        /* Jobs run with interrupts masked. One that goes on, step by step, must not keep a timer,
         * and with it a higher priority, waiting for all of them. */
        if (end.verdict == VERDICT_YIELD)
            irq_handle();
    }
}
