/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The UART a guest sees: a PrimeCell PL011 (ARM DDI 0183G) with FIFOs 16 deep, as QEMU's `virt`
 * has it. Its far end is the guest's console channel.
 */
#ifndef GUESTS_DEV_PL011_H
#define GUESTS_DEV_PL011_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/arch/spinlock.h"
#include "hyp/core/console.h"
#include "vcpu/mmio.h"

struct vm;

#define PL011_SIZE  0x1000u
#define PL011_INTID 33u
#define PL011_FIFO  16u

struct pl011_model {
    struct vm *vm;
    struct console_channel *channel;
    struct spinlock lock; /* everything below but what a read of UARTFR takes; then the vGIC's */
    uint32_t ris;         /* UARTRIS: what is latched */
    bool level;           /* of the interrupt line */
    bool unseen;          /* a byte came that the guest has not looked for since */
    bool overrun;         /* in loopback: a byte was lost before the next to be read */
    uint8_t loop[PL011_FIFO]; /* the receive FIFO in loopback */
    uint8_t loop_first;
    uint8_t loop_used;
    uint8_t rsr; /* UARTRSR; the rest by its name in the manual, without UART */
    uint8_t ilpr;
    uint16_t ibrd;
    uint8_t fbrd;
    uint8_t lcr_h;
    uint16_t cr;
    uint8_t ifls;
    uint16_t imsc;
    uint8_t dmacr;
};

/* Binds a model to its VM and channel, which must have been prepared and not yet added: the model
 * sets the channel's callbacks. Boot. The model is in the state of reset. */
void pl011_model_init(struct pl011_model *model, struct vm *vm, struct console_channel *channel);

/* The state of reset (3.2); what was typed to the guest's former life is dropped. VM not running.*/
void pl011_model_reset(struct pl011_model *model);

/* An access of the guest: an mmio_fn. On a vCPU of the model's VM. */
enum mmio_result pl011_model_mmio(struct vcpu *vcpu, void *dev, struct mmio *mmio);

#endif
