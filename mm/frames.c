/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frame allocator: two sorted sets of ranges, RAM and what of it is free. Every operation is a
 * union with, or a difference from, one of them. It never touches the memory it hands out.
 */
#include "mm/frames.h"

#include <errno.h>
#include <string.h>

#include "hyp/lib/util.h"

struct frames host_frames;

/* The first range that ends at `pa` or later; set->count if there is none. */
static unsigned int set_find(const struct frame_set *set, uint64_t pa)
{
    unsigned int i = 0;

    while (i < set->count && set->range[i].end < pa) {
        i++;
    }
    return i;
}

static void set_delete(struct frame_set *set, unsigned int first, unsigned int n)
{
    memmove(&set->range[first], &set->range[first + n],
            (set->count - first - n) * sizeof(set->range[0]));
    set->count -= n;
}

static int set_insert(struct frame_set *set, unsigned int at, uint64_t base, uint64_t end)
{
    if (set->count == FRAMES_MAX_RANGES) {
        return -ENOSPC;
    }
    memmove(&set->range[at + 1], &set->range[at], (set->count - at) * sizeof(set->range[0]));
    set->range[at] = (struct frame_range){.base = base, .end = end};
    set->count++;
    return 0;
}

/* Union with [base, end), which is not empty; joins every range that it overlaps or touches. */
static int set_add(struct frame_set *set, uint64_t base, uint64_t end)
{
    unsigned int first = set_find(set, base);
    unsigned int last = first;

    while (last < set->count && set->range[last].base <= end) {
        base = MIN(base, set->range[last].base);
        end = MAX(end, set->range[last].end);
        last++;
    }
    if (first == last) {
        return set_insert(set, first, base, end);
    }
    set->range[first] = (struct frame_range){.base = base, .end = end};
    set_delete(set, first + 1, last - first - 1);
    return 0;
}

/*
 * Difference with [base, end). A range is split only when it holds all of [base, end) in its
 * inside, and then no other range is concerned: so -ENOSPC comes before any change.
 */
static int set_remove(struct frame_set *set, uint64_t base, uint64_t end)
{
    unsigned int i = set_find(set, base);

    while (i < set->count && set->range[i].base < end) {
        struct frame_range *range = &set->range[i];

        if (range->base < base && range->end > end) {
            int err = set_insert(set, i + 1, end, range->end);

            if (err != 0) {
                return err;
            }
            range->end = base;
            return 0;
        }
        if (range->base >= base && range->end <= end) {
            set_delete(set, i, 1);
            continue;
        }
        if (range->base < base) {
            range->end = MIN(range->end, base);
        } else {
            range->base = end;
        }
        i++;
    }
    return 0;
}

static bool set_contains(const struct frame_set *set, uint64_t base, uint64_t end)
{
    for (unsigned int i = 0; i < set->count; i++) {
        if (set->range[i].base <= base && end <= set->range[i].end) {
            return true;
        }
    }
    return false;
}

static bool set_overlaps(const struct frame_set *set, uint64_t base, uint64_t end)
{
    for (unsigned int i = 0; i < set->count; i++) {
        if (set->range[i].base < end && base < set->range[i].end) {
            return true;
        }
    }
    return false;
}

/* Round `size` up to pages and form the end of the range; false if it is empty or too long. */
static bool range_end(uint64_t base, uint64_t size, uint64_t *end)
{
    if (size == 0 || base >= FRAMES_PA_END || size > FRAMES_PA_END - base) {
        return false;
    }
    *end = base + ALIGN_UP(size, PAGE_SIZE);
    return *end <= FRAMES_PA_END;
}

void frames_init(struct frames *frames)
{
    frames->ram.count = 0;
    frames->free.count = 0;
}

int frames_add_bank(struct frames *frames, paddr_t base, uint64_t size)
{
    uint64_t at, end;
    int err = 0;

    if (base.pa > FRAMES_PA_END || size > FRAMES_PA_END - base.pa) {
        return -EINVAL;
    }
    at = ALIGN_UP(base.pa, BLOCK_SIZE);
    end = ALIGN_DOWN(base.pa + size, BLOCK_SIZE);
    if (at >= end) {
        return 0;
    }
    /* Free only the gaps that this bank fills: elsewhere something may be reserved already. */
    for (unsigned int i = 0; i < frames->ram.count && at < end && err == 0; i++) {
        const struct frame_range *known = &frames->ram.range[i];

        if (known->end <= at) {
            continue;
        }
        if (known->base > at) {
            err = set_add(&frames->free, at, MIN(end, known->base));
        }
        at = known->end;
    }
    if (err == 0 && at < end) {
        err = set_add(&frames->free, at, end);
    }
    if (err == 0) {
        err = set_add(&frames->ram, ALIGN_UP(base.pa, BLOCK_SIZE), end);
    }
    return err;
}

