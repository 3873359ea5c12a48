/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest's stage-2 translation (ARM DDI 0406C, B3.6): from IPA to PA, built before the guest runs,
 * unmapped everywhere that nothing was put. 32-bit IPA space, first level 1.
 */
#ifndef MM_STAGE2_H
#define MM_STAGE2_H

#include <stdint.h>

#include "hyp/arch/types.h"

struct stage2 {
    uint64_t *table; /* 4 level-1 descriptors, in HYP memory */
    uint64_t vttbr;  /* root and VMID, as the register wants it */
    uint8_t vmid;    /* 1 to 255 */
};

enum stage2_type {
    STAGE2_RAM,    /* Normal write-back, read, write, execute */
    STAGE2_ROM,    /* Normal write-back, read, execute */
    STAGE2_DEVICE, /* Device, read and write, execute-never */
};

/* Allocates the root and a VMID of its own. Boot. -ENOMEM, -ENOSPC when 255 guests exist. */
int stage2_init(struct stage2 *s2);

/* Maps [ipa, ipa + size) to pa by the largest blocks. Boot, before the guest runs. Page aligned.
 * -EINVAL, -EEXIST, -ENOMEM. */
int stage2_map(struct stage2 *s2, uint32_t ipa, paddr_t pa, uint64_t size, enum stage2_type type);

/* VTTBR while no guest is loaded: VMID 0 and a root that maps nothing, so that whatever is walked
 * speculatively between two guests goes nowhere. Any CPU, after stage2_cpu_init() on one. */
uint64_t stage2_nobody(void);

/* Sets VTCR and VTTBR on this CPU. Boot, once a CPU. */
void stage2_cpu_init(void);

#endif
