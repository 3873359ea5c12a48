/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: hyp/lib/fdt.c */
/*
 * The device-tree helpers on trees made for each case and held in a block of exactly their size, so
 * that the sanitizer sees any byte read beyond: properties too short, too long, without their NUL,
 * cells of every width, buses in buses, ranges that wrap, and random bytes everywhere.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/lib/fdt.h"
#include "hyp/lib/util.h"

static char room[16384];
static void *tree; /* the finished tree, in a block of its own */

static void begin(void)
{
    free(tree);
    tree = NULL;
    assert_int_equal(fdt_create(room, sizeof(room)), 0);
    assert_int_equal(fdt_finish_reservemap(room), 0);
    assert_int_equal(fdt_begin_node(room, ""), 0);
}

static void node(const char *name)
{
    assert_int_equal(fdt_begin_node(room, name), 0);
}

static void end(void)
{
    assert_int_equal(fdt_end_node(room), 0);
}

static void bytes(const char *name, const void *data, size_t n)
{
    assert_int_equal(fdt_property(room, name, data, (int)n), 0);
}

static void text(const char *name, const char *string)
{
    bytes(name, string, strlen(string) + 1);
}

static void cells_of(const char *name, size_t n, const uint32_t *values)
{
    fdt32_t raw[32];

    for (size_t i = 0; i < n; i++) {
        raw[i] = cpu_to_fdt32(values[i]);
    }
    bytes(name, raw, n * sizeof(raw[0]));
}

#define CELLS(name, ...) \
    cells_of(name, ARRAY_SIZE(((uint32_t[]){__VA_ARGS__})), (uint32_t[]){__VA_ARGS__})

static void bus_cells(uint32_t address, uint32_t size)
{
    CELLS("#address-cells", address);
    CELLS("#size-cells", size);
}

static void finish(void)
{
    end();
    assert_int_equal(fdt_finish(room), 0);
    tree = malloc(fdt_totalsize(room));
    memcpy(tree, room, fdt_totalsize(room));
    assert_int_equal(fdt_check_full(tree, fdt_totalsize(tree)), 0);
}

static int at(const char *path)
{
    int offset = fdt_path_offset(tree, path);

    assert_true(offset >= 0);
    return offset;
}

static struct dt_path path_to(const char *name)
{
    struct dt_path path;

    assert_int_equal(dt_path_to(&path, tree, at(name)), 0);
    return path;
}

static void assert_reg(const char *name, unsigned int index, int wanted, uint64_t base,
                       uint64_t size)
{
    struct dt_path path = path_to(name);
    uint64_t b = 0, s = 0;

    assert_int_equal(dt_path_reg(&path, index, &b, &s), wanted);
    assert_true(b == base && s == size);
}

static void numbers_are_read_only_at_their_exact_length(void **state)
{
    uint64_t wide = 7;
    uint32_t value = 7;

    (void)state;
    begin();
    CELLS("one", 0x12345678);
    CELLS("two", 0x12345678, 0x9abcdef0);
    CELLS("three", 1, 2, 3);
    bytes("empty", "", 0);
    bytes("odd", "abcdefg", 7);
    finish();
    assert_int_equal(dt_u32(tree, 0, "one", &value), 0);
    assert_int_equal(value, 0x12345678);
    assert_int_equal(dt_u32(tree, 0, "none", &value), -ENOENT);
    assert_int_equal(dt_u32(tree, 0, "two", &value), -EINVAL);
    assert_int_equal(dt_u32(tree, 0, "empty", &value), -EINVAL);
    assert_int_equal(dt_u32(tree, 0, "odd", &value), -EINVAL);
    assert_int_equal(dt_u32_at(tree, 0, "two", 1, &value), 0);
    assert_int_equal(value, 0x9abcdef0);
    assert_int_equal(dt_u32_at(tree, 0, "two", 2, &value), -ENOENT);
    assert_int_equal(dt_u32_at(tree, 0, "two", 0x40000001, &value), -ENOENT);
    assert_int_equal(dt_u32_at(tree, 0, "empty", 0, &value), -ENOENT);
    assert_int_equal(dt_u32_at(tree, 0, "odd", 0, &value), -EINVAL);
    assert_int_equal(dt_u32_at(tree, 0, "none", 0, &value), -ENOENT);
    assert_int_equal(dt_u64(tree, 0, "one", &wide), 0);
    assert_true(wide == 0x12345678);
    assert_int_equal(dt_u64(tree, 0, "two", &wide), 0);
    assert_true(wide == UINT64_C(0x123456789abcdef0));
    assert_int_equal(dt_u64(tree, 0, "three", &wide), -EINVAL);
    assert_int_equal(dt_u64(tree, 0, "empty", &wide), -EINVAL);
    assert_int_equal(dt_u64(tree, 0, "none", &wide), -ENOENT);
    assert_int_equal(dt_cells("\0\0\0\1", 3, &wide), -EINVAL);
    assert_int_equal(dt_cells("", -1, &wide), -EINVAL);
    assert_int_equal(dt_cells("", 0, &wide), 0);
    assert_true(wide == 0);
}

