/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The only door to guest RAM. Every range is physical RAM that the caller has found in a bank of
 * the guest (vm_find_bank), in one block of 2 MiB or several. What is written is cleaned to the
 * point of coherency, since a guest may look at it with caches off. The time taken grows with
 * `size`: callers on a guest's behalf keep it to GMEM_STEP a call. Any CPU; not in interrupt
 * handlers.
 */
#ifndef MM_GMEM_H
#define MM_GMEM_H

#include <stddef.h>

#include "hyp/arch/types.h"

/* What a job does in one step: bytes. */
#define GMEM_STEP 0x10000u

void gmem_read(void *to, paddr_t from, size_t size);
void gmem_write(paddr_t to, const void *from, size_t size);
/* `to` and `size` are multiples of 64. */
void gmem_zero(paddr_t to, size_t size);

#endif
