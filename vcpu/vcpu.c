/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a vCPU as an entity: it is reset on its own CPU when it is turned on, runs until a
 * verdict ends its turn, and leaves when its VM stops.
 */
#include "vcpu/vcpu.h"

#include <string.h>

#include "hyp/arch/sysreg.h"
#include "hyp/core/irq.h"
#include "hyp/core/percpu.h"
#include "vcpu/cp15.h"
#include "vcpu/entry.h"
#include "vcpu/switch.h"
#include "vcpu/vgic.h"
#include "vcpu/vtimer.h"

/* The state of reset (B1.9.1), entered as PSCI CPU_ON and the boot protocols have it. */
static void reset_state(struct vcpu *vcpu)
{
    memset(&vcpu->frame, 0, sizeof(vcpu->frame));
    memset(&vcpu->banked, 0, sizeof(vcpu->banked));
    memset(&vcpu->cp15, 0, sizeof(vcpu->cp15));
    memset(&vcpu->vfp, 0, sizeof(vcpu->vfp));
    vcpu->cp15.sctlr = SCTLR_RESET;
    vcpu->frame.cpsr = PSR_SVC | PSR_A | PSR_I | PSR_F;
    vcpu->frame.r[0] = vcpu->on.context;
    vcpu->frame.r[1] = vcpu->on.r1;
    vcpu->frame.r[2] = vcpu->on.r2;
    vcpu->frame.pc = vcpu->on.entry & ~1u;
    if (vcpu->on.entry & 1)
        vcpu->frame.cpsr |= PSR_T;
    vcpu->cp_logged = false;
    cp15_reset(vcpu);
    vtimer_reset(vcpu);
}

/* Turned on by CPU_ON or the VM's start: becomes what it was told to be. False while off. */
static bool turn_on(struct vcpu *vcpu)
{
    if (vcpu->power == VCPU_OFF) /* only this CPU leaves ON, only a CPU_ON leaves OFF */
        return false;
    if (vcpu->power == VCPU_ON_PENDING) {
        switch_unload(vcpu);
        vcpu->vm->last_on[this_cpu()->id] = 0;
        spin_lock(&vcpu->vm->lock); /* whoever said ON_PENDING has said all the rest */
        reset_state(vcpu);
        vcpu->power = VCPU_ON;
        spin_unlock(&vcpu->vm->lock);
    }
    return true;
}

/* The VM stops: out of the hardware, and the last one tells. */
static enum verdict leave(struct vcpu *vcpu)
{
    struct vm *vm = vcpu->vm;
    bool last = false;

    switch_unload(vcpu);
    vtimer_reset(vcpu);
    spin_lock(&vm->lock);
    if (!vm->stopping) { /* woken once more after it had left, and the next life has begun */
        spin_unlock(&vm->lock);
        return VERDICT_YIELD;
    }
    if (vcpu->inside) {
        vcpu->inside = false;
        last = --vm->nr_inside == 0;
    }
    vcpu->power = VCPU_OFF;
    spin_unlock(&vm->lock);
    if (last)
        vm->ops->stopped(vm);
    return VERDICT_STOP;
}

static enum verdict vcpu_run(struct entity *entity)
{
    struct vcpu *vcpu = container_of(entity, struct vcpu, entity);

    sched_look(entity);
    if (__atomic_load_n(&vcpu->vm->stopping, __ATOMIC_ACQUIRE))
        return leave(vcpu);
    if (!turn_on(vcpu)) {
        switch_unload(vcpu); /* off, perhaps for good: nobody may have to ask the hardware for it */
        return VERDICT_BLOCK;
    }
    switch_load(vcpu);
    /* WFI exits when others could use the CPU; alone, the core itself waits in it. */
    switch_trap_wfi(vcpu->vm->trap_wfi || sched_others_wait());
    vgic_flush(vcpu);
    /* Whom the above made ready on this CPU sends no interrupt that would end what follows. Those
     * that are pending are taken first: other vCPUs may kick this one without end. */
    if (__atomic_load_n(&this_cpu()->attention, __ATOMIC_RELAXED) != 0) {
        irq_handle();
        return VERDICT_RESUME;
    }
    return vcpu_enter(vcpu);
}

void vcpu_init(struct vcpu *vcpu, struct vm *vm, unsigned int id, struct pcpu *cpu,
               uint8_t priority, uint32_t slice_us)
{
    vcpu->vm = vm;
    vcpu->id = id;
    vcpu->power = VCPU_OFF;
    vcpu->inside = false;
    vcpu->entity.run = vcpu_run;
    vm->vcpu[id] = vcpu;
    sched_add(&vcpu->entity, cpu, priority, slice_us);
}

void vcpu_start_vm(struct vm *vm, uint32_t entry, uint32_t r0, uint32_t r1, uint32_t r2)
{
    struct vcpu *first = vm->vcpu[0];

    vgic_vm_reset(vm);
    vm->cntvoff = timer_now();
    spin_lock(&vm->lock);
    for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
        vm->vcpu[i]->inside = true;
        vm->vcpu[i]->power = VCPU_OFF;
    }
    vm->nr_inside = vm->nr_vcpus;
    first->on.entry = entry;
    first->on.context = r0;
    first->on.r1 = r1;
    first->on.r2 = r2;
    first->power = VCPU_ON_PENDING;
    __atomic_store_n(&vm->stopping, false, __ATOMIC_RELEASE);
    spin_unlock(&vm->lock);
    vcpu_kick(first);
}

