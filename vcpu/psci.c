/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dispatch by range, then by function number, in const tables. A function without a row answers
 * NOT_SUPPORTED.
 *
 * Lock: vm->lock guards the power state of all vCPUs of the VM. Nothing but a vCPU's kick is done
 * with a result of it after it is dropped.
 */
#include "vcpu/psci.h"

#include "hyp/core/timer.h"
#include "hyp/lib/util.h"
#include "vcpu/vcpu.h"
#include "vcpu/vgic.h"
#include "vcpu/vm.h"

#define PSCI_SUCCESS            0
#define PSCI_NOT_SUPPORTED      (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_ALREADY_ON         (-4)
#define PSCI_ON_PENDING         (-5)
#define PSCI_INVALID_ADDRESS    (-9)

#define PSCI_BASE               0x84000000u
#define PSCI_VERSION_1_1        0x00010001
#define SMCCC_VERSION_1_1       0x00010001
#define MIGRATE_NOT_NEEDED      2 /* no Trusted OS (5.9) */
#define AFFINITY_ON             0
#define AFFINITY_OFF            1
#define AFFINITY_ON_PENDING     2
#define AFFINITY_MASK           0x00ffffffu
/* CPU_SUSPEND's power_state in the original format: StateID, StateType, AffinityLevel (5.4.2). */
#define POWER_STATE_RESERVED    0xfcfe0000u

enum psci_fn {
    PSCI_VERSION = 0,
    PSCI_CPU_SUSPEND = 1,
    PSCI_CPU_OFF = 2,
    PSCI_CPU_ON = 3,
    PSCI_AFFINITY_INFO = 4,
    PSCI_MIGRATE_INFO_TYPE = 6,
    PSCI_SYSTEM_OFF = 8,
    PSCI_SYSTEM_RESET = 9,
    PSCI_FEATURES = 10,
    PSCI_NR = 32,
};

/* Our own calls (design of the guest's machine): vendor-hypervisor range, fast, 32-bit. */
enum skep_fn {
    SKEP_FEATURES = 0,
    SKEP_YIELD = 1,
    SKEP_STEAL_TIME = 2,
    SKEP_NR = 3,
};

typedef enum verdict (*call_fn)(struct vcpu *vcpu);

static enum verdict answer(struct vcpu *vcpu, int32_t r0)
{
    vcpu->frame.r[0] = (uint32_t)r0;
    return VERDICT_RESUME;
}

static enum verdict psci_version(struct vcpu *vcpu)
{
    return answer(vcpu, PSCI_VERSION_1_1);
}

/* The vCPU that an MPIDR names, or NULL. Aff1 and Aff2 are 0 here; other bits must be. */
static struct vcpu *target(struct vcpu *vcpu, uint32_t mpidr)
{
    return mpidr < vcpu->vm->nr_vcpus ? vcpu->vm->vcpu[mpidr] : 0;
}

/* Every state is a standby state: context is kept, any interrupt wakes, whatever was asked for; an
 * implementation may do less than a caller allows it to (5.4.1). */
static enum verdict psci_cpu_suspend(struct vcpu *vcpu)
{
    if (vcpu->frame.r[1] & POWER_STATE_RESERVED)
        return answer(vcpu, PSCI_INVALID_PARAMETERS);
    answer(vcpu, PSCI_SUCCESS);
    return vgic_pending(vcpu) ? VERDICT_RESUME : VERDICT_BLOCK;
}

static enum verdict psci_cpu_off(struct vcpu *vcpu)
{
    struct vm *vm = vcpu->vm;
    bool last = true;

    spin_lock(&vm->lock);
    vcpu->power = VCPU_OFF;
    for (unsigned int i = 0; i < vm->nr_vcpus; i++)
        last = last && vm->vcpu[i]->power == VCPU_OFF;
    spin_unlock(&vm->lock);
    if (last)
        vm->ops->request(vm, VM_EVENT_POWEROFF);
    return VERDICT_YIELD; /* its next turn sees that it is off, and leaves the hardware */
}

