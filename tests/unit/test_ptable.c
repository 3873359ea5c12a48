/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: mm/ptable.c */
/*
 * The table builder, watched by an independent walker written from ARM DDI 0406C, B3.6, by a shadow
 * that knows what the walker hardware has been shown, and by a TLB that remembers every translation
 * until it is told to drop it. The shadow refuses a live descriptor that changes without
 * break-before-make; the TLB refuses a new life of an entry whose old one it still holds.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mm/ptable.h"

#define POOL_TABLES 32u
#define POOL_PA     UINT64_C(0x8880000000) /* above 4 GiB, so a lost high half shows */
#define GIB         UINT64_C(0x40000000)

/* The window that TLB and model look at: 4 MiB on either side of a boundary of level 1. */
#define WIN_VA      (2 * GIB - 0x400000)
#define WIN_PAGES   2048u

static _Alignas(4096) uint64_t pool[POOL_TABLES][512];
static const uint64_t *const pool_end = (const uint64_t *)(pool + POOL_TABLES);
static _Alignas(32) uint64_t root[4];
static uint64_t pool_shadow[POOL_TABLES][512];
static uint64_t root_shadow[4];
static bool pool_lived[POOL_TABLES][512]; /* the entry has translated something before */
static unsigned int pool_used, pool_limit, invalidations;
static bool table_open;

struct tlb_entry {
    const uint64_t *entry; /* the descriptor that it was filled from; NULL: holds nothing */
    uint64_t desc, base, size;
};
static struct tlb_entry tlb[WIN_PAGES];

static uint64_t *shadow_of(const uint64_t *entry)
{
    if (entry >= root && entry < root + 4) {
        return &root_shadow[entry - root];
    }
    assert_true(entry >= &pool[0][0] && entry < pool_end);
    return &pool_shadow[0][0] + (entry - &pool[0][0]);
}

/* Whether a TLB can hold anything of this entry. */
static bool lived(const uint64_t *entry)
{
    return (entry >= root && entry < root + 4) || (&pool_lived[0][0])[entry - &pool[0][0]];
}

static int alloc_table(void *ctx, paddr_t *pa)
{
    assert_ptr_equal(ctx, pool);
    assert_false(table_open);
    if (pool_used == pool_limit) {
        return -ENOMEM;
    }
    *pa = PADDR(POOL_PA + pool_used++ * UINT64_C(4096));
    return 0;
}

static uint64_t *open_table(void *ctx, paddr_t pa)
{
    assert_ptr_equal(ctx, pool);
    assert_false(table_open);
    assert_true(pa.pa >= POOL_PA && pa.pa % 4096 == 0);
    assert_true((pa.pa - POOL_PA) / 4096 < pool_used);
    table_open = true;
    return pool[(pa.pa - POOL_PA) / 4096];
}

static void close_table(void *ctx, uint64_t *table)
{
    assert_ptr_equal(ctx, pool);
    assert_true(table_open && table >= &pool[0][0] && table < pool_end);
    table_open = false;
}

static void sync_entry(void *ctx, uint64_t *entry)
{
    uint64_t *seen = shadow_of(entry);

    assert_ptr_equal(ctx, pool);
    if ((*seen & 1) != 0 && (*entry & 1) != 0) {
        assert_true(*seen == *entry); /* break before make */
    }
    if ((*entry & 1) != 0) {
        for (unsigned int i = 0; lived(entry) && i < WIN_PAGES; i++) {
            assert_ptr_not_equal(tlb[i].entry, entry); /* invalidate before make */
        }
        if (!(entry >= root && entry < root + 4)) {
            (&pool_lived[0][0])[entry - &pool[0][0]] = true;
        }
    }
    *seen = *entry;
}

static void invalidate(void *ctx, uint64_t va)
{
    assert_ptr_equal(ctx, pool);
    invalidations++;
    for (unsigned int i = 0; i < WIN_PAGES; i++) {
        if (tlb[i].entry != NULL && va >= tlb[i].base && va - tlb[i].base < tlb[i].size) {
            tlb[i].entry = NULL;
        }
    }
}

static const struct ptable_ops ops = {
    .alloc_table = alloc_table,
    .open_table = open_table,
    .close_table = close_table,
    .sync_entry = sync_entry,
    .invalidate = invalidate,
};
static struct ptable pt = {.root = root, .ops = &ops, .ctx = pool};

