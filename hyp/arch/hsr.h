/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Hyp Syndrome Register: exception classes and the fields of each class (ARM DDI 0406C,
 * B3.13.6). Names only; what an exception means for a guest is decided in vcpu/.
 */
#ifndef HYP_ARCH_HSR_H
#define HYP_ARCH_HSR_H

#define HSR_EC(hsr)                ((uint32_t)(hsr) >> 26)
#define HSR_IL                     (1u << 25) /* the trapped instruction is 32 bits long */

#define HSR_EC_UNKNOWN             0x00
#define HSR_EC_WFX                 0x01
#define HSR_EC_CP15_32             0x03
#define HSR_EC_CP15_64             0x04
#define HSR_EC_CP14_32             0x05
#define HSR_EC_CP14_LS             0x06 /* LDC, STC */
#define HSR_EC_CP                  0x07 /* coprocessors 0 to 13 and Advanced SIMD, by HCPTR */
#define HSR_EC_CP10_ID             0x08 /* VMRS of FPSID and MVFRn, by HCR.TID0 and TID3 */
#define HSR_EC_JAZELLE             0x09
#define HSR_EC_BXJ                 0x0a
#define HSR_EC_CP14_64             0x0c
#define HSR_EC_SVC_HYP             0x11
#define HSR_EC_HVC                 0x12
#define HSR_EC_SMC                 0x13
#define HSR_EC_PABT                0x20 /* from PL0 and PL1 */
#define HSR_EC_PABT_HYP            0x21
#define HSR_EC_DABT                0x24 /* from PL0 and PL1 */
#define HSR_EC_DABT_HYP            0x25

/* Classes 0x01 to 0x0f: the condition of the instruction. */
#define HSR_CV                     (1u << 24) /* COND is valid */
#define HSR_COND(hsr)              (((uint32_t)(hsr) >> 20) & 0xf)

/* Trapped WFI and WFE. */
#define HSR_WFX_WFE                (1u << 0)

/* Trapped MCR, MRC (0x03, 0x05) and MCRR, MRRC (0x04, 0x0c). */
#define HSR_CP_READ                (1u << 0)
#define HSR_CP_RT(hsr)             (((uint32_t)(hsr) >> 5) & 0xf)
#define HSR_CP64_RT2(hsr)          (((uint32_t)(hsr) >> 10) & 0xf)

/* HVC and SVC. */
#define HSR_IMM16(hsr)             ((uint32_t)(hsr)&0xffff)

/* Prefetch and data aborts. */
#define HSR_FSC_MASK               0x3f
#define HSR_ABT_FSC(hsr)           ((uint32_t)(hsr)&HSR_FSC_MASK) /* IFSC, DFSC */
#define HSR_ABT_S1PTW              (1u << 7)
#define HSR_ABT_EA                 (1u << 9)
/* Data aborts only. */
#define HSR_DABT_WNR               (1u << 6)
#define HSR_DABT_CM                (1u << 8)
#define HSR_DABT_SRT(hsr)          (((uint32_t)(hsr) >> 16) & 0xf)
#define HSR_DABT_SSE               (1u << 21)
#define HSR_DABT_SAS(hsr)          (((uint32_t)(hsr) >> 22) & 3) /* log2 of the bytes; 3 is reserved */
#define HSR_DABT_ISV               (1u << 24)

/* FSC values, LL = level in bits 1:0 (B3.13.3). */
#define HSR_FSC_LEVEL_MASK         0x3c
#define HSR_FSC_TRANSLATION        0x04
#define HSR_FSC_ACCESS_FLAG        0x08
#define HSR_FSC_PERMISSION         0x0c
#define HSR_FSC_SYNC_EXTERNAL      0x10
#define HSR_FSC_ASYNC_EXTERNAL     0x11
#define HSR_FSC_SYNC_EXTERNAL_WALK 0x14
#define HSR_FSC_ALIGNMENT          0x21
#define HSR_FSC_DEBUG              0x22

#endif
