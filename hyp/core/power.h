/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The class interface of the board's power: how CPUs are started, and how it is switched off. A
 * driver registers what it has; a member may be NULL.
 */
#ifndef HYP_CORE_POWER_H
#define HYP_CORE_POWER_H

#include "hyp/arch/types.h"

struct power {
    const char *name;
    /* Starts the CPU with this MPIDR (Aff fields) at `entry`. 0, or -EIO. It may still fail to
     * arrive. */
    int (*cpu_on)(uint32_t mpidr, paddr_t entry);
    void (*off)(void);   /* returns only if the board cannot */
    void (*reset)(void); /* likewise */
};

/* The board's; NULL if it has no means. Set at boot. */
extern const struct power *power_board;

#endif
