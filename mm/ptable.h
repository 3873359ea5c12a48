/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Builder of translation tables in the Long-descriptor format, for HYP's stage 1 and for stage 2
 * alike (ARM DDI 0406C, B3.6): 32-bit input addresses, level-1 root of four entries, 2 MiB blocks
 * and 4 KiB pages. It decides what stands in which entry; how table memory is reached, cleaned and
 * invalidated is the caller's, through struct ptable_ops, so the same code runs in unit tests.
 *
 * It takes no lock: the caller lets one CPU at a time change a table. Hardware may walk the tables
 * all the while: entries are written in one access each, a new table is complete before it is
 * linked, and a live entry only changes by way of an invalid one (break-before-make; B3.10.1).
 */
#ifndef MM_PTABLE_H
#define MM_PTABLE_H

#include "hyp/arch/descriptors.h"
#include "hyp/arch/types.h"

struct ptable_ops {
    /*
     * A page for a new table: zeros, and zeros to the table walker too (cleaned to the point of
     * coherency where walks are not cacheable). 0, or a negative errno, which the caller gets.
     */
    int (*alloc_table)(void *ctx, paddr_t *pa);
    /* Make a table accessible until close_table; never more than one at a time, never NULL. */
    uint64_t *(*open_table)(void *ctx, paddr_t pa);
    void (*close_table)(void *ctx, uint64_t *table);
    /* Make one written entry visible to the table walker: clean it where needed, then DSB. */
    void (*sync_entry)(void *ctx, uint64_t *entry);
    /* Drop what TLBs hold for the entry that translated `va`, on every CPU; DSB, ISB. */
    void (*invalidate)(void *ctx, uint64_t va);
};

struct ptable {
    uint64_t *root; /* DESC_ROOT_ENTRIES entries, zeros before the first call, always accessible */
    const struct ptable_ops *ops;
    void *ctx;
};

/*
 * Map [va, va + size) to [pa, pa + size) with `attrs`, one of the S1_ or S2_ values of
 * hyp/arch/descriptors.h. All three are multiples of 4 KiB. 2 MiB blocks are used wherever both
 * addresses are so aligned and no level-3 table is there from an earlier life of the range.
 * Returns 0; -EINVAL (alignment, size 0, beyond 32 bits of va or 40 of pa, attrs with other bits
 * than attributes); -EEXIST (part of it is mapped); or alloc_table's error. After an error nothing
 * is mapped that was not before; empty tables may remain, and are used again.
 */
int ptable_map(struct ptable *pt, uint64_t va, paddr_t pa, uint64_t size, uint64_t attrs);

/*
 * Unmap [va, va + size), multiples of 4 KiB; what is not mapped is passed over. A block that is
 * only partly in the range is first split into a table of smaller ones; while that goes on the
 * whole block is unmapped for a moment, so HYP must not do this to its own code, stack or
 * tables. Tables are not given back.
 * Returns 0, -EINVAL, or alloc_table's error from a split (then every translation is as it was).
 */
int ptable_unmap(struct ptable *pt, uint64_t va, uint64_t size);

/*
 * Look `va` up. *pa becomes the address that it translates to (with va's offset in the page or
 * block), *desc the descriptor that says so; either pointer may be NULL.
 * Returns 0, -ENOENT (not mapped), or -EINVAL (beyond 32 bits). Changes nothing, but uses
 * open_table.
 */
int ptable_walk(const struct ptable *pt, uint64_t va, paddr_t *pa, uint64_t *desc);

#endif
