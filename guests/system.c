/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the blob to `struct system`: is it a tree, is it a system, what is at its top, which guests,
 * which CPUs. One pass, in tree order, that stops at the first error.
 */
#include "guests/system.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include "guests/system_guest.h"
#include "hyp/lib/fdt_check.h"
#include "hyp/lib/util.h"

#define HEADER_SIZE 40 /* of a tree of version 17 */
#define VERSION     17
#define MODEL_MAX   127

static const char *const no_names[] = {NULL};
static const char *const root_properties[] = {"compatible", "model", "#address-cells",
                                              "#size-cells", NULL};
static const char *const root_children[] = {"console", "hypervisor", "guests", "__symbols__", NULL};
static const char *const console_properties[] = {"focus", NULL};
static const char *const hypervisor_properties[] = {"on-all-off", "housekeeping-cpu", NULL};
static const char *const guests_properties[] = {"#address-cells", "#size-cells", NULL};

static const struct node_names root_names = {root_properties, root_children};
static const struct node_names console_names = {console_properties, no_names};
static const struct node_names hypervisor_names = {hypervisor_properties, no_names};
static const struct node_names guests_names = {guests_properties, NULL}; /* any child */

void *system_arena_alloc(struct system_arena *arena, size_t size)
{
    size_t start = ALIGN_UP(arena->used, 8);

    if (start > arena->size || size > arena->size - start) {
        return NULL;
    }
    if (arena->commit && !arena->commit(arena, start + size)) {
        return NULL;
    }
    arena->used = start + size;
    memset(arena->base + start, 0, size);
    return arena->base + start;
}

uint64_t system_blob_size(const void *blob, uint64_t room)
{
    if (room < HEADER_SIZE || fdt_magic(blob) != FDT_MAGIC) {
        return 0;
    }
    return fdt_totalsize(blob) >= HEADER_SIZE && fdt_totalsize(blob) <= room ? fdt_totalsize(blob)
                                                                             : 0;
}

/* ---------------------------------------------------------------- the blob */

static int blob_error(struct system_error *error, int rc, const char *text)
{
    memcpy(error->path, "/", 2);
    system_error_set(error, NULL, "%s", text);
    return rc;
}

static int check_blob(const void *blob, uint64_t room, struct system_error *error)
{
    int rc;

    if (((uintptr_t)blob & 7) != 0) {
        return blob_error(error, -ENOEXEC, "the system tree is not aligned to 8 bytes");
    }
    if (room < HEADER_SIZE || fdt_magic(blob) != FDT_MAGIC) {
        return blob_error(error, -ENOEXEC, "is no device tree");
    }
    if (fdt_version(blob) < VERSION) {
        return blob_error(error, -EINVAL, "the tree's format is older than version 17");
    }
    if (fdt_totalsize(blob) > room) {
        return blob_error(error, -EINVAL, "the tree is cut short");
    }
    rc = dt_check(blob, (size_t)MIN(room, (uint64_t)INT32_MAX));
    if (rc == -FDT_ERR_TRUNCATED) {
        return blob_error(error, -EINVAL, "the tree is cut short");
    }
    if (rc != 0) {
        blob_error(error, -EINVAL, "");
        return system_error_set(error, NULL, "the tree is damaged: %s", fdt_strerror(rc));
    }
    return 0;
}

/* ---------------------------------------------------------------- the top of the tree */

/* The binding's cells are single words; a tree that says something else means something else. */
static int check_cells(const struct node *node)
{
    uint32_t one = 1;

    if (node_u32(node, "#address-cells", 1, 1, &one) != 0) {
        return -EINVAL;
    }
    return node_u32(node, "#size-cells", 1, 1, &one);
}

static int read_root(const struct node *root, struct system *out)
{
    if (node_compatible(root, "skep,system") != 0) {
        return -ENOEXEC;
    }
    if (node_check_names(root, &root_names) != 0 || check_cells(root) != 0) {
        return -EINVAL;
    }
    return node_string(root, "model", MODEL_MAX, &out->model);
}

static int read_hypervisor(const struct node *root, const struct board *board, struct system *out)
{
    static const char *const all_off[] = {
        [SYSTEM_ALL_OFF_POWEROFF] = "poweroff", [SYSTEM_ALL_OFF_PROMPT] = "prompt"};
    struct node node;
    unsigned int choice = SYSTEM_ALL_OFF_POWEROFF;
    uint32_t cpu = 0;

    if (!node_child(root, "hypervisor", &node)) {
        return 0;
    }
    if (node_check_names(&node, &hypervisor_names) != 0 ||
        node_choice(&node, "on-all-off", all_off, ARRAY_SIZE(all_off), &choice) != 0 ||
        node_u32(&node, "housekeeping-cpu", 0, UINT32_MAX, &cpu) != 0) {
        return -EINVAL;
    }
    if (cpu >= board->ncpus) {
        return node_error(&node, "housekeeping-cpu",
                          "CPU %u does not exist; the board has %u, from 0", (unsigned int)cpu,
                          board->ncpus);
    }
    out->all_off = (enum system_all_off)choice;
    out->housekeeping_cpu = cpu;
    return 0;
}

