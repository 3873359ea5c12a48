/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Typed, strict reading of a system tree's nodes. Every length and range is checked here, once, so
 * that what lies above handles plain C values. Nothing here knows what a guest is.
 */
#include "guests/system_node.h"

#include <errno.h>
#include <libfdt.h>
#include <stdarg.h>
#include <string.h>

#include "hyp/lib/util.h"
#include "hyp/lib/vsnprintf.h"

#define NAME_MAX_COMPARED 63

static const char *const later[] = {"shared-memory", "pass-through", "colors", NULL};

int node_error_here(const struct node *node)
{
    struct system_error *error = node->error;

    if (fdt_get_path(node->fdt, node->offset, error->path, (int)sizeof(error->path)) != 0) {
        lib_snprintf(error->path, sizeof(error->path), ".../%s", node_name(node));
    }
    return -EINVAL;
}

int node_error(const struct node *node, const char *property, const char *format, ...)
{
    char text[sizeof(node->error->text)];
    va_list args;

    va_start(args, format);
    lib_vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    system_error_set(node->error, property, "%s", text);
    return node_error_here(node);
}

const char *node_name(const struct node *node)
{
    const char *name = fdt_get_name(node->fdt, node->offset, NULL);

    return name != NULL ? name : "";
}

bool node_child(const struct node *node, const char *name, struct node *child)
{
    int offset = fdt_subnode_offset(node->fdt, node->offset, name);

    *child = (struct node){.fdt = node->fdt, .offset = offset, .error = node->error};
    return offset >= 0;
}

bool node_first_child(const struct node *node, struct node *child)
{
    int offset = fdt_first_subnode(node->fdt, node->offset);

    *child = (struct node){.fdt = node->fdt, .offset = offset, .error = node->error};
    return offset >= 0;
}

bool node_next_child(struct node *child)
{
    child->offset = fdt_next_subnode(child->fdt, child->offset);
    return child->offset >= 0;
}

/* ---------------------------------------------------------------- names */

/* Levenshtein's distance of the first NAME_MAX_COMPARED characters of each. */
static unsigned int edit_distance(const char *a, const char *b)
{
    unsigned int row[NAME_MAX_COMPARED + 1];
    unsigned int la = (unsigned int)strnlen(a, NAME_MAX_COMPARED);
    unsigned int lb = (unsigned int)strnlen(b, NAME_MAX_COMPARED);

    for (unsigned int j = 0; j <= lb; j++) {
        row[j] = j;
    }
    for (unsigned int i = 1; i <= la; i++) {
        unsigned int diagonal = row[0];

        row[0] = i;
        for (unsigned int j = 1; j <= lb; j++) {
            unsigned int above = row[j];
            unsigned int best = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);

            best = MIN(best, above + 1);
            row[j] = MIN(best, row[j - 1] + 1);
            diagonal = above;
        }
    }
    return row[lb];
}

static const char *nearest(const char *name, const char *const *known)
{
    const char *found = NULL;
    unsigned int best = 0;

    for (; *known != NULL; known++) {
        unsigned int distance = edit_distance(name, *known);

        if (found == NULL || distance < best) {
            found = *known;
            best = distance;
        }
    }
    return found;
}

static bool in_list(const char *name, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(name, *list) == 0) {
            return true;
        }
    }
    return false;
}

static bool child_matches(const char *name, const char *pattern)
{
    size_t length = strlen(pattern);

    if (pattern[length - 1] != '*') {
        return strcmp(name, pattern) == 0;
    }
    length--;
    return strncmp(name, pattern, length) == 0 &&
           (name[length] == '\0' || name[length] == '@' || name[length] == '-');
}

static bool child_known(const char *name, const char *const *patterns)
{
    for (; *patterns != NULL; patterns++) {
        if (child_matches(name, *patterns)) {
            return true;
        }
    }
    return false;
}

static int unknown(const struct node *node, const char *property, const char *kind,
                   const char *name, const char *const *known, const char *other,
                   const char *const *others)
{
    const char *near = nearest(name, known);

    if (in_list(name, later)) {
        return node_error(node, property, "not supported by this version");
    }
    if (others != NULL && in_list(name, others)) {
        return node_error(node, property, "is a %s, not a %s", other, kind);
    }
    if (near == NULL) {
        return node_error(node, property, "unknown %s; none is known here", kind);
    }
    return node_error(node, property, "unknown %s; the nearest known is %.*s", kind,
                      (int)strcspn(near, "*"), near);
}

