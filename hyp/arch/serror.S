/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See serror.h. hyp/vectors.S knows the two labels: an asynchronous abort taken between them goes on
 * at the second, with r0 = 1.
 */
    .arch armv7-a
    .syntax unified
    .text
    .arm

/*
 * bool serror_take(void)
 * Out: r0. Clobbers nothing else; SP_fiq, when there was one.
 */
    .global serror_take, serror_window, serror_window_end
    .type   serror_take, %function
serror_take:
    .fnstart
    mov     r0, #0
    dsb     sy                      @ what was asked of memory has been answered
serror_window:
    cpsie   a
    isb                             @ it is taken here, if it is pending (B1.9.11)
serror_window_end:
    cpsid   a
    bx      lr
    .fnend
    .size   serror_take, . - serror_take
