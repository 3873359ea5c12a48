/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of the GICv2 conformance guest. Each test starts from reset_gic() and leaves nothing
 * pending or active. All polling: IRQ stays masked at the CPU but where a test says otherwise.
 */
#ifndef VGIC_VGIC_H
#define VGIC_VGIC_H

#include <stdint.h>

/* SPIs that no device of the machine drives: 208 to 255. */
#define SPI_FIRST  208u
#define SPI_COUNT  48u
#define UART_INTID 33u

#define SPURIOUS   1023u

/* Everything disabled, nothing pending or active, priorities 0xa0, edge SPIs, CTLRs = 1. */
void reset_gic(void);

/* SPI `intid` enabled, edge, at `priority`, for CPU 0. */
void setup_spi(unsigned int intid, uint8_t priority);

/* Interrupt id of an acknowledge that is not kept. */
unsigned int ack_id(uint32_t *iar);

void registers_tests(void);
void state_tests(void);
void priority_tests(void);
void sgi_tests(void);
void level_tests(void);
void random_tests(void);

#endif
