/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: guests/payload.c guests/payload_elf.c guests/payload_uimage.c */
/* UNIT: guests/system_error.c hyp/lib/vsnprintf.c */
/*
 * Kernel images of every format, whole and spoiled: where they go, where they are entered, and that
 * no field of a hostile one leads outside the payload.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guests/payload.h"
#include "hyp/lib/util.h"

#define RAM UINT32_C(0x40000000)

static uint8_t image[4096];
static struct payload_request request;
static struct payload_plan plan;
static struct system_error error;

static int setup(void **state)
{
    (void)state;
    memset(image, 0, sizeof(image));
    request = (struct payload_request){.payload = {.data = image}, .ram = RAM};
    return 0;
}

/* Plans exactly `size` bytes of the image, from a place that no alignment helps. */
static int plan_bytes(uint32_t size)
{
    uint8_t *copy = malloc(size + 1);
    int rc;

    assert_non_null(copy);
    memcpy(copy + 1, image, size);
    request.payload = (struct payload){.data = copy + 1, .size = size};
    memset(&error, 0, sizeof(error));
    rc = payload_plan(&request, &plan, &error);
    for (unsigned int i = 0; rc == 0 && i < plan.nsegments; i++) {
        const struct payload_segment *s = &plan.segment[i];

        assert_true(s->data.data >= copy + 1);
        assert_true(s->data.size <= size &&
                    s->data.data - (copy + 1) <= (long)(size - s->data.size));
    }
    free(copy);
    return rc;
}

static void accepts(uint32_t size)
{
    if (plan_bytes(size) != 0) {
        fail_msg("refused: %s: %s", error.property, error.text);
    }
}

static void refuses(uint32_t size, const char *property, const char *text)
{
    assert_int_equal(plan_bytes(size), -EINVAL);
    assert_string_equal(error.text, text);
    assert_string_equal(error.property, property);
}

static void put16(uint32_t at, uint32_t value)
{
    image[at] = (uint8_t)value;
    image[at + 1] = (uint8_t)(value >> 8);
}

static void put32(uint32_t at, uint32_t value)
{
    put16(at, value);
    put16(at + 2, value >> 16);
}

static void put32be(uint32_t at, uint32_t value)
{
    put32(at, __builtin_bswap32(value));
}

/* ---------------------------------------------------------------- raw and zImage */

static void zimage(uint32_t start, uint32_t end)
{
    put32(0x24, 0x016f2818);
    put32(0x28, start);
    put32(0x2c, end);
}

static void raw_lies_at_ram_plus_64k_and_is_entered_at_its_first_byte(void **state)
{
    (void)state;
    accepts(1);
    assert_int_equal(plan.type, PAYLOAD_RAW);
    assert_int_equal(plan.nsegments, 1);
    assert_int_equal(plan.segment[0].ipa, RAM + 0x10000);
    assert_int_equal(plan.segment[0].room, 1);
    assert_int_equal(plan.entry, RAM + 0x10000);
    assert_false(plan.thumb);
}

static void load_and_entry_replace_the_rules_and_bit_0_is_thumb(void **state)
{
    (void)state;
    request.has_load = true;
    request.load = 0x40300000;
    accepts(16);
    assert_int_equal(plan.entry, 0x40300000);
    request.has_entry = true;
    request.entry = 0x40300003;
    accepts(16);
    assert_int_equal(plan.segment[0].ipa, 0x40300000);
    assert_int_equal(plan.entry, 0x40300002);
    assert_true(plan.thumb);
    request.entry = 0x40300002;
    refuses(16, "entry", "the entry 0x40300002 is no multiple of 4; set bit 0 for Thumb");
}

static void an_image_may_end_at_4_gib_but_not_beyond(void **state)
{
    (void)state;
    request.has_load = true;
    request.load = 0xfffffff0;
    accepts(16);
    refuses(17, "data", "the image of 0x11 bytes at 0xfffffff0 ends beyond 4 GiB");
}