int node_check_names(const struct node *node, const struct node_names *names)
{
    struct node child;
    int offset;

    fdt_for_each_property_offset(offset, node->fdt, node->offset)
    {
        const char *name = NULL;

        if (fdt_getprop_by_offset(node->fdt, offset, &name, NULL) == NULL) {
            return node_error(node, NULL, "has a damaged property");
        }
        if (!in_list(name, names->properties) && strcmp(name, "phandle") != 0 &&
            strcmp(name, "linux,phandle") != 0) {
            return unknown(node, name, "property", name, names->properties, "node",
                           names->children);
        }
    }
    if (names->children == NULL) {
        return 0;
    }
    for (bool more = node_first_child(node, &child); more; more = node_next_child(&child)) {
        if (!child_known(node_name(&child), names->children)) {
            return unknown(&child, NULL, "node", node_name(&child), names->children, "property",
                           names->properties);
        }
    }
    return 0;
}

/* ---------------------------------------------------------------- values */

bool node_has(const struct node *node, const char *property)
{
    return fdt_getprop(node->fdt, node->offset, property, NULL) != NULL;
}

static const void *value_of(const struct node *node, const char *property, uint32_t *size)
{
    int length = 0;
    const void *value = fdt_getprop(node->fdt, node->offset, property, &length);

    *size = value != NULL ? (uint32_t)length : 0;
    return value;
}

int node_u32(const struct node *node, const char *property, uint32_t min, uint32_t max,
             uint32_t *value)
{
    uint32_t size;
    const fdt32_t *cell = value_of(node, property, &size);

    if (cell == NULL) {
        return 0;
    }
    if (size != sizeof(*cell)) {
        return node_error(node, property, "must be one cell of 4 bytes, not %u bytes",
                          (unsigned int)size);
    }
    if (fdt32_ld(cell) < min || fdt32_ld(cell) > max) {
        return node_error(node, property, "must be %u to %u, not %u", (unsigned int)min,
                          (unsigned int)max, (unsigned int)fdt32_ld(cell));
    }
    *value = fdt32_ld(cell);
    return 0;
}

int node_cells(const struct node *node, const char *property, uint32_t *cells, unsigned int max,
               unsigned int *count)
{
    uint32_t size;
    const fdt32_t *cell = value_of(node, property, &size);

    if (cell == NULL) {
        return 0;
    }
    if (size == 0 || size % sizeof(*cell) != 0) {
        return node_error(node, property, "must be cells of 4 bytes each, not %u bytes",
                          (unsigned int)size);
    }
    if (size / sizeof(*cell) > max) {
        return node_error(node, property, "must be at most %u cells, not %u", max,
                          (unsigned int)(size / sizeof(*cell)));
    }
    *count = (unsigned int)(size / sizeof(*cell));
    for (unsigned int i = 0; i < *count; i++) {
        cells[i] = fdt32_ld(&cell[i]);
    }
    return 0;
}

int node_string(const struct node *node, const char *property, uint32_t max, const char **value)
{
    uint32_t size;
    const char *string = value_of(node, property, &size);

    if (string == NULL) {
        return 0;
    }
    if (size == 0 || strnlen(string, size) != size - 1) {
        return node_error(node, property, "must be one string");
    }
    if (size - 1 > max) {
        return node_error(node, property, "must be at most %u characters, not %u",
                          (unsigned int)max, (unsigned int)(size - 1));
    }
    *value = string;
    return 0;
}

int node_choice(const struct node *node, const char *property, const char *const *choices,
                unsigned int count, unsigned int *value)
{
    const char *string = NULL;
    char list[64] = "";
    size_t used = 0;

    if (node_string(node, property, UINT32_MAX, &string) != 0) {
        return -EINVAL;
    }
    if (string == NULL) {
        return 0;
    }
    for (unsigned int i = 0; i < count; i++) {
        if (strcmp(string, choices[i]) == 0) {
            *value = i;
            return 0;
        }
        if (used < sizeof(list)) {
            used += (size_t)lib_snprintf(list + used, sizeof(list) - used, "%s%s",
                                         i == 0           ? ""
                                         : i + 1 == count ? " or "
                                                          : ", ",
                                         choices[i]);
        }
    }
    return node_error(node, property, "must be %s, not \"%.40s\"", list, string);
}

int node_flag(const struct node *node, const char *property, bool *value)
{
    uint32_t size;

    if (value_of(node, property, &size) == NULL) {
        return 0;
    }
    if (size != 0) {
        return node_error(node, property, "takes no value: it is there or it is not");
    }
    *value = true;
    return 0;
}

int node_payload(const struct node *node, const char *property, struct payload *value)
{
    uint32_t size;
    const uint8_t *data = value_of(node, property, &size);

    if (data == NULL) {
        return 0;
    }
    if (size == 0) {
        return node_error(node, property, "is empty");
    }
    *value = (struct payload){.data = data, .size = size};
    return 0;
}

int node_compatible(const struct node *node, const char *wanted)
{
    uint32_t size;
    const char *list = value_of(node, "compatible", &size);

    if (list == NULL) {
        return node_error(node, "compatible", "is missing; it must be \"%s\"", wanted);
    }
    if (fdt_stringlist_search(node->fdt, node->offset, "compatible", wanted) < 0) {
        return node_error(node, "compatible", "must be \"%s\"", wanted);
    }
    return 0;
}
