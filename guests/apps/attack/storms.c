/* SPDX-License-Identifier: BSD-2-Clause */
/* Too much of everything legal: interrupts, distributor writes, timers, sleep, console output. */
#include <stdio.h>
#include "attack/attack.h"
#include "runtime/console.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/psci.h"
#include "runtime/timer.h"

/* Takes whatever is pending for a moment, through the exception, and ends or forgets it. */
static void take_some(void)
{
    struct probe p;
    uint32_t nops[4] = {0xe320f000u, 0xe320f000u, 0xe320f000u, 0xe320f000u};

    probe_init(&p);
    probe_arm(&p, nops, 4);
    p.cpsr = PSR_SYS | PSR_A; /* I and F clear */
    if (run(&p) == EXC_IRQ || p.kind == EXC_FIQ) {
        uint32_t iar = gic_ack();

        if (rnd_below(8))
            gic_eoi(iar);
    }
}

void gic_phase(void)
{
    for (unsigned int i = 0; i < amount(40000); i++) {
        uint32_t off = rnd_below(0x1000u) & ~3u;

        if (rnd_below(4) == 0)
            mmio_write8(GICD_BASE + off + rnd_below(4), (uint8_t)rnd());
        else
            mmio_write32(GICD_BASE + off, nasty());
        if (rnd_below(4) == 0)
            mmio_write32(GICC_BASE + (rnd_below(0x100u) & ~3u), nasty());
        if (rnd_below(8) == 0)
            take_some();
        if (rnd_below(64) == 0)
            mmio_write32(GICC_DIR, nasty());
    }
    for (unsigned int i = 0; i < amount(20000); i++) {
        gic_sgi(rnd_below(16), rnd_below(4), (uint8_t)rnd());
        if (rnd_below(2))
            take_some();
    }
    /* Acknowledged and never ended, until nothing comes any more; ended though never taken. */
    gic_init();
    for (unsigned int i = 0; i < 288; i++) {
        gic_enable(i);
        gic_set_priority(i, (uint8_t)(255u - i));
        gic_set_pending(i);
        (void)gic_ack();
    }
    for (unsigned int i = 0; i < amount(2000); i++)
        gic_eoi(rnd_below(1024) | rnd_below(8) << 10);
}

static uint64_t nasty64(void)
{
    switch (rnd_below(4)) {
    case 0:
        return timer_now() + rnd_below(1000);
    case 1:
        return (uint64_t)nasty() << 32 | nasty();
    case 2:
        return timer_now() - 1;
    default:
        return UINT64_MAX - rnd_below(3);
    }
}

void timer_phase(void)
{
    gic_enable(TIMER_VIRT_INTID);
    gic_enable(TIMER_PHYS_INTID);
    for (unsigned int i = 0; i < amount(30000); i++) {
        switch (rnd_below(6)) {
        case 0:
            /*
             * Not the upper half of CNTV's range: with an offset beside it QEMU 7.2 wraps, fires
             * for ever with its big lock held, and no hypervisor above it can help.
             */
            timer_set_cval(nasty64() & (UINT64_MAX >> 1));
            break;
        case 1:
            timer_phys_set_cval(nasty64());
            break;
        case 2:
            timer_set_ctl(nasty());
            break;
        case 3:
            timer_phys_set_ctl(nasty());
            break;
        case 4:
            cp_write(15, 0, 14, 3, 0, nasty()); /* CNTV_TVAL */
            break;
        default:
            cp_write(15, 0, 14, 2, 0, nasty()); /* CNTP_TVAL */
            break;
        }
        if (rnd_below(4) == 0)
            take_some();
    }
}

void sleep_phase(void)
{
    gic_enable(15);
    gic_sgi(15, SGI_SELF, 0); /* pending and masked: each WFI ends at once */
    for (unsigned int i = 0; i < amount(20000) && cpu_irq_pending(); i++) {
        wfi();
        wfe();
        sev();
        __asm__ volatile("yield" ::: "memory");
    }
    for (unsigned int i = 0; i < amount(2000); i++) {
        (void)hvc_call(PSCI_CPU_SUSPEND, 0, 0, 0);
        (void)hvc_call(SKEP_YIELD, nasty(), nasty(), nasty());
    }
    gic_eoi(gic_ack());
    /* Real sleeps of a few ticks, thousands of them. */
    gic_enable(TIMER_VIRT_INTID);
    for (unsigned int i = 0; i < amount(2000); i++) {
        timer_set_cval(timer_now() + rnd_below(500));
        timer_set_ctl(TIMER_ENABLE);
        while (!(timer_ctl() & TIMER_ISTATUS))
            wfi();
        timer_set_ctl(0);
    }
}

/* Output without a look at the FIFO's state, without line ends, with escape characters. */
void flood_phase(void)
{
    for (unsigned int i = 0; i < amount(16000); i++)
        mmio_write32(UART_DR, i % 80 == 79 ? '\n' : ' ' + i % 90);
    for (unsigned int i = 0; i < amount(4000); i++)
        mmio_write32(UART_DR, 'x');
    for (unsigned int i = 0; i < 200; i++)
        console_puts("[skep] \x1b[31mnot from the hypervisor\x1b[0m\r\n");
    for (unsigned int i = 0; i < amount(2000); i++)
        (void)mmio_read32(UART_DR);
}
