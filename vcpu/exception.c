/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception entry as arithmetic. The PC of the pseudocode is 8 (ARM) or 4 (Thumb) beyond the
 * address of the instruction; the link values below are from the address itself.
 */
#include "vcpu/exception.h"

#include "hyp/arch/sysreg.h"
#include "hyp/arch/types.h"

#define HIGH_VECTORS 0xffff0000u

#define DFSR_LPAE    (1u << 9)
#define DFSR_WNR     (1u << 11)
#define DFSR_CM      (1u << 13)

struct exception_class {
    uint32_t mode;
    uint32_t vector;   /* offset from the base */
    uint32_t masks;    /* set in the CPSR beside what is set already; F never is */
    uint32_t lr_arm;   /* from the address of the instruction */
    uint32_t lr_thumb; /* likewise, also in ThumbEE */
};

/*
 * A is masked on aborts because an implementation with the Virtualization Extensions does so
 * whatever SCR.AW says (TakeDataAbortException, B1.9.8).
 */
static const struct exception_class exception_class[] = {
    [EXCEPTION_UNDEF] = {PSR_UND, 0x04, PSR_I, 4, 2},
    [EXCEPTION_PABT] = {PSR_ABT, 0x0c, PSR_I | PSR_A, 4, 4},
    [EXCEPTION_DABT] = {PSR_ABT, 0x10, PSR_I | PSR_A, 8, 8},
};

/* ExcVectorBase(), B1.8.1: the Security Extensions are there, so VBAR is. Its low bits are SBZP. */
static uint32_t vector_base(const struct exception_in *in)
{
    return (in->sctlr & SCTLR_V) ? HIGH_VECTORS : in->vbar & ~0x1fu;
}

struct exception_out exception_take(enum exception_kind kind, const struct exception_in *in)
{
    const struct exception_class *class = &exception_class[kind];
    uint32_t cpsr = in->cpsr;

    cpsr &= ~(uint32_t)(PSR_M_MASK | PSR_IT_MASK | PSR_J | PSR_T | PSR_E);
    cpsr |= class->mode | class->masks;
    if (in->sctlr & SCTLR_TE) {
        cpsr |= PSR_T;
    }
    if (in->sctlr & SCTLR_EE) {
        cpsr |= PSR_E;
    }
    return (struct exception_out){
        .cpsr = cpsr,
        .pc = vector_base(in) + class->vector,
        .spsr = in->cpsr,
        .lr = in->pc + ((in->cpsr & PSR_T) ? class->lr_thumb : class->lr_arm),
    };
}

struct fault_code {
    uint16_t short_fs; /* FS<4> is bit 10, FS<3:0> bits 3:0 */
    uint16_t long_status;
};

/* Tables B3-23 and B3-24. ExT is left 0: on Cortex-A7 and -A15 that is DECERR, nobody answered. */
static const struct fault_code fault_code[] = {
    [FAULT_EXTERNAL] = {0x08, 0x10},         [FAULT_EXTERNAL_WALK_L1] = {0x0c, 0x15},
    [FAULT_EXTERNAL_WALK_L2] = {0x0e, 0x16}, [FAULT_EXTERNAL_WALK_L3] = {0x0e, 0x17},
    [FAULT_ALIGNMENT] = {0x01, 0x21},
};

uint32_t exception_ifsr(enum exception_fault fault, uint32_t ttbcr)
{
    if (ttbcr & TTBCR_EAE) {
        return DFSR_LPAE | fault_code[fault].long_status;
    }
    return fault_code[fault].short_fs;
}

uint32_t exception_dfsr(enum exception_fault fault, uint32_t ttbcr, bool write, bool cm)
{
    return exception_ifsr(fault, ttbcr) | (write ? DFSR_WNR : 0) | (cm ? DFSR_CM : 0);
}

static bool same_page(uint64_t a, uint64_t b)
{
    return (a >> PAGE_SHIFT) == (b >> PAGE_SHIFT);
}

/* TTBCR.N splits the address space, and shortens the table of TTBR0 (B3.5.4, B3.5.5). */
static enum exception_fault walk_short(const struct exception_walk *walk)
{
    unsigned int n = walk->ttbcr & 7;
    uint32_t ttbr = (uint32_t)walk->ttbr0, table;

    if (n != 0 && (walk->va >> (32 - n)) != 0) {
        ttbr = (uint32_t)walk->ttbr1;
        n = 0;
    }
    table = ttbr & ~((0x4000u >> n) - 1);
    return same_page(table | (walk->va << n >> (n + 20)) << 2, walk->ipa) ? FAULT_EXTERNAL_WALK_L1
                                                                          : FAULT_EXTERNAL_WALK_L2;
}

/* TTBCR.T0SZ and T1SZ do, and choose the level to begin with (B3.6.4, B3.6.6). */
static enum exception_fault walk_long(const struct exception_walk *walk)
{
    unsigned int t0 = walk->ttbcr & 7, t1 = (walk->ttbcr >> 16) & 7;
    bool upper = t1 != 0 ? walk->va >> (32 - t1) == (1u << t1) - 1
                         : t0 != 0 && walk->va >> (32 - t0) != 0;
    unsigned int ignored = upper ? t1 : t0; /* top bits of the address */
    unsigned int shift = ignored < 2 ? 30 : 21;
    uint64_t ttbr = (upper ? walk->ttbr1 : walk->ttbr0) & UINT64_C(0xffffffffff);
    uint64_t table = ttbr & ~((UINT64_C(8) << (32 - ignored - shift)) - 1);
    uint64_t index = walk->va << ignored >> (ignored + shift);

    if (same_page(table | index << 3, walk->ipa)) {
        return shift == 30 ? FAULT_EXTERNAL_WALK_L1 : FAULT_EXTERNAL_WALK_L2;
    }
    return shift == 30 ? FAULT_EXTERNAL_WALK_L2 : FAULT_EXTERNAL_WALK_L3;
}

enum exception_fault exception_walk_fault(const struct exception_walk *walk)
{
    return (walk->ttbcr & TTBCR_EAE) ? walk_long(walk) : walk_short(walk);
}
