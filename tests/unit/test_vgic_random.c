/* UNIT: vcpu/vgic.c vcpu/vgic_fill.c vcpu/vgic_mmio.c vcpu/vgic_bits.c vcpu/vgic_sgi.c */
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vGIC against a naive model of a GICv2 that knows no list registers: random lines, register
 * writes, acknowledges, nested EOIs and switches of vCPUs, on one and several CPUs, with 1 to 16
 * list registers. After each step what the hardware signals, and now and then every pending and
 * active register, must be the model's. Priorities differ, so that there is one answer.
 */
#include "tests/unit/vgic_fake.h"

#define FIRST_SPI 32
#define NR_SPIS   20
#define LAST      (FIRST_SPI + NR_SPIS)
#define CNTV      27

static const unsigned int private_ids[] = {0, 1, 5, 20, 22, CNTV, 30};

/* ---- the model ---- */

struct irq {
    bool enabled, latch, level, active, edge;
    uint8_t sources; /* SGI */
    uint8_t priority;
    uint8_t target;
    bool group;
};

static struct irq private_irq[VCPUS][32];
static struct irq shared_irq[LAST];
static uint32_t ctlr;
static unsigned int stack[VCPUS][64], depth[VCPUS];
static unsigned int unwinding[VCPUS][64]; /* EOImode 1: EOI done, DIR to come */
static unsigned int nr_unwinding[VCPUS];

static uint32_t seed;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)seed * below) >> 32);
}

static struct irq *irq_of(unsigned int v, unsigned int intid)
{
    return intid < 32 ? &private_irq[v][intid] : &shared_irq[intid];
}

static bool is_pending(unsigned int v, unsigned int intid)
{
    const struct irq *i = irq_of(v, intid);

    if (intid < 16)
        return i->sources != 0;
    return i->latch || (!i->edge && (intid == CNTV ? line[v] : i->level));
}

static uint32_t running(unsigned int v)
{
    return depth[v] ? irq_of(v, stack[v][depth[v] - 1])->priority : 0x100;
}

static unsigned int best(unsigned int v)
{
    unsigned int b = 1023;

    for (unsigned int intid = 0; intid < LAST; intid++) {
        const struct irq *i = irq_of(v, intid);
        bool mine = intid < 32 || vm.nr_vcpus == 1 ||
                    (i->target && (unsigned int)__builtin_ctz(i->target) == v);

        if (i->enabled && mine && !i->active && is_pending(v, intid) && (ctlr >> i->group & 1) &&
            (b == 1023 || i->priority < irq_of(v, b)->priority))
            b = intid;
    }
    return b != 1023 && irq_of(v, b)->priority < running(v) ? b : 1023;
}

/* ---- steps; cpu is where it happens, v its vCPU ---- */

static void step_ack(unsigned int cpu, unsigned int v)
{
    unsigned int want = best(v);
    uint32_t iar = gicv_ack(cpu);
    struct irq *i;

    assert_int_equal(iar & 0x3ff, want);
    if (want == 1023)
        return;
    i = irq_of(v, want);
    if (want < 16) {
        assert_true(i->sources >> (iar >> 10) & 1);
        i->sources &= (uint8_t)~BIT(iar >> 10);
    }
    i->latch = false;
    i->active = true;
    stack[v][depth[v]++] = want;
    run_hyp();
}

static void step_eoi(unsigned int cpu, unsigned int v)
{
    unsigned int intid;

    if (depth[v] == 0)
        return;
    intid = stack[v][--depth[v]];
    gicv_eoi(cpu, intid);
    if (hw[cpu].vmcr & GICH_VMCR_EOIM)
        unwinding[v][nr_unwinding[v]++] = intid;
    else
        irq_of(v, intid)->active = false;
    run_hyp();
}

