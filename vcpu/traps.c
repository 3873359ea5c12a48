/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every synchronous exit of a guest, by exception class (ARM DDI 0406C, B3.13.6). A handler
 * emulates what the architecture says, injects an exception, or asks for the guest to be stopped:
 * nothing a guest does ends anywhere else.
 */
#include "vcpu/entry.h"

#include "hyp/arch/hsr.h"
#include "hyp/arch/sysreg.h"
#include "hyp/core/irq.h"
#include "hyp/core/log.h"
#include "hyp/core/percpu.h"
#include "vcpu/cond.h"
#include "vcpu/cp14.h"
#include "vcpu/cp15.h"
#include "vcpu/emulate.h"
#include "vcpu/gva.h"
#include "vcpu/inject.h"
#include "vcpu/psci.h"
#include "vcpu/switch.h"
#include "vcpu/vcpu.h"
#include "vcpu/vfp.h"
#include "vcpu/vgic.h"

struct trap {
    enum verdict (*fn)(struct vcpu *vcpu, uint32_t hsr);
    enum vcpu_exit counted;
};

/* The default row: the architecture has no such trap with the controls that HYP sets, so what the
 * guest did is undefined to it. */
__attribute__((cold, noinline)) static enum verdict trap_undefined(struct vcpu *vcpu, uint32_t hsr)
{
    log_guest(vcpu->vm->name, "vCPU %u: unexpected trap, HSR 0x%08x at 0x%08x: UNDEF", vcpu->id,
              hsr, vcpu->frame.pc);
    inject_undef(vcpu);
    return VERDICT_RESUME;
}

static enum verdict trap_wfx(struct vcpu *vcpu, uint32_t hsr)
{
    bool passed = cond_passed(vcpu, hsr);

    vcpu_skip(vcpu, cond_insn_bytes(hsr));
    if (!passed)
        return VERDICT_RESUME;
    if (hsr & HSR_WFX_WFE)
        return VERDICT_YIELD;
    return vgic_pending(vcpu) ? VERDICT_RESUME : VERDICT_BLOCK;
}

/* ELR is behind the instruction (B1.8.1, preferred return address). */
static enum verdict trap_hvc(struct vcpu *vcpu, uint32_t hsr)
{
    if (HSR_IMM16(hsr) == 0)
        return psci_call(vcpu);
    vcpu->frame.pc -= 4; /* HVC is 32 bits long in both states */
    inject_undef(vcpu);
    return VERDICT_RESUME;
}

/* HCR.TSC: taken before the instruction's effect, ELR at it. A guest has no EL3 to call. */
static enum verdict trap_smc(struct vcpu *vcpu, uint32_t hsr)
{
    if (cond_passed(vcpu, hsr))
        inject_undef(vcpu);
    else
        vcpu_skip(vcpu, cond_insn_bytes(hsr));
    return VERDICT_RESUME;
}

#define HCPTR_ISS_TA        (1u << 5) /* Advanced SIMD */
#define HCPTR_ISS_COPROC(i) ((i)&0xfu)

/* VFP and Advanced SIMD are moved on first use; every other coprocessor is absent. */
static enum verdict trap_coprocessor(struct vcpu *vcpu, uint32_t hsr)
{
    bool vfp = (hsr & HCPTR_ISS_TA) || (HCPTR_ISS_COPROC(hsr) & ~1u) == 10;

    if (!cond_passed(vcpu, hsr))
        vcpu_skip(vcpu, cond_insn_bytes(hsr));
    else if (vfp && (READ_CP32(HCPTR) & HCPTR_TCP10_11))
        switch_vfp(vcpu);
    else
        inject_undef(vcpu);
    return VERDICT_RESUME;
}

/* VMRS of FPSID, MVFR0 or MVFR1, by HCR.TID3: what the core really has. The register is where CRn
 * is in an MRC (B3.13.6). */
static enum verdict trap_vmrs(struct vcpu *vcpu, uint32_t hsr)
{
    if (cond_passed(vcpu, hsr) && (hsr & HSR_CP_READ))
        vcpu_set_reg(vcpu, HSR_CP_RT(hsr), vfp_id(HSR_CP64_RT2(hsr)));
    vcpu_skip(vcpu, cond_insn_bytes(hsr));
    return VERDICT_RESUME;
}

/* HPFAR has the page of an abort, unless it was a permission fault, for which ARMv7 leaves it
 * UNKNOWN (B3.13.2). */
static bool hpfar_valid(uint32_t hsr)
{
    return (HSR_ABT_FSC(hsr) & HSR_FSC_LEVEL_MASK) != HSR_FSC_PERMISSION || (hsr & HSR_ABT_S1PTW);
}

static uint64_t hpfar_ipa(uint32_t far)
{
    return ((uint64_t)(READ_CP32(HPFAR) & 0xfffffff0u) << 8) | (far & 0xfff);
}

