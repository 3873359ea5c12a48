/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * U-Boot's legacy image: 64 bytes of big-endian header, both of whose CRCs are checked, and one
 * uncompressed image (include/image.h in U-Boot).
 */
#include "guests/payload.h"

#include <errno.h>
#include <string.h>

#include "hyp/lib/util.h"

#define HEADER_SIZE        64
#define HCRC_AT            4
#define SIZE_AT            12
#define LOAD_AT            16
#define EP_AT              20
#define DCRC_AT            24
#define ARCH_AT            29
#define TYPE_AT            30
#define COMP_AT            31

#define ARCH_ARM           2
#define TYPE_STANDALONE    1
#define TYPE_KERNEL        2
#define TYPE_FIRMWARE      5
#define TYPE_KERNEL_NOLOAD 14

/* CRC-32 of IEEE 802.3, four bits at a time. */
static uint32_t crc32(uint32_t crc, const uint8_t *data, uint32_t size)
{
    uint32_t table[16];

    for (uint32_t i = 0; i < ARRAY_SIZE(table); i++) {
        uint32_t value = i;

        for (unsigned int bit = 0; bit < 4; bit++) {
            value = (value >> 1) ^ ((value & 1) != 0 ? UINT32_C(0xedb88320) : 0);
        }
        table[i] = value;
    }
    crc = ~crc;
    for (uint32_t i = 0; i < size; i++) {
        crc ^= data[i];
        crc = (crc >> 4) ^ table[crc & 15];
        crc = (crc >> 4) ^ table[crc & 15];
    }
    return ~crc;
}

/* The header's CRC is computed with its own field as zero. */
static bool header_intact(const uint8_t *data)
{
    uint8_t header[HEADER_SIZE];

    memcpy(header, data, sizeof(header));
    memset(header + HCRC_AT, 0, 4);
    return crc32(0, header, sizeof(header)) == payload_be32(data + HCRC_AT);
}

static int check(const struct payload *payload, struct system_error *error)
{
    const uint8_t *data = payload->data;
    uint32_t size;

    if (payload->size < HEADER_SIZE) {
        return system_error_set(error, "data", "the uImage is cut short: its header is not whole");
    }
    if (!header_intact(data)) {
        return system_error_set(error, "data", "the uImage's header is damaged: wrong CRC");
    }
    if (data[ARCH_AT] != ARCH_ARM) {
        return system_error_set(error, "data", "the uImage is for another machine (%u, not %u)",
                                data[ARCH_AT], ARCH_ARM);
    }
    if (data[TYPE_AT] != TYPE_KERNEL && data[TYPE_AT] != TYPE_KERNEL_NOLOAD &&
        data[TYPE_AT] != TYPE_STANDALONE && data[TYPE_AT] != TYPE_FIRMWARE) {
        return system_error_set(error, "data", "the uImage is no kernel (its type is %u)",
                                data[TYPE_AT]);
    }
    if (data[COMP_AT] != 0) {
        return system_error_set(error, "data",
                                "the uImage is compressed; Skep does not decompress");
    }
    size = payload_be32(data + SIZE_AT);
    if (size == 0) {
        return system_error_set(error, "data", "the uImage is empty");
    }
    if (size > payload->size - HEADER_SIZE) {
        return system_error_set(
            error, "data", "the uImage is cut short: its header says 0x%x bytes, 0x%x are there",
            (unsigned int)size, (unsigned int)(payload->size - HEADER_SIZE));
    }
    if (crc32(0, data + HEADER_SIZE, size) != payload_be32(data + DCRC_AT)) {
        return system_error_set(error, "data", "the uImage's contents are damaged: wrong CRC");
    }
    return 0;
}

int payload_plan_uimage(const struct payload_request *request, struct payload_plan *plan,
                        struct system_error *error)
{
    const uint8_t *data = request->payload.data;
    struct payload_segment segment;
    uint32_t load, entry;

    if (check(&request->payload, error) != 0) {
        return -EINVAL;
    }
    load = payload_be32(data + LOAD_AT);
    entry = payload_be32(data + EP_AT);
    segment.data.data = data + HEADER_SIZE;
    segment.data.size = payload_be32(data + SIZE_AT);
    segment.room = segment.data.size;
    segment.ipa = load;
    if (data[TYPE_AT] == TYPE_KERNEL_NOLOAD) {
        /* Its entry counts from wherever the image was put. */
        segment.ipa = request->ram + PAYLOAD_KERNEL_OFFSET;
        load = 0;
    }
    if (request->has_load) {
        segment.ipa = request->load;
    }
    plan->entry = entry - load + segment.ipa;
    return payload_add(plan, &segment, "the image", error);
}
