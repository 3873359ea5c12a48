/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds physical memory for every guest. What is 2 MiB long or longer gets addresses that are
 * equal to its IPAs modulo 2 MiB, so that stage 2 can map it by blocks (ARM DDI 0406C, B3.6).
 */
#include "guests/system_guest.h"

#include <errno.h>

#include "hyp/lib/util.h"

/* Memory at any address; its distance from a block boundary is that of `ipa`. */
static int take(struct frames *frames, uint32_t ipa, uint32_t size, paddr_t *pa)
{
    uint32_t lead = ipa & (BLOCK_SIZE - 1);
    int rc;

    if (size < BLOCK_SIZE) {
        return frames_alloc(frames, size, PAGE_SIZE, pa);
    }
    rc = frames_alloc(frames, (uint64_t)lead + size, BLOCK_SIZE, pa);
    if (rc != 0 || lead == 0) {
        return rc;
    }
    rc = frames_free(frames, *pa, lead);
    pa->pa += lead;
    return rc;
}

static int place_guest(struct guest_config *guest, struct frames *frames)
{
    int rc = 0;

    for (unsigned int i = 0; rc == 0 && i < guest->nbanks; i++) {
        rc = take(frames, guest->bank[i].ipa, guest->bank[i].size, &guest->bank[i].pa);
    }
    for (unsigned int i = 0; rc == 0 && i < guest->nroms; i++) {
        rc = take(frames, guest->rom[i].ipa, guest->rom[i].size, &guest->rom[i].pa);
    }
    return rc;
}

static uint64_t guest_bytes(const struct guest_config *guest)
{
    uint64_t bytes = 0;

    for (unsigned int i = 0; i < guest->nbanks; i++) {
        bytes += guest->bank[i].size;
    }
    for (unsigned int i = 0; i < guest->nroms; i++) {
        bytes += guest->rom[i].size;
    }
    return bytes;
}

static uint64_t board_bytes(const struct board *board)
{
    uint64_t bytes = 0;

    for (unsigned int i = 0; i < board->nbanks; i++) {
        bytes += board->bank[i].size;
    }
    return bytes;
}

int system_place(struct system *system, const struct board *board, struct frames *frames,
                 struct system_error *error)
{
    uint64_t wanted = 0;
    uint64_t there = board_bytes(board);

    for (unsigned int i = 0; i < system->nguests; i++) {
        struct guest_config *guest = &system->guest[i];
        struct node node = {.fdt = system->blob, .offset = guest->node, .error = error};
        const char *property = node_has(&node, "memory") ? "memory" : "memory-map";

        wanted += guest_bytes(guest);
        if (wanted > there) {
            return node_error(&node, property,
                              "brings the guests' memory to 0x%llx bytes; the board has 0x%llx",
                              (unsigned long long)wanted, (unsigned long long)there);
        }
        if (place_guest(guest, frames) != 0) {
            return node_error(&node, property,
                              "does not fit: Skep and the guests before it leave too little of "
                              "the board's RAM in one piece");
        }
    }
    return 0;
}
