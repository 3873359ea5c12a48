/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the assembly loops and the C of the bench share.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

/* The machine's addresses for the interrupt handler and the loops (loops.S knows the order). */
struct bench_gic {
    uint32_t gicd, gicc;
};

extern struct bench_gic bench_gic;

/*
 * One operation `rounds` times on `address` with `value`; what each means is said in loops.S. All
 * loops have the same frame, so loop_empty's time is that of any loop without its operation.
 */
typedef void bench_loop(uint32_t rounds, uint32_t address, uint32_t value, uint64_t *sum);

extern bench_loop loop_empty, loop_hvc, loop_actlr, loop_load, loop_store, loop_sgi_self,
    loop_vtimer, loop_wfi, loop_wake, loop_ping, loop_pong, loop_yield_skep, loop_yield_xen,
    loop_vfp_skep, loop_vfp_xen;

/* Does nothing, at an address that a plugin can watch for. */
void bench_mark(void);

/* The vectors of the loops: an interrupt handler of their own, all else the runtime's. */
extern char bench_vectors[];

#endif
