/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: mm/frames.c */
/*
 * The frame allocator against a naive model with one byte for each page, and at its edges: address
 * zero, the end of 40 bits, sizes that would wrap, a full table.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/lib/util.h"
#include "mm/frames.h"

static struct frames f;

static uint32_t seed;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)seed * below) >> 32);
}

static void one_bank(uint64_t base, uint64_t size)
{
    frames_init(&f);
    assert_int_equal(frames_add_bank(&f, PADDR(base), size), 0);
}

static uint64_t alloc_ok(uint64_t size, uint64_t align)
{
    paddr_t pa = PADDR(~0ull);

    assert_int_equal(frames_alloc(&f, size, align, &pa), 0);
    return pa.pa;
}

static void bank_ends_are_trimmed_to_2mib_inwards(void **state)
{
    unsigned int cursor = 0;
    paddr_t base;
    uint64_t size;

    (void)state;
    one_bank(0x40001000, MIB(8));
    assert_true(frames_next_free(&f, &cursor, &base, &size));
    assert_true(base.pa == 0x40200000 && size == MIB(6));
    assert_false(frames_next_free(&f, &cursor, &base, &size));
    assert_false(frames_is_ram(&f, PADDR(0x40001000), PAGE_SIZE));

    one_bank(0x40001000, MIB(2)); /* no whole block in it */
    assert_true(frames_free_bytes(&f) == 0);
    one_bank(0x40000000, 0);
    assert_true(frames_free_bytes(&f) == 0);
}

static void ram_at_address_zero_and_at_the_end_of_40_bits_is_used_to_the_last_page(void **state)
{
    paddr_t pa;

    (void)state;
    one_bank(0, MIB(2));
    for (int i = 511; i >= 0; i--) {
        assert_true(alloc_ok(PAGE_SIZE, PAGE_SIZE) == (uint64_t)i * PAGE_SIZE);
    }
    assert_int_equal(frames_alloc(&f, PAGE_SIZE, PAGE_SIZE, &pa), -ENOMEM);

    one_bank(FRAMES_PA_END - MIB(2), MIB(2));
    assert_true(alloc_ok(MIB(2), MIB(2)) == FRAMES_PA_END - MIB(2));
    assert_int_equal(frames_alloc_at(&f, PADDR(FRAMES_PA_END - MIB(2)), PAGE_SIZE), -EBUSY);
}

static void sizes_and_addresses_that_would_wrap_are_refused(void **state)
{
    paddr_t pa;

    (void)state;
    frames_init(&f);
    assert_int_equal(frames_add_bank(&f, PADDR(0x40000000), UINT64_MAX), -EINVAL);
    assert_int_equal(frames_add_bank(&f, PADDR(UINT64_MAX), 2), -EINVAL);
    assert_int_equal(frames_add_bank(&f, PADDR(FRAMES_PA_END - MIB(2)), MIB(2) + 1), -EINVAL);
    assert_int_equal(frames_add_bank(&f, PADDR(0x40000000), MIB(64)), 0);

    assert_int_equal(frames_alloc(&f, UINT64_MAX, PAGE_SIZE, &pa), -ENOMEM);
    assert_int_equal(frames_alloc(&f, UINT64_MAX - 4094, PAGE_SIZE, &pa), -ENOMEM);
    assert_int_equal(frames_alloc(&f, FRAMES_PA_END, PAGE_SIZE, &pa), -ENOMEM);
    assert_int_equal(frames_alloc(&f, PAGE_SIZE, UINT64_C(1) << 63, &pa), -ENOMEM);
    assert_int_equal(frames_alloc_at(&f, PADDR(0x40000000), UINT64_MAX), -ENOMEM);
    assert_int_equal(frames_alloc_at(&f, PADDR(0x41000000), UINT64_MAX - 0x41000000 + 1), -ENOMEM);
    assert_int_equal(frames_alloc_at(&f, PADDR(UINT64_MAX - 4095), PAGE_SIZE), -ENOMEM);
    assert_int_equal(frames_free(&f, PADDR(0x40000000), UINT64_MAX), -EINVAL);
    assert_false(frames_is_ram(&f, PADDR(0x40000000), UINT64_MAX));
    assert_false(frames_is_ram(&f, PADDR(UINT64_MAX), 2));
    assert_true(frames_free_bytes(&f) == MIB(64));

    assert_int_equal(frames_reserve(&f, PADDR(UINT64_MAX), UINT64_MAX), 0);
    assert_true(frames_free_bytes(&f) == MIB(64));
    assert_int_equal(frames_reserve(&f, PADDR(0x41000000), UINT64_MAX), 0);
    assert_true(frames_free_bytes(&f) == MIB(16));
}

