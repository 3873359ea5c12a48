/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The walk over a structure block that trusts no length. libfdt's own check comes after it, for
 * the strings.
 */
#include "hyp/lib/fdt_check.h"

#include <libfdt.h>
#include <stdint.h>
#include <string.h>

#include "hyp/lib/util.h"

#define WORD        4u
#define HEADER_SIZE 40 /* of version 17 */
#define VERSION     17

struct walk {
    const uint8_t *block;
    uint32_t size;
    uint32_t at; /* at most size, a multiple of 4 */
};

static bool next_word(struct walk *w, uint32_t *value)
{
    if (w->size - w->at < WORD) {
        return false;
    }
    *value = fdt32_ld((const fdt32_t *)(const void *)(w->block + w->at));
    w->at += WORD;
    return true;
}

/* `length` bytes and what fills up their last word. */
static bool skip(struct walk *w, uint32_t length)
{
    if (length > w->size - w->at || ALIGN_UP(length, WORD) > w->size - w->at) {
        return false;
    }
    w->at += ALIGN_UP(length, WORD);
    return true;
}

static bool skip_name(struct walk *w)
{
    uint32_t room = w->size - w->at;

    return skip(w, (uint32_t)strnlen((const char *)w->block + w->at, room) + 1);
}

static bool skip_property(struct walk *w)
{
    uint32_t length, name;

    return next_word(w, &length) && next_word(w, &name) && skip(w, length);
}

/* One root node, whose descendants all end inside it, and then FDT_END. */
static bool walk_structure(struct walk *w)
{
    uint32_t depth = 0, tag;
    bool rooted = false;

    while (next_word(w, &tag)) {
        switch (tag) {
        case FDT_NOP:
            break;
        case FDT_BEGIN_NODE:
            if ((rooted && depth == 0) || !skip_name(w)) {
                return false;
            }
            rooted = true;
            depth++;
            break;
        case FDT_PROP:
            if (depth == 0 || !skip_property(w)) {
                return false;
            }
            break;
        case FDT_END_NODE:
            if (depth == 0) {
                return false;
            }
            depth--;
            break;
        default:
            return tag == FDT_END && rooted && depth == 0;
        }
    }
    return false;
}

int dt_check(const void *fdt, size_t size)
{
    struct walk walk;
    int rc;

    if (size < HEADER_SIZE) {
        return -FDT_ERR_TRUNCATED;
    }
    if (fdt_magic(fdt) == FDT_MAGIC && fdt_version(fdt) < VERSION) {
        return -FDT_ERR_BADVERSION;
    }
    rc = fdt_check_header(fdt);
    if (rc != 0) {
        return rc;
    }
    if (size < fdt_totalsize(fdt)) {
        return -FDT_ERR_TRUNCATED;
    }
    if (fdt_off_dt_struct(fdt) % WORD != 0 || fdt_off_mem_rsvmap(fdt) % 8 != 0) {
        return -FDT_ERR_BADLAYOUT;
    }
    walk = (struct walk){.block = (const uint8_t *)fdt + fdt_off_dt_struct(fdt),
                         .size = ALIGN_DOWN(fdt_size_dt_struct(fdt), WORD)};
    return walk_structure(&walk) ? fdt_check_full(fdt, size) : -FDT_ERR_BADSTRUCTURE;
}
