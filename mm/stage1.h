/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HYP's own address space after boot/: memory and devices that are mapped for good, at addresses
 * handed out once and never taken back. Boot CPU, before the first guest runs, unless said
 * otherwise. What cannot be had here is a board too small to start on: panic.
 */
#ifndef MM_STAGE1_H
#define MM_STAGE1_H

#include <stddef.h>

#include "hyp/arch/types.h"

/* Zeroed read-write memory, page-granular. */
void *stage1_alloc(size_t size);

/* Addresses for `size` bytes without memory, and the memory for [from, to) of them, page-granular,
 * zeroed. stage1_commit() is false when there is none left. */
void *stage1_reserve(size_t size);
bool stage1_commit(void *from, void *to);

/* A stack of `size` bytes, a multiple of a page, with an unmapped page below and above it; returns
 * its top. */
uintptr_t stage1_alloc_stack(size_t size);

/* Device registers [pa, pa + size), any alignment. */
uintptr_t stage1_map_device(paddr_t pa, size_t size);

/* Normal memory, read-only, any alignment: device trees and payloads. NULL when it does not fit. */
const void *stage1_map_blob(paddr_t pa, uint64_t size);

/* Physical address of mapped HYP memory. Any CPU, any time. */
paddr_t stage1_pa(const void *va);

/* Bytes of RAM that HYP took from the frame allocator. */
uint64_t stage1_used(void);

#endif
