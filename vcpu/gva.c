/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See gva.h. Another vCPU of the guest may change its tables at any time: what is returned was true
 * at some moment, and every use of it is bounded by the VM's own banks.
 */
#include "vcpu/gva.h"

#include <errno.h>

#include "hyp/arch/barrier.h"
#include "hyp/arch/sysreg.h"
#include "hyp/arch/types.h"
#include "hyp/lib/util.h"
#include "mm/gmem.h"
#include "vcpu/vcpu.h"

#define PAR_F    1u
#define PAR_LPAE (1u << 11)
#define PAR_SS   (1u << 1) /* short format: a supersection */

/* The address in a PAR that reports success (B4.1.112). */
static uint64_t par_ipa(uint64_t par, uint32_t va)
{
    uint32_t low = (uint32_t)par;

    if (low & PAR_LPAE)
        return (par & UINT64_C(0xfffffff000)) | (va & 0xfff);
    if (low & PAR_SS)
        return (low & 0xff000000u) | ((uint64_t)BITS(low, 23, 16) << 32) | (va & 0x00ffffffu);
    return (low & 0xfffff000u) | (va & 0xfff);
}

bool gva_to_ipa(struct vcpu *vcpu, uint32_t va, bool write, uint64_t *ipa)
{
    uint64_t mine = READ_CP64(PAR), par;

    (void)vcpu;
    if (write)
        WRITE_CP32(va, ATS1CPW);
    else
        WRITE_CP32(va, ATS1CPR);
    isb();
    par = READ_CP64(PAR);
    WRITE_CP64(mine, PAR);
    if (par & PAR_F)
        return false;
    *ipa = par_ipa(par, va);
    return true;
}

int gva_fetch(struct vcpu *vcpu, uint32_t va, void *buf, unsigned int len)
{
    char *p = buf;

    while (len != 0) {
        unsigned int n = MIN(len, PAGE_SIZE - (va & (PAGE_SIZE - 1)));
        const struct vm_bank *bank;
        uint64_t ipa;

        if (!gva_to_ipa(vcpu, va, false, &ipa))
            return -EFAULT;
        bank = vm_find_bank(vcpu->vm, ipa, n);
        if (!bank)
            return -EFAULT;
        gmem_read(p, PADDR(bank->pa.pa + (ipa - bank->ipa)), n);
        p += n;
        va += n;
        len -= n;
    }
    return 0;
}
