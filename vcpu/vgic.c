/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distributor's state: lines, who is a candidate for whom, and what the rest of vcpu/ calls.
 * Which list register holds what is vgic_fill.c's affair; registers of the guest are vgic_mmio.c's.
 */
#include "vcpu/vgic.h"

#include <string.h>

#include "hyp/core/irqchip.h"
#include "hyp/core/timer.h"
#include "vcpu/switch.h"
#include "vcpu/vgic_internal.h"
#include "vcpu/vgic_lr.h"
#include "vcpu/vtimer.h"

/* Brings the list registers of the vCPU that is loaded here up to date. */
static void serve(struct vcpu *vcpu)
{
    struct vgic_cpu *v = &vcpu->vgic;
    bool recheck = (v->pending_work & VGIC_WORK_RECHECK) != 0;

    if (recheck) {
        vgic_sync(vcpu);
        vgic_cntv_refresh(vcpu);
        vgic_recheck(vcpu);
        v->sync_wanted = 0;
    }
    vgic_fill(vcpu, recheck);
    v->pending_work = 0;
}

void vgic_unlock(struct vm *vm, struct vcpu *self)
{
    uint32_t kick;

    if (self) {
        if (self->vgic.pending_work && self->vgic.loaded)
            serve(self);
        vm->vgic.kick &= ~BIT(self->id);
    }
    kick = vm->vgic.kick;
    if (kick == 0) {
        spin_unlock(&vm->vgic.lock);
        return;
    }

    /* A vCPU that is put away, perhaps for ever, does not hold back what is no longer its own. */
    for (uint32_t bits = kick; bits; bits &= bits - 1) {
        struct vcpu *vcpu = vm->vcpu[vgic_first_bit(bits)];

        if (!vcpu->vgic.loaded && (vcpu->vgic.pending_work & VGIC_WORK_RECHECK)) {
            vcpu->vgic.pending_work &= ~VGIC_WORK_RECHECK;
            vgic_recheck(vcpu);
        }
    }
    kick = 0;
    for (uint32_t bits = vm->vgic.kick; bits; bits &= bits - 1) {
        if (vm->vcpu[vgic_first_bit(bits)]->vgic.pending_work)
            kick |= bits & -bits;
    }
    vm->vgic.kick = 0;
    spin_unlock(&vm->vgic.lock);

    for (; kick; kick &= kick - 1)
        vcpu_kick(vm->vcpu[vgic_first_bit(kick)]);
}

static void set_candidates(struct vcpu *vcpu, unsigned int w, uint32_t bits)
{
    struct vgic_cpu *v = &vcpu->vgic;

    if (bits & ~v->candidates[w])
        vgic_raise(vcpu, VGIC_WORK_FILL);
    v->candidates[w] = bits;
    if (bits)
        v->candidate_words |= BIT(w);
    else
        v->candidate_words &= ~BIT(w);
}

/* Of a bank: what waits to be delivered. */
static inline uint32_t deliverable(const struct vm *vm, const struct vgic_bank *bank)
{
    return vgic_permitted(vm, bank) & (bank->latch | (bank->level & ~bank->edge)) & ~bank->in_lr;
}

static __attribute__((noinline)) void update_shared(struct vm *vm, unsigned int w)
{
    uint32_t bits = deliverable(vm, &vm->vgic.spi[w - 1]);

    for (unsigned int i = 0; i < vm->nr_vcpus; i++)
        set_candidates(vm->vcpu[i], w, bits & vm->vcpu[i]->vgic.mine[w - 1]);
}

void vgic_update(struct vcpu *vcpu, unsigned int w)
{
    if (w == 0)
        set_candidates(vcpu, 0, deliverable(vcpu->vm, &vcpu->vgic.bank));
    else
        update_shared(vcpu->vm, w);
}

void vgic_changed(struct vcpu *vcpu, unsigned int w, uint32_t bits)
{
    struct vm *vm = vcpu->vm;

    if (w == 0) {
        if (bits & vcpu->vgic.bank.in_lr)
            vgic_raise(vcpu, VGIC_WORK_RECHECK);
        vgic_update(vcpu, 0);
        return;
    }
    for (bits &= vm->vgic.spi[w - 1].in_lr; bits; bits &= bits - 1) {
        unsigned int intid = 32 * w + vgic_first_bit(bits);

        vgic_raise(vm->vcpu[vgic_owner(vm, intid)], VGIC_WORK_RECHECK);
    }
    update_shared(vm, w);
}

