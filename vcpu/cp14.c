/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The debug registers (ARM DDI 0406C, C11), hidden. DBGDIDR reads as zero, a version that no
 * architecture has, so that Linux says "debug architecture 0x0 unsupported" and offers its users no
 * hardware breakpoints, which would never fire. It cannot be UNDEFINED: Linux reads it whatever
 * ID_DFR0 says. The others read as zero and ignore writes because boot code clears DBGVCR and
 * unlocks DBGOSLAR without asking. DBGDRAR and DBGDSAR of zero say "not valid", DBGOSLSR "no OS
 * lock", DBGAUTHSTATUS "nothing implemented": that is the truth.
 */
#include "vcpu/cp14.h"

#include <stdbool.h>
#include <stddef.h>

#include "hyp/arch/hsr.h"
#include "hyp/arch/sysreg.h"
#include "hyp/lib/util.h"
#include "vcpu/cond.h"
#include "vcpu/cp_table.h"
#include "vcpu/inject.h"
#include "vcpu/vcpu.h"

static const struct cp_row32 rows_c0[] = {
    /* User mode may read these while DBGDSCR.UDCCdis is 0. DBGDTRRXINT is DBGDTRTXINT when written.
     */
    CP_ROW32(DBGDIDR, cp_raz_wi32, CP_RO | CP_PL0),
    CP_ROW32(DBGDSCRINT, cp_raz_wi32, CP_RO | CP_PL0),
    CP_ROW32(DBGDTRRXINT, cp_raz_wi32, CP_PL0),
    CP_ROW32(DBGWFAR, cp_raz_wi32, 0),
    CP_ROW32(DBGVCR, cp_raz_wi32, 0),
    CP_ROW32(DBGDTRRXEXT, cp_raz_wi32, 0),
    CP_ROW32(DBGDSCREXT, cp_raz_wi32, 0),
    CP_ROW32(DBGDTRTXEXT, cp_raz_wi32, 0),
    CP_ROW32(DBGOSECCR, cp_raz_wi32, 0),
    CP_FAMILY32(DBGBVR0, CP32_KEY_CRM, cp_raz_wi32, 0),
    CP_FAMILY32(DBGBCR0, CP32_KEY_CRM, cp_raz_wi32, 0),
    CP_FAMILY32(DBGWVR0, CP32_KEY_CRM, cp_raz_wi32, 0),
    CP_FAMILY32(DBGWCR0, CP32_KEY_CRM, cp_raz_wi32, 0),
};

static const struct cp_row32 rows_c1[] = {
    CP_ROW32(DBGDRAR, cp_raz_wi32, CP_RO | CP_PL0),
    CP_ROW32(DBGOSLAR, cp_raz_wi32, 0),
    CP_ROW32(DBGOSLSR, cp_raz_wi32, CP_RO),
    CP_ROW32(DBGOSDLR, cp_raz_wi32, 0),
    CP_ROW32(DBGPRCR, cp_raz_wi32, 0),
    CP_ROW32(DBGPRSR, cp_raz_wi32, CP_RO),
    CP_FAMILY32(DBGBXVR0, CP32_KEY_CRM, cp_raz_wi32, 0),
};

static const struct cp_row32 rows_c2[] = {
    CP_ROW32(DBGDSAR, cp_raz_wi32, CP_RO | CP_PL0),
};

static const struct cp_row32 rows_c7[] = {
    CP_ROW32(DBGDEVID, cp_raz_wi32, CP_RO),      CP_ROW32(DBGDEVID1, cp_raz_wi32, CP_RO),
    CP_ROW32(DBGCLAIMSET, cp_raz_wi32, 0),       CP_ROW32(DBGCLAIMCLR, cp_raz_wi32, 0),
    CP_ROW32(DBGAUTHSTATUS, cp_raz_wi32, CP_RO),
};

static const struct cp_row64 rows_64[] = {
    CP_ROW64(DBGDRAR_64, cp_raz_wi64, CP_RO | CP_PL0),
    CP_ROW64(DBGDSAR_64, cp_raz_wi64, CP_RO | CP_PL0),
};

/* What is at other CRn with opc1 = 1 is trace (HCPTR.TTA), which no guest has: UNDEFINED. */
const struct cp_table cp14_table = {
    .coprocessor = 14,
    .crn =
        {
            [0] = CP_GROUP(rows_c0),
            [1] = CP_GROUP(rows_c1),
            [2] = CP_GROUP(rows_c2),
            [7] = CP_GROUP(rows_c7),
        },
    .row64 = rows_64,
    .nr64 = ARRAY_SIZE(rows_64),
};

enum verdict cp14_trap32(struct vcpu *vcpu, uint32_t hsr)
{
    return cp_trap32(vcpu, hsr, &cp14_table);
}

enum verdict cp14_trap64(struct vcpu *vcpu, uint32_t hsr)
{
    return cp_trap64(vcpu, hsr, &cp14_table);
}

enum verdict cp14_trap_ls(struct vcpu *vcpu, uint32_t hsr)
{
    if (cond_passed(vcpu, hsr)) {
        inject_undef(vcpu);
    } else {
        vcpu_skip(vcpu, cond_insn_bytes(hsr));
    }
    return VERDICT_RESUME;
}
