/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CP15 registers that trap (ARM DDI 0406C, B3.17 and B4; implementation-defined ones: the
 * Cortex-A15 and -A7 TRMs, chapter 4). Every row is a decision about a register; what has no row
 * is UNDEFINED.
 */
#include "vcpu/cp15.h"

#include <stdbool.h>
#include <stddef.h>

#include "hyp/lib/util.h"
#include "vcpu/cp15_hw.h"
#include "vcpu/cp_table.h"
#include "vcpu/vcpu.h"
#include "vcpu/vtimer.h"

#define ID_PFR1_SECURITY       0x000000f0u
#define ID_PFR1_VIRTUALIZATION 0x0000f000u
#define ID_ISAR4_SMC           0x0000f000u

#define L2CTLR_CPUS_SHIFT      24
#define L2CTLR_CPUS_MASK       (3u << L2CTLR_CPUS_SHIFT)

uint32_t cp15_hstr(void)
{
    return (cp15_hw_actlr() & ACTLR_SMP) ? HSTR_T(15) : 0;
}

void cp15_reset(struct vcpu *vcpu)
{
    /* SMP is what an OS wants to find set: it cannot set it itself. IBE and the like are shown as
     * they are, because an OS reports from them how safe the core is. */
    vcpu->actlr = cp15_hw_actlr() | ACTLR_SMP;
}

/* Writes are ignored, as on a Cortex-A15 whose firmware keeps ACTLR to itself (TRM 4.3.26). */
static bool actlr(struct vcpu *vcpu, uint32_t key, bool write, uint32_t *value)
{
    (void)key;
    if (!write) {
        *value = vcpu->actlr;
    }
    return true;
}

static bool id_real(struct vcpu *vcpu, uint32_t key, bool write, uint32_t *value)
{
    (void)vcpu;
    (void)write;
    *value = cp15_hw_id(key);
    return true;
}

static bool id_pfr1(struct vcpu *vcpu, uint32_t key, bool write, uint32_t *value)
{
    (void)vcpu;
    (void)write;
    *value = cp15_hw_id(key) & ~(ID_PFR1_SECURITY | ID_PFR1_VIRTUALIZATION);
    return true;
}

static bool id_isar4(struct vcpu *vcpu, uint32_t key, bool write, uint32_t *value)
{
    (void)vcpu;
    (void)write;
    *value = cp15_hw_id(key) & ~ID_ISAR4_SMC;
    return true;
}

/* A guest finds its own number of CPUs here; the field counts to four. Writes are ignored. */
static bool l2ctlr(struct vcpu *vcpu, uint32_t key, bool write, uint32_t *value)
{
    uint32_t cpus = MIN(vcpu->vm->nr_vcpus, 4u) - 1;

    (void)key;
    if (!write) {
        *value = (cp15_hw_l2ctlr() & ~L2CTLR_CPUS_MASK) | (cpus << L2CTLR_CPUS_SHIFT);
    }
    return true;
}

/* User mode may read it and no more (B4.1.114). EN reads as 0. */
static bool pmuserenr(struct vcpu *vcpu, uint32_t key, bool write, uint32_t *value)
{
    (void)key;
    *value = 0;
    return !write || (vcpu->frame.cpsr & PSR_M_MASK) != PSR_USR;
}

/* CP15_HCR leaves these untrapped; should they come, each is the strongest of the three. */
static bool set_way(struct vcpu *vcpu, uint32_t key, bool write, uint32_t *value)
{
    (void)vcpu;
    (void)key;
    if (!write) {
        return false;
    }
    cp15_hw_dccisw(*value);
    return true;
}

static const struct cp_row32 rows_c0[] = {
    CP_ROW32(TCMTR, id_real, CP_RO),
    CP_ROW32(TLBTR, id_real, CP_RO),
    CP_ROW32(REVIDR, id_real, CP_RO),
    CP_ROW32(AIDR, id_real, CP_RO),
    CP_ROW32(ID_PFR0, id_real, CP_RO),
    CP_ROW32(ID_PFR1, id_pfr1, CP_RO),
    CP_ROW32(ID_DFR0, cp_raz_wi32, CP_RO), /* no debug, no trace, no performance monitors */
    CP_ROW32(ID_AFR0, cp_raz_wi32, CP_RO),
    CP_ROW32(ID_MMFR0, id_real, CP_RO),
    CP_ROW32(ID_MMFR1, id_real, CP_RO),
    CP_ROW32(ID_MMFR2, id_real, CP_RO),
    CP_ROW32(ID_MMFR3, id_real, CP_RO),
    CP_ROW32(ID_ISAR0, id_real, CP_RO),
    CP_ROW32(ID_ISAR1, id_real, CP_RO),
    CP_ROW32(ID_ISAR2, id_real, CP_RO),
    CP_ROW32(ID_ISAR3, id_real, CP_RO),
    CP_ROW32(ID_ISAR4, id_isar4, CP_RO),
    CP_ROW32(ID_ISAR5, id_real, CP_RO),
    CP_ROW32(ID_RESERVED_c2_6, cp_raz_wi32, CP_RO),
    CP_ROW32(ID_RESERVED_c2_7, cp_raz_wi32, CP_RO),
    CP_FAMILY32(ID_RESERVED_c3, CP32_KEY_OP2, cp_raz_wi32, CP_RO),
    CP_FAMILY32(ID_RESERVED_c4, CP32_KEY_OP2 | CP32_KEY_CRM_LOW2, cp_raz_wi32, CP_RO),
};

