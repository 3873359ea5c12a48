/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of a real PrimeCell PL031 (ARM DDI 0224C, chapter 3). One register is read; the alarm is
 * left masked, for every guest has one of its own.
 */
#include <errno.h>

#include "drivers/pl031.h"
#include "hyp/arch/io.h"
#include "hyp/core/rtc.h"

/* Registers (3.3). */
#define RTCDR       0x00
#define RTCCR       0x0c
#define RTCIMSC     0x10

#define RTCCR_START UINT32_C(1)

static uint32_t pl031_seconds(const struct rtc *rtc)
{
    return readl(rtc->base + RTCDR);
}

static struct rtc pl031 = {
    .name = "pl031",
    .seconds = pl031_seconds,
};

int pl031_init(uintptr_t base)
{
    if (base == 0)
        return -EINVAL;
    writel(0, base + RTCIMSC);
    /* Once it runs nothing but a reset stops it (3.3.4). */
    if ((readl(base + RTCCR) & RTCCR_START) == 0)
        writel(RTCCR_START, base + RTCCR);
    pl031.base = base;
    rtc_board = &pl031;
    return 0;
}
