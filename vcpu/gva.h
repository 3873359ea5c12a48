/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guest virtual addresses of the loaded vCPU, by the hardware's own translation (ATS1C**, ARM DDI
 * 0406C B3.12.5), for what a trap did not say: the IPA of a permission fault, the instruction of an
 * abort without a syndrome. The guest's PAR is kept. On the vCPU's own CPU.
 */
#ifndef VCPU_GVA_H
#define VCPU_GVA_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/* Stage 1 only, as PL1 would translate it. False when that faults. */
bool gva_to_ipa(struct vcpu *vcpu, uint32_t va, bool write, uint64_t *ipa);

/* Reads `len` (1 to 16) bytes at a virtual address out of the guest's RAM. 0, or -EFAULT when it
 * does not translate, or is not in RAM, at the time of the call. */
int gva_fetch(struct vcpu *vcpu, uint32_t va, void *buf, unsigned int len);

#endif