static void bad_arguments_are_refused(void **state)
{
    paddr_t pa;

    (void)state;
    one_bank(0x40000000, MIB(4));
    assert_int_equal(frames_alloc(&f, 0, PAGE_SIZE, &pa), -EINVAL);
    assert_int_equal(frames_alloc(&f, PAGE_SIZE, 0, &pa), -EINVAL);
    assert_int_equal(frames_alloc(&f, PAGE_SIZE, 2048, &pa), -EINVAL);
    assert_int_equal(frames_alloc(&f, PAGE_SIZE, 3 * PAGE_SIZE, &pa), -EINVAL);
    assert_int_equal(frames_alloc_at(&f, PADDR(0x40000800), PAGE_SIZE), -EINVAL);
    assert_int_equal(frames_alloc_at(&f, PADDR(0x40000000), 0), -EINVAL);
    assert_int_equal(frames_alloc_at(&f, PADDR(0x40400000), PAGE_SIZE), -ENOMEM);
    assert_int_equal(frames_alloc_at(&f, PADDR(0x403ff000), 2 * PAGE_SIZE), -ENOMEM);
    assert_int_equal(frames_free(&f, PADDR(0x40000000), 0), -EINVAL);
    assert_true(frames_free_bytes(&f) == MIB(4));
}

static void pages_gather_in_one_block_and_leave_the_others_whole(void **state)
{
    (void)state;
    one_bank(0x40000000, MIB(16));
    for (uint64_t i = 1; i <= 256; i++) {
        assert_true(alloc_ok(PAGE_SIZE, PAGE_SIZE) == 0x41000000 - i * PAGE_SIZE);
    }
    assert_true(alloc_ok(MIB(14), MIB(2)) == 0x40000000);
    for (uint64_t i = 257; i <= 512; i++) {
        assert_true(alloc_ok(PAGE_SIZE, PAGE_SIZE) == 0x41000000 - i * PAGE_SIZE);
    }
}

static void pages_use_the_scraps_beside_a_reservation_before_they_break_a_block(void **state)
{
    (void)state;
    one_bank(0x40000000, MIB(16));
    assert_int_equal(frames_reserve(&f, PADDR(0x40500000), 100), 0); /* one page, in a low block */
    for (uint64_t pa = 0x405ff000; pa > 0x40500000; pa -= PAGE_SIZE) {
        assert_true(alloc_ok(PAGE_SIZE, PAGE_SIZE) == pa); /* above the reservation */
    }
    for (uint64_t pa = 0x404ff000; pa >= 0x40400000; pa -= PAGE_SIZE) {
        assert_true(alloc_ok(PAGE_SIZE, PAGE_SIZE) == pa); /* then below it */
    }
    assert_true(frames_free_bytes(&f) == MIB(14));
    assert_true(alloc_ok(MIB(10), MIB(2)) == 0x40600000);
    assert_true(alloc_ok(MIB(4), MIB(2)) == 0x40000000);
}

static void an_alignment_beyond_two_mib_is_kept(void **state)
{
    (void)state;
    one_bank(0x40000000, MIB(512));
    assert_int_equal(frames_reserve(&f, PADDR(0x5ffff000), PAGE_SIZE), 0);
    assert_true(alloc_ok(MIB(256), MIB(256)) == 0x40000000);
    assert_true(alloc_ok(PAGE_SIZE, MIB(128)) == 0x58000000);
}

static void memory_beyond_four_gib_is_preferred_and_returned_whole(void **state)
{
    (void)state;
    frames_init(&f);
    assert_int_equal(frames_add_bank(&f, PADDR(0x80000000), MIB(2048)), 0);
    assert_int_equal(frames_add_bank(&f, PADDR(0x880000000), MIB(64)), 0);
    assert_true(alloc_ok(MIB(64), MIB(2)) == 0x880000000);
    assert_true(alloc_ok(MIB(64), MIB(2)) == 0x100000000 - MIB(64));
}

static void a_bank_named_twice_does_not_undo_a_reservation(void **state)
{
    (void)state;
    frames_init(&f);
    assert_int_equal(frames_add_bank(&f, PADDR(0x40800000), MIB(8)), 0);
    assert_int_equal(frames_reserve(&f, PADDR(0x40800000), MIB(8)), 0);
    assert_int_equal(frames_add_bank(&f, PADDR(0x40000000), MIB(32)), 0);
    assert_true(frames_free_bytes(&f) == MIB(24));
    assert_int_equal(frames_alloc_at(&f, PADDR(0x40800000), PAGE_SIZE), -EBUSY);
    assert_true(frames_is_ram(&f, PADDR(0x40000000), MIB(32)));
    assert_int_equal(frames_alloc_at(&f, PADDR(0x41000000), MIB(16)), 0);
}

