/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the board's device tree says: the facts of struct board, and the drivers' devices.
 */
#ifndef DRIVERS_BOARD_TREE_H
#define DRIVERS_BOARD_TREE_H

#include "hyp/core/board.h"

/* Fills `board` from a tree that passed fdt_check_full(). Boot. Reads only; needs no mapping but
 * the tree's. */
void board_tree_read(const void *fdt, struct board *board);

/* Range of the initial ramdisk that /chosen names; size 0 when there is none. */
struct board_range board_tree_initrd(const void *fdt);

/* Finds the drivers of what HYP itself uses: interrupt controller, timers, console, firmware,
 * clock. Boot, after the frame allocator. What is missing is for the caller to notice and say. */
void board_tree_probe(const void *fdt);

#endif
