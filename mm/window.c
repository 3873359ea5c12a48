/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The slots are entries of the level-2 table that boot/ built, so opening one is one store.
 */
#include "mm/window.h"

#include "hyp/arch/barrier.h"
#include "hyp/arch/boot_info.h"
#include "hyp/arch/descriptors.h"
#include "hyp/arch/tlb.h"
#include "hyp/core/percpu.h"

static uint32_t slot_va(enum window_slot slot)
{
    return HYP_VA_WINDOW + (this_cpu()->id * WINDOW_NR + slot) * BLOCK_SIZE;
}

void *window_open(enum window_slot slot, paddr_t pa)
{
    uint32_t va = slot_va(slot);

    /* HTCR makes walks inner-shareable write-back: no clean needed, the DSB makes it visible. */
    boot_level2[(va >> BLOCK_SHIFT) & 511] = (pa.pa & ~(uint64_t)(BLOCK_SIZE - 1)) | S1_NORMAL_RW |
                                             DESC_BLOCK;
    dsb_ish();
    isb();
    return (void *)(uintptr_t)(va + (uint32_t)(pa.pa & (BLOCK_SIZE - 1)));
}

void window_close(enum window_slot slot)
{
    uint32_t va = slot_va(slot);

    boot_level2[(va >> BLOCK_SHIFT) & 511] = 0;
    dsb_ish();
    tlb_hyp_local(va);
}
