/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GICv2 conformance guest (ARM IHI 0048B), for one CPU; give it more, and the tests that need a
 * second CPU's number (never its work) run too. It must pass natively on QEMU's virt as well:
 * where QEMU's own GIC departs from the manual, a comment says so and both are accepted.
 */
#include <stdio.h>
#include "runtime/check.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/runtime.h"
#include "runtime/skep.h"
#include "runtime/timer.h"
#include "vgic/vgic.h"

#define NWORDS 9u /* 288 interrupts */

/* An EOI for each active interrupt drops its priority too; a failed test may have left some. */
static void drain(void)
{
    for (unsigned int i = 0; i < NWORDS; i++)
        mmio_write32(GICD_ICENABLER + 4 * i, 0xffffffffu);
    mmio_write32(GICC_CTLR, GICC_CTLR_ENABLE);
    for (unsigned int i = 0; i < NWORDS * 32; i++)
        if (gic_active(i))
            gic_eoi(i);
}

void reset_gic(void)
{
    timer_set_ctl(0);
    timer_phys_set_ctl(0);
    drain();
    for (unsigned int i = 0; i < NWORDS; i++) {
        mmio_write32(GICD_ICPENDR + 4 * i, 0xffffffffu);
        mmio_write32(GICD_ICACTIVER + 4 * i, 0xffffffffu);
        mmio_write32(GICD_IGROUPR + 4 * i, 0);
    }
    for (unsigned int i = 0; i < 4; i++)
        mmio_write32(GICD_CPENDSGIR + 4 * i, 0xffffffffu);
    for (unsigned int i = 0; i < NWORDS * 8; i++)
        mmio_write32(GICD_IPRIORITYR + 4 * i, 0xa0a0a0a0u);
    for (unsigned int i = 8; i < NWORDS * 8; i++)
        mmio_write32(GICD_ITARGETSR + 4 * i, 0x01010101u);
    for (unsigned int i = 2; i < NWORDS * 2; i++)
        mmio_write32(GICD_ICFGR + 4 * i, i < 8 ? 0 : 0xaaaaaaaau);
    mmio_write32(GICD_CTLR, 1);
    mmio_write32(GICC_CTLR, GICC_CTLR_ENABLE);
    mmio_write32(GICC_PMR, 0xff);
    mmio_write32(GICC_BPR, 0);
    dsb();
}

void setup_spi(unsigned int intid, uint8_t priority)
{
    gic_set_priority(intid, priority);
    gic_set_target(intid, 1);
    gic_enable(intid);
}

unsigned int ack_id(uint32_t *iar)
{
    *iar = gic_ack();
    return *iar & 0x3ffu;
}

int main(void)
{
    under_skep = skep_present();
    printf("vgic: %s, %u CPUs\n", under_skep ? "under Skep" : "on the bare machine", machine.ncpus);
    registers_tests();
    state_tests();
    priority_tests();
    sgi_tests();
    level_tests();
    random_tests();
    check_summary("vgic");
    return 0;
}