static void start(unsigned int limit)
{
    memset(pool, 0, sizeof(pool));
    memset(root, 0, sizeof(root));
    memset(pool_shadow, 0, sizeof(pool_shadow));
    memset(root_shadow, 0, sizeof(root_shadow));
    memset(pool_lived, 0, sizeof(pool_lived));
    memset(tlb, 0, sizeof(tlb));
    pool_used = 0;
    pool_limit = limit;
    invalidations = 0;
    table_open = false;
}

/* The walker of the manual, reading only what it has been shown. Level of the leaf, or 0. */
static unsigned int hw_walk(uint64_t va, struct tlb_entry *t)
{
    const uint64_t *table = root;
    unsigned int index = (unsigned int)(va >> 30);

    for (unsigned int level = 1, shift = 30; level <= 3; level++, shift -= 9) {
        uint64_t d = *shadow_of(&table[index]);

        if ((d & 1) == 0 || (level == 3 && (d & 2) == 0)) {
            return 0;
        }
        if (level == 3 || (d & 2) == 0) {
            t->entry = &table[index];
            t->desc = d;
            t->size = UINT64_C(1) << shift;
            t->base = va & ~(t->size - 1);
            assert_true((d & 0xfffffff000 & (t->size - 1)) == 0); /* SBZ below a block's size */
            return level;
        }
        assert_true((d >> 40) == 0 && (d & 0xffc) == 0); /* table: no attributes, no limits */
        table = pool[((d & 0xfffffff000) - POOL_PA) / 4096];
        index = (unsigned int)(va >> (shift - 9)) & 511u;
    }
    return 0;
}

/* Output address and attributes of a translation. */
static uint64_t hw_pa(const struct tlb_entry *t, uint64_t va)
{
    return (t->desc & 0xfffffff000) + (va - t->base);
}

static uint64_t hw_attrs(const struct tlb_entry *t)
{
    return t->desc & UINT64_C(0xfff0000000000ffc);
}

static void check_all_synced(void)
{
    assert_false(table_open);
    assert_memory_equal(pool, pool_shadow, sizeof(pool));
    assert_memory_equal(root, root_shadow, sizeof(root));
}

static void assert_maps(uint64_t va, uint64_t pa, uint64_t attrs, unsigned int level)
{
    struct tlb_entry t;
    uint64_t desc = 0;
    paddr_t out = PADDR(0);

    assert_int_equal(hw_walk(va, &t), level);
    assert_true(hw_pa(&t, va) == pa && hw_attrs(&t) == attrs);
    assert_int_equal(ptable_walk(&pt, va, &out, &desc), 0);
    assert_true(out.pa == pa && desc == t.desc);
    assert_int_equal(ptable_walk(&pt, va, NULL, NULL), 0);
}

static void assert_unmapped(uint64_t va)
{
    struct tlb_entry t;
    uint64_t desc;
    paddr_t pa;

    assert_int_equal(hw_walk(va, &t), 0);
    assert_int_equal(ptable_walk(&pt, va, &pa, &desc), -ENOENT);
}

static void map_ok(uint64_t va, uint64_t pa, uint64_t size, uint64_t attrs)
{
    assert_int_equal(ptable_map(&pt, va, PADDR(pa), size, attrs), 0);
    check_all_synced();
}

static void descriptors_are_the_manuals_bits(void **state)
{
    (void)state;
    /* Written out by hand: XN 54, AF 10, SH 9:8, AP[2] 7, AP[1] 6 (SBO), AttrIndx 4:2. */
    assert_true(S1_NORMAL_RW == UINT64_C(0x0040000000000744));
    assert_true(S1_NORMAL_RO == UINT64_C(0x00400000000007c4));
    assert_true(S1_NORMAL_RX == UINT64_C(0x00000000000007c4));
    assert_true(S1_DEVICE_RW == UINT64_C(0x0040000000000640));
    assert_true(S1_NORMAL_NC_RW == UINT64_C(0x0040000000000648));
    /* XN 54, AF 10, SH 9:8, HAP 7:6, MemAttr 5:2. */
    assert_true(S2_NORMAL_RWX == UINT64_C(0x00000000000007fc));
    assert_true(S2_NORMAL_ROX == UINT64_C(0x000000000000077c));
    assert_true(S2_DEVICE_RW == UINT64_C(0x00400000000006c4));
    start(3);
    map_ok(0x40201000, UINT64_C(0xfedcba9000), 0x1000, S2_NORMAL_RWX);
    assert_true(pool[1][1] == UINT64_C(0xfedcba97ff));
    map_ok(0x40400000, UINT64_C(0xfedca00000), 0x200000, S2_DEVICE_RW);
    assert_true(pool[0][2] == UINT64_C(0x004000fedca006c5));
    assert_true(root[1] == (POOL_PA | 3) && pool[0][1] == ((POOL_PA + 4096) | 3));
}