static void step_dir(unsigned int cpu, unsigned int v)
{
    unsigned int n, intid;

    if (nr_unwinding[v] == 0)
        return;
    n = rnd(nr_unwinding[v]);
    intid = unwinding[v][n];
    unwinding[v][n] = unwinding[v][--nr_unwinding[v]];
    irq_of(v, intid)->active = false;
    dir(cpu, intid);
}

static bool outstanding(unsigned int intid)
{
    for (unsigned int v = 0; v < vm.nr_vcpus; v++) {
        for (unsigned int k = 0; k < depth[v]; k++) {
            if (stack[v][k] == intid)
                return true;
        }
        for (unsigned int k = 0; k < nr_unwinding[v]; k++) {
            if (unwinding[v][k] == intid)
                return true;
        }
    }
    return false;
}

static unsigned int any_intid(void)
{
    return rnd(3) == 0 ? private_ids[rnd(ARRAY_SIZE(private_ids))] : FIRST_SPI + rnd(NR_SPIS);
}

static void step_bit(unsigned int cpu, unsigned int v)
{
    unsigned int intid = any_intid();
    struct irq *i = irq_of(v, intid);
    uint32_t offset = intid / 32 * 4, bit = BIT(intid % 32);

    switch (rnd(6)) {
    case 0:
        i->enabled = true;
        wr(cpu, GICD_ISENABLER + offset, bit);
        break;
    case 1:
        i->enabled = intid < 16;
        wr(cpu, GICD_ICENABLER + offset, bit);
        break;
    case 2:
        i->latch = i->latch || intid >= 16;
        wr(cpu, GICD_ISPENDR + offset, bit);
        break;
    case 3:
        i->latch = false;
        wr(cpu, GICD_ICPENDR + offset, bit);
        break;
    case 4:
        if (outstanding(intid))
            return;
        i->active = true;
        wr(cpu, GICD_ISACTIVER + offset, bit);
        break;
    default:
        /* An EOI for what is no longer active tells GICH nothing: not what guests do. */
        if (outstanding(intid) && !(hw[cpu].vmcr & GICH_VMCR_EOIM))
            return;
        i->active = false;
        wr(cpu, GICD_ICACTIVER + offset, bit);
        break;
    }
}

static void step_config(unsigned int cpu, unsigned int v)
{
    unsigned int intid = any_intid();
    struct irq *i = irq_of(v, intid);
    uint32_t value;

    switch (rnd(4)) {
    case 0: /* several targets, none, and bits of CPUs that are not there */
        i = &shared_irq[FIRST_SPI + rnd(NR_SPIS)];
        value = rnd(256);
        i->target = (uint8_t)(value & (BIT(vm.nr_vcpus) - 1));
        wr8(cpu, GICD_ITARGETSR + (uint32_t)(i - shared_irq), value);
        break;
    case 1:
        value = rd(cpu, GICD_IGROUPR + intid / 32 * 4) ^ BIT(intid % 32);
        i->group = !i->group;
        wr(cpu, GICD_IGROUPR + intid / 32 * 4, value);
        break;
    case 2: { /* two change places; not while their place on the stack counts */
        unsigned int other = FIRST_SPI + rnd(NR_SPIS);
        uint8_t p = shared_irq[other].priority;

        if (intid < 32 || outstanding(intid) || outstanding(other))
            return;
        shared_irq[other].priority = i->priority;
        i->priority = p;
        wr8(cpu, GICD_IPRIORITYR + intid, i->priority);
        wr8(cpu, GICD_IPRIORITYR + other, shared_irq[other].priority);
        break;
    }
    default:
        if (rnd(4) == 0) {
            ctlr = rnd(4) | 1;
            wr(cpu, GICD_CTLR, ctlr);
        }
        break;
    }
}