/* A fetch from where no memory of the guest is, or may be executed: as the bus would answer. */
static enum verdict trap_pabt(struct vcpu *vcpu, uint32_t hsr)
{
    uint32_t far = READ_CP32(HIFAR);

    if (hsr & HSR_ABT_S1PTW)
        inject_pabt_walk(vcpu, far, hpfar_ipa(far));
    else
        inject_pabt(vcpu, far);
    return VERDICT_RESUME;
}

/* An asynchronous external abort while the guest ran: its own doing, for HYP leaves nothing behind
 * that could abort later. */
static enum verdict trap_serror(struct vcpu *vcpu, uint32_t hsr)
{
    vcpu->exits[EXIT_SERROR]++;
    log_guest(vcpu->vm->name,
              "vCPU %u: asynchronous external abort, HSR 0x%08x, PC 0x%08x: stopped", vcpu->id, hsr,
              vcpu->frame.pc);
    vcpu->vm->ops->request(vcpu->vm, VM_EVENT_CRASH);
    return VERDICT_STOP;
}

/* A data abort that no translation fault of stage 2 caused: HPFAR says nothing, the bus did. */
static enum verdict trap_bus_error(struct vcpu *vcpu, uint32_t hsr, uint32_t far)
{
    if (HSR_ABT_FSC(hsr) == HSR_FSC_ASYNC_EXTERNAL)
        return trap_serror(vcpu, hsr);
    log_guest(vcpu->vm->name, "vCPU %u: data abort, HSR 0x%08x at 0x%08x, PC 0x%08x", vcpu->id, hsr,
              far, vcpu->frame.pc);
    inject_dabt(vcpu, far, (hsr & HSR_DABT_WNR) != 0);
    return VERDICT_RESUME;
}

/* A permission fault: the hardware translates once more. If that now faults in stage 1, another
 * vCPU changed the mapping, and the access is tried again. */
static __attribute__((noinline)) enum verdict trap_permission(struct vcpu *vcpu, uint32_t hsr,
                                                              uint32_t far)
{
    uint64_t ipa;

    if (!gva_to_ipa(vcpu, far, (hsr & HSR_DABT_WNR) != 0, &ipa))
        return VERDICT_RESUME;
    return emulate_dabt(vcpu, hsr, far, ipa);
}

static enum verdict trap_dabt(struct vcpu *vcpu, uint32_t hsr)
{
    uint32_t far = READ_CP32(HDFAR);

    /* Translation, access flag and permission faults are 0x04 to 0x0f (B3.13.3). */
    if (HSR_ABT_FSC(hsr) - HSR_FSC_TRANSLATION >= 0x10 - HSR_FSC_TRANSLATION)
        return trap_bus_error(vcpu, hsr, far);
    if (!hpfar_valid(hsr))
        return trap_permission(vcpu, hsr, far);
    return emulate_dabt(vcpu, hsr, far, hpfar_ipa(far));
}

static const struct trap traps[64] = {
    [HSR_EC_WFX] = {trap_wfx, EXIT_WFX},          [HSR_EC_CP15_32] = {cp15_trap32, EXIT_CP15},
    [HSR_EC_CP15_64] = {cp15_trap64, EXIT_CP15},  [HSR_EC_CP14_32] = {cp14_trap32, EXIT_CP14},
    [HSR_EC_CP14_LS] = {cp14_trap_ls, EXIT_CP14}, [HSR_EC_CP] = {trap_coprocessor, EXIT_VFP},
    [HSR_EC_CP10_ID] = {trap_vmrs, EXIT_VFP},     [HSR_EC_CP14_64] = {cp14_trap64, EXIT_CP14},
    [HSR_EC_HVC] = {trap_hvc, EXIT_HVC},          [HSR_EC_SMC] = {trap_smc, EXIT_SMC},
    [HSR_EC_PABT] = {trap_pabt, EXIT_PABT},       [HSR_EC_DABT] = {trap_dabt, EXIT_DABT},
};

__attribute__((section(".text.hot"))) enum verdict vcpu_trap(struct vcpu *vcpu, uint32_t hsr)
{
    const struct trap *trap = &traps[HSR_EC(hsr)];

    vcpu->exits[trap->counted]++;
    return trap->fn ? trap->fn(vcpu, hsr) : trap_undefined(vcpu, hsr);
}

__attribute__((section(".text.hot"))) enum verdict vcpu_irq(struct vcpu *vcpu, uint32_t hsr)
{
    (void)hsr;
    vcpu->exits[EXIT_IRQ]++;
    irq_handle_one();
    return VERDICT_RESUME;
}

/* No board routes FIQ here: group 0 is signalled as IRQ while GICC_CTLR.FIQEn is 0. */
enum verdict vcpu_fiq(struct vcpu *vcpu, uint32_t hsr)
{
    (void)hsr;
    vcpu->exits[EXIT_IRQ]++;
    log_err("FIQ while %s ran: ignored", vcpu->vm->name);
    irq_handle();
    return VERDICT_RESUME;
}