static void set_line(struct vcpu *vcpu, unsigned int intid, bool level)
{
    struct vgic_bank *bank = vgic_bank(vcpu, intid / 32);
    uint32_t bit = BIT(intid % 32);

    if (((bank->level & bit) != 0) == level)
        return;
    if (level) {
        bank->level |= bit;
        bank->latch |= bit & bank->edge; /* a rising edge (1.4.2) */
    } else {
        bank->level &= ~bit;
    }
    vgic_changed(vcpu, intid / 32, bit);
}

/* As vgic_unlock(), for a line: the vCPU whose interface this CPU holds may wait for an interrupt.
 */
static void unlock_and_wake(struct vm *vm)
{
    struct vcpu *here = switch_loaded();
    bool work;

    if (here && here->vm != vm)
        here = NULL;
    work = here && here->vgic.pending_work;
    vgic_unlock(vm, here);
    if (work)
        sched_wake(&here->entity);
}

void vgic_set_spi(struct vm *vm, unsigned int intid, bool level)
{
    if (intid < VGIC_NR_PRIVATE || intid >= VGIC_NR_IRQS)
        return;
    vgic_lock(vm);
    set_line(vm->vcpu[0], intid, level);
    unlock_and_wake(vm);
}

void vgic_set_ppi(struct vcpu *vcpu, unsigned int intid, bool level)
{
    if (intid < GIC_NR_SGIS || intid >= VGIC_NR_PRIVATE || intid == VGIC_PPI_CNTV)
        return;
    vgic_lock(vcpu->vm);
    set_line(vcpu, intid, level);
    unlock_and_wake(vcpu->vm);
}

void vgic_cntv_refresh(struct vcpu *vcpu)
{
    struct vgic_cpu *v = &vcpu->vgic;
    struct vgic_bank *bank = &v->bank;
    uint32_t level = bank->level;

    if (!v->cntv_active || !v->loaded)
        return;
    if (vtimer_cntv_level(vcpu)) {
        bank->level |= VGIC_CNTV_BIT;
    } else {
        bank->level &= ~VGIC_CNTV_BIT;
        /* Nothing virtual will end it: let the line fire again when it rises. */
        if (((bank->in_lr | bank->active) & VGIC_CNTV_BIT) == 0) {
            irqchip->set_active(timer_virt_intid, false);
            v->cntv_active = false;
        }
    }
    if (bank->level != level)
        vgic_update(vcpu, 0);
}

void vgic_inject_cntv(struct vcpu *vcpu)
{
    struct vgic_cpu *v = &vcpu->vgic;

    vgic_lock(vcpu->vm);
    /* It fires again since the guest's EOI ended the last one: note that before this one begins. */
    if (v->bank.in_lr & VGIC_CNTV_BIT)
        vgic_sync(vcpu);
    v->cntv_active = true;
    v->bank.level |= VGIC_CNTV_BIT; /* its line is looked at when it is placed */
    vgic_changed(vcpu, 0, VGIC_CNTV_BIT);
    vgic_unlock(vcpu->vm, vcpu);
}

void vgic_flush(struct vcpu *vcpu)
{
    if (__atomic_load_n(&vcpu->vgic.pending_work, __ATOMIC_RELAXED) == 0)
        return;
    vgic_lock(vcpu->vm);
    vgic_unlock(vcpu->vm, vcpu);
}

void vgic_maintenance(struct vcpu *vcpu)
{
    vgic_lock(vcpu->vm);
    vcpu->vgic.pending_work |= VGIC_WORK_RECHECK;
    vgic_unlock(vcpu->vm, vcpu);
}

bool vgic_cntv_look(struct vcpu *vcpu)
{
    struct vgic_cpu *v = &vcpu->vgic;
    bool due;

    if (!v->loaded)
        return false;
    vgic_lock(vcpu->vm);
    vgic_sync(vcpu);
    due = !v->cntv_active && vtimer_cntv_level(vcpu);
    vgic_unlock(vcpu->vm, vcpu);
    if (due) {
        irqchip->set_active(timer_virt_intid, true);
        vgic_inject_cntv(vcpu);
    }
    return v->cntv_active;
}

