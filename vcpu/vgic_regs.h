/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The handlers of the distributor's registers, by the blocks of the map (ARM IHI 0048B, 4.1.2).
 * Each sees one aligned word; `index` is below the number of words that the block has. Writers and
 * those readers that the table in vgic_mmio.c does not call lockless run under vm.vgic.lock.
 */
#ifndef VCPU_VGIC_REGS_H
#define VCPU_VGIC_REGS_H

#include <stdbool.h>
#include <stdint.h>

#include "vcpu/mmio.h"

struct vcpu;

struct vgic_access {
    uint32_t offset;    /* in the distributor, of the word */
    unsigned int index; /* of the word in its block */
    uint32_t value;     /* to write, shifted into place, 0 elsewhere; or what is read, 0 at first */
    uint32_t mask;      /* bytes that are written */
};

typedef enum mmio_result (*vgic_reg_fn)(struct vcpu *vcpu, struct vgic_access *a);

/* The priorities, targets or sources of four interrupts as their register has them. */
static inline uint32_t vgic_load_bytes(const uint8_t *b)
{
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/*
 * True once the pending and active state of word w is known. Else the access at `offset` is to be
 * tried again: each vCPU that may know more is asked once, so the tries end when all have answered.
 */
bool vgic_settle(struct vcpu *vcpu, unsigned int w, uint32_t offset);

/* Ends the active state of `bits` of word w, wherever it is held. After vgic_settle(). */
void vgic_deactivate_bits(struct vcpu *vcpu, unsigned int w, uint32_t bits);

/* vgic_bits.c */
enum mmio_result vgic_read_group(struct vcpu *vcpu, struct vgic_access *a);
enum mmio_result vgic_write_group(struct vcpu *vcpu, struct vgic_access *a);
enum mmio_result vgic_read_enabled(struct vcpu *vcpu, struct vgic_access *a);
enum mmio_result vgic_write_isenabler(struct vcpu *vcpu, struct vgic_access *a);
enum mmio_result vgic_write_icenabler(struct vcpu *vcpu, struct vgic_access *a);
enum mmio_result vgic_read_pending(struct vcpu *vcpu, struct vgic_access *a);
enum mmio_result vgic_write_ispendr(struct vcpu *vcpu, struct vgic_access *a);
enum mmio_result vgic_write_icpendr(struct vcpu *vcpu, struct vgic_access *a);
enum mmio_result vgic_read_active(struct vcpu *vcpu, struct vgic_access *a);
enum mmio_result vgic_write_isactiver(struct vcpu *vcpu, struct vgic_access *a);
enum mmio_result vgic_write_icactiver(struct vcpu *vcpu, struct vgic_access *a);

/* vgic_sgi.c */
enum mmio_result vgic_read_sgi_block(struct vcpu *vcpu, struct vgic_access *a);
enum mmio_result vgic_write_sgi_block(struct vcpu *vcpu, struct vgic_access *a);

#endif
