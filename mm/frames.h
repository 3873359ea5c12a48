/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one allocator of physical memory. It hands out ranges of RAM before the first guest runs and
 * never touches the memory itself, so the checker on the host makes the same decisions with an
 * instance of its own. Nothing is allocated afterwards, therefore nothing here takes a lock: all of
 * it runs on the boot CPU, and only the functions on a const struct may be called later.
 *
 * The physical address space has 40 bits (ARM DDI 0406C, B3.6).
 */
#ifndef MM_FRAMES_H
#define MM_FRAMES_H

#include "hyp/arch/types.h"

#define FRAMES_MAX_RANGES 64
#define FRAMES_PA_END     (UINT64_C(1) << 40)

struct frame_range {
    uint64_t base; /* physical, first byte */
    uint64_t end;  /* first byte behind */
};

/* Sorted by address, disjoint, never touching each other. */
struct frame_set {
    unsigned int count;
    struct frame_range range[FRAMES_MAX_RANGES];
};

struct frames {
    struct frame_set ram;  /* every bank, trimmed */
    struct frame_set free; /* a subset of ram */
};

/* The instance that owns the board's memory. */
extern struct frames host_frames;

/* Forget everything: no RAM, nothing free. */
void frames_init(struct frames *frames);

/*
 * Declare [base, base + size) to be RAM, and free. A bank whose ends are not multiples of 2 MiB is
 * trimmed inwards, because gmem's windows map RAM by whole 2 MiB blocks and must not reach past it;
 * what remains may be nothing, and that is no error. Where banks overlap, only what is new becomes
 * free, so a second mention of a bank does not undo a reservation.
 * Returns 0, -EINVAL (beyond 40 bits), or -ENOSPC (a table is full; part may have been added).
 */
int frames_add_bank(struct frames *frames, paddr_t base, uint64_t size);

/*
 * Take [base, base + size), rounded outwards to pages, out of what is free, be it free wholly, in
 * part or not at all. What lies beyond the address space is ignored. Call it after the banks.
 * Returns 0, or -ENOSPC (it would split a range and the table is full; nothing was changed).
 */
int frames_reserve(struct frames *frames, paddr_t base, uint64_t size);

/*
 * Allocate `size` bytes, rounded up to pages, from the top of RAM. `align` is a power of two, at
 * least a page. A request aligned to less than 2 MiB first looks where no whole block would be
 * broken, so pages gather in one block and guests find their 2 MiB stretches whole.
 * Returns 0 with *out set, -EINVAL, -ENOMEM, or -ENOSPC (see frames_reserve).
 */
int frames_alloc(struct frames *frames, uint64_t size, uint64_t align, paddr_t *out);

/*
 * Allocate exactly [base, base + size); base is page-aligned, size is rounded up to pages.
 * Returns 0, -EINVAL, -ENOMEM (some of it is no RAM), -EBUSY (RAM, but not all free), or -ENOSPC.
 */
int frames_alloc_at(struct frames *frames, paddr_t base, uint64_t size);

/*
 * Give back what an allocation returned, or page-aligned RAM that was reserved (boot code after its
 * use). Only while booting. Returns 0, -EINVAL (not page-aligned, no RAM, or some of it free
 * already: nothing was changed), or -ENOSPC.
 */
int frames_free(struct frames *frames, paddr_t base, uint64_t size);

/* Bytes that are free, over all ranges. */
uint64_t frames_free_bytes(const struct frames *frames);

/* Whether every byte of [base, base + size) is RAM, free or not. False for a size of 0. */
bool frames_is_ram(const struct frames *frames, paddr_t base, uint64_t size);

/*
 * Step over the free ranges, lowest first: start with *cursor = 0 and call until it returns false.
 * Changing `frames` in between makes the cursor meaningless.
 */
bool frames_next_free(const struct frames *frames, unsigned int *cursor, paddr_t *base,
                      uint64_t *size);

#endif
