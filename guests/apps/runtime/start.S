/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of a bare-metal guest. The first CPU is entered as Linux would be: SVC, MMU and caches
 * off, I and F masked, r0 = 0, r1 = machine, r2 = device tree. The others come by PSCI CPU_ON
 * with r0 = context id. Nothing here may touch memory outside the image.
 *
 * Caches: what enters us (QEMU, Skep, a boot loader) has cleaned memory to the point of coherency,
 * so no invalidation by set/way is done; it would not be safe beside other CPUs either.
 */
#define STACK_SIZE 0x4000
#define MODE_FIQ   0x11
#define MODE_IRQ   0x12
#define MODE_SVC   0x13
#define MODE_ABT   0x17
#define MODE_UND   0x1b
#define MASKED     0x1c0            /* A, I and F */

    .syntax unified
    .arm
    .section .text.start, "ax"

    .global _start
    .type _start, %function
_start:
    cpsid   aif, #MODE_SVC
    mov     r4, r2                  /* device tree */
    ldr     r0, =__bss_start
    ldr     r1, =__bss_end
    mov     r2, #0
1:  cmp     r0, r1
    strlo   r2, [r0], #4
    blo     1b
    bl      cpu_setup
    mov     r0, r4
    bl      runtime_main            /* does not return */
    b       .

/* Entry of every CPU but the first: r0 = context id of CPU_ON, given on to C. */
    .global secondary_start
    .type secondary_start, %function
secondary_start:
    cpsid   aif, #MODE_SVC
    mov     r4, r0
    bl      cpu_setup
    mov     r0, r4
    bl      runtime_secondary       /* does not return */
    b       .

/*
 * void cpu_setup(void): the stack of each mode and VBAR of this CPU.
 * Clobbers r0-r3. Leaves SVC mode. A CPU's area, from its top: IRQ 4 KiB, FIQ 1 KiB, ABT 2 KiB,
 * UND 2 KiB, the rest is SVC's.
 */
    .type cpu_setup, %function
cpu_setup:
    mrc     p15, 0, r0, c0, c0, 5   /* MPIDR */
    and     r0, r0, #7
    add     r0, r0, #1
    ldr     r1, =stacks
    mov     r2, #STACK_SIZE
    mla     r0, r0, r2, r1
    msr     cpsr_c, #(0xc0 | MODE_IRQ)
    mov     sp, r0
    sub     r0, r0, #0x1000
    msr     cpsr_c, #(0xc0 | MODE_FIQ)
    mov     sp, r0
    sub     r0, r0, #0x400
    msr     cpsr_c, #(0xc0 | MODE_ABT)
    mov     sp, r0
    sub     r0, r0, #0x800
    msr     cpsr_c, #(0xc0 | MODE_UND)
    mov     sp, r0
    sub     r0, r0, #0x800
    msr     cpsr_c, #(0xc0 | MODE_SVC)
    mov     sp, r0
    ldr     r1, =vectors
    mcr     p15, 0, r1, c12, c0, 0  /* VBAR */
    isb
    bx      lr

    .ltorg

    .section .bss.stacks, "aw", %nobits
    .balign 64
    .global stacks
stacks:
    .space 8 * STACK_SIZE
