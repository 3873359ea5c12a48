/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real GICv2 (ARM IHI 0048B), with or without the Security Extensions. HYP runs in Non-secure
 * state: with them every interrupt is Group 1 already and IGROUPR is RAZ/WI; without them IGROUPR
 * is left 0 and bit 0 of both control registers enables Group 0. One value serves both.
 *
 * EOImode is 1: a write to EOIR drops the priority, DIR deactivates, so that an interrupt can stay
 * active until a guest's own EOI ends it through a list register with the HW bit (5.2.1).
 *
 * GICH belongs to vcpu/; this file reads its size and leaves it off. Nothing here needs a lock:
 * the set and clear registers take one bit at a time, and priorities and targets are bytes.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/gicv2.h"
#include "hyp/arch/barrier.h"
#include "hyp/arch/gicv2.h"
#include "hyp/arch/io.h"
#include "hyp/core/irqchip.h"
#include "hyp/core/percpu.h"
#include "hyp/lib/util.h"

/* One priority for all: HYP takes interrupts one at a time. A multiple of 16, which the fewest
 * implementable bits can hold (3.3), in the half that Non-secure accesses can see. */
#define PRIORITY     0xa0u
#define PRIORITY_ALL (PRIORITY * 0x01010101u)

static struct {
    uintptr_t gicd;
    uintptr_t gicc;
    struct irqchip chip;
    uint8_t target[BOARD_MAX_CPUS]; /* CPU targets bit; 0: not up yet, or a uniprocessor GIC */
} gic;

/* The word of a one-bit-per-interrupt register that holds `intid`. */
static uintptr_t bit_reg(unsigned int reg, unsigned int intid)
{
    return gic.gicd + reg + intid / 32 * 4;
}

/*
 * The bit that stands for this CPU in ITARGETSR and SGIR. The banked ITARGETSR0-7 read it back for
 * each implemented SGI and PPI, and 0 for the others (4.3.12); all of them on a uniprocessor.
 */
static uint8_t read_target(void)
{
    uint32_t mask = 0;

    for (unsigned int i = 0; i < GIC_FIRST_SPI; i += 4)
        mask |= readl(gic.gicd + GICD_ITARGETSR + i);
    return (uint8_t)(mask | mask >> 8 | mask >> 16 | mask >> 24);
}

static void gicv2_cpu_init(void)
{
    gic.target[this_cpu()->id] = read_target();

    writel(0, gic.gicc + GICC_CTLR);
    writel(0, gic.chip.gich + GICH_HCR);

    /* What a boot loader left: nothing enabled but SGIs, nothing pending, nothing active. */
    writel(0xffff0000u, gic.gicd + GICD_ICENABLER);
    writel(UINT32_MAX, gic.gicd + GICD_ICACTIVER);
    writel(0xffff0000u, gic.gicd + GICD_ICPENDR);
    for (unsigned int i = 0; i < GIC_NR_SGIS; i += 4)
        writel(UINT32_MAX, gic.gicd + GICD_CPENDSGIR + i);
    for (unsigned int i = 0; i < GIC_FIRST_SPI; i += 4)
        writel(PRIORITY_ALL, gic.gicd + GICD_IPRIORITYR + i);
    writel(0, gic.gicd + GICD_IGROUPR);
    writel(0x0000ffffu, gic.gicd + GICD_ISENABLER);

    for (unsigned int i = 0; i < 16; i += 4)
        writel(0, gic.gicc + GICC_APR + i);
    writel(0, gic.gicc + GICC_BPR);
    writel(0xff, gic.gicc + GICC_PMR);
    writel(GICC_CTLR_ENABLE | GICC_CTLR_EOIMODE, gic.gicc + GICC_CTLR);
}

static uint32_t gicv2_acknowledge(void)
{
    uint32_t iar = readl(gic.gicc + GICC_IAR);

    /* What was written before an SGI was sent is to be seen after it is taken. */
    if ((iar & GIC_INTID_MASK) < GIC_NR_SGIS)
        dmb_ish();
    return iar;
}

static void gicv2_drop_priority(uint32_t iar)
{
    writel(iar, gic.gicc + GICC_EOIR);
}

static void gicv2_deactivate(uint32_t iar)
{
    writel(iar, gic.gicc + GICC_DIR);
}

static void gicv2_enable(unsigned int intid)
{
    if (intid >= gic.chip.nr_irqs)
        return;
    if (intid >= GIC_FIRST_SPI)
        writeb(gic.target[this_cpu()->id], gic.gicd + GICD_ITARGETSR + intid);
    writel(BIT(intid % 32), bit_reg(GICD_ISENABLER, intid));
}

