/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 32-bit ELF for Arm: each PT_LOAD segment goes to its physical address, and an entry that is a
 * virtual address is translated (System V ABI, chapters 4 and 5; ARM IHI 0044, 4.3).
 */
#include "guests/payload.h"

#include <errno.h>

#include "hyp/lib/util.h"

#define EI_CLASS  4
#define EI_DATA   5
#define TYPE_AT   16
#define MACH_AT   18
#define ENTRY_AT  24
#define PHOFF_AT  28
#define PHSIZE_AT 42
#define PHNUM_AT  44
#define EHDR_SIZE 52

#define CLASS32   1
#define LSB       1
#define ET_EXEC   2
#define ET_DYN    3
#define EM_ARM    40
#define PT_LOAD   1

#define PHDR_SIZE 32

struct phdr {
    uint32_t type, offset, vaddr, paddr, filesz, memsz;
};

static struct phdr phdr_read(const struct payload *elf, uint32_t index)
{
    const uint8_t *p = elf->data + payload_le32(elf->data + PHOFF_AT) + index * PHDR_SIZE;

    return (struct phdr){
        .type = payload_le32(p),
        .offset = payload_le32(p + 4),
        .vaddr = payload_le32(p + 8),
        .paddr = payload_le32(p + 12),
        .filesz = payload_le32(p + 16),
        .memsz = payload_le32(p + 20),
    };
}

static int check_header(const struct payload *elf, struct system_error *error)
{
    const uint8_t *data = elf->data;
    uint64_t headers_end;

    if (elf->size < EHDR_SIZE) {
        return system_error_set(error, "data",
                                "the ELF file is cut short: its header is not whole");
    }
    if (data[EI_CLASS] != CLASS32) {
        return system_error_set(error, "data", "the ELF file is not a 32-bit one");
    }
    if (data[EI_DATA] != LSB) {
        return system_error_set(error, "data", "the ELF file is not little-endian");
    }
    if (payload_le16(data + MACH_AT) != EM_ARM) {
        return system_error_set(error, "data", "the ELF file is for another machine (%u, not %u)",
                                (unsigned int)payload_le16(data + MACH_AT), EM_ARM);
    }
    if (payload_le16(data + TYPE_AT) != ET_EXEC && payload_le16(data + TYPE_AT) != ET_DYN) {
        return system_error_set(error, "data", "the ELF file is not an executable (its type is %u)",
                                (unsigned int)payload_le16(data + TYPE_AT));
    }
    if (payload_le16(data + PHNUM_AT) == 0) {
        return system_error_set(error, "data", "the ELF file has no segment to load");
    }
    headers_end = (uint64_t)payload_le32(data + PHOFF_AT) +
                  (uint64_t)payload_le16(data + PHNUM_AT) * PHDR_SIZE;
    if (payload_le16(data + PHSIZE_AT) != PHDR_SIZE || headers_end > elf->size) {
        return system_error_set(error, "data", "the ELF file's program headers are damaged");
    }
    return 0;
}

/* Whether `address` lies in [base, base + size), which may end at 4 GiB. */
static bool within(uint32_t address, uint32_t base, uint32_t size)
{
    return address >= base && address - base < size;
}

/* The physical address of the entry; `moved` is added to all of the file's physical addresses. */
static int find_entry(const struct payload *elf, uint32_t moved, uint32_t *entry,
                      struct system_error *error)
{
    uint32_t wanted = payload_le32(elf->data + ENTRY_AT);
    uint32_t count = payload_le16(elf->data + PHNUM_AT);
    uint32_t thumb = wanted & 1;
    bool physical = false;

    wanted &= ~UINT32_C(1);
    for (uint32_t i = 0; i < count; i++) {
        struct phdr ph = phdr_read(elf, i);

        if (ph.type == PT_LOAD && within(wanted, ph.vaddr, ph.memsz)) {
            *entry = (wanted - ph.vaddr + ph.paddr + moved) | thumb;
            return 0;
        }
        physical |= ph.type == PT_LOAD && within(wanted, ph.paddr, ph.memsz);
    }
    if (!physical) {
        return system_error_set(error, "data",
                                "the ELF file's entry 0x%08x is in none of its segments",
                                (unsigned int)wanted);
    }
    *entry = (wanted + moved) | thumb;
    return 0;
}

static int add_segment(const struct payload *elf, uint32_t index, const struct phdr *ph,
                       uint32_t moved, struct payload_plan *plan, struct system_error *error)
{
    struct payload_segment segment = {
        .ipa = ph->paddr + moved,
        .room = ph->memsz,
    };

    if ((uint64_t)ph->offset + ph->filesz > elf->size) {
        return system_error_set(
            error, "data", "the ELF file is cut short: segment %u ends at 0x%llx of 0x%x bytes",
            (unsigned int)index, (unsigned long long)ph->offset + ph->filesz,
            (unsigned int)elf->size);
    }
    if (ph->filesz > ph->memsz) {
        return system_error_set(error, "data",
                                "the ELF file's segment %u is longer in the file than in memory",
                                (unsigned int)index);
    }
    segment.data = (struct payload){.data = elf->data + ph->offset, .size = ph->filesz};
    return payload_add(plan, &segment, "an ELF segment", error);
}

int payload_plan_elf(const struct payload_request *request, struct payload_plan *plan,
                     struct system_error *error)
{
    const struct payload *elf = &request->payload;
    uint32_t lowest = UINT32_MAX, moved = 0, count;

    if (check_header(elf, error) != 0) {
        return -EINVAL;
    }
    count = payload_le16(elf->data + PHNUM_AT);
    for (uint32_t i = 0; i < count; i++) {
        struct phdr ph = phdr_read(elf, i);

        if (ph.type == PT_LOAD && ph.memsz != 0) {
            lowest = MIN(lowest, ph.paddr);
        }
    }
    if (request->has_load) {
        moved = request->load - lowest;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct phdr ph = phdr_read(elf, i);

        if (ph.type == PT_LOAD && (ph.memsz != 0 || ph.filesz != 0) &&
            add_segment(elf, i, &ph, moved, plan, error) != 0) {
            return -EINVAL;
        }
    }
    if (plan->nsegments == 0) {
        return system_error_set(error, "data", "the ELF file has no segment to load");
    }
    if (request->has_entry) {
        return 0;
    }
    return find_entry(elf, moved, &plan->entry, error);
}
