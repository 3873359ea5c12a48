/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: guests/guest_fdt.c guests/guest_fdt_patch.c guests/system_node.c guests/system_error.c */
/* UNIT: hyp/lib/fdt_check.c hyp/lib/vsnprintf.c */
/*
 * The guest's device tree: what is generated is whole, fits into the room that was announced, and
 * says of this guest what is so; what is patched keeps everything else, whatever the user's tree
 * looks like. That the spelling is QEMU's is held by tests/system/test_guest_tree.py.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "guests/guest_fdt.h"

#define OWN_SIZE 16384

static struct system_bank bank[SYSTEM_MAX_BANKS];
static struct guest_config guest;
static struct guest_fdt_ramdisk ramdisk;
static _Alignas(8) uint8_t own[OWN_SIZE];
static uint8_t *tree; /* exactly as long as the room, for the sanitizer */
static uint32_t used;

static int setup(void **state)
{
    (void)state;
    memset(bank, 0, sizeof(bank));
    bank[0] = (struct system_bank){.ipa = 0x40000000, .size = 0x10000000};
    guest = (struct guest_config){
        .name = "g", .bootargs = "", .nvcpus = 1, .nbanks = 1, .bank = bank};
    ramdisk = (struct guest_fdt_ramdisk){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(tree);
    tree = NULL;
    return 0;
}

static uint8_t *buffer(uint32_t size)
{
    void *p = NULL;

    free(tree);
    assert_int_equal(posix_memalign(&p, 8, size), 0);
    tree = p;
    return p;
}

static void generate(uint32_t midr)
{
    uint32_t room = guest_fdt_generate_room(&guest);

    assert_int_equal(guest_fdt_generate(&guest, &ramdisk, midr, buffer(room), room, &used), 0);
    assert_true(used <= room);
    assert_int_equal(fdt_check_full(tree, used), 0);
    assert_int_equal(fdt_totalsize(tree), used);
}

static const void *value(const char *path, const char *name, int *size)
{
    int node = fdt_path_offset(tree, path);

    assert_true(node >= 0);
    return fdt_getprop(tree, node, name, size);
}

static void has_string(const char *path, const char *name, const char *wanted)
{
    int size = 0;
    const char *s = value(path, name, &size);

    assert_non_null(s);
    assert_int_equal(size, strlen(wanted) + 1);
    assert_string_equal(s, wanted);
}

static void has_cells(const char *path, const char *name, unsigned int count,
                      const uint32_t *wanted)
{
    int size = 0;
    const fdt32_t *cell = value(path, name, &size);

    assert_non_null(cell);
    assert_int_equal(size, count * 4);
    for (unsigned int i = 0; i < count; i++) {
        assert_int_equal(fdt32_ld(&cell[i]), wanted[i]);
    }
}

#define HAS_CELLS(path, name, ...)                                     \
    has_cells(path, name, sizeof((const uint32_t[]){__VA_ARGS__}) / 4, \
              (const uint32_t[]){__VA_ARGS__})

/* ---------------------------------------------------------------- generated */

static void the_largest_guest_fits_into_the_announced_room(void **state)
{
    static char bootargs[4096];

    (void)state;
    memset(bootargs, 'x', sizeof(bootargs) - 1);
    guest.bootargs = bootargs;
    guest.nvcpus = SYSTEM_MAX_VCPUS;
    guest.nbanks = SYSTEM_MAX_BANKS;
    for (uint32_t i = 0; i < SYSTEM_MAX_BANKS; i++) {
        bank[i] = (struct system_bank){.ipa = 0xf0000000 + i * 0x10000, .size = 0x1000};
    }
    ramdisk = (struct guest_fdt_ramdisk){.ipa = 0xf0000000, .size = 0x1000};
    generate(0);
    has_string("/chosen", "bootargs", bootargs);
    HAS_CELLS("/memory@f0070000", "reg", 0, 0xf0070000, 0, 0x1000);
    HAS_CELLS("/cpus/cpu@7", "reg", 7);
}

static void too_little_room_is_an_error_at_every_size(void **state)
{
    uint32_t whole;

    (void)state;
    generate(0);
    whole = used;
    for (uint32_t size = 0; size < whole; size += 7) {
        buffer(size + 1);
        assert_true(guest_fdt_generate(&guest, &ramdisk, 0, tree, size, &used) < 0);
        assert_int_equal(used, 0);
    }
}

static void chosen_has_what_the_guest_has_and_nothing_else(void **state)
{
    (void)state;
    generate(0);
    has_string("/chosen", "stdout-path", "/pl011@9000000");
    assert_null(value("/chosen", "bootargs", NULL));
    assert_null(value("/chosen", "linux,initrd-start", NULL));
    guest.bootargs = "quiet";
    ramdisk = (struct guest_fdt_ramdisk){.ipa = 0x48000000, .size = 3};
    generate(0);
    has_string("/chosen", "bootargs", "quiet");
    HAS_CELLS("/chosen", "linux,initrd-start", 0x48000000);
    HAS_CELLS("/chosen", "linux,initrd-end", 0x48000003);
}

static void the_core_is_named_by_its_midr(void **state)
{
    (void)state;
    generate(0x410fc075);
    has_string("/cpus/cpu@0", "compatible", "arm,cortex-a7");
    generate(0x412fc0f1);
    has_string("/cpus/cpu@0", "compatible", "arm,cortex-a15");
    generate(0x411fc0e1);
    has_string("/cpus/cpu@0", "compatible", "arm,cortex-a17");
    generate(0);
    has_string("/cpus/cpu@0", "compatible", "arm,cortex-a15");
}

static void timer_interrupts_go_to_every_cpu_of_the_guest(void **state)
{
    (void)state;
    guest.nvcpus = 3;
    generate(0);
    HAS_CELLS("/timer", "interrupts", 1, 13, 0x704, 1, 14, 0x704, 1, 11, 0x704, 1, 10, 0x704);
}

static void virtio_slots_are_where_virt_has_them(void **state)
{
    (void)state;
    generate(0);
    HAS_CELLS("/virtio_mmio@a000000", "reg", 0, 0x0a000000, 0, 0x200);
    HAS_CELLS("/virtio_mmio@a000000", "interrupts", 0, 16, 1);
    HAS_CELLS("/virtio_mmio@a003e00", "interrupts", 0, 47, 1);
}

/* ---------------------------------------------------------------- patched */

static void begin_own(uint32_t acells, uint32_t scells)
{
    memset(own, 0, sizeof(own));
    assert_int_equal(fdt_create(own, sizeof(own)), 0);
    assert_int_equal(fdt_finish_reservemap(own), 0);
    assert_int_equal(fdt_begin_node(own, ""), 0);
    assert_int_equal(fdt_property_u32(own, "#address-cells", acells), 0);
    assert_int_equal(fdt_property_u32(own, "#size-cells", scells), 0);
}

static void own_node(const char *name)
{
    assert_int_equal(fdt_begin_node(own, name), 0);
    assert_int_equal(fdt_property_string(own, "mark", "own"), 0);
    assert_int_equal(fdt_end_node(own), 0);
}

static void end_own(void)
{
    assert_int_equal(fdt_end_node(own), 0);
    assert_int_equal(fdt_finish(own), 0);
}

/* From an address that is aligned to 4 only, as payloads in a system tree are. */
static int patch(uint32_t size)
{
    uint8_t *shifted = malloc(size + 4);
    struct payload payload = {.data = shifted + 4, .size = size};
    uint32_t room;
    int rc = -1;

    assert_non_null(shifted);
    memcpy(shifted + 4, own, size);
    room = guest_fdt_patch_room(&guest, &payload);
    if (room != 0) {
        rc = guest_fdt_patch(&guest, &payload, &ramdisk, buffer(room), room, &used);
    }
    if (rc == 0) {
        assert_true(used <= room);
        assert_int_equal(fdt_check_full(tree, used), 0);
    }
    free(shifted);
    return rc;
}

static void memory_is_replaced_in_the_cells_of_the_root(void **state)
{
    (void)state;
    guest.nbanks = 2;
    bank[1] = (struct system_bank){.ipa = 0, .size = 0x100000};
    for (uint32_t acells = 1; acells <= 2; acells++) {
        for (uint32_t scells = 1; scells <= 2; scells++) {
            int size = 0;

            begin_own(acells, scells);
            own_node("memory");
            own_node("memory@80000000");
            own_node("memory-controller@1000");
            end_own();
            assert_int_equal(patch(fdt_totalsize(own)), 0);
            assert_int_equal(fdt_path_offset(tree, "/memory@80000000"), -FDT_ERR_NOTFOUND);
            has_string("/memory-controller@1000", "mark", "own");
            has_string("/memory@40000000", "device_type", "memory");
            assert_non_null(value("/memory@0", "reg", &size));
            assert_int_equal(size, 4 * (acells + scells));
        }
    }
    HAS_CELLS("/memory@40000000", "reg", 0, 0x40000000, 0, 0x10000000);
    HAS_CELLS("/memory@0", "reg", 0, 0, 0, 0x100000);
}

static void cells_that_no_address_has_are_refused(void **state)
{
    static const uint32_t wrong[][2] = {{0, 1}, {3, 1}, {1, 0}, {1, 3}, {0xffffffff, 1}};

    (void)state;
    for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++) {
        begin_own(wrong[i][0], wrong[i][1]);
        end_own();
        assert_int_equal(patch(fdt_totalsize(own)), -FDT_ERR_BADNCELLS);
    }
}

