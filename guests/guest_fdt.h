/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device tree that a guest is handed: one of our own making that describes the machine of
 * guests/machine.h as QEMU's `virt` would, or the user's own with what QEMU's -dtb would patch.
 * Both are written into the caller's buffer, 8-byte aligned, and nothing else is touched.
 */
#ifndef GUESTS_GUEST_FDT_H
#define GUESTS_GUEST_FDT_H

#include "guests/system.h"

/* The guest's initial ramdisk, in its own addresses; size 0: there is none. */
struct guest_fdt_ramdisk {
    uint32_t ipa;
    uint32_t size;
};

/* Bytes of buffer that guest_fdt_generate() needs at most. */
uint32_t guest_fdt_generate_room(const struct guest_config *guest);

/*
 * Write the guest's tree; `midr` names the core in /cpus (0: a Cortex-A15). Uses name, vCPUs,
 * banks and bootargs of the guest. *used is how long the tree is.
 * Returns 0, or a negative libfdt error: -FDT_ERR_NOSPACE if the buffer is smaller than the room.
 */
int guest_fdt_generate(const struct guest_config *guest, const struct guest_fdt_ramdisk *ramdisk,
                       uint32_t midr, void *buffer, uint32_t size, uint32_t *used);

/*
 * Bytes of buffer that guest_fdt_patch() needs for the user's tree `own`; 0 if it is none, or
 * longer than the payload. The payload need not be aligned.
 */
uint32_t guest_fdt_patch_room(const struct guest_config *guest, const struct payload *own);

/*
 * Copy the user's tree and give it the guest's memory, bootargs (if the guest has any), ramdisk
 * and psci method. guest_fdt_patch_room() has accepted the tree.
 * Returns 0 with *used set, or a negative libfdt error if the tree is damaged.
 */
int guest_fdt_patch(const struct guest_config *guest, const struct payload *own,
                    const struct guest_fdt_ramdisk *ramdisk, void *buffer, uint32_t size,
                    uint32_t *used);

#endif
