/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest: a VM with the board that the design promises it, and its life. The system tree says what
 * it is; policy says what follows when it ends. Everything is allocated at boot.
 */
#ifndef GUESTS_GUEST_H
#define GUESTS_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "guests/system.h"

struct guest;
struct console_channel;
struct vcpu;

/* Makes all guests of a system, none started. Boot. Panics when memory ends, which system_parse()
 * has excluded. */
void guest_create_all(const struct system *system);

/* Starts those that start by themselves: all of them. Boot, when every CPU is there. */
void guest_start_all(void);

/* The guests in tree order. */
unsigned int guest_count(void);
struct guest *guest_at(unsigned int index);
struct guest *guest_find(const char *name); /* NULL when there is none of that name */

const char *guest_name(const struct guest *guest);
const char *guest_state_name(const struct guest *guest); /* "running", "off", "crashed", ... */
const struct guest_config *guest_config(const struct guest *guest);
struct console_channel *guest_console(struct guest *guest);
unsigned int guest_nr_vcpus(const struct guest *guest);
const struct vcpu *guest_vcpu(const struct guest *guest, unsigned int index);
const struct vm *guest_vm(const struct guest *guest);
uint32_t guest_starts(const struct guest *guest); /* how often it was started */

/*
 * What an operator can do. Asynchronous: they ask, the guest's own CPUs carry it out. start: a
 * guest that is off or crashed; reset: one that runs; destroy: one that is not off. 0, or
 * -EBUSY when the guest is not in a state for it. Any CPU, outside interrupt handlers.
 */
int guest_start(struct guest *guest);
int guest_reset(struct guest *guest);
int guest_destroy(struct guest *guest);

#endif
