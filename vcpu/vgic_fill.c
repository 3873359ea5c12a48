/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * List registers: what they hold, what the guest did with them, what they should hold (ARM IHI
 * 0048B, 5.2 and 5.3.8). No two hold the same interrupt number, which would be UNPREDICTABLE; an
 * SGI's further sources wait in software until the first one's EOI raises a maintenance interrupt.
 *
 * A level-sensitive interrupt whose line is high carries the EOI bit, so that its EOI exits and the
 * line is looked at again; when the line falls first, the bit goes and the EOI costs nothing.
 *
 * When there are more pending interrupts than list registers, the ones of highest priority are in
 * and the maintenance interrupt for "none pending" brings in the next. So a pending one is always
 * in when one is out, and that maintenance interrupt cannot storm.
 */
#include "hyp/core/irqchip.h"
#include "hyp/core/timer.h"
#include "vcpu/vgic_internal.h"
#include "vcpu/vgic_lr.h"

static unsigned int lr_intid(uint32_t lr)
{
    return lr & GICH_LR_VIRTUAL_MASK;
}

static uint32_t lr_priority(uint32_t lr)
{
    return lr >> GICH_LR_PRIORITY_SHIFT & 0x1fu;
}

static unsigned int lr_source(uint32_t lr)
{
    return lr >> GICH_LR_PHYSICAL_SHIFT & 7u;
}

/* The EOI bit and the physical number share bits: only without HW is it one. */
static bool lr_wants_eoi(uint32_t lr)
{
    return (lr & (GICH_LR_HW | GICH_LR_EOI)) == GICH_LR_EOI;
}

static void set_lr(struct vgic_cpu *v, unsigned int n, uint32_t lr)
{
    v->lr[n] = lr;
    if (v->loaded)
        vgic_lr_write(n, lr);
}

static uint32_t make_lr(struct vcpu *vcpu, unsigned int intid, uint32_t state, uint32_t source,
                        bool eoi)
{
    uint32_t lr = intid | state |
                  (uint32_t)(*vgic_priority(vcpu, intid) >> 3) << GICH_LR_PRIORITY_SHIFT;

    if (vgic_bank(vcpu, intid / 32)->group & BIT(intid % 32))
        lr |= GICH_LR_GRP1;
    /* With the HW bit an EOI cannot be asked for: then the physical one is ended by software. */
    if (intid == VGIC_PPI_CNTV && vcpu->vgic.cntv_active && !eoi)
        return lr | GICH_LR_HW | timer_virt_intid << GICH_LR_PHYSICAL_SHIFT;
    return lr | source << GICH_LR_PHYSICAL_SHIFT | (eoi ? GICH_LR_EOI : 0);
}

/* The virtual interrupt is over without the guest's EOI having ended the physical one too. */
static void end_cntv(struct vgic_cpu *v)
{
    if (v->loaded)
        irqchip->set_active(timer_virt_intid, false);
    v->cntv_active = false;
    v->bank.level &= ~VGIC_CNTV_BIT;
}

/* The list register is free, in the hardware too. */
static void forget(struct vcpu *vcpu, unsigned int n)
{
    unsigned int intid = lr_intid(vcpu->vgic.lr[n]);
    struct vgic_bank *bank = vgic_bank(vcpu, intid / 32);
    uint32_t bit = BIT(intid % 32);

    vcpu->vgic.lr[n] = 0;
    vcpu->vgic.used &= ~BIT(n);
    bank->in_lr &= ~bit;
    bank->drop &= ~bit;
    bank->deact &= ~bit;
    /* It was no candidate while it had its list register, and becomes one only if it is pending. */
    if ((bank->latch | bank->level) & bit)
        vgic_update(vcpu, intid / 32);
}

/* The guest acknowledged or ended what list register n holds, which now reads `now`. */
static void fold(struct vcpu *vcpu, unsigned int n, uint32_t now)
{
    struct vgic_cpu *v = &vcpu->vgic;
    uint32_t lr = v->lr[n];
    unsigned int intid = lr_intid(lr);
    struct vgic_bank *bank = vgic_bank(vcpu, intid / 32);
    uint32_t bit = BIT(intid % 32);

    if (lr & ~now & GICH_LR_PENDING) {
        /* Acknowledged: what asked to take the pending or an earlier active state came too late. */
        bank->drop &= ~bit;
        bank->deact &= ~bit;
        bank->latch &= ~bit | bank->edge;
    }
    if (now & GICH_LR_STATE) {
        v->lr[n] = (lr & ~GICH_LR_STATE) | (now & GICH_LR_STATE);
        return;
    }
    if (lr & GICH_LR_HW) {
        v->cntv_active = false; /* its EOI ended the physical one */
        bank->level &= ~bit;
    }
    if (lr_wants_eoi(lr))
        vgic_lr_write(n, 0); /* takes it out of EISR */
    forget(vcpu, n);
}

