/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PSCI 0.2 and later have fixed function numbers; 0.1 has those of the tree (Linux's binding
 * psci.yaml).
 */
#include "drivers/psci.h"

#include <errno.h>
#include <string.h>

#include "hyp/arch/smccc.h"
#include "hyp/core/power.h"
#include "hyp/lib/fdt.h"

#define PSCI_CPU_ON       0x84000003u
#define PSCI_SYSTEM_OFF   0x84000008u
#define PSCI_SYSTEM_RESET 0x84000009u

static uint32_t fn_cpu_on = PSCI_CPU_ON;

static int psci_cpu_on(uint32_t mpidr, paddr_t entry)
{
    return smccc_smc(fn_cpu_on, mpidr, (uint32_t)entry.pa, 0) == 0 ? 0 : -EIO;
}

static void psci_off(void)
{
    smccc_smc(PSCI_SYSTEM_OFF, 0, 0, 0);
}

static void psci_reset(void)
{
    smccc_smc(PSCI_SYSTEM_RESET, 0, 0, 0);
}

static const struct power psci_0_2 = {
    .name = "PSCI",
    .cpu_on = psci_cpu_on,
    .off = psci_off,
    .reset = psci_reset,
};

/* 0.1 has no SYSTEM_OFF. */
static const struct power psci_0_1 = {
    .name = "PSCI 0.1",
    .cpu_on = psci_cpu_on,
};

int psci_probe(const void *fdt, int node)
{
    const char *method = dt_string(fdt, node, "method");

    if (!method || strcmp(method, "smc") != 0)
        return -ENODEV;
    if (dt_is_compatible(fdt, node, "arm,psci-0.2") ||
        dt_is_compatible(fdt, node, "arm,psci-1.0")) {
        power_board = &psci_0_2;
        return 0;
    }
    if (dt_u32(fdt, node, "cpu_on", &fn_cpu_on))
        return -ENODEV;
    power_board = &psci_0_1;
    return 0;
}