static void step_sgi(unsigned int cpu, unsigned int v)
{
    static const unsigned int sgis[] = {0, 1, 5};
    unsigned int sgi = sgis[rnd(3)], to = rnd(256), other;

    switch (rnd(4)) {
    case 0:
        wr(cpu, GICD_SGIR, sgi | to << 16);
        break;
    case 1:
        to = BIT(vm.nr_vcpus) - 1 - BIT(v);
        wr(cpu, GICD_SGIR, sgi | 1u << 24);
        break;
    case 2:
        other = rnd(vm.nr_vcpus);
        irq_of(v, sgi)->sources |= (uint8_t)BIT(other);
        wr8(cpu, GICD_SPENDSGIR + sgi, BIT(other));
        return;
    default:
        other = rnd(256);
        irq_of(v, sgi)->sources &= (uint8_t)~other;
        wr8(cpu, GICD_CPENDSGIR + sgi, other);
        return;
    }
    for (unsigned int k = 0; k < vm.nr_vcpus; k++) {
        if (to >> k & 1)
            private_irq[k][sgi].sources |= (uint8_t)BIT(v);
    }
}

static void step_line(unsigned int cpu, unsigned int v)
{
    unsigned int intid = FIRST_SPI + rnd(NR_SPIS);
    bool level = rnd(2);

    if (rnd(3) == 0) {
        intid = rnd(2) ? 22 : 30;
        private_irq[v][intid].level = level;
        here = cpu;
        vgic_set_ppi(&vcpus[v], intid, level);
        run_hyp();
        return;
    }
    if (level && !shared_irq[intid].level && shared_irq[intid].edge)
        shared_irq[intid].latch = true;
    shared_irq[intid].level = level;
    here = rnd(CPUS);
    spi(intid, level);
}

/* The guest moves its timer, which nobody sees. Taken back before it is acknowledged it is still
 * offered once, which only the hardware could prevent: that is left out. */
static void step_timer(unsigned int cpu, unsigned int v)
{
    for (unsigned int n = 0; n < nr_lrs; n++) {
        if ((hw[cpu].lr[n] & 0x3ff) == CNTV && (hw[cpu].lr[n] & GICH_LR_PENDING))
            return;
    }
    line[v] = !line[v];
    run_hyp();
}

/* What the hardware would signal by itself, before anything makes HYP look at list registers. */
static void check_signal(unsigned int cpu, unsigned int v)
{
    int n = signalled(cpu);

    assert_int_equal(n < 0 ? 1023 : hw[cpu].lr[n] & 0x3ff, best(v));
}

static void check_registers(unsigned int cpu, unsigned int v)
{
    for (unsigned int w = 0; w < 2; w++) {
        uint32_t pending = 0, active = 0;

        for (unsigned int k = 0; k < 32 && 32 * w + k < LAST; k++) {
            pending |= is_pending(v, 32 * w + k) ? BIT(k) : 0;
            active |= irq_of(v, 32 * w + k)->active ? BIT(k) : 0;
        }
        assert_int_equal(rd(cpu, GICD_ISPENDR + 4 * w), pending);
        assert_int_equal(rd(cpu, GICD_ICACTIVER + 4 * w), active);
    }
    for (unsigned int sgi = 0; sgi < 8; sgi += 5)
        assert_int_equal(access_gicd(cpu, GICD_CPENDSGIR + sgi, 1, false, 0),
                         irq_of(v, sgi)->sources);
    here = cpu;
    if (best(v) != 1023)
        assert_true(vgic_pending(&vcpus[v]));
}

/* Seldom enough that list registers grow stale in between. */
static void check_all(void)
{
    bool look = rnd(6) == 0;

    for (unsigned int cpu = 0; cpu < CPUS; cpu++) {
        if (loaded[cpu])
            check_signal(cpu, loaded[cpu]->id);
    }
    for (unsigned int cpu = 0; look && cpu < CPUS; cpu++) {
        if (loaded[cpu])
            check_registers(cpu, loaded[cpu]->id);
    }
}