static void chosen_and_psci_are_made_or_amended(void **state)
{
    (void)state;
    guest.bootargs = "a b c";
    ramdisk = (struct guest_fdt_ramdisk){.ipa = 0x48000000, .size = 0x123};
    begin_own(2, 2);
    own_node("chosen");
    own_node("psci");
    own_node("board");
    end_own();
    assert_int_equal(patch(fdt_totalsize(own)), 0);
    has_string("/chosen", "mark", "own");
    has_string("/chosen", "bootargs", "a b c");
    HAS_CELLS("/chosen", "linux,initrd-end", 0x48000123);
    assert_null(value("/psci", "mark", NULL));
    has_string("/psci", "method", "hvc");
    HAS_CELLS("/psci", "cpu_on", 0x84000003);
    has_string("/board", "mark", "own");
    begin_own(2, 2);
    end_own();
    assert_int_equal(patch(fdt_totalsize(own)), 0);
    has_string("/chosen", "bootargs", "a b c");
    has_string("/psci", "method", "hvc");
}

static void bootargs_of_the_users_tree_stay_if_the_guest_has_none(void **state)
{
    (void)state;
    begin_own(1, 1);
    assert_int_equal(fdt_begin_node(own, "chosen"), 0);
    assert_int_equal(fdt_property_string(own, "bootargs", "theirs"), 0);
    assert_int_equal(fdt_end_node(own), 0);
    end_own();
    assert_int_equal(patch(fdt_totalsize(own)), 0);
    has_string("/chosen", "bootargs", "theirs");
}

