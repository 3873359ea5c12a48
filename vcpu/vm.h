/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtual machine as the architecture sees it: a stage-2 space with its VMID, a distributor, up
 * to eight vCPUs, the IPAs of emulated devices, and callbacks for what the architecture leaves to
 * the board (power and reset). What a guest is made of beyond that lives in guests/.
 */
#ifndef VCPU_VM_H
#define VCPU_VM_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/arch/spinlock.h"
#include "hyp/arch/types.h"
#include "hyp/core/board.h"
#include "mm/stage2.h"
#include "vcpu/mmio.h"
#include "vcpu/vgic.h"

#define VM_MAX_VCPUS 8
#define VM_MAX_SLOTS 12
#define VM_MAX_BANKS 16 /* eight of RAM, eight ROMs */

struct vcpu;
struct vm;

/* Why a VM, as a whole, is to leave the state it is in. */
enum vm_event {
    VM_EVENT_POWEROFF, /* PSCI SYSTEM_OFF, or every vCPU off */
    VM_EVENT_RESET,    /* PSCI SYSTEM_RESET */
    VM_EVENT_CRASH,    /* the guest did what cannot be answered in the guest */
    VM_EVENT_DESTROY,  /* the operator */
};

struct vm_ops {
    /*
     * Asks for a VM-wide event, from one of its vCPUs (which must then return VERDICT_STOP) or from
     * anywhere else in HYP. Only the first event of a life counts. Never waits.
     */
    void (*request)(struct vm *vm, enum vm_event event);
    /* The last vCPU of a stopping VM has left the hardware. */
    void (*stopped)(struct vm *vm);
};

struct vm_bank {
    uint32_t ipa; /* bytes */
    uint32_t size;
    paddr_t pa;
    bool writable; /* RAM, else a ROM */
};

struct vm {
    const char *name;
    const struct vm_ops *ops;
    struct stage2 s2; /* root, VTTBR */
    unsigned int nr_vcpus;
    struct vcpu *vcpu[VM_MAX_VCPUS];
    unsigned int nr_slots;
    struct mmio_slot slot[VM_MAX_SLOTS]; /* sorted by base, never changed while the VM runs */
    unsigned int nr_banks;
    struct vm_bank bank[VM_MAX_BANKS];
    uint64_t cntvoff; /* CNTVCT = CNTPCT - cntvoff, the same on all vCPUs; set at each start */
    bool trap_wfi;
    bool stopping;          /* atomic: set by the owner, seen by every vCPU on its way out */
    struct spinlock lock;   /* power state of the vCPUs: CPU_ON races, last one off */
    unsigned int nr_inside; /* vCPUs that have not yet left since the start; under lock */
    struct vcpu *last_on[BOARD_MAX_CPUS]; /* which vCPU of this VM ran last there */
    struct vgic_dist vgic;
};

/* Adds an emulated device at an IPA range that nothing else covers. Boot. -ENOSPC, -EEXIST. */
int vm_add_slot(struct vm *vm, uint32_t base, uint32_t size, const char *name, mmio_fn fn,
                void *dev);

/* The slot that covers all of [ipa, ipa + size), or NULL. size is 1 to 8. Any CPU. */
const struct mmio_slot *vm_find_slot(const struct vm *vm, uint64_t ipa, unsigned int size);

/* The bank that covers all of [ipa, ipa + size), or NULL. Any CPU. */
const struct vm_bank *vm_find_bank(const struct vm *vm, uint64_t ipa, uint64_t size);

#endif
