/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: hyp/lib/fdt_irq.c hyp/lib/fdt.c */
/*
 * Interrupts through parents, ancestors and maps: the shapes that real boards have (QEMU's virt,
 * vexpress), circles, rows cut short, and random bytes, in blocks of their exact size.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/lib/fdt_irq.h"
#include "hyp/lib/util.h"

static char room[8192];
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

static void cells_of(const char *name, size_t n, const uint32_t *values)
{
    fdt32_t raw[64];

    for (size_t i = 0; i < n; i++) {
        raw[i] = cpu_to_fdt32(values[i]);
    }
    assert_int_equal(fdt_property(room, name, raw, (int)(n * sizeof(raw[0]))), 0);
}

#define CELLS(name, ...) \
    cells_of(name, ARRAY_SIZE(((uint32_t[]){__VA_ARGS__})), (uint32_t[]){__VA_ARGS__})

static void flag(const char *name)
{
    assert_int_equal(fdt_property(room, name, NULL, 0), 0);
}

/* A controller that has children's addresses of `address` cells (-1: no such property). */
static void controller(const char *name, uint32_t phandle, int address, uint32_t cells)
{
    node(name);
    CELLS("phandle", phandle);
    flag("interrupt-controller");
    CELLS("#interrupt-cells", cells);
    if (address >= 0) {
        CELLS("#address-cells", (uint32_t)address);
    }
    end();
}

static void finish(void)
{
    end();
    assert_int_equal(fdt_finish(room), 0);
    tree = malloc(fdt_totalsize(room));
    memcpy(tree, room, fdt_totalsize(room));
    assert_int_equal(fdt_check_full(tree, fdt_totalsize(tree)), 0);
}

static int find(const char *name, unsigned int index, struct dt_irq *irq)
{
    struct dt_path path;
    int offset = fdt_path_offset(tree, name);

    assert_true(offset >= 0);
    assert_int_equal(dt_path_to(&path, tree, offset), 0);
    return dt_path_irq(&path, index, irq);
}

static void assert_irq(const char *name, unsigned int index, const char *parent, uint32_t type,
                       uint32_t number, uint32_t flags)
{
    struct dt_irq irq;

    assert_int_equal(find(name, index, &irq), 0);
    assert_int_equal(irq.controller, fdt_path_offset(tree, parent));
    assert_int_equal(irq.ncells, 3);
    assert_int_equal(irq.cell[0], type);
    assert_int_equal(irq.cell[1], number);
    assert_int_equal(irq.cell[2], flags);
}

static void assert_error(const char *name, unsigned int index, int error)
{
    struct dt_irq irq;

    assert_int_equal(find(name, index, &irq), error);
}

static void the_nearest_interrupt_parent_counts_and_every_interrupt_is_found(void **state)
{
    (void)state;
    begin();
    CELLS("interrupt-parent", 1);
    controller("gic", 1, 0, 3);
    controller("other", 2, -1, 3);
    node("soc");
    CELLS("interrupt-parent", 2);
    node("uart");
    CELLS("interrupts", 0, 1, 4, 1, 27, 0x108);
    end();
    node("own");
    CELLS("interrupt-parent", 1);
    CELLS("interrupts", 0, 9, 1);
    end();
    end();
    node("timer");
    CELLS("interrupts", 1, 13, 8);
    end();
    node("none");
    end();
    finish();
    assert_irq("/soc/uart", 0, "/other", 0, 1, 4);
    assert_irq("/soc/uart", 1, "/other", 1, 27, 0x108);
    assert_error("/soc/uart", 2, -ENOENT);
    assert_error("/soc/uart", UINT32_MAX, -ENOENT);
    assert_irq("/soc/own", 0, "/gic", 0, 9, 1);
    assert_irq("/timer", 0, "/gic", 1, 13, 8);
    assert_error("/none", 0, -ENOENT);
}

static void a_map_on_an_ancestor_leads_to_the_gic_as_on_vexpress(void **state)
{
    (void)state;
    begin();
    CELLS("interrupt-parent", 1); /* not reached from below the nexus */
    controller("gic", 1, 0, 3);
    node("smb");
    CELLS("#address-cells", 2);
    CELLS("#size-cells", 1);
    CELLS("#interrupt-cells", 1);
    CELLS("interrupt-map-mask", 0, 0, 63);
    CELLS("interrupt-map", 0, 0, 0, 1, 0, 0, 4, 0, 0, 5, 1, 0, 5, 4, 0, 0, 42, 1, 0, 42, 1);
    node("motherboard");
    node("uart");
    CELLS("reg", 0x90000, 0x1000);
    CELLS("interrupts", 5);
    end();
    node("two");
    CELLS("interrupts", 42, 0x45); /* 0x45 & 63 = 5 */
    end();
    node("missing");
    CELLS("interrupts", 6);
    end();
    end();
    end();
    finish();
    assert_irq("/smb/motherboard/uart", 0, "/gic", 0, 5, 4);
    assert_irq("/smb/motherboard/two", 0, "/gic", 0, 42, 1);
    assert_irq("/smb/motherboard/two", 1, "/gic", 0, 5, 4);
    assert_error("/smb/motherboard/missing", 0, -ENXIO);
}

