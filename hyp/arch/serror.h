/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asynchronous aborts (ARM DDI 0406C, B1.9.11). HYP runs with CPSR.A set, so one that a guest's
 * store caused may still be pending when HYP turns to another guest, which would then be blamed.
 */
#ifndef HYP_ARCH_SERROR_H
#define HYP_ARCH_SERROR_H

#include <stdbool.h>

#include "hyp/arch/barrier.h"
#include "hyp/arch/sysreg.h"

/* Takes a pending asynchronous abort and forgets it. True when there was one. Only while the
 * guest's banked registers are saved: SP_fiq may be lost. */
bool serror_take(void);

/* Whether one is pending, once all that was asked of memory before has been answered (B4.1.84). */
static inline bool serror_pending(void)
{
    dsb();
    return (READ_CP32(ISR) & ISR_A) != 0;
}

#endif
