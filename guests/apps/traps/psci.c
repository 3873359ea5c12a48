/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PSCI (ARM DEN 0022D) and SMCCC (ARM DEN 0028) as a guest with one CPU can see them, and the
 * instructions that must not reach them.
 */
#include "runtime/check.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/psci.h"
#include "traps/traps.h"

#define ARM_HVC(imm) (0xe1400070u | (((imm) >> 4) << 8) | ((imm)&15u))
#define ARM_SMC      0xe1600070u

static const uint32_t mandatory[] = {
    PSCI_VERSION,      PSCI_CPU_SUSPEND,   PSCI_CPU_OFF,
    PSCI_CPU_ON,       PSCI_AFFINITY_INFO, PSCI_SYSTEM_OFF,
    PSCI_SYSTEM_RESET, PSCI_FEATURES,      PSCI_MIGRATE_INFO_TYPE,
};

static void version_tests(void)
{
    uint32_t version = (uint32_t)hvc_call(PSCI_VERSION, 0, 0, 0);
    bool all = true;

    check("PSCI_VERSION is 1.x", (version >> 16) == 1, "major version");
    for (unsigned int i = 0; i < sizeof(mandatory) / sizeof(mandatory[0]); i++)
        all = all && hvc_call(PSCI_FEATURES, mandatory[i], 0, 0) >= 0;
    check("PSCI_FEATURES knows each mandatory function", all, "NOT_SUPPORTED");
    check_eq("PSCI_FEATURES of an unknown id", (uint32_t)PSCI_NOT_SUPPORTED,
             (uint32_t)hvc_call(PSCI_FEATURES, 0x840000ffu, 0, 0));
    check_eq("PSCI MIGRATE_INFO_TYPE: no migration", 2,
             (uint32_t)hvc_call(PSCI_MIGRATE_INFO_TYPE, 0, 0, 0));
    check_eq("PSCI MIGRATE", (uint32_t)PSCI_NOT_SUPPORTED,
             (uint32_t)hvc_call(PSCI_MIGRATE, 0, 0, 0));
}

