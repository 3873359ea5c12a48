/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The steps that turn one node of the system tree into a guest; private to the files that make up
 * system_parse(). Each returns 0 or -EINVAL with the error recorded.
 */
#ifndef GUESTS_SYSTEM_GUEST_H
#define GUESTS_SYSTEM_GUEST_H

#include "guests/system.h"

/*
 * The properties of the guest itself, with their defaults, and its banks and ROMs (without their
 * physical addresses). *ncpus is how many physical CPUs it names, or 0: they are for the caller.
 */
int system_guest_read(const struct node *node, const struct board *board,
                      struct system_arena *arena, struct guest_config *guest, unsigned int *ncpus);

/*
 * Where kernel, ramdisk and device tree go inside the guest's memory, checked against each other;
 * makes the device tree. Needs what system_guest_read() filled in.
 */
int system_guest_layout(const struct node *node, const struct board *board,
                        struct system_arena *arena, struct guest_config *guest);

/* The physical memory of every guest's banks and ROMs, in tree order. */
int system_place(struct system *system, const struct board *board, struct frames *frames,
                 struct system_error *error);

#endif
