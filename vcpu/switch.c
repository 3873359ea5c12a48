/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The switch between vCPUs: all that a guest can see of its CPU besides the general registers. In
 * plain C, register by register, by their names. A vCPU stays loaded after it blocks, so the one
 * that comes back to an otherwise idle CPU moves nothing.
 *
 * What QEMU does not show but silicon needs is marked by its section of ARM DDI 0406C.
 */
#include "vcpu/switch.h"

#include "hyp/arch/barrier.h"
#include "hyp/arch/serror.h"
#include "hyp/arch/sysreg.h"
#include "hyp/arch/tlb.h"
#include "hyp/core/irq.h"
#include "hyp/core/irqchip.h"
#include "hyp/core/log.h"
#include "hyp/core/panic.h"
#include "hyp/core/percpu.h"
#include "vcpu/cp15.h"
#include "vcpu/vcpu.h"
#include "vcpu/vfp.h"
#include "vcpu/vgic.h"
#include "vcpu/vtimer.h"

static void save_banked(struct vcpu_banked *b)
{
    b->sp_usr = READ_BANKED(SP_usr);
    b->sp_svc = READ_BANKED(SP_svc);
    b->lr_svc = READ_BANKED(LR_svc);
    b->spsr_svc = READ_BANKED(SPSR_svc);
    b->sp_abt = READ_BANKED(SP_abt);
    b->lr_abt = READ_BANKED(LR_abt);
    b->spsr_abt = READ_BANKED(SPSR_abt);
    b->sp_und = READ_BANKED(SP_und);
    b->lr_und = READ_BANKED(LR_und);
    b->spsr_und = READ_BANKED(SPSR_und);
    b->sp_irq = READ_BANKED(SP_irq);
    b->lr_irq = READ_BANKED(LR_irq);
    b->spsr_irq = READ_BANKED(SPSR_irq);
    b->r8_fiq = READ_BANKED(R8_fiq);
    b->r9_fiq = READ_BANKED(R9_fiq);
    b->r10_fiq = READ_BANKED(R10_fiq);
    b->r11_fiq = READ_BANKED(R11_fiq);
    b->r12_fiq = READ_BANKED(R12_fiq);
    b->sp_fiq = READ_BANKED(SP_fiq);
    b->lr_fiq = READ_BANKED(LR_fiq);
    b->spsr_fiq = READ_BANKED(SPSR_fiq);
}

static void restore_banked(const struct vcpu_banked *b)
{
    WRITE_BANKED(b->sp_usr, SP_usr);
    WRITE_BANKED(b->sp_svc, SP_svc);
    WRITE_BANKED(b->lr_svc, LR_svc);
    WRITE_BANKED(b->spsr_svc, SPSR_svc);
    WRITE_BANKED(b->sp_abt, SP_abt);
    WRITE_BANKED(b->lr_abt, LR_abt);
    WRITE_BANKED(b->spsr_abt, SPSR_abt);
    WRITE_BANKED(b->sp_und, SP_und);
    WRITE_BANKED(b->lr_und, LR_und);
    WRITE_BANKED(b->spsr_und, SPSR_und);
    WRITE_BANKED(b->sp_irq, SP_irq);
    WRITE_BANKED(b->lr_irq, LR_irq);
    WRITE_BANKED(b->spsr_irq, SPSR_irq);
    WRITE_BANKED(b->r8_fiq, R8_fiq);
    WRITE_BANKED(b->r9_fiq, R9_fiq);
    WRITE_BANKED(b->r10_fiq, R10_fiq);
    WRITE_BANKED(b->r11_fiq, R11_fiq);
    WRITE_BANKED(b->r12_fiq, R12_fiq);
    WRITE_BANKED(b->sp_fiq, SP_fiq);
    WRITE_BANKED(b->lr_fiq, LR_fiq);
    WRITE_BANKED(b->spsr_fiq, SPSR_fiq);
}

