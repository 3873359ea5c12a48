/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walks back over HYP's own call frames by the tables of the Exception Handling ABI for Arm
 * (IHI 0038, sections 5 to 9), for the panic backtrace. Reads memory only inside the stack bounds
 * it is given, so a broken stack ends the walk and no more.
 */
#ifndef HYP_ARCH_UNWIND_H
#define HYP_ARCH_UNWIND_H

#include <stdbool.h>
#include <stdint.h>

/* General registers as one exception, or arch_capture(), left them. */
struct arch_regs {
    uint32_t r[13];
    uint32_t sp;
    uint32_t lr;
    uint32_t pc;
    uint32_t psr;
};

/* Stores the caller's registers; pc is the return address. */
void arch_capture(struct arch_regs *regs);

/*
 * Steps from a frame to its caller's, using stack words in [low, high) only. False at the end. pc
 * then lies inside the calling instruction and not behind it: what is behind a call that never
 * returns may be another function.
 */
bool unwind_step(struct arch_regs *regs, uint32_t low, uint32_t high);

#endif
