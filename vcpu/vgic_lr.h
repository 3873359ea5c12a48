/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICH, the virtual interface control block of this CPU (ARM IHI 0048B, 5.3). All on the CPU whose
 * interface is meant; n is below vgic_lr_count().
 */
#ifndef VCPU_VGIC_LR_H
#define VCPU_VGIC_LR_H

#include <stdint.h>

/* List registers that the vGIC may use: 1 to VGIC_MAX_LRS. */
unsigned int vgic_lr_count(void);

uint32_t vgic_lr_read(unsigned int n);
void vgic_lr_write(unsigned int n, uint32_t value);

/* The named registers; writing HCR also clears its EOIcount unless the value has one. */
uint32_t vgic_hcr_read(void);
void vgic_hcr_write(uint32_t value);
uint32_t vgic_vmcr_read(void);
void vgic_vmcr_write(uint32_t value);
uint32_t vgic_apr_read(void);
void vgic_apr_write(uint32_t value);

#endif
