/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other CPUs: started one after the other by the board's method, each awaited by handshake.
 */
#ifndef HYP_SECONDARY_H
#define HYP_SECONDARY_H

#include "hyp/core/board.h"

/* Starts every CPU of the board but this one and waits for each to arrive, at most ten seconds a
 * CPU. One that does not come is said and stays unused. Boot CPU. */
void secondary_start_all(const struct board *board);

/* From a secondary: it is ready for entities. */
void secondary_arrived(void);

#endif
