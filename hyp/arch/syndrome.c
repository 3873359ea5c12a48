/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Syndromes in words, for people who read panics and crash records.
 */
#include "hyp/arch/syndrome.h"

#include "hyp/arch/hsr.h"
#include "hyp/arch/sysreg.h"
#include "hyp/lib/util.h"

static const char *const class_name[64] = {
    [HSR_EC_UNKNOWN] = "undefined or unallocated instruction",
    [HSR_EC_WFX] = "WFI or WFE",
    [HSR_EC_CP15_32] = "MCR or MRC to CP15",
    [HSR_EC_CP15_64] = "MCRR or MRRC to CP15",
    [HSR_EC_CP14_32] = "MCR or MRC to CP14",
    [HSR_EC_CP14_LS] = "LDC or STC to CP14",
    [HSR_EC_CP] = "coprocessor access trapped by HCPTR",
    [HSR_EC_CP10_ID] = "VMRS of an identification register",
    [HSR_EC_BXJ] = "BXJ",
    [HSR_EC_CP14_64] = "MRRC to CP14",
    [HSR_EC_SVC_HYP] = "SVC taken to Hyp mode",
    [HSR_EC_HVC] = "HVC",
    [HSR_EC_SMC] = "SMC",
    [HSR_EC_PABT] = "prefetch abort of a guest",
    [HSR_EC_PABT_HYP] = "prefetch abort in Hyp mode",
    [HSR_EC_DABT] = "data abort of a guest",
    [HSR_EC_DABT_HYP] = "data abort in Hyp mode",
};

const char *syndrome_class(uint32_t hsr)
{
    const char *name = class_name[HSR_EC(hsr)];

    return name ? name : "reserved exception class";
}

const char *syndrome_fault(uint32_t fsc)
{
    static const char *const by_level[16] = {
        [1] = "translation fault",
        [2] = "access flag fault",
        [3] = "permission fault",
        [5] = "external abort on a table walk",
        [7] = "parity error on a table walk",
    };

    switch (fsc & 0x3f) {
    case 0x10:
        return "synchronous external abort";
    case HSR_FSC_ASYNC_EXTERNAL:
        return "asynchronous external abort";
    case 0x18:
        return "synchronous parity error";
    case 0x19:
        return "asynchronous parity error";
    case HSR_FSC_ALIGNMENT:
        return "alignment fault";
    case 0x22:
        return "debug event";
    case 0x30:
        return "TLB conflict";
    default:
        break;
    }
    return by_level[(fsc & 0x3f) >> 2] ? by_level[(fsc & 0x3f) >> 2] : "unknown fault status";
}

const char *syndrome_mode(uint32_t psr)
{
    static const char *const name[32] = {
        [PSR_USR] = "USR", [PSR_FIQ] = "FIQ", [PSR_IRQ] = "IRQ",
        [PSR_SVC] = "SVC", [PSR_MON] = "MON", [PSR_ABT] = "ABT",
        [PSR_HYP] = "HYP", [PSR_UND] = "UND", [PSR_SYS] = "SYS",
    };

    return name[psr & PSR_M_MASK] ? name[psr & PSR_M_MASK] : "?";
}
