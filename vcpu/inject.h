/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the loaded vCPU take an exception before its next instruction. Each call replaces the
 * vCPU's PC and CPSR: a handler that injects must not step over the instruction as well. At most
 * one synchronous injection for an exit. The vCPU is loaded, on its own CPU.
 * The rules are ARM DDI 0406C, B1.9; the arithmetic is vcpu/exception.c.
 */
#ifndef VCPU_INJECT_H
#define VCPU_INJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "vcpu/exception.h"

struct vcpu;

/* Undefined Instruction exception at the current instruction (B1.9.2). */
void inject_undef(struct vcpu *vcpu);

/* Synchronous external Prefetch Abort; `far`, a virtual address, goes to IFAR (B1.9.7). */
void inject_pabt(struct vcpu *vcpu, uint32_t far);

/* Synchronous external Data Abort; `far` goes to DFAR, `write` to DFSR.WnR (B1.9.8). */
void inject_dabt(struct vcpu *vcpu, uint32_t far, bool write);

/* The same two for another fault. For a data abort `cm` says a cache maintenance operation by MVA,
 * for which WnR is set as well (B4.1.52). Not an alignment fault for a prefetch abort. */
void inject_pabt_fault(struct vcpu *vcpu, enum exception_fault fault, uint32_t far);
void inject_dabt_fault(struct vcpu *vcpu, enum exception_fault fault, uint32_t far, bool write,
                       bool cm);

/* The same two for a stage-1 table walk of `far` that stage 2 did not let read its table at `ipa`
 * (HSR.S1PTW): an external abort on the walk, of the level where it stopped. */
void inject_pabt_walk(struct vcpu *vcpu, uint32_t far, uint64_t ipa);
void inject_dabt_walk(struct vcpu *vcpu, uint32_t far, uint64_t ipa, bool write, bool cm);

#endif
