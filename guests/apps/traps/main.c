/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A conformance guest for everything a hypervisor traps. Natively on QEMU's virt it must pass
 * too: what the bare machine cannot answer is printed as SKIP. One CPU.
 */
#include <stdio.h>
#include "runtime/check.h"
#include "runtime/runtime.h"
#include "runtime/skep.h"
#include "traps/traps.h"

int main(void)
{
    under_skep = skep_present();
    printf("traps: %s\n", under_skep ? "under Skep" : "on the bare machine");
    psci_tests();
    cp15_tests();
    cp14_tests();
    condition_tests();
    mmio_tests();
    abort_tests();
    entry_tests();
    check_summary("traps");
    return 0;
}
