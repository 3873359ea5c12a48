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

/* One 64-bit access: a walker sees the old entry or the new one (A3.5.3, with the LPAE). */
static void set_entry(uint32_t va, uint64_t desc)
{
    __atomic_store_n(&boot_level2[(va >> BLOCK_SHIFT) & 511], desc, __ATOMIC_RELAXED);
    dsb_ish();
}

void *window_open(enum window_slot slot, paddr_t pa)
{
    uint32_t va = slot_va(slot);

    /* HTCR makes walks inner-shareable write-back: no clean needed, the DSB makes it visible. */
    set_entry(va, (pa.pa & ~(uint64_t)(BLOCK_SIZE - 1)) | S1_NORMAL_RW | DESC_BLOCK);
    isb();
    return (void *)(uintptr_t)(va + (uint32_t)(pa.pa & (BLOCK_SIZE - 1)));
}

void window_close(enum window_slot slot)
{
    uint32_t va = slot_va(slot);

    set_entry(va, 0);
    tlb_hyp_local(va);
}
