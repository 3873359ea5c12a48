/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of a real PrimeCell PL011 (ARM DDI 0183G, chapter 3), under the class interface
 * hyp/core/uart.h. It never waits; who calls it holds the console's lock or is the panic.
 */
#include <errno.h>
#include <stddef.h>

#include "drivers/pl011.h"
#include "hyp/arch/io.h"
#include "hyp/core/uart.h"
#include "hyp/lib/util.h"

/* Registers (3.2). */
#define UARTDR           0x000
#define UARTFR           0x018
#define UARTIBRD         0x024
#define UARTFBRD         0x028
#define UARTLCR_H        0x02c
#define UARTCR           0x030
#define UARTIFLS         0x034
#define UARTIMSC         0x038
#define UARTICR          0x044
#define UARTDMACR        0x048

#define UARTFR_BUSY      BIT(3)
#define UARTFR_RXFE      BIT(4)
#define UARTFR_TXFF      BIT(5)

#define UARTLCR_H_FEN    BIT(4)
#define UARTLCR_H_WLEN_8 (UINT32_C(3) << 5)

#define UARTCR_UARTEN    BIT(0)
#define UARTCR_TXE       BIT(8)
#define UARTCR_RXE       BIT(9)

#define UARTIFLS_TX_1_8  UINT32_C(0)
#define UARTIFLS_RX_1_8  (UINT32_C(0) << 3)

#define UARTINT_RX       BIT(4)
#define UARTINT_TX       BIT(5)
#define UARTINT_RT       BIT(6)
#define UARTINT_ALL      UINT32_C(0x7ff)

#define BAUD_RATE        115200u

static bool pl011_tx_ready(const struct uart *uart)
{
    return (readl(uart->base + UARTFR) & UARTFR_TXFF) == 0;
}

static void pl011_tx(const struct uart *uart, uint8_t byte)
{
    writel(byte, uart->base + UARTDR);
}

/* A byte with a framing, parity or break error is handed on as it came; an overrun cannot be
 * mended here, and the byte that reports it is good (3.3.1). */
static int pl011_rx(const struct uart *uart)
{
    if (readl(uart->base + UARTFR) & UARTFR_RXFE)
        return -1;
    return (int)(readl(uart->base + UARTDR) & 0xff);
}

static void pl011_irq_enable(const struct uart *uart, bool rx, bool tx)
{
    uint32_t imsc = 0;

    if (rx)
        imsc |= UARTINT_RX | UARTINT_RT;
    if (tx)
        imsc |= UARTINT_TX;
    writel(imsc, uart->base + UARTIMSC);
}

/*
 * Receive and timeout interrupts fall when the FIFO is read (3.3.15 and 2.8), and clearing them
 * with data still there would lose the wake-up; so only the others are cleared here.
 */
static void pl011_irq_ack(const struct uart *uart)
{
    writel(UARTINT_ALL & ~(UARTINT_RX | UARTINT_RT), uart->base + UARTICR);
}

static bool pl011_drained(const struct uart *uart)
{
    return (readl(uart->base + UARTFR) & UARTFR_BUSY) == 0;
}

static struct uart pl011 = {
    .name = "pl011",
    .tx_ready = pl011_tx_ready,
    .tx = pl011_tx,
    .rx = pl011_rx,
    .irq_enable = pl011_irq_enable,
    .irq_ack = pl011_irq_ack,
    .drained = pl011_drained,
};

/* The divisor is in 64ths, rounded to the nearest: clock / (16 * baud) (3.3.6). */
static void set_rate(uintptr_t base, uint32_t clock_hz)
{
    uint32_t divisor = (uint32_t)((UINT64_C(8) * clock_hz / BAUD_RATE + 1) / 2);

    writel(divisor >> 6, base + UARTIBRD);
    writel(divisor & 0x3f, base + UARTFBRD);
}

int pl011_init(uintptr_t base, unsigned int intid, uint32_t clock_hz)
{
    bool enabled;

    if (base == 0)
        return -EINVAL;
    enabled = (readl(base + UARTCR) & UARTCR_UARTEN) != 0;

    writel(0, base + UARTIMSC);
    writel(0, base + UARTDMACR);
    /* Firmware that used the UART knew its rate; what it still sends must leave first (3.3.8). */
    if (enabled) {
        for (unsigned int i = 0; i < 1000000 && (readl(base + UARTFR) & UARTFR_BUSY); i++)
            ;
        writel(0, base + UARTCR);
    } else if (clock_hz / 16 >= BAUD_RATE) {
        set_rate(base, clock_hz);
    }
    /* The write of UARTLCR_H also latches the divisor (3.3.7). */
    writel(UARTLCR_H_WLEN_8 | UARTLCR_H_FEN, base + UARTLCR_H);
    writel(UARTIFLS_TX_1_8 | UARTIFLS_RX_1_8, base + UARTIFLS);
    writel(UARTINT_ALL, base + UARTICR);
    writel(UARTCR_UARTEN | UARTCR_TXE | UARTCR_RXE, base + UARTCR);

    pl011.base = base;
    pl011.intid = intid;
    uart_console = &pl011;
    return 0;
}
