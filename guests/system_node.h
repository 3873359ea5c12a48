/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading one node of a system tree, strictly: a property of the wrong size or range, and a name
 * that nobody knows, are errors that name node and property. The tree must have passed
 * dt_check(). Devicetree Specification v0.4, chapter 2.
 */
#ifndef GUESTS_SYSTEM_NODE_H
#define GUESTS_SYSTEM_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "guests/system_error.h"

struct node {
    const void *fdt;
    int offset;
    struct system_error *error;
};

/* Bytes inside the system tree; they stay where they are as long as Skep runs. */
struct payload {
    const uint8_t *data;
    uint32_t size;
};

/*
 * The names a node may hold; each list ends with NULL. A child's name that ends in '*' stands for
 * that name alone, with a unit address, or followed by a hyphen and more. No list of children
 * (NULL) allows any.
 */
struct node_names {
    const char *const *properties;
    const char *const *children;
};

/*
 * Record an error in `node`, at `property` (NULL: the node itself). Returns -EINVAL.
 */
int node_error(const struct node *node, const char *property, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Complete with the node's path an error that system_error_set() recorded. Returns -EINVAL. */
int node_error_here(const struct node *node);

/*
 * Every property and child of `node` must be among `names`; phandles are always allowed. The
 * answer to an unknown one names the nearest that is known, and the names that a later version
 * will understand are answered as such. Returns 0 or -EINVAL.
 */
int node_check_names(const struct node *node, const struct node_names *names);

/* The child called `name`; false if there is none. */
bool node_child(const struct node *node, const char *name, struct node *child);

/* Step through the children: *child is an iterator, started with node_first_child(). */
bool node_first_child(const struct node *node, struct node *child);
bool node_next_child(struct node *child);

const char *node_name(const struct node *node);

bool node_has(const struct node *node, const char *property);

/*
 * The readers below leave *value as it is, and return 0, if the property is absent, so that it may
 * hold the default; they return -EINVAL, with the error recorded, if it is there and wrong.
 */

/* One cell from min to max. */
int node_u32(const struct node *node, const char *property, uint32_t min, uint32_t max,
             uint32_t *value);

/* At least one and at most `max` cells; *count says how many. */
int node_cells(const struct node *node, const char *property, uint32_t *cells, unsigned int max,
               unsigned int *count);

/* One string, of at most `max` characters. */
int node_string(const struct node *node, const char *property, uint32_t max, const char **value);

/* One string among `count` choices; *value is its index. */
int node_choice(const struct node *node, const char *property, const char *const *choices,
                unsigned int count, unsigned int *value);

/* A property without a value: true if it is there. */
int node_flag(const struct node *node, const char *property, bool *value);

/* At least one byte. */
int node_payload(const struct node *node, const char *property, struct payload *value);

/* `compatible` must be there and hold `wanted` among its strings. */
int node_compatible(const struct node *node, const char *wanted);

#endif
