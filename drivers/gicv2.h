/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of a GICv2 with the Virtualization Extensions: arm,cortex-a15-gic, arm,cortex-a7-gic,
 * arm,gic-400.
 */
#ifndef DRIVERS_GICV2_H
#define DRIVERS_GICV2_H

#include <stdint.h>

#include "hyp/arch/types.h"

/*
 * Silences the distributor and publishes the controller as `irqchip`. gicd, gicc (8 KiB) and gich
 * are HYP mappings of Device type; gicv is physical. Boot CPU, once; every CPU, this one included,
 * must then call irqchip->cpu_init() before it takes or sends an interrupt.
 * Returns 0, or -ENODEV when this is no GICv2.
 */
int gicv2_init(uintptr_t gicd, uintptr_t gicc, uintptr_t gich, paddr_t gicv,
               unsigned int maintenance_irq);

#endif
