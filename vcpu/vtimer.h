/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vCPU's generic timers (ARM DDI 0406C, B8). CNTV is the hardware's own while the vCPU is loaded;
 * put away, it is watched by a timer of HYP. CNTP is emulated throughout, since the hardware's
 * physical timer would not follow the vCPU. A guest's counter starts at 0 in each of its lives:
 * CNTVOFF is the VM's, and CNTPCT traps and reads as CNTVCT.
 */
#ifndef VCPU_VTIMER_H
#define VCPU_VTIMER_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/* The state of reset: both timers off. On the vCPU's own CPU, or before it first runs. */
void vtimer_reset(struct vcpu *vcpu);

/* Moves CNTV between the vCPU and the hardware. On its CPU. */
void vtimer_save(struct vcpu *vcpu);
void vtimer_load(struct vcpu *vcpu);

/* Whether CNTV asserts its interrupt now. On its CPU, loaded or not. */
bool vtimer_cntv_level(const struct vcpu *vcpu);

/* Trapped registers, by CP32_KEY or CP64_KEY: CNTP_CTL, CNTP_TVAL; CNTP_CVAL, CNTPCT. False where
 * the guest's own CNTKCTL denies the access to User mode. Loaded, on its CPU. */
bool vtimer_cp15_32(struct vcpu *vcpu, uint32_t key, bool write, uint32_t *value);
bool vtimer_cp15_64(struct vcpu *vcpu, uint32_t key, bool write, uint64_t *value);

/* Takes the interrupt of CNTV (its INTID from the board's tree) and sets what traps. Boot, once a
 * CPU. */
void vtimer_cpu_init(void);

#endif