static const struct cp_row32 rows_c1[] = {
    CP_ROW32(ACTLR, actlr, 0),
};

static const struct cp_row32 rows_c7[] = {
    CP_ROW32(DCISW, set_way, 0),
    CP_ROW32(DCCSW, set_way, 0),
    CP_ROW32(DCCISW, set_way, 0),
};

/*
 * The performance monitors read as zero and ignore writes, although ID_DFR0 says that there are
 * none: LK starts the cycle counter without asking, and old kernels clear PMUSERENR. PMCR.N = 0
 * and PMCEIDn = 0 leave nothing to use. User mode gets UNDEF, as PMUSERENR.EN = 0 has it, but may
 * read PMUSERENR.
 */
static const struct cp_row32 rows_c9[] = {
    CP_ROW32(L2CTLR, l2ctlr, 0),
    CP_ROW32(L2ECTLR, cp_raz_wi32, 0), /* no L2 error is ever the guest's */
    CP_ROW32(PMCR, cp_raz_wi32, 0),
    CP_ROW32(PMCNTENSET, cp_raz_wi32, 0),
    CP_ROW32(PMCNTENCLR, cp_raz_wi32, 0),
    CP_ROW32(PMOVSR, cp_raz_wi32, 0),
    CP_ROW32(PMSWINC, cp_raz_wi32, 0),
    CP_ROW32(PMSELR, cp_raz_wi32, 0),
    CP_ROW32(PMCEID0, cp_raz_wi32, CP_RO),
    CP_ROW32(PMCEID1, cp_raz_wi32, CP_RO),
    CP_ROW32(PMCCNTR, cp_raz_wi32, 0),
    CP_ROW32(PMXEVTYPER, cp_raz_wi32, 0),
    CP_ROW32(PMXEVCNTR, cp_raz_wi32, 0),
    CP_ROW32(PMUSERENR, pmuserenr, CP_PL0),
    CP_ROW32(PMINTENSET, cp_raz_wi32, 0),
    CP_ROW32(PMINTENCLR, cp_raz_wi32, 0),
    CP_ROW32(PMOVSSET, cp_raz_wi32, 0),
};

/* User mode comes here only where CNTKCTL, the guest's own, lets it (B8.1.2). */
static const struct cp_row32 rows_c14[] = {
    CP_ROW32(CNTP_CTL, vtimer_cp15_32, CP_PL0),
    CP_ROW32(CNTP_TVAL, vtimer_cp15_32, CP_PL0),
};

/*
 * Implementation defined. Errata and prefetch controls read as zero and ignore writes, because boot
 * code sets bits in them without asking; what reads the inside of caches is UNDEFINED. CBAR is zero
 * as on several boards: the interrupt controller is where the device tree says.
 */
static const struct cp_row32 rows_c15[] = {
    CP_ROW32(DIAGNOSTIC, cp_raz_wi32, 0), CP_ROW32(L2ACTLR, cp_raz_wi32, 0),
    CP_ROW32(L2PFR, cp_raz_wi32, 0),      CP_ROW32(ACTLR2, cp_raz_wi32, 0),
    CP_ROW32(CBAR, cp_raz_wi32, CP_RO),
};

static const struct cp_row64 rows_64[] = {
    CP_ROW64(CNTP_CVAL, vtimer_cp15_64, CP_PL0),
    CP_ROW64(CNTPCT, vtimer_cp15_64, CP_PL0 | CP_RO),
    CP_ROW64(CPUMERRSR, cp_raz_wi64, 0), /* no memory error is ever the guest's */
    CP_ROW64(L2MERRSR, cp_raz_wi64, 0),
};

const struct cp_table cp15_table = {
    .coprocessor = 15,
    .crn =
        {
            [0] = CP_GROUP(rows_c0),
            [1] = CP_GROUP(rows_c1),
            [7] = CP_GROUP(rows_c7),
            [9] = CP_GROUP(rows_c9),
            [14] = CP_GROUP(rows_c14),
            [15] = CP_GROUP(rows_c15),
        },
    .row64 = rows_64,
    .nr64 = ARRAY_SIZE(rows_64),
};

enum verdict cp15_trap32(struct vcpu *vcpu, uint32_t hsr)
{
    return cp_trap32(vcpu, hsr, &cp15_table);
}

enum verdict cp15_trap64(struct vcpu *vcpu, uint32_t hsr)
{
    return cp_trap64(vcpu, hsr, &cp15_table);
}
