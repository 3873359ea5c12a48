/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Syndromes (ARM DDI 0406C, B3.13.6) in words, for people.
 */
#ifndef HYP_ARCH_SYNDROME_H
#define HYP_ARCH_SYNDROME_H

#include <stdint.h>

/* The class of an exception, and the fault status of an abort, in words. Never NULL. */
const char *syndrome_class(uint32_t hsr);
const char *syndrome_fault(uint32_t fsc);

/* The name of a mode in PSR.M, e.g. "SVC"; "?" for a number that is none. */
const char *syndrome_mode(uint32_t psr);

#endif
