/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PL011 that the device tree names, else the one at 0x09000000, as stdin, stdout and stderr of
 * newlib, and three plain functions that need nothing else. Works with a UART that nobody has set
 * up. Manual: ARM DDI 0183.
 */
#ifndef RUNTIME_CONSOLE_H
#define RUNTIME_CONSOLE_H

#include <stdint.h>

#define UART_BASE 0x09000000u
#define UART_DR   (UART_BASE + 0x000u)
#define UART_FR   (UART_BASE + 0x018u)

/* Sets stdio to line buffering. Called by the runtime before main. */
void console_init(void);

/* One byte out; waits while the FIFO is full. */
void console_putc(char c);

/* A string, LF sent as CR LF. Any mode, any CPU. */
void console_puts(const char *s);

/* Eight hexadecimal digits. */
void console_hex(uint32_t v);

/* A byte that was typed, or -1 when there is none. Does not wait. */
int console_getc(void);

#endif
