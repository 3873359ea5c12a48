/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that never yields: interrupts off, no WFI, one dot a second by polling CNTVCT. Whoever
 * shares its CPU must get its turn all the same.
 */
#include "runtime/console.h"
#include "runtime/cpu.h"
#include "runtime/runtime.h"
#include "runtime/timer.h"

int main(void)
{
    uint64_t second = timer_freq(), next = timer_now() + second;

    console_puts("spin: spinning with interrupts off\n");
    for (unsigned int n = 1;; n++) {
        while (timer_now() < next)
            ;
        next += second;
        console_putc('.');
        if (n % 60 == 0)
            console_puts("\n");
    }
}
