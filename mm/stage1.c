/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HYP stage 1 (ARM DDI 0406C, B3.6): the table builder over frames and windows. Addresses of the
 * arena and of the blob space are handed out by two counters.
 */
#include "mm/stage1.h"

#include <string.h>

#include "hyp/arch/barrier.h"
#include "hyp/arch/boot_info.h"
#include "hyp/arch/cache.h"
#include "hyp/arch/descriptors.h"
#include "hyp/arch/tlb.h"
#include "hyp/core/panic.h"
#include "hyp/lib/util.h"
#include "mm/frames.h"
#include "mm/ptable.h"
#include "mm/window.h"

static uint32_t arena_next = HYP_VA_ARENA;
static uint32_t blob_next = HYP_VA_BLOB;
static uint64_t used;

static int alloc_table(void *ctx, paddr_t *pa)
{
    int err = frames_alloc(&host_frames, PAGE_SIZE, PAGE_SIZE, pa);

    (void)ctx;
    if (err)
        return err;
    used += PAGE_SIZE;
    memset(window_open(WINDOW_TABLE, *pa), 0, PAGE_SIZE);
    dsb_ish();
    window_close(WINDOW_TABLE);
    return 0;
}

static bool in_image(paddr_t pa)
{
    return pa.pa - boot_info.load < (uint64_t)(__image_end - __image_start);
}

static uint64_t *open_table(void *ctx, paddr_t pa)
{
    (void)ctx;
    if (in_image(pa))
        return (uint64_t *)(void *)(__image_start + (size_t)(pa.pa - boot_info.load));
    return window_open(WINDOW_TABLE, pa);
}

static void close_table(void *ctx, uint64_t *table)
{
    (void)ctx;
    if ((uintptr_t)table >= HYP_VA_WINDOW)
        window_close(WINDOW_TABLE);
}

static void sync_entry(void *ctx, uint64_t *entry)
{
    (void)ctx;
    (void)entry;
    dsb_ish(); /* walks are inner-shareable and write-back (HTCR): no clean */
    isb();
}

static void invalidate(void *ctx, uint64_t va)
{
    (void)ctx;
    tlb_hyp((uintptr_t)va);
}

static const struct ptable_ops ops = {
    .alloc_table = alloc_table,
    .open_table = open_table,
    .close_table = close_table,
    .sync_entry = sync_entry,
    .invalidate = invalidate,
};

static const struct ptable space = {.root = boot_level1, .ops = &ops};

static uint32_t arena_take(uint32_t size)
{
    uint32_t va = arena_next;

    if (size > HYP_VA_ARENA + HYP_ARENA_SIZE - arena_next)
        panic("HYP's address space is full");
    arena_next += size;
    return va;
}

static void map(uint32_t va, paddr_t pa, uint64_t size, uint64_t attrs)
{
    struct ptable pt = space;
    int err = ptable_map(&pt, va, pa, size, attrs);

    if (err)
        panic("cannot map 0x%08x: error %d", va, err);
}

static bool try_map_new(uint32_t va, size_t size)
{
    paddr_t pa;

    if (frames_alloc(&host_frames, size, PAGE_SIZE, &pa))
        return false;
    used += size;
    map(va, pa, size, S1_NORMAL_RW);
    memset((void *)(uintptr_t)va, 0, size);
    return true;
}

static void map_new(uint32_t va, size_t size)
{
    if (!try_map_new(va, size))
        panic("out of memory: %u bytes for HYP", (unsigned int)size);
}

void *stage1_reserve(size_t size)
{
    return (void *)(uintptr_t)arena_take(ALIGN_UP(size, PAGE_SIZE));
}

bool stage1_commit(void *from, void *to)
{
    uint32_t first = ALIGN_UP((uint32_t)(uintptr_t)from, PAGE_SIZE);
    uint32_t end = ALIGN_UP((uint32_t)(uintptr_t)to, PAGE_SIZE);

    return first >= end || try_map_new(first, end - first);
}

void *stage1_alloc(size_t size)
{
    uint32_t va;

    size = ALIGN_UP(size, PAGE_SIZE);
    va = arena_take(size);
    map_new(va, size);
    return (void *)(uintptr_t)va;
}

uintptr_t stage1_alloc_stack(size_t size)
{
    uint32_t va = arena_take(size + 2 * PAGE_SIZE) + PAGE_SIZE;

    map_new(va, size);
    return va + size;
}

uintptr_t stage1_map_device(paddr_t pa, size_t size)
{
    uint32_t offset = (uint32_t)pa.pa & (PAGE_SIZE - 1);
    uint32_t bytes = ALIGN_UP(size + offset, PAGE_SIZE);
    uint32_t va = arena_take(bytes);

    map(va, PADDR(pa.pa - offset), bytes, S1_DEVICE_RW);
    return va + offset;
}

const void *stage1_map_blob(paddr_t pa, uint64_t size)
{
    uint64_t first = ALIGN_DOWN(pa.pa, PAGE_SIZE), end = ALIGN_UP(pa.pa + size, PAGE_SIZE);
    /* The same offset in a block on both sides, so that blocks can be used. */
    uint32_t va = blob_next + (uint32_t)(first & (BLOCK_SIZE - 1));

    if (end - first > HYP_VA_BLOB + HYP_BLOB_SIZE - va)
        return 0;
    map(va, PADDR(first), end - first, S1_NORMAL_RO);
    blob_next = ALIGN_UP(va + (uint32_t)(end - first), BLOCK_SIZE);
    return (const void *)(uintptr_t)(va + (uint32_t)(pa.pa - first));
}

paddr_t stage1_pa(const void *va)
{
    /* ATS1HR would do as well, but PAR belongs to the guest that runs (B3.13.1). */
    struct ptable pt = space;
    paddr_t pa = PADDR(0);

    if (ptable_walk(&pt, (uintptr_t)va, &pa, 0))
        panic("no mapping at %p", va);
    return pa;
}

uint64_t stage1_used(void)
{
    return used;
}
