/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The few facts a small guest wants of its device tree: memory, CPUs, GIC, UART and boot arguments.
 * A single pass over the structure block, without libfdt. Format: Devicetree Specification 0.4,
 * chapter 5.
 */
#ifndef RUNTIME_DT_H
#define RUNTIME_DT_H

#include <stdbool.h>
#include <stdint.h>

struct dt_info {
    uint32_t dtb_base, dtb_size; /* the tree itself */
    uint32_t ram_base, ram_size; /* first bank of /memory; size 0 if there is none */
    unsigned int ncpus;          /* /cpus children named cpu@... */
    uint32_t gicd, gicc, uart;   /* of the first GIC and PL011 or SBSA UART below the root; or 0 */
    const char *bootargs;        /* of /chosen, in the tree; NULL if there are none */
};

/* Reads the tree at `dtb`. False if there is no tree there. Needs no MMU. */
bool dt_scan(const void *dtb, struct dt_info *out);

#endif
