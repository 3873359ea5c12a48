/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest useful guest: says which CPU and how much memory it found, and powers off.
 */
#include <stdio.h>
#include "runtime/cpu.h"
#include "runtime/runtime.h"

int main(void)
{
    printf("hello: a guest speaks\n");
    printf("hello: MIDR %08lx MPIDR %08lx\n", (unsigned long)cp_read(15, 0, 0, 0, 0),
           (unsigned long)cp_read(15, 0, 0, 0, 5));
    printf("hello: memory %lu KiB at 0x%08lx, %u CPU%s\n", (unsigned long)machine.ram_size / 1024,
           (unsigned long)machine.ram_base, machine.ncpus, machine.ncpus == 1 ? "" : "s");
    printf("hello: bye\n");
    return 0;
}
