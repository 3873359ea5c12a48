/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formatted text into a buffer, because newlib nano's printf cannot do 64-bit values. It follows
 * C11 7.21.6.1 for what it knows: d i u x X o c s p %, the flags - 0 + space #, width and
 * precision, also by *, and hh h l ll j z t. There is no floating point and no %n. It has no state
 * and takes no lock, so it may be called in any context, a panic's included.
 */
#ifndef HYP_LIB_VSNPRINTF_H
#define HYP_LIB_VSNPRINTF_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Write at most size - 1 characters and a NUL; with a size of 0 nothing, and `buf` may be NULL.
 * Returns the length that the whole text has, at most INT_MAX: the text was cut if that is `size`
 * or more. %p is always 0x and hexadecimal digits, %s of NULL is (null), and a directive that is
 * not known is copied as it stands.
 */
int lib_vsnprintf(char *buf, size_t size, const char *fmt, va_list list)
    __attribute__((format(printf, 3, 0)));

/* The same with the arguments in line. */
int lib_snprintf(char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
