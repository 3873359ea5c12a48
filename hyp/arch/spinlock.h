/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ticket lock: first come, first served, so that no CPU waits for ever. HYP runs with interrupts
 * masked throughout, so a lock is never taken in an interrupt of its own holder. Never held across
 * a guest entry. Waiting is by WFE; the SEV on release is needed since a plain store to a location
 * that others poll outside an exclusive sends no event (A3.4.7, A2.5.3).
 */
#ifndef HYP_ARCH_SPINLOCK_H
#define HYP_ARCH_SPINLOCK_H

#include <stdint.h>

#include "hyp/arch/barrier.h"

struct spinlock {
    uint16_t next;
    uint16_t owner;
};

#define SPINLOCK_INIT \
    {                 \
        0, 0          \
    }

static inline void spin_lock(struct spinlock *lock)
{
    uint16_t ticket = __atomic_fetch_add(&lock->next, (uint16_t)1, __ATOMIC_RELAXED);

    while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != ticket)
        wfe();
}

static inline void spin_unlock(struct spinlock *lock)
{
    __atomic_store_n(&lock->owner, (uint16_t)(lock->owner + 1), __ATOMIC_RELEASE);
    sev();
}

#endif
