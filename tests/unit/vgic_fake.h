/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the vGIC's tests put in the place of the machine: the virtual interface of each CPU as ARM
 * IHI 0048B, 5.2 and 5.3 describe it (acknowledge, priority drop, deactivation, EOIcount,
 * maintenance), the physical active state of CNTV's interrupt, and a scheduler that only notes
 * kicks.
 */
#ifndef TESTS_UNIT_VGIC_FAKE_H
#define TESTS_UNIT_VGIC_FAKE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/arch/gicv2.h"
#include "hyp/core/irqchip.h"
#include "hyp/core/percpu.h"
#include "hyp/core/timer.h"
#include "hyp/lib/util.h"
#include "vcpu/switch.h"
#include "vcpu/vcpu.h"
#include "vcpu/vgic.h"
#include "vcpu/vgic_lr.h"
#include "vcpu/vtimer.h"

#define CPUS  4
#define VCPUS 8

struct gich {
    uint32_t hcr, vmcr, apr;
    uint32_t lr[VGIC_MAX_LRS];
    unsigned int accesses; /* reads and writes by HYP */
};

static struct gich hw[CPUS];
static struct vcpu *loaded[CPUS];
static bool ppi_active[CPUS]; /* the physical interrupt of CNTV */
static unsigned int nr_lrs = 4;
static unsigned int here; /* the CPU that runs */

static struct vm vm;
static struct vcpu vcpus[VCPUS];
static bool line[VCPUS]; /* CNTV's, as the guest's timer drives it */
static uint32_t kicked;

unsigned int timer_virt_intid = 27;

/* ---- what the vGIC calls ---- */

unsigned int vgic_lr_count(void)
{
    return nr_lrs;
}

uint32_t vgic_lr_read(unsigned int n)
{
    assert_true(n < nr_lrs);
    hw[here].accesses++;
    return hw[here].lr[n];
}

void vgic_lr_write(unsigned int n, uint32_t value)
{
    assert_true(n < nr_lrs);
    /* Unique numbers while the interface is on; never pending and active with HW (5.3.8). */
    for (unsigned int i = 0; i < nr_lrs; i++) {
        if ((hw[here].hcr & GICH_HCR_EN) && i != n && (value & GICH_LR_STATE) &&
            (hw[here].lr[i] & GICH_LR_STATE))
            assert_int_not_equal(hw[here].lr[i] & GICH_LR_VIRTUAL_MASK,
                                 value & GICH_LR_VIRTUAL_MASK);
    }
    if (value & GICH_LR_HW)
        assert_int_not_equal(value & GICH_LR_STATE, GICH_LR_STATE);
    hw[here].accesses++;
    hw[here].lr[n] = value;
}

uint32_t vgic_hcr_read(void)
{
    hw[here].accesses++;
    return hw[here].hcr;
}

void vgic_hcr_write(uint32_t value)
{
    hw[here].accesses++;
    hw[here].hcr = value;
}

uint32_t vgic_vmcr_read(void)
{
    return hw[here].vmcr;
}

void vgic_vmcr_write(uint32_t value)
{
    hw[here].vmcr = value;
}

uint32_t vgic_apr_read(void)
{
    return hw[here].apr;
}

void vgic_apr_write(uint32_t value)
{
    hw[here].apr = value;
}

static inline void fake_set_active(unsigned int intid, bool active)
{
    assert_int_equal(intid, timer_virt_intid);
    ppi_active[here] = active;
}

static const struct irqchip chip = {.set_active = fake_set_active};
const struct irqchip *irqchip = &chip;

struct vcpu *switch_loaded(void)
{
    return loaded[here];
}

bool vtimer_cntv_level(const struct vcpu *vcpu)
{
    return line[vcpu->id];
}

void vcpu_kick(struct vcpu *vcpu)
{
    kicked |= BIT(vcpu->id);
}

void sched_wake(struct entity *entity)
{
    (void)entity;
}

/* ---- the virtual CPU interface, as the guest uses it ---- */

static inline uint32_t prio5(uint32_t lr)
{
    return lr >> GICH_LR_PRIORITY_SHIFT & 0x1f;
}

