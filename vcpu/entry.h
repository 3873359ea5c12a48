/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way into a guest, in vcpu/entry.S, and what it calls on the way out.
 */
#ifndef VCPU_ENTRY_H
#define VCPU_ENTRY_H

#include <stdint.h>

#include "hyp/core/sched.h"

struct vcpu;

/* Runs a loaded vCPU until a handler's verdict is not RESUME, or the CPU's attention word is set.
 */
enum verdict vcpu_enter(struct vcpu *vcpu);

/* Called by vcpu/entry.S, interrupts masked, on the CPU's HYP stack. */
enum verdict vcpu_trap(struct vcpu *vcpu, uint32_t hsr);
enum verdict vcpu_irq(struct vcpu *vcpu, uint32_t hsr);
enum verdict vcpu_fiq(struct vcpu *vcpu, uint32_t hsr);

#endif