static void a_row_is_chosen_by_unit_address_and_skips_its_parents_address(void **state)
{
    (void)state;
    begin();
    controller("gic", 1, 1, 3); /* one cell of address stands in each row */
    node("bus");
    CELLS("#address-cells", 1);
    CELLS("#interrupt-cells", 1);
    /* no mask: everything counts */
    CELLS("interrupt-map", 0x1000, 1, 1, 0x77, 0, 10, 4, 0x2000, 1, 1, 0x77, 0, 20, 4);
    node("a");
    CELLS("reg", 0x1000, 0x100);
    CELLS("interrupts", 1);
    end();
    node("b");
    CELLS("reg", 0x2000, 0x100);
    CELLS("interrupts", 1, 2);
    end();
    node("c");
    CELLS("interrupts", 1);
    end();
    end();
    finish();
    assert_irq("/bus/a", 0, "/gic", 0, 10, 4);
    assert_irq("/bus/b", 0, "/gic", 0, 20, 4);
    assert_error("/bus/b", 1, -ENXIO);
    assert_error("/bus/c", 0, -ENXIO);
}

/* A nexus with this map over one cell of interrupt, a device below it, a GIC as phandle 1. */
static void nexus(size_t n, const uint32_t *map)
{
    begin();
    controller("gic", 1, 0, 3);
    node("nexus");
    CELLS("phandle", 2);
    CELLS("#address-cells", 0);
    CELLS("#interrupt-cells", 1);
    cells_of("interrupt-map", n, map);
    node("dev");
    CELLS("interrupts", 7);
    end();
    end();
    finish();
}

static void circles_and_malformed_maps_end_in_an_error(void **state)
{
    static const struct {
        uint32_t n, map[8];
        int wanted;
    } cases[] = {
        {5, {7, 1, 0, 3, 4}, 0},
        {3, {7, 2, 7}, -ENXIO},        /* to itself, for ever */
        {0, {0}, -ENXIO},              /* empty */
        {4, {7, 1, 0, 3}, -EINVAL},    /* cut short in the last cell */
        {2, {7, 1}, -EINVAL},          /* and behind the phandle */
        {1, {7}, -EINVAL},             /* and before it */
        {5, {7, 9, 0, 3, 4}, -EINVAL}, /* nobody's phandle */
        {5, {7, 0, 0, 3, 4}, -EINVAL}, /* what no phandle is */
        {5, {7, 0xffffffff, 0, 3, 4}, -EINVAL},
        {6, {6, 1, 0, 3, 4, 7}, -EINVAL}, /* another row, then a cut one */
        {5, {6, 1, 0, 3, 4}, -ENXIO},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        nexus(cases[i].n, cases[i].map);
        assert_error("/nexus/dev", 0, cases[i].wanted);
    }
}

static void rows_of_one_map_may_lead_to_different_controllers(void **state)
{
    (void)state;
    begin();
    controller("gic", 1, 0, 3);
    controller("other", 2, 0, 3);
    node("nexus");
    CELLS("#address-cells", 0);
    CELLS("#interrupt-cells", 1);
    CELLS("interrupt-map", 1, 1, 0, 3, 4, 2, 2, 0, 3, 4, 3, 1, 0, 5, 4);
    node("dev");
    CELLS("interrupts", 1, 2, 3);
    end();
    end();
    finish();
    assert_irq("/nexus/dev", 0, "/gic", 0, 3, 4);
    assert_irq("/nexus/dev", 1, "/other", 0, 3, 4);
    assert_irq("/nexus/dev", 2, "/gic", 0, 5, 4);
}

