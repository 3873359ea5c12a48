/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: guests/dev/virtio_empty.c */
/*
 * Empty virtio-mmio slots: what QEMU's answer with force-legacy=false, and nothing else anywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "guests/dev/virtio_empty.h"

static uint32_t get(uint32_t offset, unsigned int size)
{
    struct mmio mmio = {.offset = offset, .size = (uint8_t)size, .value = 0xdeadbeef};

    assert_int_equal(virtio_empty_mmio(NULL, NULL, &mmio), MMIO_OK);
    return mmio.value;
}

static void every_slot_reads_as_a_transport_without_a_device(void **state)
{
    (void)state;
    for (uint32_t slot = 0; slot < VIRTIO_SLOT_COUNT; slot++) {
        uint32_t base = slot * VIRTIO_SLOT_SIZE;

        assert_int_equal(get(base, 4), 0x74726976);
        assert_int_equal(get(base + 4, 4), 2);
        assert_int_equal(get(base + 8, 4), 0);
        assert_int_equal(get(base + 12, 4), 0x554d4551);
        for (uint32_t offset = 16; offset < VIRTIO_SLOT_SIZE; offset += 4)
            assert_int_equal(get(base + offset, 4), 0);
    }
}

static void narrow_reads_get_the_low_bits(void **state)
{
    (void)state;
    assert_int_equal(get(0, 1), 0x76);
    assert_int_equal(get(0, 2), 0x6976);
    assert_int_equal(get(1, 1), 0);
    assert_int_equal(get(2, 2), 0);
}

static void writes_change_nothing(void **state)
{
    (void)state;
    for (uint32_t offset = 0; offset < VIRTIO_SLOT_SIZE; offset += 4) {
        struct mmio mmio = {.offset = offset, .size = 4, .write = true, .value = 0xffffffff};

        assert_int_equal(virtio_empty_mmio(NULL, NULL, &mmio), MMIO_OK);
    }
    every_slot_reads_as_a_transport_without_a_device(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_slot_reads_as_a_transport_without_a_device),
        cmocka_unit_test(narrow_reads_get_the_low_bits),
        cmocka_unit_test(writes_change_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