int frames_reserve(struct frames *frames, paddr_t base, uint64_t size)
{
    uint64_t end;

    if (size == 0 || base.pa >= FRAMES_PA_END) {
        return 0;
    }
    end = base.pa + MIN(size, FRAMES_PA_END - base.pa);
    return set_remove(&frames->free, ALIGN_DOWN(base.pa, PAGE_SIZE), ALIGN_UP(end, PAGE_SIZE));
}

/* The highest aligned place for `size` bytes inside [base, end). */
static bool fit(uint64_t base, uint64_t end, uint64_t size, uint64_t align, uint64_t *at)
{
    if (end < base || end - base < size) {
        return false;
    }
    *at = ALIGN_DOWN(end - size, align);
    return *at >= base;
}

/* The highest place that breaks no whole 2 MiB block: before the first and behind the last one. */
static bool fit_in_scraps(const struct frame_range *range, uint64_t size, uint64_t align,
                          uint64_t *at)
{
    uint64_t low = ALIGN_UP(range->base, BLOCK_SIZE);
    uint64_t high = ALIGN_DOWN(range->end, BLOCK_SIZE);

    if (low >= high) {
        return fit(range->base, range->end, size, align, at);
    }
    return fit(high, range->end, size, align, at) || fit(range->base, low, size, align, at);
}

int frames_alloc(struct frames *frames, uint64_t size, uint64_t align, paddr_t *out)
{
    const struct frame_set *set = &frames->free;
    bool found = false;
    uint64_t at = 0;
    int err;

    if (size == 0 || align < PAGE_SIZE || (align & (align - 1)) != 0) {
        return -EINVAL;
    }
    if (size > FRAMES_PA_END) {
        return -ENOMEM;
    }
    size = ALIGN_UP(size, PAGE_SIZE);
    if (align < BLOCK_SIZE) {
        for (unsigned int i = set->count; i > 0 && !found; i--) {
            found = fit_in_scraps(&set->range[i - 1], size, align, &at);
        }
    }
    for (unsigned int i = set->count; i > 0 && !found; i--) {
        found = fit(set->range[i - 1].base, set->range[i - 1].end, size, align, &at);
    }
    if (!found) {
        return -ENOMEM;
    }
    err = set_remove(&frames->free, at, at + size);
    if (err == 0) {
        *out = PADDR(at);
    }
    return err;
}

int frames_alloc_at(struct frames *frames, paddr_t base, uint64_t size)
{
    uint64_t end;

    if (size == 0 || !IS_ALIGNED(base.pa, PAGE_SIZE)) {
        return -EINVAL;
    }
    if (!range_end(base.pa, size, &end) || !set_contains(&frames->ram, base.pa, end)) {
        return -ENOMEM;
    }
    if (!set_contains(&frames->free, base.pa, end)) {
        return -EBUSY;
    }
    return set_remove(&frames->free, base.pa, end);
}

int frames_free(struct frames *frames, paddr_t base, uint64_t size)
{
    uint64_t end;

    if (!IS_ALIGNED(base.pa, PAGE_SIZE) || !range_end(base.pa, size, &end) ||
        !set_contains(&frames->ram, base.pa, end) || set_overlaps(&frames->free, base.pa, end)) {
        return -EINVAL;
    }
    return set_add(&frames->free, base.pa, end);
}

uint64_t frames_free_bytes(const struct frames *frames)
{
    uint64_t bytes = 0;

    for (unsigned int i = 0; i < frames->free.count; i++) {
        bytes += frames->free.range[i].end - frames->free.range[i].base;
    }
    return bytes;
}

bool frames_is_ram(const struct frames *frames, paddr_t base, uint64_t size)
{
    if (size == 0 || base.pa >= FRAMES_PA_END || size > FRAMES_PA_END - base.pa) {
        return false;
    }
    return set_contains(&frames->ram, base.pa, base.pa + size);
}

bool frames_next_free(const struct frames *frames, unsigned int *cursor, paddr_t *base,
                      uint64_t *size)
{
    if (*cursor >= frames->free.count) {
        return false;
    }
    *base = PADDR(frames->free.range[*cursor].base);
    *size = frames->free.range[*cursor].end - frames->free.range[*cursor].base;
    (*cursor)++;
    return true;
}