static void unit_addresses_of_more_than_four_cells_are_refused(void **state)
{
    (void)state;
    for (uint32_t address = 4; address < 40; address++) {
        begin();
        controller("gic", 1, (int)address, 3);
        node("nexus");
        CELLS("#address-cells", 0);
        CELLS("#interrupt-cells", 1);
        CELLS("interrupt-map", 7, 1, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
              0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        node("dev");
        CELLS("interrupts", 7);
        end();
        end();
        node("wide");
        CELLS("#address-cells", address);
        CELLS("#interrupt-cells", 1);
        CELLS("interrupt-map", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
              0);
        node("dev");
        CELLS("interrupts", 7);
        end();
        end();
        finish();
        if (address == 4) {
            assert_irq("/nexus/dev", 0, "/gic", 0, 3, 4);
        } else {
            assert_error("/nexus/dev", 0, -EINVAL);
        }
        assert_error("/wide/dev", 0, -EINVAL);
    }
}

static void controllers_and_devices_with_wrong_cells_are_refused(void **state)
{
    (void)state;
    for (uint32_t cells = 0; cells < 7; cells++) {
        begin();
        controller("gic", 1, 9, cells); /* its address cells matter only to a map */
        node("dev");
        CELLS("interrupt-parent", 1);
        CELLS("interrupts", 0, 1, 4);
        end();
        node("empty");
        CELLS("interrupt-parent", 1);
        flag("interrupts");
        end();
        node("odd");
        CELLS("interrupt-parent", 1);
        assert_int_equal(fdt_property(room, "interrupts", "abcde", 5), 0);
        end();
        node("orphan");
        CELLS("interrupts", 0, 1, 4);
        end();
        node("lost");
        CELLS("interrupt-parent", 77);
        CELLS("interrupts", 0, 1, 4);
        end();
        finish();
        assert_error("/dev", 0, cells == 1 || cells == 3 ? 0 : -EINVAL);
        assert_error("/empty", 0, cells == 0 || cells > 4 ? -EINVAL : -ENOENT);
        assert_error("/odd", 0, -EINVAL);
        assert_error("/orphan", 0, -ENXIO);
        assert_error("/lost", 0, -ENXIO);
    }
}

static void a_parent_that_is_neither_controller_nor_nexus_is_refused(void **state)
{
    (void)state;
    begin();
    node("plain");
    CELLS("phandle", 1);
    CELLS("#interrupt-cells", 3);
    end();
    node("dev");
    CELLS("interrupt-parent", 1);
    CELLS("interrupts", 0, 1, 4);
    end();
    finish();
    assert_error("/dev", 0, -EINVAL);
}

static uint32_t seed = 0x149;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)seed * below) >> 32);
}

static void garbage(const char *name, uint32_t most)
{
    uint32_t values[24];

    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        values[i] = rnd(20) == 0 ? rnd(UINT32_MAX) : cpu_to_fdt32(rnd(4));
    }
    if (rnd(5) != 0) {
        assert_int_equal(
            fdt_property(room, name, values, (int)(rnd(8) == 0 ? rnd(40) : 4 * rnd(most + 1))), 0);
    }
}

static void random_properties_are_never_read_beyond_and_never_walked_for_ever(void **state)
{
    unsigned int good = 0;

    (void)state;
    for (int run = 0; run < 5000; run++) {
        struct dt_path path;
        struct dt_irq irq;

        begin();
        controller("gic", 1, (int)rnd(4) - 1, 1 + rnd(3));
        for (uint32_t deep = 0; deep < 3; deep++) {
            node("n");
            CELLS("phandle", 2 + deep);
            CELLS("#interrupt-cells", rnd(4));
            CELLS("#address-cells", rnd(3));
            garbage("interrupt-parent", 1);
            garbage("interrupt-map", 20);
            garbage("interrupt-map-mask", 4);
            garbage("interrupts", 6);
            garbage("reg", 4);
        }
        end();
        end();
        end();
        finish();
        dt_path_root(&path, tree);
        while (dt_path_next(&path)) {
            if (dt_path_irq(&path, rnd(3), &irq) == 0) {
                good++;
                assert_int_equal(irq.controller, fdt_path_offset(tree, "/gic"));
                assert_true(irq.ncells >= 1 && irq.ncells <= 3);
            }
        }
    }
    assert_true(good > 200); /* enough of them made sense */
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
        cmocka_unit_test(the_nearest_interrupt_parent_counts_and_every_interrupt_is_found),
        cmocka_unit_test(a_map_on_an_ancestor_leads_to_the_gic_as_on_vexpress),
        cmocka_unit_test(a_row_is_chosen_by_unit_address_and_skips_its_parents_address),
        cmocka_unit_test(circles_and_malformed_maps_end_in_an_error),
        cmocka_unit_test(rows_of_one_map_may_lead_to_different_controllers),
        cmocka_unit_test(unit_addresses_of_more_than_four_cells_are_refused),
        cmocka_unit_test(controllers_and_devices_with_wrong_cells_are_refused),
        cmocka_unit_test(a_parent_that_is_neither_controller_nor_nexus_is_refused),
        cmocka_unit_test(random_properties_are_never_read_beyond_and_never_walked_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, forget);
}
