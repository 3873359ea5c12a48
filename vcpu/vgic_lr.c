/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The only file that touches GICH. It decides nothing; the unit tests put a model of the virtual
 * interface in its place.
 */
#include "vcpu/vgic_lr.h"

#include "hyp/arch/gicv2.h"
#include "hyp/arch/io.h"
#include "hyp/core/irqchip.h"
#include "hyp/lib/util.h"
#include "vcpu/vgic.h"

unsigned int vgic_lr_count(void)
{
    return MIN(irqchip->gich_nr_lr, VGIC_MAX_LRS);
}

uint32_t vgic_lr_read(unsigned int n)
{
    return readl(irqchip->gich + GICH_LR + 4 * n);
}

void vgic_lr_write(unsigned int n, uint32_t value)
{
    writel(value, irqchip->gich + GICH_LR + 4 * n);
}

uint32_t vgic_hcr_read(void)
{
    return readl(irqchip->gich + GICH_HCR);
}

void vgic_hcr_write(uint32_t value)
{
    writel(value, irqchip->gich + GICH_HCR);
}

uint32_t vgic_vmcr_read(void)
{
    return readl(irqchip->gich + GICH_VMCR);
}

void vgic_vmcr_write(uint32_t value)
{
    writel(value, irqchip->gich + GICH_VMCR);
}

uint32_t vgic_apr_read(void)
{
    return readl(irqchip->gich + GICH_APR);
}

void vgic_apr_write(uint32_t value)
{
    writel(value, irqchip->gich + GICH_APR);
}