static void blocks_are_used_between_unaligned_edges(void **state)
{
    (void)state;
    start(POOL_TABLES);
    map_ok(0x401ff000, 0x801ff000, 0x402000, S1_NORMAL_RW);
    assert_unmapped(0x401fe000);
    assert_maps(0x401ff000, 0x801ff000, S1_NORMAL_RW, 3);
    assert_maps(0x40200000, 0x80200000, S1_NORMAL_RW, 2);
    assert_maps(0x405ffabc, 0x805ffabc, S1_NORMAL_RW, 2);
    assert_maps(0x40600fff, 0x80600fff, S1_NORMAL_RW, 3);
    assert_unmapped(0x40601000);
    assert_int_equal(pool_used, 3);
}

static void pages_are_used_where_only_one_address_is_block_aligned(void **state)
{
    (void)state;
    start(POOL_TABLES);
    map_ok(0x40000000, 0x80001000, 0x400000, S2_NORMAL_RWX);
    for (uint64_t off = 0; off < 0x400000; off += 0x1000) {
        assert_maps(0x40000000 + off, 0x80001000 + off, S2_NORMAL_RWX, 3);
    }
    assert_unmapped(0x40400000);
    map_ok(0x50001000, 0x80000000, 0x400000, S2_NORMAL_RWX);
    for (uint64_t off = 0; off < 0x400000; off += 0x1000) {
        assert_maps(0x50001000 + off, 0x80000000 + off, S2_NORMAL_RWX, 3);
    }
    assert_unmapped(0x50000000);
    assert_unmapped(0x50401000);
}

static void no_block_of_one_gib_is_made(void **state)
{
    (void)state;
    start(POOL_TABLES);
    map_ok(GIB, UINT64_C(0x880000000), GIB, S2_NORMAL_RWX);
    assert_int_equal(pool_used, 1);
    assert_maps(GIB, UINT64_C(0x880000000), S2_NORMAL_RWX, 2);
    assert_maps(2 * GIB - 1, UINT64_C(0x880000000) + GIB - 1, S2_NORMAL_RWX, 2);
}

static void the_whole_4_gib_can_be_mapped_and_unmapped(void **state)
{
    (void)state;
    start(POOL_TABLES);
    map_ok(0, UINT64_C(0xff00000000), UINT64_C(0x100000000), S2_NORMAL_RWX);
    assert_maps(0, UINT64_C(0xff00000000), S2_NORMAL_RWX, 2);
    assert_maps(0xffffffff, UINT64_C(0xffffffffff), S2_NORMAL_RWX, 2);
    assert_int_equal(ptable_unmap(&pt, 0, UINT64_C(0x100000000)), 0);
    check_all_synced();
    assert_unmapped(0);
    assert_unmapped(0xffffffff);
    assert_int_equal(invalidations, 2048);
}

static void first_and_last_page_of_the_address_space_work(void **state)
{
    (void)state;
    start(POOL_TABLES);
    map_ok(0xfffff000, UINT64_C(0xfffffff000), 0x1000, S1_DEVICE_RW);
    map_ok(0, 0, 0x1000, S1_NORMAL_RX);
    assert_maps(0xffffffff, UINT64_C(0xffffffffff), S1_DEVICE_RW, 3);
    assert_maps(0xfff, 0xfff, S1_NORMAL_RX, 3);
    assert_unmapped(0xffffe000);
    assert_unmapped(0x1000);
    assert_int_equal(ptable_unmap(&pt, 0xfffff000, 0x1000), 0);
    assert_unmapped(0xfffff000);
}

