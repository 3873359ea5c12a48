/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt mapping, after the Devicetree Specification 0.3, 2.4.3: an interrupt specifier goes
 * from nexus to nexus until it comes to a controller. A tree can make that a circle; the number of
 * steps is bounded.
 */
#include "hyp/lib/fdt_irq.h"

#include <errno.h>
#include <string.h>

#include "hyp/lib/util.h"

#define MAX_NEXUS   4 /* on the way to a controller; real boards have one */
#define MAX_ADDRESS 4 /* cells of a unit address */
#define MAX_UNIT    (MAX_ADDRESS + DT_MAX_IRQ_CELLS)

/* A property as cells: what is left of it from `next` on. */
struct cells {
    const char *next;
    unsigned int left;
};

static bool cells_open(const void *fdt, int node, const char *name, struct cells *cells)
{
    int length;

    cells->next = fdt_getprop(fdt, node, name, &length);
    cells->left = 0;
    if (cells->next == NULL || length % (int)sizeof(fdt32_t) != 0) {
        return false;
    }
    cells->left = (unsigned int)length / (unsigned int)sizeof(fdt32_t);
    return true;
}

/* Take n cells into to[], if there are so many. */
static bool cells_take(struct cells *cells, unsigned int n, uint32_t *to)
{
    if (cells->left < n) {
        return false;
    }
    for (unsigned int i = 0; i < n; i++) {
        uint64_t value = 0;

        (void)dt_cells(cells->next, 1, &value);
        to[i] = (uint32_t)value;
        cells->next += sizeof(fdt32_t);
    }
    cells->left -= n;
    return true;
}

/* #interrupt-cells of a controller or nexus. */
static int irq_cells(const void *fdt, int node, unsigned int *ncells)
{
    uint32_t value;

    if (dt_u32(fdt, node, "#interrupt-cells", &value) != 0 || value == 0 ||
        value > DT_MAX_IRQ_CELLS) {
        return -EINVAL;
    }
    *ncells = value;
    return 0;
}

/* Cells of a unit address at a nexus or controller, where a controller without the property has 0.
 */
static int unit_cells(const void *fdt, int node, unsigned int *ncells)
{
    uint32_t value = 0;
    int err = dt_u32(fdt, node, "#address-cells", &value);

    if ((err != 0 && err != -ENOENT) || value > MAX_ADDRESS) {
        return -EINVAL;
    }
    *ncells = value;
    return 0;
}

/*
 * The interrupt parent: what the node or its nearest ancestor names, or the nearest ancestor that
 * is itself a controller or nexus, whichever comes first on the way up.
 */
static int irq_parent(const struct dt_path *path)
{
    uint32_t phandle;

    for (int i = path->depth; i >= 0; i--) {
        if (i < path->depth &&
            fdt_getprop(path->fdt, path->node[i], "#interrupt-cells", NULL) != NULL) {
            return path->node[i];
        }
        if (dt_u32(path->fdt, path->node[i], "interrupt-parent", &phandle) == 0) {
            int node = fdt_node_offset_by_phandle(path->fdt, phandle);

            return node < 0 ? -ENXIO : node;
        }
    }
    return -ENXIO;
}

/* One row of an interrupt-map: the unit and interrupt that it is for, and where they go. */
struct map_row {
    uint32_t unit[MAX_UNIT];
    int parent;
    unsigned int ncells;
    uint32_t cell[DT_MAX_IRQ_CELLS];
};

/* The parent of most rows is that of the row before: keep it, for the search walks the tree. */
struct parent_cache {
    uint32_t phandle;
    int node;
};

static int map_row_read(const void *fdt, struct cells *map, unsigned int nunit,
                        struct parent_cache *cache, struct map_row *row)
{
    uint32_t phandle, ignored[MAX_ADDRESS];
    unsigned int nparent;

    if (!cells_take(map, nunit, row->unit) || !cells_take(map, 1, &phandle)) {
        return -EINVAL;
    }
    if (cache->node < 0 || cache->phandle != phandle) {
        cache->phandle = phandle;
        cache->node = fdt_node_offset_by_phandle(fdt, phandle);
    }
    row->parent = cache->node;
    if (row->parent < 0 || unit_cells(fdt, row->parent, &nparent) != 0 ||
        irq_cells(fdt, row->parent, &row->ncells) != 0) {
        return -EINVAL;
    }
    if (!cells_take(map, nparent, ignored) || !cells_take(map, row->ncells, row->cell)) {
        return -EINVAL;
    }
    return 0;
}

/* Through the map of the nexus that irq->controller is for now, by the device's unit address. */
static int map_once(const void *fdt, const uint32_t *address, struct dt_irq *irq)
{
    struct parent_cache cache = {.node = -1};
    uint32_t wanted[MAX_UNIT], mask[MAX_UNIT];
    unsigned int naddress, nunit;
    struct cells map, masks;

    if (unit_cells(fdt, irq->controller, &naddress) != 0 ||
        !cells_open(fdt, irq->controller, "interrupt-map", &map)) {
        return -EINVAL;
    }
    nunit = naddress + irq->ncells;
    memcpy(wanted, address, naddress * sizeof(wanted[0]));
    memcpy(wanted + naddress, irq->cell, irq->ncells * sizeof(wanted[0]));
    memset(mask, 0xff, sizeof(mask));
    if (cells_open(fdt, irq->controller, "interrupt-map-mask", &masks) &&
        !cells_take(&masks, nunit, mask)) {
        return -EINVAL;
    }
    while (map.left > 0) {
        struct map_row row = {.parent = -1};
        bool same = true;
        int err = map_row_read(fdt, &map, nunit, &cache, &row);

        if (err != 0) {
            return err;
        }
        for (unsigned int i = 0; i < nunit; i++) {
            same = same && ((row.unit[i] ^ wanted[i]) & mask[i]) == 0;
        }
        if (same) {
            irq->controller = row.parent;
            irq->ncells = row.ncells;
            memcpy(irq->cell, row.cell, sizeof(irq->cell));
            return 0;
        }
    }
    return -ENXIO;
}

int dt_path_irq(const struct dt_path *path, unsigned int index, struct dt_irq *irq)
{
    const void *fdt = path->fdt;
    uint32_t address[MAX_ADDRESS] = {0};
    struct cells cells, reg;

    memset(irq, 0, sizeof(*irq));
    if (fdt_getprop(fdt, dt_path_node(path), "interrupts", NULL) == NULL) {
        return -ENOENT;
    }
    irq->controller = irq_parent(path);
    if (irq->controller < 0) {
        return -ENXIO;
    }
    if (!cells_open(fdt, dt_path_node(path), "interrupts", &cells) ||
        irq_cells(fdt, irq->controller, &irq->ncells) != 0 || cells.left % irq->ncells != 0) {
        return -EINVAL;
    }
    if (index >= cells.left / irq->ncells) {
        return -ENOENT;
    }
    cells.next += (size_t)index * irq->ncells * sizeof(fdt32_t);
    (void)cells_take(&cells, irq->ncells, irq->cell);
    /* The unit address is the beginning of reg as it stands there, however many cells it has. */
    if (cells_open(fdt, dt_path_node(path), "reg", &reg)) {
        (void)cells_take(&reg, MIN(reg.left, MAX_ADDRESS), address);
    }
    for (int step = 0; step < MAX_NEXUS; step++) {
        int err;

        if (fdt_getprop(fdt, irq->controller, "interrupt-controller", NULL) != NULL) {
            return 0;
        }
        err = map_once(fdt, address, irq);
        if (err != 0) {
            return err;
        }
    }
    return -ENXIO;
}
