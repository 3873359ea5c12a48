/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distributor as a guest sees it: that of QEMU's `virt` without Security Extensions (ARM IHI
 * 0048B, 4.3), 288 interrupts, five bits of priority, which is what GICV has. Here are the
 * dispatch, the control, priority, target and configuration registers, and GICC_DIR.
 *
 * Access widths: words everywhere, bytes where the manual wants them (4.1.4). Other narrow accesses
 * are UNPREDICTABLE there; as in QEMU they reach the bytes named, but for SGIR, which takes words
 * only. What is reserved or beyond the last interrupt is RAZ/WI.
 */
#include "hyp/lib/util.h"
#include "vcpu/vgic_internal.h"
#include "vcpu/vgic_lr.h"
#include "vcpu/vgic_regs.h"

#define GICD_SIZE  0x1000u

/* What QEMU's `virt` says here. */
#define IIDR_VALUE 0x0000043bu

static enum mmio_result read_control(struct vcpu *vcpu, struct vgic_access *a)
{
    if (a->offset == GICD_CTLR)
        a->value = vcpu->vm->vgic.ctlr;
    else if (a->offset == GICD_TYPER)
        a->value = (VGIC_WORDS - 1u) | (vcpu->vm->nr_vcpus - 1u) << GICD_TYPER_CPUS_SHIFT;
    else if (a->offset == GICD_IIDR)
        a->value = IIDR_VALUE;
    return MMIO_OK;
}

static enum mmio_result write_control(struct vcpu *vcpu, struct vgic_access *a)
{
    struct vm *vm = vcpu->vm;
    uint32_t value = a->value & (GICD_CTLR_ENABLE_GRP0 | GICD_CTLR_ENABLE_GRP1);

    if (a->offset != GICD_CTLR || !(a->mask & 1u) || value == vm->vgic.ctlr)
        return MMIO_OK;
    vm->vgic.ctlr = value;
    for (unsigned int i = 0; i < vm->nr_vcpus; i++)
        vgic_changed(vm->vcpu[i], 0, UINT32_MAX);
    for (unsigned int w = 1; w < VGIC_WORDS; w++)
        vgic_changed(vcpu, w, UINT32_MAX);
    return MMIO_OK;
}

/* ICPIDR4 to ICPIDR7, ICPIDR0 to 3, ICCIDR0 to 3: an Arm GICv2 (4.3.18 and QEMU). */
static enum mmio_result read_id(struct vcpu *vcpu, struct vgic_access *a)
{
    static const uint8_t id[] = {0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1};

    (void)vcpu;
    a->value = id[a->index];
    return MMIO_OK;
}

static enum mmio_result write_ignored(struct vcpu *vcpu, struct vgic_access *a)
{
    (void)vcpu;
    (void)a;
    return MMIO_OK;
}

static enum mmio_result read_priority(struct vcpu *vcpu, struct vgic_access *a)
{
    a->value = vgic_load_bytes(vgic_priority(vcpu, 4 * a->index));
    return MMIO_OK;
}

static enum mmio_result write_priority(struct vcpu *vcpu, struct vgic_access *a)
{
    unsigned int first = 4 * a->index, w = first / 32;

    for (unsigned int i = 0; i < 4; i++) {
        if (a->mask >> 8 * i & 1u)
            *vgic_priority(vcpu, first + i) = (uint8_t)(a->value >> 8 * i & 0xf8u);
    }
    /* A candidate may now deserve a list register that another holds. */
    for (unsigned int i = 0; i < vcpu->vm->nr_vcpus; i++) {
        struct vcpu *other = w == 0 ? vcpu : vcpu->vm->vcpu[i];

        if (other->vgic.candidates[w] >> first % 32 & 0xfu)
            vgic_raise(other, VGIC_WORK_FILL);
    }
    vgic_changed(vcpu, w, 0xfu << first % 32);
    return MMIO_OK;
}

