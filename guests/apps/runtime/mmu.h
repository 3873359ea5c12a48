/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A flat map by sections of 1 MiB (short descriptors): RAM Normal write-back shareable, all else
 * Device and never executed. Manual: ARM DDI 0406C, B3.5.
 */
#ifndef RUNTIME_MMU_H
#define RUNTIME_MMU_H

#include <stdint.h>

#define MMU_FAULT  0u
#define MMU_NORMAL 0x00011c0eu /* section, AP 0b11, TEX 0b001 C B, S */
#define MMU_DEVICE 0x00000c06u /* section, AP 0b11, shareable Device, executable */
#define MMU_XN     0x00000010u

extern uint32_t mmu_table[4096];

/* Builds the table, once, with the MMU off. RAM is [base, base + size), cut to whole MiB. */
void mmu_build(uint32_t ram_base, uint32_t ram_size);

/* Turns MMU, caches and branch prediction of the calling CPU on. */
void mmu_on(void);

/* Turns them off again, the data cache written back (cache.S). Other CPUs must be off. */
void mmu_off(void);

/* Maps the section of `va` to that of `pa` with MMU_* attributes (MMU_FAULT: nothing). */
void mmu_map(uint32_t va, uint32_t pa, uint32_t attr);

#endif
