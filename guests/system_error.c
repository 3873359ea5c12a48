/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of an error in a system tree. Names in a tree are untrusted, so nothing that could
 * steer a terminal gets through.
 */
#include "guests/system_error.h"

#include <errno.h>
#include <stdarg.h>

#include "hyp/lib/vsnprintf.h"

static void make_printable(char *s)
{
    for (; *s != '\0'; s++) {
        if (*s < ' ' || *s > '~') {
            *s = '?';
        }
    }
}

int system_error_set(struct system_error *error, const char *property, const char *format, ...)
{
    va_list args;

    lib_snprintf(error->property, sizeof(error->property), "%s", property != NULL ? property : "");
    va_start(args, format);
    lib_vsnprintf(error->text, sizeof(error->text), format, args);
    va_end(args);
    make_printable(error->property);
    make_printable(error->text);
    return -EINVAL;
}

void system_error_message(const struct system_error *error, char *buffer, size_t size)
{
    if (error->property[0] != '\0') {
        lib_snprintf(buffer, size, "%s: %s: %s", error->path, error->property, error->text);
    } else {
        lib_snprintf(buffer, size, "%s: %s", error->path, error->text);
    }
    make_printable(buffer);
}
