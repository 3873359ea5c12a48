/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a guest program gets from its start: main() runs on the boot CPU in SVC mode with MMU and
 * caches on, I, F and A masked, stdio on the console; returning from main powers the guest off.
 */
#ifndef RUNTIME_RUNTIME_H
#define RUNTIME_RUNTIME_H

#include "runtime/dt.h"

/* What the device tree said; fixed before main. */
extern struct dt_info machine;

/* First and last byte + 1 of the program with its bss, heap and stacks. */
extern char __image_start[], __image_end[];

int main(void);

/* Runs on another CPU, in SVC mode, MMU and caches on, interrupts masked. */
typedef void cpu_main(void *arg);

/*
 * Starts CPU `cpu` (Aff0, 1 to 7) in fn(arg); a CPU whose function returns goes off. Returns
 * the PSCI result. One start of a given CPU at a time; it may have been on before.
 */
int32_t cpu_start(unsigned int cpu, cpu_main *fn, void *arg);

/* The common entry of started CPUs, for tests that call CPU_ON themselves (start.S). */
void secondary_start(void);

#endif
