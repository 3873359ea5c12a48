/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scan of the board's tree before the MMU is on: trees as boards have them, and trees that lie.
 */
/* UNIT: boot/fdt_scan.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "boot/boot.h"

#define ROOM  4096
#define PL011 0x1c090000u

struct tree {
    uint8_t data[ROOM] __attribute__((aligned(8)));
};

static void begin(struct tree *t, uint32_t address_cells, uint32_t size_cells)
{
    fdt_create(t->data, ROOM);
    fdt_finish_reservemap(t->data);
    fdt_begin_node(t->data, "");
    fdt_property_u32(t->data, "#address-cells", address_cells);
    fdt_property_u32(t->data, "#size-cells", size_cells);
}

static void cells(struct tree *t, const char *name, const uint32_t *values, unsigned int count)
{
    fdt32_t be[16];

    for (unsigned int i = 0; i < count; i++)
        be[i] = cpu_to_fdt32(values[i]);
    fdt_property(t->data, name, be, (int)(4 * count));
}

#define CELLS(t, name, ...)                                            \
    do {                                                               \
        const uint32_t values_[] = {__VA_ARGS__};                      \
        cells(t, name, values_, sizeof(values_) / sizeof(values_[0])); \
    } while (0)

static void chosen(struct tree *t, const char *stdout_path)
{
    fdt_begin_node(t->data, "chosen");
    fdt_property_string(t->data, "stdout-path", stdout_path);
    fdt_end_node(t->data);
}

static void aliases(struct tree *t, const char *path)
{
    fdt_begin_node(t->data, "aliases");
    fdt_property_string(t->data, "serial1", "/elsewhere");
    fdt_property_string(t->data, "serial0", path);
    fdt_end_node(t->data);
}

static void end(struct tree *t)
{
    fdt_end_node(t->data);
    assert_int_equal(fdt_finish(t->data), 0);
}

/* Arm's Versatile Express: a bus of chip selects in a bus of one cell in a root of two. */
static void vexpress(struct tree *t, const char *stdout_path)
{
    static const char compatible[] = "arm,pl011\0arm,primecell";

    begin(t, 2, 2);
    chosen(t, stdout_path);
    aliases(t, "/bus@8000000/motherboard-bus@8000000/iofpga@300000000/serial@90000");
    fdt_begin_node(t->data, "interrupt-controller@2c001000");
    fdt_property(t->data, "compatible", "arm,cortex-a15-gic\0arm,cortex-a9-gic", 37);
    CELLS(t, "reg", 0, 0x2c001000, 0, 0x1000, 0, 0x2c002000, 0, 0x2000, 0, 0x2c004000, 0, 0x2000);
    fdt_end_node(t->data);
    fdt_begin_node(t->data, "bus@8000000");
    fdt_property_u32(t->data, "#address-cells", 1);
    fdt_property_u32(t->data, "#size-cells", 1);
    CELLS(t, "ranges", 0x8000000, 0, 0x8000000, 0x18000000);
    fdt_begin_node(t->data, "motherboard-bus@8000000");
    fdt_property_u32(t->data, "#address-cells", 2);
    fdt_property_u32(t->data, "#size-cells", 1);
    CELLS(t, "ranges", 0, 0, 0x8000000, 0x4000000, 3, 0, 0x1c000000, 0x4000000);
    fdt_begin_node(t->data, "iofpga@300000000");
    fdt_property_u32(t->data, "#address-cells", 1);
    fdt_property_u32(t->data, "#size-cells", 1);
    CELLS(t, "ranges", 0, 3, 0, 0x200000);
    fdt_begin_node(t->data, "serial@90000");
    fdt_property(t->data, "compatible", compatible, sizeof(compatible));
    CELLS(t, "reg", 0x90000, 0x1000);
    for (int depth = 0; depth < 5; depth++)
        fdt_end_node(t->data);
    assert_int_equal(fdt_finish(t->data), 0);
}

static void assert_uart(const struct tree *t, enum early_uart_kind kind, uint32_t base,
                        uint32_t shift)
{
    struct early_uart uart = {.kind = EARLY_UART_NONE};

    assert_true(boot_fdt_valid(t->data));
    assert_true(boot_fdt_uart(t->data, &uart));
    assert_int_equal(uart.kind, kind);
    assert_int_equal(uart.base, base);
    assert_int_equal(uart.shift, shift);
}

