/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the trap conformance guest, one file each; each prints its own lines. */
#ifndef TRAPS_TRAPS_H
#define TRAPS_TRAPS_H

#include <stdint.h>

void psci_tests(void);
void cp15_tests(void);
void cp14_tests(void);
void condition_tests(void);
void mmio_tests(void);
void abort_tests(void);
void entry_tests(void);

/* An IPA that nothing backs, neither on QEMU's virt nor under Skep: in the low Device area. */
#define UNBACKED      0x0b000010u
#define UNBACKED_MIB  0x0b000000u
/* And one above any RAM a test gives. */
#define UNBACKED_HIGH 0xf0000000u

#endif
