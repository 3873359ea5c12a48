/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Patches a device tree of the user's own as QEMU's -dtb does (arm_load_dtb in hw/arm/boot.c):
 * the memory nodes are replaced, /chosen gets bootargs and the ramdisk, and /psci is replaced by
 * one that names our method and numbers. What else the tree claims is between it and its guest.
 */
#include "guests/guest_fdt.h"

#include <libfdt.h>
#include <string.h>

#include "hyp/lib/fdt_check.h"
#include "hyp/lib/util.h"
#include "hyp/lib/vsnprintf.h"

/* What the patches add: /psci, /chosen, and a memory node for each bank. */
#define FIXED_ROOM    512
#define ROOM_PER_BANK 96
#define ALIGNMENT     8

#define HEADER_SIZE   40

static uint32_t tree_size(const struct payload *own)
{
    uint32_t size;

    if (own->size < HEADER_SIZE || fdt_magic(own->data) != FDT_MAGIC) {
        return 0;
    }
    size = fdt_totalsize(own->data);
    return size >= HEADER_SIZE && size <= own->size ? size : 0;
}

uint32_t guest_fdt_patch_room(const struct guest_config *guest, const struct payload *own)
{
    uint32_t size = tree_size(own);
    uint32_t added = FIXED_ROOM + guest->nbanks * ROOM_PER_BANK +
                     (uint32_t)strlen(guest->bootargs) + 1;

    if (size == 0 || size > INT32_MAX - added - ALIGNMENT) {
        return 0;
    }
    return ALIGN_UP(size + added, ALIGNMENT);
}

/* `cells` cells (1 or 2) of a value that one cell can hold. Returns the end of what was put. */
static uint8_t *put_cells(uint8_t *at, int cells, uint32_t value)
{
    if (cells == 2) {
        fdt32_st(at, 0);
        at += sizeof(fdt32_t);
    }
    fdt32_st(at, value);
    return at + sizeof(fdt32_t);
}

/* QEMU blanks each node called memory, with or without a unit address, right below the root. */
static int remove_memory(void *fdt)
{
    int node = fdt_first_subnode(fdt, 0);
    int rc = 0;

    while (rc == 0 && node >= 0) {
        const char *name = fdt_get_name(fdt, node, NULL);
        int next = fdt_next_subnode(fdt, node);

        if (name != NULL && strncmp(name, "memory", 6) == 0 &&
            (name[6] == '\0' || name[6] == '@')) {
            rc = fdt_nop_node(fdt, node);
        }
        node = next;
    }
    if (rc != 0) {
        return rc;
    }
    return node == -FDT_ERR_NOTFOUND ? 0 : node;
}

static int patch_memory(void *fdt, const struct guest_config *guest)
{
    int acells = fdt_address_cells(fdt, 0);
    int scells = fdt_size_cells(fdt, 0);
    int rc = remove_memory(fdt);

    if (acells < 1 || acells > 2 || scells < 1 || scells > 2) {
        return -FDT_ERR_BADNCELLS;
    }
    /* A node is put before its siblings, so the last bank goes first. */
    for (unsigned int i = guest->nbanks; rc == 0 && i-- > 0;) {
        uint8_t reg[4 * sizeof(fdt32_t)];
        uint8_t *end = put_cells(reg, acells, guest->bank[i].ipa);
        char name[24];
        int node;

        end = put_cells(end, scells, guest->bank[i].size);
        lib_snprintf(name, sizeof(name), "memory@%x", (unsigned int)guest->bank[i].ipa);
        node = fdt_add_subnode(fdt, 0, name);
        if (node < 0) {
            return node;
        }
        rc = fdt_setprop_string(fdt, node, "device_type", "memory");
        if (rc == 0) {
            rc = fdt_setprop(fdt, node, "reg", reg, (int)(end - reg));
        }
    }
    return rc;
}

static int patch_chosen(void *fdt, const struct guest_config *guest,
                        const struct guest_fdt_ramdisk *ramdisk)
{
    int node = fdt_subnode_offset(fdt, 0, "chosen");
    int rc = 0;

    if (node == -FDT_ERR_NOTFOUND) {
        node = fdt_add_subnode(fdt, 0, "chosen");
    }
    if (node < 0) {
        return node;
    }
    if (guest->bootargs[0] != '\0') {
        rc = fdt_setprop(fdt, node, "bootargs", guest->bootargs, (int)strlen(guest->bootargs) + 1);
    }
    if (rc == 0 && ramdisk->size != 0) {
        rc = fdt_setprop_u32(fdt, node, "linux,initrd-start", ramdisk->ipa);
    }
    if (rc == 0 && ramdisk->size != 0) {
        rc = fdt_setprop_u32(fdt, node, "linux,initrd-end", ramdisk->ipa + ramdisk->size);
    }
    return rc;
}

static int patch_psci(void *fdt)
{
    static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2\0arm,psci";
    static const struct {
        const char *name;
        uint32_t id;
    } function[] = {{"cpu_suspend", 0x84000001},
                    {"cpu_off", 0x84000002},
                    {"cpu_on", 0x84000003},
                    {"migrate", 0x84000005}};
    int node = fdt_subnode_offset(fdt, 0, "psci");
    int rc = node >= 0 ? fdt_del_node(fdt, node) : 0;

    node = rc == 0 ? fdt_add_subnode(fdt, 0, "psci") : rc;
    if (node < 0) {
        return node;
    }
    rc = fdt_setprop(fdt, node, "compatible", compatible, (int)sizeof(compatible));
    if (rc == 0) {
        rc = fdt_setprop_string(fdt, node, "method", "hvc");
    }
    for (unsigned int i = 0; rc == 0 && i < ARRAY_SIZE(function); i++) {
        rc = fdt_setprop_u32(fdt, node, function[i].name, function[i].id);
    }
    return rc;
}

int guest_fdt_patch(const struct guest_config *guest, const struct payload *own,
                    const struct guest_fdt_ramdisk *ramdisk, void *buffer, uint32_t size,
                    uint32_t *used)
{
    uint32_t length = tree_size(own);
    int rc;

    *used = 0;
    if (length == 0 || size < length) {
        return -FDT_ERR_NOSPACE;
    }
    memcpy(buffer, own->data, length);
    rc = dt_check(buffer, length);
    if (rc == 0) {
        rc = fdt_open_into(buffer, buffer, (int)size);
    }
    if (rc == 0) {
        rc = patch_memory(buffer, guest);
    }
    if (rc == 0) {
        rc = patch_chosen(buffer, guest, ramdisk);
    }
    if (rc == 0) {
        rc = patch_psci(buffer);
    }
    if (rc == 0) {
        rc = fdt_pack(buffer);
    }
    *used = rc == 0 ? fdt_totalsize(buffer) : 0;
    return rc;
}
