/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system tree: which guests there are, and what each of them is given. system_parse() turns
 * the blob into the structs below, checks everything that can be checked, takes every guest's RAM
 * from the frame allocator and makes every guest's device tree, so that after it nothing that a
 * tree says can fail. The same code is `make check-system` on the host, with the same words.
 *
 * A tree is untrusted until it has passed; afterwards the structs point into it, so it must stay
 * where it is, mapped and unchanged. docs/system-tree.md is the binding.
 */
#ifndef GUESTS_SYSTEM_H
#define GUESTS_SYSTEM_H

#include <stdbool.h>

#include "guests/system_error.h"
#include "guests/system_node.h"
#include "hyp/arch/types.h"
#include "hyp/core/board.h"
#include "hyp/lib/util.h"
#include "mm/frames.h"

#define SYSTEM_MAX_GUESTS 64
#define SYSTEM_MAX_VCPUS  8
#define SYSTEM_MAX_BANKS  8
#define SYSTEM_MAX_ROMS   8
#define SYSTEM_MAX_NAME   31

/* What system_parse() needs for its results: the structs, and the guests' device trees. */
#define SYSTEM_ARENA_SIZE MIB(2)

/* Memory handed out upwards and never taken back, 8-byte aligned. */
struct system_arena {
    uint8_t *base;
    size_t size;
    size_t used;
    /* Where only addresses are taken at first: makes the first `size` bytes usable. May be NULL. */
    bool (*commit)(struct system_arena *arena, size_t size);
};

/* A stretch of guest RAM. Base and size are multiples of 4 KiB, and it ends within 4 GiB. */
struct system_bank {
    uint32_t ipa;
    uint32_t size;
    paddr_t pa; /* equal to the IPA modulo 2 MiB where the bank holds a 2 MiB block */
};

/* Memory that the guest reads and executes: `data`, then bytes of 0xff. Aligned as a bank is. */
struct system_rom {
    uint32_t ipa;
    uint32_t size;
    paddr_t pa;
    struct payload data; /* may be empty */
};

/*
 * What has to be in RAM before a guest's first instruction. The memory from data.size up to
 * `room` is part of it and stays zero, as all scrubbed RAM is.
 */
struct system_segment {
    const char *what; /* "kernel", "ramdisk" or "device tree" */
    uint32_t ipa;
    uint32_t room; /* bytes, at least data.size */
    struct payload data;
};

enum system_policy { SYSTEM_RESTART, SYSTEM_STOP, SYSTEM_HALT };

enum system_all_off { SYSTEM_ALL_OFF_POWEROFF, SYSTEM_ALL_OFF_PROMPT };

struct guest_config {
    const char *name;     /* 1 to SYSTEM_MAX_NAME characters */
    const char *bootargs; /* never NULL */
    int node;             /* its offset in the blob */

    unsigned int nvcpus;
    uint8_t cpu[SYSTEM_MAX_VCPUS]; /* the physical CPU of each vCPU */
    uint8_t priority;              /* higher runs first */
    bool trap_wfi;
    uint32_t slice_us;

    enum system_policy on_crash;
    enum system_policy on_watchdog;
    enum system_policy on_reset;
    enum system_policy on_poweroff;
    uint32_t restart_count; /* at most so many restarts by on-crash and on-watchdog ... */
    uint32_t restart_s;     /* ... within so many seconds */

    unsigned int nbanks, nroms, nsegments;
    struct system_bank *bank; /* the first is "RAM" to the rules of placement */
    struct system_rom *rom;
    struct system_segment *segment;

    uint32_t entry; /* IPA of the first instruction, bit 0 clear */
    bool thumb;     /* it is a Thumb instruction */
    uint32_t dtb;   /* IPA of the device tree: r2 */
};

struct system {
    const void *blob;
    uint64_t blob_size;
    const char *model; /* NULL if the tree has none */

    unsigned int nguests;
    struct guest_config *guest; /* in tree order, without those that are disabled */
    unsigned int ndisabled;

    int focus; /* index of the guest that the console shows at start; -1: the prompt */
    enum system_all_off all_off;
    unsigned int housekeeping_cpu;
};

/*
 * Bytes that the tree at `blob` says it is long, if it begins like a tree and lies within `room`
 * bytes; 0 otherwise. Call it to reserve the blob before the frame allocator is used.
 */
uint64_t system_blob_size(const void *blob, uint64_t room);

/*
 * Read and check the system tree at `blob`, of which `room` bytes may be read, and fill `out`.
 * `frames` must already lack all that is not for guests; RAM and ROMs are taken from it. Boot CPU
 * only, before any guest exists. The blob must be 8-byte aligned.
 * Returns 0; -ENOEXEC if it is no device tree or none of a system (another blob may be tried);
 * -EINVAL if something in it is wrong: nothing of it may run then. In both cases `error` is set.
 */
int system_parse(const void *blob, uint64_t room, const struct board *board, struct frames *frames,
                 struct system_arena *arena, struct system *out, struct system_error *error);

/*
 * Show the system as lines without their line feed: the model, and each guest with its CPUs and
 * where everything of it lies. `line` is called with each.
 */
void system_print(const struct system *system, void (*line)(void *context, const char *text),
                  void *context);

/*
 * `size` bytes from the arena, zeroed; NULL if it is exhausted.
 */
void *system_arena_alloc(struct system_arena *arena, size_t size);

#endif
