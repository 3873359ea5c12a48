/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the guest that looks for what others left in the registers of its CPU. */
#ifndef LEAK_LEAK_H
#define LEAK_LEAK_H

#include <stdint.h>

/* One word each; the order in which regs.S loads and stores them. */
enum banked_word {
    BANKED_FIQ = 0,       /* R8 to R14 */
    BANKED_SPSR_FIQ = 7,  /* then SP, LR, SPSR of IRQ, ABT and UND */
    BANKED_SP_USR = 17,   /* SP, LR */
    BANKED_SPSR_SVC = 19, /* then SP, LR */
    BANKED_R4 = 22,       /* to R12 */
    BANKED_WORDS = 31,
};

/*
 * Loads every banked register and R4 to R12 from `in`, gives the CPU away by SKEP_YIELD and stores
 * them to `out`. SVC mode, A, I and F masked: no exception finds a stack meanwhile.
 */
void banked_yield(const uint32_t in[BANKED_WORDS], uint32_t out[BANKED_WORDS]);

/* All of VFP and Advanced SIMD, as in vfp/regs.S. */
void vfp_on(void);
void vfp_load(const uint64_t d[32], uint32_t fpscr);
uint32_t vfp_store(uint64_t d[32]);

/* Holds a pattern of this instance in every register, `rounds` times, and says what changed. */
void hold(uint32_t rounds);

#endif
