/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PASS and FAIL lines with a count of both, for every conformance guest.
 */
#ifndef RUNTIME_CHECK_H
#define RUNTIME_CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include "runtime/probe.h"

/* True under Skep, told by the vendor-hypervisor UID call; false natively. */
extern bool under_skep;

/* PASS `name`, or FAIL with `detail`. Returns ok. */
bool check(const char *name, bool ok, const char *detail);

/* PASS if got == want, else FAIL with both. Returns the same. */
bool check_eq(const char *name, uint32_t want, uint32_t got);

/* The same of (got & mask). */
bool check_mask(const char *name, uint32_t mask, uint32_t want, uint32_t got);

/* PASS if the probe ended by `kind`; a wrong end is shown with its LR, SPSR and fault status. */
bool check_kind(const char *name, unsigned int kind, const struct probe *p);

/* PASS if the probe took UNDEF at `insn` with the right LR and the SPSR it was started with. */
bool check_undef(const char *name, uint32_t insn, const struct probe *p, uint32_t cpsr);

/* SKIP line, not counted: what cannot be asked of this machine, and why. */
void skip(const char *name, const char *why);

/* The closing line: "WHO: N passed, M failed". */
void check_summary(const char *who);

#endif
