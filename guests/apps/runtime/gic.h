/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv2 of the guest machine: distributor at 0x08000000, CPU interface at 0x08010000.
 * Manual: ARM IHI 0048B. All interrupts are used as Group 0 and arrive as IRQ.
 */
#ifndef RUNTIME_GIC_H
#define RUNTIME_GIC_H

#include <stdint.h>

#define GICD_BASE         0x08000000u
#define GICC_BASE         0x08010000u

#define GICD_CTLR         (GICD_BASE + 0x000u)
#define GICD_TYPER        (GICD_BASE + 0x004u)
#define GICD_IIDR         (GICD_BASE + 0x008u)
#define GICD_IGROUPR      (GICD_BASE + 0x080u)
#define GICD_ISENABLER    (GICD_BASE + 0x100u)
#define GICD_ICENABLER    (GICD_BASE + 0x180u)
#define GICD_ISPENDR      (GICD_BASE + 0x200u)
#define GICD_ICPENDR      (GICD_BASE + 0x280u)
#define GICD_ISACTIVER    (GICD_BASE + 0x300u)
#define GICD_ICACTIVER    (GICD_BASE + 0x380u)
#define GICD_IPRIORITYR   (GICD_BASE + 0x400u)
#define GICD_ITARGETSR    (GICD_BASE + 0x800u)
#define GICD_ICFGR        (GICD_BASE + 0xc00u)
#define GICD_SGIR         (GICD_BASE + 0xf00u)
#define GICD_CPENDSGIR    (GICD_BASE + 0xf10u)
#define GICD_SPENDSGIR    (GICD_BASE + 0xf20u)

#define GICC_CTLR         (GICC_BASE + 0x000u)
#define GICC_PMR          (GICC_BASE + 0x004u)
#define GICC_BPR          (GICC_BASE + 0x008u)
#define GICC_IAR          (GICC_BASE + 0x00cu)
#define GICC_EOIR         (GICC_BASE + 0x010u)
#define GICC_RPR          (GICC_BASE + 0x014u)
#define GICC_HPPIR        (GICC_BASE + 0x018u)
#define GICC_ABPR         (GICC_BASE + 0x01cu)
#define GICC_AIAR         (GICC_BASE + 0x020u)
#define GICC_AEOIR        (GICC_BASE + 0x024u)
#define GICC_AHPPIR       (GICC_BASE + 0x028u)
#define GICC_APR0         (GICC_BASE + 0x0d0u)
#define GICC_NSAPR0       (GICC_BASE + 0x0e0u)
#define GICC_IIDR         (GICC_BASE + 0x0fcu)
#define GICC_DIR          (GICC_BASE + 0x1000u)

#define GICC_CTLR_ENABLE  (1u << 0)
#define GICC_CTLR_ENABLE1 (1u << 1)
#define GICC_CTLR_ACKCTL  (1u << 2)
#define GICC_CTLR_EOIMODE (1u << 9)

/* GICD_SGIR.TargetListFilter (4.3.15). */
#define SGI_LIST          0u
#define SGI_OTHERS        1u
#define SGI_SELF          2u

/* Distributor on, once; then CPU interface of the calling CPU on, all priorities let through. */
void gic_init(void);
void gic_cpu_init(void);

void gic_enable(unsigned int intid);
void gic_disable(unsigned int intid);

/* 0 is the highest; multiples of 16 work on every GIC with four or more priority bits. */
void gic_set_priority(unsigned int intid, uint8_t priority);
uint8_t gic_get_priority(unsigned int intid);

/* Mask of CPUs for an SPI. */
void gic_set_target(unsigned int intid, uint8_t cpus);

void gic_set_pending(unsigned int intid);
void gic_clear_pending(unsigned int intid);
unsigned int gic_pending(unsigned int intid); /* 0 or 1 */
unsigned int gic_active(unsigned int intid);

/* SGI 0..15 by filter; `cpus` counts for SGI_LIST only. */
void gic_sgi(unsigned int sgi, uint32_t filter, uint8_t cpus);

/* IAR as read (1023: none); give the whole word back to gic_eoi. */
uint32_t gic_ack(void);
void gic_eoi(uint32_t iar);

#endif
