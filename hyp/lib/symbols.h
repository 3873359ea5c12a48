/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From an address to the function it lies in, for the backtrace of a panic. The table is made by
 * hyp/lib/symbols.py out of what the linker decided, and is read-only. The lookup takes no lock,
 * touches nothing but the table and ends whatever the table holds: a panic may call it.
 */
#ifndef HYP_LIB_SYMBOLS_H
#define HYP_LIB_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

/* symbols.py writes this structure for 32-bit Arm, member by member. */
struct symbol_table {
    uintptr_t base;         /* address that offsets count from */
    uintptr_t end;          /* first address behind the last function */
    const uint32_t *offset; /* of each function, strictly ascending */
    const char *names;      /* in the same order, each with its NUL */
    uint32_t count;
    uint32_t names_size; /* bytes */
};

/* The image's own; empty in the first of the two links. */
extern const struct symbol_table symbols_image;

/*
 * The name of the function that `address` lies in, and in *offset the bytes from its start; NULL,
 * with *offset untouched, outside the table. For a return address the caller passes the address of
 * the call before it, for a call may be the last thing in a function that never returns.
 */
const char *symbols_find(const struct symbol_table *table, uintptr_t address, uint32_t *offset);

#endif
