/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The three address spaces as three types, so that the compiler keeps them apart: a physical
 * address, a guest's intermediate physical address, and a virtual address of HYP mode.
 * LPAE gives physical and intermediate addresses 40 bits (ARM DDI 0406C, B3.6).
 */
#ifndef HYP_ARCH_TYPES_H
#define HYP_ARCH_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t pa;
} paddr_t;

typedef struct {
    uint64_t ipa;
} ipa_t;

typedef struct {
    uintptr_t va;
} vaddr_t;

#define PADDR(x)    ((paddr_t){.pa = (x)})
#define IPA(x)      ((ipa_t){.ipa = (x)})
#define VADDR(x)    ((vaddr_t){.va = (x)})

#define PAGE_SHIFT  12
#define PAGE_SIZE   UINT32_C(0x1000)
#define BLOCK_SHIFT 21
#define BLOCK_SIZE  UINT32_C(0x200000)

#endif
