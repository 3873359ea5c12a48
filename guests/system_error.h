/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is wrong with a system tree: which node, which property, and why. The parts are kept apart,
 * because the checker on the host finds the line of the source by the first two; the words are the
 * same on the host and on the target.
 */
#ifndef GUESTS_SYSTEM_ERROR_H
#define GUESTS_SYSTEM_ERROR_H

#include <stddef.h>

#define SYSTEM_MESSAGE_MAX 384

struct system_error {
    char path[128];    /* of the node */
    char property[40]; /* empty where the node itself is wrong */
    char text[192];
};

/*
 * Record what is wrong with `property` (NULL for the node itself); the path is for the caller that
 * knows the node to fill in. Characters that do not print are shown as '?', and what does not fit
 * is cut off. Returns -EINVAL, so that a check may end in `return system_error_set(...)`.
 */
int system_error_set(struct system_error *error, const char *property, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Write "PATH: PROPERTY: TEXT", or "PATH: TEXT" without a property, into `buffer` of `size` bytes
 * (SYSTEM_MESSAGE_MAX is always enough), terminated.
 */
void system_error_message(const struct system_error *error, char *buffer, size_t size);

#endif