static int read_console(const struct node *root, struct system *out)
{
    struct node node;
    uint32_t phandle = 0;
    int target;

    out->focus = out->nguests == 1 ? 0 : -1;
    if (!node_child(root, "console", &node)) {
        return 0;
    }
    if (node_has(&node, "uart")) {
        return node_error(&node, "uart", "not supported by this version");
    }
    if (node_check_names(&node, &console_names) != 0) {
        return -EINVAL;
    }
    if (!node_has(&node, "focus")) {
        return 0;
    }
    if (node_u32(&node, "focus", 0, UINT32_MAX, &phandle) != 0) {
        return -EINVAL;
    }
    target = fdt_node_offset_by_phandle(root->fdt, phandle);
    for (unsigned int i = 0; i < out->nguests; i++) {
        if (out->guest[i].node == target) {
            out->focus = (int)i;
            return 0;
        }
    }
    return node_error(&node, "focus",
                      target < 0 ? "refers to no node" : "refers to no guest that is enabled");
}

/* ---------------------------------------------------------------- the guests */

static int read_status(const struct node *node, bool *disabled)
{
    static const char *const states[] = {"okay", "disabled"};
    unsigned int state = 0;
    int rc = node_choice(node, "status", states, ARRAY_SIZE(states), &state);

    *disabled = state == 1;
    return rc;
}

/* Each vCPU to the CPU that has the fewest, the lowest of them first. */
static void assign_cpus(struct guest_config *guest, unsigned int named, unsigned int ncpus,
                        unsigned int *load)
{
    for (unsigned int i = 0; i < guest->nvcpus; i++) {
        if (named == 0) {
            unsigned int best = 0;

            for (unsigned int cpu = 1; cpu < ncpus; cpu++) {
                best = load[cpu] < load[best] ? cpu : best;
            }
            guest->cpu[i] = (uint8_t)best;
        }
        load[guest->cpu[i]]++;
    }
}

static int check_name_unique(const struct node *node, const struct system *out)
{
    for (unsigned int i = 0; i < out->nguests; i++) {
        if (strcmp(out->guest[i].name, node_name(node)) == 0) {
            return node_error(node, NULL, "there are two guests of this name");
        }
    }
    return 0;
}

/* A disabled guest is read like any other, so that enabling it is no surprise, and then dropped. */
static int read_guest(const struct node *node, const struct board *board,
                      struct system_arena *arena, unsigned int *load, struct system *out)
{
    struct guest_config *guest = &out->guest[out->nguests];
    unsigned int named = 0;
    size_t used = arena->used;
    bool disabled = false;

    if (system_guest_read(node, board, arena, guest, &named) != 0 ||
        read_status(node, &disabled) != 0 || check_name_unique(node, out) != 0 ||
        check_cells(node) != 0 || system_guest_layout(node, board, arena, guest) != 0) {
        return -EINVAL;
    }
    if (disabled) {
        arena->used = used;
        out->ndisabled++;
        return 0;
    }
    assign_cpus(guest, named, board->ncpus, load);
    out->nguests++;
    return 0;
}

static int count_guests(const struct node *guests, unsigned int *count)
{
    struct node child;

    *count = 0;
    for (bool more = node_first_child(guests, &child); more; more = node_next_child(&child)) {
        (*count)++;
    }
    if (*count > SYSTEM_MAX_GUESTS) {
        return node_error(guests, NULL, "has %u guests; at most %u are possible", *count,
                          SYSTEM_MAX_GUESTS);
    }
    return 0;
}

static int read_guests(const struct node *root, const struct board *board,
                       struct system_arena *arena, struct system *out)
{
    unsigned int load[BOARD_MAX_CPUS] = {0};
    unsigned int count = 0;
    struct node guests, child;

    if (!node_child(root, "guests", &guests)) {
        return node_error(root, "guests", "is missing");
    }
    if (node_check_names(&guests, &guests_names) != 0 || check_cells(&guests) != 0 ||
        count_guests(&guests, &count) != 0) {
        return -EINVAL;
    }
    out->guest = system_arena_alloc(arena, count * sizeof(out->guest[0]));
    if (out->guest == NULL) {
        return node_error(&guests, NULL, "Skep's own memory for systems is used up");
    }
    for (bool more = node_first_child(&guests, &child); more; more = node_next_child(&child)) {
        if (read_guest(&child, board, arena, load, out) != 0) {
            return -EINVAL;
        }
    }
    if (out->nguests == 0) {
        return node_error(&guests, NULL, "has no guest that is enabled");
    }
    return 0;
}

int system_parse(const void *blob, uint64_t room, const struct board *board, struct frames *frames,
                 struct system_arena *arena, struct system *out, struct system_error *error)
{
    struct node root = {.fdt = blob, .offset = 0, .error = error};
    int rc;

    *out = (struct system){.blob = blob, .focus = -1};
    *error = (struct system_error){.path = "/"};
    rc = check_blob(blob, room, error);
    if (rc == 0) {
        out->blob_size = fdt_totalsize(blob);
        rc = read_root(&root, out);
    }
    if (rc == 0) {
        rc = read_hypervisor(&root, board, out);
    }
    if (rc == 0) {
        rc = read_guests(&root, board, arena, out);
    }
    if (rc == 0) {
        rc = read_console(&root, out);
    }
    return rc != 0 ? rc : system_place(out, board, frames, error);
}
