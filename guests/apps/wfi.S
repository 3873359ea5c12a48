/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seed: a guest whose one instruction is WFI, for ever. It touches no memory and no device,
 * so every exit that is counted for it is a WFI (run it with `trap-wfi`).
 */
    .syntax unified
    .arm
    .section .text.start, "ax"
    .global _start
_start:
    wfi
    b       _start