static enum verdict psci_cpu_on(struct vcpu *vcpu)
{
    struct vcpu *on = target(vcpu, vcpu->frame.r[1]);
    uint32_t entry = vcpu->frame.r[2];
    int32_t result = PSCI_SUCCESS;

    if (!on)
        return answer(vcpu, PSCI_INVALID_PARAMETERS);
    /* An instruction must be there to fetch, in the state that bit 0 says (5.6). */
    if ((entry & 3) == 2 || !vm_find_bank(vcpu->vm, entry & ~1u, (entry & 1) ? 2 : 4))
        return answer(vcpu, PSCI_INVALID_ADDRESS);
    spin_lock(&vcpu->vm->lock);
    if (on->power == VCPU_ON) {
        result = PSCI_ALREADY_ON;
    } else if (on->power == VCPU_ON_PENDING) {
        result = PSCI_ON_PENDING;
    } else {
        on->on.entry = entry;
        on->on.context = vcpu->frame.r[3];
        on->on.r1 = on->on.r2 = 0;
        on->power = VCPU_ON_PENDING;
    }
    spin_unlock(&vcpu->vm->lock);
    if (result == PSCI_SUCCESS)
        vcpu_kick(on);
    return answer(vcpu, result);
}

static enum verdict psci_affinity_info(struct vcpu *vcpu)
{
    uint32_t level = vcpu->frame.r[2], mask;
    int32_t result = PSCI_INVALID_PARAMETERS;

    if (level > 3)
        return answer(vcpu, PSCI_INVALID_PARAMETERS);
    mask = level == 3 ? 0 : AFFINITY_MASK << (8 * level) & AFFINITY_MASK;
    spin_lock(&vcpu->vm->lock);
    for (unsigned int i = 0; i < vcpu->vm->nr_vcpus; i++) {
        enum vcpu_power power = vcpu->vm->vcpu[i]->power;

        if (((vcpu->frame.r[1] ^ i) & mask) != 0 || (vcpu->frame.r[1] & ~AFFINITY_MASK) != 0)
            continue;
        if (power == VCPU_ON)
            result = AFFINITY_ON;
        else if (power == VCPU_ON_PENDING && result != AFFINITY_ON)
            result = AFFINITY_ON_PENDING;
        else if (result == PSCI_INVALID_PARAMETERS)
            result = AFFINITY_OFF;
    }
    spin_unlock(&vcpu->vm->lock);
    return answer(vcpu, result);
}

static enum verdict psci_migrate_info_type(struct vcpu *vcpu)
{
    return answer(vcpu, MIGRATE_NOT_NEEDED);
}

static enum verdict psci_system_off(struct vcpu *vcpu)
{
    vcpu->vm->ops->request(vcpu->vm, VM_EVENT_POWEROFF);
    return VERDICT_STOP;
}

static enum verdict psci_system_reset(struct vcpu *vcpu)
{
    vcpu->vm->ops->request(vcpu->vm, VM_EVENT_RESET);
    return VERDICT_STOP;
}

static enum verdict psci_features(struct vcpu *vcpu);

static const call_fn psci_table[PSCI_NR] = {
    [PSCI_VERSION] = psci_version,
    [PSCI_CPU_SUSPEND] = psci_cpu_suspend,
    [PSCI_CPU_OFF] = psci_cpu_off,
    [PSCI_CPU_ON] = psci_cpu_on,
    [PSCI_AFFINITY_INFO] = psci_affinity_info,
    [PSCI_MIGRATE_INFO_TYPE] = psci_migrate_info_type,
    [PSCI_SYSTEM_OFF] = psci_system_off,
    [PSCI_SYSTEM_RESET] = psci_system_reset,
    [PSCI_FEATURES] = psci_features,
};

#define SMCCC_VERSION       0x80000000u
#define SMCCC_ARCH_FEATURES 0x80000001u

/* Of each function that PSCI_FEATURES is asked about: 0 says it is there, with no feature flags
 * (5.16): CPU_SUSPEND takes the original power_state format, and SMCCC_VERSION exists. */
