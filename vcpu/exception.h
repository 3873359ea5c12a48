/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What taking an Undefined Instruction, Prefetch Abort or Data Abort exception does to a CPU in
 * Non-secure PL1 or PL0, as the pseudocode of ARM DDI 0406C, B1.9.2 to B1.9.8 has it, computed
 * from plain values. Pure: vcpu/inject.c reads them from the hardware and writes the result back.
 */
#ifndef VCPU_EXCEPTION_H
#define VCPU_EXCEPTION_H

#include <stdbool.h>
#include <stdint.h>

enum exception_kind {
    EXCEPTION_UNDEF,
    EXCEPTION_PABT,
    EXCEPTION_DABT,
};

/* Why an abort happens. */
enum exception_fault {
    FAULT_EXTERNAL,         /* synchronous, on the access itself */
    FAULT_EXTERNAL_WALK_L1, /* synchronous, on a lookup of the stage-1 walk at this level */
    FAULT_EXTERNAL_WALK_L2,
    FAULT_EXTERNAL_WALK_L3, /* long format only */
    FAULT_ALIGNMENT,        /* data aborts only */
};

/* A stage-1 translation table walk that met a stage-2 fault. */
struct exception_walk {
    uint32_t va;  /* whose translation it was */
    uint64_t ipa; /* of the page that the descriptor lies in; bits 11:0 do not matter */
    uint32_t ttbcr;
    uint64_t ttbr0, ttbr1;
};

struct exception_in {
    uint32_t cpsr;
    uint32_t pc; /* address of the instruction that takes the exception */
    uint32_t sctlr;
    uint32_t vbar;
};

struct exception_out {
    uint32_t cpsr;
    uint32_t pc;   /* the vector; bit 0 clear, CPSR.T says in which state */
    uint32_t spsr; /* of the mode in `cpsr` */
    uint32_t lr;   /* of the mode in `cpsr` */
};

/* The state after taking an exception of this kind. */
struct exception_out exception_take(enum exception_kind kind, const struct exception_in *in);

/*
 * The level of the lookup that faulted, which the syndrome does not say: its level is stage 2's.
 * From where the first table lies (B3.5.5, B3.6.6). A walk of three levels whose first lookup did
 * not fault is taken to have stopped at the second: only memory, which may have changed, could
 * tell.
 */
enum exception_fault exception_walk_fault(const struct exception_walk *walk);

/* The value of IFSR for a fault, in the format that TTBCR.EAE chooses (B3.13.4, B4.1.96). */
uint32_t exception_ifsr(enum exception_fault fault, uint32_t ttbcr);

/* The value of DFSR (B4.1.52). `write` also for cache maintenance, `cm` for that alone. */
uint32_t exception_dfsr(enum exception_fault fault, uint32_t ttbcr, bool write, bool cm);

#endif