static void gicv2_disable(unsigned int intid)
{
    if (intid < gic.chip.nr_irqs)
        writel(BIT(intid % 32), bit_reg(GICD_ICENABLER, intid));
}

static void gicv2_set_active(unsigned int intid, bool active)
{
    if (intid < gic.chip.nr_irqs)
        writel(BIT(intid % 32), bit_reg(active ? GICD_ISACTIVER : GICD_ICACTIVER, intid));
}

static void send(unsigned int sgi, uint32_t filter, uint32_t targets)
{
    /* The SGI is a device write: order what it announces before it, for every observer (A3.8.3). */
    dsb();
    writel(filter << GICD_SGIR_FILTER_SHIFT | targets << GICD_SGIR_TARGET_SHIFT | (sgi & 0xfu),
           gic.gicd + GICD_SGIR);
}

static void gicv2_send_sgi(unsigned int sgi, unsigned int cpu)
{
    if (cpu == this_cpu()->id)
        send(sgi, GICD_SGIR_FILTER_SELF, 0);
    else if (cpu < BOARD_MAX_CPUS && gic.target[cpu] != 0)
        send(sgi, GICD_SGIR_FILTER_LIST, gic.target[cpu]);
}

/* To those that came up, not by the "all others" filter: a core that is still in a holding pen
 * must not be woken by what is not for it. */
static void gicv2_send_sgi_others(unsigned int sgi)
{
    uint32_t targets = 0;

    for (unsigned int i = 0; i < BOARD_MAX_CPUS; i++) {
        if (i != this_cpu()->id)
            targets |= gic.target[i];
    }
    if (targets != 0)
        send(sgi, GICD_SGIR_FILTER_LIST, targets);
}

/* Every SPI disabled, idle, level-sensitive, in one priority and aimed at nobody. */
static void dist_init(void)
{
    writel(0, gic.gicd + GICD_CTLR);
    for (unsigned int i = GIC_FIRST_SPI; i < gic.chip.nr_irqs; i += 32) {
        writel(UINT32_MAX, bit_reg(GICD_ICENABLER, i));
        writel(UINT32_MAX, bit_reg(GICD_ICPENDR, i));
        writel(UINT32_MAX, bit_reg(GICD_ICACTIVER, i));
        writel(0, bit_reg(GICD_IGROUPR, i));
    }
    for (unsigned int i = GIC_FIRST_SPI; i < gic.chip.nr_irqs; i += 4) {
        writel(PRIORITY_ALL, gic.gicd + GICD_IPRIORITYR + i);
        writel(0, gic.gicd + GICD_ITARGETSR + i);
    }
    for (unsigned int i = GIC_FIRST_SPI; i < gic.chip.nr_irqs; i += 16)
        writel(0, gic.gicd + GICD_ICFGR + i / 4);
    writel(GICD_CTLR_ENABLE_GRP0, gic.gicd + GICD_CTLR);
}

int gicv2_init(uintptr_t gicd, uintptr_t gicc, uintptr_t gich, paddr_t gicv,
               unsigned int maintenance_irq)
{
    uint32_t lines;

    if ((readl(gicc + GICC_IIDR) >> GICC_IIDR_ARCH_SHIFT & 0xfu) != 2)
        return -ENODEV;

    gic.gicd = gicd;
    gic.gicc = gicc;
    lines = readl(gicd + GICD_TYPER) & GICD_TYPER_IT_LINES_MASK;
    gic.chip = (struct irqchip){
        .name = "GICv2",
        .nr_irqs = MIN(32u * (lines + 1u), GIC_SPURIOUS),
        .gich_nr_lr = (readl(gich + GICH_VTR) & GICH_VTR_LISTREGS_MASK) + 1u,
        .gich = gich,
        .gicv = gicv,
        .maintenance_irq = maintenance_irq,
        .cpu_init = gicv2_cpu_init,
        .acknowledge = gicv2_acknowledge,
        .drop_priority = gicv2_drop_priority,
        .deactivate = gicv2_deactivate,
        .enable = gicv2_enable,
        .disable = gicv2_disable,
        .set_active = gicv2_set_active,
        .send_sgi = gicv2_send_sgi,
        .send_sgi_others = gicv2_send_sgi_others,
    };
    dist_init();
    irqchip = &gic.chip;
    return 0;
}
