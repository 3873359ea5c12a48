/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Translation tables of the Long-descriptor format: mapping, unmapping and looking up, after
 * ARM DDI 0406C, B3.6 (format) and B3.10.1 (the order in which a live entry may change). It must
 * not touch the TLB, caches or table memory except by way of struct ptable_ops.
 *
 * Only one table is open at a time, so every function here opens a table, reads or writes one
 * entry, and closes it again. None recurses: there are three levels.
 */
#include "mm/ptable.h"

#include <errno.h>
#include <stdbool.h>

#define LEAF_LEVEL 3u

/* The entry that decides a translation: where it is, and what it holds. */
struct slot {
    unsigned int level;
    bool root; /* it is in the root; else in the table at `table` */
    paddr_t table;
    unsigned int index;
    uint64_t desc;
};

static uint64_t level_size(unsigned int level)
{
    return BIT64(DESC_SHIFT(level));
}

/* Bytes from `va` to the end of what one entry of `level` translates. */
static uint64_t level_left(unsigned int level, uint64_t va)
{
    return level_size(level) - (va & (level_size(level) - 1));
}

static bool is_valid(uint64_t desc)
{
    return (desc & DESC_VALID) != 0;
}

static bool is_table(unsigned int level, uint64_t desc)
{
    return level < LEAF_LEVEL && (desc & DESC_TYPE_MASK) == DESC_TABLE;
}

/* A block or page descriptor without its address: type and attributes. */
static uint64_t leaf_desc(unsigned int level, uint64_t pa, uint64_t attrs)
{
    return pa | attrs | (level == LEAF_LEVEL ? DESC_PAGE : DESC_BLOCK);
}

static uint64_t slot_read(const struct ptable *pt, const struct slot *slot)
{
    uint64_t *table, desc;

    if (slot->root) {
        return pt->root[slot->index];
    }
    table = pt->ops->open_table(pt->ctx, slot->table);
    desc = table[slot->index];
    pt->ops->close_table(pt->ctx, table);
    return desc;
}

/* One 64-bit access, so that a walker sees the old descriptor or the new one (A3.5.3). */
static void entry_write(const struct ptable *pt, uint64_t *entry, uint64_t desc)
{
    __atomic_store_n(entry, desc, __ATOMIC_RELAXED);
    pt->ops->sync_entry(pt->ctx, entry);
}

static void slot_write(const struct ptable *pt, struct slot *slot, uint64_t desc)
{
    slot->desc = desc;
    if (slot->root) {
        entry_write(pt, &pt->root[slot->index], desc);
    } else {
        uint64_t *table = pt->ops->open_table(pt->ctx, slot->table);

        entry_write(pt, &table[slot->index], desc);
        pt->ops->close_table(pt->ctx, table);
    }
}

static void slot_root(const struct ptable *pt, uint64_t va, struct slot *slot)
{
    *slot = (struct slot){.level = 1, .root = true, .index = (unsigned int)(va >> DESC_SHIFT(1))};
    slot->desc = slot_read(pt, slot);
}

/* From a slot that holds a table to the slot of `va` in that table. */
static void slot_descend(const struct ptable *pt, uint64_t va, struct slot *slot)
{
    slot->level++;
    slot->root = false;
    slot->table = PADDR(slot->desc & DESC_ADDRESS_MASK);
    slot->index = (unsigned int)(va >> DESC_SHIFT(slot->level)) & (DESC_TABLE_ENTRIES - 1);
    slot->desc = slot_read(pt, slot);
}

/* The slot at which a walk for `va` ends: a block, a page, or something invalid. */
static void slot_find(const struct ptable *pt, uint64_t va, struct slot *slot)
{
    slot_root(pt, va, slot);
    while (is_table(slot->level, slot->desc)) {
        slot_descend(pt, va, slot);
    }
}

static bool range_ok(uint64_t base, uint64_t size, uint64_t limit)
{
    return size != 0 && IS_ALIGNED(base | size, PAGE_SIZE) && base < limit && size <= limit - base;
}

/*
 * Put a table with the same translations in the place of a block. The table is complete before it
 * is linked; the block is broken, and its TLB entries gone, before that (B3.10.1).
 */