static void assert_no_uart(const struct tree *t)
{
    struct early_uart uart = {.kind = EARLY_UART_NONE};

    assert_true(boot_fdt_valid(t->data));
    assert_false(boot_fdt_uart(t->data, &uart));
}

static void nested_ranges_are_followed(void **state)
{
    struct tree t;

    (void)state;
    vexpress(&t, "/bus@8000000/motherboard-bus@8000000/iofpga@300000000/serial@90000");
    assert_uart(&t, EARLY_UART_PL011, PL011, 0);
}

static void stdout_path_may_be_an_alias_with_options(void **state)
{
    struct tree t;

    (void)state;
    vexpress(&t, "serial0:115200n8");
    assert_uart(&t, EARLY_UART_PL011, PL011, 0);
    vexpress(&t, "serial0");
    assert_uart(&t, EARLY_UART_PL011, PL011, 0);
}

static void stdout_path_may_leave_unit_addresses_out(void **state)
{
    struct tree t;

    (void)state;
    vexpress(&t, "/bus/motherboard-bus/iofpga/serial:38400");
    assert_uart(&t, EARLY_UART_PL011, PL011, 0);
}

static void a_path_to_nowhere_gives_no_uart(void **state)
{
    static const char *const paths[] = {
        "",
        "/",
        "serial1",
        "serial2",
        "/bus@8000000",
        "/bus@8000000/motherboard-bus@8000000/iofpga@300000000/serial@9000",
        "/bus@8000000/motherboard-bus@8000000/iofpga@300000000/serial@90000/more",
        "/bus@8000000/serial@90000",
        "/interrupt-controller@2c001000",
    };
    struct tree t;

    (void)state;
    for (unsigned int i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        vexpress(&t, paths[i]);
        assert_no_uart(&t);
    }
}

static void simple(struct tree *t, const char *compatible, uint32_t high, const uint32_t *shift)
{
    begin(t, 2, 1);
    chosen(t, "/serial@1000");
    fdt_begin_node(t->data, "serial@1000");
    fdt_property_string(t->data, "compatible", compatible);
    CELLS(t, "reg", high, 0x1000, 0x100);
    if (shift)
        cells(t, "reg-shift", shift, 1);
    fdt_end_node(t->data);
    end(t);
}

static void each_kind_of_uart_is_known(void **state)
{
    static const uint32_t shift = 2, wild = 0xffffffff;
    struct tree t;

    (void)state;
    simple(&t, "snps,dw-apb-uart", 0, &shift);
    assert_uart(&t, EARLY_UART_16550, 0x1000, 2);
    simple(&t, "ns16550a", 0, 0);
    assert_uart(&t, EARLY_UART_16550, 0x1000, 0);
    simple(&t, "ns16550", 0, &wild);
    assert_uart(&t, EARLY_UART_16550, 0x1000, 3);
    simple(&t, "fsl,imx6q-uart", 0, 0);
    assert_uart(&t, EARLY_UART_IMX, 0x1000, 0);
    simple(&t, "arm,pl01", 0, 0);
    assert_no_uart(&t);
}

static void a_uart_above_4_gib_is_none(void **state)
{
    struct tree t;

    (void)state;
    simple(&t, "arm,pl011", 1, 0);
    assert_no_uart(&t);
}

static void the_gic_is_found(void **state)
{
    struct tree t;
    uint32_t gicd = 0, gicc = 0;

    (void)state;
    vexpress(&t, "serial0");
    assert_true(boot_fdt_gic(t.data, &gicd, &gicc));
    assert_int_equal(gicd, 0x2c001000);
    assert_int_equal(gicc, 0x2c002000);
    simple(&t, "arm,pl011", 0, 0);
    assert_false(boot_fdt_gic(t.data, &gicd, &gicc));
}

