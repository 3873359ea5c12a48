/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers by the names of the manual (ARM DDI 0406C, B4 and B6). One definition serves C
 * (READ_CP32, WRITE_CP64), assembly (mrc CP32(r0, HCR)) and the rows of trap tables (CP32_KEY).
 * This file alone knows encodings; tests/lint/sysreg.py holds that no encoding has two names and
 * that every operation named ...IS is one.
 *
 * A 32-bit register is `coproc, opc1, CRn, CRm, opc2`, a 64-bit one `coproc, opc1, CRm`.
 */
#ifndef HYP_ARCH_SYSREG_H
#define HYP_ARCH_SYSREG_H

/* ---- identification ---- */
#define MIDR             p15, 0, c0, c0, 0
#define CTR              p15, 0, c0, c0, 1
#define TCMTR            p15, 0, c0, c0, 2
#define TLBTR            p15, 0, c0, c0, 3
#define MPIDR            p15, 0, c0, c0, 5
#define REVIDR           p15, 0, c0, c0, 6
#define ID_PFR0          p15, 0, c0, c1, 0
#define ID_PFR1          p15, 0, c0, c1, 1
#define ID_DFR0          p15, 0, c0, c1, 2
#define ID_AFR0          p15, 0, c0, c1, 3
#define ID_MMFR0         p15, 0, c0, c1, 4
#define ID_MMFR1         p15, 0, c0, c1, 5
#define ID_MMFR2         p15, 0, c0, c1, 6
#define ID_MMFR3         p15, 0, c0, c1, 7
#define ID_ISAR0         p15, 0, c0, c2, 0
#define ID_ISAR1         p15, 0, c0, c2, 1
#define ID_ISAR2         p15, 0, c0, c2, 2
#define ID_ISAR3         p15, 0, c0, c2, 3
#define ID_ISAR4         p15, 0, c0, c2, 4
#define ID_ISAR5         p15, 0, c0, c2, 5
/* The rest of the CPUID scheme, which reads as zero (B7.1.1): c2 6 and 7, all of c3, all of c4 to
 * c7. */
#define ID_RESERVED_c2_6 p15, 0, c0, c2, 6
#define ID_RESERVED_c2_7 p15, 0, c0, c2, 7
#define ID_RESERVED_c3   p15, 0, c0, c3, 0
#define ID_RESERVED_c4   p15, 0, c0, c4, 0
#define CCSIDR           p15, 1, c0, c0, 0
#define CLIDR            p15, 1, c0, c0, 1
#define AIDR             p15, 1, c0, c0, 7
#define CSSELR           p15, 2, c0, c0, 0
#define VPIDR            p15, 4, c0, c0, 0
#define VMPIDR           p15, 4, c0, c0, 5

/* ---- control ---- */
#define SCTLR            p15, 0, c1, c0, 0
#define ACTLR            p15, 0, c1, c0, 1
#define CPACR            p15, 0, c1, c0, 2
#define SCR              p15, 0, c1, c1, 0
#define NSACR            p15, 0, c1, c1, 2
#define HSCTLR           p15, 4, c1, c0, 0
#define HACTLR           p15, 4, c1, c0, 1
#define HCR              p15, 4, c1, c1, 0
#define HDCR             p15, 4, c1, c1, 1
#define HCPTR            p15, 4, c1, c1, 2
#define HSTR             p15, 4, c1, c1, 3
#define HACR             p15, 4, c1, c1, 7

/* ---- translation ---- */
#define TTBR0_32         p15, 0, c2, c0, 0
#define TTBR1_32         p15, 0, c2, c0, 1
#define TTBCR            p15, 0, c2, c0, 2
#define DACR             p15, 0, c3, c0, 0
#define HTCR             p15, 4, c2, c0, 2
#define VTCR             p15, 4, c2, c1, 2
#define TTBR0            p15, 0, c2
#define TTBR1            p15, 1, c2
#define HTTBR            p15, 4, c2
#define VTTBR            p15, 6, c2

