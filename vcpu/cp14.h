/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Coprocessor 14 as a guest sees it: no debug. HDCR.TDA, TDRA and TDOSA bring every debug register
 * here (ARM DDI 0406C, B1.14.13); ThumbEE and Jazelle are not trapped.
 */
#ifndef VCPU_CP14_H
#define VCPU_CP14_H

#include <stdint.h>

#include "hyp/core/sched.h"

struct vcpu;

/* EC 0x05 (MCR, MRC) and 0x0c (MRRC). Loaded vCPU, on its CPU. Always VERDICT_RESUME. */
enum verdict cp14_trap32(struct vcpu *vcpu, uint32_t hsr);
enum verdict cp14_trap64(struct vcpu *vcpu, uint32_t hsr);

/* EC 0x06 (LDC, STC: the data transfer registers): UNDEF, for there is no debugger to talk to. */
enum verdict cp14_trap_ls(struct vcpu *vcpu, uint32_t hsr);

/* The table, for its unit test. */
struct cp_table;
extern const struct cp_table cp14_table;

#endif
