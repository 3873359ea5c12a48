/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Priorities: order, preemption, binary point, and more pending or active interrupts than list
 * registers exist. IHI 0048B, 3.3. Among equal priorities any order is right.
 */
#include "runtime/check.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "vgic/vgic.h"

#define A SPI_FIRST

static void order_tests(void)
{
    uint32_t iar;

    reset_gic();
    setup_spi(A, 0x80);
    setup_spi(A + 1, 0x40);
    setup_spi(A + 2, 0xc0);
    for (unsigned int i = 0; i < 3; i++)
        gic_set_pending(A + i);
    check_eq("the highest priority first", A + 1, ack_id(&iar));
    check_eq("a lower one does not preempt", SPURIOUS, gic_ack());
    check_eq("GICC_HPPIR shows it all the same", A, mmio_read32(GICC_HPPIR) & 0x3ffu);
    gic_eoi(iar);
    check_eq("then the next", A, ack_id(&iar));
    gic_eoi(iar);
    check_eq("then the last", A + 2, ack_id(&iar));
    gic_eoi(iar);
    gic_set_pending(A);
    gic_set_priority(A + 2, 0x20);
    gic_set_pending(A + 2);
    check_eq("a changed priority counts", A + 2, ack_id(&iar));
    gic_eoi(iar);
    gic_set_pending(A + 1);
    gic_set_priority(A + 1, 0xe0);
    check_eq("also when changed while pending", A, ack_id(&iar));
    gic_eoi(iar);
    gic_eoi(gic_ack());
}

/* Forty SPIs at once, in one write a word; each comes once, priorities never fall. */
static void flood_tests(void)
{
    bool seen[40] = {false}, ordered = true, once = true;
    uint32_t iar, last = 0;
    unsigned int n = 0, id;

    reset_gic();
    for (unsigned int i = 0; i < 40; i++)
        setup_spi(A + i, (uint8_t)((i * 7 % 30) * 8));
    /* INTIDs 208 to 223 lie in word 6, 224 to 247 in word 7. */
    mmio_write32(GICD_ISPENDR + 24, 0xffff0000u);
    mmio_write32(GICD_ISPENDR + 28, 0x00ffffffu);
    while ((id = ack_id(&iar)) != SPURIOUS && n < 100) {
        uint32_t prio = gic_get_priority(id);

        ordered = ordered && prio >= last;
        once = once && id - A < 40 && !seen[id - A];
        if (id - A < 40)
            seen[id - A] = true;
        last = prio;
        n++;
        gic_eoi(iar);
    }
    check_eq("forty pending SPIs all come", 40, n);
    check("forty pending SPIs: in order of priority", ordered, "out of order");
    check("forty pending SPIs: each once", once, "one came twice");
    check("forty pending SPIs: none left", !cpu_irq_pending(), "ISR.I");
}

/* Fifteen levels nested: more active interrupts than list registers, ended from the inside. */
static void nesting_tests(void)
{
    uint32_t iar[15];
    bool taken = true, running = true, ended = true;

    reset_gic();
    for (unsigned int i = 0; i < 15; i++) {
        uint8_t prio = (uint8_t)(0xe0u - i * 0x10u);

        setup_spi(A + i, prio);
        gic_set_pending(A + i);
        taken = taken && ack_id(&iar[i]) == A + i;
        running = running && (mmio_read32(GICC_RPR) & 0xf8u) == prio;
    }
    check("fifteen nested interrupts preempt one another", taken, "one did not");
    check("fifteen nested interrupts: GICC_RPR follows", running, "it did not");
    for (unsigned int i = 0; i < 15; i++)
        ended = ended && gic_active(A + i);
    check("fifteen nested interrupts: all read active", ended, "one does not");
    ended = true;
    for (unsigned int i = 15; i-- > 0;) {
        gic_eoi(iar[i]);
        ended = ended && !gic_active(A + i);
        if (i)
            ended = ended && gic_active(A + i - 1) &&
                    (mmio_read32(GICC_RPR) & 0xf8u) == 0xe0u - (i - 1) * 0x10u;
    }
    check("fifteen nested interrupts end in turn", ended, "state or GICC_RPR");
    check_mask("after them GICC_RPR is idle", 0xf8, 0xf8, mmio_read32(GICC_RPR));
}

static void binary_point_tests(void)
{
    uint32_t iar, inner;

    reset_gic();
    mmio_write32(GICC_BPR, 5); /* group priority: bits 7 and 6 */
    setup_spi(A, 0x60);
    setup_spi(A + 1, 0x40);
    setup_spi(A + 2, 0x20);
    gic_set_pending(A);
    check_eq("BPR 5: acknowledge 0x60", A, ack_id(&iar));
    gic_set_pending(A + 1);
    check("BPR 5: 0x40 is of the same group, no preemption", !cpu_irq_pending(), "ISR.I");
    check_eq("BPR 5: nor by IAR", SPURIOUS, gic_ack());
    gic_set_pending(A + 2);
    check_eq("BPR 5: 0x20 preempts", A + 2, ack_id(&inner));
    gic_eoi(inner);
    gic_eoi(iar);
    check_eq("BPR 5: then 0x40", A + 1, ack_id(&iar));
    gic_eoi(iar);
    gic_set_pending(A);
    gic_set_pending(A + 1);
    check_eq("BPR 5: the subpriority still orders", A + 1, ack_id(&iar));
    gic_eoi(iar);
    gic_eoi(gic_ack());
    mmio_write32(GICC_BPR, 7); /* no group priority at all: nothing preempts */
    gic_set_pending(A);
    (void)ack_id(&iar);
    gic_set_pending(A + 2);
    check("BPR 7: nothing preempts", !cpu_irq_pending(), "ISR.I");
    gic_eoi(iar);
    gic_eoi(gic_ack());
    mmio_write32(GICC_BPR, 0);
}

/* While forty are pending and one is active, one of a higher priority must still get in front. */
static void overtake_tests(void)
{
    uint32_t iar, urgent;
    unsigned int n = 0;

    reset_gic();
    for (unsigned int i = 0; i < 30; i++)
        setup_spi(A + i, 0xa0);
    setup_spi(A + 40, 0x20);
    mmio_write32(GICD_ISPENDR + 24, 0xffff0000u);
    mmio_write32(GICD_ISPENDR + 28, 0x00003fffu);
    check("one of thirty equals", ack_id(&iar) - A < 30, "none of them");
    gic_set_pending(A + 40);
    check("an urgent one preempts although all else is full", cpu_irq_pending(), "ISR.I clear");
    check_eq("and it is the urgent one", A + 40, ack_id(&urgent));
    gic_eoi(urgent);
    gic_eoi(iar);
    while (ack_id(&iar) != SPURIOUS && n < 100) {
        n++;
        gic_eoi(iar);
    }
    check_eq("the other twenty-nine follow", 29, n);
}

void priority_tests(void)
{
    order_tests();
    flood_tests();
    nesting_tests();
    binary_point_tests();
    overtake_tests();
    reset_gic();
}