/* ---- faults ---- */
#define DFSR             p15, 0, c5, c0, 0
#define IFSR             p15, 0, c5, c0, 1
#define ADFSR            p15, 0, c5, c1, 0
#define AIFSR            p15, 0, c5, c1, 1
#define HADFSR           p15, 4, c5, c1, 0
#define HAIFSR           p15, 4, c5, c1, 1
#define HSR              p15, 4, c5, c2, 0
#define DFAR             p15, 0, c6, c0, 0
#define IFAR             p15, 0, c6, c0, 2
#define HDFAR            p15, 4, c6, c0, 0
#define HIFAR            p15, 4, c6, c0, 2
#define HPFAR            p15, 4, c6, c0, 4

/* ---- cache, address translation and branch predictor operations ---- */
#define ICIALLUIS        p15, 0, c7, c1, 0
#define BPIALLIS         p15, 0, c7, c1, 6
#define PAR_32           p15, 0, c7, c4, 0
#define PAR              p15, 0, c7
#define ICIALLU          p15, 0, c7, c5, 0
#define ICIMVAU          p15, 0, c7, c5, 1
#define CP15ISB          p15, 0, c7, c5, 4
#define BPIALL           p15, 0, c7, c5, 6
#define BPIMVA           p15, 0, c7, c5, 7
#define DCIMVAC          p15, 0, c7, c6, 1
#define DCISW            p15, 0, c7, c6, 2
#define ATS1CPR          p15, 0, c7, c8, 0
#define ATS1CPW          p15, 0, c7, c8, 1
#define ATS1HR           p15, 4, c7, c8, 0
#define ATS1HW           p15, 4, c7, c8, 1
#define DCCMVAC          p15, 0, c7, c10, 1
#define DCCSW            p15, 0, c7, c10, 2
#define CP15DSB          p15, 0, c7, c10, 4
#define CP15DMB          p15, 0, c7, c10, 5
#define DCCMVAU          p15, 0, c7, c11, 1
#define DCCIMVAC         p15, 0, c7, c14, 1
#define DCCISW           p15, 0, c7, c14, 2

/* ---- TLB maintenance ---- */
#define TLBIALLIS        p15, 0, c8, c3, 0
#define TLBIMVAIS        p15, 0, c8, c3, 1
#define TLBIASIDIS       p15, 0, c8, c3, 2
#define TLBIMVAAIS       p15, 0, c8, c3, 3
#define TLBIALL          p15, 0, c8, c7, 0
#define TLBIMVA          p15, 0, c8, c7, 1
#define TLBIASID         p15, 0, c8, c7, 2
#define TLBIMVAA         p15, 0, c8, c7, 3
#define TLBIALLHIS       p15, 4, c8, c3, 0
#define TLBIMVAHIS       p15, 4, c8, c3, 1
#define TLBIALLNSNHIS    p15, 4, c8, c3, 4
#define TLBIALLH         p15, 4, c8, c7, 0
#define TLBIMVAH         p15, 4, c8, c7, 1
#define TLBIALLNSNH      p15, 4, c8, c7, 4

/* ---- performance monitors ---- */
#define PMCR             p15, 0, c9, c12, 0
#define PMCNTENSET       p15, 0, c9, c12, 1
#define PMCNTENCLR       p15, 0, c9, c12, 2
#define PMOVSR           p15, 0, c9, c12, 3
#define PMSWINC          p15, 0, c9, c12, 4
#define PMSELR           p15, 0, c9, c12, 5
#define PMCEID0          p15, 0, c9, c12, 6
#define PMCEID1          p15, 0, c9, c12, 7
#define PMCCNTR          p15, 0, c9, c13, 0
#define PMXEVTYPER       p15, 0, c9, c13, 1
#define PMXEVCNTR        p15, 0, c9, c13, 2
#define PMUSERENR        p15, 0, c9, c14, 0
#define PMINTENSET       p15, 0, c9, c14, 1
#define PMINTENCLR       p15, 0, c9, c14, 2
#define PMOVSSET         p15, 0, c9, c14, 3

