/* SPDX-License-Identifier: BSD-2-Clause */
/* See mmu.h. Built with -mno-unaligned-access, so it may run with the MMU off. */
#include "runtime/cpu.h"
#include "runtime/mmu.h"

#define SECTION    0x100000u
/* TTBR0: inner and outer write-back write-allocate, shareable (B4.1.154, with MP extensions). */
#define TTBR_FLAGS ((1u << 6) | (1u << 3) | (1u << 1))

uint32_t mmu_table[4096] __attribute__((aligned(16384)));

void mmu_build(uint32_t ram_base, uint32_t ram_size)
{
    for (uint32_t i = 0; i < 4096; i++) {
        uint32_t va = i * SECTION;
        uint32_t attr = va - ram_base < ram_size ? MMU_NORMAL : (MMU_DEVICE | MMU_XN);

        mmu_table[i] = va | attr;
    }
}

void mmu_on(void)
{
    cp_write(15, 0, 8, 7, 0, 0); /* TLBIALL */
    cp_write(15, 0, 7, 5, 0, 0); /* ICIALLU */
    cp_write(15, 0, 7, 5, 6, 0); /* BPIALL */
    cp_write(15, 0, 2, 0, 2, 0); /* TTBCR: short descriptors, TTBR0 only */
    cp_write(15, 0, 2, 0, 0, (uint32_t)mmu_table | TTBR_FLAGS);
    cp_write(15, 0, 3, 0, 0, 1); /* DACR: domain 0 is a client */
    dsb();
    isb();
    cp_write(15, 0, 1, 0, 0,
             (cp_read(15, 0, 1, 0, 0) | SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_Z) & ~SCTLR_A);
    isb();
}

void mmu_map(uint32_t va, uint32_t pa, uint32_t attr)
{
    uint32_t *entry = &mmu_table[va / SECTION];

    *entry = 0;
    cp_write(15, 0, 7, 10, 1, entry); /* DCCMVAC */
    dsb();
    cp_write(15, 0, 8, 3, 3, va & ~(SECTION - 1u)); /* TLBIMVAAIS */
    dsb();
    if (attr != MMU_FAULT)
        *entry = (pa & ~(SECTION - 1u)) | attr;
    cp_write(15, 0, 7, 10, 1, entry);
    cp_write(15, 0, 7, 5, 6, 0); /* BPIALL */
    dsb();
    isb();
}
