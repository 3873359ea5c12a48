/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Look-ups in what a VM is made of. The tables are filled at boot and constant while it runs.
 */
#include "vcpu/vm.h"

#include <errno.h>

int vm_add_slot(struct vm *vm, uint32_t base, uint32_t size, const char *name, mmio_fn fn,
                void *dev)
{
    unsigned int at = vm->nr_slots;

    if (at == VM_MAX_SLOTS)
        return -ENOSPC;
    while (at > 0 && vm->slot[at - 1].base > base)
        at--;
    if ((at > 0 && vm->slot[at - 1].base + (vm->slot[at - 1].size - 1) >= base) ||
        (at < vm->nr_slots && base + (size - 1) >= vm->slot[at].base))
        return -EEXIST;
    for (unsigned int i = vm->nr_slots; i > at; i--)
        vm->slot[i] = vm->slot[i - 1];
    vm->slot[at] = (struct mmio_slot){
        .base = base, .size = size, .fn = fn, .dev = dev, .name = name};
    vm->nr_slots++;
    return 0;
}

const struct mmio_slot *vm_find_slot(const struct vm *vm, uint64_t ipa, unsigned int size)
{
    if ((ipa >> 32) != 0)
        return 0;
    for (unsigned int i = 0; i < vm->nr_slots; i++) {
        const struct mmio_slot *slot = &vm->slot[i];
        uint32_t offset = (uint32_t)ipa - slot->base;

        if (offset < slot->size)
            return size <= slot->size - offset ? slot : 0;
    }
    return 0;
}

const struct vm_bank *vm_find_bank(const struct vm *vm, uint64_t ipa, uint64_t size)
{
    for (unsigned int i = 0; i < vm->nr_banks; i++) {
        const struct vm_bank *bank = &vm->bank[i];

        if (ipa >= bank->ipa && ipa - bank->ipa < bank->size &&
            size <= bank->size - (ipa - bank->ipa))
            return bank;
    }
    return 0;
}
