/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The board's clock, when it is a PrimeCell PL031 (compatible "arm,pl031"). It is read, never set.
 */
#ifndef DRIVERS_PL031_H
#define DRIVERS_PL031_H

#include <stdint.h>

/*
 * Publishes the PL031 whose registers HYP has mapped at `base` as rtc_board, and starts it if it
 * stands. Boot. Returns 0, or -EINVAL for a base of 0.
 */
int pl031_init(uintptr_t base);

#endif
