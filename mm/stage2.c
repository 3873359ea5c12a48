/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stage-2 tables, built once before their guest runs. 32-bit IPAs: VTCR.T0SZ = 0 and SL0 = 1, so a
 * walk starts at a level-1 table of four entries (B3.6.4), and an IPA above 4 GiB faults.
 */
#include "mm/stage2.h"

#include <errno.h>
#include <string.h>

#include "hyp/arch/barrier.h"
#include "hyp/arch/descriptors.h"
#include "hyp/arch/sysreg.h"
#include "hyp/arch/tlb.h"
#include "hyp/lib/util.h"
#include "mm/frames.h"
#include "mm/ptable.h"
#include "mm/stage1.h"
#include "mm/window.h"

/* RES1 bit 31; SH0 inner, ORGN0 and IRGN0 write-back; SL0 = level 1; T0SZ = 0 (B4.1.159). */
#define VTCR_VALUE   0x80003540u
#define VMID_MAX     255
#define ROOT_ALIGN   32
#define ROOTS_A_PAGE (PAGE_SIZE / ROOT_ALIGN)

static unsigned int vmid_last; /* VMID 0 is nobody's */
static uint64_t nobody[DESC_ROOT_ENTRIES] __attribute__((aligned(ROOT_ALIGN)));

static int alloc_table(void *ctx, paddr_t *pa)
{
    int err = frames_alloc(&host_frames, PAGE_SIZE, PAGE_SIZE, pa);

    (void)ctx;
    if (err)
        return err;
    memset(window_open(WINDOW_TABLE, *pa), 0, PAGE_SIZE);
    dsb_ish();
    window_close(WINDOW_TABLE);
    return 0;
}

static uint64_t *open_table(void *ctx, paddr_t pa)
{
    (void)ctx;
    return window_open(WINDOW_TABLE, pa);
}

static void close_table(void *ctx, uint64_t *table)
{
    (void)ctx;
    (void)table;
    window_close(WINDOW_TABLE);
}

static void sync_entry(void *ctx, uint64_t *entry)
{
    (void)ctx;
    (void)entry;
    dsb_ish(); /* VTCR makes walks inner-shareable and write-back: no clean */
}

static void invalidate(void *ctx, uint64_t ipa)
{
    (void)ctx;
    (void)ipa;
    /* ARMv7 has no TLB operation by IPA: everything non-secure goes, on every CPU (B3.10.5). */
    tlb_guests_all();
}

static const struct ptable_ops ops = {
    .alloc_table = alloc_table,
    .open_table = open_table,
    .close_table = close_table,
    .sync_entry = sync_entry,
    .invalidate = invalidate,
};

int stage2_init(struct stage2 *s2)
{
    /* Roots are 32 bytes: they share pages of HYP's own, which stay mapped. */
    static char *roots;
    static unsigned int taken = ROOTS_A_PAGE;

    if (vmid_last == VMID_MAX)
        return -ENOSPC;
    if (taken == ROOTS_A_PAGE) {
        roots = stage1_alloc(PAGE_SIZE);
        taken = 0;
    }
    s2->table = (uint64_t *)(void *)(roots + ROOT_ALIGN * taken++);
    s2->vmid = (uint8_t)++vmid_last;
    s2->vttbr = stage1_pa(s2->table).pa | ((uint64_t)s2->vmid << 48);
    return 0;
}

int stage2_map(struct stage2 *s2, uint32_t ipa, paddr_t pa, uint64_t size, enum stage2_type type)
{
    static const uint64_t attrs[] = {
        [STAGE2_RAM] = S2_NORMAL_RWX,
        [STAGE2_ROM] = S2_NORMAL_ROX,
        [STAGE2_DEVICE] = S2_DEVICE_RW,
    };
    struct ptable pt = {.root = s2->table, .ops = &ops};

    return ptable_map(&pt, ipa, pa, size, attrs[type]);
}

uint64_t stage2_nobody(void)
{
    static uint64_t vttbr; /* set by the boot CPU, before there is another */

    if (vttbr == 0)
        vttbr = stage1_pa(nobody).pa;
    return vttbr;
}

void stage2_cpu_init(void)
{
    WRITE_CP32(VTCR_VALUE, VTCR);
    WRITE_CP64(stage2_nobody(), VTTBR);
    isb();
    tlb_guests_all(); /* whatever was there at reset (B3.10.2) */
}