static inline uint32_t misr(unsigned int cpu)
{
    const struct gich *g = &hw[cpu];
    uint32_t v = 0;
    bool pending = false;

    if (!(g->hcr & GICH_HCR_EN))
        return 0;
    for (unsigned int i = 0; i < nr_lrs; i++) {
        if ((g->lr[i] & (GICH_LR_STATE | GICH_LR_HW | GICH_LR_EOI)) == GICH_LR_EOI)
            v |= GICH_MISR_EOI;
        if ((g->lr[i] & GICH_LR_STATE) == GICH_LR_PENDING)
            pending = true;
    }
    if ((g->hcr & GICH_HCR_NPIE) && !pending)
        v |= GICH_MISR_NP;
    if ((g->hcr & GICH_HCR_LRENPIE) && g->hcr >> GICH_HCR_EOICOUNT_SHIFT)
        v |= GICH_MISR_LRENP;
    return v;
}

/* The list register that IAR would take, or -1. */
static inline int signalled(unsigned int cpu)
{
    const struct gich *g = &hw[cpu];
    uint32_t running = g->apr ? (uint32_t)__builtin_ctz(g->apr) : 32;
    int best = -1;

    for (unsigned int i = 0; i < nr_lrs; i++) {
        uint32_t lr = g->lr[i];
        uint32_t enable = lr & GICH_LR_GRP1 ? GICH_VMCR_GRP1_EN : GICH_VMCR_GRP0_EN;

        if ((lr & GICH_LR_STATE) != GICH_LR_PENDING || !(g->vmcr & enable))
            continue;
        if (best < 0 || prio5(lr) < prio5(g->lr[best]))
            best = (int)i;
    }
    if (!(g->hcr & GICH_HCR_EN) || best < 0 || prio5(g->lr[best]) >= g->vmcr >> 27 ||
        prio5(g->lr[best]) >= running)
        return -1;
    return best;
}

/* GICV_IAR: INTID and source. */
static inline uint32_t gicv_ack(unsigned int cpu)
{
    int n = signalled(cpu);
    uint32_t lr;

    if (n < 0)
        return 1023;
    lr = hw[cpu].lr[n];
    hw[cpu].lr[n] = (lr & ~GICH_LR_STATE) | GICH_LR_ACTIVE;
    hw[cpu].apr |= BIT(prio5(lr));
    return (lr & 0x3ff) | ((lr & 0x3ff) < 16 ? lr & 0x1c00 : 0);
}

static inline void gicv_eoi(unsigned int cpu, uint32_t iar)
{
    struct gich *g = &hw[cpu];

    if (g->apr == 0)
        return;
    g->apr &= g->apr - 1;
    if (g->vmcr & GICH_VMCR_EOIM)
        return;
    for (unsigned int i = 0; i < nr_lrs; i++) {
        if ((g->lr[i] & 0x3ff) != (iar & 0x3ff) || !(g->lr[i] & GICH_LR_ACTIVE))
            continue;
        g->lr[i] &= ~GICH_LR_ACTIVE;
        if (g->lr[i] & GICH_LR_HW) {
            assert_int_equal(g->lr[i] >> GICH_LR_PHYSICAL_SHIFT & 0x3ff, timer_virt_intid);
            ppi_active[cpu] = false;
        }
        return;
    }
    g->hcr += 1u << GICH_HCR_EOICOUNT_SHIFT;
}

/* ---- HYP around the vGIC ---- */

static inline void switch_to(unsigned int cpu, struct vcpu *vcpu)
{
    here = cpu;
    if (loaded[cpu] == vcpu)
        return;
    if (loaded[cpu])
        vgic_save(loaded[cpu]);
    assert_false(ppi_active[cpu]); /* or the next vCPU's timer would be dead */
    vgic_load(vcpu);
    loaded[cpu] = vcpu;
    vgic_flush(vcpu);
}

