/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All of VFP and Advanced SIMD at once: fill and store d0-d31 and FPSCR. The program that uses
 * this is compiled for no floating point, so nothing else touches them.
 */
    .syntax unified
    .fpu    neon-vfpv4
    .arm
    .text

/* void vfp_on(void): access in CPACR (full for cp10 and cp11), then FPEXC.EN. Clobbers r0. */
    .global vfp_on
    .type vfp_on, %function
vfp_on:
    mrc     p15, 0, r0, c1, c0, 2
    orr     r0, r0, #(0xf << 20)
    mcr     p15, 0, r0, c1, c0, 2
    isb
    mov     r0, #(1 << 30)
    vmsr    fpexc, r0
    bx      lr

/* void vfp_load(const uint64_t d[32], uint32_t fpscr). Clobbers r0 and all of VFP. */
    .global vfp_load
    .type vfp_load, %function
vfp_load:
    vldmia  r0!, {d0-d15}
    vldmia  r0!, {d16-d31}
    vmsr    fpscr, r1
    bx      lr

/* uint32_t vfp_store(uint64_t d[32]): returns FPSCR. */
    .global vfp_store
    .type vfp_store, %function
vfp_store:
    vstmia  r0!, {d0-d15}
    vstmia  r0!, {d16-d31}
    vmrs    r0, fpscr
    bx      lr
