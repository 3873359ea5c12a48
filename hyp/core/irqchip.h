/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The class interface of the interrupt controller: what a GIC driver offers to core, and what it
 * publishes for the vGIC. Exactly one driver registers at boot.
 */
#ifndef HYP_CORE_IRQCHIP_H
#define HYP_CORE_IRQCHIP_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/arch/types.h"

struct irqchip {
    const char *name;
    unsigned int nr_irqs;    /* INTIDs 0 .. nr_irqs - 1 exist */
    unsigned int gich_nr_lr; /* list registers, from GICH_VTR.ListRegs + 1 */
    uintptr_t gich;          /* HYP mapping of the virtual interface control block */
    paddr_t gicv;            /* the virtual CPU interface that guests are given, 8 KiB */
    unsigned int maintenance_irq;

    void (*cpu_init)(void);              /* this CPU's banked part */
    uint32_t (*acknowledge)(void);       /* GICC_IAR whole; INTID 1020.. = none */
    void (*drop_priority)(uint32_t iar); /* GICC_EOIR with EOImode 1 */
    void (*deactivate)(uint32_t iar);    /* GICC_DIR */
    void (*enable)(unsigned int intid);  /* SPIs are routed to the calling CPU first */
    void (*disable)(unsigned int intid);
    void (*set_active)(unsigned int intid, bool active);  /* GICD_ISACTIVER / ICACTIVER */
    void (*send_sgi)(unsigned int sgi, unsigned int cpu); /* cpu: index in struct board */
    void (*send_sgi_others)(unsigned int sgi);
};

/* The controller of this board; NULL before it is found. */
extern const struct irqchip *irqchip;

#endif
