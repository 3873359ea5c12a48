/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device accesses of guests (ARM DDI 0406C, B3.13.6 for the syndrome). The hardware has checked
 * stage 1 for the access that it reports, and for nothing else: an instruction that was decoded
 * from memory is held to that access, since another vCPU may have rewritten it meanwhile.
 */
#include "vcpu/emulate.h"

#include <stdbool.h>
#include <stddef.h>

#include "hyp/arch/hsr.h"
#include "hyp/arch/sysreg.h"
#include "hyp/arch/types.h"
#include "hyp/core/log.h"
#include "hyp/lib/util.h"
#include "vcpu/decode.h"
#include "vcpu/gva.h"
#include "vcpu/inject.h"
#include "vcpu/mmio.h"
#include "vcpu/vcpu.h"

#define PC    15
/* CPSR.C, for RRX. */
#define PSR_C (1u << 29)

/* The fault that the hardware reported. */
struct fault {
    uint32_t hsr;
    uint32_t va;
    uint64_t ipa;
    bool write;
};

static enum verdict external_abort(struct vcpu *vcpu, const struct fault *fault, uint32_t va,
                                   const char *why)
{
    log_guest(vcpu->vm->name, "vCPU %u: %s at 0x%08x, IPA 0x%llx, PC 0x%08x: %s", vcpu->id,
              fault->write ? "write" : "read", (unsigned int)va, (unsigned long long)fault->ipa,
              (unsigned int)vcpu->frame.pc, why);
    inject_dabt(vcpu, va, fault->write);
    return VERDICT_RESUME;
}

/* ---- values ---- */

/* Between the guest's order of bytes and a device's, which is little-endian; both ways. Bits above
 * the size come out as zero. */
static uint32_t swap(const struct vcpu *vcpu, uint32_t value, unsigned int size)
{
    if (vcpu->frame.cpsr & PSR_E) {
        value = __builtin_bswap32(value) >> (32 - 8 * size);
    }
    return size == 4 ? value : value & (BIT(8 * size) - 1);
}

static uint32_t sign_extend(uint32_t value, unsigned int size)
{
    unsigned int unused = 32 - 8 * size;

    return (uint32_t)((int32_t)(value << unused) >> unused);
}

/* What a store puts in memory: the PC reads 8 ahead, and only ARM code may store it. */
static uint32_t stored(const struct vcpu *vcpu, unsigned int reg)
{
    uint32_t value = vcpu_reg(vcpu, reg);

    return reg == PC ? value + 8 : value;
}

/*
 * One access of the device, in the guest's order of bytes. The slot has all of its bytes, and it is
 * aligned.
 */
static inline enum mmio_result device_access(struct vcpu *vcpu, const struct mmio_slot *slot,
                                             uint32_t ipa, unsigned int size, bool write,
                                             uint32_t *value)
{
    struct mmio mmio = {
        .offset = ipa - slot->base,
        .value = write ? swap(vcpu, *value, size) : 0,
        .size = (uint8_t)size,
        .write = write,
    };
    enum mmio_result result = slot->fn(vcpu, slot->dev, &mmio);

    if (!write) {
        *value = swap(vcpu, mmio.value, size);
    }
    return result;
}

/* ---- with a valid syndrome ---- */

/* Why an access with a valid syndrome does not reach a device. */
static __attribute__((noinline, cold)) enum verdict refuse_syndrome(struct vcpu *vcpu, uint32_t hsr,
                                                                    uint32_t va, uint64_t ipa)
{
    const struct fault fault = {.va = va, .ipa = ipa, .write = hsr & HSR_DABT_WNR};

    if (vm_find_slot(vcpu->vm, ipa, 1) == NULL) {
        return external_abort(vcpu, &fault, va, "nothing there");
    }
    if (va & (BIT(HSR_DABT_SAS(hsr)) - 1)) {
        inject_dabt_fault(vcpu, FAULT_ALIGNMENT, va, fault.write, false);
        return VERDICT_RESUME;
    }
    return external_abort(vcpu, &fault, va, "not supported by a device");
}

