/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bulk work on memory, as wide as the general registers allow: scrubbing is most of what a start
 * costs.
 */
#ifndef HYP_ARCH_MEMORY_H
#define HYP_ARCH_MEMORY_H

#include <stddef.h>

/* Writes zeros. `to` is a multiple of 4, `size` of 64. */
void memory_zero(void *to, size_t size);

#endif