static void strings_must_end_inside_their_property(void **state)
{
    int cursor = 0;

    (void)state;
    begin();
    text("good", "okay");
    bytes("open", "okay", 4);
    bytes("two", "a\0b", 4);
    bytes("empty", "", 0);
    bytes("nul", "", 1);
    finish();
    assert_string_equal(dt_string(tree, 0, "good"), "okay");
    assert_string_equal(dt_string(tree, 0, "nul"), "");
    assert_null(dt_string(tree, 0, "open"));
    assert_null(dt_string(tree, 0, "two"));
    assert_null(dt_string(tree, 0, "empty"));
    assert_null(dt_string(tree, 0, "none"));

    assert_string_equal(dt_strings_next("a\0\0bc\0de", 8, &cursor), "a");
    assert_string_equal(dt_strings_next("a\0\0bc\0de", 8, &cursor), "");
    assert_string_equal(dt_strings_next("a\0\0bc\0de", 8, &cursor), "bc");
    assert_null(dt_strings_next("a\0\0bc\0de", 8, &cursor)); /* "de" has no NUL */
    cursor = 0;
    assert_null(dt_strings_next("", 0, &cursor));
    cursor = -1;
    assert_null(dt_strings_next("abc", 4, &cursor));
}

static void compatible_and_status_mean_what_the_specification_says(void **state)
{
    static const char compatible[] = "arm,pl011\0arm,primecell\0cut";

    (void)state;
    begin();
    node("a");
    bytes("compatible", compatible, sizeof(compatible) - 1);
    end();
    node("b");
    text("status", "okay");
    end();
    node("c");
    text("status", "ok");
    end();
    node("d");
    text("status", "disabled");
    end();
    node("e");
    bytes("status", "okay", 4);
    end();
    node("f");
    bytes("status", "", 0);
    end();
    finish();
    assert_true(dt_is_compatible(tree, at("/a"), "arm,pl011"));
    assert_true(dt_is_compatible(tree, at("/a"), "arm,primecell"));
    assert_false(dt_is_compatible(tree, at("/a"), "arm,prime"));
    assert_false(dt_is_compatible(tree, at("/a"), "primecell"));
    assert_false(dt_is_compatible(tree, at("/a"), "cut"));
    assert_false(dt_is_compatible(tree, at("/b"), "arm,pl011"));
    assert_true(dt_is_enabled(tree, at("/a")));
    assert_true(dt_is_enabled(tree, at("/b")));
    assert_true(dt_is_enabled(tree, at("/c")));
    assert_false(dt_is_enabled(tree, at("/d")));
    assert_false(dt_is_enabled(tree, at("/e")));
    assert_false(dt_is_enabled(tree, at("/f")));
}

