/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formatted text, C11 7.21.6.1 without floating point. Padding and overlong text cost no more than
 * the buffer is long, whatever width a directive names: what does not fit is counted, not written.
 */
#include "hyp/lib/vsnprintf.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "hyp/lib/util.h"

#define DIGITS_MAX 22u /* 2^64 - 1 in octal */

struct out {
    char *buf;
    size_t size;
    size_t length; /* of the whole text; not over INT_MAX */
};

struct spec {
    bool left, zero, plus, space, alt, upper;
    bool has_precision;
    size_t width, precision;
    unsigned int bytes; /* size of an integer argument */
};

static void put_n(struct out *out, const char *text, size_t n)
{
    if (out->size != 0 && out->length < out->size - 1) {
        memcpy(&out->buf[out->length], text, MIN(n, out->size - 1 - out->length));
    }
    out->length += MIN(n, (size_t)INT_MAX - out->length);
}

static void put_fill(struct out *out, char c, size_t n)
{
    if (out->size != 0 && out->length < out->size - 1) {
        memset(&out->buf[out->length], c, MIN(n, out->size - 1 - out->length));
    }
    out->length += MIN(n, (size_t)INT_MAX - out->length);
}

static void put_padded(struct out *out, const struct spec *spec, const char *text, size_t n)
{
    size_t pad = spec->width > n ? spec->width - n : 0;

    if (!spec->left) {
        put_fill(out, ' ', pad);
    }
    put_n(out, text, n);
    if (spec->left) {
        put_fill(out, ' ', pad);
    }
}

/* Digits of `value`, the last at end[-1]; returns the first. 0 has no digits. */
static char *digits(char *end, uint64_t value, unsigned int base, bool upper)
{
    const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";

    while (value > UINT32_MAX) {
        *--end = set[value % base];
        value /= base;
    }
    for (uint32_t low = (uint32_t)value; low != 0; low /= base) {
        *--end = set[low % base];
    }
    return end;
}

/* Sign or base in front, zeros up to the precision (or the width, by the 0 flag), the digits. */
static void put_number(struct out *out, const struct spec *spec, uint64_t value, unsigned int base,
                       const char *prefix)
{
    char text[DIGITS_MAX];
    const char *first = digits(text + sizeof(text), value, base, spec->upper);
    size_t n = (size_t)(text + sizeof(text) - first);
    size_t front = strlen(prefix);
    size_t least = spec->has_precision ? spec->precision : 1;
    size_t zeros, used;

    if (base == 8 && spec->alt && least <= n) {
        least = n + 1; /* the first digit is to be a zero */
    }
    if (spec->zero && !spec->left && !spec->has_precision && spec->width > front + least) {
        least = spec->width - front;
    }
    zeros = least > n ? least - n : 0;
    used = front + zeros + n;
    if (!spec->left) {
        put_fill(out, ' ', spec->width > used ? spec->width - used : 0);
    }
    put_n(out, prefix, front);
    put_fill(out, '0', zeros);
    put_n(out, first, n);
    if (spec->left) {
        put_fill(out, ' ', spec->width > used ? spec->width - used : 0);
    }
}

static void put_signed(struct out *out, const struct spec *spec, int64_t value)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    const char *sign = value < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";

    put_number(out, spec, magnitude, 10, sign);
}

static void put_string(struct out *out, const struct spec *spec, const char *text)
{
    size_t n = 0;

    if (text == NULL) {
        text = "(null)";
    }
    /* Not strlen: with a precision the text need not end. */
    while ((!spec->has_precision || n < spec->precision) && text[n] != '\0') {
        n++;
    }
    put_padded(out, spec, text, n);
}

/* A decimal number in the format, no larger than INT_MAX. */
static size_t parse_number(const char **fmt)
{
    size_t n = 0;

    while (**fmt >= '0' && **fmt <= '9') {
        n = n > (INT_MAX - 9) / 10 ? (size_t)INT_MAX : n * 10 + (size_t)(**fmt - '0');
        (*fmt)++;
    }
    return n;
}

static void parse_flags(const char **fmt, struct spec *spec)
{
    for (;; (*fmt)++) {
        switch (**fmt) {
        case '-':
            spec->left = true;
            break;
        case '0':
            spec->zero = true;
            break;
        case '+':
            spec->plus = true;
            break;
        case ' ':
            spec->space = true;
            break;
        case '#':
            spec->alt = true;
            break;
        default:
            return;
        }
    }
}

