/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See exception.h. The report does not use stdio, so that it works whatever broke.
 */
#include "runtime/console.h"
#include "runtime/cpu.h"
#include "runtime/exception.h"
#include "runtime/gic.h"
#include "runtime/probe.h"
#include "runtime/psci.h"

#define MAX_INTID 288u

static irq_handler *handlers[MAX_INTID];

const char *exc_name(unsigned int kind)
{
    static const char *const names[] = {
        [EXC_RESET] = "reset",     [EXC_UNDEF] = "undefined instruction",
        [EXC_SVC] = "SVC",         [EXC_PABT] = "prefetch abort",
        [EXC_DABT] = "data abort", [EXC_HYP] = "HYP trap",
        [EXC_IRQ] = "IRQ",         [EXC_FIQ] = "FIQ",
    };

    return kind <= EXC_FIQ ? names[kind] : "?";
}

void irq_set_handler(unsigned int intid, irq_handler *fn)
{
    if (intid < MAX_INTID)
        handlers[intid] = fn;
}

static void irq_dispatch(void)
{
    uint32_t iar = gic_ack();
    unsigned int intid = iar & 0x3ffu;

    if (intid >= 1020)
        return;
    if (intid < MAX_INTID && handlers[intid])
        handlers[intid](intid);
    gic_eoi(iar);
}

static void report_pair(const char *name, uint32_t v)
{
    console_puts(name);
    console_puts("=");
    console_hex(v);
}

static void report(unsigned int kind, const struct exc_frame *f)
{
    static const char *const names[] = {" r0", " r1", " r2", " r3",  " r4",  " r5", " r6",
                                        " r7", " r8", " r9", " r10", " r11", " r12"};

    console_puts("\n*** ");
    console_puts(exc_name(kind));
    report_pair(" on CPU ", cpu_index());
    report_pair(" LR", f->lr);
    report_pair(" SPSR", f->spsr);
    console_puts("\n");
    for (unsigned int i = 0; i < 13; i++) {
        report_pair(names[i], f->r[i]);
        if (i % 5 == 4)
            console_puts("\n");
    }
    report_pair(" sp_usr", f->usr_sp);
    report_pair(" lr_usr", f->usr_lr);
    console_puts("\n");
    report_pair(" DFSR", cp_read(15, 0, 5, 0, 0));
    report_pair(" DFAR", cp_read(15, 0, 6, 0, 0));
    report_pair(" IFSR", cp_read(15, 0, 5, 0, 1));
    report_pair(" IFAR", cp_read(15, 0, 6, 0, 2));
    report_pair(" SCTLR", cp_read(15, 0, 1, 0, 0));
    console_puts("\n");
}

void exception(unsigned int kind, struct exc_frame *f)
{
    if (probe_capture(kind, f))
        return;
    if (kind == EXC_IRQ) {
        irq_dispatch();
        f->lr -= 4;
        return;
    }
    report(kind, f);
    psci_system_off();
}
