/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtio-mmio slots of the guest's board that hold no device (Virtio 1.1, 4.2.2).
 */
#ifndef GUESTS_DEV_VIRTIO_EMPTY_H
#define GUESTS_DEV_VIRTIO_EMPTY_H

#include "vcpu/mmio.h"

#define VIRTIO_SLOT_SIZE  0x200u
#define VIRTIO_SLOT_COUNT 32u

/* An mmio_fn for any number of neighbouring slots; dev is not used. */
enum mmio_result virtio_empty_mmio(struct vcpu *vcpu, void *dev, struct mmio *mmio);

#endif
