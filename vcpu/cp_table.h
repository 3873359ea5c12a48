/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of coprocessor registers that trap, and the one way through them: condition, row, access
 * rights, handler, step. A register without a row is UNDEFINED, and said so once in a vCPU's life.
 * The tables are vcpu/cp15.c and vcpu/cp14.c. Traps are those of ARM DDI 0406C, B1.14 and B3.13.6.
 */
#ifndef VCPU_CP_TABLE_H
#define VCPU_CP_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/core/sched.h"

struct vcpu;

/*
 * Reads or writes a register. `key` is the CP32_KEY or CP64_KEY that trapped, *value is what the
 * guest writes, or becomes what it reads (0 on entry). Returns false where the access is UNDEFINED.
 * The vCPU is loaded, on its CPU.
 */
typedef bool (*cp_fn32)(struct vcpu *vcpu, uint32_t key, bool write, uint32_t *value);
typedef bool (*cp_fn64)(struct vcpu *vcpu, uint32_t key, bool write, uint64_t *value);

#define CP_RO  (1u << 0) /* a write is UNDEFINED */
#define CP_PL0 (1u << 1) /* User mode may use it; otherwise UNDEFINED there */

struct cp_row32 {
    uint32_t key;
    uint32_t mask; /* the row stands for all k with (k & mask) == key */
    cp_fn32 fn;
    uint32_t flags;
};

struct cp_row64 {
    uint32_t key;
    cp_fn64 fn;
    uint32_t flags;
};

/* Designated rows; CP_FAMILY's keys differ from `key` in the fields `any` (CP32_KEY_CRM, ...). */
#define CP_ROW32(reg, f, fl)                                                  \
    {                                                                         \
        .key = CP32_KEY(reg), .mask = CP32_KEY_MASK, .fn = (f), .flags = (fl) \
    }
#define CP_FAMILY32(reg, any, f, fl)                                                   \
    {                                                                                  \
        .key = CP32_KEY(reg), .mask = CP32_KEY_MASK & ~(any), .fn = (f), .flags = (fl) \
    }
#define CP_ROW64(reg, f, fl)                           \
    {                                                  \
        .key = CP64_KEY(reg), .fn = (f), .flags = (fl) \
    }

/* The rows of one CRn: few enough that reading through them beats any search. */
struct cp_group {
    const struct cp_row32 *row;
    uint32_t nr;
};

#define CP_GROUP(rows)                        \
    {                                         \
        .row = (rows), .nr = ARRAY_SIZE(rows) \
    }

struct cp_table {
    uint32_t coprocessor; /* 14 or 15, for the log */
    struct cp_group crn[16];
    const struct cp_row64 *row64;
    uint32_t nr64;
};

/* Handlers for what is hidden: reads as zero, ignores writes. */
bool cp_raz_wi32(struct vcpu *vcpu, uint32_t key, bool write, uint32_t *value);
bool cp_raz_wi64(struct vcpu *vcpu, uint32_t key, bool write, uint64_t *value);

/* The row for a key, or NULL. */
const struct cp_row32 *cp_find32(const struct cp_table *table, uint32_t key);
const struct cp_row64 *cp_find64(const struct cp_table *table, uint32_t key);

/* A trapped MCR or MRC (EC 0x03, 0x05), and MCRR or MRRC (EC 0x04, 0x0c). Loaded vCPU, on its CPU.
 */
enum verdict cp_trap32(struct vcpu *vcpu, uint32_t hsr, const struct cp_table *table);
enum verdict cp_trap64(struct vcpu *vcpu, uint32_t hsr, const struct cp_table *table);

#endif
