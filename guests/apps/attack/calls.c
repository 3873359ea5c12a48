/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every HVC and SMC immediate, and SMCCC function ids with arguments that make no sense. Left out
 * are only the calls that end the attack itself, by turning this CPU or the machine off.
 */
#include <stdio.h>
#include "attack/attack.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/psci.h"
#include "runtime/runtime.h"

#define ARM_HVC(imm) (0xe1400070u | (((imm) >> 4) << 8) | ((imm)&15u))
#define ARM_SMC(imm) (0xe1600070u | ((imm)&15u))

static bool ends_us(uint32_t id)
{
    switch (id & ~0x40000000u) { /* both calling conventions */
    case PSCI_CPU_OFF:
    case PSCI_CPU_ON: /* has a phase of its own */
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
    case 0x8400000bu: /* CPU_FREEZE */
    case 0x8400000cu: /* CPU_DEFAULT_SUSPEND */
    case 0x8400000eu: /* SYSTEM_SUSPEND */
    case 0x84000012u: /* SYSTEM_RESET2 */
    case 0x84000015u: /* SYSTEM_OFF2 */
        return true;
    default:
        /* PSCI 0.1 numbers that QEMU's own firmware still knows. */
        return id - 0x95c1ba5eu < 8;
    }
}

static uint32_t random_id(void)
{
    static const uint32_t bases[] = {0x80000000u, 0x84000000u, 0xc4000000u, 0x86000000u,
                                     0xc6000000u, 0x8600ff00u, 0x82000000u, 0xbf00ff00u,
                                     0x04000000u, 0x95c1ba00u};
    uint32_t id = bases[rnd_below(sizeof(bases) / sizeof(bases[0]))];

    switch (rnd_below(4)) {
    case 0:
        return id + rnd_below(32);
    case 1:
        return id + rnd_below(0x100);
    case 2:
        return id ^ (1u << rnd_below(32));
    default:
        return rnd();
    }
}

static void call(uint32_t insn, uint32_t mode, uint32_t id)
{
    struct probe p;

    probe_init(&p);
    probe_arm(&p, &insn, 1);
    for (unsigned int i = 1; i < 13; i++)
        p.r[i] = nasty();
    p.r[0] = id;
    p.sp = nasty();
    p.lr = nasty();
    p.cpsr = mode | PSR_A | PSR_I | PSR_F | (rnd() & 0xf0000000u);
    run(&p);
}

void call_phase(void)
{
    static const uint16_t thumb[][2] = {
        {0xf7e0, 0x8000}, {0xf7ef, 0x8fff}, {0xf7f0, 0x8000}, {0xf7ff, 0x8000}, {0xbf00, 0xf7f0}};
    struct probe p;

    gic_enable(15);
    gic_sgi(15, SGI_SELF, 0); /* CPU_SUSPEND comes back at once */
    for (uint32_t imm = 0; imm < 0x10000; imm += amount(8) == 8 ? 1 : 7)
        call(ARM_HVC(imm), PSR_SYS, imm & 1u ? PSCI_VERSION : 0x84000fffu);
    for (uint32_t imm = 0; imm < 16; imm++)
        call(ARM_SMC(imm), PSR_SYS, PSCI_SYSTEM_OFF); /* must not reach any firmware */
    for (unsigned int i = 0; i < 5; i++) {
        probe_init(&p);
        probe_thumb(&p, thumb[i], 2);
        p.r[0] = PSCI_VERSION;
        run(&p);
    }
    for (uint32_t i = 0; i < amount(40000); i++) {
        uint32_t id = random_id();

        if (!ends_us(id))
            call(ARM_HVC(0u), rnd_below(16) ? PSR_SYS : PSR_USR, id);
    }
}

/*
 * CPU_ON with what is no CPU or no entry; with a second CPU, also with entries that run away: it
 * ends in an endless storm of aborts, or in whatever it finds, beside us.
 */
void cpu_on_phase(void)
{
    static const uint32_t entries[] = {0x00000000u, 0x00000001u, 0x09000000u, 0x08000001u,
                                       0x0b000000u, 0xfffffffcu, 0xffffffffu, 0x3ffffffeu};

    for (uint32_t i = 0; i < amount(2000); i++)
        (void)psci_cpu_on(0x100u + (rnd() | machine.ncpus), nasty(), nasty());
    for (uint32_t i = 0; i < amount(2000); i++)
        (void)psci_cpu_on(0, nasty(), nasty());
    for (unsigned int cpu = 1; cpu < machine.ncpus; cpu++) {
        for (unsigned int i = 0; i < 8; i++) {
            int32_t r = psci_cpu_on(cpu, entries[(i + cpu) % 8], nasty());

            if (r == PSCI_SUCCESS)
                break;
        }
        /* Still off? Then into the last words of RAM, and over their end. */
        (void)psci_cpu_on(cpu, (uint32_t)far_page() + 0xfe0u, nasty());
        for (uint32_t i = 0; i < amount(1000); i++) {
            (void)psci_cpu_on(cpu, nasty(), nasty());
            (void)psci_affinity_info(cpu, rnd_below(4));
            gic_sgi(rnd_below(16), rnd_below(4), (uint8_t)rnd());
        }
    }
}
