/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files of boot/ only. All of this runs with the MMU and caches off, from wherever the
 * image was loaded: no pointer that the linker filled in may be followed, no access may be
 * unaligned.
 */
#ifndef BOOT_BOOT_H
#define BOOT_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/arch/boot_info.h"

/* From head.S. */
void boot_prepare(const uint8_t *fdt, uint32_t load, uint32_t mode);
void boot_secure_board(const uint8_t *fdt);
_Noreturn void boot_wrong_mode(const uint8_t *fdt, uint32_t mode);
_Noreturn void boot_early_fault(uint32_t pc, uint32_t hsr, uint32_t address);

/* What the tree says in a few facts; false when the tree does not say it. */
bool boot_fdt_valid(const uint8_t *fdt);
bool boot_fdt_uart(const uint8_t *fdt, struct early_uart *uart);
bool boot_fdt_gic(const uint8_t *fdt, uint32_t *gicd, uint32_t *gicc);

/* One line to the UART that `fdt`, or EARLY_UART= at build time, names; nothing with neither. */
void early_uart_puts(const struct early_uart *uart, const char *s);
void early_uart_put_hex(const struct early_uart *uart, uint32_t v);
void early_uart_find(const uint8_t *fdt, struct early_uart *uart);

#endif