static void ranges_that_wrap_or_are_misaligned_are_refused(void **state)
{
    static const struct {
        uint64_t va, pa, size, attrs;
    } bad[] = {
        {0x40000800, 0x80000000, 0x1000, S1_NORMAL_RW},
        {0x40000000, 0x80000800, 0x1000, S1_NORMAL_RW},
        {0x40000000, 0x80000000, 0x1800, S1_NORMAL_RW},
        {0x40000000, 0x80000000, 0, S1_NORMAL_RW},
        {0xfffff000, 0x80000000, 0x2000, S1_NORMAL_RW},
        {UINT64_C(0x100000000), 0x80000000, 0x1000, S1_NORMAL_RW},
        {UINT64_C(0xfffffffffffff000), 0x80000000, 0x1000, S1_NORMAL_RW},
        {0x40000000, 0x80000000, UINT64_C(0xfffffffffffff000), S1_NORMAL_RW},
        {0x40000000, 0x80000000, UINT64_C(0x100000000), S1_NORMAL_RW},
        {0x40000000, UINT64_C(0xfffffff000), 0x2000, S1_NORMAL_RW},
        {0x40000000, UINT64_C(0x10000000000), 0x1000, S1_NORMAL_RW},
        {0x40000000, UINT64_C(0xfffffffffffff000), 0x2000, S1_NORMAL_RW},
        {0x40000000, 0x80000000, 0x1000, S1_NORMAL_RW | 1},
        {0x40000000, 0x80000000, 0x1000, S1_NORMAL_RW | 0x1000},
        {0x40000000, 0x80000000, 0x1000, S1_NORMAL_RW | UINT64_C(0x10000000000)},
    };

    (void)state;
    start(POOL_TABLES);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_int_equal(ptable_map(&pt, bad[i].va, PADDR(bad[i].pa), bad[i].size, bad[i].attrs),
                         -EINVAL);
    }
    assert_int_equal(ptable_unmap(&pt, 0x40000800, 0x1000), -EINVAL);
    assert_int_equal(ptable_unmap(&pt, 0x40000000, 0x800), -EINVAL);
    assert_int_equal(ptable_unmap(&pt, 0x40000000, 0), -EINVAL);
    assert_int_equal(ptable_unmap(&pt, 0x40000000, UINT64_C(0xfffffffffffff000)), -EINVAL);
    assert_int_equal(ptable_unmap(&pt, UINT64_C(0x100000000), 0x1000), -EINVAL);
    assert_int_equal(ptable_walk(&pt, UINT64_C(0x100000000), NULL, NULL), -EINVAL);
    assert_int_equal(ptable_walk(&pt, UINT64_MAX, NULL, NULL), -EINVAL);
    assert_int_equal(pool_used, 0);
}

static void a_live_mapping_is_never_overwritten_nor_half_a_new_one_left(void **state)
{
    (void)state;
    start(POOL_TABLES);
    map_ok(0x40000000, 0x80000000, 0x200000, S2_NORMAL_RWX);
    map_ok(0x40601000, 0x90000000, 0x1000, S2_NORMAL_ROX);
    assert_int_equal(ptable_map(&pt, 0x40000000, PADDR(0), 0x200000, S2_NORMAL_RWX), -EEXIST);
    assert_int_equal(ptable_map(&pt, 0x40001000, PADDR(0), 0x1000, S2_NORMAL_RWX), -EEXIST);
    assert_int_equal(ptable_map(&pt, 0x401ff000, PADDR(0), 0x2000, S2_NORMAL_RWX), -EEXIST);
    /* Free for 4 MiB, and then it meets the page. */
    assert_int_equal(ptable_map(&pt, 0x40200000, PADDR(0), 0x402000, S2_NORMAL_RWX), -EEXIST);
    assert_int_equal(ptable_map(&pt, 0, PADDR(0), UINT64_C(0x100000000), S2_NORMAL_RWX), -EEXIST);
    check_all_synced();
    assert_unmapped(0x40200000);
    assert_unmapped(0x40600000);
    assert_unmapped(0);
    assert_maps(0x40001000, 0x80001000, S2_NORMAL_RWX, 2);
    assert_maps(0x40601000, 0x90000000, S2_NORMAL_ROX, 3);
    assert_int_equal(invalidations, 0);
}

static void running_out_of_tables_while_mapping_leaves_nothing_mapped(void **state)
{
    (void)state;
    for (unsigned int limit = 0; limit < 4; limit++) {
        start(limit);
        /* Wants four tables: a level-3 and a level-2 one on each side of a GiB. */
        assert_int_equal(ptable_map(&pt, 2 * GIB - 0x1000, PADDR(0x1000), 0x2000, S1_NORMAL_RW),
                         -ENOMEM);
        check_all_synced();
        assert_unmapped(2 * GIB - 0x1000);
        assert_unmapped(2 * GIB);
        pool_limit = 4;
        map_ok(2 * GIB - 0x1000, 0x1000, 0x2000, S1_NORMAL_RW); /* the empty tables serve now */
        assert_int_equal(pool_used, 4);
    }
}

