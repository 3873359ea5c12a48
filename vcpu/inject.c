/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Applies an exception to the loaded vCPU: its CP15 state and banked registers are in the hardware,
 * its PC and CPSR in the frame.
 */
#include "vcpu/inject.h"

#include "hyp/arch/sysreg.h"
#include "vcpu/vcpu.h"

static void enter(struct vcpu *vcpu, enum exception_kind kind)
{
    const struct exception_in in = {
        .cpsr = vcpu->frame.cpsr,
        .pc = vcpu->frame.pc,
        .sctlr = READ_CP32(SCTLR),
        .vbar = READ_CP32(VBAR),
    };
    const struct exception_out out = exception_take(kind, &in);

    if (kind == EXCEPTION_UNDEF) {
        WRITE_BANKED(out.spsr, SPSR_und);
        WRITE_BANKED(out.lr, LR_und);
    } else {
        WRITE_BANKED(out.spsr, SPSR_abt);
        WRITE_BANKED(out.lr, LR_abt);
    }
    vcpu->frame.cpsr = out.cpsr;
    vcpu->frame.pc = out.pc;
}

void inject_undef(struct vcpu *vcpu)
{
    enter(vcpu, EXCEPTION_UNDEF);
}

void inject_pabt_fault(struct vcpu *vcpu, enum exception_fault fault, uint32_t far)
{
    WRITE_CP32(far, IFAR);
    WRITE_CP32(exception_ifsr(fault, READ_CP32(TTBCR)), IFSR);
    enter(vcpu, EXCEPTION_PABT);
}

void inject_dabt_fault(struct vcpu *vcpu, enum exception_fault fault, uint32_t far, bool write,
                       bool cm)
{
    WRITE_CP32(far, DFAR);
    WRITE_CP32(exception_dfsr(fault, READ_CP32(TTBCR), write || cm, cm), DFSR);
    enter(vcpu, EXCEPTION_DABT);
}

static enum exception_fault walk_fault(uint32_t va, uint64_t ipa)
{
    const struct exception_walk walk = {
        .va = va,
        .ipa = ipa,
        .ttbcr = READ_CP32(TTBCR),
        .ttbr0 = READ_CP64(TTBR0),
        .ttbr1 = READ_CP64(TTBR1),
    };

    return exception_walk_fault(&walk);
}

void inject_pabt_walk(struct vcpu *vcpu, uint32_t far, uint64_t ipa)
{
    inject_pabt_fault(vcpu, walk_fault(far, ipa), far);
}

void inject_dabt_walk(struct vcpu *vcpu, uint32_t far, uint64_t ipa, bool write, bool cm)
{
    inject_dabt_fault(vcpu, walk_fault(far, ipa), far, write, cm);
}

void inject_pabt(struct vcpu *vcpu, uint32_t far)
{
    inject_pabt_fault(vcpu, FAULT_EXTERNAL, far);
}

void inject_dabt(struct vcpu *vcpu, uint32_t far, bool write)
{
    inject_dabt_fault(vcpu, FAULT_EXTERNAL, far, write, false);
}
