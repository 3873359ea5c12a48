/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of the hostile guest. Each phase does one kind of harm, survives whatever may legally
 * be injected (UNDEF, aborts), and says "attack: NAME done". The same seed does the same harm.
 */
#ifndef ATTACK_ATTACK_H
#define ATTACK_ATTACK_H

#include <stdbool.h>
#include <stdint.h>
#include "runtime/probe.h"

/* The sequence of this run; `seed=N` in the boot arguments. */
uint32_t rnd(void);
uint32_t rnd_below(uint32_t n);

/* A value that hurts: zero, ones, one bit, a device, RAM, nothing, or random. */
uint32_t nasty(void);

/* How often to do what is done n times: fewer with `quick` in the boot arguments. */
uint32_t amount(uint32_t n);

/* Counts a probe's end; the totals go into the phase's line. Returns the kind. */
unsigned int run(struct probe *p);

/* The system registers as the runtime set them, MMU on, timers off, GIC as after gic_init. */
void restore_system(void);

/* All that a phase or one instruction may have broken in the GIC: nothing pending or active. */
void restore_gic(void);

/* A private page at the end of RAM, where code may run that must not be near ours. */
uint32_t *far_page(void);

/* Copies n words and a final SVC there and makes p start in it, in ARM or Thumb state. */
void place_far(struct probe *p, const uint32_t *code, unsigned int n, bool thumb);

/* Ends the next probe that runs with I clear after `us` microseconds, by the virtual timer. */
void watchdog(uint32_t us);
void watchdog_off(void);

/* True if `addr` lies in our RAM. */
bool in_ram(uint32_t addr);

void coprocessor_phase(void);
void user_coprocessor_phase(void);
void call_phase(void);
void register_phase(void);
void mmio_phase(void);
void random_access_phase(void);
void address_phase(void);
void table_phase(void);
void mode_phase(void);
void user_code_phase(void);
void gic_phase(void);
void timer_phase(void);
void sleep_phase(void);
void flood_phase(void);
void spi_phase(void);
void on_off_phase(void);
void cpu_on_phase(void);

/* No phase: SYSTEM_RESET from two vCPUs at once, a random moment after each start. */
void resets(void) __attribute__((noreturn));

#endif
