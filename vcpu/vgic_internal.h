/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the vGIC's files share. Everything here but vgic_lock() wants vm.vgic.lock held. "Local"
 * means: on the vCPU's own CPU if it is loaded, anywhere if it is not.
 */
#ifndef VCPU_VGIC_INTERNAL_H
#define VCPU_VGIC_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/arch/gicv2.h"
#include "hyp/lib/util.h"
#include "vcpu/vcpu.h"

/* Bits of vgic_cpu.pending_work. */
#define VGIC_WORK_FILL    (1u << 0) /* there are new candidates for list registers */
#define VGIC_WORK_RECHECK (1u << 1) /* what list registers hold may no longer be right */

#define VGIC_CNTV_BIT     BIT(VGIC_PPI_CNTV)

static inline unsigned int vgic_first_bit(uint32_t bits)
{
    return (unsigned int)__builtin_ctz(bits);
}

/* The bank of word w; the vCPU matters for word 0 only. */
static inline struct vgic_bank *vgic_bank(struct vcpu *vcpu, unsigned int w)
{
    return w == 0 ? &vcpu->vgic.bank : &vcpu->vm->vgic.spi[w - 1];
}

static inline uint8_t *vgic_priority(struct vcpu *vcpu, unsigned int intid)
{
    return intid < VGIC_NR_PRIVATE ? &vcpu->vgic.priority[intid]
                                   : &vcpu->vm->vgic.priority[intid - VGIC_NR_PRIVATE];
}

static inline unsigned int vgic_owner(const struct vm *vm, unsigned int intid)
{
    return vm->vgic.owner[intid - VGIC_NR_PRIVATE];
}

static inline void vgic_lock(struct vm *vm)
{
    spin_lock(&vm->vgic.lock);
}

/* Serves `self`, if it is loaded here, releases, and tells the other vCPUs that have new work.
 * self: the vCPU whose CPU this is, or NULL. */
void vgic_unlock(struct vm *vm, struct vcpu *self);

/* Notes work for a vCPU, to be told of it by vgic_unlock(). */
static inline void vgic_raise(struct vcpu *vcpu, uint32_t work)
{
    vcpu->vgic.pending_work |= work;
    vcpu->vm->vgic.kick |= BIT(vcpu->id);
}

/* Of a bank: enabled in an enabled group, and not active in software. */
static inline uint32_t vgic_permitted(const struct vm *vm, const struct vgic_bank *bank)
{
    uint32_t groups = 0;

    if (vm->vgic.ctlr & GICD_CTLR_ENABLE_GRP0)
        groups |= ~bank->group;
    if (vm->vgic.ctlr & GICD_CTLR_ENABLE_GRP1)
        groups |= bank->group;
    return bank->enabled & groups & ~bank->active;
}

/* Recomputes who is a candidate in word w, on whichever vCPU. */
void vgic_update(struct vcpu *vcpu, unsigned int w);

/* Anything of the interrupts `bits` of word w changed: update, and recheck their list registers. */
void vgic_changed(struct vcpu *vcpu, unsigned int w, uint32_t bits);

/* Interrupts of word w whose list registers, as far as known, have a state bit (GICH_LR_PENDING or
 * _ACTIVE), without those whose removal is already asked for. */
uint32_t vgic_lr_bits(struct vcpu *vcpu, unsigned int w, uint32_t state);

/* Reads the list registers that may have changed, and draws the conclusions. Local. */
void vgic_sync(struct vcpu *vcpu);

/* Makes each list register what it should be now; after vgic_sync() if loaded. Local. */
void vgic_recheck(struct vcpu *vcpu);

/* Places candidates, highest priority first. Loaded, on its CPU. */
void vgic_fill(struct vcpu *vcpu, bool synced);

/* Compares CNTV's line with what we hold of it, and gives up the physical active state of a line
 * that fell. Loaded, on its CPU; harmless if not loaded. */
void vgic_cntv_refresh(struct vcpu *vcpu);

/* Ends the active state of an interrupt that is in no list register. */
void vgic_deactivate(struct vcpu *vcpu, unsigned int intid);

#endif
