/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the properties of one guest's node. The names and defaults are the binding's; what depends
 * on other guests or on the contents of payloads is not decided here.
 */
#include "guests/system_guest.h"

#include <errno.h>
#include <string.h>

#include "guests/machine.h"
#include "hyp/lib/util.h"

#define BOOTARGS_MAX      4095
#define SLICE_US_MIN      100
#define SLICE_US_MAX      1000000
#define RESTART_COUNT_MAX 1000
#define RESTART_S_MAX     86400
#define END_OF_IPA        UINT64_C(0x100000000)

static const char *const guest_properties[] = {
    "compatible",    "vcpus",    "cpus",     "memory",         "memory-map",  "bootargs",
    "priority",      "slice-us", "on-crash", "on-watchdog",    "on-reset",    "on-poweroff",
    "restart-limit", "trap-wfi", "status",   "#address-cells", "#size-cells", NULL};
static const char *const guest_children[] = {"kernel", "ramdisk", "dtb", "rom*", NULL};
static const struct node_names guest_names = {guest_properties, guest_children};

static const char *const rom_properties[] = {"base", "size", "data", NULL};
static const char *const no_children[] = {NULL};
static const struct node_names rom_names = {rom_properties, no_children};

static const char *const policies[] = {
    [SYSTEM_RESTART] = "restart", [SYSTEM_STOP] = "stop", [SYSTEM_HALT] = "halt-system"};

static int read_name(const struct node *node, struct guest_config *guest)
{
    guest->name = node_name(node);
    if (strchr(guest->name, '@') != NULL) {
        return node_error(node, NULL, "a guest's name has no unit address");
    }
    if (strlen(guest->name) > SYSTEM_MAX_NAME) {
        return node_error(node, NULL, "a guest's name has at most %u characters", SYSTEM_MAX_NAME);
    }
    for (const char *c = guest->name; *c != '\0'; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z');

        if (!letter && !(*c >= '0' && *c <= '9') && strchr(",._+-", *c) == NULL) {
            return node_error(node, NULL, "a guest's name has letters, digits and ,._+- only");
        }
    }
    if (guest->name[0] == '\0' || strcmp(guest->name, "skep") == 0) {
        return node_error(node, NULL, "is no name for a guest");
    }
    return 0;
}

static int read_policy(const struct node *node, const char *property, enum system_policy initial,
                       enum system_policy *policy)
{
    unsigned int choice = initial;
    int rc = node_choice(node, property, policies, ARRAY_SIZE(policies), &choice);

    *policy = (enum system_policy)choice;
    return rc;
}

static int read_policies(const struct node *node, struct guest_config *guest)
{
    uint32_t limit[2] = {5, 60};
    unsigned int count = 2;

    if (read_policy(node, "on-crash", SYSTEM_RESTART, &guest->on_crash) != 0 ||
        read_policy(node, "on-watchdog", SYSTEM_RESTART, &guest->on_watchdog) != 0 ||
        read_policy(node, "on-reset", SYSTEM_RESTART, &guest->on_reset) != 0 ||
        read_policy(node, "on-poweroff", SYSTEM_STOP, &guest->on_poweroff) != 0 ||
        node_cells(node, "restart-limit", limit, 2, &count) != 0) {
        return -EINVAL;
    }
    if (count != 2 || limit[0] > RESTART_COUNT_MAX || limit[1] == 0 || limit[1] > RESTART_S_MAX) {
        return node_error(node, "restart-limit",
                          "must be two cells: at most 0 to %u restarts in 1 to %u seconds",
                          RESTART_COUNT_MAX, RESTART_S_MAX);
    }
    guest->restart_count = limit[0];
    guest->restart_s = limit[1];
    return 0;
}

static int read_cpus(const struct node *node, const struct board *board, struct guest_config *guest,
                     unsigned int *ncpus)
{
    uint32_t cpu[SYSTEM_MAX_VCPUS];
    uint32_t vcpus = 1;

    *ncpus = 0;
    if (node_u32(node, "vcpus", 1, SYSTEM_MAX_VCPUS, &vcpus) != 0 ||
        node_cells(node, "cpus", cpu, SYSTEM_MAX_VCPUS, ncpus) != 0) {
        return -EINVAL;
    }
    guest->nvcpus = vcpus;
    if (*ncpus != 0 && *ncpus != vcpus) {
        return node_error(node, "cpus", "names %u CPU%s for %u vCPU%s", *ncpus,
                          *ncpus == 1 ? "" : "s", (unsigned int)vcpus, vcpus == 1 ? "" : "s");
    }
    for (unsigned int i = 0; i < *ncpus; i++) {
        if (cpu[i] >= board->ncpus) {
            return node_error(node, "cpus", "CPU %u does not exist; the board has %u, from 0",
                              (unsigned int)cpu[i], board->ncpus);
        }
        guest->cpu[i] = (uint8_t)cpu[i];
    }
    return 0;
}

