/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of the board, for our own bugs and dead hardware only: no guest action may reach it.
 * check() guards an invariant always, assert_debug() in debug builds.
 */
#ifndef HYP_CORE_PANIC_H
#define HYP_CORE_PANIC_H

/* Prints the reason, registers and a symbolised backtrace, stops the other CPUs, never returns. */
void panic(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

struct arch_regs;

/* A vector that only HYP's own faults reach: hyp/vectors.S, on the emergency stack. `vector` is the
 * number of the vector, 0 to 7. */
_Noreturn void panic_exception(const struct arch_regs *regs, unsigned int vector);

/* Stops this CPU for good, without a word: another one panics. */
_Noreturn void panic_stop(void);

#define check(cond)                                                      \
    do {                                                                 \
        if (!(cond))                                                     \
            panic("%s:%d: check failed: %s", __FILE__, __LINE__, #cond); \
    } while (0)

#if SKEP_DEBUG
#define assert_debug(cond) check(cond)
#else
#define assert_debug(cond) ((void)sizeof(cond))
#endif

#endif
