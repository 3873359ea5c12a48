/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distributor's registers with one bit for each interrupt: group, enable, pending, active (ARM
 * IHI 0048B, 4.3.4 to 4.3.10).
 *
 * Pending and active state may lie in list registers of a vCPU that runs on another CPU. Its
 * hardware alone knows, so the access asks it by a kick, and the guest tries again: what is then
 * used was true at one moment within the access, which is all that the hardware would promise.
 */
#include "vcpu/vgic_regs.h"

#include "hyp/lib/util.h"
#include "vcpu/vgic_internal.h"
#include "vcpu/vtimer.h"

/* The vCPUs on other CPUs that may have changed the state of an interrupt in word w. */
static uint32_t remote_owners(struct vcpu *vcpu, unsigned int w)
{
    struct vm *vm = vcpu->vm;
    uint32_t owners = 0;

    for (uint32_t bits = vgic_bank(vcpu, w)->in_lr; bits; bits &= bits - 1) {
        unsigned int owner = vgic_owner(vm, 32 * w + vgic_first_bit(bits));

        if (owner != vcpu->id && vm->vcpu[owner]->vgic.loaded)
            owners |= BIT(owner);
    }
    return owners;
}

bool vgic_settle(struct vcpu *vcpu, unsigned int w, uint32_t offset)
{
    struct vgic_cpu *v = &vcpu->vgic;
    uint32_t remote, fresh, late = 0;

    if (vgic_bank(vcpu, w)->in_lr)
        vgic_sync(vcpu);
    remote = w == 0 ? 0 : remote_owners(vcpu, w);
    if (remote == 0 && !v->retry.waiting)
        return true;
    if (!v->retry.waiting || v->retry.pc != vcpu->frame.pc || v->retry.offset != offset) {
        v->retry.pc = vcpu->frame.pc;
        v->retry.offset = offset;
        v->retry.asked = 0;
    }
    fresh = remote & ~v->retry.asked;
    for (uint32_t bits = remote; bits; bits &= bits - 1) {
        struct vcpu *other = vcpu->vm->vcpu[vgic_first_bit(bits)];

        if (fresh & bits & -bits) {
            other->vgic.sync_wanted |= BIT(vcpu->id);
            vgic_raise(other, VGIC_WORK_RECHECK);
        }
        if (other->vgic.sync_wanted & BIT(vcpu->id))
            late |= bits & -bits;
    }
    v->retry.asked |= fresh;
    v->retry.waiting = late != 0;
    return late == 0;
}

static uint32_t pending_bits(struct vcpu *vcpu, unsigned int w)
{
    const struct vgic_bank *bank = vgic_bank(vcpu, w);
    uint32_t level = bank->level & ~bank->edge;

    if (w == 0) /* the guest moves its timer without our knowing */
        level = (level & ~VGIC_CNTV_BIT) | (vtimer_cntv_level(vcpu) ? VGIC_CNTV_BIT : 0);
    return level | bank->latch | (vgic_lr_bits(vcpu, w, GICH_LR_PENDING) & bank->edge);
}

enum mmio_result vgic_read_group(struct vcpu *vcpu, struct vgic_access *a)
{
    a->value = vgic_bank(vcpu, a->index)->group;
    return MMIO_OK;
}

enum mmio_result vgic_write_group(struct vcpu *vcpu, struct vgic_access *a)
{
    struct vgic_bank *bank = vgic_bank(vcpu, a->index);
    uint32_t changed = (bank->group ^ a->value) & a->mask;

    bank->group ^= changed;
    vgic_changed(vcpu, a->index, changed);
    return MMIO_OK;
}

enum mmio_result vgic_read_enabled(struct vcpu *vcpu, struct vgic_access *a)
{
    a->value = vgic_bank(vcpu, a->index)->enabled;
    return MMIO_OK;
}

enum mmio_result vgic_write_isenabler(struct vcpu *vcpu, struct vgic_access *a)
{
    vgic_bank(vcpu, a->index)->enabled |= a->value;
    vgic_changed(vcpu, a->index, a->value);
    return MMIO_OK;
}

enum mmio_result vgic_write_icenabler(struct vcpu *vcpu, struct vgic_access *a)
{
    uint32_t bits = a->index == 0 ? a->value & ~0xffffu : a->value;

    vgic_bank(vcpu, a->index)->enabled &= ~bits;
    vgic_changed(vcpu, a->index, bits);
    return MMIO_OK;
}

enum mmio_result vgic_read_pending(struct vcpu *vcpu, struct vgic_access *a)
{
    if (!vgic_settle(vcpu, a->index, a->offset))
        return MMIO_RETRY;
    a->value = pending_bits(vcpu, a->index);
    return MMIO_OK;
}

/* Not for SGIs: they have SPENDSGIR (4.3.7). */
enum mmio_result vgic_write_ispendr(struct vcpu *vcpu, struct vgic_access *a)
{
    uint32_t bits = a->index == 0 ? a->value & ~0xffffu : a->value;

    if (!vgic_settle(vcpu, a->index, a->offset))
        return MMIO_RETRY;
    vgic_bank(vcpu, a->index)->latch |= bits;
    vgic_changed(vcpu, a->index, bits);
    return MMIO_OK;
}

enum mmio_result vgic_write_icpendr(struct vcpu *vcpu, struct vgic_access *a)
{
    struct vgic_bank *bank = vgic_bank(vcpu, a->index);
    uint32_t bits = a->index == 0 ? a->value & ~0xffffu : a->value;

    if (!vgic_settle(vcpu, a->index, a->offset))
        return MMIO_RETRY;
    bank->latch &= ~bits;
    bank->drop |= bits & bank->edge & vgic_lr_bits(vcpu, a->index, GICH_LR_PENDING);
    vgic_changed(vcpu, a->index, bits);
    return MMIO_OK;
}

enum mmio_result vgic_read_active(struct vcpu *vcpu, struct vgic_access *a)
{
    if (!vgic_settle(vcpu, a->index, a->offset))
        return MMIO_RETRY;
    a->value = vgic_bank(vcpu, a->index)->active | vgic_lr_bits(vcpu, a->index, GICH_LR_ACTIVE);
    return MMIO_OK;
}

enum mmio_result vgic_write_isactiver(struct vcpu *vcpu, struct vgic_access *a)
{
    if (!vgic_settle(vcpu, a->index, a->offset))
        return MMIO_RETRY;
    vgic_bank(vcpu, a->index)->active |= a->value & ~vgic_lr_bits(vcpu, a->index, GICH_LR_ACTIVE);
    vgic_changed(vcpu, a->index, a->value);
    return MMIO_OK;
}

/* Ends the active state of `bits` of word w, wherever it is held. State is settled. */
void vgic_deactivate_bits(struct vcpu *vcpu, unsigned int w, uint32_t bits)
{
    struct vgic_bank *bank = vgic_bank(vcpu, w);
    uint32_t in_lr = bits & vgic_lr_bits(vcpu, w, GICH_LR_ACTIVE);

    bank->deact |= in_lr;
    vgic_changed(vcpu, w, in_lr);
    for (bits &= bank->active; bits; bits &= bits - 1)
        vgic_deactivate(vcpu, 32 * w + vgic_first_bit(bits));
}

enum mmio_result vgic_write_icactiver(struct vcpu *vcpu, struct vgic_access *a)
{
    if (!vgic_settle(vcpu, a->index, a->offset))
        return MMIO_RETRY;
    vgic_deactivate_bits(vcpu, a->index, a->value);
    return MMIO_OK;
}
