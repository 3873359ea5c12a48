/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a guest calls by HVC #0: PSCI 1.1 (Arm DEN0022), the SMC Calling Convention 1.1 (DEN0028)
 * and Skep's own calls in the vendor-hypervisor range.
 */
#ifndef VCPU_PSCI_H
#define VCPU_PSCI_H

#include <stdint.h>

#include "hyp/core/sched.h"

struct vcpu;

/* One call: function in r0, arguments from r1, result in r0 (and r1 to r3). Loaded vCPU, whose PC
 * is already behind the HVC. */
enum verdict psci_call(struct vcpu *vcpu);

#endif