bool vgic_pending(struct vcpu *vcpu)
{
    struct vgic_cpu *v = &vcpu->vgic;
    uint32_t vmcr, apr, best = 32, running, mask;

    vgic_cntv_look(vcpu);

    vgic_lock(vcpu->vm);
    if (v->loaded)
        vgic_sync(vcpu);
    vmcr = v->loaded ? vgic_vmcr_read() : v->vmcr;
    apr = v->loaded ? vgic_apr_read() : v->apr;

    for (uint32_t used = v->used; used; used &= used - 1) {
        uint32_t lr = v->lr[vgic_first_bit(used)];
        uint32_t enable = lr & GICH_LR_GRP1 ? GICH_VMCR_GRP1_EN : GICH_VMCR_GRP0_EN;

        if ((lr & GICH_LR_PENDING) && (vmcr & enable))
            best = MIN(best, lr >> GICH_LR_PRIORITY_SHIFT & 0x1fu);
    }
    for (unsigned int w = 0; w < VGIC_WORDS; w++) {
        for (uint32_t bits = v->candidates[w]; bits; bits &= bits - 1) {
            unsigned int intid = 32 * w + vgic_first_bit(bits);
            uint32_t group1 = vgic_bank(vcpu, w)->group & bits & -bits;

            if (vmcr & (group1 ? GICH_VMCR_GRP1_EN : GICH_VMCR_GRP0_EN))
                best = MIN(best, *vgic_priority(vcpu, intid) >> 3u);
        }
    }
    vgic_unlock(vcpu->vm, vcpu);

    /* It must pass the mask and preempt what is active (3.3): a bit of APR stands for a priority.
     */
    mask = vmcr >> GICH_VMCR_PMR_SHIFT;
    running = apr ? vgic_first_bit(apr) : 32;
    return best < mask && best < running;
}

void vgic_load(struct vcpu *vcpu)
{
    struct vgic_cpu *v = &vcpu->vgic;

    vgic_lock(vcpu->vm);
    for (unsigned int i = 0, nr = vgic_lr_count(); i < nr; i++)
        vgic_lr_write(i, v->lr[i]);
    vgic_vmcr_write(v->vmcr);
    vgic_apr_write(v->apr);
    vgic_hcr_write(v->hcr);
    v->loaded = true;
    if (v->cntv_active) {
        irqchip->set_active(timer_virt_intid, true);
        v->pending_work |= VGIC_WORK_RECHECK;
    }
    vgic_unlock(vcpu->vm, vcpu);
}

void vgic_save(struct vcpu *vcpu)
{
    struct vgic_cpu *v = &vcpu->vgic;

    vgic_lock(vcpu->vm);
    vgic_sync(vcpu);
    v->sync_wanted = 0;
    v->vmcr = vgic_vmcr_read();
    v->apr = vgic_apr_read();
    vgic_hcr_write(0);
    v->loaded = false;
    if (v->cntv_active)
        irqchip->set_active(timer_virt_intid, false);
    /* From here on others recheck for us; what is asked for already is done now. */
    if (v->pending_work & VGIC_WORK_RECHECK) {
        v->pending_work &= ~VGIC_WORK_RECHECK;
        vgic_recheck(vcpu);
    }
    vgic_unlock(vcpu->vm, vcpu);
}

static void reset_cpu(struct vcpu *vcpu)
{
    struct vgic_cpu *v = &vcpu->vgic;

    memset(v, 0, sizeof(*v));
    v->bank.enabled = 0xffff; /* SGIs are always enabled, and edges */
    v->bank.edge = 0xffff;
    v->hcr = GICH_HCR_EN;
    if (vcpu->vm->nr_vcpus == 1)
        memset(v->mine, 0xff, sizeof(v->mine)); /* no targets to choose from (4.3.12) */
}

void vgic_vm_reset(struct vm *vm)
{
    struct vgic_dist *d = &vm->vgic;

    vgic_lock(vm);
    d->ctlr = 0;
    d->kick = 0;
    memset(d->spi, 0, sizeof(d->spi));
    memset(d->priority, 0, sizeof(d->priority));
    memset(d->target, 0, sizeof(d->target));
    memset(d->owner, 0, sizeof(d->owner));
    for (unsigned int i = 0; i < vm->nr_vcpus; i++)
        reset_cpu(vm->vcpu[i]);
    vgic_unlock(vm, NULL);
}