static void reg_is_read_by_the_cells_of_the_parent(void **state)
{
    (void)state;
    begin();
    bus_cells(2, 1);
    node("a"); /* its own cells do not count */
    bus_cells(1, 0);
    CELLS("reg", 8, 0x80000000, 0x1000, 0, 0x90000000, 0x2000);
    node("cpu");
    CELLS("reg", 0xf00, 0xf01);
    end();
    end();
    node("short");
    CELLS("reg", 8, 0x80000000, 0x1000, 0);
    end();
    node("empty");
    bytes("reg", "", 0);
    end();
    node("odd");
    bytes("reg", "0123456789abc", 13);
    end();
    node("none");
    end();
    finish();
    assert_reg("/a", 0, 0, UINT64_C(0x880000000), 0x1000);
    assert_reg("/a", 1, 0, 0x90000000, 0x2000);
    assert_reg("/a", 2, -ENOENT, 0, 0);
    assert_reg("/a", UINT32_MAX, -ENOENT, 0, 0);
    assert_reg("/short", 0, -EINVAL, 0, 0);
    assert_reg("/empty", 0, -ENOENT, 0, 0);
    assert_reg("/odd", 0, -EINVAL, 0, 0);
    assert_reg("/none", 0, -ENOENT, 0, 0);
    assert_reg("/a/cpu", 1, -ENXIO, 0, 0); /* /a has no ranges */
    uint64_t mpidr = 0;
    assert_int_equal(dt_reg(tree, at("/a"), at("/a/cpu"), 1, &mpidr, NULL), 0);
    assert_true(mpidr == 0xf01);
}

static void cells_without_a_property_are_two_and_one(void **state)
{
    (void)state;
    begin();
    node("a");
    CELLS("reg", 1, 2, 3);
    end();
    finish();
    assert_reg("/a", 0, 0, UINT64_C(0x100000002), 3);
}

static void cells_of_the_wrong_width_are_refused(void **state)
{
    static const uint32_t bad[][2] = {{0, 1}, {3, 2}, {2, 3}, {4, 4}, {0xffffffff, 1}, {5, 0}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        begin();
        bus_cells(bad[i][0], bad[i][1]);
        node("a");
        CELLS("reg", 0, 0, 0, 0, 0, 0, 0, 0);
        end();
        finish();
        assert_reg("/a", 0, -EINVAL, 0, 0);
    }
    begin();
    bytes("#address-cells", "ab", 2);
    node("a");
    CELLS("reg", 0, 0, 0);
    end();
    finish();
    assert_reg("/a", 0, -EINVAL, 0, 0);
}

static void addresses_pass_through_nested_ranges_as_on_vexpress(void **state)
{
    (void)state;
    begin();
    bus_cells(2, 2);
    node("smb");
    bus_cells(2, 1);
    CELLS("ranges", 0, 0, 0, 0x08000000, 0x04000000, 3, 0, 0, 0x1c000000, 0x03000000);
    node("motherboard");
    bus_cells(2, 1);
    bytes("ranges", "", 0);
    node("iofpga");
    bus_cells(1, 1);
    CELLS("ranges", 0, 3, 0, 0x200000);
    node("uart");
    CELLS("reg", 0x90000, 0x1000);
    end();
    node("last");
    CELLS("reg", 0x1ff000, 0x1000);
    end();
    node("across");
    CELLS("reg", 0x1ff000, 0x1001);
    end();
    node("outside");
    CELLS("reg", 0x200000, 0x1000);
    end();
    end();
    node("flash");
    CELLS("reg", 0, 0, 0x04000000, 1, 0, 0x1000);
    end();
    end();
    end();
    finish();
    assert_reg("/smb/motherboard/iofpga/uart", 0, 0, 0x1c090000, 0x1000);
    assert_reg("/smb/motherboard/iofpga/last", 0, 0, 0x1c1ff000, 0x1000);
    assert_reg("/smb/motherboard/iofpga/across", 0, -ENXIO, 0, 0);
    assert_reg("/smb/motherboard/iofpga/outside", 0, -ENXIO, 0, 0);
    assert_reg("/smb/motherboard/flash", 0, 0, 0x08000000, 0x04000000);
    assert_reg("/smb/motherboard/flash", 1, -ENXIO, 0, 0); /* chip select 1 is not mapped */
}

/* A device at reg = <address size> behind one bus with this ranges of 64-bit numbers. */
static void behind(size_t n, const uint32_t *ranges, const uint32_t *reg)
{
    begin();
    bus_cells(2, 2);
    node("bus");
    bus_cells(2, 2);
    cells_of("ranges", n, ranges);
    node("dev");
    cells_of("reg", 4, reg);
    end();
    end();
    finish();
}

