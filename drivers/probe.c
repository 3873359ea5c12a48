/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From compatible strings to drivers, in one pass over the board's tree. A driver's own file knows
 * its registers; this one knows where the tree has addresses and interrupts.
 */
#include "drivers/board_tree.h"

#include <string.h>

#include "drivers/gicv2.h"
#include "drivers/pl011.h"
#include "drivers/pl031.h"
#include "drivers/psci.h"
#include "hyp/core/irqchip.h"
#include "hyp/core/log.h"
#include "hyp/core/timer.h"
#include "hyp/core/uart.h"
#include "hyp/lib/fdt.h"
#include "hyp/lib/util.h"
#include "mm/stage1.h"

/* A GIC interrupt specifier: type, number, flags (Linux's binding arm,gic.yaml). */
#define GIC_CELLS 3
#define GIC_SPI   0
#define GIC_PPI   1

/* INTID of interrupt `index` of a node; 0 when it has none. */
static unsigned int intid(const void *fdt, int node, unsigned int index)
{
    uint32_t type, number;

    if (dt_u32_at(fdt, node, "interrupts", index * GIC_CELLS, &type) ||
        dt_u32_at(fdt, node, "interrupts", index * GIC_CELLS + 1, &number))
        return 0;
    if (type == GIC_SPI && number < 988)
        return 32 + number;
    if (type == GIC_PPI && number < 16)
        return 16 + number;
    return 0;
}

/* Range `index` of the node's registers, mapped. 0 when the tree does not say it. */
static uintptr_t map_reg(const struct dt_path *path, unsigned int index)
{
    uint64_t base, size;

    if (dt_path_reg(path, index, &base, &size) || size == 0 || size > MIB(1))
        return 0;
    return stage1_map_device(PADDR(base), (size_t)size);
}

static void probe_gic(const struct dt_path *path)
{
    uintptr_t gicd, gicc, gich;
    uint64_t gicv;
    unsigned int maintenance = intid(path->fdt, dt_path_node(path), 0);

    if (irqchip)
        return;
    if (dt_path_reg(path, 3, &gicv, 0) || maintenance == 0)
        return; /* no virtual interface: not for us, and main says that there is none */
    gicd = map_reg(path, 0);
    gicc = map_reg(path, 1);
    gich = map_reg(path, 2);
    if (gicd && gicc && gich)
        gicv2_init(gicd, gicc, gich, PADDR(gicv), maintenance);
}

/* Interrupts: secure, non-secure, virtual, hypervisor (Linux's binding arm,arch_timer.yaml). */
static void probe_timer(const struct dt_path *path)
{
    int node = dt_path_node(path);
    uint32_t hz;

    timer_virt_intid = intid(path->fdt, node, 2);
    timer_intid = intid(path->fdt, node, 3);
    if (dt_u32(path->fdt, node, "clock-frequency", &hz) == 0 && hz != 0)
        timer_hz = hz;
}

static void probe_psci(const struct dt_path *path)
{
    psci_probe(path->fdt, dt_path_node(path));
}

static void probe_pl031(const struct dt_path *path)
{
    uintptr_t base = map_reg(path, 0);

    if (base)
        pl031_init(base);
}

/* The rate of the clock that the node's `clocks` names first, if that is a fixed one; else 0. */
static uint32_t clock_hz(const void *fdt, int node)
{
    uint32_t phandle, hz;
    int clock;

    if (dt_u32_at(fdt, node, "clocks", 0, &phandle))
        return 0;
    clock = fdt_node_offset_by_phandle(fdt, phandle);
    return clock >= 0 && dt_u32(fdt, clock, "clock-frequency", &hz) == 0 ? hz : 0;
}

static const struct driver {
    const char *compatible;
    void (*probe)(const struct dt_path *path);
} drivers[] = {
    {"arm,cortex-a15-gic", probe_gic}, {"arm,cortex-a7-gic", probe_gic},
    {"arm,gic-400", probe_gic},        {"arm,armv7-timer", probe_timer},
    {"arm,psci-1.0", probe_psci},      {"arm,psci-0.2", probe_psci},
    {"arm,psci", probe_psci},          {"arm,pl031", probe_pl031},
};

static void probe_console(const void *fdt)
{
    struct dt_path path;
    int node = dt_stdout(fdt);
    uintptr_t base;

    if (node < 0 || dt_path_to(&path, fdt, node))
        return;
    if (!dt_is_compatible(fdt, node, "arm,pl011"))
        return;
    base = map_reg(&path, 0);
    if (base)
        pl011_init(base, intid(fdt, node, 0), clock_hz(fdt, node));
}

static void probe_node(const struct dt_path *path)
{
    int node = dt_path_node(path), len, cursor = 0;
    const char *list = fdt_getprop(path->fdt, node, "compatible", &len), *compatible;

    if (!list || !dt_is_enabled(path->fdt, node))
        return;
    while ((compatible = dt_strings_next(list, len, &cursor)) != 0) {
        for (unsigned int i = 0; i < ARRAY_SIZE(drivers); i++) {
            if (strcmp(drivers[i].compatible, compatible) == 0) {
                drivers[i].probe(path);
                return;
            }
        }
    }
}

void board_tree_probe(const void *fdt)
{
    struct dt_path path;

    probe_console(fdt); /* first: what follows may have something to say */
    dt_path_root(&path, fdt);
    while (dt_path_next(&path))
        probe_node(&path);
}