/* A stretch of guest memory; `base_name` and `size_name` are the properties that gave it. */
static int check_range(const struct node *node, uint32_t base, uint32_t size, const char *base_name,
                       const char *size_name)
{
    if (size == 0) {
        return node_error(node, size_name, "must not be 0 bytes");
    }
    if (!IS_ALIGNED(size, PAGE_SIZE)) {
        return node_error(node, size_name, "the size 0x%x is no multiple of 4 KiB",
                          (unsigned int)size);
    }
    if (!IS_ALIGNED(base, PAGE_SIZE)) {
        return node_error(node, base_name, "the base 0x%x is no multiple of 4 KiB",
                          (unsigned int)base);
    }
    if ((uint64_t)base + size > END_OF_IPA) {
        return node_error(node, size_name, "0x%x bytes at 0x%08x end beyond 4 GiB",
                          (unsigned int)size, (unsigned int)base);
    }
    return 0;
}

static int read_memory(const struct node *node, struct system_arena *arena,
                       struct guest_config *guest)
{
    uint32_t cell[2 * SYSTEM_MAX_BANKS] = {MACHINE_RAM_BASE, 0};
    unsigned int count = 0;
    const char *property = node_has(node, "memory") ? "memory" : "memory-map";

    if (node_has(node, "memory") == node_has(node, "memory-map")) {
        return node_error(node, "memory", "exactly one of memory and memory-map must be given");
    }
    if (node_u32(node, "memory", 0, UINT32_MAX, &cell[1]) != 0 ||
        node_cells(node, "memory-map", cell, ARRAY_SIZE(cell), &count) != 0) {
        return -EINVAL;
    }
    if (count % 2 != 0) {
        return node_error(node, property, "must be pairs of base and size, not %u cells", count);
    }
    guest->nbanks = count == 0 ? 1 : count / 2;
    guest->bank = system_arena_alloc(arena, guest->nbanks * sizeof(guest->bank[0]));
    if (guest->bank == NULL) {
        return node_error(node, property, "Skep's own memory for systems is used up");
    }
    for (unsigned int i = 0; i < guest->nbanks; i++) {
        guest->bank[i] = (struct system_bank){.ipa = cell[2 * i], .size = cell[2 * i + 1]};
        if (check_range(node, cell[2 * i], cell[2 * i + 1], property, property) != 0) {
            return -EINVAL;
        }
    }
    return 0;
}

static int read_rom(const struct node *node, struct system_rom *rom)
{
    if (node_check_names(node, &rom_names) != 0 || node_payload(node, "data", &rom->data) != 0) {
        return -EINVAL;
    }
    if (!node_has(node, "base")) {
        return node_error(node, "base", "is missing");
    }
    if (!node_has(node, "size") && rom->data.size == 0) {
        return node_error(node, "size", "is missing; a rom needs data, a size or both");
    }
    rom->size = ALIGN_UP(rom->data.size, PAGE_SIZE);
    if (node_u32(node, "base", 0, UINT32_MAX, &rom->ipa) != 0 ||
        node_u32(node, "size", 0, UINT32_MAX, &rom->size) != 0) {
        return -EINVAL;
    }
    if (rom->size < rom->data.size) {
        return node_error(node, "size", "0x%x bytes do not hold the data's 0x%x",
                          (unsigned int)rom->size, (unsigned int)rom->data.size);
    }
    return check_range(node, rom->ipa, rom->size, "base", "size");
}

static bool is_rom(const struct node *child)
{
    return strncmp(node_name(child), "rom", 3) == 0;
}

static int read_roms(const struct node *node, struct system_arena *arena,
                     struct guest_config *guest)
{
    struct node child;
    unsigned int count = 0;

    for (bool more = node_first_child(node, &child); more; more = node_next_child(&child)) {
        count += is_rom(&child) ? 1 : 0;
    }
    if (count > SYSTEM_MAX_ROMS) {
        return node_error(node, NULL, "has %u roms; at most %u are possible", count,
                          SYSTEM_MAX_ROMS);
    }
    guest->rom = system_arena_alloc(arena, count * sizeof(guest->rom[0]));
    if (guest->rom == NULL) {
        return node_error(node, NULL, "Skep's own memory for systems is used up");
    }
    for (bool more = node_first_child(node, &child); more; more = node_next_child(&child)) {
        if (is_rom(&child) && read_rom(&child, &guest->rom[guest->nroms++]) != 0) {
            return -EINVAL;
        }
    }
    return 0;
}

int system_guest_read(const struct node *node, const struct board *board,
                      struct system_arena *arena, struct guest_config *guest, unsigned int *ncpus)
{
    uint32_t priority = 0;

    *guest = (struct guest_config){.bootargs = "", .node = node->offset, .slice_us = 10000};
    if (read_name(node, guest) != 0 || node_compatible(node, "skep,guest") != 0 ||
        node_check_names(node, &guest_names) != 0) {
        return -EINVAL;
    }
    if (read_cpus(node, board, guest, ncpus) != 0 || read_policies(node, guest) != 0 ||
        node_string(node, "bootargs", BOOTARGS_MAX, &guest->bootargs) != 0 ||
        node_u32(node, "priority", 0, 255, &priority) != 0 ||
        node_u32(node, "slice-us", SLICE_US_MIN, SLICE_US_MAX, &guest->slice_us) != 0 ||
        node_flag(node, "trap-wfi", &guest->trap_wfi) != 0) {
        return -EINVAL;
    }
    guest->priority = (uint8_t)priority;
    if (read_memory(node, arena, guest) != 0 || read_roms(node, arena, guest) != 0) {
        return -EINVAL;
    }
    return 0;
}
