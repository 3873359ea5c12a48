/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access to device registers, one instruction each, never merged or split. Not ordered against
 * Normal memory: a caller that needs that says so with hyp/arch/barrier.h (A3.8.3).
 */
#ifndef HYP_ARCH_IO_H
#define HYP_ARCH_IO_H

#include <stdint.h>

static inline uint32_t readl(uintptr_t addr)
{
    return *(const volatile uint32_t *)addr;
}

static inline void writel(uint32_t value, uintptr_t addr)
{
    *(volatile uint32_t *)addr = value;
}

static inline uint16_t readw(uintptr_t addr)
{
    return *(const volatile uint16_t *)addr;
}

static inline void writew(uint16_t value, uintptr_t addr)
{
    *(volatile uint16_t *)addr = value;
}

static inline uint8_t readb(uintptr_t addr)
{
    return *(const volatile uint8_t *)addr;
}

static inline void writeb(uint8_t value, uintptr_t addr)
{
    *(volatile uint8_t *)addr = value;
}

#endif