static enum verdict psci_features(struct vcpu *vcpu)
{
    uint32_t fn = vcpu->frame.r[1];
    bool known = fn == SMCCC_VERSION || (fn - PSCI_BASE < PSCI_NR && psci_table[fn - PSCI_BASE]);

    return answer(vcpu, known ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED);
}

static enum verdict not_supported(struct vcpu *vcpu)
{
    return answer(vcpu, PSCI_NOT_SUPPORTED);
}

static enum verdict psci_range(struct vcpu *vcpu)
{
    uint32_t fn = vcpu->frame.r[0] & 0xffff;
    call_fn call = fn < PSCI_NR && psci_table[fn] ? psci_table[fn] : not_supported;

    return call(vcpu);
}

static enum verdict arch_range(struct vcpu *vcpu)
{
    uint32_t fn = vcpu->frame.r[1];

    if (vcpu->frame.r[0] == SMCCC_VERSION)
        return answer(vcpu, SMCCC_VERSION_1_1);
    if (vcpu->frame.r[0] == SMCCC_ARCH_FEATURES)
        return answer(vcpu, fn == SMCCC_VERSION || fn == SMCCC_ARCH_FEATURES ? PSCI_SUCCESS
                                                                             : PSCI_NOT_SUPPORTED);
    return not_supported(vcpu);
}

static enum verdict skep_features(struct vcpu *vcpu)
{
    return answer(vcpu, BIT(SKEP_FEATURES) | BIT(SKEP_YIELD) | BIT(SKEP_STEAL_TIME));
}

static enum verdict skep_yield(struct vcpu *vcpu)
{
    answer(vcpu, PSCI_SUCCESS);
    return VERDICT_YIELD;
}

/* r1 and r2: how long the caller was ready to run while others did, in ticks of CNTVCT. */
static enum verdict skep_steal_time(struct vcpu *vcpu)
{
    uint64_t steal = vcpu->entity.steal;

    vcpu->frame.r[1] = (uint32_t)steal;
    vcpu->frame.r[2] = (uint32_t)(steal >> 32);
    return answer(vcpu, PSCI_SUCCESS);
}

static const call_fn skep_table[SKEP_NR] = {
    [SKEP_FEATURES] = skep_features,
    [SKEP_YIELD] = skep_yield,
    [SKEP_STEAL_TIME] = skep_steal_time,
};

#define SKEP_CALL_UID 0xff01u

/* 8d1aa5a2-5e0c-4b0e-9f57-6b736b657000: its last bytes say "kskep". DEN0028, 6.2. */
static enum verdict skep_uid(struct vcpu *vcpu)
{
    vcpu->frame.r[1] = 0x0e4b0c5e;
    vcpu->frame.r[2] = 0x736b579f;
    vcpu->frame.r[3] = 0x0070656b;
    return answer(vcpu, (int32_t)0xa2a51a8d);
}

static enum verdict skep_range(struct vcpu *vcpu)
{
    uint32_t fn = vcpu->frame.r[0] & 0xffff;

    if (fn == SKEP_CALL_UID)
        return skep_uid(vcpu);
    return fn < SKEP_NR ? skep_table[fn](vcpu) : not_supported(vcpu);
}

/* Fast calls of 32 bits by owner (DEN0028, 5): bits 29:24 of the function. */
static const struct {
    uint32_t base;
    call_fn call;
} ranges[] = {
    {0x84000000u, psci_range}, /* standard secure services, where PSCI lives */
    {0x80000000u, arch_range},
    {0x86000000u, skep_range}, /* vendor-specific hypervisor services */
};

enum verdict psci_call(struct vcpu *vcpu)
{
    uint32_t base = vcpu->frame.r[0] & 0xffff0000u;

    for (unsigned int i = 0; i < ARRAY_SIZE(ranges); i++) {
        if (ranges[i].base == base)
            return ranges[i].call(vcpu);
    }
    return not_supported(vcpu);
}