static int slot_split(const struct ptable *pt, uint64_t va, struct slot *slot)
{
    uint64_t attrs = slot->desc & DESC_ATTR_MASK;
    uint64_t pa = slot->desc & DESC_ADDRESS_MASK;
    uint64_t step = level_size(slot->level + 1);
    uint64_t *entry;
    paddr_t table;
    int err = pt->ops->alloc_table(pt->ctx, &table);

    if (err != 0) {
        return err;
    }
    entry = pt->ops->open_table(pt->ctx, table);
    for (unsigned int i = 0; i < DESC_TABLE_ENTRIES; i++) {
        entry_write(pt, &entry[i], leaf_desc(slot->level + 1, pa + i * step, attrs));
    }
    pt->ops->close_table(pt->ctx, entry);
    slot_write(pt, slot, 0);
    pt->ops->invalidate(pt->ctx, va);
    slot_write(pt, slot, table.pa | DESC_TABLE);
    return 0;
}

/* See to it that no block reaches across `va`. */
static int split_at(const struct ptable *pt, uint64_t va)
{
    struct slot slot;
    int err = 0;

    if (va >= DESC_INPUT_END) {
        return 0;
    }
    slot_find(pt, va, &slot);
    while (err == 0 && is_valid(slot.desc) && slot.level < LEAF_LEVEL &&
           !IS_ALIGNED(va, level_size(slot.level))) {
        err = slot_split(pt, va, &slot);
        if (err == 0) {
            slot_descend(pt, va, &slot);
        }
    }
    return err;
}

/* Clear every entry that translates part of the range; no block may reach across its ends. */
static void clear_range(const struct ptable *pt, uint64_t va, uint64_t end)
{
    struct slot slot;

    while (va < end) {
        slot_find(pt, va, &slot);
        if (is_valid(slot.desc)) {
            slot_write(pt, &slot, 0);
            pt->ops->invalidate(pt->ctx, va);
        }
        va += level_left(slot.level, va);
    }
}

static bool range_is_free(const struct ptable *pt, uint64_t va, uint64_t end)
{
    struct slot slot;

    while (va < end) {
        slot_find(pt, va, &slot);
        if (is_valid(slot.desc)) {
            return false;
        }
        va += level_left(slot.level, va);
    }
    return true;
}

/* The slot for a mapping at `va`, making tables on the way: a 2 MiB one where that is possible. */
static int slot_make(const struct ptable *pt, uint64_t va, uint64_t pa, uint64_t size,
                     struct slot *slot)
{
    const uint64_t block = level_size(2);

    slot_root(pt, va, slot);
    for (;;) {
        if (!is_table(slot->level, slot->desc)) {
            paddr_t table;
            int err;

            if (slot->level == LEAF_LEVEL ||
                (slot->level == 2 && IS_ALIGNED(va | pa, block) && size >= block)) {
                return 0;
            }
            err = pt->ops->alloc_table(pt->ctx, &table);
            if (err != 0) {
                return err;
            }
            slot_write(pt, slot, table.pa | DESC_TABLE);
        }
        slot_descend(pt, va, slot);
    }
}

int ptable_map(struct ptable *pt, uint64_t va, paddr_t pa, uint64_t size, uint64_t attrs)
{
    uint64_t done = 0;

    if (!range_ok(va, size, DESC_INPUT_END) || !range_ok(pa.pa, size, DESC_OUTPUT_END) ||
        (attrs & ~DESC_ATTR_MASK) != 0) {
        return -EINVAL;
    }
    if (!range_is_free(pt, va, va + size)) {
        return -EEXIST;
    }
    while (done < size) {
        struct slot slot;
        int err = slot_make(pt, va + done, pa.pa + done, size - done, &slot);

        if (err != 0) {
            clear_range(pt, va, va + done);
            return err;
        }
        slot_write(pt, &slot, leaf_desc(slot.level, pa.pa + done, attrs));
        done += level_size(slot.level);
    }
    return 0;
}

int ptable_unmap(struct ptable *pt, uint64_t va, uint64_t size)
{
    int err;

    if (!range_ok(va, size, DESC_INPUT_END)) {
        return -EINVAL;
    }
    err = split_at(pt, va);
    if (err == 0) {
        err = split_at(pt, va + size);
    }
    if (err == 0) {
        clear_range(pt, va, va + size);
    }
    return err;
}

int ptable_walk(const struct ptable *pt, uint64_t va, paddr_t *pa, uint64_t *desc)
{
    struct slot slot;

    if (va >= DESC_INPUT_END) {
        return -EINVAL;
    }
    slot_find(pt, va, &slot);
    if (!is_valid(slot.desc)) {
        return -ENOENT;
    }
    if (pa != NULL) {
        *pa = PADDR((slot.desc & DESC_ADDRESS_MASK) | (va & (level_size(slot.level) - 1)));
    }
    if (desc != NULL) {
        *desc = slot.desc;
    }
    return 0;
}
