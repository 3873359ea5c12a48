/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lookup in the packed symbol table: binary search of the offset, then a walk over the names, which
 * is slow and small; only panics call it.
 */
#include "hyp/lib/symbols.h"

#include <string.h>

/* Name number `index`, or NULL if the names end before it. */
static const char *name_at(const struct symbol_table *table, uint32_t index)
{
    const char *name = table->names;
    const char *end = name + table->names_size;

    for (;;) {
        const char *nul = memchr(name, '\0', (size_t)(end - name));

        if (nul == NULL || index == 0) {
            return nul == NULL ? NULL : name;
        }
        name = nul + 1;
        index--;
    }
}

const char *symbols_find(const struct symbol_table *table, uintptr_t address, uint32_t *offset)
{
    uint32_t low = 0, high = table->count;
    const char *name;
    uintptr_t wanted;

    if (address < table->base || address >= table->end) {
        return NULL;
    }
    wanted = address - table->base;
    /* All before `low` begin at or below `wanted`, all from `high` on above it. */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (table->offset[middle] <= wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return NULL;
    }
    name = name_at(table, low - 1);
    if (name != NULL) {
        *offset = (uint32_t)(wanted - table->offset[low - 1]);
    }
    return name;
}
