/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system tree's checker for the host: the hypervisor's own system_parse() over a file, on a
 * board given by options or by its device tree. check_system.py runs it and adds file and line.
 *
 *   check_system [-c CPUS] [-m BYTES] [-i BYTES] [-b BOARD.dtb] [-g GUEST -o FILE] SYSTEM.dtb
 *
 * Prints the memory map and exits with 0, or prints the node, the property and the message on a
 * line each and exits with 1; 2 is for files that cannot be read and wrong options. -i is the size
 * of skep.bin, which lies at the board's RAM + 0x10000 with the system tree behind it, as QEMU's
 * -kernel puts build/NAME.img; -o writes the device tree that -g's guest is given.
 */
#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guests/system.h"
#include "hyp/lib/util.h"

#define IMAGE_OFFSET          UINT64_C(0x10000)
#define IMAGE_SIZE            UINT64_C(0x100000)

/* QEMU puts its tree, of 1 MiB, in the middle of RAM, but not further than this. */
#define BOARD_TREE_MAX_OFFSET UINT64_C(0x8000000)
#define BOARD_TREE_SIZE       UINT64_C(0x100000)
#define CORTEX_A15_MIDR       UINT32_C(0x412fc0f1)

struct file {
    uint8_t *data;
    size_t size;
};

static struct file read_file(const char *name)
{
    struct file file = {0};
    FILE *f = fopen(name, "rb");
    long size = -1;

    if (f != NULL && fseek(f, 0, SEEK_END) == 0) {
        size = ftell(f);
    }
    if (size >= 0 && fseek(f, 0, SEEK_SET) == 0) {
        file.data = aligned_alloc(8, ALIGN_UP((size_t)size + 1, 8));
        file.size = (size_t)size;
    }
    if (file.data == NULL || fread(file.data, 1, file.size, f) != file.size) {
        fprintf(stderr, "%s: %s\n", name, strerror(errno));
        exit(2);
    }
    fclose(f);
    return file;
}

/* ---------------------------------------------------------------- the board */

static uint64_t cells_at(const fdt32_t *cell, int count)
{
    uint64_t value = 0;

    for (int i = 0; i < count; i++) {
        value = value << 32 | fdt32_ld(&cell[i]);
    }
    return value;
}

/* Each entry of the node's `reg`, as bases and sizes in the parent's cells. */
static void add_ranges(const void *fdt, int parent, int node, struct board_range *range,
                       unsigned int max, unsigned int *count)
{
    int acells = fdt_address_cells(fdt, parent);
    int scells = fdt_size_cells(fdt, parent);
    int length = 0;
    const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &length);

    for (int at = 0; reg != NULL && at + acells + scells <= length / 4 && *count < max;
         at += acells + scells) {
        range[*count].base = cells_at(reg + at, acells);
        range[*count].size = cells_at(reg + at + acells, scells);
        (*count)++;
    }
}

static bool is_type(const void *fdt, int node, const char *type)
{
    const char *value = fdt_getprop(fdt, node, "device_type", NULL);

    return value != NULL && strcmp(value, type) == 0;
}

static void board_from_tree(struct board *board, const char *name)
{
    struct file file = read_file(name);
    const void *fdt = file.data;
    int cpus, reserved, node;

    if (fdt_check_full(fdt, file.size) != 0) {
        fprintf(stderr, "%s: no device tree\n", name);
        exit(2);
    }
    board->ncpus = 0;
    board->nbanks = 0;
    board->nreserved = 0;
    cpus = fdt_path_offset(fdt, "/cpus");
    fdt_for_each_subnode(node, fdt, cpus)
    {
        board->ncpus += is_type(fdt, node, "cpu") && board->ncpus < BOARD_MAX_CPUS ? 1 : 0;
    }
    fdt_for_each_subnode(node, fdt, 0)
    {
        if (is_type(fdt, node, "memory")) {
            add_ranges(fdt, 0, node, board->bank, BOARD_MAX_BANKS, &board->nbanks);
        }
    }
    reserved = fdt_path_offset(fdt, "/reserved-memory");
    fdt_for_each_subnode(node, fdt, reserved)
    {
        add_ranges(fdt, reserved, node, board->reserved, BOARD_MAX_RESERVED, &board->nreserved);
    }
    if (board->ncpus == 0 || board->nbanks == 0) {
        fprintf(stderr, "%s: no CPU or no memory in it\n", name);
        exit(2);
    }
    free(file.data);
}

static uint64_t board_tree_at(const struct board *board)
{
    return board->bank[0].base + MIN(board->bank[0].size / 2, BOARD_TREE_MAX_OFFSET);
}

/*
 * What the hypervisor does before it parses the tree: RAM, without itself and the trees. The places
 * are those of QEMU's -kernel build/NAME.img. What else Skep takes by then are pages in blocks that
 * are broken anyway, which no bank of 2 MiB or more would get.
 */
