/* SPDX-License-Identifier: BSD-2-Clause */
/* See probe.h. */
#include <string.h>
#include "runtime/cpu.h"
#include "runtime/probe.h"

#define ARM_SVC   0xef000000u
#define THUMB_SVC 0xdf00u

uint32_t probe_code[PROBE_MAX_WORDS + 2] __attribute__((aligned(256)));
static struct probe *current[MAX_CPUS];

void code_sync(const void *addr, uint32_t size)
{
    uintptr_t a = (uintptr_t)addr & ~31u;

    for (; a < (uintptr_t)addr + size; a += 32)
        cp_write(15, 0, 7, 11, 1, a); /* DCCMVAU */
    dsb();
    cp_write(15, 0, 7, 5, 0, 0); /* ICIALLU */
    cp_write(15, 0, 7, 5, 6, 0); /* BPIALL */
    dsb();
    isb();
}

void probe_init(struct probe *p)
{
    memset(p, 0, sizeof(*p));
    p->cpsr = PSR_SYS | PSR_A | PSR_I | PSR_F;
    p->pc = (uint32_t)probe_code;
}

void probe_arm(struct probe *p, const uint32_t *insn, unsigned int n)
{
    memcpy(probe_code, insn, n * sizeof(*insn));
    probe_code[n] = ARM_SVC;
    code_sync(probe_code, (n + 1) * 4);
    p->pc = (uint32_t)probe_code;
    p->cpsr &= ~PSR_T;
}

void probe_thumb(struct probe *p, const uint16_t *insn, unsigned int n)
{
    uint16_t *out = (uint16_t *)(void *)probe_code;

    memcpy(out, insn, n * sizeof(*insn));
    out[n] = THUMB_SVC;
    code_sync(out, (n + 1) * 2);
    p->pc = (uint32_t)probe_code;
    p->cpsr |= PSR_T;
}

unsigned int probe_run(struct probe *p)
{
    current[cpu_index()] = p;
    probe_enter(p);
    return p->kind;
}

bool probe_capture(unsigned int kind, struct exc_frame *f)
{
    struct probe *p = current[cpu_index()];

    if (!p)
        return false;
    current[cpu_index()] = NULL;
    memcpy(p->r, f->r, sizeof(p->r));
    p->sp = f->usr_sp;
    p->lr = f->usr_lr;
    p->kind = kind;
    p->exc_lr = f->lr;
    p->spsr = f->spsr;
    p->dfsr = cp_read(15, 0, 5, 0, 0);
    p->dfar = cp_read(15, 0, 6, 0, 0);
    p->ifsr = cp_read(15, 0, 5, 0, 1);
    p->ifar = cp_read(15, 0, 6, 0, 2);
    f->r[0] = (uint32_t)p;
    f->lr = (uint32_t)probe_exit;
    f->spsr = PSR_SVC | PSR_A | PSR_I | PSR_F;
    return true;
}

unsigned int probe_one(struct probe *p, uint32_t insn, uint32_t r0, uint32_t r1, uint32_t r2,
                       uint32_t r3)
{
    probe_init(p);
    probe_arm(p, &insn, 1);
    p->r[0] = r0;
    p->r[1] = r1;
    p->r[2] = r2;
    p->r[3] = r3;
    return probe_run(p);
}

unsigned int try_read32(uintptr_t addr, uint32_t *value)
{
    struct probe p;
    unsigned int kind = probe_one(&p, 0xe5910000u, 0, addr, 0, 0); /* ldr r0, [r1] */

    *value = p.r[0];
    return kind;
}

unsigned int try_write32(uintptr_t addr, uint32_t value)
{
    struct probe p;

    return probe_one(&p, 0xe5810000u, value, addr, 0, 0); /* str r0, [r1] */
}
