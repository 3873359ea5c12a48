/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The generic timer: virtual counter and virtual timer (PPI 27), physical timer (PPI 30).
 * Manual: ARM DDI 0406C, B8. All times are in ticks of CNTFRQ unless the name says otherwise.
 */
#ifndef RUNTIME_TIMER_H
#define RUNTIME_TIMER_H

#include "runtime/cpu.h"

#define TIMER_VIRT_INTID 27u
#define TIMER_PHYS_INTID 30u

#define TIMER_ENABLE     (1u << 0)
#define TIMER_IMASK      (1u << 1)
#define TIMER_ISTATUS    (1u << 2)

static inline uint32_t timer_freq(void)
{
    return cp_read(15, 0, 14, 0, 0);
}

/* The ISB keeps the read from being done early (B8.1.2). */
static inline uint64_t timer_now(void)
{
    isb();
    return cp_read64(15, 1, 14);
}

static inline uint64_t timer_now_phys(void)
{
    isb();
    return cp_read64(15, 0, 14);
}

static inline void timer_set_cval(uint64_t t)
{
    cp_write64(15, 3, 14, t);
}

static inline void timer_set_ctl(uint32_t v)
{
    cp_write(15, 0, 14, 3, 1, v);
    isb();
}

static inline uint32_t timer_ctl(void)
{
    return cp_read(15, 0, 14, 3, 1);
}

static inline void timer_phys_set_cval(uint64_t t)
{
    cp_write64(15, 2, 14, t);
}

static inline void timer_phys_set_ctl(uint32_t v)
{
    cp_write(15, 0, 14, 2, 1, v);
    isb();
}

static inline uint32_t timer_phys_ctl(void)
{
    return cp_read(15, 0, 14, 2, 1);
}

/* Ticks in `us` microseconds, rounded down; us at most an hour. */
static inline uint64_t timer_us(uint32_t us)
{
    return (uint64_t)timer_freq() * us / 1000000u;
}

/* Spins for at least `us` microseconds. YIELD gives the CPU away where that means something. */
static inline void timer_delay_us(uint32_t us)
{
    uint64_t end = timer_now() + timer_us(us);

    while (timer_now() < end)
        __asm__ volatile("yield" ::: "memory");
}

#endif