static void zimage_is_known_by_its_magic_even_behind_mz(void **state)
{
    (void)state;
    zimage(0, 0x100);
    memcpy(image, "MZ", 2);
    accepts(0x100);
    assert_int_equal(plan.type, PAYLOAD_ZIMAGE);
    assert_int_equal(plan.entry, RAM + 0x10000);
    assert_int_equal(plan.segment[0].room, 0x100);
}

static void zimage_keeps_what_is_appended_to_it(void **state)
{
    (void)state;
    zimage(0, 0x100);
    accepts(0x180);
    assert_int_equal(plan.segment[0].room, 0x180);
}

static void zimage_start_is_subtracted(void **state)
{
    (void)state;
    zimage(0xfffff000, 0xfffff100);
    accepts(0x100);
    refuses(0xff, "data", "the zImage is cut short: its header says 0x100 bytes, 0xff are there");
}

static void zimage_says_where_it_decompresses_to(void **state)
{
    (void)state;
    zimage(0, 0x100);
    accepts(0x100);
    assert_int_equal(plan.unpacked_end, 0);
    put32(0x34, 0x45454545);
    put32(0x38, 0x40);
    put32(0x40, 6);
    put32(0x44, 0x5a534c4b);
    put32(0x48, 0xfc);
    put32(0x4c, 0x60000);
    put32(0x50, 0x208000);
    put32(0xfc, 0x1500000);
    accepts(0x100);
    assert_int_equal(plan.unpacked_begin, 0x204000);
    assert_int_equal(plan.unpacked_end, 0x208000 + 0x1500000 + 0x60000);
    put32(0x4c, 0xff000000); /* a sum beyond 4 GiB says nothing */
    accepts(0x100);
    assert_int_equal(plan.unpacked_end, 0);
}

static void zimage_table_anywhere_is_read_safely(void **state)
{
    static const uint32_t value[] = {0,    0x40, 0xec,  0xed,       0xfc,
                                     0xfd, 0xff, 0x100, 0x7fffffff, UINT32_MAX};

    (void)state;
    for (unsigned int i = 0; i < ARRAY_SIZE(value); i++) {
        for (unsigned int j = 0; j < ARRAY_SIZE(value); j++) {
            setup(NULL);
            zimage(0, 0x100);
            for (uint32_t at = 0x40; at + 8 <= 0x100; at += 8) {
                put32(at, value[j]);
                put32(at + 4, 0x5a534c4b);
            }
            put32(0x34, 0x45454545);
            put32(0x38, value[i]);
            accepts(0x100);
        }
    }
}

static void zimage_with_any_header_is_refused_or_lies_in_the_payload(void **state)
{
    static const uint32_t value[] = {0,     1,          0x2f,       0x30,      0x100,
                                     0x101, 0x7fffffff, 0x80000000, UINT32_MAX};

    (void)state;
    for (unsigned int i = 0; i < ARRAY_SIZE(value); i++) {
        for (unsigned int j = 0; j < ARRAY_SIZE(value); j++) {
            bool good = value[j] > value[i] && value[j] - value[i] >= 0x30 &&
                        value[j] - value[i] <= 0x100;

            zimage(value[i], value[j]);
            assert_int_equal(plan_bytes(0x100), good ? 0 : -EINVAL);
        }
    }
}

static void short_payloads_are_told_apart_without_reading_beyond(void **state)
{
    (void)state;
    zimage(0, 0x30);
    accepts(0x27); /* the magic is not whole: raw */
    assert_int_equal(plan.type, PAYLOAD_RAW);
    refuses(0x28, "data", "the zImage is cut short: its header is not whole");
    refuses(0x2f, "data", "the zImage is cut short: its header is not whole");
    accepts(0x30);
}