static void the_room_suffices_for_every_tree_that_is_tightly_packed(void **state)
{
    static char bootargs[4096];

    (void)state;
    guest.bootargs = bootargs;
    guest.nbanks = SYSTEM_MAX_BANKS;
    for (uint32_t i = 0; i < SYSTEM_MAX_BANKS; i++) {
        bank[i] = (struct system_bank){.ipa = 0xf0000000 + i * 0x10000, .size = 0x1000};
    }
    ramdisk = (struct guest_fdt_ramdisk){.ipa = 0x48000000, .size = 0x123};
    for (unsigned int length = 0; length < sizeof(bootargs); length += 61) {
        memset(bootargs, 'x', length);
        begin_own(2, 2);
        end_own();
        assert_int_equal(fdt_pack(own), 0);
        assert_int_equal(patch(fdt_totalsize(own)), 0);
    }
}

static void a_tree_with_room_to_spare_comes_out_packed(void **state)
{
    (void)state;
    begin_own(2, 2);
    end_own();
    assert_int_equal(fdt_open_into(own, own, OWN_SIZE), 0);
    assert_int_equal(patch(OWN_SIZE), 0);
    assert_true(used < 1024);
}

static void a_users_tree_cut_or_changed_anywhere_is_read_safely(void **state)
{
    uint32_t size;

    (void)state;
    begin_own(2, 2);
    own_node("memory@0");
    own_node("chosen");
    own_node("psci");
    end_own();
    size = fdt_totalsize(own);
    for (uint32_t cut = 0; cut < size; cut++) {
        assert_true(patch(cut) != 0);
    }
    for (uint32_t bit = 0; bit < size * 8; bit++) {
        own[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        (void)patch(size);
        own[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_largest_guest_fits_into_the_announced_room, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(too_little_room_is_an_error_at_every_size, setup, teardown),
        cmocka_unit_test_setup_teardown(chosen_has_what_the_guest_has_and_nothing_else, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_core_is_named_by_its_midr, setup, teardown),
        cmocka_unit_test_setup_teardown(timer_interrupts_go_to_every_cpu_of_the_guest, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(virtio_slots_are_where_virt_has_them, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_is_replaced_in_the_cells_of_the_root, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(cells_that_no_address_has_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(chosen_and_psci_are_made_or_amended, setup, teardown),
        cmocka_unit_test_setup_teardown(bootargs_of_the_users_tree_stay_if_the_guest_has_none,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(the_room_suffices_for_every_tree_that_is_tightly_packed,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_tree_with_room_to_spare_comes_out_packed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_users_tree_cut_or_changed_anywhere_is_read_safely, setup,
                                        teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
