/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of one edge-triggered SPI: IHI 0048B, 3.2.4; groups, EOI modes, masks at the CPU. */
#include "runtime/check.h"
#include "runtime/cpu.h"
#include "runtime/exception.h"
#include "runtime/gic.h"
#include "runtime/runtime.h"
#include "runtime/timer.h"
#include "vgic/vgic.h"

#define A SPI_FIRST
#define B (SPI_FIRST + 1)

static void basic_tests(void)
{
    uint32_t iar;

    reset_gic();
    gic_set_pending(A);
    check_eq("a disabled interrupt is pending", 1, gic_pending(A));
    check_eq("a disabled interrupt is not signalled", SPURIOUS, ack_id(&iar));
    check("a disabled interrupt does not show in ISR", !cpu_irq_pending(), "ISR.I");
    setup_spi(A, 0x80);
    check("an enabled pending interrupt shows in ISR", cpu_irq_pending(), "ISR.I clear");
    check_eq("GICC_HPPIR names it", A, mmio_read32(GICC_HPPIR) & 0x3ffu);
    check_eq("GICC_IAR acknowledges it", A, ack_id(&iar));
    check_eq("acknowledged: no longer pending", 0, gic_pending(A));
    check_eq("acknowledged: active", 1, gic_active(A));
    check_mask("GICC_RPR is its priority", 0xf8, 0x80, mmio_read32(GICC_RPR));
    check_eq("nothing else to acknowledge", SPURIOUS, gic_ack());
    gic_set_pending(A);
    check_eq("pending again while active", 3, gic_pending(A) | gic_active(A) << 1);
    check_eq("active and pending is not signalled", SPURIOUS, gic_ack());
    gic_eoi(iar);
    check_eq("EOI leaves it pending", 1, gic_pending(A) | gic_active(A) << 1);
    check_eq("and it is acknowledged again", A, ack_id(&iar));
    gic_eoi(iar);
    check_eq("EOI: neither pending nor active", 0, gic_pending(A) | gic_active(A) << 1);
    check_mask("EOI: GICC_RPR is idle", 0xf8, 0xf8, mmio_read32(GICC_RPR));
    gic_set_pending(A);
    gic_set_pending(A);
    check_eq("two edges before the acknowledge", A, ack_id(&iar));
    gic_eoi(iar);
    check_eq("are one interrupt", SPURIOUS, gic_ack());
}

static void clear_tests(void)
{
    uint32_t iar;

    reset_gic();
    setup_spi(A, 0x80);
    gic_set_pending(A);
    gic_clear_pending(A);
    check_eq("a cleared pending interrupt is gone", SPURIOUS, ack_id(&iar));
    check("and gone from ISR", !cpu_irq_pending(), "ISR.I");
    gic_set_pending(A);
    gic_disable(A);
    check_eq("disabling takes it back from the CPU", SPURIOUS, ack_id(&iar));
    check_eq("and keeps it pending", 1, gic_pending(A));
    gic_enable(A);
    check_eq("enabling signals it again", A, ack_id(&iar));
    gic_disable(A);
    check_eq("disabling while active leaves it active", 1, gic_active(A));
    gic_eoi(iar);
    check_eq("and it can be ended", 0, gic_active(A));
}

static void active_write_tests(void)
{
    uint32_t iar;

    reset_gic();
    setup_spi(A, 0x80);
    mmio_write32(GICD_ISACTIVER + A / 32 * 4, 1u << (A % 32));
    gic_set_pending(A);
    check_eq("made active by GICD_ISACTIVER: not signalled", SPURIOUS, ack_id(&iar));
    check_eq("made active: reads so", 1, gic_active(A));
    mmio_write32(GICD_ICACTIVER + A / 32 * 4, 1u << (A % 32));
    check_eq("made inactive by GICD_ICACTIVER: signalled", A, ack_id(&iar));
    mmio_write32(GICD_ICACTIVER + A / 32 * 4, 1u << (A % 32));
    check_eq("deactivated by GICD_ICACTIVER while running", 0, gic_active(A));
    gic_eoi(iar);
    check_mask("its EOI drops the priority", 0xf8, 0xf8, mmio_read32(GICC_RPR));
    gic_set_pending(A);
    check_eq("and it can come again", A, ack_id(&iar));
    gic_eoi(iar);
}

