/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a device to the interrupt controller that its interrupt reaches in the end, through the
 * `interrupt-map` of every nexus between (Devicetree Specification 0.3, 2.4). What the cells mean
 * is the controller's binding, and not known here. Reads only; bounded whatever the tree says.
 */
#ifndef HYP_LIB_FDT_IRQ_H
#define HYP_LIB_FDT_IRQ_H

#include "hyp/lib/fdt.h"

#define DT_MAX_IRQ_CELLS 4

struct dt_irq {
    int controller; /* its node */
    unsigned int ncells;
    uint32_t cell[DT_MAX_IRQ_CELLS]; /* for arm,gic-400 and its kin: type, number, flags */
};

/*
 * Interrupt `index` of the path's node, from `interrupts`. (`interrupts-extended` is not read: no
 * board of ours has it where it matters.) Returns 0; -ENOENT if the node has no such interrupt;
 * -ENXIO if no controller is found for it; -EINVAL if a property on the way is malformed.
 */
int dt_path_irq(const struct dt_path *path, unsigned int index, struct dt_irq *irq);

#endif
