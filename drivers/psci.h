/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The board's PSCI firmware (Arm DEN0022), called by SMC.
 */
#ifndef DRIVERS_PSCI_H
#define DRIVERS_PSCI_H

/* Publishes power_board for the /psci node at offset `node`. Boot. 0; -ENODEV if its method is not
 * "smc" (an HVC from HYP would reach HYP itself). */
int psci_probe(const void *fdt, int node);

#endif
