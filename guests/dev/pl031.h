/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock a guest sees: a PrimeCell PL031 (ARM DDI 0224C) over the board's clock, or over the
 * counter if the board has none. A guest that sets it moves its own only.
 */
#ifndef GUESTS_DEV_PL031_H
#define GUESTS_DEV_PL031_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/arch/spinlock.h"
#include "hyp/core/timer.h"
#include "vcpu/mmio.h"
#include "vcpu/vm.h"

#define PL031_SIZE  0x1000u
#define PL031_INTID 34u

struct pl031_model;

/* A timer belongs to the CPU that set it, so each vCPU, which never moves, has one of its own. */
struct pl031_alarm {
    struct timer timer;
    struct pl031_model *model;
};

struct pl031_model {
    struct vm *vm;
    struct spinlock lock; /* everything below but the timers; then the vGIC's */
    uint32_t offset;      /* RTCDR - rtc_seconds(), modulo 2^32 */
    uint32_t mr, lr;
    bool imsc, ris, level;
    bool armed;      /* the match has not come yet */
    uint32_t set_at; /* RTCDR when it was armed: the match is mr - set_at seconds later */
    struct pl031_alarm alarm[VM_MAX_VCPUS];
};

/* Binds a model to its VM. Boot. The model is in the state of reset. */
void pl031_model_init(struct pl031_model *model, struct vm *vm);

/* The state of reset (3.2), but the time goes on as the board's. VM not running. */
void pl031_model_reset(struct pl031_model *model);

/* An access of the guest: an mmio_fn. On a vCPU of the model's VM. */
enum mmio_result pl031_model_mmio(struct vcpu *vcpu, void *dev, struct mmio *mmio);

#endif
