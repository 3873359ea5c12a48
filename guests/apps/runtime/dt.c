/* SPDX-License-Identifier: BSD-2-Clause */
/* See dt.h. Byte accesses only, so it may run with the MMU off. */
#include "runtime/dt.h"

#define FDT_MAGIC      0xd00dfeedu
#define FDT_BEGIN_NODE 1u
#define FDT_END_NODE   2u
#define FDT_PROP       3u
#define FDT_NOP        4u

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool starts(const char *s, const char *prefix)
{
    while (*prefix && *s == *prefix) {
        s++;
        prefix++;
    }
    return *prefix == 0;
}

static bool same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static uint32_t padded_length(const uint8_t *s)
{
    uint32_t n = 0;

    while (s[n])
        n++;
    return (n + 4) & ~3u; /* with its NUL */
}

struct scan {
    uint32_t address_cells, size_cells; /* of the root */
    int depth;                          /* 1 is the root */
    bool in_memory, in_cpus, in_chosen;
    /* Of the child of the root that is being read: properties come in any order. */
    bool is_gic, is_uart;
    uint32_t reg[2];
};

/* What the node that ends was. */
static void end_child(const struct scan *s, struct dt_info *out)
{
    if (s->is_gic && !out->gicd) {
        out->gicd = s->reg[0];
        out->gicc = s->reg[1];
    }
    if (s->is_uart && !out->uart)
        out->uart = s->reg[0];
}

/* A string list has `want` among its strings. */
static bool lists(const uint8_t *value, uint32_t len, const char *want)
{
    if (len == 0 || value[len - 1] != 0)
        return false;
    for (const uint8_t *end = value + len; value < end; value++) {
        if (same((const char *)value, want))
            return true;
        while (*value)
            value++;
    }
    return false;
}

static void child_property(struct scan *s, const char *name, const uint8_t *value, uint32_t len)
{
    uint32_t entry = 4 * (s->address_cells + s->size_cells);

    if (same(name, "compatible")) {
        s->is_gic = lists(value, len, "arm,cortex-a15-gic") || lists(value, len, "arm,gic-400");
        s->is_uart = lists(value, len, "arm,pl011") || lists(value, len, "arm,sbsa-uart");
    }
    if (!same(name, "reg") || s->address_cells - 1 > 1 || s->size_cells - 1 > 1)
        return;
    for (uint32_t i = 0; i < 2 && (i + 1) * entry <= len; i++)
        s->reg[i] = be32(value + i * entry + 4 * (s->address_cells - 1));
}

static void begin_node(struct scan *s, const char *name, struct dt_info *out)
{
    s->depth++;
    if (s->depth == 2) {
        s->in_memory = starts(name, "memory");
        s->in_cpus = same(name, "cpus");
        s->in_chosen = same(name, "chosen");
        s->is_gic = s->is_uart = false;
        s->reg[0] = s->reg[1] = 0;
    }
    if (s->depth == 3 && s->in_cpus && starts(name, "cpu@"))
        out->ncpus++;
}

static void property(struct scan *s, const char *name, const uint8_t *value, uint32_t len,
                     struct dt_info *out)
{
    if (s->depth == 1 && same(name, "#address-cells"))
        s->address_cells = be32(value);
    if (s->depth == 1 && same(name, "#size-cells"))
        s->size_cells = be32(value);
    if (s->depth == 2)
        child_property(s, name, value, len);
    if (s->depth == 2 && s->in_chosen && same(name, "bootargs") && len && value[len - 1] == 0)
        out->bootargs = (const char *)value;
    if (s->depth != 2 || !s->in_memory || !same(name, "reg") || out->ram_size)
        return;
    if (s->address_cells - 1 > 1 || s->size_cells - 1 > 1 ||
        len < 4 * (s->address_cells + s->size_cells))
        return;
    out->ram_base = be32(value + 4 * (s->address_cells - 1));
    out->ram_size = be32(value + 4 * (s->address_cells + s->size_cells - 1));
    /* 4 GiB or more: what a 32-bit address reaches. */
    if (s->size_cells == 2 && be32(value + 4 * s->address_cells))
        out->ram_size = 0u - out->ram_base;
}

bool dt_scan(const void *dtb, struct dt_info *out)
{
    const uint8_t *base = dtb;
    struct scan s = {.address_cells = 2, .size_cells = 1};

    *out = (struct dt_info){0};
    if (((uintptr_t)dtb & 3u) || be32(base) != FDT_MAGIC)
        return false;
    out->dtb_base = (uint32_t)(uintptr_t)dtb;
    out->dtb_size = be32(base + 4);

    const uint8_t *p = base + be32(base + 8);
    const char *strings = (const char *)base + be32(base + 12);
    const uint8_t *end = base + be32(base + 4);

    while (p < end) {
        uint32_t token = be32(p);

        p += 4;
        if (token == FDT_BEGIN_NODE) {
            begin_node(&s, (const char *)p, out);
            p += padded_length(p);
        } else if (token == FDT_END_NODE) {
            if (s.depth-- == 2)
                end_child(&s, out);
        } else if (token == FDT_PROP) {
            uint32_t len = be32(p);

            property(&s, strings + be32(p + 4), p + 8, len, out);
            p += 8 + ((len + 3) & ~3u);
        } else if (token != FDT_NOP) {
            break;
        }
    }
    return true;
}