static void save_cp15(struct vcpu_cp15 *c)
{
    c->sctlr = READ_CP32(SCTLR);
    c->cpacr = READ_CP32(CPACR);
    c->ttbcr = READ_CP32(TTBCR);
    c->ttbr0 = READ_CP64(TTBR0);
    c->ttbr1 = READ_CP64(TTBR1);
    c->dacr = READ_CP32(DACR);
    c->dfsr = READ_CP32(DFSR);
    c->ifsr = READ_CP32(IFSR);
    c->adfsr = READ_CP32(ADFSR);
    c->aifsr = READ_CP32(AIFSR);
    c->dfar = READ_CP32(DFAR);
    c->ifar = READ_CP32(IFAR);
    c->par = READ_CP64(PAR);
    c->prrr = READ_CP32(PRRR);
    c->nmrr = READ_CP32(NMRR);
    c->amair0 = READ_CP32(AMAIR0);
    c->amair1 = READ_CP32(AMAIR1);
    c->vbar = READ_CP32(VBAR);
    c->fcseidr = READ_CP32(FCSEIDR);
    c->contextidr = READ_CP32(CONTEXTIDR);
    c->tpidrurw = READ_CP32(TPIDRURW);
    c->tpidruro = READ_CP32(TPIDRURO);
    c->tpidrprw = READ_CP32(TPIDRPRW);
    c->csselr = READ_CP32(CSSELR);
    c->cntkctl = READ_CP32(CNTKCTL);
    c->teecr = READ_CP32(TEECR);
    c->teehbr = READ_CP32(TEEHBR);
}

static void restore_cp15(const struct vcpu_cp15 *c)
{
    WRITE_CP32(c->sctlr, SCTLR);
    WRITE_CP32(c->cpacr, CPACR);
    WRITE_CP32(c->ttbcr, TTBCR);
    WRITE_CP64(c->ttbr0, TTBR0);
    WRITE_CP64(c->ttbr1, TTBR1);
    WRITE_CP32(c->dacr, DACR);
    WRITE_CP32(c->dfsr, DFSR);
    WRITE_CP32(c->ifsr, IFSR);
    WRITE_CP32(c->adfsr, ADFSR);
    WRITE_CP32(c->aifsr, AIFSR);
    WRITE_CP32(c->dfar, DFAR);
    WRITE_CP32(c->ifar, IFAR);
    WRITE_CP64(c->par, PAR);
    WRITE_CP32(c->prrr, PRRR);
    WRITE_CP32(c->nmrr, NMRR);
    WRITE_CP32(c->amair0, AMAIR0);
    WRITE_CP32(c->amair1, AMAIR1);
    WRITE_CP32(c->vbar, VBAR);
    WRITE_CP32(c->fcseidr, FCSEIDR); /* RAZ/WI on silicon with the multiprocessing extensions */
    WRITE_CP32(c->contextidr, CONTEXTIDR);
    WRITE_CP32(c->tpidrurw, TPIDRURW);
    WRITE_CP32(c->tpidruro, TPIDRURO);
    WRITE_CP32(c->tpidrprw, TPIDRPRW);
    WRITE_CP32(c->csselr, CSSELR);
    WRITE_CP32(c->cntkctl, CNTKCTL);
    WRITE_CP32(c->teecr, TEECR);
    WRITE_CP32(c->teehbr, TEEHBR);
}

/* The identity of the vCPU: MIDR of the real core, MPIDR with the multiprocessing extensions and
 * Aff0 = number (B4.1.106). U is clear for a lone vCPU too, as on QEMU's virt: an OS that reads U
 * as one leaves out what keeps memory coherent with the other CPUs, from which Skep writes to it.
 */
static void restore_identity(const struct vcpu *vcpu)
{
    WRITE_CP32(READ_CP32(MIDR), VPIDR);
    WRITE_CP32(0x80000000u | vcpu->id, VMPIDR);
}

struct vcpu *switch_loaded(void)
{
    return this_cpu()->vcpu_loaded;
}

/* An asynchronous abort of this guest's that is still on its way, or masked, would be taken in the
 * next one: it is waited for (DSB), taken here, and stops the guest that caused it. */
static void take_serror(struct vcpu *vcpu)
{
    if (!serror_pending() || !serror_take())
        return;
    vcpu->exits[EXIT_SERROR]++;
    log_guest(vcpu->vm->name, "vCPU %u: asynchronous external abort, taken on the way out: stopped",
              vcpu->id);
    vcpu->vm->ops->request(vcpu->vm, VM_EVENT_CRASH);
}

