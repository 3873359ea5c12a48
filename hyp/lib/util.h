/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The few macros every room uses. Nothing here knows the machine.
 */
#ifndef HYP_LIB_UTIL_H
#define HYP_LIB_UTIL_H

#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a)                   (sizeof(a) / sizeof((a)[0]))
#define BIT(n)                          (UINT32_C(1) << (n))
#define BIT64(n)                        (UINT64_C(1) << (n))
/* Field of `v` from bit lo to bit hi, both inclusive, as the manual writes v<hi:lo>. */
#define BITS(v, hi, lo)                 (((v) >> (lo)) & ((BIT((hi) - (lo)) << 1) - 1u))
#define ALIGN_DOWN(v, a)                ((v) & ~((__typeof__(v))(a)-1u))
#define ALIGN_UP(v, a)                  ALIGN_DOWN((v) + ((__typeof__(v))(a)-1u), a)
#define IS_ALIGNED(v, a)                (((v) & ((__typeof__(v))(a)-1u)) == 0)
#define MIN(a, b)                       ((a) < (b) ? (a) : (b))
#define MAX(a, b)                       ((a) > (b) ? (a) : (b))
#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* For functions of the exit path that lend the address of a local of fixed size, which makes the
 * compiler expect an overrun, but have no array: without the canary each costs ten instructions
 * less. */
#define NO_CANARY                       __attribute__((no_stack_protector))

#define KIB(n)                          ((n)*UINT32_C(1024))
#define MIB(n)                          ((n)*UINT32_C(1048576))

#endif
