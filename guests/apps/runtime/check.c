/* SPDX-License-Identifier: BSD-2-Clause */
/* See check.h. */
#include <stdio.h>
#include "runtime/check.h"
#include "runtime/cpu.h"

bool under_skep;

static unsigned int passed, failed;

static void count(const char *name, bool ok)
{
    if (ok) {
        passed++;
        printf("PASS %s\n", name);
    } else {
        failed++;
    }
}

bool check(const char *name, bool ok, const char *detail)
{
    count(name, ok);
    if (!ok)
        printf("FAIL %s: %s\n", name, detail);
    return ok;
}

bool check_eq(const char *name, uint32_t want, uint32_t got)
{
    return check_mask(name, 0xffffffffu, want, got);
}

bool check_mask(const char *name, uint32_t mask, uint32_t want, uint32_t got)
{
    bool ok = (got & mask) == want;

    count(name, ok);
    if (!ok)
        printf("FAIL %s: expected %08lx got %08lx (mask %08lx)\n", name, (unsigned long)want,
               (unsigned long)got, (unsigned long)mask);
    return ok;
}

static void fail_probe(const char *name, const char *want, const struct probe *p)
{
    printf("FAIL %s: expected %s got %s LR=%08lx SPSR=%08lx DFSR=%08lx DFAR=%08lx IFSR=%08lx "
           "IFAR=%08lx\n",
           name, want, exc_name(p->kind), (unsigned long)p->exc_lr, (unsigned long)p->spsr,
           (unsigned long)p->dfsr, (unsigned long)p->dfar, (unsigned long)p->ifsr,
           (unsigned long)p->ifar);
}

bool check_kind(const char *name, unsigned int kind, const struct probe *p)
{
    bool ok = p->kind == kind;

    count(name, ok);
    if (!ok)
        fail_probe(name, exc_name(kind), p);
    return ok;
}

bool check_undef(const char *name, uint32_t insn, const struct probe *p, uint32_t cpsr)
{
    /* B1.9.4: LR is the address after a 16-bit, inside a 32-bit Thumb or after an ARM one. */
    uint32_t lr = insn + ((cpsr & PSR_T) ? 2 : 4);
    bool ok = p->kind == EXC_UNDEF && p->exc_lr == lr && p->spsr == cpsr;

    count(name, ok);
    if (!ok) {
        fail_probe(name, "undefined instruction", p);
        printf("  with LR=%08lx SPSR=%08lx\n", (unsigned long)lr, (unsigned long)cpsr);
    }
    return ok;
}

void skip(const char *name, const char *why)
{
    printf("SKIP %s: %s\n", name, why);
}

void check_summary(const char *who)
{
    printf("%s: %u passed, %u failed\n", who, passed, failed);
}
