/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does a register of one guest ever reach another one? Three roles, by boot argument:
 *
 * "victim", two CPUs: its second one fills d0-d31 with a secret, its first resets the machine some
 * 60 to 100 ms later, again and again. The second vCPU is so stopped from elsewhere, with its VFP
 * registers still in the CPU that it shared.
 * "spy", for ever: looks at d0-d31 every 25 ms, on the CPU of the victim's second vCPU. One line a
 * second; what it finds must be its own.
 * "hold": all other registers, across SKEP_YIELD; see hold.c. Two of them share a CPU.
 */
#include <stdio.h>
#include <string.h>
#include "leak/leak.h"
#include "runtime/psci.h"
#include "runtime/runtime.h"
#include "runtime/timer.h"

#define SECRET          0x5ec4e7a15ec4e700ull /* the lowest byte is the register's number */
#define OWN             0x0123456789abcd00ull
#define LOOK_US         25000u
#define LOOKS_PER_LINE  40u
#define HOLD_ROUNDS     20000u
#define VICTIM_MIN_US   60000u
#define VICTIM_RANGE_US 40000u

static void fill(uint64_t d[32], uint64_t value)
{
    for (uint32_t i = 0; i < 32; i++)
        d[i] = value | i;
}

/* Takes VFP back again and again, since others on this CPU use it too. */
static void keep_secret(void *arg)
{
    uint64_t d[32];

    (void)arg;
    fill(d, SECRET);
    vfp_on();
    for (;;) {
        vfp_load(d, 0);
        timer_delay_us(100);
    }
}

static void victim(void)
{
    uint32_t noise = (uint32_t)timer_now() * 2654435761u;

    /* A look falls into the pause after the stop, before the spy's vCPU is unloaded for ours. */
    timer_delay_us(LOOK_US + LOOK_US / 2);
    if (cpu_start(1, keep_secret, NULL) != PSCI_SUCCESS) {
        printf("victim: wants two CPUs\n");
        return;
    }
    printf("victim: another life\n");
    timer_delay_us(VICTIM_MIN_US + (noise >> 8) % VICTIM_RANGE_US);
    psci_system_reset();
}

static void spy(void)
{
    uint32_t leaks = 0, errors = 0;
    uint64_t own[32], seen[32];

    fill(own, OWN);
    vfp_on();
    vfp_load(own, 0);
    for (uint32_t look = 1;; look++) {
        bool leak = false;

        /* Awake, so that the others run by the slice and this vCPU stays loaded after a stop. */
        timer_delay_us(LOOK_US);
        (void)vfp_store(seen);
        for (uint32_t i = 0; i < 32; i++)
            leak = leak || (seen[i] ^ SECRET) < 256;
        leaks += leak;
        errors += memcmp(seen, own, sizeof(own)) != 0;
        if (look % LOOKS_PER_LINE == 0)
            printf("spy: %lu looks, %lu leaks, %lu errors\n", (unsigned long)look,
                   (unsigned long)leaks, (unsigned long)errors);
    }
}

int main(void)
{
    const char *args = machine.bootargs ? machine.bootargs : "";

    if (strstr(args, "victim"))
        victim();
    else if (strstr(args, "spy"))
        spy();
    else if (strstr(args, "hold"))
        hold(HOLD_ROUNDS);
    else
        printf("leak: victim, spy or hold?\n");
    return 0;
}