/* ---- L2 of Cortex-A7 and -A15 (their TRMs, 4.3) ---- */
#define L2CTLR           p15, 1, c9, c0, 2
#define L2ECTLR          p15, 1, c9, c0, 3

/* ---- implementation defined, c15 ---- */
#define DIAGNOSTIC       p15, 0, c15, c0, 1 /* A12, A17: errata bits (an A7 and A15 have none) */
#define L2ACTLR          p15, 1, c15, c0, 0 /* A15 */
#define L2PFR            p15, 1, c15, c0, 3 /* A15: L2 prefetch control */
#define ACTLR2           p15, 1, c15, c0, 4 /* A15 */
#define CBAR             p15, 4, c15, c0, 0 /* PERIPHBASE */
#define CPUMERRSR        p15, 0, c15
#define L2MERRSR         p15, 1, c15

/* ---- memory attributes ---- */
#define PRRR             p15, 0, c10, c2, 0 /* MAIR0 when TTBCR.EAE is 1 */
#define NMRR             p15, 0, c10, c2, 1 /* MAIR1 when TTBCR.EAE is 1 */
#define AMAIR0           p15, 0, c10, c3, 0
#define AMAIR1           p15, 0, c10, c3, 1
#define HMAIR0           p15, 4, c10, c2, 0
#define HMAIR1           p15, 4, c10, c2, 1
#define HAMAIR0          p15, 4, c10, c3, 0
#define HAMAIR1          p15, 4, c10, c3, 1

/* ---- vectors, threads ---- */
#define VBAR             p15, 0, c12, c0, 0
#define MVBAR            p15, 0, c12, c0, 1
#define ISR              p15, 0, c12, c1, 0
#define HVBAR            p15, 4, c12, c0, 0
#define FCSEIDR          p15, 0, c13, c0, 0
#define CONTEXTIDR       p15, 0, c13, c0, 1
#define TPIDRURW         p15, 0, c13, c0, 2
#define TPIDRURO         p15, 0, c13, c0, 3
#define TPIDRPRW         p15, 0, c13, c0, 4
#define HTPIDR           p15, 4, c13, c0, 2

/* ---- generic timer ---- */
#define CNTFRQ           p15, 0, c14, c0, 0
#define CNTKCTL          p15, 0, c14, c1, 0
#define CNTP_TVAL        p15, 0, c14, c2, 0
#define CNTP_CTL         p15, 0, c14, c2, 1
#define CNTV_TVAL        p15, 0, c14, c3, 0
#define CNTV_CTL         p15, 0, c14, c3, 1
#define CNTHCTL          p15, 4, c14, c1, 0
#define CNTHP_TVAL       p15, 4, c14, c2, 0
#define CNTHP_CTL        p15, 4, c14, c2, 1
#define CNTPCT           p15, 0, c14
#define CNTVCT           p15, 1, c14
#define CNTP_CVAL        p15, 2, c14
#define CNTV_CVAL        p15, 3, c14
#define CNTVOFF          p15, 4, c14
#define CNTHP_CVAL       p15, 6, c14

