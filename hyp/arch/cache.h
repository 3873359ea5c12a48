/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cache maintenance by address, over ranges of HYP's virtual addresses (ARM DDI 0406C, B2.2.6).
 * Every routine ends with the DSB that makes it complete.
 */
#ifndef HYP_ARCH_CACHE_H
#define HYP_ARCH_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "hyp/arch/barrier.h"
#include "hyp/arch/sysreg.h"

#ifndef SKEP_HOST
/* Smallest data cache line in bytes: CTR.DminLine, log2 of words (B4.1.42). */
static inline uint32_t cache_dline(void)
{
    return 4u << ((READ_CP32(CTR) >> 16) & 0xf);
}

/* Writes dirty lines of [p, p + size) to the point of coherency: who reads it with caches off, or
 * a guest's uncached alias, sees it. */
static inline void cache_clean(const void *p, size_t size)
{
    uint32_t line = cache_dline();
    uintptr_t end = (uintptr_t)p + size;

    for (uintptr_t a = (uintptr_t)p & ~(uintptr_t)(line - 1); a < end; a += line)
        WRITE_CP32(a, DCCMVAC);
    dsb();
}

/* The same and drops the lines: for memory that others wrote or will write uncached. */
static inline void cache_clean_invalidate(const void *p, size_t size)
{
    uint32_t line = cache_dline();
    uintptr_t end = (uintptr_t)p + size;

    for (uintptr_t a = (uintptr_t)p & ~(uintptr_t)(line - 1); a < end; a += line)
        WRITE_CP32(a, DCCIMVAC);
    dsb();
}

/* All instruction caches of the inner-shareable domain, after code was written. */
static inline void cache_invalidate_icache(void)
{
    WRITE_CP32(0, ICIALLUIS);
    dsb_ish();
    isb();
}
#else
static inline void cache_clean(const void *p, size_t size)
{
    (void)p;
    (void)size;
}

static inline void cache_clean_invalidate(const void *p, size_t size)
{
    (void)p;
    (void)size;
}

static inline void cache_invalidate_icache(void)
{
}
#endif

#endif
