/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of the board, for our own bugs and dead hardware only: no guest action may reach it.
 * check() guards an invariant always, assert_debug() in debug builds.
 */
#ifndef HYP_CORE_PANIC_H
#define HYP_CORE_PANIC_H

/* Prints the reason, registers and a symbolised backtrace, stops the other CPUs, never returns. */
_Noreturn void panic(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#define check(cond)                                                                                \
    do {                                                                                           \
        if (!(cond))                                                                               \
            panic("%s:%d: check failed: %s", __FILE__, __LINE__, #cond);                           \
    } while (0)

#ifdef SKEP_DEBUG
#define assert_debug(cond) check(cond)
#else
#define assert_debug(cond) ((void)sizeof(cond))
#endif

#endif
