/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual GICv2 (ARM IHI 0048B): an emulated distributor with 288 interrupts over the hardware's
 * virtual CPU interface. Devices raise and lower lines here; vCPUs take what the list registers
 * offer. vcpu/vgic_lr.c alone touches GICH.
 */
#ifndef VCPU_VGIC_H
#define VCPU_VGIC_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/arch/spinlock.h"
#include "vcpu/mmio.h"

#define VGIC_NR_IRQS  288
#define VGIC_NR_PRIVATE 32

#define VGIC_PPI_CNTV 27
#define VGIC_PPI_CNTP 30

struct vm;
struct vcpu;

struct vgic_dist {
    struct spinlock lock;
};

struct vgic_cpu {
    uint32_t pending_work;
};

/* Puts the distributor and every vCPU's interface in the state of reset. VM not running. */
void vgic_vm_reset(struct vm *vm);

/* The distributor's registers: an mmio_fn; dev is unused (the VM is the vCPU's). */
enum mmio_result vgic_mmio(struct vcpu *vcpu, void *dev, struct mmio *mmio);

/* The level of a shared interrupt's input line (32 to 287). Any CPU, any context in HYP. */
void vgic_set_spi(struct vm *vm, unsigned int intid, bool level);

/* The level of a private interrupt's line (16 to 31). On the vCPU's own CPU. */
void vgic_set_ppi(struct vcpu *vcpu, unsigned int intid, bool level);

/* The physical interrupt of CNTV fired for this loaded vCPU: make PPI 27 pending with the HW bit,
 * its physical active state now belonging to the virtual one. On its CPU. */
void vgic_inject_cntv(struct vcpu *vcpu);

/* An interrupt that the CPU interface would signal is pending (WFI, B1.8.13: whatever CPSR masks).
 * On its CPU, loaded or not. */
bool vgic_pending(struct vcpu *vcpu);

/* Way out: fills list registers if something changed since the last time. Loaded, on its CPU. */
void vgic_flush(struct vcpu *vcpu);

/* The maintenance interrupt of this CPU fired for the loaded vCPU. */
void vgic_maintenance(struct vcpu *vcpu);

/* Takes and gives up the hardware's virtual CPU interface. On its CPU. */
void vgic_load(struct vcpu *vcpu);
void vgic_save(struct vcpu *vcpu);

#endif
