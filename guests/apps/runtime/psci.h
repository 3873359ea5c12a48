/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls to the firmware: PSCI (ARM DEN 0022D) and SMCCC (ARM DEN 0028) by HVC #0.
 */
#ifndef RUNTIME_PSCI_H
#define RUNTIME_PSCI_H

#include <stdint.h>

#define PSCI_VERSION            0x84000000u
#define PSCI_CPU_SUSPEND        0x84000001u
#define PSCI_CPU_OFF            0x84000002u
#define PSCI_CPU_ON             0x84000003u
#define PSCI_AFFINITY_INFO      0x84000004u
#define PSCI_MIGRATE            0x84000005u
#define PSCI_MIGRATE_INFO_TYPE  0x84000006u
#define PSCI_SYSTEM_OFF         0x84000008u
#define PSCI_SYSTEM_RESET       0x84000009u
#define PSCI_FEATURES           0x8400000au
#define SMCCC_VERSION           0x80000000u
#define SMCCC_ARCH_FEATURES     0x80000001u
#define SMCCC_VENDOR_HYP_UID    0x8600ff01u
#define SKEP_FEATURES           0x86000000u
#define SKEP_YIELD              0x86000001u
#define SKEP_STEAL_TIME         0x86000002u

#define PSCI_SUCCESS            0
#define PSCI_NOT_SUPPORTED      (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_DENIED             (-3)
#define PSCI_ALREADY_ON         (-4)
#define PSCI_ON_PENDING         (-5)
#define PSCI_INTERNAL_FAILURE   (-6)
#define PSCI_INVALID_ADDRESS    (-9)

/* HVC #0 with four arguments; returns r0, the other results are lost. */
int32_t hvc_call(uint32_t fn, uint32_t a1, uint32_t a2, uint32_t a3);

/* HVC #0: r[0..3] in and out. */
void hvc_call4(uint32_t r[4]);

int32_t psci_cpu_on(uint32_t mpidr, uint32_t entry, uint32_t context);
int32_t psci_affinity_info(uint32_t mpidr, uint32_t level);
void psci_cpu_off(void); /* comes back only if it is refused */
void psci_system_off(void) __attribute__((noreturn));
void psci_system_reset(void) __attribute__((noreturn));

#endif
