/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tells the format of a kernel image and plans zImage and raw ones; uImage and ELF have files of
 * their own. A payload is untrusted: no field of it is used before it is checked.
 */
#include "guests/payload.h"

#include <string.h>

#include "hyp/lib/util.h"

/* The zImage header, head.S: magic, start, end and a word that tells the byte order. */
#define ZIMAGE_MAGIC_AT   0x24
#define ZIMAGE_START_AT   0x28
#define ZIMAGE_END_AT     0x2c
#define ZIMAGE_HEADER     0x30
#define ZIMAGE_MAGIC2_AT  0x34
#define ZIMAGE_TABLE_AT   0x38
#define ZIMAGE_MAGIC      UINT32_C(0x016f2818)
#define ZIMAGE_MAGIC_SWAP UINT32_C(0x18286f01)
#define ZIMAGE_MAGIC2     UINT32_C(0x45454545)

/*
 * The table behind a second magic (vmlinux.lds.S): its length in words, a tag, where the length of
 * the decompressed kernel stands, the length of its .bss, and its place from the start of RAM.
 */
#define TABLE_TAG_AT      4
#define TABLE_SIZE_AT     8
#define TABLE_BSS_AT      12
#define TABLE_TEXT_AT     16
#define TABLE_SIZE        20
#define TABLE_TAG         UINT32_C(0x5a534c4b)
#define FIRST_PAGE_TABLE  0x4000 /* right below the kernel */

#define UIMAGE_MAGIC      UINT32_C(0x27051956)

static const char *const type_name[] = {
    [PAYLOAD_AUTO] = "auto", [PAYLOAD_ZIMAGE] = "zImage", [PAYLOAD_UIMAGE] = "uImage",
    [PAYLOAD_ELF] = "elf",   [PAYLOAD_RAW] = "raw",
};

const char *payload_type_name(enum payload_type type)
{
    return type_name[type];
}

/* The format whose magic the payload carries. */
static enum payload_type recognise(const struct payload *p)
{
    if (p->size >= 4 && memcmp(p->data, "\177ELF", 4) == 0) {
        return PAYLOAD_ELF;
    }
    if (p->size >= 4 && payload_be32(p->data) == UIMAGE_MAGIC) {
        return PAYLOAD_UIMAGE;
    }
    if (p->size >= ZIMAGE_MAGIC_AT + 4) {
        uint32_t magic = payload_le32(p->data + ZIMAGE_MAGIC_AT);

        if (magic == ZIMAGE_MAGIC || magic == ZIMAGE_MAGIC_SWAP) {
            return PAYLOAD_ZIMAGE;
        }
    }
    return PAYLOAD_RAW;
}

int payload_add(struct payload_plan *plan, const struct payload_segment *segment, const char *what,
                struct system_error *error)
{
    if (plan->nsegments == PAYLOAD_MAX_SEGMENTS) {
        return system_error_set(error, "data", "has more than %u segments to load",
                                PAYLOAD_MAX_SEGMENTS);
    }
    if ((uint64_t)segment->ipa + segment->room > UINT64_C(0x100000000)) {
        return system_error_set(error, "data", "%s of 0x%x bytes at 0x%08x ends beyond 4 GiB", what,
                                (unsigned int)segment->room, (unsigned int)segment->ipa);
    }
    plan->segment[plan->nsegments++] = *segment;
    return 0;
}

/* One piece, loaded by the rules or at `load`, and entered at its first byte or at `entry`. */
static int plan_flat(const struct payload_request *request, struct payload_plan *plan,
                     struct system_error *error)
{
    uint32_t load = request->has_load ? request->load : request->ram + PAYLOAD_KERNEL_OFFSET;
    struct payload_segment segment = {
        .ipa = load, .room = request->payload.size, .data = request->payload};

    plan->entry = load;
    return payload_add(plan, &segment, "the image", error);
}

/*
 * Nothing is refused here: an older kernel has no table, and a table that makes no sense says
 * nothing.
 */
