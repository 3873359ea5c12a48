/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TLB maintenance (ARM DDI 0406C, B3.10). A live entry is changed break-before-make (B3.10.1):
 * write invalid, invalidate here, then write the new one. Callers have made the table write visible
 * with a DSB; every routine ends with DSB and ISB.
 */
#ifndef HYP_ARCH_TLB_H
#define HYP_ARCH_TLB_H

#include "hyp/arch/barrier.h"
#include "hyp/arch/sysreg.h"

/* One page or block of HYP's own space, on this CPU only: for mappings no other CPU uses. */
static inline void tlb_hyp_local(uintptr_t va)
{
    WRITE_CP32(va & ~0xfffu, TLBIMVAH);
    dsb();
    isb();
}

/* One page or block of HYP's own space, on every CPU. */
static inline void tlb_hyp(uintptr_t va)
{
    WRITE_CP32(va & ~0xfffu, TLBIMVAHIS);
    dsb();
    isb();
}

/* All of the current VMID's entries on this CPU. VTTBR must hold the guest's. */
static inline void tlb_guest_local(void)
{
    WRITE_CP32(0, TLBIALL);
    dsb();
    isb();
}

/* Everything non-secure PL1&0, every VMID, on every CPU. */
static inline void tlb_guests_all(void)
{
    WRITE_CP32(0, TLBIALLNSNHIS);
    dsb_ish();
    isb();
}

#endif