static void running_out_of_tables_while_splitting_changes_no_translation(void **state)
{
    (void)state;
    start(1);
    map_ok(0x40000000, 0x80000000, 0x400000, S2_NORMAL_RWX);
    assert_int_equal(ptable_unmap(&pt, 0x40001000, 0x300000), -ENOMEM);
    pool_limit = 2; /* enough for the first of two splits */
    assert_int_equal(ptable_unmap(&pt, 0x40001000, 0x300000), -ENOMEM);
    check_all_synced();
    for (uint64_t off = 0; off < 0x400000; off += 0x1000) {
        assert_maps(0x40000000 + off, 0x80000000 + off, S2_NORMAL_RWX, off < 0x200000 ? 3 : 2);
    }
}

static void unmapping_a_page_out_of_a_block_keeps_the_rest_with_its_attributes(void **state)
{
    (void)state;
    start(POOL_TABLES);
    map_ok(0x40000000, UINT64_C(0x980000000), 0x200000, S2_DEVICE_RW);
    assert_int_equal(ptable_unmap(&pt, 0x40100000, 0x1000), 0);
    check_all_synced();
    for (uint64_t off = 0; off < 0x200000; off += 0x1000) {
        if (off == 0x100000) {
            assert_unmapped(0x40000000 + off);
        } else {
            assert_maps(0x40000000 + off, UINT64_C(0x980000000) + off, S2_DEVICE_RW, 3);
        }
    }
    assert_int_equal(invalidations, 2);
    /* The hole can be filled again, and by something else. */
    map_ok(0x40100000, 0x1000, 0x1000, S2_NORMAL_RWX);
    assert_maps(0x40100000, 0x1000, S2_NORMAL_RWX, 3);
}

static void unmapping_what_is_not_mapped_does_nothing(void **state)
{
    (void)state;
    start(POOL_TABLES);
    assert_int_equal(ptable_unmap(&pt, 0, UINT64_C(0x100000000)), 0);
    assert_int_equal(ptable_unmap(&pt, 0x40001000, 0x1000), 0);
    assert_int_equal(pool_used, 0);
    assert_int_equal(invalidations, 0);
}

static void a_gib_block_made_by_boot_code_is_walked_respected_and_split(void **state)
{
    (void)state;
    start(POOL_TABLES);
    root[1] = root_shadow[1] = UINT64_C(0x9c0000000) | S1_NORMAL_RW | 1;
    assert_maps(GIB + 0x12345678, UINT64_C(0x9d2345678), S1_NORMAL_RW, 1);
    assert_int_equal(ptable_map(&pt, GIB + 0x200000, PADDR(0), 0x1000, S1_NORMAL_RW), -EEXIST);
    assert_int_equal(ptable_unmap(&pt, GIB + 0x3ff000, 0x2000), 0);
    check_all_synced();
    assert_unmapped(GIB + 0x3ff000);
    assert_unmapped(GIB + 0x400fff);
    assert_maps(GIB + 0x3fe000, UINT64_C(0x9c03fe000), S1_NORMAL_RW, 3);
    assert_maps(GIB + 0x401000, UINT64_C(0x9c0401000), S1_NORMAL_RW, 3);
    assert_maps(2 * GIB - 1, UINT64_C(0x9ffffffff), S1_NORMAL_RW, 2);
    assert_int_equal(pool_used, 3);
}

static void the_reserved_descriptor_of_level_3_translates_nothing_for_the_walker(void **state)
{
    struct tlb_entry t;

    (void)state;
    start(POOL_TABLES);
    map_ok(0x40000000, 0x80000000, 0x1000, S1_NORMAL_RW);
    assert_int_equal(hw_walk(0x40000000, &t), 3);
    assert_int_equal(t.desc & 3, 3); /* never 0b01 */
}

/* ---- random histories against one record a page ---- */

static struct {
    bool mapped;
    uint64_t pa, attrs;
} model[WIN_PAGES];

static uint32_t seed;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)seed * below) >> 32);
}

/* The TLB is greedy: between any two operations it takes in every translation there is. */
static void tlb_fill(void)
{
    for (unsigned int i = 0; i < WIN_PAGES; i++) {
        if (hw_walk(WIN_VA + i * 4096u, &tlb[i]) == 0) {
            tlb[i].entry = NULL;
        }
    }
}