static void find_unpacked(const struct payload *p, struct payload_plan *plan)
{
    uint32_t table, size_at;
    uint64_t text, end;

    if (p->size < ZIMAGE_TABLE_AT + 4 ||
        payload_le32(p->data + ZIMAGE_MAGIC2_AT) != ZIMAGE_MAGIC2) {
        return;
    }
    table = payload_le32(p->data + ZIMAGE_TABLE_AT);
    if (table > p->size || p->size - table < TABLE_SIZE ||
        payload_le32(p->data + table) < TABLE_SIZE / 4 ||
        payload_le32(p->data + table + TABLE_TAG_AT) != TABLE_TAG) {
        return;
    }
    size_at = payload_le32(p->data + table + TABLE_SIZE_AT);
    if (size_at > p->size || p->size - size_at < 4) {
        return;
    }
    text = payload_le32(p->data + table + TABLE_TEXT_AT);
    end = text + payload_le32(p->data + size_at) + payload_le32(p->data + table + TABLE_BSS_AT);
    if (text >= FIRST_PAGE_TABLE && end <= UINT32_MAX) {
        plan->unpacked_begin = (uint32_t)text - FIRST_PAGE_TABLE;
        plan->unpacked_end = (uint32_t)end;
    }
}

static int plan_zimage(const struct payload_request *request, struct payload_plan *plan,
                       struct system_error *error)
{
    const uint8_t *data = request->payload.data;
    uint32_t start, end;

    if (request->payload.size < ZIMAGE_HEADER) {
        return system_error_set(error, "data", "the zImage is cut short: its header is not whole");
    }
    if (payload_le32(data + ZIMAGE_MAGIC_AT) == ZIMAGE_MAGIC_SWAP) {
        return system_error_set(error, "data",
                                "is a big-endian zImage; guests start little-endian");
    }
    start = payload_le32(data + ZIMAGE_START_AT);
    end = payload_le32(data + ZIMAGE_END_AT);
    if (end <= start || end - start < ZIMAGE_HEADER) {
        return system_error_set(error, "data",
                                "the zImage's header is damaged: start 0x%x, end 0x%x",
                                (unsigned int)start, (unsigned int)end);
    }
    if (end - start > request->payload.size) {
        return system_error_set(
            error, "data", "the zImage is cut short: its header says 0x%x bytes, 0x%x are there",
            (unsigned int)(end - start), (unsigned int)request->payload.size);
    }
    find_unpacked(&request->payload, plan);
    /* A device tree may be appended to a zImage, so all of the payload goes in. */
    return plan_flat(request, plan, error);
}

/* `entry` of the tree; without it the format's own. Bit 0 asks for Thumb in both. */
static int set_entry(const struct payload_request *request, struct payload_plan *plan,
                     struct system_error *error)
{
    if (request->has_entry) {
        plan->entry = request->entry;
    }
    plan->thumb = (plan->entry & 1) != 0;
    plan->entry &= ~UINT32_C(1);
    if (!plan->thumb && (plan->entry & 2) != 0) {
        return system_error_set(error, request->has_entry ? "entry" : "data",
                                "the entry 0x%08x is no multiple of 4; set bit 0 for Thumb",
                                (unsigned int)plan->entry);
    }
    return 0;
}

int payload_plan(const struct payload_request *request, struct payload_plan *plan,
                 struct system_error *error)
{
    enum payload_type found = recognise(&request->payload);
    int rc;

    *plan = (struct payload_plan){.type = request->type};
    if (request->type == PAYLOAD_AUTO) {
        plan->type = found;
    } else if (request->type != PAYLOAD_RAW && request->type != found) {
        return system_error_set(error, "data", "is no %s: the magic number is missing",
                                type_name[request->type]);
    }
    switch (plan->type) {
    case PAYLOAD_ZIMAGE:
        rc = plan_zimage(request, plan, error);
        break;
    case PAYLOAD_UIMAGE:
        rc = payload_plan_uimage(request, plan, error);
        break;
    case PAYLOAD_ELF:
        rc = payload_plan_elf(request, plan, error);
        break;
    default:
        rc = plan_flat(request, plan, error);
        break;
    }
    return rc != 0 ? rc : set_entry(request, plan, error);
}
