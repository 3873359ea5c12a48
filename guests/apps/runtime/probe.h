/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The abort-expecting helper: run a few instructions with chosen registers and PSR, and learn
 * which exception ended them and every register afterwards. Instructions that run to their end
 * meet an SVC, so "no exception" is told as EXC_SVC. One probe at a time on a CPU; the CPU's
 * interrupts stay as p->cpsr says, and an interrupt taken ends the probe too.
 */
#ifndef RUNTIME_PROBE_H
#define RUNTIME_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include "runtime/exception.h"

/* In and out; layout also in vectors.S. */
struct probe {
    uint32_t r[13];      /* in: before; out: after */
    uint32_t sp, lr;     /* of USR and SYS, which share them */
    uint32_t pc;         /* in: first instruction (bit 0 clear) */
    uint32_t cpsr;       /* in: mode, state and flags to run with */
    uint32_t kind;       /* out: enum exc_kind, EXC_SVC when all instructions ran */
    uint32_t exc_lr;     /* out: LR as the exception set it */
    uint32_t spsr;       /* out */
    uint32_t dfsr, dfar; /* out: read at the exception, whatever it was */
    uint32_t ifsr, ifar;
    uint32_t saved_sp; /* the runtime's own */
};

#define PROBE_MAX_WORDS 32u

/* Room for instructions, one buffer for the boot CPU; probe_arm and probe_thumb fill it. */
extern uint32_t probe_code[PROBE_MAX_WORDS + 2];

/* All registers zero, SYS mode, A, I and F masked, ARM state, pc at the buffer. */
void probe_init(struct probe *p);

/* Puts n ARM instructions (at most PROBE_MAX_WORDS) and the final SVC into the buffer. */
void probe_arm(struct probe *p, const uint32_t *insn, unsigned int n);

/* The same for n Thumb halfwords (at most 2 * PROBE_MAX_WORDS); sets the T bit. */
void probe_thumb(struct probe *p, const uint16_t *insn, unsigned int n);

/* Runs p->pc on this CPU, from SVC mode. Returns p->kind. */
unsigned int probe_run(struct probe *p);

/* Runs one ARM instruction with r0..r3 given; result in *p. Returns the exception's kind. */
unsigned int probe_one(struct probe *p, uint32_t insn, uint32_t r0, uint32_t r1, uint32_t r2,
                       uint32_t r3);

/* One 32-bit load or store. Returns EXC_SVC if it went through, else the exception's kind. */
unsigned int try_read32(uintptr_t addr, uint32_t *value);
unsigned int try_write32(uintptr_t addr, uint32_t value);

/* Makes instructions written to [addr, addr + size) visible to fetches of this CPU. */
void code_sync(const void *addr, uint32_t size);

/* The exception code's half: true if a probe took this exception and the frame leads back. */
bool probe_capture(unsigned int kind, struct exc_frame *f);

/* vectors.S */
void probe_enter(struct probe *p);
void probe_exit(void);

#endif