#define ALL_ONES 0xffffffff, 0xffffffff

static void ranges_that_wrap_or_are_malformed_translate_nothing(void **state)
{
    static const struct {
        uint32_t n, ranges[6], reg[4];
        int wanted;
    } cases[] = {
        /* the range's end wraps in the parent */
        {6, {0, 0, 0xffffffff, 0xfffff000, 0, 0x2000}, {0, 0, 0, 0x1000}, -EINVAL},
        {6, {0, 0, ALL_ONES, ALL_ONES}, {0, 0, 0, 1}, -EINVAL},
        /* the device's end wraps */
        {6, {0, 0, 0, 0, ALL_ONES}, {0, 0x1000, ALL_ONES}, -EINVAL},
        {6, {0, 0, 0, 0, ALL_ONES}, {0xffffffff, 0xfffffff0, 0, 0x20}, -EINVAL},
        /* larger than the range; before it; an empty range */
        {6, {0, 0, 0, 0, 0, 0x1000}, {0, 0, 0, 0x1001}, -ENXIO},
        {6, {0, 0x1000, 0, 0, 0, 0x1000}, {0, 0xfff, 0, 2}, -ENXIO},
        {6, {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0}, -ENXIO},
        /* length no multiple of an entry */
        {5, {0, 0, 0, 0, 0x1000}, {0, 0, 0, 0x10}, -EINVAL},
        /* and two that are right at the very end */
        {6, {0, 0, 0xffffffff, 0xffffff00, 0, 0x100}, {0, 0xff, 0, 1}, 0},
        {6, {ALL_ONES, 0, 0x5000, 0, 1}, {ALL_ONES, 0, 1}, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct dt_path path;
        uint64_t base = 0, size = 0;

        behind(cases[i].n, cases[i].ranges, cases[i].reg);
        path = path_to("/bus/dev");
        assert_int_equal(dt_path_reg(&path, 0, &base, &size), cases[i].wanted);
        assert_true((cases[i].wanted == 0) == (size == 1));
    }
}

static void the_console_is_found_by_path_or_alias_and_options_are_cut_off(void **state)
{
    static const struct {
        const char *path;
        bool found;
    } cases[] = {
        {"/soc/uart@9000000", true},
        {"/soc/uart@9000000:115200n8", true},
        {"serial0", true},
        {"serial0:115200", true},
        {"", false},
        {":115200", false},
        {"serial1", false},
        {"loop", false},
        {"open", false},
        {"root", false},
        {"empty", false},
        {"/nowhere", false},
        {"serial0/x", false},
        {"soc/uart@9000000", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        begin();
        node("aliases");
        text("serial0", "/soc/uart@9000000");
        text("loop", "loop");
        bytes("open", "/soc/uart@9000000", 17);
        bytes("root", "/", 1);
        bytes("empty", "", 0);
        end();
        node("chosen");
        text(i % 2 == 0 ? "stdout-path" : "linux,stdout-path", cases[i].path);
        end();
        node("soc");
        node("uart@9000000");
        end();
        end();
        finish();
        assert_int_equal(dt_stdout(tree), cases[i].found ? at("/soc/uart@9000000") : -ENOENT);
    }
    begin();
    node("chosen");
    bytes("stdout-path", "/", 1);
    end();
    finish();
    assert_int_equal(dt_stdout(tree), -ENOENT); /* no NUL */
    begin();
    finish();
    assert_int_equal(dt_stdout(tree), -ENOENT);
}

static void a_path_walks_every_node_with_its_ancestors_and_stays_out_of_the_depth(void **state)
{
    struct dt_path path;
    unsigned int seen = 0;
    char name[16];

    (void)state;
    begin();
    for (int deep = 1; deep < DT_MAX_DEPTH + 5; deep++) {
        snprintf(name, sizeof(name), "d%d", deep);
        node(name);
    }
    for (int deep = 1; deep < DT_MAX_DEPTH + 5; deep++) {
        end();
    }
    node("after");
    node("child");
    end();
    end();
    finish();

    dt_path_root(&path, tree);
    assert_int_equal(dt_path_parent(&path), 0);
    while (dt_path_next(&path)) {
        seen++;
        assert_true(path.depth >= 1 && path.depth < DT_MAX_DEPTH);
        for (int i = path.depth; i > 0; i--) {
            assert_int_equal(fdt_parent_offset(tree, path.node[i]), path.node[i - 1]);
        }
    }
    assert_int_equal(seen, DT_MAX_DEPTH - 1 + 2);
    assert_string_equal(fdt_get_name(tree, dt_path_node(&path), NULL), "child");
    assert_false(dt_path_next(&path));
    assert_int_equal(dt_path_to(&path, tree, at("/after/child")), 0);
    assert_int_equal(dt_path_parent(&path), at("/after"));
    assert_int_equal(dt_path_to(&path, tree, 3), -ENOENT);
    assert_int_equal(dt_path_to(&path, tree, 0), 0);
}

static uint32_t seed = 0xfd7;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)seed * below) >> 32);
}