NO_CANARY static enum verdict emulate_syndrome(struct vcpu *vcpu, uint32_t hsr, uint32_t va,
                                               uint64_t ipa)
{
    unsigned int size = 1u << HSR_DABT_SAS(hsr), reg = HSR_DABT_SRT(hsr);
    bool write = hsr & HSR_DABT_WNR;
    const struct mmio_slot *slot = vm_find_slot(vcpu->vm, ipa, size);
    enum mmio_result result;
    uint32_t value = 0;

    if (slot == NULL || (va & (size - 1)) || size > 4 || (!write && reg == PC)) {
        return refuse_syndrome(vcpu, hsr, va, ipa);
    }
    if (write) {
        value = stored(vcpu, reg);
    }
    result = device_access(vcpu, slot, (uint32_t)ipa, size, write, &value);
    if (result == MMIO_ABORT) {
        inject_dabt(vcpu, va, write);
        return VERDICT_RESUME;
    }
    if (result == MMIO_RETRY) {
        return VERDICT_YIELD; /* at the same instruction */
    }
    if (!write) {
        vcpu_set_reg(vcpu, reg, (hsr & HSR_DABT_SSE) ? sign_extend(value, size) : value);
    }
    vcpu_skip(vcpu, (hsr & HSR_IL) ? 4 : 2);
    return result == MMIO_YIELD ? VERDICT_YIELD : VERDICT_RESUME;
}

/* ---- without ---- */

/* The instruction at the PC: *bytes long, as decode_access() wants it. Little-endian whatever
 * CPSR.E says (A3.3.1). Returns 0 or -EFAULT. */
static int fetch(struct vcpu *vcpu, uint32_t *insn, unsigned int *bytes)
{
    uint32_t pc = vcpu->frame.pc;
    uint16_t half[2] = {0, 0};
    int err;

    if (!(vcpu->frame.cpsr & PSR_T)) {
        *bytes = 4;
        return gva_fetch(vcpu, pc, insn, 4);
    }
    err = gva_fetch(vcpu, pc, &half[0], 2);
    *bytes = decode_thumb_bytes(half[0]);
    *insn = half[0];
    if (err == 0 && *bytes == 4) { /* the second half may lie in another page */
        err = gva_fetch(vcpu, pc + 2, &half[1], 2);
        *insn = (uint32_t)half[0] << 16 | half[1];
    }
    return err;
}

/* The register as the base of an address. */
static uint32_t base_value(const struct vcpu *vcpu, unsigned int reg)
{
    uint32_t value = vcpu_reg(vcpu, reg);

    if (reg == PC) {
        value = ALIGN_DOWN(value + ((vcpu->frame.cpsr & PSR_T) ? 4u : 8u), 4u);
    }
    return value;
}

/* IPA of a virtual address in the page that faulted. */
static uint64_t same_page_ipa(const struct fault *fault, uint32_t va)
{
    return (fault->ipa & ~(uint64_t)(PAGE_SIZE - 1)) | (va & (PAGE_SIZE - 1));
}

/*
 * Whether every element lies in a device and in the page that faulted, so that no side effect
 * happens before an abort that can be foreseen. *far is then, if not, the address to report.
 */
static bool all_in_devices(const struct vcpu *vcpu, const struct fault *fault,
                           const struct access *access, uint32_t address, uint32_t *far)
{
    for (unsigned int i = 0; i < access->count; i++) {
        uint32_t va = address + i * access->size;

        if ((va ^ fault->va) & ~(PAGE_SIZE - 1)) {
            *far = fault->va;
            return false;
        }
        if (vm_find_slot(vcpu->vm, same_page_ipa(fault, va), access->size) == NULL) {
            *far = va;
            return false;
        }
    }
    return true;
}