static void freeing_twice_or_what_is_no_ram_is_refused(void **state)
{
    uint64_t pa;

    (void)state;
    one_bank(0x40000000, MIB(4));
    pa = alloc_ok(3 * PAGE_SIZE, PAGE_SIZE);
    assert_int_equal(frames_free(&f, PADDR(pa - PAGE_SIZE), 2 * PAGE_SIZE), -EINVAL);
    assert_int_equal(frames_free(&f, PADDR(0x403ff000), 2 * PAGE_SIZE), -EINVAL);
    assert_int_equal(frames_free(&f, PADDR(pa + 1), PAGE_SIZE), -EINVAL);
    assert_int_equal(frames_free(&f, PADDR(pa), 3 * PAGE_SIZE), 0);
    assert_int_equal(frames_free(&f, PADDR(pa), PAGE_SIZE), -EINVAL);
    assert_true(alloc_ok(MIB(4), MIB(2)) == 0x40000000); /* joined again */
}

static void a_full_table_refuses_before_it_changes_anything(void **state)
{
    uint64_t before;
    paddr_t pa;

    (void)state;
    one_bank(0x40000000, MIB(512));
    for (uint64_t i = 1; i < FRAMES_MAX_RANGES; i++) {
        assert_int_equal(frames_reserve(&f, PADDR(0x40000000 + i * MIB(4)), PAGE_SIZE), 0);
    }
    before = frames_free_bytes(&f);
    assert_int_equal(frames_reserve(&f, PADDR(0x40001000), PAGE_SIZE), -ENOSPC);
    assert_int_equal(frames_alloc_at(&f, PADDR(0x40001000), PAGE_SIZE), -ENOSPC);
    assert_int_equal(frames_alloc(&f, PAGE_SIZE, MIB(64), &pa), -ENOSPC);
    assert_int_equal(frames_add_bank(&f, PADDR(0x10000000), MIB(2)), -ENOSPC);
    assert_true(frames_free_bytes(&f) == before);
    /* Trimming an end, and freeing a hole, still work. */
    assert_int_equal(frames_reserve(&f, PADDR(0x40000000), PAGE_SIZE), 0);
    assert_int_equal(frames_free(&f, PADDR(0x40000000 + MIB(4)), PAGE_SIZE), 0);
    assert_int_equal(frames_reserve(&f, PADDR(0x40002000), PAGE_SIZE), 0);
}

/* ---- the model: pages from `model_base`, 0 = no RAM, 1 = taken, 2 = free ---- */

#define MODEL_PAGES 8192u
static uint8_t model[MODEL_PAGES];
static uint64_t model_base;

static uint64_t page_pa(uint32_t page)
{
    return model_base + (uint64_t)page * PAGE_SIZE;
}

static void model_set(uint32_t page, uint32_t n, uint8_t from, uint8_t to)
{
    for (uint32_t i = page; i < page + n; i++) {
        if (model[i] == from) {
            model[i] = to;
        }
    }
}

static bool model_all(uint32_t page, uint32_t n, uint8_t what)
{
    for (uint32_t i = page; i < page + n; i++) {
        if (i >= MODEL_PAGES || model[i] != what) {
            return false;
        }
    }
    return true;
}

/* Whether an aligned run of n free pages exists. */
static bool model_fits(uint32_t n, uint64_t align)
{
    for (uint32_t page = 0; page + n <= MODEL_PAGES; page++) {
        if (IS_ALIGNED(page_pa(page), align) && model_all(page, n, 2)) {
            return true;
        }
    }
    return false;
}

static void model_compare(void)
{
    static uint8_t seen[MODEL_PAGES];
    unsigned int cursor = 0;
    uint64_t last = 0, bytes = 0, size;
    paddr_t base;

    memset(seen, 0, sizeof(seen));
    while (frames_next_free(&f, &cursor, &base, &size)) {
        assert_true(size > 0 && (cursor == 1 || base.pa > last)); /* sorted and joined */
        last = base.pa + size;
        bytes += size;
        assert_true(base.pa >= model_base && last <= page_pa(MODEL_PAGES));
        memset(&seen[(base.pa - model_base) / PAGE_SIZE], 2, size / PAGE_SIZE);
    }
    assert_true(bytes == frames_free_bytes(&f));
    for (uint32_t i = 0; i < MODEL_PAGES; i++) {
        assert_int_equal(seen[i], model[i] == 2 ? 2 : 0);
    }
}