static void parse_length(const char **fmt, struct spec *spec)
{
    static const struct {
        char name[3];
        unsigned char bytes;
    } lengths[] = {
        /* The longer name before its own beginning. */
        {"hh", sizeof(char)},     {"h", sizeof(short)},    {"ll", sizeof(long long)},
        {"l", sizeof(long)},      {"j", sizeof(intmax_t)}, {"z", sizeof(size_t)},
        {"t", sizeof(ptrdiff_t)},
    };

    spec->bytes = sizeof(int);
    for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
        size_t n = strlen(lengths[i].name);

        if (strncmp(*fmt, lengths[i].name, n) == 0) {
            *fmt += n;
            spec->bytes = lengths[i].bytes;
            return;
        }
    }
}

/* va_list in a struct: a parameter of that type decays differently on different machines. */
struct args {
    va_list list;
};

static void parse_width_and_precision(const char **fmt, struct spec *spec, struct args *args)
{
    if (**fmt == '*') {
        int width = va_arg(args->list, int);

        (*fmt)++;
        spec->left = spec->left || width < 0;
        spec->width = width < 0 ? 0 - (size_t)width : (size_t)width;
    } else {
        spec->width = parse_number(fmt);
    }
    if (**fmt != '.') {
        return;
    }
    (*fmt)++;
    spec->has_precision = true;
    if (**fmt == '*') {
        int precision = va_arg(args->list, int);

        (*fmt)++;
        spec->has_precision = precision >= 0; /* a negative one counts as none */
        spec->precision = precision >= 0 ? (size_t)precision : 0;
    } else {
        spec->precision = parse_number(fmt);
    }
}

static uint64_t next_unsigned(const struct spec *spec, struct args *args)
{
    uint64_t value;

    if (spec->bytes > sizeof(int)) {
        return va_arg(args->list, uint64_t);
    }
    value = va_arg(args->list, unsigned int);
    return value & (~UINT64_C(0) >> (64 - 8 * spec->bytes));
}

static int64_t next_signed(const struct spec *spec, struct args *args)
{
    unsigned int shift = 64 - 8 * spec->bytes;

    /* Sign-extended from the argument's size: GCC shifts negative values arithmetically. */
    return (int64_t)(next_unsigned(spec, args) << shift) >> shift;
}

/* One directive behind its %; false if it is none that is known (no argument was taken then). */
static bool directive(struct out *out, struct spec *spec, char conversion, struct args *args)
{
    uint64_t value;
    char c;

    switch (conversion) {
    case 'd':
    case 'i':
        put_signed(out, spec, next_signed(spec, args));
        return true;
    case 'u':
        put_number(out, spec, next_unsigned(spec, args), 10, "");
        return true;
    case 'o':
        put_number(out, spec, next_unsigned(spec, args), 8, "");
        return true;
    case 'x':
    case 'X':
        spec->upper = conversion == 'X';
        value = next_unsigned(spec, args);
        put_number(out, spec, value, 16, !spec->alt || value == 0 ? "" : spec->upper ? "0X" : "0x");
        return true;
    case 'p':
        put_number(out, spec, (uintptr_t)va_arg(args->list, void *), 16, "0x");
        return true;
    case 'c':
        c = (char)va_arg(args->list, int);
        put_padded(out, spec, &c, 1);
        return true;
    case 's':
        put_string(out, spec, va_arg(args->list, const char *));
        return true;
    case '%':
        put_n(out, "%", 1);
        return true;
    default:
        return false;
    }
}

int lib_vsnprintf(char *buf, size_t size, const char *fmt, va_list list)
{
    struct out out = {.buf = buf, .size = size};
    struct args args;

    va_copy(args.list, list);
    while (*fmt != '\0') {
        const char *start = fmt;
        struct spec spec = {.left = false};

        if (*fmt != '%') {
            while (*fmt != '\0' && *fmt != '%') {
                fmt++;
            }
            put_n(&out, start, (size_t)(fmt - start));
            continue;
        }
        fmt++;
        parse_flags(&fmt, &spec);
        parse_width_and_precision(&fmt, &spec, &args);
        parse_length(&fmt, &spec);
        if (*fmt == '\0' || !directive(&out, &spec, *fmt, &args)) {
            put_n(&out, start, (size_t)(fmt - start)); /* an unknown letter goes out as text */
            continue;
        }
        fmt++;
    }
    va_end(args.list);
    if (size != 0) {
        buf[MIN(out.length, size - 1)] = '\0';
    }
    return (int)out.length;
}

int lib_snprintf(char *buf, size_t size, const char *fmt, ...)
{
    va_list args;
    int length;

    va_start(args, fmt);
    length = lib_vsnprintf(buf, size, fmt, args);
    va_end(args);
    return length;
}