static void mask_tests(void)
{
    uint32_t iar;

    reset_gic();
    setup_spi(A, 0x80);
    gic_set_pending(A);
    mmio_write32(GICC_PMR, 0x80);
    check("GICC_PMR equal to the priority masks it", !cpu_irq_pending(), "ISR.I");
    check_eq("masked: IAR is spurious", SPURIOUS, ack_id(&iar));
    mmio_write32(GICC_PMR, 0x88);
    check("GICC_PMR one step lower lets it through", cpu_irq_pending(), "ISR.I clear");
    mmio_write32(GICD_CTLR, 0);
    check("GICD_CTLR = 0 signals nothing", !cpu_irq_pending(), "ISR.I");
    check_eq("GICD_CTLR = 0 keeps it pending", 1, gic_pending(A));
    mmio_write32(GICD_CTLR, 1);
    check("GICD_CTLR = 1 signals it again", cpu_irq_pending(), "ISR.I clear");
    mmio_write32(GICC_CTLR, 0);
    check("GICC_CTLR = 0 signals nothing", !cpu_irq_pending(), "ISR.I");
    mmio_write32(GICC_CTLR, 1);
    check_eq("and after it the interrupt is there", A, ack_id(&iar));
    gic_eoi(iar);
}

/* EOImode = 1: EOIR drops the priority, DIR deactivates, in any order (3.2.3). */
static void eoimode_tests(void)
{
    static const uint8_t order[10] = {3, 0, 9, 1, 8, 2, 7, 5, 4, 6};
    uint32_t iar[10];
    bool ok = true;

    reset_gic();
    mmio_write32(GICC_CTLR, GICC_CTLR_ENABLE | GICC_CTLR_EOIMODE);
    setup_spi(A, 0x80);
    gic_set_pending(A);
    check_eq("EOImode 1: acknowledge", A, ack_id(&iar[0]));
    gic_eoi(iar[0]);
    check_mask("EOImode 1: EOIR drops the priority", 0xf8, 0xf8, mmio_read32(GICC_RPR));
    check_eq("EOImode 1: EOIR leaves it active", 1, gic_active(A));
    gic_set_pending(A);
    check_eq("EOImode 1: pending again, but still active", SPURIOUS, gic_ack());
    mmio_write32(GICC_DIR, iar[0]);
    check_eq("EOImode 1: DIR deactivates", 0, gic_active(A));
    check_eq("EOImode 1: and what was pending comes", A, ack_id(&iar[0]));
    gic_eoi(iar[0]);
    mmio_write32(GICC_DIR, iar[0]);

    /* Ten active at once, more than any list registers, then deactivated in disorder. */
    for (unsigned int i = 0; i < 10; i++) {
        setup_spi(A + i, 0x80);
        gic_set_pending(A + i);
        ok = ok && ack_id(&iar[i]) == A + i;
        gic_eoi(iar[i]);
    }
    check("EOImode 1: ten active at once", ok, "one was not acknowledged");
    ok = true;
    for (unsigned int i = 0; i < 10; i++) {
        mmio_write32(GICC_DIR, iar[order[i]]);
        ok = ok && !gic_active(A + order[i]);
        for (unsigned int j = i + 1; j < 10; j++)
            ok = ok && gic_active(A + order[j]);
    }
    check("EOImode 1: DIR in any order deactivates just the one named", ok, "another one");
}

/* Group 1 without Security Extensions (3.9): by AIAR, or 1022 at IAR. */
static void group_tests(void)
{
    uintptr_t group = GICD_IGROUPR + A / 32 * 4;
    bool aliases;

    reset_gic();
    aliases = (mmio_read32(GICC_AHPPIR) & 0x3ffu) == SPURIOUS;
    setup_spi(A, 0x80);
    mmio_write32(group, 1u << (A % 32));
    check_eq("GICD_IGROUPR reads back", 1u << (A % 32), mmio_read32(group));
    gic_set_pending(A);
    check("Group 1 is not signalled while only Group 0 is on", !cpu_irq_pending(), "ISR.I");
    mmio_write32(GICD_CTLR, 3);
    mmio_write32(GICC_CTLR, GICC_CTLR_ENABLE | GICC_CTLR_ENABLE1);
    check_eq("GICD_CTLR has both enables", 3, mmio_read32(GICD_CTLR));
    check("Group 1 is signalled when it is on", cpu_irq_pending(), "ISR.I clear");
    check_eq("GICC_IAR says 1022 for Group 1", 1022, gic_ack() & 0x3ffu);
    check_eq("GICC_HPPIR says 1022 for Group 1", 1022, mmio_read32(GICC_HPPIR) & 0x3ffu);
    if (aliases) {
        check_eq("GICC_AHPPIR names it", A, mmio_read32(GICC_AHPPIR) & 0x3ffu);
        check_eq("GICC_AIAR acknowledges it", A, mmio_read32(GICC_AIAR) & 0x3ffu);
        check_eq("Group 1: active", 1, gic_active(A));
        mmio_write32(GICC_AEOIR, A);
        check_eq("GICC_AEOIR ends it", 0, gic_active(A));
        gic_set_pending(A);
    } else {
        skip("GICC_AIAR, AEOIR and AHPPIR", "not in QEMU 7.2, neither in GICC nor in GICV");
    }
    mmio_write32(GICC_CTLR, GICC_CTLR_ENABLE | GICC_CTLR_ENABLE1 | GICC_CTLR_ACKCTL);
    check_eq("with AckCtl GICC_IAR acknowledges Group 1", A, gic_ack() & 0x3ffu);
    check_eq("with AckCtl: active", 1, gic_active(A));
    gic_eoi(A);
    check_eq("with AckCtl GICC_EOIR ends it", 0, gic_active(A));
    mmio_write32(GICC_CTLR, GICC_CTLR_ENABLE);
    mmio_write32(group, 0);
}

