/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scheduler. It runs entities and knows no guest: a vCPU is an entity, and so is a job, whose
 * step function has no stack of its own and does a bounded piece of work. Each physical CPU
 * schedules its own entities, and they never move: the highest priority first, preemptively, and
 * round-robin with a time slice among equals.
 *
 * Lock order: sched_cpu.lock is a leaf; nothing is taken under it.
 */
#ifndef HYP_CORE_SCHED_H
#define HYP_CORE_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/arch/spinlock.h"
#include "hyp/core/timer.h"
#include "hyp/lib/list.h"

struct pcpu;

/* What a handler, or a step of an entity, says should happen next. Handlers never schedule. */
enum verdict {
    VERDICT_RESUME, /* go on with this one */
    VERDICT_YIELD,  /* still runnable, let others run */
    VERDICT_BLOCK,  /* not runnable until sched_wake() */
    VERDICT_STOP,   /* as BLOCK; the entity's owner decides whether it ever runs again */
};

enum entity_state {
    ENTITY_BLOCKED,
    ENTITY_READY,
    ENTITY_RUNNING,
};

struct entity {
    struct list node; /* in its CPU's ready list while READY */
    /* One step: a guest until it leaves HYP's fast path, a job's bounded piece of work. */
    enum verdict (*run)(struct entity *entity);
    const char *name;
    struct pcpu *cpu;
    uint64_t slice;   /* time slice in ticks of timer_hz */
    uint8_t priority; /* 0 to 255, higher runs first */
    enum entity_state state;
    bool woken;           /* woken while RUNNING: a BLOCK verdict is then not obeyed */
    uint64_t ready_since; /* CNTPCT when it became READY */
    uint64_t slice_left;  /* ticks left when a higher priority pushed it away; 0: a whole slice */
    uint64_t steal;       /* ticks it was READY, in sum; its own CPU writes */
};

struct sched_cpu {
    struct spinlock lock;
    struct list ready;
    struct entity *current; /* NULL while idle */
    struct timer slice;
};

/* Prepares a CPU's queue. Boot, once a CPU. */
void sched_cpu_init(struct pcpu *cpu);

/* Of Skep's own jobs: as a guest that the tree gives none, so that a guest which never sleeps
 * shares its CPU with them and cannot silence the console. */
#define SCHED_PRIORITY_JOB 0
#define SCHED_SLICE_US     10000

/* Prepares an entity, BLOCKED, on `cpu` for ever. Boot. run and name must be set by the caller. */
void sched_add(struct entity *entity, struct pcpu *cpu, uint8_t priority, uint32_t slice_us);

/*
 * Makes a blocked entity runnable; one that runs at the moment will not block this time. Any CPU,
 * any context in HYP. Waking a ready one does nothing.
 */
void sched_wake(struct entity *entity);

/*
 * The same, and if it runs, it is made to leave the guest and begin its step anew. Whoever else
 * runs there is left alone: a guest that kicks its own vCPUs without end takes nothing from others.
 */
void sched_kick(struct entity *entity);

/*
 * For an entity that is about to look at everything a wake could have announced: forgets the wakes
 * until now, so that only later ones keep it from blocking. From its own run().
 */
void sched_look(struct entity *entity);

/* Whether others of this CPU, of any priority, are ready to run. Any context on it. */
bool sched_others_wait(void);

/* The loop of a CPU: chooses and runs entities, sleeps when there is none. Never returns. */
_Noreturn void sched_loop(void);

#endif
