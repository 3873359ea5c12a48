/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows: per-CPU slots of HYP's address space, 2 MiB each, through which HYP reaches physical RAM
 * that it does not map. An open slot maps the whole 2 MiB block around the address, so only RAM
 * that the frame allocator knows may be opened. Local TLB maintenance suffices: no other CPU uses
 * the slot. Any context on the slot's own CPU; one user of a slot at a time.
 */
#ifndef MM_WINDOW_H
#define MM_WINDOW_H

#include "hyp/arch/types.h"

enum window_slot {
    WINDOW_TABLE, /* translation tables, while they are built */
    WINDOW_GMEM,  /* guest memory */
    WINDOW_NR,
};

/* Maps the block around `pa`; the result points to `pa` itself and is good up to the block's end.
 */
void *window_open(enum window_slot slot, paddr_t pa);

/* Unmaps it. */
void window_close(enum window_slot slot);

#endif
