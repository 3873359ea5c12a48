/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One virtual CPU: its general registers, which every exit saves, and the rest, which moves only
 * when another vCPU takes the hardware (vcpu/switch.c). While a vCPU is loaded on its CPU, the
 * hardware and not this structure holds its banked registers and CP15 state; handlers always run
 * with their vCPU loaded.
 */
#ifndef VCPU_VCPU_H
#define VCPU_VCPU_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/core/sched.h"
#include "hyp/core/timer.h"
#include "vcpu/vgic.h"
#include "vcpu/vm.h"

/* Saved by vcpu/entry.S on each exit. r13 and, outside User and System mode, r14 are banked. */
struct vcpu_frame {
    uint32_t r[13];
    uint32_t lr_usr;
    uint32_t pc;   /* ELR_hyp */
    uint32_t cpsr; /* SPSR_hyp */
};

struct vcpu_banked {
    uint32_t sp_usr;
    uint32_t sp_svc, lr_svc, spsr_svc;
    uint32_t sp_abt, lr_abt, spsr_abt;
    uint32_t sp_und, lr_und, spsr_und;
    uint32_t sp_irq, lr_irq, spsr_irq;
    uint32_t r8_fiq, r9_fiq, r10_fiq, r11_fiq, r12_fiq, sp_fiq, lr_fiq, spsr_fiq;
};

struct vcpu_cp15 {
    uint64_t ttbr0, ttbr1, par;
    uint32_t sctlr, cpacr, ttbcr, dacr;
    uint32_t dfsr, ifsr, adfsr, aifsr, dfar, ifar;
    uint32_t prrr, nmrr, amair0, amair1;
    uint32_t vbar, fcseidr, contextidr, tpidrurw, tpidruro, tpidrprw;
    uint32_t csselr, cntkctl, teecr, teehbr;
};

struct vcpu_vfp {
    uint64_t d[32];
    uint32_t fpexc, fpscr, fpinst, fpinst2;
};

struct vcpu_vtimer {
    uint64_t cntv_cval;
    uint32_t cntv_ctl;
    struct timer cntv_wake;  /* CNTV of a vCPU that is not loaded */
    struct timer cntv_watch; /* CNTV of one that is: see vgic_cntv_look() */
    uint64_t cntp_cval;      /* CNTP is emulated throughout; in the guest's own counter's ticks */
    uint32_t cntp_ctl;       /* ENABLE and IMASK; ISTATUS is computed */
    struct timer cntp_timer;
};

/* PSCI's view of a vCPU (DEN0022, 5.7). Under vm.lock. */
enum vcpu_power {
    VCPU_OFF,
    VCPU_ON_PENDING,
    VCPU_ON,
};

/* Causes that exits are counted by. */
enum vcpu_exit {
    EXIT_UNKNOWN,
    EXIT_WFX,
    EXIT_CP15,
    EXIT_CP14,
    EXIT_VFP,
    EXIT_HVC,
    EXIT_SMC,
    EXIT_PABT,
    EXIT_DABT,
    EXIT_IRQ,
    EXIT_SERROR,
    EXIT_NR,
};

struct vcpu {
    struct vcpu_frame frame; /* first: vcpu/entry.S */
    uint32_t hyp_sp;         /* HYP stack to return on while the guest runs; vcpu/entry.S */
    struct vm *vm;
    unsigned int id; /* index in vm->vcpu and Aff0 */
    struct entity entity;
    enum vcpu_power power;
    struct {
        uint32_t entry;   /* IPA of the first instruction, bit 0 = Thumb */
        uint32_t context; /* r0 */
        uint32_t r1, r2;  /* set by the VM's start, 0 for CPU_ON */
    } on;                 /* of the CPU_ON that is pending */
    uint32_t actlr;       /* what the guest reads back */
    uint64_t exits[EXIT_NR];
    struct vcpu_banked banked;
    struct vcpu_cp15 cp15;
    struct vcpu_vtimer vtimer;
    struct vgic_cpu vgic;
    struct vcpu_vfp vfp;
    bool inside;    /* has not left its VM since the start; under vm->lock */
    bool cp_logged; /* an unknown coprocessor register was logged already in this life */
};

/* Prepares a vCPU of `vm` on `cpu`, off; `entity.name` and the VM's fields must be set. Boot. */
void vcpu_init(struct vcpu *vcpu, struct vm *vm, unsigned int id, struct pcpu *cpu,
               uint8_t priority, uint32_t slice_us);

/*
 * The state of reset for all vCPUs of a VM and its distributor, vCPU 0 to start at `entry` (bit 0:
 * Thumb) with r0 to r2 given, the others off. No vCPU of the VM is inside. On any CPU.
 */
void vcpu_start_vm(struct vm *vm, uint32_t entry, uint32_t r0, uint32_t r1, uint32_t r2);

/* Makes every vCPU of a VM leave: the last one calls ops->stopped. Never waits. Any CPU. */
void vcpu_stop_vm(struct vm *vm);

/* The vCPU's view of r0..r15 in its current mode (n 0 to 15; r15 reads as the PC of the trapped
 * instruction). Loaded vCPU, on its CPU. */
uint32_t vcpu_reg(const struct vcpu *vcpu, unsigned int n);
void vcpu_set_reg(struct vcpu *vcpu, unsigned int n, uint32_t value);

/* Steps over the trapped instruction of `len` bytes (2 or 4) and advances ITSTATE (A2.5.2). */
void vcpu_skip(struct vcpu *vcpu, unsigned int len);

/* Something of this vCPU changed that it should look at: wakes it, and makes it leave the guest if
 * it runs on another CPU. Any CPU. */
void vcpu_kick(struct vcpu *vcpu);

#endif
