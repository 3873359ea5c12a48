/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors of the Long-descriptor translation table format, for the two translations that HYP
 * owns: its own stage 1 and the guests' stage 2, both with a 4 KiB granule and, for 32-bit input
 * addresses (T0SZ = 0), a level-1 table of four entries of 1 GiB. Values only: nothing here reads
 * or writes a table. All sections are of ARM DDI 0406C.
 */
#ifndef HYP_ARCH_DESCRIPTORS_H
#define HYP_ARCH_DESCRIPTORS_H

#include <stdint.h>

#include "hyp/lib/util.h"

/*
 * Type, B3.6.1. At levels 1 and 2, bits[1:0] tell a table from a block; at level 3, 0b11 is a page
 * and 0b01 is reserved. Bit 0 clear is invalid everywhere, and the rest of the descriptor ignored.
 */
#define DESC_TYPE_MASK     UINT64_C(3)
#define DESC_VALID         BIT64(0)
#define DESC_BLOCK         UINT64_C(1)
#define DESC_TABLE         UINT64_C(3)
#define DESC_PAGE          UINT64_C(3)

/* Output or next-level table address, bits[39:12]; a block has zeros below its own size. */
#define DESC_ADDRESS_MASK  UINT64_C(0x000000fffffff000)

/* Everything in a block or page descriptor that is attribute: B3.6.2. */
#define DESC_ATTR_MASK     UINT64_C(0xfff0000000000ffc)

#define DESC_LEVELS        3u
#define DESC_ROOT_ENTRIES  4u
#define DESC_TABLE_ENTRIES 512u
#define DESC_INPUT_END     BIT64(32)
#define DESC_OUTPUT_END    BIT64(40)
/* Bits of the input address that one entry of a level leaves to the next: 30, 21, 12. */
#define DESC_SHIFT(level)  (39u - 9u * (level))

/* Fields that stages 1 and 2 share, B3.6.2. AF is set always: HYP takes no access flag faults. */
#define DESC_SH_NON        (UINT64_C(0) << 8)
#define DESC_SH_OUTER      (UINT64_C(2) << 8)
#define DESC_SH_INNER      (UINT64_C(3) << 8)
#define DESC_AF            BIT64(10)
#define DESC_XN            BIT64(54)

/*
 * Stage 1 of the PL2 translation regime, B3.6.2 and B3.7.1: AP[2], bit 7, is read-only; AP[1],
 * bit 6, is UNK/SBOP; NS, nG and PXN are UNK/SBZP. AttrIndx[2:0], bits[4:2], selects a byte of
 * HMAIR0 (B3.8.4), whose value is in hyp/arch/boot_info.h, since boot/ sets it.
 */
#define S1_ATTRINDX(n)     (UINT64_C(n) << 2)
#define S1_AP1_SBO         BIT64(6)
#define S1_AP2_RO          BIT64(7)

/* Device; Normal, inner and outer Write-Back Read- and Write-Allocate; Normal Non-cacheable. */
#define ATTRINDX_DEVICE    0
#define ATTRINDX_NORMAL    1
#define ATTRINDX_NORMAL_NC 2

#define S1_COMMON          (DESC_AF | S1_AP1_SBO)
#define S1_NORMAL          (S1_COMMON | DESC_SH_INNER | S1_ATTRINDX(ATTRINDX_NORMAL))
#define S1_NORMAL_RW       (S1_NORMAL | DESC_XN)
#define S1_NORMAL_RO       (S1_NORMAL | S1_AP2_RO | DESC_XN)
#define S1_NORMAL_RX       (S1_NORMAL | S1_AP2_RO)
/* Only for the trampoline page of the way in, before HSCTLR.WXN. */
#define S1_NORMAL_RWX      S1_NORMAL
#define S1_NORMAL_NC_RW    (S1_COMMON | DESC_SH_OUTER | S1_ATTRINDX(ATTRINDX_NORMAL_NC) | DESC_XN)
#define S1_DEVICE_RW       (S1_COMMON | DESC_SH_OUTER | S1_ATTRINDX(ATTRINDX_DEVICE) | DESC_XN)

/*
 * Stage 2, B3.6.2: MemAttr[3:0] in bits[5:2], where 0b0001 is Device and 0b1111 Normal with inner
 * and outer Write-Back; HAP[2:1] in bits[7:6]: 0b01 read-only, 0b11 read and write. The result is
 * the stronger of both stages (B3.8.5), so a guest that maps its RAM Non-cacheable gets that.
 */
#define S2_MEMATTR_DEVICE  UINT64_C(0x04)
#define S2_MEMATTR_NORMAL  UINT64_C(0x3c)
#define S2_HAP_RO          UINT64_C(0x40)
#define S2_HAP_RW          UINT64_C(0xc0)

#define S2_NORMAL          (DESC_AF | DESC_SH_INNER | S2_MEMATTR_NORMAL)
#define S2_NORMAL_RWX      (S2_NORMAL | S2_HAP_RW)
#define S2_NORMAL_ROX      (S2_NORMAL | S2_HAP_RO)
#define S2_NORMAL_RW       (S2_NORMAL | S2_HAP_RW | DESC_XN)
#define S2_NORMAL_RO       (S2_NORMAL | S2_HAP_RO | DESC_XN)
#define S2_DEVICE_RW       (DESC_AF | DESC_SH_OUTER | S2_MEMATTR_DEVICE | S2_HAP_RW | DESC_XN)

#endif