/* Everything that hardware and kicks cause, until nothing more happens. */
static inline void run_hyp(void)
{
    unsigned int was = here;

    for (unsigned int rounds = 0;; rounds++) {
        bool busy = false;

        assert_true(rounds < 20);
        for (here = 0; here < CPUS; here++) {
            struct vcpu *vcpu = loaded[here];

            if (!vcpu)
                continue;
            if (line[vcpu->id] && !ppi_active[here]) {
                ppi_active[here] = true;
                vgic_inject_cntv(vcpu);
                busy = true;
            }
            if (misr(here)) {
                vgic_maintenance(vcpu);
                assert_int_equal(misr(here), 0); /* the line is down before the handler ends */
                busy = true;
            }
            if (kicked & BIT(vcpu->id)) {
                kicked &= ~BIT(vcpu->id);
                vgic_flush(vcpu);
                busy = true;
            }
        }
        if (!busy)
            break;
    }
    here = was;
}

/* One access of the guest on `cpu`, tried again as long as HYP says so. */
static inline uint32_t access_gicd(unsigned int cpu, uint32_t offset, unsigned int size, bool write,
                                   uint32_t value)
{
    for (unsigned int tries = 0;; tries++) {
        struct mmio mmio = {
            .offset = offset, .value = value, .size = (uint8_t)size, .write = write};
        enum mmio_result result;

        here = cpu;
        result = vgic_mmio(loaded[cpu], NULL, &mmio);
        if (result == MMIO_OK) {
            run_hyp();
            return mmio.value;
        }
        assert_int_equal(result, MMIO_RETRY);
        assert_true(tries <= VCPUS); /* never for ever */
        run_hyp();
    }
}

static inline uint32_t rd(unsigned int cpu, uint32_t offset)
{
    return access_gicd(cpu, offset, 4, false, 0);
}

static inline void wr(unsigned int cpu, uint32_t offset, uint32_t value)
{
    access_gicd(cpu, offset, 4, true, value);
}

static inline void wr8(unsigned int cpu, uint32_t offset, uint32_t value)
{
    access_gicd(cpu, offset, 1, true, value);
}

static inline void dir(unsigned int cpu, uint32_t intid)
{
    for (unsigned int tries = 0;; tries++) {
        struct mmio mmio = {.offset = 0, .value = intid, .size = 4, .write = true};

        here = cpu;
        if (vgic_dir_mmio(loaded[cpu], NULL, &mmio) == MMIO_OK)
            break;
        assert_true(tries <= VCPUS);
        run_hyp();
    }
    run_hyp();
}

static inline void spi(unsigned int intid, bool level)
{
    vgic_set_spi(&vm, intid, level);
    run_hyp();
}

/* A VM of n vCPUs; vCPU i is loaded on CPU i where there is one. Both groups on, all let through.
 */
static inline void start(unsigned int n)
{
    memset(hw, 0, sizeof(hw));
    memset(loaded, 0, sizeof(loaded));
    memset(ppi_active, 0, sizeof(ppi_active));
    memset(line, 0, sizeof(line));
    memset(vcpus, 0, sizeof(vcpus));
    memset(&vm, 0, sizeof(vm));
    kicked = 0;
    vm.nr_vcpus = n;
    for (unsigned int i = 0; i < n; i++) {
        vcpus[i].vm = &vm;
        vcpus[i].id = i;
        vm.vcpu[i] = &vcpus[i];
    }
    vgic_vm_reset(&vm);
    for (unsigned int i = 0; i < n; i++) {
        vcpus[i].vgic.vmcr = 31u << 27 | GICH_VMCR_GRP0_EN | GICH_VMCR_GRP1_EN;
        if (i < CPUS)
            switch_to(i, &vcpus[i]);
    }
    wr(0, GICD_CTLR, 3);
}

static inline void enable_spi(unsigned int intid, uint8_t priority, uint8_t targets, bool edge)
{
    uint32_t shift = intid % 16 * 2 + 1;
    uint32_t config = rd(0, GICD_ICFGR + intid / 16 * 4) & ~BIT(shift);

    wr(0, GICD_ICFGR + intid / 16 * 4, config | (edge ? BIT(shift) : 0));
    wr8(0, GICD_IPRIORITYR + intid, priority);
    wr8(0, GICD_ITARGETSR + intid, targets);
    wr(0, GICD_ISENABLER + intid / 32 * 4, BIT(intid % 32));
}

static inline bool bit_of(unsigned int cpu, uint32_t reg, unsigned int intid)
{
    return (rd(cpu, reg + intid / 32 * 4) >> intid % 32 & 1) != 0;
}

#endif