/* RAZ/WI on a uniprocessor; ITARGETSR0-7 read as the CPU that reads (4.3.12). */
static enum mmio_result read_target(struct vcpu *vcpu, struct vgic_access *a)
{
    if (vcpu->vm->nr_vcpus == 1)
        return MMIO_OK;
    if (a->index < VGIC_NR_PRIVATE / 4)
        a->value = BIT(vcpu->id) * 0x01010101u;
    else
        a->value = vgic_load_bytes(&vcpu->vm->vgic.target[4 * a->index - VGIC_NR_PRIVATE]);
    return MMIO_OK;
}

/* Of several targets one gets the interrupt (1-N model, 3.2.3): the lowest. */
static void set_target(struct vm *vm, unsigned int spi, uint8_t target)
{
    vm->vgic.target[spi] = target;
    for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
        uint32_t *mine = &vm->vcpu[i]->vgic.mine[spi / 32];

        if ((target & -target) == (int)BIT(i))
            *mine |= BIT(spi % 32);
        else
            *mine &= ~BIT(spi % 32);
    }
}

static enum mmio_result write_target(struct vcpu *vcpu, struct vgic_access *a)
{
    struct vm *vm = vcpu->vm;
    unsigned int first = 4 * a->index;

    if (vm->nr_vcpus == 1 || a->index < VGIC_NR_PRIVATE / 4)
        return MMIO_OK;
    for (unsigned int i = 0; i < 4; i++) {
        if (a->mask >> 8 * i & 1u)
            set_target(vm, first + i - VGIC_NR_PRIVATE,
                       (uint8_t)(a->value >> 8 * i & (BIT(vm->nr_vcpus) - 1u)));
    }
    vgic_changed(vcpu, first / 32, 0xfu << first % 32);
    return MMIO_OK;
}

/* Two bits an interrupt; only the upper one means something. */
static enum mmio_result read_config(struct vcpu *vcpu, struct vgic_access *a)
{
    uint32_t edge;

    edge = vgic_bank(vcpu, a->index / 2)->edge >> 16 * (a->index % 2);
    for (unsigned int i = 0; i < 16; i++)
        a->value |= (edge >> i & 1u) << (2 * i + 1);
    return MMIO_OK;
}

/* SGIs are edges; CNTV is a level, as the timer that drives it (4.3.13 leaves PPIs to us). */
static enum mmio_result write_config(struct vcpu *vcpu, struct vgic_access *a)
{
    unsigned int w = a->index / 2, shift = 16 * (a->index % 2);
    uint32_t changed = 0;
    struct vgic_bank *bank;

    if (a->index == 0)
        return MMIO_OK;
    bank = vgic_bank(vcpu, w);
    for (unsigned int i = 0; i < 16; i++) {
        if (a->mask >> 2 * i & 2u)
            changed |= ((a->value >> (2 * i + 1) ^ bank->edge >> (shift + i)) & 1u) << (shift + i);
    }
    if (w == 0)
        changed &= ~VGIC_CNTV_BIT;
    bank->edge ^= changed;
    vgic_changed(vcpu, w, changed);
    return MMIO_OK;
}

/* ---- dispatch ---- */

struct block {
    uint32_t first;      /* offset of word 0 */
    unsigned int nwords; /* what lies beyond is RAZ/WI; 0: all of it */
    vgic_reg_fn read, write;
    bool lockless; /* a read takes what writers change in one step, or byte by byte */
};

#define BLOCK_BITS 7 /* a row for each 0x80 bytes */

