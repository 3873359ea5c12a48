/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The processor as inline functions: CP15 access by encoding, barriers, interrupt masks, device
 * access, and who am I. For guest programs; nothing of the hypervisor is used.
 * Manual: ARM DDI 0406C.
 */
#ifndef RUNTIME_CPU_H
#define RUNTIME_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_CPUS   8
#define STACK_SIZE 0x4000u /* bytes a CPU, all modes together; also in start.S */

/* Modes and masks of the PSR (B1.3.3). */
#define PSR_USR    0x10u
#define PSR_FIQ    0x11u
#define PSR_IRQ    0x12u
#define PSR_SVC    0x13u
#define PSR_MON    0x16u
#define PSR_ABT    0x17u
#define PSR_HYP    0x1au
#define PSR_UND    0x1bu
#define PSR_SYS    0x1fu
#define PSR_M      0x1fu
#define PSR_T      (1u << 5)
#define PSR_F      (1u << 6)
#define PSR_I      (1u << 7)
#define PSR_A      (1u << 8)
#define PSR_E      (1u << 9)
#define PSR_N      (1u << 31)
#define PSR_Z      (1u << 30)
#define PSR_C      (1u << 29)
#define PSR_V      (1u << 28)

/* SCTLR (B4.1.130). */
#define SCTLR_M    (1u << 0)
#define SCTLR_A    (1u << 1)
#define SCTLR_C    (1u << 2)
#define SCTLR_Z    (1u << 11)
#define SCTLR_I    (1u << 12)
#define SCTLR_V    (1u << 13)
#define SCTLR_EE   (1u << 25)
#define SCTLR_TE   (1u << 30)

/* Any 32-bit coprocessor register; the operands are literal numbers: cp_read(15, 0, 1, 0, 0). */
#define cp_read(cp, opc1, crn, crm, opc2)                                            \
    ({                                                                               \
        uint32_t cp_value_;                                                          \
        __asm__ volatile("mrc p" #cp ", " #opc1 ", %0, c" #crn ", c" #crm ", " #opc2 \
                         : "=r"(cp_value_)                                           \
                         :                                                           \
                         : "memory");                                                \
        cp_value_;                                                                   \
    })
#define cp_write(cp, opc1, crn, crm, opc2, value)                                \
    __asm__ volatile("mcr p" #cp ", " #opc1 ", %0, c" #crn ", c" #crm ", " #opc2 \
                     :                                                           \
                     : "r"((uint32_t)(value))                                    \
                     : "memory")
/* Any 64-bit coprocessor register. */
#define cp_read64(cp, opc1, crm)                                      \
    ({                                                                \
        uint64_t cp_value_;                                           \
        __asm__ volatile("mrrc p" #cp ", " #opc1 ", %Q0, %R0, c" #crm \
                         : "=r"(cp_value_)                            \
                         :                                            \
                         : "memory");                                 \
        cp_value_;                                                    \
    })
#define cp_write64(cp, opc1, crm, value)                          \
    __asm__ volatile("mcrr p" #cp ", " #opc1 ", %Q0, %R0, c" #crm \
                     :                                            \
                     : "r"((uint64_t)(value))                     \
                     : "memory")

static inline void dsb(void)
{
    __asm__ volatile("dsb sy" ::: "memory");
}

static inline void isb(void)
{
    __asm__ volatile("isb sy" ::: "memory");
}

static inline void wfi(void)
{
    __asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

static inline void wfe(void)
{
    __asm__ volatile("wfe" ::: "memory");
}

static inline void sev(void)
{
    __asm__ volatile("dsb sy\n\tsev" ::: "memory");
}

static inline void irq_on(void)
{
    __asm__ volatile("cpsie i" ::: "memory");
}

static inline void irq_off(void)
{
    __asm__ volatile("cpsid i" ::: "memory");
}

/* Index of this CPU: MPIDR.Aff0, 0 to MAX_CPUS - 1. */
static inline unsigned int cpu_index(void)
{
    return cp_read(15, 0, 0, 0, 5) & (MAX_CPUS - 1u);
}

/* ISR.I: an IRQ is pending at this CPU, masked or not (B4.1.75). */
static inline bool cpu_irq_pending(void)
{
    return ((cp_read(15, 0, 12, 1, 0) >> 7) & 1u) != 0;
}

static inline uint32_t mmio_read32(uintptr_t addr)
{
    uint32_t v;
    __asm__ volatile("ldr %0, [%1]" : "=r"(v) : "r"(addr) : "memory");
    return v;
}

static inline void mmio_write32(uintptr_t addr, uint32_t v)
{
    __asm__ volatile("str %0, [%1]" : : "r"(v), "r"(addr) : "memory");
}

static inline uint8_t mmio_read8(uintptr_t addr)
{
    uint32_t v;
    __asm__ volatile("ldrb %0, [%1]" : "=r"(v) : "r"(addr) : "memory");
    return (uint8_t)v;
}

static inline void mmio_write8(uintptr_t addr, uint8_t v)
{
    __asm__ volatile("strb %0, [%1]" : : "r"((uint32_t)v), "r"(addr) : "memory");
}

#endif