/* An EOI found no list register: it was for the evicted one of highest priority, since without
 * EOImode they end in reverse order of their beginning (3.2.1). */
static void eoi_evicted(struct vcpu *vcpu)
{
    unsigned int best = VGIC_NR_IRQS;

    for (unsigned int w = 0; w < VGIC_WORDS; w++) {
        for (uint32_t bits = vgic_bank(vcpu, w)->evicted; bits; bits &= bits - 1) {
            unsigned int intid = 32 * w + vgic_first_bit(bits);

            if (w != 0 && vgic_owner(vcpu->vm, intid) != vcpu->id)
                continue;
            if (best == VGIC_NR_IRQS || *vgic_priority(vcpu, intid) < *vgic_priority(vcpu, best))
                best = intid;
        }
    }
    if (best < VGIC_NR_IRQS)
        vgic_deactivate(vcpu, best);
}

void vgic_deactivate(struct vcpu *vcpu, unsigned int intid)
{
    struct vgic_bank *bank = vgic_bank(vcpu, intid / 32);
    uint32_t bit = BIT(intid % 32);
    struct vcpu *owner = vcpu;

    if (bank->evicted & bit) {
        if (intid >= VGIC_NR_PRIVATE)
            owner = vcpu->vm->vcpu[vgic_owner(vcpu->vm, intid)];
        owner->vgic.nr_evicted--;
        bank->evicted &= ~bit;
    }
    bank->active &= ~bit;
    if (intid == VGIC_PPI_CNTV && vcpu->vgic.cntv_active)
        end_cntv(&vcpu->vgic);
    vgic_update(vcpu, intid / 32);
}

void vgic_sync(struct vcpu *vcpu)
{
    struct vgic_cpu *v = &vcpu->vgic;

    if (!v->loaded)
        return;
    for (uint32_t used = v->used; used; used &= used - 1) {
        unsigned int n = vgic_first_bit(used);
        uint32_t now = vgic_lr_read(n);

        if ((now ^ v->lr[n]) & GICH_LR_STATE)
            fold(vcpu, n, now);
    }
    if (v->hcr & GICH_HCR_LRENPIE) {
        uint32_t count = vgic_hcr_read() >> GICH_HCR_EOICOUNT_SHIFT;

        if (count)
            vgic_hcr_write(v->hcr);
        for (; count; count--)
            eoi_evicted(vcpu);
    }
}

uint32_t vgic_lr_bits(struct vcpu *vcpu, unsigned int w, uint32_t state)
{
    struct vm *vm = vcpu->vm;
    const struct vgic_bank *bank = vgic_bank(vcpu, w);
    uint32_t bits = 0;

    for (unsigned int i = w == 0 ? vcpu->id : 0; i < vm->nr_vcpus; i++) {
        const struct vgic_cpu *v = &vm->vcpu[i]->vgic;

        for (uint32_t used = v->used; used; used &= used - 1) {
            uint32_t lr = v->lr[vgic_first_bit(used)];

            if (lr_intid(lr) / 32 == w && (lr & state))
                bits |= BIT(lr_intid(lr) % 32);
        }
        if (w == 0)
            break;
    }
    return bits & ~(state == GICH_LR_PENDING ? bank->drop : bank->deact);
}

/* What was pending in a list register is so in software again. A line speaks for itself, and the
 * latch of a level-sensitive interrupt never left. */
static void take_back(struct vcpu *vcpu, uint32_t lr)
{
    unsigned int intid = lr_intid(lr);
    struct vgic_bank *bank = vgic_bank(vcpu, intid / 32);

    if (intid < GIC_NR_SGIS)
        vcpu->vgic.sgi_source[intid] |= (uint8_t)BIT(lr_source(lr));
    bank->latch |= BIT(intid % 32) & bank->edge;
}

/*
 * What an SGI's list register should be: its state, and whether an EOI is to be looked at. An
 * active one is never written as pending too, here and below: by its EOI the hardware would make it
 * pending alone, before others of higher priority that wait in software.
 */
