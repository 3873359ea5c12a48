/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fills a guest's memory before each of its lives: zeros everywhere, then the payloads from their
 * pristine bytes. In bounded steps, for the guest's own job.
 */
#ifndef GUESTS_LOAD_H
#define GUESTS_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "guests/system.h"

struct vm;

struct load {
    const struct guest_config *config;
    const struct vm *vm;
    unsigned int phase;
    unsigned int index; /* bank, ROM or segment of the phase */
    uint32_t offset;    /* bytes of it that are done */
};

void load_begin(struct load *load, const struct guest_config *config, const struct vm *vm);

/* Works on at most 64 KiB. False when everything is done and instruction caches know it. */
bool load_step(struct load *load);

#endif
