/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by the ARM and the Thumb half of the decoder, and by nobody else. Each fills part of an
 * access that starts as zero with `load` set, and returns 0 or -ENOTSUP.
 */
#ifndef VCPU_DECODE_INTERNAL_H
#define VCPU_DECODE_INTERNAL_H

#include "vcpu/decode.h"

/* One register t of 1, 2 or 4 bytes, base n. */
int access_single(struct access *out, unsigned int t, unsigned int n, unsigned int bytes);
/* Two words. */
int access_dual(struct access *out, unsigned int t, unsigned int t2, unsigned int n);
/* The registers of a list, 16 bits. writeback must be set before. */
int access_multiple(struct access *out, unsigned int n, uint32_t list, bool increment, bool before);
/* An immediate offset, after the registers are known. */
int access_immediate(struct access *out, bool pre, bool add, bool writeback, unsigned int imm);
int access_check_writeback(const struct access *access);

int decode_thumb16(struct access *out, uint32_t insn);
int decode_thumb32(struct access *out, uint32_t insn);

#endif