static uint32_t recheck_sgi(struct vcpu *vcpu, uint32_t lr, uint32_t state, bool permitted,
                            bool *eoi)
{
    unsigned int intid = lr_intid(lr);
    uint8_t *sources = &vcpu->vgic.sgi_source[intid];

    if (state == GICH_LR_PENDING) {
        *sources &= (uint8_t)~BIT(lr_source(lr)); /* the same source once more is pending once */
        if (!permitted) {
            take_back(vcpu, lr);
            state = 0;
        }
    }
    *eoi = *sources != 0;
    if (*sources == 0)
        vcpu->vgic.bank.latch &= ~BIT(intid);
    return state;
}

/* The same for all others. */
static uint32_t recheck_irq(struct vcpu *vcpu, uint32_t lr, uint32_t state, bool permitted,
                            bool *eoi)
{
    unsigned int intid = lr_intid(lr);
    struct vgic_bank *bank = vgic_bank(vcpu, intid / 32);
    uint32_t bit = BIT(intid % 32);
    bool high = (bank->level & ~bank->edge & bit) != 0;

    if (state == GICH_LR_PENDING) {
        if (!permitted) {
            take_back(vcpu, lr);
            state = 0;
        } else if (bank->edge & bit) {
            bank->latch &= ~bit;
        } else if (!high && !(bank->latch & bit)) {
            state = 0;
        }
    }
    /* The physical interrupt looks at CNTV's line by itself. */
    if (intid == VGIC_PPI_CNTV && vcpu->vgic.cntv_active)
        high = false;
    *eoi = high || (state == GICH_LR_ACTIVE && (bank->latch & bit));
    return state;
}

static void recheck_lr(struct vcpu *vcpu, unsigned int n)
{
    struct vgic_cpu *v = &vcpu->vgic;
    uint32_t lr = v->lr[n], state = lr & GICH_LR_STATE;
    unsigned int intid = lr_intid(lr), w = intid / 32;
    struct vgic_bank *bank = vgic_bank(vcpu, w);
    uint32_t bit = BIT(intid % 32);
    bool permitted = (vgic_permitted(vcpu->vm, bank) & (w ? v->mine[w - 1] : ~0u) & bit) != 0;
    bool eoi;

    if (bank->drop & bit)
        state &= ~GICH_LR_PENDING;
    if ((bank->deact & bit) && state == GICH_LR_ACTIVE) {
        state = 0;
        if (intid == VGIC_PPI_CNTV && v->cntv_active)
            end_cntv(v);
    }
    bank->drop &= ~bit;
    bank->deact &= ~bit;

    if (intid < GIC_NR_SGIS)
        state = recheck_sgi(vcpu, lr, state, permitted, &eoi);
    else
        state = recheck_irq(vcpu, lr, state, permitted, &eoi);
    if (state == 0) {
        set_lr(v, n, 0);
        v->lr[n] = lr; /* whose it was */
        forget(vcpu, n);
    } else {
        uint32_t wanted = make_lr(vcpu, intid, state, intid < GIC_NR_SGIS ? lr_source(lr) : 0, eoi);

        if (wanted != lr)
            set_lr(v, n, wanted);
    }
}

void vgic_recheck(struct vcpu *vcpu)
{
    for (uint32_t used = vcpu->vgic.used; used; used &= used - 1)
        recheck_lr(vcpu, vgic_first_bit(used));
    /* One that waited may now be better than one that is in. */
    if (vcpu->vgic.candidate_words)
        vcpu->vgic.pending_work |= VGIC_WORK_FILL;
    vgic_cntv_refresh(vcpu);
}

/* The candidate of highest priority, the lowest number among equals; there is one. */
static unsigned int best_candidate(struct vcpu *vcpu)
{
    const struct vgic_cpu *v = &vcpu->vgic;
    unsigned int best = VGIC_NR_IRQS, first = vgic_first_bit(v->candidate_words);
    uint32_t best_priority = 256;

    /* Most often there is just one. */
    if (v->candidate_words == BIT(first) && !(v->candidates[first] & (v->candidates[first] - 1)))
        return 32 * first + vgic_first_bit(v->candidates[first]);
    for (uint32_t words = v->candidate_words; words; words &= words - 1) {
        unsigned int w = vgic_first_bit(words);

        for (uint32_t bits = v->candidates[w]; bits; bits &= bits - 1) {
            unsigned int intid = 32 * w + vgic_first_bit(bits);
            uint32_t priority = *vgic_priority(vcpu, intid);

            if (priority < best_priority) {
                best_priority = priority;
                best = intid;
            }
        }
    }
    return best;
}

