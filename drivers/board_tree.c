/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The board's device tree, read with libfdt (Devicetree Specification 0.3).
 */
#include "drivers/board_tree.h"

#include <string.h>

#include "hyp/core/log.h"
#include "hyp/lib/fdt.h"
#include "hyp/lib/util.h"

static void add(struct board_range *ranges, unsigned int *count, unsigned int max, uint64_t base,
                uint64_t size)
{
    if (size == 0)
        return;
    if (*count == max) {
        log_err("board tree: too many memory ranges, 0x%llx is ignored", (unsigned long long)base);
        return;
    }
    ranges[*count].base = base;
    ranges[*count].size = size;
    (*count)++;
}

static bool device_type_is(const void *fdt, int node, const char *type)
{
    const char *value = dt_string(fdt, node, "device_type");

    return value && strcmp(value, type) == 0;
}

static void read_memory(struct board *board, const void *fdt, int node)
{
    uint64_t base, size;

    for (unsigned int i = 0; dt_reg(fdt, 0, node, i, &base, &size) == 0; i++)
        add(board->bank, &board->nbanks, BOARD_MAX_BANKS, base, size);
}

static void read_cpu(struct board *board, const void *fdt, int cpus, int node)
{
    uint64_t mpidr;

    if (!device_type_is(fdt, node, "cpu") || !dt_is_enabled(fdt, node) ||
        dt_reg(fdt, cpus, node, 0, &mpidr, 0))
        return;
    if (board->ncpus < BOARD_MAX_CPUS)
        board->mpidr[board->ncpus++] = (uint32_t)mpidr & 0xffffffu;
}

static void read_reserved(struct board *board, const void *fdt)
{
    int parent = fdt_path_offset(fdt, "/reserved-memory"), node;
    uint64_t base, size;

    for (int i = 0; i < fdt_num_mem_rsv(fdt); i++) {
        if (fdt_get_mem_rsv(fdt, i, &base, &size) == 0)
            add(board->reserved, &board->nreserved, BOARD_MAX_RESERVED, base, size);
    }
    if (parent < 0)
        return;
    fdt_for_each_subnode(node, fdt, parent)
    {
        for (unsigned int i = 0; dt_reg(fdt, parent, node, i, &base, &size) == 0; i++)
            add(board->reserved, &board->nreserved, BOARD_MAX_RESERVED, base, size);
    }
}

void board_tree_read(const void *fdt, struct board *board)
{
    const char *model = dt_string(fdt, 0, "model");
    int compatible_len, node, cpus = -1;
    const char *compatible = fdt_getprop(fdt, 0, "compatible", &compatible_len);

    memset(board, 0, sizeof(*board));
    if (!model && compatible && compatible_len > 0 && compatible[compatible_len - 1] == '\0')
        model = compatible;
    strncpy(board->model, model ? model : "unnamed board", sizeof(board->model) - 1);
    fdt_for_each_subnode(node, fdt, 0)
    {
        /* Memory of the secure side is disabled: it is not ours to touch. */
        if (device_type_is(fdt, node, "memory") && dt_is_enabled(fdt, node))
            read_memory(board, fdt, node);
        else if (strcmp(fdt_get_name(fdt, node, 0), "cpus") == 0)
            cpus = node;
    }
    if (cpus >= 0) {
        fdt_for_each_subnode(node, fdt, cpus) read_cpu(board, fdt, cpus, node);
    }
    read_reserved(board, fdt);
}

struct board_range board_tree_initrd(const void *fdt)
{
    struct board_range range = {0, 0};
    int chosen = fdt_path_offset(fdt, "/chosen");
    uint64_t start, end;

    if (chosen >= 0 && dt_u64(fdt, chosen, "linux,initrd-start", &start) == 0 &&
        dt_u64(fdt, chosen, "linux,initrd-end", &end) == 0 && end > start) {
        range.base = start;
        range.size = end - start;
    }
    return range;
}