static const struct block blocks[GICD_SIZE >> BLOCK_BITS] = {
    [GICD_CTLR >> BLOCK_BITS] = {GICD_CTLR, 3, read_control, write_control, true},
    [GICD_IGROUPR >>
        BLOCK_BITS] = {GICD_IGROUPR, VGIC_WORDS, vgic_read_group, vgic_write_group, true},
    [GICD_ISENABLER >>
        BLOCK_BITS] = {GICD_ISENABLER, VGIC_WORDS, vgic_read_enabled, vgic_write_isenabler, true},
    [GICD_ICENABLER >>
        BLOCK_BITS] = {GICD_ICENABLER, VGIC_WORDS, vgic_read_enabled, vgic_write_icenabler, true},
    [GICD_ISPENDR >>
        BLOCK_BITS] = {GICD_ISPENDR, VGIC_WORDS, vgic_read_pending, vgic_write_ispendr, false},
    [GICD_ICPENDR >>
        BLOCK_BITS] = {GICD_ICPENDR, VGIC_WORDS, vgic_read_pending, vgic_write_icpendr, false},
    [GICD_ISACTIVER >>
        BLOCK_BITS] = {GICD_ISACTIVER, VGIC_WORDS, vgic_read_active, vgic_write_isactiver, false},
    [GICD_ICACTIVER >>
        BLOCK_BITS] = {GICD_ICACTIVER, VGIC_WORDS, vgic_read_active, vgic_write_icactiver, false},
    [GICD_IPRIORITYR >> BLOCK_BITS...(GICD_ITARGETSR - 1) >>
        BLOCK_BITS] = {GICD_IPRIORITYR, VGIC_NR_IRQS / 4, read_priority, write_priority, true},
    [GICD_ITARGETSR >> BLOCK_BITS...(GICD_ICFGR - 1) >>
        BLOCK_BITS] = {GICD_ITARGETSR, VGIC_NR_IRQS / 4, read_target, write_target, true},
    [GICD_ICFGR >> BLOCK_BITS] = {GICD_ICFGR, VGIC_NR_IRQS / 16, read_config, write_config, true},
    [GICD_SGIR >> BLOCK_BITS] = {GICD_SGIR, 12, vgic_read_sgi_block, vgic_write_sgi_block, false},
    [GICD_ICPIDR >> BLOCK_BITS] = {GICD_ICPIDR, 12, read_id, write_ignored, true},
};

static enum mmio_result read_word(struct vcpu *vcpu, const struct block *block,
                                  struct vgic_access *a)
{
    enum mmio_result result;

    if (block->lockless)
        return block->read(vcpu, a);
    vgic_lock(vcpu->vm);
    result = block->read(vcpu, a);
    vgic_unlock(vcpu->vm, vcpu);
    return result;
}

static enum mmio_result write_word(struct vcpu *vcpu, const struct block *block,
                                   struct vgic_access *a)
{
    enum mmio_result result;

    vgic_lock(vcpu->vm);
    result = block->write(vcpu, a);
    vgic_unlock(vcpu->vm, vcpu);
    return result;
}

NO_CANARY enum mmio_result vgic_mmio(struct vcpu *vcpu, void *dev, struct mmio *mmio)
{
    const struct block *block;
    struct vgic_access a;
    unsigned int shift = 8 * (mmio->offset & 3u);
    uint32_t mask = mmio->size == 4 ? UINT32_MAX : BIT(8 * mmio->size) - 1u;
    enum mmio_result result;

    (void)dev;
    if (mmio->offset >= GICD_SIZE)
        return MMIO_ABORT;
    block = &blocks[mmio->offset >> BLOCK_BITS];
    a.offset = mmio->offset & ~3u;
    a.index = (a.offset - block->first) / 4;
    a.mask = mask << shift;
    if (a.index >= block->nwords) {
        mmio->value = 0;
        return MMIO_OK;
    }
    if (mmio->write) {
        a.value = (mmio->value & mask) << shift;
        return write_word(vcpu, block, &a);
    }
    a.value = 0;
    result = read_word(vcpu, block, &a);
    mmio->value = a.value >> shift & mask;
    return result;
}

enum mmio_result vgic_dir_mmio(struct vcpu *vcpu, void *dev, struct mmio *mmio)
{
    unsigned int intid = mmio->value & GIC_INTID_MASK;
    enum mmio_result result = MMIO_OK;

    (void)dev;
    if (!mmio->write) {
        mmio->value = 0;
        return MMIO_OK;
    }
    /* With EOImode = 0 a write to DIR is UNPREDICTABLE (4.4.14): ignored, as in QEMU. */
    if (mmio->offset != 0 || mmio->size != 4 || intid >= VGIC_NR_IRQS ||
        (vgic_vmcr_read() & GICH_VMCR_EOIM) == 0)
        return MMIO_OK;
    vgic_lock(vcpu->vm);
    if (vgic_settle(vcpu, intid / 32, GICD_SIZE))
        vgic_deactivate_bits(vcpu, intid / 32, BIT(intid % 32));
    else
        result = MMIO_RETRY;
    vgic_unlock(vcpu->vm, vcpu);
    return result;
}