static void a_named_type_must_have_its_magic_but_raw_takes_anything(void **state)
{
    (void)state;
    memcpy(image, "\177ELF", 4);
    request.type = PAYLOAD_ZIMAGE;
    refuses(64, "data", "is no zImage: the magic number is missing");
    request.type = PAYLOAD_RAW;
    accepts(64);
    assert_int_equal(plan.type, PAYLOAD_RAW);
}

/* ---------------------------------------------------------------- uImage */

static uint32_t crc32(const uint8_t *data, uint32_t size)
{
    uint32_t crc = UINT32_MAX;

    for (uint32_t i = 0; i < size * 8; i++) {
        uint32_t bit = (crc ^ (uint32_t)(data[i / 8] >> (i % 8))) & 1;

        crc = (crc >> 1) ^ (bit != 0 ? UINT32_C(0xedb88320) : 0);
    }
    return ~crc;
}

static void uimage_seal(void)
{
    put32be(4, 0);
    put32be(4, crc32(image, 64));
}

static void uimage(uint32_t size, uint32_t load, uint32_t entry, uint8_t type)
{
    put32be(0, 0x27051956);
    put32be(12, size);
    put32be(16, load);
    put32be(20, entry);
    put32be(24, crc32(image + 64, size));
    image[28] = 5;
    image[29] = 2;
    image[30] = type;
    image[31] = 0;
    uimage_seal();
}

static void uimage_goes_where_its_header_says(void **state)
{
    (void)state;
    memset(image + 64, 0x5a, 256);
    uimage(256, 0x40008000, 0x40008010, 2);
    accepts(64 + 256);
    assert_int_equal(plan.type, PAYLOAD_UIMAGE);
    assert_int_equal(plan.segment[0].ipa, 0x40008000);
    assert_int_equal(plan.segment[0].data.size, 256);
    assert_int_equal(plan.entry, 0x40008010);
}

static void uimage_without_load_address_counts_its_entry_from_its_place(void **state)
{
    (void)state;
    uimage(256, 0, 0x10, 14);
    accepts(64 + 256);
    assert_int_equal(plan.segment[0].ipa, RAM + 0x10000);
    assert_int_equal(plan.entry, RAM + 0x10010);
}

static void load_moves_a_uimage_with_its_entry(void **state)
{
    (void)state;
    uimage(256, 0x80008000, 0x80008010, 2);
    request.has_load = true;
    request.load = 0x40100000;
    accepts(64 + 256);
    assert_int_equal(plan.segment[0].ipa, 0x40100000);
    assert_int_equal(plan.entry, 0x40100010);
}