static void place(struct vcpu *vcpu, unsigned int n, unsigned int intid)
{
    struct vgic_cpu *v = &vcpu->vgic;
    struct vgic_bank *bank = vgic_bank(vcpu, intid / 32);
    uint32_t bit = BIT(intid % 32), source = 0;
    bool eoi = (bank->level & ~bank->edge & bit) != 0 && intid != VGIC_PPI_CNTV;

    if (intid < GIC_NR_SGIS) {
        uint8_t *sources = &v->sgi_source[intid];

        source = vgic_first_bit(*sources);
        *sources &= (uint8_t)(*sources - 1);
        eoi = *sources != 0;
        if (!eoi)
            bank->latch &= ~bit;
    } else {
        bank->latch &= ~(bit & bank->edge);
    }
    set_lr(v, n, make_lr(vcpu, intid, GICH_LR_PENDING, source, eoi));
    v->used |= BIT(n);
    bank->in_lr |= bit;
    if (intid >= VGIC_NR_PRIVATE)
        vcpu->vm->vgic.owner[intid - VGIC_NR_PRIVATE] = (uint8_t)vcpu->id;
    /* What is in a list register is nobody's candidate, and it was this vCPU's alone. */
    v->candidates[intid / 32] &= ~bit;
    if (v->candidates[intid / 32] == 0)
        v->candidate_words &= ~BIT(intid / 32);
}

/* Moves what list register n holds to software. */
static void evict(struct vcpu *vcpu, unsigned int n)
{
    struct vgic_cpu *v = &vcpu->vgic;
    uint32_t lr = v->lr[n];
    unsigned int intid = lr_intid(lr);
    struct vgic_bank *bank = vgic_bank(vcpu, intid / 32);

    if (lr & GICH_LR_PENDING)
        take_back(vcpu, lr);
    else {
        bank->active |= BIT(intid % 32);
        bank->evicted |= BIT(intid % 32);
        v->nr_evicted++;
    }
    forget(vcpu, n);
}

/*
 * A list register for a candidate of this priority when all are taken: that of the lowest pending
 * one below it; if none is pending at all, that of the active one whose EOI comes last. Negative:
 * it waits.
 */
static int victim(const struct vgic_cpu *v, uint32_t priority)
{
    int pending = -1, active = -1;

    for (uint32_t used = v->used; used; used &= used - 1) {
        unsigned int n = vgic_first_bit(used);
        int *lowest = v->lr[n] & GICH_LR_PENDING ? &pending : &active;

        if (*lowest < 0 || lr_priority(v->lr[n]) >= lr_priority(v->lr[*lowest]))
            *lowest = (int)n;
    }
    if (pending < 0)
        return active;
    return lr_priority(v->lr[pending]) > priority ? pending : -1;
}

/* Frees the list register that deserves it least. Negative: the candidate has to wait. */
static __attribute__((noinline)) int make_room(struct vcpu *vcpu, unsigned int intid)
{
    int n = victim(&vcpu->vgic, *vgic_priority(vcpu, intid) >> 3u);

    if (n >= 0)
        evict(vcpu, (unsigned int)n);
    return n;
}

void vgic_fill(struct vcpu *vcpu, bool synced)
{
    struct vgic_cpu *v = &vcpu->vgic;
    uint32_t all = BIT(vgic_lr_count()) - 1u, hcr;

    while (v->candidate_words) {
        unsigned int intid;

        if ((v->used & all) == all && !synced) {
            vgic_sync(vcpu);
            synced = true;
        }
        if (v->candidate_words == 0)
            break;
        intid = best_candidate(vcpu);
        if (intid == VGIC_PPI_CNTV) {
            vgic_cntv_refresh(vcpu); /* the guest may have moved its timer since */
            if (!(v->candidates[0] & VGIC_CNTV_BIT))
                continue;
        }
        if ((v->used & all) == all && make_room(vcpu, intid) < 0)
            break;
        place(vcpu, vgic_first_bit(~v->used), intid);
    }

    hcr = GICH_HCR_EN | (v->candidate_words ? GICH_HCR_NPIE : 0) |
          (v->nr_evicted ? GICH_HCR_LRENPIE : 0);
    if (hcr != v->hcr) {
        v->hcr = hcr;
        vgic_hcr_write(hcr);
    }
}
