/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The floating-point and Advanced SIMD registers, which move only on first use (HCPTR.TCP10/11).
 * vcpu/vfp.S alone contains such instructions; HYP itself is compiled without.
 */
#ifndef VCPU_VFP_H
#define VCPU_VFP_H

#include <stdint.h>

struct vcpu_vfp;

/* Stores, or loads, d0 to d31 and the control registers. HCPTR must not trap. FPEXC.EN is set on
 * the way where the access needs it, and is the vCPU's own afterwards. */
void vfp_save(struct vcpu_vfp *vfp);
void vfp_restore(const struct vcpu_vfp *vfp);

/* FPSID (0), MVFR1 (6) or MVFR0 (7) by the number that VMRS has for it (B9.3.20); 0 for others. */
#define VFP_MVFR0 7
uint32_t vfp_id(uint32_t reg);

#endif
