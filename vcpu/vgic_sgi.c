/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Software generated interrupts: SGIR, CPENDSGIR and SPENDSGIR (ARM IHI 0048B, 4.3.15 to 4.3.17).
 * An SGI is pending from each source CPU by itself.
 */
#include "vcpu/vgic_regs.h"

#include "hyp/lib/util.h"
#include "vcpu/vgic_internal.h"

static void send_sgi(struct vcpu *to, unsigned int sgi, uint32_t sources)
{
    to->vgic.sgi_source[sgi] |= (uint8_t)sources;
    to->vgic.bank.latch |= BIT(sgi);
    vgic_changed(to, 0, BIT(sgi));
}

static void write_sgir(struct vcpu *vcpu, uint32_t value)
{
    struct vm *vm = vcpu->vm;
    uint32_t all = BIT(vm->nr_vcpus) - 1u, self = BIT(vcpu->id), to;

    switch (value >> GICD_SGIR_FILTER_SHIFT & 3u) {
    case GICD_SGIR_FILTER_LIST:
        to = value >> GICD_SGIR_TARGET_SHIFT & all;
        break;
    case GICD_SGIR_FILTER_OTHER:
        to = all & ~self;
        break;
    case GICD_SGIR_FILTER_SELF:
        to = self;
        break;
    default: /* reserved */
        to = 0;
        break;
    }
    /* The last one to ourselves is over most often: then this is a new one and no repeat. */
    if ((to & self) && (vcpu->vgic.bank.in_lr & BIT(value & 0xfu)))
        vgic_sync(vcpu);
    for (; to; to &= to - 1)
        send_sgi(vm->vcpu[vgic_first_bit(to)], value & 0xfu, self);
}

/* Sources of four SGIs, those in list registers included. State is settled. */
static uint32_t sgi_sources(struct vcpu *vcpu, unsigned int first)
{
    const struct vgic_cpu *v = &vcpu->vgic;
    uint32_t value = vgic_load_bytes(&v->sgi_source[first]);
    uint32_t pending = vgic_lr_bits(vcpu, 0, GICH_LR_PENDING) & 0xffffu;

    for (uint32_t used = v->used; used; used &= used - 1) {
        uint32_t lr = v->lr[vgic_first_bit(used)];
        unsigned int sgi = lr & GICH_LR_VIRTUAL_MASK;

        if (sgi - first < 4 && (pending & BIT(sgi)) && (lr & GICH_LR_PENDING))
            value |= BIT(8 * (sgi - first) + (lr >> GICH_LR_PHYSICAL_SHIFT & 7u));
    }
    return value;
}

enum mmio_result vgic_read_sgi_block(struct vcpu *vcpu, struct vgic_access *a)
{
    if (a->offset < GICD_CPENDSGIR || a->offset >= GICD_SPENDSGIR + 0x10)
        return MMIO_OK;
    vgic_settle(vcpu, 0, a->offset);
    a->value = sgi_sources(vcpu, a->offset & 0xcu);
    return MMIO_OK;
}

static void clear_sgi(struct vcpu *vcpu, unsigned int sgi, uint32_t sources)
{
    struct vgic_cpu *v = &vcpu->vgic;

    v->sgi_source[sgi] &= (uint8_t)~sources;
    if (v->sgi_source[sgi] == 0)
        v->bank.latch &= ~BIT(sgi);
    for (uint32_t used = v->used; used; used &= used - 1) {
        uint32_t lr = v->lr[vgic_first_bit(used)];

        if ((lr & GICH_LR_VIRTUAL_MASK) == sgi && (lr & GICH_LR_PENDING) &&
            (sources >> (lr >> GICH_LR_PHYSICAL_SHIFT & 7u) & 1u))
            v->bank.drop |= BIT(sgi);
    }
    vgic_changed(vcpu, 0, BIT(sgi));
}

enum mmio_result vgic_write_sgi_block(struct vcpu *vcpu, struct vgic_access *a)
{
    unsigned int first = a->offset & 0xcu;

    if (a->offset == GICD_SGIR) {
        if (a->mask == UINT32_MAX)
            write_sgir(vcpu, a->value);
        return MMIO_OK;
    }
    if (a->offset < GICD_CPENDSGIR || a->offset >= GICD_SPENDSGIR + 0x10)
        return MMIO_OK;
    vgic_settle(vcpu, 0, a->offset);
    for (unsigned int i = 0; i < 4; i++) {
        uint32_t sources = a->value >> 8 * i & 0xffu & (BIT(vcpu->vm->nr_vcpus) - 1u);

        if (sources == 0)
            continue;
        if (a->offset < GICD_SPENDSGIR)
            clear_sgi(vcpu, first + i, sources);
        else
            send_sgi(vcpu, first + i, sources);
    }
    return MMIO_OK;
}
