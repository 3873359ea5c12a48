/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The class interface of a UART: what a driver offers to the console. A driver fills one of these
 * and registers it at boot. All calls are non-blocking; the console's lock serialises them.
 */
#ifndef HYP_CORE_UART_H
#define HYP_CORE_UART_H

#include <stdbool.h>
#include <stdint.h>

struct uart {
    const char *name;
    uintptr_t base;     /* HYP mapping of its registers */
    unsigned int intid; /* 0: has no interrupt, the console polls */

    bool (*tx_ready)(const struct uart *uart);         /* room for one more byte */
    void (*tx)(const struct uart *uart, uint8_t byte); /* only after tx_ready said true */
    int (*rx)(const struct uart *uart);                /* the next byte, or -1 */
    void (*irq_enable)(const struct uart *uart, bool rx, bool tx); /* which events interrupt */
    void (*irq_ack)(const struct uart *uart);                      /* clears what is latched */
    bool (*drained)(const struct uart *uart); /* the last bit has left the wire */
};

/* The board's console UART; NULL before it is found. */
extern const struct uart *uart_console;

#endif
