/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tables of vcpu/cp15.c need of the hardware itself, kept apart so that the tables can be
 * tested anywhere.
 */
#ifndef VCPU_CP15_HW_H
#define VCPU_CP15_HW_H

#include <stdint.h>

/* The real value of the identification register with this CP32_KEY; 0 for one that is not known. */
uint32_t cp15_hw_id(uint32_t key);

/* The real ACTLR and L2CTLR. */
uint32_t cp15_hw_actlr(void);
uint32_t cp15_hw_l2ctlr(void);

/* DCCISW with the guest's own operand, complete on return. It cleans and invalidates at most one
 * line of this CPU's caches, whatever the operand. */
void cp15_hw_dccisw(uint32_t set_way);

#endif