static void model_alloc(uint32_t n, uint64_t align)
{
    paddr_t pa;
    int err = frames_alloc(&f, (uint64_t)n * PAGE_SIZE - rnd(PAGE_SIZE), align, &pa);
    uint32_t page;

    if (err == -ENOSPC) {
        return;
    }
    assert_int_equal(err, model_fits(n, align) ? 0 : -ENOMEM);
    if (err == 0) {
        assert_true(IS_ALIGNED(pa.pa, align));
        page = (uint32_t)((pa.pa - model_base) / PAGE_SIZE);
        assert_true(model_all(page, n, 2));
        model_set(page, n, 2, 1);
    }
}

static void model_alloc_at(uint32_t page, uint32_t n)
{
    int err = frames_alloc_at(&f, PADDR(page_pa(page)), (uint64_t)n * PAGE_SIZE);
    bool ram = true;

    for (uint32_t i = page; i < page + n; i++) {
        ram = ram && i < MODEL_PAGES && model[i] != 0;
    }
    if (err != -ENOSPC) {
        assert_int_equal(err, !ram ? -ENOMEM : model_all(page, n, 2) ? 0 : -EBUSY);
    }
    if (err == 0) {
        model_set(page, n, 2, 1);
    }
}

static void model_step(void)
{
    uint32_t n = 1 + (rnd(4) == 0 ? rnd(1600) : rnd(12));
    uint32_t page = rnd(MODEL_PAGES - n);

    switch (rnd(6)) {
    case 0:
        model_alloc(n, (uint64_t)PAGE_SIZE << rnd(11));
        break;
    case 1:
        model_alloc_at(page, n);
        break;
    case 2:
        if (frames_reserve(&f, PADDR(page_pa(page) + rnd(PAGE_SIZE)), 1) == 0) {
            model_set(page, 1, 2, 1);
        }
        break;
    case 3:
        if (frames_reserve(&f, PADDR(page_pa(page)), (uint64_t)n * PAGE_SIZE - 1) == 0) {
            model_set(page, n, 2, 1);
        }
        break;
    default:
        /* Grow to a run that is taken, so that freeing keeps up with the rest. */
        while (n > 1 && !model_all(page, n, 1)) {
            n /= 2;
        }
        if (frames_free(&f, PADDR(page_pa(page)), (uint64_t)n * PAGE_SIZE) == 0) {
            assert_true(model_all(page, n, 1));
            model_set(page, n, 1, 2);
        } else {
            assert_true(!model_all(page, n, 1) || f.free.count == FRAMES_MAX_RANGES);
        }
        break;
    }
}

static void random_histories_agree_with_a_model_of_single_pages(void **state)
{
    static const uint64_t bases[] = {0, 0x40000000, 0xff000000, FRAMES_PA_END - 8192ull * 4096};

    (void)state;
    for (uint32_t run = 0; run < 24; run++) {
        seed = 0x5eed0000u + run;
        model_base = bases[run % ARRAY_SIZE(bases)];
        memset(model, 0, sizeof(model));
        frames_init(&f);
        for (int bank = 0; bank < 3; bank++) {
            uint32_t page = rnd(MODEL_PAGES), n = rnd(MODEL_PAGES - page);

            assert_int_equal(frames_add_bank(&f, PADDR(page_pa(page)), (uint64_t)n * PAGE_SIZE), 0);
            n = ALIGN_DOWN(page + n, 512u);
            page = ALIGN_UP(page, 512u);
            if (page < n) {
                model_set(page, n - page, 0, 2);
            }
        }
        model_compare();
        for (int step = 0; step < 400; step++) {
            model_step();
            if (step % 8 == 0) {
                model_compare();
            }
        }
        model_compare();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bank_ends_are_trimmed_to_2mib_inwards),
        cmocka_unit_test(ram_at_address_zero_and_at_the_end_of_40_bits_is_used_to_the_last_page),
        cmocka_unit_test(sizes_and_addresses_that_would_wrap_are_refused),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(pages_gather_in_one_block_and_leave_the_others_whole),
        cmocka_unit_test(pages_use_the_scraps_beside_a_reservation_before_they_break_a_block),
        cmocka_unit_test(an_alignment_beyond_two_mib_is_kept),
        cmocka_unit_test(memory_beyond_four_gib_is_preferred_and_returned_whole),
        cmocka_unit_test(a_bank_named_twice_does_not_undo_a_reservation),
        cmocka_unit_test(freeing_twice_or_what_is_no_ram_is_refused),
        cmocka_unit_test(a_full_table_refuses_before_it_changes_anything),
        cmocka_unit_test(random_histories_agree_with_a_model_of_single_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
