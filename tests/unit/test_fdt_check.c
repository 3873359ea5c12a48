/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: hyp/lib/fdt_check.c */
/*
 * dt_check() against trees spoiled at each word with the values that make libfdt loop, wrap or
 * fault, in an allocation of exactly their size; and that it accepts what libfdt itself writes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "hyp/lib/fdt_check.h"
#include "hyp/lib/util.h"

static _Alignas(8) uint8_t tree[1024];
static uint32_t size;

static int setup(void **state)
{
    (void)state;
    memset(tree, 0, sizeof(tree));
    assert_int_equal(fdt_create(tree, sizeof(tree)), 0);
    assert_int_equal(fdt_add_reservemap_entry(tree, 0x1000, 0x1000), 0);
    assert_int_equal(fdt_finish_reservemap(tree), 0);
    assert_int_equal(fdt_begin_node(tree, ""), 0);
    assert_int_equal(fdt_property_u32(tree, "#address-cells", 1), 0);
    assert_int_equal(fdt_begin_node(tree, "a"), 0);
    assert_int_equal(fdt_property(tree, "data", "12345", 5), 0);
    assert_int_equal(fdt_property(tree, "flag", NULL, 0), 0);
    assert_int_equal(fdt_end_node(tree), 0);
    assert_int_equal(fdt_begin_node(tree, "name@1234567"), 0);
    assert_int_equal(fdt_end_node(tree), 0);
    assert_int_equal(fdt_end_node(tree), 0);
    assert_int_equal(fdt_finish(tree), 0);
    size = fdt_totalsize(tree);
    return 0;
}

static int check(uint32_t length)
{
    void *copy = NULL;
    int rc;

    assert_int_equal(posix_memalign(&copy, 8, length != 0 ? length : 1), 0);
    memcpy(copy, tree, length);
    rc = dt_check(copy, length);
    free(copy);
    return rc;
}

static uint32_t word(uint32_t at)
{
    return fdt32_ld((const fdt32_t *)(void *)(tree + at));
}

static void set_word(uint32_t at, uint32_t value)
{
    fdt32_st(tree + at, value);
}

/* Where the tag of the first property is whose value is `length` bytes long. */
static uint32_t property(uint32_t length)
{
    uint32_t at = fdt_off_dt_struct(tree);

    while (word(at) != FDT_PROP || word(at + 4) != length) {
        at += 4;
    }
    return at;
}

static void what_libfdt_writes_is_accepted(void **state)
{
    (void)state;
    assert_int_equal(check(size), 0);
    assert_int_equal(fdt_open_into(tree, tree, sizeof(tree)), 0);
    assert_int_equal(check(sizeof(tree)), 0);
    assert_int_equal(fdt_nop_node(tree, fdt_path_offset(tree, "/a")), 0);
    assert_int_equal(check(sizeof(tree)), 0);
}

static void a_tree_that_is_cut_anywhere_is_refused(void **state)
{
    (void)state;
    for (uint32_t length = 0; length < size; length++) {
        assert_int_equal(check(length), -FDT_ERR_TRUNCATED);
    }
}

static void a_property_whose_length_wraps_is_refused_and_not_walked_for_ever(void **state)
{
    uint32_t at = property(5);

    (void)state;
    for (uint32_t length = 9; length != 5; length = length * 3 + 1) {
        set_word(at + 4, length);
        if (length > size) {
            assert_int_equal(check(size), -FDT_ERR_BADSTRUCTURE);
        }
        if (length > UINT32_MAX / 3) {
            break;
        }
    }
    for (uint32_t length = 0xffffff00; length != 0; length++) {
        set_word(at + 4, length);
        assert_int_equal(check(size), -FDT_ERR_BADSTRUCTURE);
    }
}

static void nodes_must_nest(void **state)
{
    uint32_t end = fdt_off_dt_struct(tree) + fdt_size_dt_struct(tree);
    uint32_t at;

    (void)state;
    set_word(end - 8, FDT_NOP); /* the root does not end */
    assert_int_equal(check(size), -FDT_ERR_BADSTRUCTURE);
    set_word(end - 8, FDT_END_NODE);
    assert_int_equal(check(size), 0);
    set_word(end - 4, FDT_NOP); /* nothing ends the block */
    assert_int_equal(check(size), -FDT_ERR_BADSTRUCTURE);
    set_word(end - 4, FDT_END);
    at = property(0);
    set_word(at, FDT_END_NODE); /* one end too many: the last node would be a second root */
    set_word(at + 4, FDT_NOP);
    set_word(at + 8, FDT_NOP);
    assert_int_equal(check(size), -FDT_ERR_BADSTRUCTURE);
    set_word(fdt_off_dt_struct(tree), FDT_END); /* no root */
    assert_int_equal(check(size), -FDT_ERR_BADSTRUCTURE);
}

static void blocks_that_are_not_aligned_are_refused(void **state)
{
    uint32_t at = fdt_off_dt_struct(tree);

    (void)state;
    for (uint32_t off = 1; off < 4; off++) {
        set_word(8, at + off);
        assert_true(check(size) != 0);
    }
    set_word(8, at);
    set_word(16, fdt_off_mem_rsvmap(tree) + 4);
    assert_true(check(size) != 0);
}

static void versions_before_17_are_refused(void **state)
{
    (void)state;
    for (uint32_t version = 0; version < 17; version++) {
        set_word(20, version);
        assert_int_equal(check(size), -FDT_ERR_BADVERSION);
    }
}

static void any_word_may_be_anything(void **state)
{
    static const uint32_t value[] = {0,          1,          2,          3,          4,
                                     9,          0x40,       0x7ffffff0, 0x7fffffff, 0x80000000,
                                     0xfffffff0, 0xfffffff4, 0xfffffff8, 0xfffffffc, 0xffffffff};

    (void)state;
    for (uint32_t at = 0; at + 4 <= size; at += 4) {
        uint32_t was = word(at);

        for (unsigned int i = 0; i < ARRAY_SIZE(value); i++) {
            int depth = 0;

            set_word(at, value[i]);
            if (check(size) == 0) { /* then libfdt can walk it */
                int node = 0;

                while (node >= 0) {
                    node = fdt_next_node(tree, node, &depth);
                }
            }
        }
        set_word(at, was);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_libfdt_writes_is_accepted, setup),
        cmocka_unit_test_setup(a_tree_that_is_cut_anywhere_is_refused, setup),
        cmocka_unit_test_setup(a_property_whose_length_wraps_is_refused_and_not_walked_for_ever,
                               setup),
        cmocka_unit_test_setup(nodes_must_nest, setup),
        cmocka_unit_test_setup(blocks_that_are_not_aligned_are_refused, setup),
        cmocka_unit_test_setup(versions_before_17_are_refused, setup),
        cmocka_unit_test_setup(any_word_may_be_anything, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
