/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The class interface of a clock that tells the date: what a driver offers to whoever needs it.
 */
#ifndef HYP_CORE_RTC_H
#define HYP_CORE_RTC_H

#include <stdint.h>

struct rtc {
    const char *name;
    uintptr_t base;                             /* HYP mapping of its registers */
    uint32_t (*seconds)(const struct rtc *rtc); /* since 1970-01-01 UTC; any CPU, no lock */
};

/* The board's clock; NULL if it has none. Set at boot. */
extern const struct rtc *rtc_board;

/* Seconds since 1970 by the board's clock, or since start by the counter if there is none. It runs
 * at one second a second on every CPU. Any context. */
uint32_t rtc_seconds(void);

#endif
