/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The date, from the board's clock or, without one, from the counter.
 */
#include "hyp/core/rtc.h"

#include <stddef.h>

#include "hyp/core/timer.h"

const struct rtc *rtc_board;

uint32_t rtc_seconds(void)
{
    if (rtc_board)
        return rtc_board->seconds(rtc_board);
    return (uint32_t)(timer_now() / timer_hz);
}
