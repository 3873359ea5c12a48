/* SPDX-License-Identifier: BSD-2-Clause */
/* Is this Skep, or the bare machine? */
#ifndef RUNTIME_SKEP_H
#define RUNTIME_SKEP_H

#include <stdbool.h>

/*
 * True if the vendor-hypervisor range of SMCCC answers with a UID (ARM DEN 0028, Call UID Query:
 * r0 is all ones when there is nobody).
 */
bool skep_present(void);

#endif
