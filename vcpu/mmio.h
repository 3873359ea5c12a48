/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One access of a guest to a device that is emulated, and the slots that say which device lies at
 * which IPA. An access is aligned, 1, 2 or 4 bytes wide and lies wholly inside its slot: the trap
 * code checks that once, so a device may use `offset` as it is. Wider accesses (LDRD, LDM) come as
 * a sequence of 4-byte ones.
 */
#ifndef VCPU_MMIO_H
#define VCPU_MMIO_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

struct mmio {
    uint32_t offset; /* bytes from the slot's base */
    uint32_t value;  /* little-endian, zero-extended: what is written, or what was read */
    uint8_t size;    /* 1, 2 or 4 */
    bool write;
};

enum mmio_result {
    MMIO_OK,    /* done */
    MMIO_YIELD, /* done, and the guest is waiting for somebody: let others run */
    MMIO_RETRY, /* not done, and nothing happened: let others run, then the guest tries again */
    MMIO_ABORT, /* the bus would answer with an external abort */
};

typedef enum mmio_result (*mmio_fn)(struct vcpu *vcpu, void *dev, struct mmio *mmio);

struct mmio_slot {
    uint32_t base; /* IPA */
    uint32_t size; /* bytes */
    mmio_fn fn;
    void *dev;
    const char *name; /* for `map` and crash records */
};

#endif
