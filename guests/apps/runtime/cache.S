/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Leaving the flat map: void mmu_off(void). Data cache off, everything in it written back, then
 * MMU and instruction cache off. No stack is written once the cache is off, since a line written meanwhile
 * would be overtaken by an older one. For a guest that has one CPU on at the time.
 * Manual: ARM DDI 0406C, B2.2.7 (the loop over sets and ways).
 */
    .syntax unified
    .arm
    .text

/* The one push lies before the data cache goes off; the pop after it is clean. Clobbers r0-r3. */
    .global mmu_off
    .type mmu_off, %function
mmu_off:
    push    {r4-r11, lr}
    mrc     p15, 0, r0, c1, c0, 0
    bic     r0, r0, #(1 << 2)       /* C */
    dsb
    mcr     p15, 0, r0, c1, c0, 0
    isb
    mrc     p15, 1, r0, c0, c0, 1   /* CLIDR */
    and     r3, r0, #(7 << 24)
    mov     r3, r3, lsr #23         /* LoC, times two, as CSSELR wants the level */
    mov     r10, #0
1:  cmp     r10, r3
    bge     5f
    add     r2, r10, r10, lsr #1    /* three bits a level */
    mov     r1, r0, lsr r2
    and     r1, r1, #7
    cmp     r1, #2                  /* no data cache at this level */
    blt     4f
    mcr     p15, 2, r10, c0, c0, 0  /* CSSELR */
    isb
    mrc     p15, 1, r1, c0, c0, 0   /* CCSIDR */
    and     r2, r1, #7
    add     r2, r2, #4              /* log2 of the line length in bytes */
    ldr     r4, =0x3ff
    ands    r4, r4, r1, lsr #3      /* ways - 1 */
    clz     r5, r4
    ldr     r7, =0x7fff
    ands    r7, r7, r1, lsr #13     /* sets - 1 */
2:  mov     r9, r4
3:  orr     r11, r10, r9, lsl r5
    orr     r11, r11, r7, lsl r2
    mcr     p15, 0, r11, c7, c14, 2 /* DCCISW */
    subs    r9, r9, #1
    bge     3b
    subs    r7, r7, #1
    bge     2b
4:  add     r10, r10, #2
    b       1b
5:  dsb
    mrc     p15, 0, r0, c1, c0, 0
    bic     r0, r0, #(1 << 12)      /* I */
    bic     r0, r0, #1              /* M */
    mcr     p15, 0, r0, c1, c0, 0
    isb
    mov     r0, #0
    mcr     p15, 0, r0, c8, c7, 0   /* TLBIALL */
    mcr     p15, 0, r0, c7, c5, 0   /* ICIALLU */
    dsb
    isb
    pop     {r4-r11, pc}