/* ---- debug and ThumbEE, coprocessor 14 ---- */
#define DBGDIDR          p14, 0, c0, c0, 0
#define DBGDSCRINT       p14, 0, c0, c1, 0
#define DBGDTRRXINT      p14, 0, c0, c5, 0
#define DBGWFAR          p14, 0, c0, c6, 0
#define DBGVCR           p14, 0, c0, c7, 0
#define DBGDTRRXEXT      p14, 0, c0, c0, 2
#define DBGDSCREXT       p14, 0, c0, c2, 2
#define DBGDTRTXEXT      p14, 0, c0, c3, 2
#define DBGOSECCR        p14, 0, c0, c6, 2
/* CRm counts the breakpoint or watchpoint. */
#define DBGBVR0          p14, 0, c0, c0, 4
#define DBGBCR0          p14, 0, c0, c0, 5
#define DBGWVR0          p14, 0, c0, c0, 6
#define DBGWCR0          p14, 0, c0, c0, 7
#define DBGBXVR0         p14, 0, c1, c0, 1
#define DBGDRAR          p14, 0, c1, c0, 0
#define DBGDSAR          p14, 0, c2, c0, 0
#define DBGDRAR_64       p14, 0, c1
#define DBGDSAR_64       p14, 0, c2
#define DBGOSLAR         p14, 0, c1, c0, 4
#define DBGOSLSR         p14, 0, c1, c1, 4
#define DBGOSDLR         p14, 0, c1, c3, 4
#define DBGPRCR          p14, 0, c1, c4, 4
#define DBGPRSR          p14, 0, c1, c5, 4
#define DBGCLAIMSET      p14, 0, c7, c8, 6
#define DBGCLAIMCLR      p14, 0, c7, c9, 6
#define DBGAUTHSTATUS    p14, 0, c7, c14, 6
#define DBGDEVID         p14, 0, c7, c2, 7
#define DBGDEVID1        p14, 0, c7, c1, 7
#define TEECR            p14, 6, c0, c0, 0
#define TEEHBR           p14, 6, c1, c0, 0
#define JIDR             p14, 7, c0, c0, 0
#define JOSCR            p14, 7, c1, c0, 0
#define JMCR             p14, 7, c2, c0, 0

/* ---- fields ---- */
/* MIDR without variant and revision. */
#define MIDR_PART_MASK   0xff0ffff0u
#define MIDR_CORTEX_A7   0x410fc070u
#define MIDR_CORTEX_A12  0x410fc0d0u
#define MIDR_CORTEX_A15  0x410fc0f0u
#define MIDR_CORTEX_A17  0x410fc0e0u

/* Cortex-A7 and -A15. */
#define ACTLR_SMP        (1 << 6)
/* Cortex-A15: ICIALLU forgets the branch predictor too. */
#define ACTLR_IBE        (1 << 0)

/* ISR: an asynchronous abort is pending (B4.1.84). */
#define ISR_A            (1 << 8)

#define HCR_VM           (1 << 0)
#define HCR_SWIO         (1 << 1)
#define HCR_PTW          (1 << 2)
#define HCR_FMO          (1 << 3)
#define HCR_IMO          (1 << 4)
#define HCR_AMO          (1 << 5)
#define HCR_VF           (1 << 6)
#define HCR_VI           (1 << 7)
#define HCR_VA           (1 << 8)
#define HCR_FB           (1 << 9)
#define HCR_BSU_IS       (1 << 10)
#define HCR_DC           (1 << 12)
#define HCR_TWI          (1 << 13)
#define HCR_TWE          (1 << 14)
#define HCR_TID0         (1 << 15)
#define HCR_TID1         (1 << 16)
#define HCR_TID2         (1 << 17)
#define HCR_TID3         (1 << 18)
#define HCR_TSC          (1 << 19)
#define HCR_TIDCP        (1 << 20)
#define HCR_TAC          (1 << 21)
#define HCR_TSW          (1 << 22)
#define HCR_TPC          (1 << 23)
#define HCR_TPU          (1 << 24)
#define HCR_TTLB         (1 << 25)
#define HCR_TVM          (1 << 26)
#define HCR_TGE          (1 << 27)

#define HSTR_T(n)        (1 << (n)) /* CRn, or CRm of a 64-bit access; not 4 and 14 */

#define HDCR_HPMN_MASK   0x1f
#define HDCR_TPMCR       (1 << 5)
#define HDCR_TPM         (1 << 6)
#define HDCR_HPME        (1 << 7)
#define HDCR_TDE         (1 << 8)
#define HDCR_TDA         (1 << 9)
#define HDCR_TDOSA       (1 << 10)
#define HDCR_TDRA        (1 << 11)

