/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Level-triggered interrupts with a real line behind them: both timers and the PL011. The pending
 * state follows the line, enabled or not (IHI 0048B, 3.2.4 and 4.3.7).
 */
#include <stdio.h>
#include "runtime/check.h"
#include "runtime/console.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/timer.h"
#include "vgic/vgic.h"

#define UART_IMSC (UART_BASE + 0x38)
#define UART_ICR  (UART_BASE + 0x44)
#define UART_TXI  (1u << 5)

/* A line that a test can raise and lower. */
struct line {
    const char *name;
    unsigned int intid;
    void (*set)(bool high);
};

static void vtimer_line(bool high)
{
    timer_set_cval(timer_now() - 1);
    timer_set_ctl(high ? TIMER_ENABLE : TIMER_ENABLE | TIMER_IMASK);
}

static void ptimer_line(bool high)
{
    timer_phys_set_cval(timer_now_phys() - 1);
    timer_phys_set_ctl(high ? TIMER_ENABLE : TIMER_ENABLE | TIMER_IMASK);
}

/* UARTRIS.TX stays set once something was sent; the mask makes the line of it. */
static void uart_line(bool high)
{
    mmio_write32(UART_IMSC, high ? UART_TXI : 0);
    dsb();
}

static const struct line lines[] = {
    {"CNTV", TIMER_VIRT_INTID, vtimer_line},
    {"CNTP", TIMER_PHYS_INTID, ptimer_line},
    {"PL011", UART_INTID, uart_line},
};

static void expect(const struct line *l, const char *what, uint32_t want, uint32_t got)
{
    char name[80];

    snprintf(name, sizeof(name), "%s: %s", l->name, what);
    check_eq(name, want, got);
}

static void disabled_tests(const struct line *l)
{
    uint32_t low, high, cleared, again;

    l->set(false);
    low = gic_pending(l->intid);
    l->set(true);
    high = gic_pending(l->intid);
    gic_clear_pending(l->intid);
    cleared = gic_pending(l->intid);
    l->set(false);
    again = gic_pending(l->intid);
    expect(l, "line low, disabled: not pending", 0, low);
    expect(l, "line high, disabled: pending", 1, high);
    expect(l, "line high: GICD_ICPENDR changes nothing", 1, cleared);
    expect(l, "line low again: not pending", 0, again);
}

/* The line's way to the CPU may take a moment, the more so when a hypervisor lies between. */
static uint32_t wait_ack(uint32_t *iar)
{
    uint64_t end = timer_now() + timer_us(100000);

    while (ack_id(iar) == SPURIOUS && timer_now() < end)
        ;
    return *iar & 0x3ffu;
}

static void cycle_tests(const struct line *l)
{
    uint32_t iar, first, isr, pending, again, second, after;

    gic_set_priority(l->intid, 0x60);
    gic_set_target(l->intid, 1);
    gic_enable(l->intid);
    l->set(true);
    isr = cpu_irq_pending();
    first = ack_id(&iar);
    pending = gic_pending(l->intid) | gic_active(l->intid) << 1;
    again = gic_ack();
    gic_eoi(iar);
    second = wait_ack(&iar);
    l->set(false);
    after = gic_pending(l->intid);
    gic_eoi(iar);
    expect(l, "enabled and high: shows in ISR", 1, isr);
    expect(l, "acknowledged", l->intid, first);
    expect(l, "line still high: active and pending", 3, pending);
    expect(l, "but not signalled twice", SPURIOUS, again);
    expect(l, "EOI with the line high: comes again", l->intid, second);
    expect(l, "line lowered in the handler: not pending", 0, after);
    expect(l, "and nothing comes after its EOI", SPURIOUS, gic_ack());
    expect(l, "nor shows in ISR", 0, cpu_irq_pending());
    gic_disable(l->intid);
}

/* The line goes up and down before anybody looks. */
static void withdrawn_tests(const struct line *l)
{
    uint32_t id, iar;

    gic_enable(l->intid);
    l->set(true);
    l->set(false);
    id = ack_id(&iar);
    if (id != SPURIOUS)
        gic_eoi(iar);
    /*
     * The virtual timer belongs to the guest: nobody learns that its line fell between the
     * physical interrupt and the acknowledge. So it may come once, to find ISTATUS clear.
     */
    if (under_skep && l->intid == TIMER_VIRT_INTID && id == l->intid)
        id = SPURIOUS;
    expect(l, "a withdrawn level is no interrupt", SPURIOUS, id);
    expect(l, "and surely not two", SPURIOUS, gic_ack());
    gic_disable(l->intid);
}

/* Pending by software on a level interrupt: a latch, taken by the acknowledge. */
static void latch_tests(const struct line *l)
{
    uint32_t set, id, iar, after;

    l->set(false);
    gic_enable(l->intid);
    gic_set_pending(l->intid);
    set = gic_pending(l->intid);
    id = ack_id(&iar);
    after = gic_pending(l->intid);
    gic_eoi(iar);
    expect(l, "made pending by GICD_ISPENDR", 1, set);
    expect(l, "made pending: acknowledged", l->intid, id);
    expect(l, "made pending: the acknowledge takes the latch", 0, after);
    expect(l, "made pending: comes once", SPURIOUS, gic_ack());
    gic_disable(l->intid);
}

/* A timer that fires while its interrupt is disabled is there at once when it is enabled. */
static void late_enable_tests(const struct line *l)
{
    uint32_t iar, before, id;

    l->set(true);
    before = ack_id(&iar);
    gic_enable(l->intid);
    id = ack_id(&iar);
    l->set(false);
    gic_eoi(iar);
    gic_disable(l->intid);
    expect(l, "disabled: not signalled", SPURIOUS, before);
    expect(l, "enabled afterwards: signalled", l->intid, id);
}

/* The timers again, by time: the line rises when the counter passes CVAL. */
static void timing_tests(void)
{
    uint64_t due;
    uint32_t iar, early, id;

    reset_gic();
    gic_enable(TIMER_VIRT_INTID);
    due = timer_now() + timer_us(2000);
    timer_set_cval(due);
    timer_set_ctl(TIMER_ENABLE);
    early = timer_now() < due && gic_pending(TIMER_VIRT_INTID) && timer_now() < due;
    while (!cpu_irq_pending() && timer_now() < due + timer_us(1000000))
        ;
    check_eq("CNTV: not pending before its time", 0, early);
    check("CNTV: signalled not before its time", timer_now() >= due, "early");
    id = ack_id(&iar);
    check_eq("CNTV: acknowledged", TIMER_VIRT_INTID, id);
    timer_set_cval(timer_now() + timer_us(1000000));
    isb();
    check_eq("CNTV: moved on in the handler, no longer pending", 0, gic_pending(TIMER_VIRT_INTID));
    gic_eoi(iar);
    check_eq("CNTV: moved on, nothing after the EOI", SPURIOUS, gic_ack());
    timer_set_ctl(0);
}

void level_tests(void)
{
    for (unsigned int i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        fflush(stdout);
        reset_gic();
        disabled_tests(&lines[i]);
        cycle_tests(&lines[i]);
        withdrawn_tests(&lines[i]);
        latch_tests(&lines[i]);
        late_enable_tests(&lines[i]);
        lines[i].set(false);
    }
    mmio_write32(UART_ICR, 0x7ff);
    timing_tests();
    reset_gic();
}
