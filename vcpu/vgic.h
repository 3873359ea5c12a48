/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual GICv2 (ARM IHI 0048B): an emulated distributor with 288 interrupts over the
 * hardware's virtual CPU interface. Devices raise and lower lines here; vCPUs take what the list
 * registers offer. vcpu/vgic_lr.c alone touches GICH.
 *
 * A guest is given the first page of GICV at its GICC, which holds all that is hot. The second page
 * holds only GICC_DIR and is emulated (vgic_dir_mmio): with EOImode = 1 a guest may deactivate in
 * any order, and GICH does not say which interrupt it meant when that one had to leave its list
 * register.
 *
 * Lock order: vm.vgic.lock is taken alone; irqchip->set_active and vtimer_cntv_level are called
 * under it, vcpu_kick after it.
 */
#ifndef VCPU_VGIC_H
#define VCPU_VGIC_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/arch/spinlock.h"
#include "vcpu/mmio.h"

#define VGIC_NR_IRQS    288
#define VGIC_NR_PRIVATE 32
#define VGIC_NR_SPIS    (VGIC_NR_IRQS - VGIC_NR_PRIVATE)
#define VGIC_WORDS      (VGIC_NR_IRQS / 32) /* word 0 is private to each vCPU */
#define VGIC_MAX_LRS    16                  /* list registers that are used, of 64 possible */

#define VGIC_PPI_CNTV   27
#define VGIC_PPI_CNTP   30

struct vm;
struct vcpu;

/*
 * 32 interrupts, a bit each. Pending is `latch`, or for level-sensitive ones also `level`, or a
 * pending list register. The latch of a level-sensitive interrupt (ISPENDR) stays set beside its
 * list register until the guest acknowledges; that of an edge moves into the list register.
 */
struct vgic_bank {
    uint32_t enabled;
    uint32_t group;
    uint32_t level;   /* the input line */
    uint32_t latch;   /* pending by edge, ISPENDR or SGI */
    uint32_t active;  /* active and in no list register */
    uint32_t edge;    /* ICFGR */
    uint32_t in_lr;   /* in a list register: of this vCPU, or of owner[] */
    uint32_t evicted; /* of `active`: left its list register, EOI is still to come */
    uint32_t drop;    /* ICPENDR for a pending list register, not yet carried out */
    uint32_t deact;   /* ICACTIVER or DIR for an active list register, not yet carried out */
};

struct vgic_dist {
    struct spinlock lock;
    uint32_t ctlr; /* EnableGrp0, EnableGrp1 */
    uint32_t kick; /* vCPUs to tell once the lock is free */
    struct vgic_bank spi[VGIC_WORDS - 1];
    uint8_t priority[VGIC_NR_SPIS]; /* five bits, at the top */
    uint8_t target[VGIC_NR_SPIS];   /* GICD_ITARGETSR */
    uint8_t owner[VGIC_NR_SPIS];    /* vCPU of in_lr or evicted ones */
};

struct vgic_cpu {
    uint32_t pending_work;           /* what vgic_flush tests; changed under the lock */
    uint32_t candidates[VGIC_WORDS]; /* pending, deliverable here, in no list register */
    uint32_t candidate_words;        /* which of these are not 0 */
    uint32_t mine[VGIC_WORDS - 1];   /* SPIs that are delivered here */
    struct vgic_bank bank;
    uint8_t priority[VGIC_NR_PRIVATE];
    uint8_t sgi_source[16];    /* bit n: pending from vCPU n, in no list register */
    uint32_t lr[VGIC_MAX_LRS]; /* as last written to, or read from GICH */
    uint32_t used;             /* list registers that are not known to be free */
    uint32_t hcr;
    uint32_t vmcr; /* of a vCPU that is not loaded, as apr */
    uint32_t apr;
    uint32_t nr_evicted;
    uint32_t sync_wanted; /* vCPUs that wait for our list registers to be read */
    struct {
        bool waiting;
        uint32_t pc, offset; /* the access that will be tried again */
        uint32_t asked;      /* vCPUs asked for it */
    } retry;
    bool loaded;      /* the hardware's interface is ours */
    bool cntv_active; /* the physical interrupt of CNTV is active for us */
};

/*
 * Puts the distributor and every vCPU's interface in the state of reset. No vCPU of the VM is
 * loaded: vgic_save gave back the physical active state. Any CPU.
 */
void vgic_vm_reset(struct vm *vm);

/* The distributor's registers (4 KiB): an mmio_fn; dev is unused (the VM is the vCPU's). */
enum mmio_result vgic_mmio(struct vcpu *vcpu, void *dev, struct mmio *mmio);

/* The second page of the CPU interface (4 KiB), which is GICC_DIR: an mmio_fn; dev is unused. */
enum mmio_result vgic_dir_mmio(struct vcpu *vcpu, void *dev, struct mmio *mmio);

/* The level of a shared interrupt's input line (32 to 287). Any CPU, any context in HYP. */
void vgic_set_spi(struct vm *vm, unsigned int intid, bool level);

/* The level of a private interrupt's line (16 to 31, not CNTV's). On the vCPU's own CPU. */
void vgic_set_ppi(struct vcpu *vcpu, unsigned int intid, bool level);

/* The physical interrupt of CNTV fired for this loaded vCPU and was left active: PPI 27 becomes
 * pending with the HW bit, and the physical active state is the vGIC's to end. On its CPU. */
void vgic_inject_cntv(struct vcpu *vcpu);

/*
 * Takes CNTV's physical interrupt by hand if its line is high and nothing virtual stands for it:
 * makes it active and injects it. True while a virtual one is outstanding. Loaded, on its CPU.
 *
 * When a guest's EOI deactivates an interrupt whose line is still, or again, high, the distributor
 * must signal it anew (IHI 0048B, 3.2.4). QEMU 7.2 does so only at the next change of anything in
 * its GIC, which on a quiet board may never come. So vtimer.c looks again some time after each.
 */
bool vgic_cntv_look(struct vcpu *vcpu);

/* An interrupt that the CPU interface would signal is pending (WFI, B1.8.13: whatever CPSR masks).
 * On its CPU, loaded or not. */
bool vgic_pending(struct vcpu *vcpu);

/* Way out: fills list registers if something changed since the last time. Loaded, on its CPU. */
void vgic_flush(struct vcpu *vcpu);

/* The maintenance interrupt of this CPU fired for the loaded vCPU. Its cause is gone on return. */
void vgic_maintenance(struct vcpu *vcpu);

/* Takes and gives up the hardware's virtual CPU interface. On its CPU. A vCPU that will not run for
 * long (off, paused) must be saved, or others may wait for the state of its list registers. */
void vgic_load(struct vcpu *vcpu);
void vgic_save(struct vcpu *vcpu);

#endif
