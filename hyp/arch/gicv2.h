/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of the Generic Interrupt Controller, architecture version 2 (ARM IHI 0048B): names,
 * offsets and fields only, spelt as the manual spells them. The driver of the real one and the
 * virtual one share them.
 */
#ifndef HYP_ARCH_GICV2_H
#define HYP_ARCH_GICV2_H

#include <stdint.h>

/* Interrupt numbers (2.2.1): 0-15 SGI, 16-31 PPI, 32-1019 SPI. */
#define GIC_NR_SGIS              16
#define GIC_FIRST_SPI            32
#define GIC_INTID_MASK           0x3ffu
#define GIC_SPURIOUS             1020u /* and above: no interrupt */

/* ---- distributor (4.1.2) ---- */
#define GICD_CTLR                0x000
#define GICD_TYPER               0x004
#define GICD_IIDR                0x008
#define GICD_IGROUPR             0x080 /* one bit an interrupt, as all up to ICACTIVER */
#define GICD_ISENABLER           0x100
#define GICD_ICENABLER           0x180
#define GICD_ISPENDR             0x200
#define GICD_ICPENDR             0x280
#define GICD_ISACTIVER           0x300
#define GICD_ICACTIVER           0x380
#define GICD_IPRIORITYR          0x400 /* one byte an interrupt */
#define GICD_ITARGETSR           0x800 /* one byte an interrupt */
#define GICD_ICFGR               0xc00 /* two bits an interrupt, the upper one: edge-triggered */
#define GICD_NSACR               0xe00
#define GICD_SGIR                0xf00
#define GICD_CPENDSGIR           0xf10 /* one byte an SGI, one bit a source CPU */
#define GICD_SPENDSGIR           0xf20
#define GICD_ICPIDR              0xfd0 /* identification registers, 0xfd0 to 0xffc */

#define GICD_CTLR_ENABLE_GRP0    (1u << 0)
#define GICD_CTLR_ENABLE_GRP1    (1u << 1)

#define GICD_TYPER_IT_LINES_MASK 0x1fu /* 32 * (N + 1) interrupts */
#define GICD_TYPER_CPUS_SHIFT    5     /* CPU interfaces - 1 */

#define GICD_SGIR_FILTER_SHIFT   24
#define GICD_SGIR_FILTER_LIST    0u
#define GICD_SGIR_FILTER_OTHER   1u
#define GICD_SGIR_FILTER_SELF    2u
#define GICD_SGIR_TARGET_SHIFT   16

/* ---- CPU interface (4.1.3) ---- */
#define GICC_CTLR                0x0000
#define GICC_PMR                 0x0004
#define GICC_BPR                 0x0008
#define GICC_IAR                 0x000c
#define GICC_EOIR                0x0010
#define GICC_APR                 0x00d0 /* four words */
#define GICC_IIDR                0x00fc
#define GICC_DIR                 0x1000

/*
 * Bit 0 is EnableGrp1 seen from Non-secure state and EnableGrp0 of a GIC without the Security
 * Extensions; bit 9 is EOImode in both views (4.4.1). So one value serves HYP on either.
 */
#define GICC_CTLR_ENABLE         (1u << 0)
#define GICC_CTLR_EOIMODE        (1u << 9)

#define GICC_IIDR_ARCH_SHIFT     16 /* four bits: architecture version */

/* ---- virtual interface control (5.3) ---- */
#define GICH_HCR                 0x000
#define GICH_VTR                 0x004
#define GICH_VMCR                0x008
#define GICH_MISR                0x010
#define GICH_EISR                0x020 /* two words */
#define GICH_ELRSR               0x030 /* two words */
#define GICH_APR                 0x0f0
#define GICH_LR                  0x100 /* one word a list register */

#define GICH_HCR_EN              (1u << 0)
#define GICH_HCR_UIE             (1u << 1) /* none or one list register valid */
#define GICH_HCR_LRENPIE         (1u << 2) /* EOI without list register */
#define GICH_HCR_NPIE            (1u << 3) /* no list register pending */
#define GICH_HCR_VGRP0EIE        (1u << 4)
#define GICH_HCR_VGRP0DIE        (1u << 5)
#define GICH_HCR_VGRP1EIE        (1u << 6)
#define GICH_HCR_VGRP1DIE        (1u << 7)
#define GICH_HCR_EOICOUNT_SHIFT  27

#define GICH_VTR_LISTREGS_MASK   0x3fu /* list registers - 1 */

#define GICH_VMCR_GRP0_EN        (1u << 0)
#define GICH_VMCR_GRP1_EN        (1u << 1)
#define GICH_VMCR_EOIM           (1u << 9)
#define GICH_VMCR_PMR_SHIFT      27 /* five bits: the top of the priority mask */
#define GICH_VMCR_PMR_MASK       0xf8000000u

#define GICH_MISR_EOI            (1u << 0)
#define GICH_MISR_U              (1u << 1)
#define GICH_MISR_LRENP          (1u << 2)
#define GICH_MISR_NP             (1u << 3)

#define GICH_LR_VIRTUAL_MASK     0x3ffu
#define GICH_LR_PHYSICAL_SHIFT   10 /* physical INTID with HW; source CPU of an SGI without */
#define GICH_LR_EOI              (1u << 19) /* without HW: a maintenance interrupt on deactivation */
#define GICH_LR_PRIORITY_SHIFT   23         /* five bits */
#define GICH_LR_PENDING          (1u << 28)
#define GICH_LR_ACTIVE           (1u << 29)
#define GICH_LR_STATE            (GICH_LR_PENDING | GICH_LR_ACTIVE)
#define GICH_LR_GRP1             (1u << 30)
#define GICH_LR_HW               (1u << 31)

#endif
