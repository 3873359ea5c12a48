/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device-tree reading above libfdt: lengths are checked before anything is read by them, and no
 * loop is longer than the property or the tree that it walks.
 */
#include "hyp/lib/fdt.h"

#include <errno.h>
#include <string.h>

#include "hyp/lib/util.h"

#define CELL ((int)sizeof(fdt32_t))

static uint32_t load_cell(const void *cell)
{
    fdt32_t raw;

    memcpy(&raw, cell, sizeof(raw));
    return fdt32_to_cpu(raw);
}

int dt_u32(const void *fdt, int node, const char *name, uint32_t *value)
{
    int length;
    const void *prop = fdt_getprop(fdt, node, name, &length);

    if (prop == NULL) {
        return -ENOENT;
    }
    if (length != CELL) {
        return -EINVAL;
    }
    *value = load_cell(prop);
    return 0;
}

int dt_u32_at(const void *fdt, int node, const char *name, unsigned int index, uint32_t *value)
{
    int length;
    const char *prop = fdt_getprop(fdt, node, name, &length);

    if (prop == NULL) {
        return -ENOENT;
    }
    if (length % CELL != 0) {
        return -EINVAL;
    }
    if (index >= (unsigned int)(length / CELL)) {
        return -ENOENT;
    }
    *value = load_cell(prop + index * sizeof(fdt32_t));
    return 0;
}

int dt_u64(const void *fdt, int node, const char *name, uint64_t *value)
{
    int length;
    const void *prop = fdt_getprop(fdt, node, name, &length);

    if (prop == NULL) {
        return -ENOENT;
    }
    if (length != CELL && length != 2 * CELL) {
        return -EINVAL;
    }
    return dt_cells(prop, length / CELL, value);
}

int dt_cells(const void *cells, int ncells, uint64_t *value)
{
    const char *cell = cells;
    uint64_t v = 0;

    if (ncells < 0 || ncells > 2) {
        return -EINVAL;
    }
    for (int i = 0; i < ncells; i++) {
        v = (v << 32) | load_cell(cell + i * CELL);
    }
    *value = v;
    return 0;
}

const char *dt_string(const void *fdt, int node, const char *name)
{
    int length;
    const char *prop = fdt_getprop(fdt, node, name, &length);

    if (prop == NULL || length < 1 || memchr(prop, '\0', (size_t)length) != prop + length - 1) {
        return NULL;
    }
    return prop;
}

const char *dt_strings_next(const char *list, int length, int *cursor)
{
    const char *string = list + *cursor;
    const char *end;

    if (*cursor < 0 || *cursor >= length) {
        return NULL;
    }
    end = memchr(string, '\0', (size_t)(length - *cursor));
    if (end == NULL) {
        return NULL;
    }
    *cursor += (int)(end - string) + 1;
    return string;
}

bool dt_is_compatible(const void *fdt, int node, const char *compatible)
{
    int length, cursor = 0;
    const char *list = fdt_getprop(fdt, node, "compatible", &length);
    const char *string;

    if (list == NULL) {
        return false;
    }
    while ((string = dt_strings_next(list, length, &cursor)) != NULL) {
        if (strcmp(string, compatible) == 0) {
            return true;
        }
    }
    return false;
}

bool dt_is_enabled(const void *fdt, int node)
{
    const char *status;

    if (fdt_getprop(fdt, node, "status", NULL) == NULL) {
        return true;
    }
    status = dt_string(fdt, node, "status");
    return status != NULL && (strcmp(status, "okay") == 0 || strcmp(status, "ok") == 0);
}

int dt_reg(const void *fdt, int bus, int node, unsigned int index, uint64_t *base, uint64_t *size)
{
    int address_cells = fdt_address_cells(fdt, bus);
    int size_cells = fdt_size_cells(fdt, bus);
    uint64_t address = 0, extent = 0;
    int length, entry;
    const char *prop = fdt_getprop(fdt, node, "reg", &length);

    if (prop == NULL) {
        return -ENOENT;
    }
    if (address_cells < 1 || address_cells > 2 || size_cells < 0 || size_cells > 2) {
        return -EINVAL;
    }
    entry = (address_cells + size_cells) * CELL;
    if (length % entry != 0) {
        return -EINVAL;
    }
    if (index >= (unsigned int)(length / entry)) {
        return -ENOENT;
    }
    prop += (int)index * entry;
    (void)dt_cells(prop, address_cells, &address);
    (void)dt_cells(prop + address_cells * CELL, size_cells, &extent);
    if (base != NULL) {
        *base = address;
    }
    if (size != NULL) {
        *size = extent;
    }
    return 0;
}

