/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Barriers and hints (ARM DDI 0406C, A3.8.3). Built for the host they order the compiler only.
 */
#ifndef HYP_ARCH_BARRIER_H
#define HYP_ARCH_BARRIER_H

#ifndef SKEP_HOST
#define ARCH_ASM(insn) __asm__ volatile(insn : : : "memory")
#else
#define ARCH_ASM(insn) __asm__ volatile("" : : : "memory")
#endif

static inline void dsb(void)
{
    ARCH_ASM("dsb sy");
}

/* Within the inner-shareable domain: enough between our cores, not towards devices. */
static inline void dsb_ish(void)
{
    ARCH_ASM("dsb ish");
}

static inline void dmb_ish(void)
{
    ARCH_ASM("dmb ish");
}

static inline void isb(void)
{
    ARCH_ASM("isb");
}

static inline void sev(void)
{
    ARCH_ASM("dsb ishst\n\tsev");
}

static inline void wfe(void)
{
    ARCH_ASM("wfe");
}

static inline void wfi(void)
{
    ARCH_ASM("dsb sy\n\twfi");
}

/* In a bounded wait for another CPU. */
static inline void cpu_relax(void)
{
    ARCH_ASM("yield");
}

#endif
