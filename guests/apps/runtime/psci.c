/* SPDX-License-Identifier: BSD-2-Clause */
/* See psci.h. */
#include <stdio.h>
#include "runtime/cpu.h"
#include "runtime/psci.h"

void hvc_call4(uint32_t r[4])
{
    register uint32_t r0 __asm__("r0") = r[0];
    register uint32_t r1 __asm__("r1") = r[1];
    register uint32_t r2 __asm__("r2") = r[2];
    register uint32_t r3 __asm__("r3") = r[3];

    __asm__ volatile(".arch_extension virt\n\thvc #0"
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)
                     :
                     : "memory");
    r[0] = r0;
    r[1] = r1;
    r[2] = r2;
    r[3] = r3;
}

int32_t hvc_call(uint32_t fn, uint32_t a1, uint32_t a2, uint32_t a3)
{
    uint32_t r[4] = {fn, a1, a2, a3};

    hvc_call4(r);
    return (int32_t)r[0];
}

int32_t psci_cpu_on(uint32_t mpidr, uint32_t entry, uint32_t context)
{
    return hvc_call(PSCI_CPU_ON, mpidr, entry, context);
}

int32_t psci_affinity_info(uint32_t mpidr, uint32_t level)
{
    return hvc_call(PSCI_AFFINITY_INFO, mpidr, level, 0);
}

void psci_cpu_off(void)
{
    (void)hvc_call(PSCI_CPU_OFF, 0, 0, 0);
}

void psci_system_off(void)
{
    fflush(stdout);
    for (;;)
        (void)hvc_call(PSCI_SYSTEM_OFF, 0, 0, 0);
}

void psci_system_reset(void)
{
    fflush(stdout);
    for (;;)
        (void)hvc_call(PSCI_SYSTEM_RESET, 0, 0, 0);
}