void vcpu_stop_vm(struct vm *vm)
{
    __atomic_store_n(&vm->stopping, true, __ATOMIC_RELEASE);
    for (unsigned int i = 0; i < vm->nr_vcpus; i++)
        vcpu_kick(vm->vcpu[i]);
}

void vcpu_kick(struct vcpu *vcpu)
{
    sched_kick(&vcpu->entity);
}

/*
 * Where register n of the mode that trapped lives besides the frame (B1.3.2): r13 and r14 are
 * banked by mode, r8 to r12 for FIQ. The frame holds what HYP saw: the User bank.
 */
#define BANKED_SP_LR(access, mode, sp, lr) \
    case mode:                             \
        if (n == 13)                       \
            access(sp);                    \
        else                               \
            access(lr);                    \
        break

static uint32_t read_banked(const struct vcpu *vcpu, unsigned int n)
{
    uint32_t v = 0;

#define GET(reg) v = READ_BANKED(reg)
    switch (vcpu->frame.cpsr & PSR_M_MASK) {
        BANKED_SP_LR(GET, PSR_SVC, SP_svc, LR_svc);
        BANKED_SP_LR(GET, PSR_ABT, SP_abt, LR_abt);
        BANKED_SP_LR(GET, PSR_UND, SP_und, LR_und);
        BANKED_SP_LR(GET, PSR_IRQ, SP_irq, LR_irq);
        BANKED_SP_LR(GET, PSR_FIQ, SP_fiq, LR_fiq);
    default:
        v = n == 13 ? READ_BANKED(SP_usr) : vcpu->frame.lr_usr;
        break;
    }
#undef GET
    return v;
}

static void write_banked(struct vcpu *vcpu, unsigned int n, uint32_t v)
{
#define SET(reg) WRITE_BANKED(v, reg)
    switch (vcpu->frame.cpsr & PSR_M_MASK) {
        BANKED_SP_LR(SET, PSR_SVC, SP_svc, LR_svc);
        BANKED_SP_LR(SET, PSR_ABT, SP_abt, LR_abt);
        BANKED_SP_LR(SET, PSR_UND, SP_und, LR_und);
        BANKED_SP_LR(SET, PSR_IRQ, SP_irq, LR_irq);
        BANKED_SP_LR(SET, PSR_FIQ, SP_fiq, LR_fiq);
    default:
        if (n == 13)
            WRITE_BANKED(v, SP_usr);
        else
            vcpu->frame.lr_usr = v;
        break;
    }
#undef SET
}

static bool in_fiq_bank(const struct vcpu *vcpu, unsigned int n)
{
    return n >= 8 && n <= 12 && (vcpu->frame.cpsr & PSR_M_MASK) == PSR_FIQ;
}

static uint32_t read_fiq(unsigned int n)
{
    switch (n) {
    case 8:
        return READ_BANKED(R8_fiq);
    case 9:
        return READ_BANKED(R9_fiq);
    case 10:
        return READ_BANKED(R10_fiq);
    case 11:
        return READ_BANKED(R11_fiq);
    default:
        return READ_BANKED(R12_fiq);
    }
}

static void write_fiq(unsigned int n, uint32_t v)
{
    switch (n) {
    case 8:
        WRITE_BANKED(v, R8_fiq);
        break;
    case 9:
        WRITE_BANKED(v, R9_fiq);
        break;
    case 10:
        WRITE_BANKED(v, R10_fiq);
        break;
    case 11:
        WRITE_BANKED(v, R11_fiq);
        break;
    default:
        WRITE_BANKED(v, R12_fiq);
        break;
    }
}

uint32_t vcpu_reg(const struct vcpu *vcpu, unsigned int n)
{
    if (n >= 15)
        return vcpu->frame.pc;
    if (n >= 13)
        return read_banked(vcpu, n);
    return in_fiq_bank(vcpu, n) ? read_fiq(n) : vcpu->frame.r[n];
}

void vcpu_set_reg(struct vcpu *vcpu, unsigned int n, uint32_t value)
{
    if (n >= 15)
        vcpu->frame.pc = value;
    else if (n >= 13)
        write_banked(vcpu, n, value);
    else if (in_fiq_bank(vcpu, n))
        write_fiq(n, value);
    else
        vcpu->frame.r[n] = value;
}

void vcpu_skip(struct vcpu *vcpu, unsigned int len)
{
    uint32_t cpsr = vcpu->frame.cpsr;

    vcpu->frame.pc += len;
    if ((cpsr & PSR_IT_MASK) == 0)
        return;
    /* ITAdvance(): IT[7:5] stay, IT[4:0] shift; the block ends when IT[2:0] are 0. IT[7:2] are bits
     * 15:10, IT[1:0] bits 26:25. */
    uint32_t it = (BITS(cpsr, 15, 10) << 2) | BITS(cpsr, 26, 25);

    it = (it & 7) == 0 ? 0 : (it & 0xe0) | ((it << 1) & 0x1f);
    vcpu->frame.cpsr = (cpsr & ~(uint32_t)PSR_IT_MASK) | ((it >> 2) << 10) | ((it & 3) << 25);
}
