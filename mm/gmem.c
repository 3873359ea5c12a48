/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guest RAM through the CPU's window, block by block.
 */
#include "mm/gmem.h"

#include <string.h>

#include "hyp/arch/cache.h"
#include "hyp/arch/memory.h"
#include "hyp/lib/util.h"
#include "mm/window.h"

/* How much of [pa, pa + size) lies in the block of pa. */
static size_t in_block(paddr_t pa, size_t size)
{
    size_t room = BLOCK_SIZE - (size_t)(pa.pa & (BLOCK_SIZE - 1));

    return MIN(room, size);
}

void gmem_read(void *to, paddr_t from, size_t size)
{
    char *p = to;

    while (size != 0) {
        size_t n = in_block(from, size);
        const void *window = window_open(WINDOW_GMEM, from);

        /* The guest may run with caches off: what it stored is in memory, and no line of an earlier
         * look may be in the way, now or the next time. */
        cache_clean_invalidate(window, n);
        memcpy(p, window, n);
        cache_clean_invalidate(window, n);
        window_close(WINDOW_GMEM);
        p += n;
        from.pa += n;
        size -= n;
    }
}

void gmem_write(paddr_t to, const void *from, size_t size)
{
    const char *p = from;

    while (size != 0) {
        size_t n = in_block(to, size);
        void *window = window_open(WINDOW_GMEM, to);

        memcpy(window, p, n);
        cache_clean_invalidate(window, n); /* dropped as well: see gmem_zero() */
        window_close(WINDOW_GMEM);
        p += n;
        to.pa += n;
        size -= n;
    }
}

void gmem_zero(paddr_t to, size_t size)
{
    while (size != 0) {
        size_t n = in_block(to, size);
        void *window = window_open(WINDOW_GMEM, to);

        memory_zero(window, n);
        /* Dropped as well: nothing of it is needed here again, and no dirty line of a former life
         * may be written back over what the guest stores with caches off. */
        cache_clean_invalidate(window, n);
        window_close(WINDOW_GMEM);
        to.pa += n;
        size -= n;
    }
}
