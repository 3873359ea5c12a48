/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A scan of the board's device tree for the two things needed before the MMU is on: the UART of
 * /chosen/stdout-path, and the GIC on a Secure entry. One walk over the structure block with a
 * small stack of cells and ranges, every offset checked against totalsize (Devicetree Specification
 * 5). libfdt takes over once the MMU is on: it is position-dependent.
 */
#include "boot/boot.h"

#define FDT_MAGIC      0xd00dfeedu
#define FDT_BEGIN_NODE 1u
#define FDT_END_NODE   2u
#define FDT_PROP       3u
#define FDT_NOP        4u
#define FDT_END        9u

#define MAX_DEPTH      16
#define FDT_VERSION    17u
#define MAX_SIZE       0x1000000u

struct prop {
    const uint8_t *data;
    uint32_t len;
};

struct level {
    const char *name;
    uint32_t address_cells, size_cells; /* of this node's children */
    struct prop ranges;
};

/* What a callback sees: a node whose properties are all read. */
struct node {
    const struct level *path; /* path[0] is the root, path[depth] this node */
    int depth;
    struct prop compatible, reg, stdout_path, reg_shift;
};

struct cursor {
    const uint8_t *structs, *strings;
    uint32_t at, structs_size, strings_size;
};

static uint32_t be32(const uint8_t *p)
{
    return ((uint32_t)p[0] << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | p[3];
}

static bool str_eq(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* Whether a string list property contains `s`. */
static bool list_has(struct prop list, const char *s)
{
    uint32_t start = 0;

    for (uint32_t i = 0; i < list.len; i++) {
        if (list.data[i] != '\0')
            continue;
        if (str_eq((const char *)list.data + start, s))
            return true;
        start = i + 1;
    }
    return false;
}

bool boot_fdt_valid(const uint8_t *fdt)
{
    uint32_t total, structs, strings, strings_size;

    if (fdt == 0 || ((uintptr_t)fdt & 3) != 0 || be32(fdt) != FDT_MAGIC)
        return false;
    total = be32(fdt + 4);
    structs = be32(fdt + 8);
    strings = be32(fdt + 12);
    strings_size = be32(fdt + 32);
    if (be32(fdt + 20) < FDT_VERSION || be32(fdt + 24) > FDT_VERSION || total < 40 ||
        total > MAX_SIZE || structs >= total || strings >= total ||
        be32(fdt + 36) > total - structs || strings_size > total - strings)
        return false;
    /* The last string ends in the block, so every one does. */
    return strings_size == 0 || fdt[strings + strings_size - 1] == '\0';
}

static uint32_t next_token(struct cursor *c)
{
    uint32_t token;

    do {
        if (c->at + 4 > c->structs_size)
            return FDT_END;
        token = be32(c->structs + c->at);
        c->at += 4;
    } while (token == FDT_NOP);
    return token;
}

/* Reads the name of a node and steps over it; NULL when it runs off the block. */
static const char *node_name(struct cursor *c)
{
    const char *name = (const char *)c->structs + c->at;

    while (c->at < c->structs_size && c->structs[c->at] != '\0')
        c->at++;
    if (c->at >= c->structs_size)
        return 0;
    c->at = (c->at + 4) & ~3u;
    return name;
}

/* Reads a property; its name, or NULL when it runs off the block. */
static const char *property(struct cursor *c, struct prop *prop)
{
    uint32_t name;

    if (c->structs_size - c->at < 8)
        return 0;
    prop->len = be32(c->structs + c->at);
    name = be32(c->structs + c->at + 4);
    c->at += 8;
    prop->data = c->structs + c->at;
    if (prop->len > c->structs_size - c->at || name >= c->strings_size)
        return 0;
    c->at = (c->at + prop->len + 3) & ~3u;
    return (const char *)c->strings + name;
}

static void note_property(struct node *node, struct level *level, const char *name, struct prop p)
{
    if (str_eq(name, "#address-cells") && p.len == 4)
        level->address_cells = be32(p.data);
    else if (str_eq(name, "#size-cells") && p.len == 4)
        level->size_cells = be32(p.data);
    else if (str_eq(name, "ranges"))
        level->ranges = p;
    else if (str_eq(name, "compatible"))
        node->compatible = p;
    else if (str_eq(name, "reg"))
        node->reg = p;
    else if (str_eq(name, "stdout-path"))
        node->stdout_path = p;
    else if (str_eq(name, "reg-shift"))
        node->reg_shift = p;
}

/*
 * Walks the tree and calls `visit` for each node when its properties are known, until it returns
 * true. Aliases etc. need a second walk by the caller.
 */
static bool walk(const uint8_t *fdt, bool (*visit)(const struct node *node, void *arg), void *arg)
{
    struct level path[MAX_DEPTH];
    struct node node = {.path = path, .depth = -1};
    struct cursor c = {
        .structs = fdt + be32(fdt + 8),
        .strings = fdt + be32(fdt + 12),
        .structs_size = be32(fdt + 36),
        .strings_size = be32(fdt + 32),
    };
    bool fresh = false; /* properties of path[depth] collected, not yet visited */

    for (;;) {
        uint32_t token = next_token(&c);
        struct prop prop;
        const char *name;

        if (token == FDT_PROP) {
            name = property(&c, &prop);
            if (name == 0)
                return false;
            if (fresh)
                note_property(&node, &path[node.depth], name, prop);
            continue;
        }
        if (fresh && visit(&node, arg))
            return true;
        fresh = false;
        if (token == FDT_BEGIN_NODE) {
            name = node_name(&c);
            if (name == 0 || ++node.depth >= MAX_DEPTH)
                return false;
            path[node.depth].name = name;
            path[node.depth].address_cells = 2;
            path[node.depth].size_cells = 1;
            path[node.depth].ranges.data = 0;
            path[node.depth].ranges.len = 0;
            node.compatible.len = node.reg.len = node.stdout_path.len = node.reg_shift.len = 0;
            fresh = true;
        } else if (token != FDT_END_NODE || --node.depth < 0) {
            return false;
        }
    }
}

/* The number of one or two cells at p. */
static uint64_t number(const uint8_t *p, uint32_t cells)
{
    return cells == 2 ? ((uint64_t)be32(p) << 32) | be32(p + 4) : be32(p);
}

static bool cells_ok(const struct level *l)
{
    return l->address_cells >= 1 && l->address_cells <= 2 && l->size_cells <= 2;
}

/* One step up: an address on the bus below `level` becomes one above it. A first cell that is a
 * chip select is no more than the upper half of a number here. */
static bool translate(const struct level *level, const struct level *parent, uint64_t *addr)
{
    uint32_t na = level->address_cells, pa = parent->address_cells, ns = level->size_cells;
    uint32_t row = 4 * (na + pa + ns);

    if (level->ranges.data == 0 || !cells_ok(level) || !cells_ok(parent) || ns == 0)
        return false;
    if (level->ranges.len == 0)
        return true;
    for (uint32_t at = 0; at + row <= level->ranges.len; at += row) {
        const uint8_t *r = level->ranges.data + at;
        uint64_t offset = *addr - number(r, na);

        if (offset < number(r + 4 * (na + pa), ns)) {
            *addr = number(r + 4 * na, pa) + offset;
            return true;
        }
    }
    return false;
}

/* Address of entry `index` of the node's reg, as the CPU sees it, if that is one of 32 bits. */
static bool reg_address(const struct node *node, uint32_t index, uint32_t *out)
{
    const struct level *parent;
    uint64_t addr;
    uint32_t row;

    if (node->depth < 1)
        return false;
    parent = &node->path[node->depth - 1];
    if (!cells_ok(parent))
        return false;
    row = 4 * (parent->address_cells + parent->size_cells);
    if (row * (index + 1) > node->reg.len)
        return false;
    addr = number(node->reg.data + row * index, parent->address_cells);
    for (int d = node->depth - 1; d >= 1; d--) {
        if (!translate(&node->path[d], &node->path[d - 1], &addr))
            return false;
    }
    *out = (uint32_t)addr;
    return addr >> 32 == 0;
}

struct uart_search {
    char path[128];
    struct early_uart *uart;
};

static bool visit_chosen(const struct node *node, void *arg)
{
    struct uart_search *s = arg;
    uint32_t i;

    if (node->depth != 1 || !str_eq(node->path[1].name, "chosen"))
        return false;
    for (i = 0; i < node->stdout_path.len && i < sizeof(s->path) - 1; i++) {
        char ch = (char)node->stdout_path.data[i];

        if (ch == ':' || ch == '\0') /* options of the console follow a colon */
            break;
        s->path[i] = ch;
    }
    s->path[i] = '\0';
    return true;
}

static bool name_matches(const char *name, const char **path)
{
    const char *p = *path;

    while (*name && *name == *p) {
        name++;
        p++;
    }
    /* A path may leave the unit address out. */
    if ((*name != '\0' && *name != '@') || (*p != '/' && *p != '\0'))
        return false;
    *path = *p == '/' ? p + 1 : p;
    return true;
}

static bool visit_uart(const struct node *node, void *arg)
{
    struct uart_search *s = arg;
    const char *path = s->path + 1;

    for (int d = 1; d <= node->depth; d++) {
        if (!name_matches(node->path[d].name, &path))
            return false;
    }
    if (node->depth < 1 || *path != '\0' || !reg_address(node, 0, &s->uart->base))
        return false;
    s->uart->shift = node->reg_shift.len == 4 ? be32(node->reg_shift.data) & 3 : 0;
    if (list_has(node->compatible, "arm,pl011"))
        s->uart->kind = EARLY_UART_PL011;
    else if (list_has(node->compatible, "snps,dw-apb-uart") ||
             list_has(node->compatible, "ns16550a") || list_has(node->compatible, "ns16550"))
        s->uart->kind = EARLY_UART_16550;
    else if (list_has(node->compatible, "fsl,imx6q-uart") ||
             list_has(node->compatible, "fsl,imx21-uart"))
        s->uart->kind = EARLY_UART_IMX;
    return true;
}

/* stdout-path may be an alias: replaces it by what /aliases says. */
static bool resolve_alias(const uint8_t *fdt, struct uart_search *s)
{
    struct cursor c = {
        .structs = fdt + be32(fdt + 8),
        .strings = fdt + be32(fdt + 12),
        .structs_size = be32(fdt + 36),
        .strings_size = be32(fdt + 32),
    };
    int depth = 0;
    bool in_aliases = false;

    for (;;) {
        uint32_t token = next_token(&c), i;
        struct prop prop;
        const char *name;

        if (token == FDT_BEGIN_NODE) {
            name = node_name(&c);
            if (name == 0)
                return false;
            in_aliases = ++depth == 2 && str_eq(name, "aliases");
        } else if (token == FDT_END_NODE) {
            in_aliases = false;
            depth--;
        } else if (token == FDT_PROP) {
            name = property(&c, &prop);
            if (name == 0)
                return false;
            if (!in_aliases || !str_eq(name, s->path))
                continue;
            for (i = 0; i < prop.len && i < sizeof(s->path) - 1 && prop.data[i] != '\0'; i++)
                s->path[i] = (char)prop.data[i];
            s->path[i] = '\0';
            return true;
        } else {
            return false;
        }
    }
}

bool boot_fdt_uart(const uint8_t *fdt, struct early_uart *uart)
{
    struct uart_search s;

    s.path[0] = '\0';
    s.uart = uart;
    if (!walk(fdt, visit_chosen, &s) || s.path[0] == '\0')
        return false;
    if (s.path[0] != '/' && !resolve_alias(fdt, &s))
        return false;
    return walk(fdt, visit_uart, &s) && uart->kind != EARLY_UART_NONE;
}

static bool visit_gic(const struct node *node, void *arg)
{
    uint32_t *base = arg;

    if (!list_has(node->compatible, "arm,cortex-a15-gic") &&
        !list_has(node->compatible, "arm,cortex-a7-gic") &&
        !list_has(node->compatible, "arm,gic-400"))
        return false;
    return reg_address(node, 0, &base[0]) && reg_address(node, 1, &base[1]);
}

bool boot_fdt_gic(const uint8_t *fdt, uint32_t *gicd, uint32_t *gicc)
{
    uint32_t base[2];

    if (!walk(fdt, visit_gic, base))
        return false;
    *gicd = base[0];
    *gicc = base[1];
    return true;
}
