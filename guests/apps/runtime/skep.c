/* SPDX-License-Identifier: BSD-2-Clause */
/* See skep.h. */
#include "runtime/psci.h"
#include "runtime/skep.h"

bool skep_present(void)
{
    uint32_t r[4] = {SMCCC_VENDOR_HYP_UID, 0, 0, 0};

    hvc_call4(r);
    return r[0] != 0xffffffffu;
}
