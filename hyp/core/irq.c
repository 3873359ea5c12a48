/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host interrupts: the table of handlers, and the acknowledge loop. With EOImode 1 the priority
 * drops at once and deactivation is a second step (IHI 0048B, 3.2.1), left to the guest's EOI where
 * an interrupt was passed on with the HW bit.
 */
#include "hyp/core/irq.h"

#include <errno.h>

#include "hyp/core/irqchip.h"
#include "hyp/core/log.h"
#include "hyp/core/percpu.h"
#include "hyp/core/panic.h"

/* A loop in which a level-triggered interrupt that nobody can quiet is seen at most so often before
 * the guest, or the idle loop, gets a turn: it comes back, and every return is an exit. */
#define IRQ_BURST           16

#define GICC_IAR_INTID_MASK 0x3ff
#define INTID_SGI_END       16
#define INTID_SPURIOUS      1020
#define IRQ_END_PPI         32

/* SPIs and PPIs that Skep itself serves are few; more is a board error that is said. */
#define IRQ_MAX_HANDLERS    24

struct irq_handler {
    uint16_t intid;
    enum irq_done (*fn)(unsigned int intid, void *arg);
    void *arg;
};

const struct irqchip *irqchip;

static struct irq_handler handlers[IRQ_MAX_HANDLERS];
static unsigned int handler_count;

/* Those of PPIs by their number: each guest's timer comes through here. */
static struct irq_handler *ppi[IRQ_END_PPI];

static struct irq_handler *find(unsigned int intid)
{
    if (intid < IRQ_END_PPI)
        return ppi[intid];
    for (unsigned int i = 0; i < handler_count; i++) {
        if (handlers[i].intid == intid)
            return &handlers[i];
    }
    return 0;
}

int irq_register(unsigned int intid, enum irq_done (*handler)(unsigned int intid, void *arg),
                 void *arg)
{
    struct irq_handler *h = find(intid);

    if (intid < INTID_SGI_END || intid >= irqchip->nr_irqs)
        return -EINVAL;
    if (h && (intid >= IRQ_END_PPI || h->fn != handler))
        return -EBUSY;
    if (!h) {
        if (handler_count == IRQ_MAX_HANDLERS)
            return -EBUSY;
        h = &handlers[handler_count];
        h->intid = (uint16_t)intid;
        h->fn = handler;
        h->arg = arg;
        if (intid < IRQ_END_PPI)
            ppi[intid] = h;
        /* Secondaries look while they come up, one at a time, and then nothing changes. */
        __atomic_store_n(&handler_count, handler_count + 1, __ATOMIC_RELEASE);
    }
    irqchip->enable(intid);
    return 0;
}

static void handle(uint32_t iar)
{
    unsigned int intid = iar & GICC_IAR_INTID_MASK;
    enum irq_done done = IRQ_DEACTIVATE;
    struct irq_handler *h;

    irqchip->drop_priority(iar);
    if (intid == IRQ_SGI_PANIC) {
        panic_stop();
    } else if (intid >= INTID_SGI_END) {
        h = find(intid);
        if (h) {
            done = h->fn(intid, h->arg);
        } else {
            log_err("interrupt %u has no handler: disabled", intid);
            irqchip->disable(intid);
        }
    } /* a kick has done its work by arriving: the attention word says the rest */
    if (done == IRQ_DEACTIVATE)
        irqchip->deactivate(iar);
}

void irq_handle(void)
{
    for (unsigned int n = 0; n < IRQ_BURST; n++) {
        uint32_t iar = irqchip->acknowledge();

        if ((iar & GICC_IAR_INTID_MASK) >= INTID_SPURIOUS)
            return;
        handle(iar);
    }
}

void irq_handle_one(void)
{
    uint32_t iar = irqchip->acknowledge();

    if ((iar & GICC_IAR_INTID_MASK) < INTID_SPURIOUS)
        handle(iar);
}