/* An SPI without a target waits for one. QEMU 7.2 loses it, so this is for Skep only. */
static void target_tests(void)
{
    uint32_t iar;

    if (!under_skep || machine.ncpus == 1) {
        skip("an SPI without a target", "one CPU, or QEMU's own GIC, which forgets it");
        return;
    }
    reset_gic();
    gic_set_target(A, 0);
    gic_enable(A);
    gic_set_pending(A);
    check_eq("an SPI without a target is pending", 1, gic_pending(A));
    check_eq("and reaches nobody", SPURIOUS, gic_ack());
    gic_set_target(A, 1);
    check_eq("until it has a target", A, ack_id(&iar));
    gic_eoi(iar);
    gic_set_pending(A);
    gic_set_target(A, 2);
    check_eq("one taken to another CPU is not acknowledged here", SPURIOUS, gic_ack());
    gic_set_target(A, 1);
    check_eq("one brought back is", A, ack_id(&iar));
    gic_eoi(iar);
}

/* GICC_CTLR.FIQEn: Group 0 arrives as FIQ. */
static void fiq_tests(void)
{
    uint32_t isr;

    reset_gic();
    mmio_write32(GICC_CTLR, GICC_CTLR_ENABLE | (1u << 3));
    setup_spi(A, 0x80);
    gic_set_pending(A);
    isr = cp_read(15, 0, 12, 1, 0);
    check_mask("FIQEn: Group 0 is an FIQ", 0xc0, 0x40, isr);
    gic_eoi(gic_ack());
    mmio_write32(GICC_CTLR, GICC_CTLR_ENABLE);
}

static volatile unsigned int taken, taken_id;

static void count_irq(unsigned int intid)
{
    taken++;
    taken_id = intid;
}

static void exception_tests(void)
{
    reset_gic();
    irq_set_handler(A, count_irq);
    setup_spi(A, 0x80);
    gic_set_pending(A);
    check_eq("masked at the CPU: not taken", 0, taken);
    irq_on();
    isb();
    irq_off();
    check_eq("unmasked: taken once", 1, taken);
    check_eq("by its handler", A, taken_id);
    taken = 0;
    irq_on();
    for (unsigned int i = 0; i < 100; i++) {
        gic_set_pending(A);
        while (taken == i)
            ;
    }
    irq_off();
    check_eq("a hundred interrupts, a hundred exceptions", 100, taken);
}

static void wfi_tests(void)
{
    uint64_t start, spent;

    reset_gic();
    gic_sgi(1, SGI_SELF, 0);
    gic_enable(1);
    wfi();
    check("WFI with a masked pending interrupt comes back", true, "");
    gic_eoi(gic_ack());
    gic_enable(TIMER_VIRT_INTID);
    start = timer_now();
    timer_set_cval(start + timer_us(3000));
    timer_set_ctl(TIMER_ENABLE);
    while (!(timer_ctl() & TIMER_ISTATUS))
        wfi();
    spent = timer_now() - start;
    check("WFI is woken by the masked virtual timer", spent >= timer_us(3000), "too early");
    check("and not late by a second", spent < timer_us(1000000), "late");
    timer_set_ctl(0);
    gic_enable(TIMER_PHYS_INTID);
    start = timer_now_phys();
    timer_phys_set_cval(start + timer_us(3000));
    timer_phys_set_ctl(TIMER_ENABLE);
    while (!(timer_phys_ctl() & TIMER_ISTATUS))
        wfi();
    spent = timer_now_phys() - start;
    check("WFI is woken by the masked physical timer", spent >= timer_us(3000), "too early");
    check("and it is not late by a second", spent < timer_us(1000000), "late");
    timer_phys_set_ctl(0);
}

void state_tests(void)
{
    basic_tests();
    clear_tests();
    active_write_tests();
    mask_tests();
    eoimode_tests();
    group_tests();
    target_tests();
    fiq_tests();
    exception_tests();
    wfi_tests();
    reset_gic();
}
