/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The board's own UART, when it is a PrimeCell PL011 (compatible "arm,pl011").
 */
#ifndef DRIVERS_PL011_H
#define DRIVERS_PL011_H

#include <stdint.h>

/*
 * Takes the PL011 whose registers HYP has mapped at `base` and publishes it as uart_console. intid
 * is its GIC interrupt, 0 if it has none that HYP may take. clock_hz is its reference clock, 0 if
 * the board does not tell: the rate that firmware left is then kept. Boot, once, on one CPU.
 * Returns 0, or -EINVAL for a base of 0.
 */
int pl011_init(uintptr_t base, unsigned int intid, uint32_t clock_hz);

#endif