static void every_single_bit_error_in_a_uimage_is_found(void **state)
{
    (void)state;
    memset(image + 64, 0xa5, 32);
    uimage(32, 0x40008000, 0x40008000, 2);
    request.type = PAYLOAD_UIMAGE;
    accepts(96);
    for (uint32_t bit = 0; bit < 96 * 8; bit++) {
        image[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        assert_int_equal(plan_bytes(96), -EINVAL);
        image[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    for (uint32_t size = 1; size < 96; size++) {
        assert_int_equal(plan_bytes(size), -EINVAL);
    }
}

static void uimage_of_another_kind_is_refused(void **state)
{
    (void)state;
    uimage(256, 0x40008000, 0x40008000, 4);
    refuses(320, "data", "the uImage is no kernel (its type is 4)");
    uimage(0, 0x40008000, 0x40008000, 2);
    refuses(320, "data", "the uImage is empty");
    uimage(256, 0x40008000, 0x40008000, 2);
    image[31] = 3;
    uimage_seal();
    refuses(320, "data", "the uImage is compressed; Skep does not decompress");
    image[29] = 22;
    uimage_seal();
    refuses(320, "data", "the uImage is for another machine (22, not 2)");
}

/* ---------------------------------------------------------------- ELF */

static void elf(uint32_t entry, uint32_t phnum)
{
    memcpy(image, "\177ELF\1\1\1", 7);
    put16(16, 2);
    put16(18, 40);
    put32(24, entry);
    put32(28, 52);
    put16(42, 32);
    put16(44, phnum);
}

static void phdr(uint32_t index, uint32_t type, uint32_t offset, uint32_t vaddr, uint32_t paddr,
                 uint32_t filesz, uint32_t memsz)
{
    uint32_t at = 52 + 32 * index;

    put32(at, type);
    put32(at + 4, offset);
    put32(at + 8, vaddr);
    put32(at + 12, paddr);
    put32(at + 16, filesz);
    put32(at + 20, memsz);
}

static void elf_goes_to_its_physical_addresses_and_a_virtual_entry_is_translated(void **state)
{
    (void)state;
    elf(0x80100041, 3);
    phdr(0, 0x70000001, 0, 0x80200000, 0x80200000, 8, 8); /* EXIDX: not loaded */
    phdr(1, 1, 0x400, 0x80100000, 0x40100000, 0x100, 0x100);
    phdr(2, 1, 0x500, 0x80200000, 0x40200000, 0x10, 0x4000);
    accepts(0x600);
    assert_int_equal(plan.type, PAYLOAD_ELF);
    assert_int_equal(plan.nsegments, 2);
    assert_int_equal(plan.segment[0].ipa, 0x40100000);
    assert_int_equal(plan.segment[1].ipa, 0x40200000);
    assert_int_equal(plan.segment[1].room, 0x4000);
    assert_int_equal(plan.segment[1].data.size, 0x10);
    assert_int_equal(plan.entry, 0x40100040);
    assert_true(plan.thumb);
}

static void elf_entry_may_be_physical_and_load_moves_everything(void **state)
{
    (void)state;
    elf(0x40100008, 2);
    phdr(0, 1, 0x400, 0xc0200000, 0x40200000, 0x10, 0x10);
    phdr(1, 1, 0x400, 0xc0100000, 0x40100000, 0x10, 0x10);
    accepts(0x600);
    assert_int_equal(plan.entry, 0x40100008);
    request.has_load = true;
    request.load = 0x50000000;
    accepts(0x600);
    assert_int_equal(plan.segment[0].ipa, 0x50100000);
    assert_int_equal(plan.segment[1].ipa, 0x50000000);
    assert_int_equal(plan.entry, 0x50000008);
}

static void elf_entry_in_no_segment_is_refused_unless_entry_is_given(void **state)
{
    (void)state;
    elf(0x10, 1);
    phdr(0, 1, 0x400, 0x40100000, 0x40100000, 0x10, 0x10);
    refuses(0x600, "data", "the ELF file's entry 0x00000010 is in none of its segments");
    request.has_entry = true;
    request.entry = 0x40100000;
    accepts(0x600);
    assert_int_equal(plan.entry, 0x40100000);
}

static void elf_segment_may_fill_the_file_but_not_pass_its_end(void **state)
{
    (void)state;
    elf(0x40100000, 1);
    phdr(0, 1, 0x400, 0x40100000, 0x40100000, 0x200, 0x200);
    accepts(0x600);
    refuses(0x5ff, "data", "the ELF file is cut short: segment 0 ends at 0x600 of 0x5ff bytes");
    phdr(0, 1, 0xffffffff, 0x40100000, 0x40100000, 0xffffffff, 0xffffffff);
    refuses(0x600, "data",
            "the ELF file is cut short: segment 0 ends at 0x1fffffffe of 0x600 bytes");
    phdr(0, 1, 0x400, 0x40100000, 0x40100000, 0x200, 0x1ff);
    refuses(0x600, "data", "the ELF file's segment 0 is longer in the file than in memory");
    phdr(0, 1, 0x400, 0xfffff000, 0xfffff000, 0x10, 0x1001);
    refuses(0x600, "data", "an ELF segment of 0x1001 bytes at 0xfffff000 ends beyond 4 GiB");
}

static void elf_program_headers_anywhere_stay_in_the_file(void **state)
{
    (void)state;
    elf(0x40100000, 1);
    phdr(0, 1, 0x400, 0x40100000, 0x40100000, 0x10, 0x10);
    put32(28, 0xfffffff0);
    refuses(0x600, "data", "the ELF file's program headers are damaged");
    put32(28, 0x600 - 31);
    refuses(0x600, "data", "the ELF file's program headers are damaged");
    put32(28, 52);
    put16(42, 33);
    refuses(0x600, "data", "the ELF file's program headers are damaged");
    put16(42, 32);
    put16(44, 0xffff);
    refuses(0x600, "data", "the ELF file's program headers are damaged");
}

static void elf_with_more_segments_than_a_plan_holds_is_refused(void **state)
{
    (void)state;
    elf(0x40100000, PAYLOAD_MAX_SEGMENTS + 1);
    for (uint32_t i = 0; i < PAYLOAD_MAX_SEGMENTS + 1; i++) {
        phdr(i, 1, 0x800, 0x40100000 + i * 0x1000, 0x40100000 + i * 0x1000, 0x10, 0x10);
    }
    refuses(0x900, "data", "has more than 16 segments to load");
    phdr(3, 1, 0x800, 0x40100000, 0x40100000, 0, 0); /* an empty one does not count */
    accepts(0x900);
    assert_int_equal(plan.nsegments, PAYLOAD_MAX_SEGMENTS);
}

static void elf_cut_at_any_byte_is_refused(void **state)
{
    (void)state;
    elf(0x40100000, 1);
    phdr(0, 1, 84, 0x40100000, 0x40100000, 0x10, 0x10);
    accepts(100);
    for (uint32_t size = 4; size < 100; size++) {
        assert_int_equal(plan_bytes(size), -EINVAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(raw_lies_at_ram_plus_64k_and_is_entered_at_its_first_byte, setup),
        cmocka_unit_test_setup(load_and_entry_replace_the_rules_and_bit_0_is_thumb, setup),
        cmocka_unit_test_setup(an_image_may_end_at_4_gib_but_not_beyond, setup),
        cmocka_unit_test_setup(zimage_is_known_by_its_magic_even_behind_mz, setup),
        cmocka_unit_test_setup(zimage_keeps_what_is_appended_to_it, setup),
        cmocka_unit_test_setup(zimage_start_is_subtracted, setup),
        cmocka_unit_test_setup(zimage_says_where_it_decompresses_to, setup),
        cmocka_unit_test_setup(zimage_table_anywhere_is_read_safely, setup),
        cmocka_unit_test_setup(zimage_with_any_header_is_refused_or_lies_in_the_payload, setup),
        cmocka_unit_test_setup(short_payloads_are_told_apart_without_reading_beyond, setup),
        cmocka_unit_test_setup(a_named_type_must_have_its_magic_but_raw_takes_anything, setup),
        cmocka_unit_test_setup(uimage_goes_where_its_header_says, setup),
        cmocka_unit_test_setup(uimage_without_load_address_counts_its_entry_from_its_place, setup),
        cmocka_unit_test_setup(load_moves_a_uimage_with_its_entry, setup),
        cmocka_unit_test_setup(every_single_bit_error_in_a_uimage_is_found, setup),
        cmocka_unit_test_setup(uimage_of_another_kind_is_refused, setup),
        cmocka_unit_test_setup(elf_goes_to_its_physical_addresses_and_a_virtual_entry_is_translated,
                               setup),
        cmocka_unit_test_setup(elf_entry_may_be_physical_and_load_moves_everything, setup),
        cmocka_unit_test_setup(elf_entry_in_no_segment_is_refused_unless_entry_is_given, setup),
        cmocka_unit_test_setup(elf_segment_may_fill_the_file_but_not_pass_its_end, setup),
        cmocka_unit_test_setup(elf_program_headers_anywhere_stay_in_the_file, setup),
        cmocka_unit_test_setup(elf_with_more_segments_than_a_plan_holds_is_refused, setup),
        cmocka_unit_test_setup(elf_cut_at_any_byte_is_refused, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