static void set_up(unsigned int nr_vcpus, bool eoimode)
{
    uint8_t order[31];
    unsigned int used = 0;

    start(nr_vcpus);
    memset(private_irq, 0, sizeof(private_irq));
    memset(shared_irq, 0, sizeof(shared_irq));
    memset(depth, 0, sizeof(depth));
    memset(nr_unwinding, 0, sizeof(nr_unwinding));
    ctlr = 3;
    for (unsigned int k = 0; k < 31; k++)
        order[k] = (uint8_t)k;
    for (unsigned int k = 30; k > 0; k--) {
        unsigned int other = rnd(k + 1);
        uint8_t t = order[k];

        order[k] = order[other];
        order[other] = t;
    }
    for (unsigned int v = 0; v < nr_vcpus; v++) {
        for (unsigned int k = 0; k < 16; k++) {
            private_irq[v][k].enabled = true;
            private_irq[v][k].edge = true;
        }
        switch_to(v % CPUS, &vcpus[v]);
        if (eoimode)
            hw[v % CPUS].vmcr |= GICH_VMCR_EOIM;
        used = 0;
        for (unsigned int k = 0; k < ARRAY_SIZE(private_ids); k++) {
            private_irq[v][private_ids[k]].priority = (uint8_t)(order[used] * 8);
            wr8(v % CPUS, GICD_IPRIORITYR + private_ids[k], order[used++] * 8u);
        }
    }
    for (unsigned int intid = FIRST_SPI; intid < LAST; intid++) {
        struct irq *i = &shared_irq[intid];

        i->priority = (uint8_t)(order[used] * 8);
        i->edge = rnd(2);
        i->enabled = true;
        i->target = (uint8_t)BIT(rnd(nr_vcpus));
        enable_spi(intid, (uint8_t)(order[used++] * 8), i->target, i->edge);
    }
}

static void run(uint32_t from, unsigned int nr_vcpus, bool eoimode, unsigned int steps)
{
    seed = from;
    set_up(nr_vcpus, eoimode);
    for (unsigned int s = 0; s < steps; s++) {
        unsigned int cpu = rnd(MIN(nr_vcpus, CPUS)), v = loaded[cpu]->id;

        switch (rnd(16)) {
        case 0:
        case 1:
            step_bit(cpu, v);
            break;
        case 2:
            step_config(cpu, v);
            break;
        case 3:
            step_sgi(cpu, v);
            break;
        case 4:
            step_timer(cpu, v);
            break;
        case 5:
            if (v + CPUS < nr_vcpus)
                switch_to(cpu, &vcpus[v + CPUS]);
            else
                switch_to(cpu, &vcpus[cpu]);
            run_hyp();
            break;
        case 6:
        case 7:
        case 8:
            step_line(cpu, v);
            break;
        case 9:
        case 10:
        case 11:
        case 12:
            step_ack(cpu, v);
            break;
        case 13:
            step_dir(cpu, v);
            step_dir(cpu, v);
            break;
        default:
            step_eoi(cpu, v);
            break;
        }
        check_all();
    }
}

static void matrix(unsigned int nr_vcpus, bool eoimode)
{
    static const unsigned int lrs[] = {4, 1, 2, 16};

    for (unsigned int k = 0; k < ARRAY_SIZE(lrs); k++) {
        nr_lrs = lrs[k];
        for (uint32_t s = 1; s <= 8; s++)
            run(s * 7919 + k, nr_vcpus, eoimode, 1500);
    }
    nr_lrs = 4;
}

static void one_vcpu_agrees_with_a_gic_without_list_registers(void **state)
{
    (void)state;
    matrix(1, false);
    matrix(1, true);
}

static void three_vcpus_on_three_cpus_agree(void **state)
{
    (void)state;
    matrix(3, false);
    matrix(3, true);
}

static void eight_vcpus_on_four_cpus_agree(void **state)
{
    (void)state;
    matrix(8, false);
    matrix(8, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_vcpu_agrees_with_a_gic_without_list_registers),
        cmocka_unit_test(three_vcpus_on_three_cpus_agree),
        cmocka_unit_test(eight_vcpus_on_four_cpus_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
