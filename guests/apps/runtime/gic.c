/* SPDX-License-Identifier: BSD-2-Clause */
/* See gic.h. */
#include "runtime/cpu.h"
#include "runtime/gic.h"

static uintptr_t word(uintptr_t base, unsigned int intid)
{
    return base + intid / 32 * 4;
}

static uint32_t bit(unsigned int intid)
{
    return 1u << (intid % 32);
}

void gic_cpu_init(void)
{
    mmio_write32(GICC_PMR, 0xf8);
    mmio_write32(GICC_BPR, 0);
    mmio_write32(GICC_CTLR, GICC_CTLR_ENABLE);
}

void gic_init(void)
{
    mmio_write32(GICD_CTLR, 1);
    gic_cpu_init();
}

void gic_enable(unsigned int intid)
{
    mmio_write32(word(GICD_ISENABLER, intid), bit(intid));
}

void gic_disable(unsigned int intid)
{
    mmio_write32(word(GICD_ICENABLER, intid), bit(intid));
    dsb();
}

void gic_set_priority(unsigned int intid, uint8_t priority)
{
    mmio_write8(GICD_IPRIORITYR + intid, priority);
}

uint8_t gic_get_priority(unsigned int intid)
{
    return mmio_read8(GICD_IPRIORITYR + intid);
}

void gic_set_target(unsigned int intid, uint8_t cpus)
{
    mmio_write8(GICD_ITARGETSR + intid, cpus);
}

void gic_set_pending(unsigned int intid)
{
    mmio_write32(word(GICD_ISPENDR, intid), bit(intid));
}

void gic_clear_pending(unsigned int intid)
{
    mmio_write32(word(GICD_ICPENDR, intid), bit(intid));
}

unsigned int gic_pending(unsigned int intid)
{
    return (mmio_read32(word(GICD_ISPENDR, intid)) & bit(intid)) ? 1u : 0u;
}

unsigned int gic_active(unsigned int intid)
{
    return (mmio_read32(word(GICD_ISACTIVER, intid)) & bit(intid)) ? 1u : 0u;
}

void gic_sgi(unsigned int sgi, uint32_t filter, uint8_t cpus)
{
    dsb();
    mmio_write32(GICD_SGIR, (filter << 24) | ((uint32_t)cpus << 16) | sgi);
}

uint32_t gic_ack(void)
{
    uint32_t iar = mmio_read32(GICC_IAR);

    dsb();
    return iar;
}

void gic_eoi(uint32_t iar)
{
    dsb();
    mmio_write32(GICC_EOIR, iar);
}