#define HCPTR_TCP10_11   (3 << 10)
#define HCPTR_TASE       (1 << 15)
#define HCPTR_TTA        (1 << 20)
#define HCPTR_TCPAC      (1u << 31)
/* Reserved-as-one bits and the coprocessors that neither A7 nor A15 has: 0..9, 12, 13. */
#define HCPTR_RES1       0x33ff

#define SCTLR_M          (1 << 0)
#define SCTLR_A          (1 << 1)
#define SCTLR_C          (1 << 2)
#define SCTLR_Z          (1 << 11)
#define SCTLR_I          (1 << 12)
#define SCTLR_V          (1 << 13)
#define SCTLR_WXN        (1 << 19)
#define SCTLR_EE         (1 << 25)
#define SCTLR_TRE        (1 << 28)
#define SCTLR_AFE        (1 << 29)
#define SCTLR_TE         (1 << 30)
/* Hyp's own SCTLR: bits that are written as one, CP15BEN among them (B4.1.75). */
#define HSCTLR_RES1      0x30c50878
/* The reset value of a guest's SCTLR: MMU and caches off (B4.1.130). */
#define SCTLR_RESET      0x00c50078

#define TTBCR_EAE        (1u << 31)

/* PSR fields (B1.3.3). */
#define PSR_M_MASK       0x1f
#define PSR_USR          0x10
#define PSR_FIQ          0x11
#define PSR_IRQ          0x12
#define PSR_SVC          0x13
#define PSR_MON          0x16
#define PSR_ABT          0x17
#define PSR_HYP          0x1a
#define PSR_UND          0x1b
#define PSR_SYS          0x1f
#define PSR_T            (1 << 5)
#define PSR_F            (1 << 6)
#define PSR_I            (1 << 7)
#define PSR_A            (1 << 8)
#define PSR_E            (1 << 9)
#define PSR_J            (1 << 24)
#define PSR_IT_MASK      0x0600fc00

#define CNTHCTL_PL1PCTEN (1 << 0)
#define CNTHCTL_PL1PCEN  (1 << 1)
#define CNT_CTL_ENABLE   (1 << 0)
#define CNT_CTL_IMASK    (1 << 1)
#define CNT_CTL_ISTATUS  (1 << 2)

#ifdef __ASSEMBLER__

#define CP32__(r, cp, op1, crn, crm, op2) cp, op1, r, crn, crm, op2
#define CP32(r, ...)                      CP32__(r, __VA_ARGS__)
#define CP64__(lo, hi, cp, op1, crm)      cp, op1, lo, hi, crm
#define CP64(lo, hi, ...)                 CP64__(lo, hi, __VA_ARGS__)

#else

#include <stdint.h>

/* Numbers of the tokens above, for trap tables. */
#define SYSREG_N_c0  0
#define SYSREG_N_c1  1
#define SYSREG_N_c2  2
#define SYSREG_N_c3  3
#define SYSREG_N_c4  4
#define SYSREG_N_c5  5
#define SYSREG_N_c6  6
#define SYSREG_N_c7  7
#define SYSREG_N_c8  8
#define SYSREG_N_c9  9
#define SYSREG_N_c10 10
#define SYSREG_N_c11 11
#define SYSREG_N_c12 12
#define SYSREG_N_c13 13
#define SYSREG_N_c14 14
#define SYSREG_N_c15 15

/*
 * The key of a register in trap tables: its fields where HSR.ISS has them (B3.13.6), with Rt, Rt2
 * and the direction left 0. CP*_KEY_MASK takes the key out of an ISS.
 */
#define CP32_ISS(op1, crn, crm, op2)                                               \
    (((uint32_t)(op2) << 17) | ((uint32_t)(op1) << 14) | ((uint32_t)(crn) << 10) | \
     ((uint32_t)(crm) << 1))
