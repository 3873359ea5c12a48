/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine that every guest sees, as numbers: the addresses and interrupts of QEMU's `virt`
 * board. Only what a guest may rely on stands here.
 */
#ifndef GUESTS_MACHINE_H
#define GUESTS_MACHINE_H

#include <stdint.h>

#define MACHINE_GICD_BASE        UINT32_C(0x08000000)
#define MACHINE_GICD_SIZE        UINT32_C(0x00010000)
#define MACHINE_GICC_BASE        UINT32_C(0x08010000)
#define MACHINE_GICC_SIZE        UINT32_C(0x00010000)

#define MACHINE_UART_BASE        UINT32_C(0x09000000)
#define MACHINE_UART_SIZE        UINT32_C(0x00001000)
#define MACHINE_RTC_BASE         UINT32_C(0x09010000)
#define MACHINE_RTC_SIZE         UINT32_C(0x00001000)

#define MACHINE_VIRTIO_BASE      UINT32_C(0x0a000000)
#define MACHINE_VIRTIO_SIZE      UINT32_C(0x00000200)
#define MACHINE_VIRTIO_SLOTS     32

#define MACHINE_RAM_BASE         UINT32_C(0x40000000)

/* Shared peripheral interrupts, counted from INTID 32. */
#define MACHINE_UART_SPI         1
#define MACHINE_RTC_SPI          2
#define MACHINE_VIRTIO_SPI       16

/* Private peripheral interrupts of the timers, counted from INTID 16. */
#define MACHINE_TIMER_SECURE_PPI 13
#define MACHINE_TIMER_CNTP_PPI   14
#define MACHINE_TIMER_CNTV_PPI   11
#define MACHINE_TIMER_CNTHP_PPI  10

#define MACHINE_UART_CLOCK_HZ    UINT32_C(24000000)

#endif
