/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the board's own device tree says of the hardware, in the few facts that Skep needs. Filled
 * once, on the boot CPU, before any guest exists (drivers/board_tree.c); read-only afterwards.
 */
#ifndef HYP_CORE_BOARD_H
#define HYP_CORE_BOARD_H

#include "hyp/arch/types.h"

#define BOARD_MAX_CPUS     8
#define BOARD_MAX_BANKS    8
#define BOARD_MAX_RESERVED 16

struct board_range {
    uint64_t base; /* physical, bytes */
    uint64_t size;
};

struct board {
    char model[64];
    uint32_t midr;                  /* of the boot CPU; 0 where nobody could read it */
    unsigned int ncpus;             /* /cpus children, at most BOARD_MAX_CPUS */
    uint32_t mpidr[BOARD_MAX_CPUS]; /* Aff2..Aff0 of each, in tree order */
    unsigned int nbanks;
    struct board_range bank[BOARD_MAX_BANKS]; /* RAM */
    unsigned int nreserved;
    struct board_range reserved[BOARD_MAX_RESERVED]; /* never Skep's to use */
};

#endif