static void compare(void)
{
    struct tlb_entry t;

    check_all_synced();
    for (unsigned int i = 0; i < WIN_PAGES; i++) {
        uint64_t va = WIN_VA + i * 4096u;

        assert_int_equal(hw_walk(va, &t) != 0, model[i].mapped);
        assert_int_equal(ptable_walk(&pt, va, NULL, NULL), model[i].mapped ? 0 : -ENOENT);
        if (model[i].mapped) {
            assert_true(hw_pa(&t, va) == model[i].pa && hw_attrs(&t) == model[i].attrs);
        }
        if (tlb[i].entry != NULL) { /* nothing stale */
            assert_true(model[i].mapped && hw_pa(&tlb[i], va) == model[i].pa);
            assert_true(hw_attrs(&tlb[i]) == model[i].attrs);
        }
    }
}

static void random_map(uint32_t first, uint32_t pages)
{
    static const uint64_t attrs[] = {S2_NORMAL_RWX, S2_NORMAL_ROX, S2_DEVICE_RW, S1_NORMAL_RX};
    uint64_t attr = attrs[rnd(ARRAY_SIZE(attrs))];
    uint64_t pa = ((uint64_t)rnd(1u << 16) << 21) + (first % 512u) * 4096u;
    bool taken = false;
    int err;

    if (rnd(3) == 0) {
        pa += 0x1000; /* never block-aligned together with va */
    }
    for (uint32_t i = first; i < first + pages; i++) {
        taken = taken || model[i].mapped;
    }
    err = ptable_map(&pt, WIN_VA + first * 4096u, PADDR(pa), pages * UINT64_C(4096), attr);
    if (taken) {
        assert_int_equal(err, -EEXIST);
        return;
    }
    assert_true(err == 0 || (err == -ENOMEM && pool_used == pool_limit));
    for (uint32_t i = first; err == 0 && i < first + pages; i++) {
        model[i].mapped = true;
        model[i].pa = pa + (i - first) * UINT64_C(4096);
        model[i].attrs = attr;
    }
}

static void random_unmap(uint32_t first, uint32_t pages)
{
    int err = ptable_unmap(&pt, WIN_VA + first * 4096u, pages * UINT64_C(4096));

    assert_true(err == 0 || (err == -ENOMEM && pool_used == pool_limit));
    for (uint32_t i = first; err == 0 && i < first + pages; i++) {
        model[i].mapped = false;
    }
}

static void random_histories_agree_with_a_model_of_single_pages(void **state)
{
    (void)state;
    for (uint32_t run = 0; run < 30; run++) {
        seed = 0x7ab1e000u + run;
        start(run % 3 == 0 ? 1 + rnd(6) : POOL_TABLES);
        memset(model, 0, sizeof(model));
        for (unsigned int step = 0; step < 60; step++) {
            uint32_t pages = 1 + (rnd(2) == 0 ? rnd(8) : rnd(1200));
            uint32_t first = rnd(WIN_PAGES - pages);

            if (rnd(3) == 0) {
                first &= ~511u;
                pages = (pages + 511u) & ~511u;
                pages = MIN(pages, WIN_PAGES - first);
            }
            tlb_fill();
            if (rnd(2) == 0) {
                random_map(first, pages);
            } else {
                random_unmap(first, pages);
            }
            compare();
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptors_are_the_manuals_bits),
        cmocka_unit_test(blocks_are_used_between_unaligned_edges),
        cmocka_unit_test(pages_are_used_where_only_one_address_is_block_aligned),
        cmocka_unit_test(no_block_of_one_gib_is_made),
        cmocka_unit_test(the_whole_4_gib_can_be_mapped_and_unmapped),
        cmocka_unit_test(first_and_last_page_of_the_address_space_work),
        cmocka_unit_test(ranges_that_wrap_or_are_misaligned_are_refused),
        cmocka_unit_test(a_live_mapping_is_never_overwritten_nor_half_a_new_one_left),
        cmocka_unit_test(running_out_of_tables_while_mapping_leaves_nothing_mapped),
        cmocka_unit_test(running_out_of_tables_while_splitting_changes_no_translation),
        cmocka_unit_test(unmapping_a_page_out_of_a_block_keeps_the_rest_with_its_attributes),
        cmocka_unit_test(unmapping_what_is_not_mapped_does_nothing),
        cmocka_unit_test(a_gib_block_made_by_boot_code_is_walked_respected_and_split),
        cmocka_unit_test(the_reserved_descriptor_of_level_3_translates_nothing_for_the_walker),
        cmocka_unit_test(random_histories_agree_with_a_model_of_single_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
