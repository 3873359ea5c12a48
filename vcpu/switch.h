/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which vCPU's state is in the hardware of this CPU, and how it gets there. All on the vCPU's own
 * CPU, outside of its guest.
 */
#ifndef VCPU_SWITCH_H
#define VCPU_SWITCH_H

#include <stdbool.h>

struct vcpu;

/* Makes `vcpu` the loaded one: puts away whoever was. Nothing moves when it is loaded already. */
void switch_load(struct vcpu *vcpu);

/* Puts `vcpu` away if it is loaded, e.g. because it is about to be reset. */
void switch_unload(struct vcpu *vcpu);

/* The loaded vCPU of this CPU, or NULL. Any context on it. */
struct vcpu *switch_loaded(void);

/* First use of VFP since the vCPU was loaded: gives it the registers. */
void switch_vfp(struct vcpu *vcpu);

/* Before each entry of the loaded vCPU: whether its WFI exits. */
void switch_trap_wfi(bool trap_wfi);

/* Trap configuration of this CPU that is the same for every guest. Boot, once a CPU. */
void switch_cpu_init(void);

#endif