static void unknown_tests(void)
{
    static const uint32_t ids[] = {0x84000fffu, 0xc4000003u, 0x00000000u, 0xffffffffu,
                                   0x82000000u, 0xbf00ff01u, 0x8400ffffu};
    bool all = true;

    for (unsigned int i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        all = all && hvc_call(ids[i], 1, 2, 3) == PSCI_NOT_SUPPORTED;
    check("unknown functions answer NOT_SUPPORTED", all, "another answer");
}

static void cpu_tests(void)
{
    uint32_t self = cp_read(15, 0, 0, 0, 5) & 0xffffffu;
    int32_t level1 = psci_affinity_info(self, 1);

    check_eq("AFFINITY_INFO of oneself is ON", 0, (uint32_t)psci_affinity_info(self, 0));
    /* From PSCI 1.0 on levels above 0 need not be supported; QEMU answers ON. */
    check("AFFINITY_INFO above level 0", level1 == 0 || level1 == PSCI_INVALID_PARAMETERS,
          "neither ON nor INVALID_PARAMETERS");
    check_eq("AFFINITY_INFO of no CPU", (uint32_t)PSCI_INVALID_PARAMETERS,
             (uint32_t)psci_affinity_info(0x00070707u, 0));
    check_eq("CPU_ON of oneself", (uint32_t)PSCI_ALREADY_ON,
             (uint32_t)psci_cpu_on(self, 0x40010000u, 0));
    check_eq("CPU_ON of no CPU", (uint32_t)PSCI_INVALID_PARAMETERS,
             (uint32_t)psci_cpu_on(0x00000100u, 0x40010000u, 0));
    check_eq("CPU_ON with a reserved bit of MPIDR", (uint32_t)PSCI_INVALID_PARAMETERS,
             (uint32_t)psci_cpu_on(0x80000000u, 0x40010000u, 0));
    check_eq("CPU_SUSPEND with a reserved bit", (uint32_t)PSCI_INVALID_PARAMETERS,
             (uint32_t)hvc_call(PSCI_CPU_SUSPEND, 0xffffffffu, 0, 0));
}

/* Standby ends at once on a pending interrupt, although the CPU masks it. */
static void suspend_test(void)
{
    gic_init();
    gic_enable(3);
    gic_sgi(3, SGI_SELF, 0);
    dsb();
    check_eq("CPU_SUSPEND standby returns on a masked interrupt", 0,
             (uint32_t)hvc_call(PSCI_CPU_SUSPEND, 0, 0, 0));
    gic_eoi(gic_ack());
}

static void smccc_tests(void)
{
    uint32_t uid[4] = {SMCCC_VENDOR_HYP_UID, 0, 0, 0};
    uint32_t version;

    if (!under_skep) {
        skip("SMCCC", "QEMU has PSCI only");
        return;
    }
    version = (uint32_t)hvc_call(SMCCC_VERSION, 0, 0, 0);
    check("SMCCC_VERSION is at least 1.1", version >= 0x10001u && version < 0x20000u, "version");
    check("PSCI_FEATURES knows SMCCC_VERSION", hvc_call(PSCI_FEATURES, SMCCC_VERSION, 0, 0) >= 0,
          "NOT_SUPPORTED");
    check("SMCCC_ARCH_FEATURES of SMCCC_VERSION",
          hvc_call(SMCCC_ARCH_FEATURES, SMCCC_VERSION, 0, 0) >= 0, "NOT_SUPPORTED");
    check("SMCCC_ARCH_FEATURES of itself",
          hvc_call(SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES, 0, 0) >= 0, "NOT_SUPPORTED");
    check_eq("SMCCC_ARCH_FEATURES of an unknown id", (uint32_t)PSCI_NOT_SUPPORTED,
             (uint32_t)hvc_call(SMCCC_ARCH_FEATURES, 0x8000abcdu, 0, 0));
    hvc_call4(uid);
    check("vendor hypervisor UID is no error code", uid[0] != 0xffffffffu && (uid[0] | uid[1]) != 0,
          "r0");
    check("SKEP FEATURES answers", hvc_call(SKEP_FEATURES, 0, 0, 0) != PSCI_NOT_SUPPORTED,
          "NOT_SUPPORTED");
    check_eq("SKEP YIELD comes back", 0, (uint32_t)hvc_call(SKEP_YIELD, 0, 0, 0));
    check_eq("unknown vendor hypervisor call", (uint32_t)PSCI_NOT_SUPPORTED,
             (uint32_t)hvc_call(0x8600fabcu, 0, 0, 0));
}

static void instruction_tests(void)
{
    struct probe p, before;
    uint32_t hvc = ARM_HVC(0u);
    bool kept = true;

    probe_init(&p);
    probe_arm(&p, &hvc, 1);
    for (unsigned int i = 1; i < 13; i++)
        p.r[i] = 0x1000u * i;
    p.r[0] = PSCI_VERSION;
    p.sp = 0x1234;
    p.lr = 0x5678;
    p.cpsr |= PSR_N | PSR_V;
    before = p;
    probe_run(&p);
    for (unsigned int i = 4; i < 13; i++)
        kept = kept && p.r[i] == before.r[i];
    check_kind("HVC #0 returns to the next instruction", EXC_SVC, &p);
    check("HVC #0 keeps r4-r12, SP, LR and flags",
          kept && p.sp == before.sp && p.lr == before.lr && p.spsr == before.cpsr, "changed");

    probe_one(&p, ARM_SMC, PSCI_VERSION, 0, 0, 0);
    check_undef("SMC #0 is UNDEF", p.pc, &p, p.cpsr);
    check_eq("SMC #0 leaves r0 alone", PSCI_VERSION, p.r[0]);
    probe_one(&p, ARM_SMC | 1u, PSCI_VERSION, 0, 0, 0);
    check_undef("SMC #1 is UNDEF", p.pc, &p, p.cpsr);
    if (under_skep) {
        static const uint32_t imms[] = {1, 0x4a48, 0xea1, 0xffff};

        for (unsigned int i = 0; i < 4; i++) {
            probe_one(&p, ARM_HVC(imms[i]), PSCI_VERSION, 0, 0, 0);
            check_undef("HVC with another immediate is UNDEF", p.pc, &p, p.cpsr);
        }
    } else {
        skip("HVC #1", "QEMU's PSCI takes any immediate");
    }
    probe_init(&p);
    probe_arm(&p, &hvc, 1);
    p.cpsr = PSR_USR | PSR_A | PSR_I | PSR_F;
    probe_run(&p);
    check_undef("HVC from user mode is UNDEF", p.pc, &p, p.cpsr);
}

static void thumb_instruction_tests(void)
{
    static const uint16_t smc[] = {0xf7f0, 0x8000};
    static const uint16_t hvc[] = {0xf7e0, 0x8000};
    struct probe p;

    probe_init(&p);
    probe_thumb(&p, smc, 2);
    probe_run(&p);
    check_undef("SMC in Thumb is UNDEF", p.pc, &p, p.cpsr);
    probe_init(&p);
    probe_thumb(&p, hvc, 2);
    p.r[0] = PSCI_MIGRATE_INFO_TYPE;
    probe_run(&p);
    check_kind("HVC #0 in Thumb", EXC_SVC, &p);
    check_eq("HVC #0 in Thumb answers", 2, p.r[0]);
}

void psci_tests(void)
{
    version_tests();
    unknown_tests();
    cpu_tests();
    suspend_test();
    smccc_tests();
    instruction_tests();
    thumb_instruction_tests();
}
