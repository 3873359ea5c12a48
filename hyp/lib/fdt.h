/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every reader of a device tree needs beyond libfdt: numbers, strings and address ranges out
 * of properties whose lengths are not to be trusted, and addresses translated to the CPU's view
 * (Devicetree Specification 0.3: 2.2.4 values, 2.3.5 cells, 2.3.6 reg, 2.3.8 ranges). The prefix is
 * dt_, since fdt_ is libfdt's.
 *
 * All of it only reads, keeps no state but what the caller holds, and is bounded by the tree's
 * size. The tree itself must have passed fdt_check_full(), or be one that we made; what stands in
 * its properties may be anything. `node` is an offset as libfdt gives it.
 */
#ifndef HYP_LIB_FDT_H
#define HYP_LIB_FDT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libfdt.h>

/* Levels of nodes, the root included. What lies deeper is not visited by a dt_path. */
#define DT_MAX_DEPTH 16

/* ---- one property ---- */

/*
 * A property of one cell. Returns 0; -ENOENT if the node has none of that name; -EINVAL if it is
 * not four bytes long.
 */
int dt_u32(const void *fdt, int node, const char *name, uint32_t *value);

/*
 * Cell number `index` of a property of cells. Returns 0; -ENOENT if there is no such property or it
 * has no such cell; -EINVAL if its length is no multiple of four.
 */
int dt_u32_at(const void *fdt, int node, const char *name, unsigned int index, uint32_t *value);

/* A number of one or two cells (linux,initrd-start is either). 0, -ENOENT, -EINVAL. */
int dt_u64(const void *fdt, int node, const char *name, uint64_t *value);

/*
 * The first `ncells` cells at `cells`, which may lie unaligned, as one number: 0 to 2 cells.
 * Returns 0, or -EINVAL for more cells than that.
 */
int dt_cells(const void *cells, int ncells, uint64_t *value);

/* A property that is exactly one string with its NUL; NULL if there is none or it is not so. */
const char *dt_string(const void *fdt, int node, const char *name);

/*
 * Step over the strings of a string list: start with *cursor = 0 and call until NULL. A last string
 * without its NUL is not returned.
 */
const char *dt_strings_next(const char *list, int length, int *cursor);

/* Whether `compatible` names exactly this string, at any place. */
bool dt_is_compatible(const void *fdt, int node, const char *compatible);

/* Whether `status` is absent, "okay" or "ok". */
bool dt_is_enabled(const void *fdt, int node);

/*
 * Entry `index` of the node's `reg`, as it stands there, by the cells of its parent `bus`. Either
 * pointer may be NULL. Returns 0; -ENOENT if there is no such entry; -EINVAL if cells or length are
 * malformed, or the numbers are wider than 64 bits.
 */
int dt_reg(const void *fdt, int bus, int node, unsigned int index, uint64_t *base, uint64_t *size);

/*
 * The node that /chosen says is the console (stdout-path, or linux,stdout-path), by path or alias,
 * without its options. Its offset, or -ENOENT.
 */
int dt_stdout(const void *fdt);

/* ---- a node with its ancestors ---- */

/*
 * libfdt finds a parent only by walking the tree from its start, so a reader that wants ancestors
 * walks the tree once and keeps them: node[0] is the root, node[depth] where the walk is.
 */
struct dt_path {
    const void *fdt;
    int depth;
    int node[DT_MAX_DEPTH];
};

/* Start at the root. */
void dt_path_root(struct dt_path *path, const void *fdt);

/* On to the next node, children before siblings. False, and nothing changed, after the last. */
bool dt_path_next(struct dt_path *path);

/* The path of a node known by its offset. 0, or -ENOENT (no node begins there, or too deep). */
int dt_path_to(struct dt_path *path, const void *fdt, int node);

static inline int dt_path_node(const struct dt_path *path)
{
    return path->node[path->depth];
}

/* The parent's offset; the root's own for the root. */
static inline int dt_path_parent(const struct dt_path *path)
{
    return path->node[path->depth > 0 ? path->depth - 1 : 0];
}

/*
 * Translate [*address, *address + size) from the bus that the node is on (its parent's address
 * space) to what the CPU sees, through the `ranges` of every bus up to the root. The whole range
 * must lie in one entry of each. Returns 0; -ENXIO if a bus on the way does not map it; -EINVAL if
 * it wraps or a `ranges` is malformed.
 */
int dt_path_translate(const struct dt_path *path, uint64_t size, uint64_t *address);

/* dt_reg() for the path's node, translated. 0, -ENOENT, -EINVAL, -ENXIO. */
int dt_path_reg(const struct dt_path *path, unsigned int index, uint64_t *base, uint64_t *size);

#endif