/*
 * A path of `length` bytes, or an alias for one. Aliases are resolved here, because libfdt would
 * follow one that names itself for ever, and would read one without a NUL beyond its end.
 */
static int find_path(const void *fdt, const char *path, size_t length)
{
    int alias_length;
    const char *alias;

    if (length == 0) {
        return -ENOENT;
    }
    if (path[0] != '/') {
        alias = fdt_getprop_namelen(fdt, fdt_path_offset(fdt, "/aliases"), path, (int)length,
                                    &alias_length);
        if (alias == NULL || alias_length < 1 || alias[0] != '/' ||
            alias[alias_length - 1] != '\0') {
            return -ENOENT;
        }
        path = alias;
        length = strlen(alias);
    }
    return fdt_path_offset_namelen(fdt, path, (int)length);
}

int dt_stdout(const void *fdt)
{
    int node, chosen = fdt_path_offset(fdt, "/chosen");
    const char *path;

    if (chosen < 0) {
        return -ENOENT;
    }
    path = dt_string(fdt, chosen, "stdout-path");
    if (path == NULL) {
        path = dt_string(fdt, chosen, "linux,stdout-path");
    }
    if (path == NULL) {
        return -ENOENT;
    }
    node = find_path(fdt, path, strcspn(path, ":"));
    return node < 0 ? -ENOENT : node;
}

void dt_path_root(struct dt_path *path, const void *fdt)
{
    path->fdt = fdt;
    path->depth = 0;
    path->node[0] = 0;
}

bool dt_path_next(struct dt_path *path)
{
    int depth = path->depth;
    int node = dt_path_node(path);

    do {
        node = fdt_next_node(path->fdt, node, &depth);
        if (node < 0 || depth < 1) {
            return false;
        }
    } while (depth >= DT_MAX_DEPTH);
    path->depth = depth;
    path->node[depth] = node;
    return true;
}

int dt_path_to(struct dt_path *path, const void *fdt, int node)
{
    dt_path_root(path, fdt);
    while (dt_path_node(path) != node) {
        if (!dt_path_next(path)) {
            return -ENOENT;
        }
    }
    return 0;
}

/* One step up: from the address space below `bus` to the one that `bus` itself is in. */
static int translate_step(const void *fdt, int bus, int above, uint64_t size, uint64_t *address)
{
    int child_cells = fdt_address_cells(fdt, bus);
    int parent_cells = fdt_address_cells(fdt, above);
    int size_cells = fdt_size_cells(fdt, bus);
    int length, entry;
    const char *ranges = fdt_getprop(fdt, bus, "ranges", &length);

    if (ranges == NULL) {
        return -ENXIO; /* the bus is not memory-mapped */
    }
    if (length == 0) {
        return 0;
    }
    if (child_cells < 1 || child_cells > 2 || parent_cells < 1 || parent_cells > 2 ||
        size_cells < 1 || size_cells > 2) {
        return -EINVAL;
    }
    entry = (child_cells + parent_cells + size_cells) * CELL;
    if (length % entry != 0) {
        return -EINVAL;
    }
    for (int at = 0; at < length; at += entry) {
        uint64_t child = 0, parent = 0, extent = 0;

        (void)dt_cells(ranges + at, child_cells, &child);
        (void)dt_cells(ranges + at + child_cells * CELL, parent_cells, &parent);
        (void)dt_cells(ranges + at + (child_cells + parent_cells) * CELL, size_cells, &extent);
        if (*address < child || *address - child >= extent || size > extent - (*address - child)) {
            continue;
        }
        if (parent > UINT64_MAX - (extent - 1)) {
            return -EINVAL;
        }
        *address = parent + (*address - child);
        return 0;
    }
    return -ENXIO;
}

int dt_path_translate(const struct dt_path *path, uint64_t size, uint64_t *address)
{
    uint64_t at = *address;

    if (size != 0 && at > UINT64_MAX - (size - 1)) {
        return -EINVAL;
    }
    for (int bus = path->depth - 1; bus >= 1; bus--) {
        int err = translate_step(path->fdt, path->node[bus], path->node[bus - 1], size, &at);

        if (err != 0) {
            return err;
        }
    }
    *address = at;
    return 0;
}

int dt_path_reg(const struct dt_path *path, unsigned int index, uint64_t *base, uint64_t *size)
{
    uint64_t address, extent;
    int err = dt_reg(path->fdt, dt_path_parent(path), dt_path_node(path), index, &address, &extent);

    if (err == 0) {
        err = dt_path_translate(path, extent, &address);
    }
    if (err == 0) {
        *base = address;
        if (size != NULL) {
            *size = extent;
        }
    }
    return err;
}