static void what_is_no_tree_is_refused(void **state)
{
    struct tree t;

    (void)state;
    assert_false(boot_fdt_valid(0));
    vexpress(&t, "serial0");
    assert_true(boot_fdt_valid(t.data));
    assert_false(boot_fdt_valid(t.data + 2));
    fdt_set_version(t.data, 16);
    assert_false(boot_fdt_valid(t.data));
    vexpress(&t, "serial0");
    fdt_set_last_comp_version(t.data, 18);
    assert_false(boot_fdt_valid(t.data));
    vexpress(&t, "serial0");
    fdt_set_totalsize(t.data, 0x7fffffff);
    assert_false(boot_fdt_valid(t.data));
    memset(t.data, 0, sizeof(t.data));
    assert_false(boot_fdt_valid(t.data));
}

/* Whatever it answers, it stays inside and comes back: the sanitizers hold it. */
static void scan(const uint8_t *data)
{
    struct early_uart uart = {.kind = EARLY_UART_NONE};
    uint32_t gicd, gicc;

    if (!boot_fdt_valid(data))
        return;
    (void)boot_fdt_uart(data, &uart);
    (void)boot_fdt_gic(data, &gicd, &gicc);
}

/* In memory of exactly its size, so that a byte read behind it is seen. */
static void scan_exactly(const uint8_t *data, uint32_t size)
{
    uint8_t *copy = malloc(size);

    memcpy(copy, data, size);
    scan(copy);
    free(copy);
}

static void a_tree_cut_anywhere_is_read_no_further(void **state)
{
    struct tree t;
    uint32_t size;

    (void)state;
    vexpress(&t, "serial0:115200n8");
    size = fdt_totalsize(t.data);
    for (uint32_t cut = 40; cut < size; cut++) {
        uint32_t structs = fdt_off_dt_struct(t.data), strings = fdt_off_dt_strings(t.data);
        struct tree short_one = t;

        fdt_set_totalsize(short_one.data, cut);
        scan_exactly(short_one.data, cut);
        /* And the same with blocks that claim no more than is there. */
        if (cut > structs && cut - structs < fdt_size_dt_struct(t.data))
            fdt_set_size_dt_struct(short_one.data, cut - structs);
        if (cut > strings)
            fdt_set_size_dt_strings(short_one.data, cut - strings);
        else
            fdt_set_size_dt_strings(short_one.data, 0);
        if (cut <= strings)
            fdt_set_off_dt_strings(short_one.data, 0);
        scan_exactly(short_one.data, cut);
    }
}

static void a_tree_wrong_in_any_byte_is_survived(void **state)
{
    static const uint8_t values[] = {0x00, 0x01, 0x02, 0x03, 0x09, 0x7f, 0x80, 0xff};
    struct tree t;
    uint32_t size;

    (void)state;
    vexpress(&t, "serial0:115200n8");
    size = fdt_totalsize(t.data);
    for (uint32_t at = 8; at < size; at++) {
        for (unsigned int i = 0; i < sizeof(values); i++) {
            struct tree bad = t;

            bad.data[at] = values[i];
            scan_exactly(bad.data, size);
        }
    }
}

static void nodes_nested_too_deep_end_the_scan(void **state)
{
    struct tree t;

    (void)state;
    begin(&t, 1, 1);
    chosen(&t, "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a");
    for (int i = 0; i < 64; i++)
        fdt_begin_node(t.data, "a");
    for (int i = 0; i < 64; i++)
        fdt_end_node(t.data);
    end(&t);
    assert_no_uart(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nested_ranges_are_followed),
        cmocka_unit_test(stdout_path_may_be_an_alias_with_options),
        cmocka_unit_test(stdout_path_may_leave_unit_addresses_out),
        cmocka_unit_test(a_path_to_nowhere_gives_no_uart),
        cmocka_unit_test(each_kind_of_uart_is_known),
        cmocka_unit_test(a_uart_above_4_gib_is_none),
        cmocka_unit_test(the_gic_is_found),
        cmocka_unit_test(what_is_no_tree_is_refused),
        cmocka_unit_test(a_tree_cut_anywhere_is_read_no_further),
        cmocka_unit_test(a_tree_wrong_in_any_byte_is_survived),
        cmocka_unit_test(nodes_nested_too_deep_end_the_scan),
    };

    return cmocka_run_group_tests(tests, 0, 0);
}
