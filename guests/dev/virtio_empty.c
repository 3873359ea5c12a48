/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slots without a device. The register layout is that of Virtio 1.1, 4.2.2: a driver that reads
 * DeviceID 0 must leave the slot alone (4.2.2.2). Everything else reads and ignores as QEMU's slots
 * with `force-legacy=false` do: only a read at a register's own address tells anything.
 */
#include "guests/dev/virtio_empty.h"

#define MAGIC_VALUE 0x000
#define VERSION     0x004
#define VENDOR_ID   0x00c

enum mmio_result virtio_empty_mmio(struct vcpu *vcpu, void *dev, struct mmio *mmio)
{
    (void)vcpu;
    (void)dev;
    if (mmio->write)
        return MMIO_OK;
    switch (mmio->offset % VIRTIO_SLOT_SIZE) {
    case MAGIC_VALUE:
        mmio->value = 0x74726976; /* "virt" */
        break;
    case VERSION:
        mmio->value = 2;
        break;
    case VENDOR_ID:
        mmio->value = 0x554d4551; /* "QEMU" */
        break;
    default:
        mmio->value = 0; /* DeviceID among them */
        break;
    }
    if (mmio->size < 4)
        mmio->value &= (1u << (8 * mmio->size)) - 1;
    return MMIO_OK;
}