#define CP64_ISS(op1, crm)                 (((uint32_t)(op1) << 16) | ((uint32_t)(crm) << 1))
#define CP32_KEY__(cp, op1, crn, crm, op2) CP32_ISS(op1, SYSREG_N_##crn, SYSREG_N_##crm, op2)
#define CP32_KEY_(...)                     CP32_KEY__(__VA_ARGS__)
#define CP32_KEY(...)                      CP32_KEY_(__VA_ARGS__)
#define CP64_KEY__(cp, op1, crm)           CP64_ISS(op1, SYSREG_N_##crm)
#define CP64_KEY_(...)                     CP64_KEY__(__VA_ARGS__)
#define CP64_KEY(...)                      CP64_KEY_(__VA_ARGS__)
#define CP32_KEY_MASK                      UINT32_C(0x000ffc1e)
#define CP64_KEY_MASK                      UINT32_C(0x000f001e)
/* Parts of a 32-bit key, for table rows that stand for a family. */
#define CP32_KEY_OP2                       UINT32_C(0x000e0000)
#define CP32_KEY_CRM                       UINT32_C(0x0000001e)
#define CP32_KEY_CRM_LOW2                  UINT32_C(0x00000006)

#ifndef SKEP_HOST

#define SYSREG_STR__(...)                     #__VA_ARGS__
#define SYSREG_STR(...)                       SYSREG_STR__(__VA_ARGS__)
#define CP32_ASM__(r, cp, op1, crn, crm, op2) #cp ", " #op1 ", " r ", " #crn ", " #crm ", " #op2
#define CP32_ASM(r, ...)                      CP32_ASM__(r, __VA_ARGS__)
#define CP64_ASM__(lo, hi, cp, op1, crm)      #cp ", " #op1 ", " lo ", " hi ", " #crm
#define CP64_ASM(lo, hi, ...)                 CP64_ASM__(lo, hi, __VA_ARGS__)

#define READ_CP32(...)                                                                     \
    ({                                                                                     \
        uint32_t cp32_v_;                                                                  \
        __asm__ volatile("mrc " CP32_ASM("%0", __VA_ARGS__) : "=r"(cp32_v_) : : "memory"); \
        cp32_v_;                                                                           \
    })
/* Of a register that never changes while HYP runs: the compiler may read it once, or not at all. */
#define READ_CP32_CONST(...)                                         \
    ({                                                               \
        uint32_t cp32_v_;                                            \
        __asm__("mrc " CP32_ASM("%0", __VA_ARGS__) : "=r"(cp32_v_)); \
        cp32_v_;                                                     \
    })
#define WRITE_CP32(v, ...) \
    __asm__ volatile("mcr " CP32_ASM("%0", __VA_ARGS__) : : "r"((uint32_t)(v)) : "memory")
#define READ_CP64(...)                                               \
    ({                                                               \
        uint64_t cp64_v_;                                            \
        __asm__ volatile("mrrc " CP64_ASM("%Q0", "%R0", __VA_ARGS__) \
                         : "=r"(cp64_v_)                             \
                         :                                           \
                         : "memory");                                \
        cp64_v_;                                                     \
    })
#define WRITE_CP64(v, ...)                                       \
    __asm__ volatile("mcrr " CP64_ASM("%Q0", "%R0", __VA_ARGS__) \
                     :                                           \
                     : "r"((uint64_t)(v))                        \
                     : "memor"                                   \
                       "y")

/* Banked registers of other modes, e.g. READ_BANKED(SP_svc) (B9.2.2). Not R8..R12_usr or LR_usr. */
#define READ_BANKED(reg)                                                  \
    ({                                                                    \
        uint32_t banked_v_;                                               \
        __asm__ volatile("mrs %0, " #reg : "=r"(banked_v_) : : "memory"); \
        banked_v_;                                                        \
    })
#define WRITE_BANKED(v, reg) __asm__ volatile("msr " #reg ", %0" : : "r"((uint32_t)(v)) : "memory")

#endif /* SKEP_HOST */
#endif /* __ASSEMBLER__ */
#endif
