/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel images: which format a payload has, and where its parts go. It decides and checks, and
 * copies nothing; whether the places are RAM is checked by whoever knows the guest's memory.
 * zImage: Linux's arch/arm/boot/compressed/head.S. uImage: U-Boot's include/image.h.
 * ELF: System V ABI, and ELF for the Arm Architecture (ARM IHI 0044).
 */
#ifndef GUESTS_PAYLOAD_H
#define GUESTS_PAYLOAD_H

#include "guests/system_error.h"
#include "guests/system_node.h"

#define PAYLOAD_MAX_SEGMENTS  16

/* Where a zImage or a raw image lies from the start of RAM, as under QEMU's -kernel. */
#define PAYLOAD_KERNEL_OFFSET 0x10000

enum payload_type { PAYLOAD_AUTO, PAYLOAD_ZIMAGE, PAYLOAD_UIMAGE, PAYLOAD_ELF, PAYLOAD_RAW };

struct payload_request {
    struct payload payload;
    enum payload_type type; /* PAYLOAD_AUTO: told from the magic */
    uint32_t ram;           /* IPA of the guest's RAM */
    bool has_load;          /* `load` replaces the place that the format or the rules give */
    bool has_entry;         /* `entry` replaces the entry that the format gives; bit 0: Thumb */
    uint32_t load;
    uint32_t entry;
};

struct payload_segment {
    uint32_t ipa;
    uint32_t room;       /* bytes, never 0; ipa + room is at most 4 GiB */
    struct payload data; /* at most `room`; may be empty */
};

struct payload_plan {
    enum payload_type type; /* never PAYLOAD_AUTO */
    unsigned int nsegments;
    struct payload_segment segment[PAYLOAD_MAX_SEGMENTS];
    uint32_t entry; /* bit 0 clear */
    bool thumb;
    /* Where a zImage will decompress itself to, with its .bss and first page table, if it says so:
     * offsets from the start of RAM; equal if nothing is known. */
    uint32_t unpacked_begin;
    uint32_t unpacked_end;
};

/*
 * Fill `plan`. Returns 0, or -EINVAL with property and text of the error set.
 */
int payload_plan(const struct payload_request *request, struct payload_plan *plan,
                 struct system_error *error);

/* "zImage", "uImage", "elf" or "raw". */
const char *payload_type_name(enum payload_type type);

/* payload_plan() for one format each; the payload has the format's magic. */
int payload_plan_uimage(const struct payload_request *request, struct payload_plan *plan,
                        struct system_error *error);
int payload_plan_elf(const struct payload_request *request, struct payload_plan *plan,
                     struct system_error *error);

/*
 * Add a segment, checking that it is not empty and ends within 4 GiB. `what` begins the sentence
 * of an error. Returns 0 or -EINVAL.
 */
int payload_add(struct payload_plan *plan, const struct payload_segment *segment, const char *what,
                struct system_error *error);

/* A 16- or 32-bit number at any alignment. The caller has checked that it lies in the payload. */
static inline uint32_t payload_le16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t payload_le32(const uint8_t *p)
{
    return payload_le16(p) | payload_le16(p + 2) << 16;
}

static inline uint32_t payload_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

#endif
