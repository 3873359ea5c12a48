/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bits numbered from 0 over an array of 32-bit words, the lowest bit of the first word being 0. The
 * plain functions want one owner or a lock; the _atomic ones work from several CPUs at once. A bit
 * number must lie inside the array: who takes it from a guest checks it first.
 */
#ifndef HYP_LIB_BITMAP_H
#define HYP_LIB_BITMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/lib/util.h"

/* Words for `nbits` bits. */
#define BITMAP_WORDS(nbits) (((nbits) + 31u) / 32u)

static inline void bitmap_set(uint32_t *map, unsigned int bit)
{
    map[bit / 32u] |= BIT(bit % 32u);
}

static inline void bitmap_clear(uint32_t *map, unsigned int bit)
{
    map[bit / 32u] &= ~BIT(bit % 32u);
}

static inline void bitmap_assign(uint32_t *map, unsigned int bit, bool value)
{
    if (value) {
        bitmap_set(map, bit);
    } else {
        bitmap_clear(map, bit);
    }
}

static inline bool bitmap_test(const uint32_t *map, unsigned int bit)
{
    return (map[bit / 32u] & BIT(bit % 32u)) != 0;
}

/* Set a bit, and say whether it was set already. What came before is visible to who sees it. */
static inline bool bitmap_set_atomic(uint32_t *map, unsigned int bit)
{
    return (__atomic_fetch_or(&map[bit / 32u], BIT(bit % 32u), __ATOMIC_ACQ_REL) &
            BIT(bit % 32u)) != 0;
}

/* Clear a bit, and say whether it was set: of several who clear it, one is told true. */
static inline bool bitmap_clear_atomic(uint32_t *map, unsigned int bit)
{
    return (__atomic_fetch_and(&map[bit / 32u], ~BIT(bit % 32u), __ATOMIC_ACQ_REL) &
            BIT(bit % 32u)) != 0;
}

/* The lowest bit in [from, nbits) that is set (or clear); nbits if there is none. */
static inline unsigned int bitmap_find(const uint32_t *map, unsigned int nbits, unsigned int from,
                                       bool set)
{
    while (from < nbits) {
        uint32_t word = (set ? map[from / 32u] : ~map[from / 32u]) >> (from % 32u);

        if (word != 0) {
            from += (unsigned int)__builtin_ctz(word);
            return MIN(from, nbits);
        }
        from = (from / 32u + 1u) * 32u;
    }
    return nbits;
}

static inline unsigned int bitmap_first_set(const uint32_t *map, unsigned int nbits)
{
    return bitmap_find(map, nbits, 0, true);
}

static inline unsigned int bitmap_first_clear(const uint32_t *map, unsigned int nbits)
{
    return bitmap_find(map, nbits, 0, false);
}

#endif