static void fill_frames(struct frames *frames, const struct board *board, uint64_t image)
{
    int rc = 0;

    frames_init(frames);
    for (unsigned int i = 0; i < board->nbanks; i++) {
        rc |= frames_add_bank(frames, PADDR(board->bank[i].base), board->bank[i].size);
    }
    for (unsigned int i = 0; i < board->nreserved; i++) {
        rc |= frames_reserve(frames, PADDR(board->reserved[i].base), board->reserved[i].size);
    }
    rc |= frames_reserve(frames, PADDR(board->bank[0].base + IMAGE_OFFSET), image);
    rc |= frames_reserve(frames, PADDR(board_tree_at(board)), BOARD_TREE_SIZE);
    if (rc != 0) {
        fprintf(stderr, "the board's memory cannot be represented, or Skep itself does not fit\n");
        exit(2);
    }
}

/* The memory that system_parse() works in, and the frames that it is made of on the board. */
struct counted_arena {
    struct system_arena arena; /* first */
    struct frames frames;
    size_t committed;
};

/* Takes the frames that the board would take, so that guests find the same left over. */
static bool commit(struct system_arena *arena, size_t size)
{
    struct counted_arena *counted = container_of(arena, struct counted_arena, arena);
    size_t end = ALIGN_UP(size, PAGE_SIZE);
    paddr_t pa;

    if (end > counted->committed) {
        if (frames_alloc(&counted->frames, end - counted->committed, PAGE_SIZE, &pa) != 0) {
            return false;
        }
        counted->committed = end;
    }
    return true;
}

/* ---------------------------------------------------------------- results */

static void print_line(void *context, const char *text)
{
    fprintf(context, "%s\n", text);
}

static void write_dtb(const struct system *system, const char *guest, const char *name)
{
    for (unsigned int i = 0; i < system->nguests; i++) {
        const struct guest_config *g = &system->guest[i];
        const struct payload *dtb = &g->segment[g->nsegments - 1].data;
        FILE *f;

        if (strcmp(g->name, guest) != 0) {
            continue;
        }
        f = fopen(name, "wb");
        if (f == NULL || fwrite(dtb->data, 1, dtb->size, f) != dtb->size || fclose(f) != 0) {
            fprintf(stderr, "%s: %s\n", name, strerror(errno));
            exit(2);
        }
        return;
    }
    fprintf(stderr, "no guest %s\n", guest);
    exit(2);
}

static void usage(void)
{
    fprintf(stderr, "usage: check_system [-c CPUS] [-m BYTES] [-i BYTES] [-b BOARD.dtb] "
                    "[-g GUEST -o FILE] SYSTEM.dtb\n");
    exit(2);
}

struct options {
    struct board board;
    uint64_t image;
    const char *guest;
    const char *output;
    const char *system;
};

static void read_options(int argc, char **argv, struct options *o)
{
    struct board *board = &o->board;
    int option;

    while ((option = getopt(argc, argv, "c:m:i:b:g:o:")) != -1) {
        switch (option) {
        case 'c':
            board->ncpus = MIN((unsigned int)strtoul(optarg, NULL, 0),
                               (unsigned int)BOARD_MAX_CPUS);
            break;
        case 'm':
            board->bank[0].size = strtoull(optarg, NULL, 0);
            break;
        case 'i':
            o->image = strtoull(optarg, NULL, 0);
            break;
        case 'b':
            board_from_tree(board, optarg);
            break;
        case 'g':
            o->guest = optarg;
            break;
        case 'o':
            o->output = optarg;
            break;
        default:
            usage();
        }
    }
    if (optind + 1 != argc || (o->guest == NULL) != (o->output == NULL)) {
        usage();
    }
    o->system = argv[optind];
}

/* Prints what system_parse() makes of the tree; 0, or 1 if it is wrong. */
static int check(const struct options *o, const struct file *tree, struct counted_arena *counted)
{
    char message[SYSTEM_MESSAGE_MAX];
    struct system_error error;
    struct system system;

    fill_frames(&counted->frames, &o->board, ALIGN_UP(o->image, PAGE_SIZE) + tree->size);
    if (system_parse(tree->data, tree->size, &o->board, &counted->frames, &counted->arena, &system,
                     &error) != 0) {
        system_error_message(&error, message, sizeof(message));
        printf("%s\n%s\n%s\n", error.path, error.property, message);
        return 1;
    }
    system_print(&system, print_line, stdout);
    if (o->output != NULL) {
        write_dtb(&system, o->guest, o->output);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static struct counted_arena counted = {.arena = {.size = SYSTEM_ARENA_SIZE, .commit = commit}};
    struct options o = {.board = {.midr = CORTEX_A15_MIDR,
                                  .ncpus = 2,
                                  .nbanks = 1,
                                  .bank = {{.base = 0x40000000, .size = 0x40000000}}},
                        .image = IMAGE_SIZE};
    struct file tree;
    int status;

    read_options(argc, argv, &o);
    tree = read_file(o.system);
    counted.arena.base = aligned_alloc(8, counted.arena.size);
    if (counted.arena.base == NULL) {
        fprintf(stderr, "out of memory\n");
        return 2;
    }
    status = check(&o, &tree, &counted);
    free(counted.arena.base);
    free(tree.data);
    return status;
}
