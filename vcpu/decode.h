/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decodes the load and store instructions that abort without a valid syndrome (HSR.ISV = 0), in
 * ARM, 16-bit Thumb and 32-bit Thumb encodings (ARM DDI 0406C, A5, A6, A8.8). Pure arithmetic on an
 * instruction that a guest may have changed meanwhile: the result may name other registers than the
 * hardware used, but never one that does not exist.
 */
#ifndef VCPU_DECODE_H
#define VCPU_DECODE_H

#include <stdbool.h>
#include <stdint.h>

#define ACCESS_MAX_REGS 16

/*
 * What a load or store does. With off = index register, shifted, with its sign (0 if there is
 * none): address = R[base] + start + (pre ? off : 0) element i lies at address + i * size, and is
 * reg[i] if writeback, R[base] becomes R[base] + update + off A base of 15 is Align(PC, 4), PC
 * being 8 (ARM) or 4 (Thumb) beyond the instruction.
 */
struct access {
    bool load;
    bool sign_extend; /* loads narrower than a word */
    bool writeback;
    bool pre;      /* the index register takes part in the address */
    bool indexed;  /* there is an index register */
    bool subtract; /* ... and it is subtracted */
    uint8_t size;  /* bytes of one element: 1, 2 or 4 */
    uint8_t count; /* elements, 1 to 16; more than 1 only with size 4 */
    uint8_t base;
    uint8_t index;
    uint8_t shift;        /* SRType: 0 LSL, 1 LSR, 2 ASR, 3 ROR; of the index register */
    uint8_t shift_amount; /* 0 to 31 as encoded: 0 is 32 for LSR and ASR, RRX for ROR (A8.4.3) */
    int32_t start;        /* -4095 to 4095 */
    int32_t update;       /* -4095 to 4095 */
    uint8_t reg[ACCESS_MAX_REGS];
};

/*
 * Bytes of the Thumb instruction that begins with this halfword: 2 or 4 (A6.1).
 */
unsigned int decode_thumb_bytes(uint16_t first);

/*
 * `insn` is the ARM instruction; the 16-bit Thumb instruction; or the 32-bit one with its first
 * halfword in bits 31:16. Returns 0, or -ENOTSUP: not a load or store, or one of those that are
 * answered with an external abort (exclusives, SWP, VFP and Advanced SIMD, loads of the PC, the
 * user-bank and exception-return forms of LDM and STM, SRS, RFE), or UNPREDICTABLE. *out is then
 * undefined. Any context.
 */
int decode_access(uint32_t insn, bool thumb, struct access *out);

/* The index register's contribution: Shift(value, shift, amount, carry), negated to subtract. */
uint32_t decode_offset(const struct access *access, uint32_t value, bool carry);

#endif