static void garbage(const char *name)
{
    static const uint32_t likely[] = {0, 1, 2, 3, 0x1000, 0x7fffffff, 0x80000000, 0xffffffff};
    uint32_t values[16];

    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        values[i] = rnd(2) == 0 ? rnd(UINT32_MAX) : cpu_to_fdt32(likely[rnd(ARRAY_SIZE(likely))]);
    }
    if (rnd(4) != 0) {
        bytes(name, values, rnd(2) == 0 ? rnd(40) : 4 * rnd(12));
    }
}

static void small_cells(const char *name)
{
    if (rnd(5) == 0) {
        garbage(name);
    } else {
        CELLS(name, rnd(3));
    }
}

static void random_properties_are_never_read_beyond(void **state)
{
    static const char *const names[] = {"#address-cells", "#size-cells", "ranges", "reg", "status"};
    unsigned int good = 0;

    (void)state;
    for (int run = 0; run < 4000; run++) {
        struct dt_path path;
        uint64_t base, size;
        uint32_t value;

        begin();
        node("chosen");
        garbage("stdout-path");
        end();
        for (int deep = 0; deep < 3; deep++) {
            node("n");
            small_cells("#address-cells");
            small_cells("#size-cells");
            garbage("ranges");
            garbage("reg");
            garbage("compatible");
            garbage("status");
        }
        end();
        end();
        end();
        finish();
        (void)dt_stdout(tree);
        dt_path_root(&path, tree);
        while (dt_path_next(&path)) {
            int n = dt_path_node(&path);

            good += dt_path_reg(&path, rnd(3), &base, &size) == 0;
            (void)dt_is_compatible(tree, n, "");
            (void)dt_is_enabled(tree, n);
            for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                (void)dt_u32(tree, n, names[i], &value);
                (void)dt_u32_at(tree, n, names[i], rnd(12), &value);
                (void)dt_u64(tree, n, names[i], &base);
                (void)dt_string(tree, n, names[i]);
            }
        }
    }
    assert_true(good > 200); /* enough of them were readable at all */
}

static int forget(void **state)
{
    (void)state;
    free(tree);
    tree = NULL;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_only_at_their_exact_length),
        cmocka_unit_test(strings_must_end_inside_their_property),
        cmocka_unit_test(compatible_and_status_mean_what_the_specification_says),
        cmocka_unit_test(reg_is_read_by_the_cells_of_the_parent),
        cmocka_unit_test(cells_without_a_property_are_two_and_one),
        cmocka_unit_test(cells_of_the_wrong_width_are_refused),
        cmocka_unit_test(addresses_pass_through_nested_ranges_as_on_vexpress),
        cmocka_unit_test(ranges_that_wrap_or_are_malformed_translate_nothing),
        cmocka_unit_test(the_console_is_found_by_path_or_alias_and_options_are_cut_off),
        cmocka_unit_test(a_path_walks_every_node_with_its_ancestors_and_stays_out_of_the_depth),
        cmocka_unit_test(random_properties_are_never_read_beyond),
    };

    return cmocka_run_group_tests(tests, NULL, forget);
}
