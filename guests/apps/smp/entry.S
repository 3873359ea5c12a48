/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries for CPU_ON: r0 = struct start. They write down how they were entered, to a line of
 * memory that nobody caches at the time, and go on to the runtime's secondary_start.
 */
#define FACTS 64

    .syntax unified
    .text

    .arm
    .balign 4
    .global smp_entry_arm
    .type smp_entry_arm, %function
smp_entry_arm:
    mrs     r1, cpsr
    mrc     p15, 0, r2, c1, c0, 0   /* SCTLR */
    mrc     p15, 0, r3, c0, c0, 5   /* MPIDR */
    mov     r4, r0
    add     r5, r0, #FACTS
    stmia   r5, {r1, r2, r3, r4}
    dsb
    b       secondary_start

    .thumb
    .balign 4
    .global smp_entry_thumb
    .type smp_entry_thumb, %function
    .thumb_func
smp_entry_thumb:
    mrs     r1, cpsr
    orr     r1, r1, #0x20           /* MRS reads T as zero; being here shows it */
    mrc     p15, 0, r2, c1, c0, 0
    mrc     p15, 0, r3, c0, c0, 5
    mov     r4, r0
    add     r5, r0, #FACTS
    stmia   r5!, {r1, r2, r3, r4}
    dsb
    ldr     r1, =secondary_start
    bx      r1
    .ltorg
