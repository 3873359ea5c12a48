/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A few bytes out of a UART that a boot loader, or reset, left usable: for the one line that says
 * why Skep cannot start. No line is awaited for ever.
 */
#include "boot/boot.h"
#include "hyp/arch/io.h"

#define PL011_DR                 0x00
#define PL011_FR                 0x18
#define PL011_FR_TXFF            (1u << 5)
#define NS16550_THR              0
#define NS16550_LSR              5
#define NS16550_LSR_THRE         (1u << 5)
#define IMX_UTXD                 0x40
#define IMX_UTS                  0xb4
#define IMX_UTS_TXFULL           (1u << 4)

#define TX_TRIES                 100000

/* The two halves of EARLY_UART=kind,address. */
#define FORCED_pl011             EARLY_UART_PL011
#define FORCED_16550             EARLY_UART_16550
#define FORCED_imx               EARLY_UART_IMX
#define FORCED_KIND_(kind, base) FORCED_##kind
#define FORCED_KIND(...)         FORCED_KIND_(__VA_ARGS__)
#define FORCED_BASE_(kind, base) base
#define FORCED_BASE(...)         FORCED_BASE_(__VA_ARGS__)

static bool tx_full(const struct early_uart *u)
{
    switch (u->kind) {
    case EARLY_UART_PL011:
        return (readl(u->base + PL011_FR) & PL011_FR_TXFF) != 0;
    case EARLY_UART_16550:
        return (readb(u->base + (NS16550_LSR << u->shift)) & NS16550_LSR_THRE) == 0;
    case EARLY_UART_IMX:
        return (readl(u->base + IMX_UTS) & IMX_UTS_TXFULL) != 0;
    default:
        return false;
    }
}

static void early_uart_putc(const struct early_uart *u, char ch)
{
    for (int tries = 0; tx_full(u) && tries < TX_TRIES; tries++)
        continue;
    if (u->kind == EARLY_UART_PL011)
        writel((uint8_t)ch, u->base + PL011_DR);
    else if (u->kind == EARLY_UART_16550)
        writeb((uint8_t)ch, u->base + (NS16550_THR << u->shift));
    else if (u->kind == EARLY_UART_IMX)
        writel((uint8_t)ch, u->base + IMX_UTXD);
}

void early_uart_puts(const struct early_uart *uart, const char *s)
{
    for (; *s; s++) {
        if (*s == '\n')
            early_uart_putc(uart, '\r');
        early_uart_putc(uart, *s);
    }
}

void early_uart_put_hex(const struct early_uart *uart, uint32_t v)
{
    for (int shift = 28; shift >= 0; shift -= 4) {
        uint32_t digit = (v >> shift) & 0xf;

        early_uart_putc(uart, (char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
    }
}

void early_uart_find(const uint8_t *fdt, struct early_uart *uart)
{
    uart->kind = EARLY_UART_NONE;
    uart->base = 0;
    uart->shift = 2;
#ifdef EARLY_UART /* make EARLY_UART=pl011,0x09000000 */
    uart->kind = FORCED_KIND(EARLY_UART);
    uart->base = FORCED_BASE(EARLY_UART);
#endif
    if (boot_fdt_valid(fdt)) {
        struct early_uart found = {.kind = EARLY_UART_NONE};

        if (boot_fdt_uart(fdt, &found)) {
            uart->kind = found.kind;
            uart->base = found.base;
            uart->shift = found.shift;
        }
    }
}