/* Carries out the elements in order of address; registers change only when all have succeeded. */
static enum verdict run(struct vcpu *vcpu, const struct fault *fault, const struct access *access,
                        uint32_t address, uint32_t new_base, unsigned int bytes)
{
    uint32_t value[ACCESS_MAX_REGS];
    enum verdict verdict = VERDICT_RESUME;

    for (unsigned int i = 0; i < access->count; i++) {
        uint32_t va = address + i * access->size;
        uint64_t ipa = same_page_ipa(fault, va);
        const struct mmio_slot *slot = vm_find_slot(vcpu->vm, ipa, access->size);
        enum mmio_result result;

        value[i] = access->load ? 0 : stored(vcpu, access->reg[i]);
        result = device_access(vcpu, slot, (uint32_t)ipa, access->size, !access->load, &value[i]);
        if (result == MMIO_ABORT) {
            inject_dabt(vcpu, va, fault->write);
            return verdict;
        }
        if (result == MMIO_RETRY) {
            return VERDICT_YIELD; /* from the first element again: a device may ask only there */
        }
        if (result == MMIO_YIELD) {
            verdict = VERDICT_YIELD;
        }
    }
    for (unsigned int i = 0; access->load && i < access->count; i++) {
        vcpu_set_reg(vcpu, access->reg[i],
                     access->sign_extend ? sign_extend(value[i], access->size) : value[i]);
    }
    if (access->writeback) {
        vcpu_set_reg(vcpu, access->base, new_base);
    }
    vcpu_skip(vcpu, bytes);
    return verdict;
}

static enum verdict emulate_decoded(struct vcpu *vcpu, const struct fault *fault)
{
    uint32_t insn = 0, address, base, off, far;
    unsigned int bytes;
    struct access access;

    if (vm_find_slot(vcpu->vm, fault->ipa, 1) == NULL) {
        return external_abort(vcpu, fault, fault->va, "nothing there");
    }
    if (fetch(vcpu, &insn, &bytes) != 0 ||
        decode_access(insn, vcpu->frame.cpsr & PSR_T, &access) != 0) {
        return external_abort(vcpu, fault, fault->va, "instruction not supported on a device");
    }
    base = base_value(vcpu, access.base);
    off = access.indexed
              ? decode_offset(&access, vcpu_reg(vcpu, access.index), vcpu->frame.cpsr & PSR_C)
              : 0;
    address = base + (uint32_t)access.start + (access.pre ? off : 0);
    if (access.load == fault->write ||
        fault->va - address >= (uint32_t)access.count * access.size) {
        return external_abort(vcpu, fault, fault->va, "instruction changed meanwhile");
    }
    if (address & (access.size - 1u)) {
        inject_dabt_fault(vcpu, FAULT_ALIGNMENT, address, fault->write, false);
        return VERDICT_RESUME;
    }
    if (!all_in_devices(vcpu, fault, &access, address, &far)) {
        return external_abort(vcpu, fault, far, "only part of it is in a device");
    }
    return run(vcpu, fault, &access, address, base + (uint32_t)access.update + off, bytes);
}

/* What is left: no plain load or store with a syndrome. */
static enum verdict emulate_other(struct vcpu *vcpu, const struct fault *fault)
{
    if (fault->hsr & HSR_ABT_S1PTW) {
        log_guest(vcpu->vm->name, "vCPU %u: translation table in a device, PC 0x%08x", vcpu->id,
                  (unsigned int)vcpu->frame.pc);
        inject_dabt_walk(vcpu, fault->va, fault->ipa, fault->write, fault->hsr & HSR_DABT_CM);
        return VERDICT_RESUME;
    }
    if (fault->hsr & HSR_DABT_CM) {
        vcpu_skip(vcpu, 4); /* an MCR; IL is UNKNOWN here */
        return VERDICT_RESUME;
    }
    return emulate_decoded(vcpu, fault);
}

static __attribute__((noinline)) enum verdict emulate_fault(struct vcpu *vcpu, uint32_t hsr,
                                                            uint32_t va, uint64_t ipa)
{
    return emulate_other(vcpu, &(const struct fault){
                                   .hsr = hsr,
                                   .va = va,
                                   .ipa = ipa,
                                   .write = hsr & HSR_DABT_WNR,
                               });
}

NO_CANARY enum verdict emulate_dabt(struct vcpu *vcpu, uint32_t hsr, uint32_t hdfar, uint64_t ipa)
{
    if (hsr & HSR_DABT_ISV) {
        return emulate_syndrome(vcpu, hsr, hdfar, ipa);
    }
    return emulate_fault(vcpu, hsr, hdfar, ipa);
}
