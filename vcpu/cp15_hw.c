/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads of the physical CPU's own registers for vcpu/cp15.c.
 */
#include "vcpu/cp15_hw.h"

#include "hyp/arch/barrier.h"
#include "hyp/arch/sysreg.h"

#define READ_CASE(reg)  \
    case CP32_KEY(reg): \
        return READ_CP32(reg)

uint32_t cp15_hw_id(uint32_t key)
{
    switch (key) {
        READ_CASE(TCMTR);
        READ_CASE(TLBTR);
        READ_CASE(REVIDR);
        READ_CASE(AIDR);
        READ_CASE(ID_PFR0);
        READ_CASE(ID_PFR1);
        READ_CASE(ID_MMFR0);
        READ_CASE(ID_MMFR1);
        READ_CASE(ID_MMFR2);
        READ_CASE(ID_MMFR3);
        READ_CASE(ID_ISAR0);
        READ_CASE(ID_ISAR1);
        READ_CASE(ID_ISAR2);
        READ_CASE(ID_ISAR3);
        READ_CASE(ID_ISAR4);
        READ_CASE(ID_ISAR5);
    default:
        return 0;
    }
}

uint32_t cp15_hw_actlr(void)
{
    return READ_CP32(ACTLR);
}

uint32_t cp15_hw_l2ctlr(void)
{
    return READ_CP32(L2CTLR);
}

void cp15_hw_dccisw(uint32_t set_way)
{
    WRITE_CP32(set_way, DCCISW);
    dsb();
}