static void put_away(struct pcpu *cpu, struct vcpu *vcpu)
{
    vtimer_save(vcpu); /* first: CNTV is quiet when its physical active state is given up */
    cpu->vcpu_loaded = 0;
    vgic_save(vcpu);
    save_banked(&vcpu->banked);
    save_cp15(&vcpu->cp15);
    take_serror(vcpu); /* after save_banked(): see serror.h */
    /* What is walked speculatively from here on is nobody's; stage 2 is never off. */
    WRITE_CP64(stage2_nobody(), VTTBR);
    isb();
}

static void take_up(struct pcpu *cpu, struct vcpu *vcpu)
{
    struct vcpu **last = &vcpu->vm->last_on[cpu->id];

    restore_cp15(&vcpu->cp15);
    restore_banked(&vcpu->banked);
    restore_identity(vcpu);
    isb(); /* the guest's stage 1 is whole before its stage 2 is in force */
    WRITE_CP64(vcpu->vm->s2.vttbr, VTTBR);
    isb();
    if (*last != vcpu) {
        /* Two vCPUs of one guest share VMID and ASIDs but not their meaning here, and what one
         * core's worth of local maintenance did, the other has not seen. */
        tlb_guest_local();
        WRITE_CP32(0, ICIALLU);
        dsb();
        *last = vcpu;
    }
    vtimer_load(vcpu);
    vgic_load(vcpu);
    cpu->vcpu_loaded = vcpu;
    WRITE_CP32(cpu->vfp_owner == vcpu ? CP15_HCPTR : CP15_HCPTR | HCPTR_TCP10_11, HCPTR);
    isb();
}

void switch_load(struct vcpu *vcpu)
{
    struct pcpu *cpu = this_cpu();

    if (cpu->vcpu_loaded == vcpu)
        return;
    if (cpu->vcpu_loaded)
        put_away(cpu, cpu->vcpu_loaded);
    take_up(cpu, vcpu);
}

static void vfp_give_up(struct pcpu *cpu)
{
    struct vcpu *owner = cpu->vfp_owner;

    if (owner) {
        vfp_save(&owner->vfp);
        cpu->vfp_owner = 0;
    }
}

void switch_unload(struct vcpu *vcpu)
{
    struct pcpu *cpu = this_cpu();

    if (cpu->vfp_owner == vcpu) {
        WRITE_CP32(CP15_HCPTR, HCPTR);
        isb();
        vfp_give_up(cpu);
        /* Another one may be loaded, and what was saved still stands in the registers. */
        WRITE_CP32(CP15_HCPTR | HCPTR_TCP10_11, HCPTR);
        isb();
    }
    if (cpu->vcpu_loaded == vcpu)
        put_away(cpu, vcpu);
}

void switch_vfp(struct vcpu *vcpu)
{
    struct pcpu *cpu = this_cpu();

    WRITE_CP32(CP15_HCPTR, HCPTR);
    isb();
    if (cpu->vfp_owner == vcpu)
        return;
    vfp_give_up(cpu);
    vfp_restore(&vcpu->vfp);
    cpu->vfp_owner = vcpu;
}

void switch_trap_wfi(bool trap_wfi)
{
    WRITE_CP32(CP15_HCR | (trap_wfi ? HCR_TWI : 0), HCR);
}

/* The virtual CPU interface wants attention: of the vCPU that is loaded, or of nobody any more. */
static enum irq_done maintenance_irq(unsigned int intid, void *arg)
{
    struct vcpu *vcpu = switch_loaded();

    (void)intid;
    (void)arg;
    if (vcpu)
        vgic_maintenance(vcpu);
    return IRQ_DEACTIVATE;
}

void switch_cpu_init(void)
{
    /* vcpu/vfp.S moves 32 double registers (MVFR0.A_SIMD, B6.1.69). */
    if ((vfp_id(VFP_MVFR0) & 0xf) != 2)
        panic("CPU %u has no Advanced SIMD with 32 double registers", this_cpu()->id);
    WRITE_CP32(CP15_HCR, HCR);
    WRITE_CP32(cp15_hstr(), HSTR);
    WRITE_CP32(CP15_HDCR_FOR(READ_CP32(PMCR)), HDCR);
    WRITE_CP32(CP15_HCPTR | HCPTR_TCP10_11, HCPTR);
    vtimer_cpu_init();
    irq_register(irqchip->maintenance_irq, maintenance_irq, 0);
    isb();
}
