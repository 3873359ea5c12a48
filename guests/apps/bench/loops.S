/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The measured operations, each in a loop that is the same but for it, and the interrupt handler
 * that some of them wait for. Prototype of each, in bench.h:
 *
 *   void loop_NAME(uint32_t rounds, uint32_t address, uint32_t value, uint64_t *sum)
 *
 * Held through a loop: r4 rounds to go, r5 address, r6 value, r8 interrupts handled, r9 the handled
 * count that a round waits for. In SVC mode, I masked on entry and on return. The handler shares r8
 * with the loops and preserves everything else.
 */
#define PSCI_VERSION    0x84000000
#define SKEP_YIELD      0x86000001
#define XEN_SCHED_OP    29          /* Xen's hypercall number, in r12 with HVC #0xea1 */
#define GICC_IAR        0x0c
#define GICC_EOIR       0x10
#define GICD_SGIR       0xf00
#define INTID_CNTV      27
#define SLEEP_TICKS     8192        /* longer than any hypervisor's way to its own idle */
#define MODE_SVC        0x13

    .arch armv7-a
    .arch_extension virt
    .fpu neon
    .syntax unified
    .text
    .arm

.macro loop name
    .global loop_\name
    .type loop_\name, %function
    .balign 64
loop_\name:
    push    {r4-r11, lr}
    mov     r4, r0
    mov     r5, r1
    mov     r6, r2
    mov     r7, r3
    mov     r8, #0
    mov     r9, #0
1:
.endm

.macro endloop name
    subs    r4, r4, #1
    bne     1b
    pop     {r4-r11, pc}
    .size loop_\name, . - loop_\name
.endm

    loop    empty
    endloop empty

/* A call there and back, with its number. */
    loop    hvc
    mov     r0, r6
    hvc     #0
    endloop hvc

    loop    actlr
    mrc     p15, 0, r0, c1, c0, 1
    endloop actlr

    loop    load
    ldr     r0, [r5]
    endloop load

    loop    store
    str     r6, [r5]
    endloop store

/* Waits, with interrupts on, until the handler has counted one more than before. */
.macro await
    add     r9, r9, #1
    cpsie   i
2:  cmp     r8, r9
    bne     2b
    cpsid   i
.endm

/* SGI 1 to this CPU, up to the end of its handler. r5 = GICD_SGIR, r6 = what to write. */
    loop    sgi_self
    str     r6, [r5]
    await
    endloop sgi_self

.macro set_timer_in ticks
    mrrc    p15, 1, r0, r1, c14     @ CNTVCT
    .if \ticks
    adds    r0, r0, #\ticks
    adc     r1, r1, #0
    .endif
    mcrr    p15, 3, r0, r1, c14     @ CNTV_CVAL
    mov     r2, #1
    mcr     p15, 0, r2, c14, c3, 1  @ CNTV_CTL: enabled
    isb
.endm

/* The virtual timer, due as soon as it is set, up to the end of its handler, which turns it off. */
    loop    vtimer
    set_timer_in 0
    await
    endloop vtimer

/* The timer's interrupt by hand: turned off at its source, acknowledged, ended. r5 = GICC. */
.macro end_timer
    mov     r2, #0
    mcr     p15, 0, r2, c14, c3, 1
    isb
    ldr     r2, [r5, #GICC_IAR]
    str     r2, [r5, #GICC_EOIR]
.endm

/*
 * WFI until the timer, interrupts masked. The counter runs on while the CPU sleeps, so the clock
 * cannot tell the whole of this; who counts executed instructions can: those of the loop's rounds.
 */
    loop    wfi
    set_timer_in SLEEP_TICKS
    wfi
    end_timer
    endloop wfi

/*
 * From the moment the timer is due to the instruction behind the WFI, in ticks, added to *sum.
 * The counter shows whole ticks of 16 instructions only, so each round executes one NOP more than
 * the last, 0 to 15 in turn, before it looks: the sum over 16 rounds is then exact, since
 * floor(c/16) + floor((c+1)/16) + ... + floor((c+15)/16) = c.
 */
    loop    wake
    set_timer_in SLEEP_TICKS
    and     r3, r4, #15
    adr     r2, 3f
    sub     r3, r2, r3, lsl #2      @ r3 NOPs before 3
    wfi
    bx      r3
    .rept   15
    nop
    .endr
3:  mrrc    p15, 1, r2, r3, c14
    subs    r2, r2, r0
    ldr     r0, [r7]
    add     r0, r0, r2
    str     r0, [r7]
    end_timer
    endloop wake

.macro end_sgi
    ldr     r2, [r11, #GICC_IAR]
    str     r2, [r11, #GICC_EOIR]
.endm

/* An SGI to another CPU, and WFI until it answers with one. r5 = GICD_SGIR, r6 = what to write. */
    loop    ping
    ldr     r11, =bench_gic
    ldr     r11, [r11, #4]
    dsb
    str     r6, [r5]
    dsb
    wfi
    end_sgi
    endloop ping

/* The other side. */
    loop    pong
    ldr     r11, =bench_gic
    ldr     r11, [r11, #4]
    dsb
    wfi
    end_sgi
    dsb
    str     r6, [r5]
    endloop pong

.macro touch_vfp
    vmov    s0, r4
    vadd.i32 q1, q0, q0
.endm

.macro yield_skep
    ldr     r0, =SKEP_YIELD
    hvc     #0
.endm

.macro yield_xen
    mov     r0, #0                  @ SCHEDOP_yield
    mov     r12, #XEN_SCHED_OP
    hvc     #0xea1
.endm

/* The CPU to another guest that does the same, and back. */
    loop    yield_skep
    yield_skep
    endloop yield_skep

    loop    yield_xen
    yield_xen
    endloop yield_xen

/* The same, when both have VFP and NEON registers to keep. */
    loop    vfp_skep
    touch_vfp
    yield_skep
    endloop vfp_skep

    loop    vfp_xen
    touch_vfp
    yield_xen
    endloop vfp_xen

    .ltorg

/* IRQ: the timer is turned off at its source, everything else is just counted and ended. */
    .type   bench_irq, %function
bench_irq:
    sub     lr, lr, #4
    push    {r0-r3, r12, lr}
    ldr     r0, =bench_gic
    ldr     r0, [r0, #4]
    ldr     r1, [r0, #GICC_IAR]
    ubfx    r2, r1, #0, #10
    cmp     r2, #1020
    bhs     1f
    cmp     r2, #INTID_CNTV
    moveq   r3, #0
    mcreq   p15, 0, r3, c14, c3, 1
    isb
    dsb
    add     r8, r8, #1
    str     r1, [r0, #GICC_EOIR]
1:  ldm     sp!, {r0-r3, r12, pc}^
    .size   bench_irq, . - bench_irq
    .ltorg

    .balign 32
    .global bench_vectors
    .type   bench_vectors, %function
bench_vectors:
    b       vector_reset
    b       vector_undef
    b       vector_svc
    b       vector_pabt
    b       vector_dabt
    b       vector_hyp
    b       bench_irq
    b       vector_fiq
    .size   bench_vectors, . - bench_vectors
