/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls to the board's firmware by the SMC Calling Convention (Arm DEN0028): function in r0,
 * arguments in r1 to r3, result in r0; r1 to r3 may change.
 */
#ifndef HYP_ARCH_SMCCC_H
#define HYP_ARCH_SMCCC_H

#include <stdint.h>

#define SMCCC_CALL(insn, fn, a1, a2, a3)                                        \
    ({                                                                          \
        register uint32_t r0_ __asm__("r0") = (fn);                             \
        register uint32_t r1_ __asm__("r1") = (a1);                             \
        register uint32_t r2_ __asm__("r2") = (a2);                             \
        register uint32_t r3_ __asm__("r3") = (a3);                             \
        __asm__ volatile(".arch_extension sec\n\t.arch_extension virt\n\t" insn \
                         : "+r"(r0_), "+r"(r1_), "+r"(r2_), "+r"(r3_)           \
                         :                                                      \
                         : "r12", "memory");                                    \
        (int32_t) r0_;                                                          \
    })

/* Only where the board's tree says that there is firmware to answer. */
static inline int32_t smccc_smc(uint32_t fn, uint32_t a1, uint32_t a2, uint32_t a3)
{
    return SMCCC_CALL("smc #0", fn, a1, a2, a3);
}

#endif
