/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An emulated PL031 (ARM DDI 0224C, chapter 3). The count is the board's seconds and an offset, so
 * it costs nothing until it is read. The alarm is a HYP timer of the CPU whose vCPU set it; when it
 * fires it only looks again, so one that a newer setting (perhaps by another vCPU) has overtaken
 * needs no cancelling. Like QEMU's, the clock runs from reset and cannot be stopped, and a match
 * that is now raises the interrupt at once.
 */
#include "guests/dev/pl031.h"

#include <stddef.h>

#include "hyp/core/rtc.h"
#include "hyp/lib/util.h"
#include "vcpu/vcpu.h"
#include "vcpu/vgic.h"

/* Registers (3.2). */
#define RTCDR        0x00
#define RTCMR        0x04
#define RTCLR        0x08
#define RTCCR        0x0c
#define RTCIMSC      0x10
#define RTCRIS       0x14
#define RTCMIS       0x18
#define RTCICR       0x1c

#define RTCPERIPHID0 0xfe0

/* The board's seconds and the counter's need not change together: an alarm that comes early asks
 * again after an eighth of a second. */
#define RETRY_US     125000

/* RTCPeriphID0-3 and RTCPCellID0-3 (3.3.9 and 3.3.10), as QEMU's. */
static const uint8_t identification[] = {0x31, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

static uint32_t count(const struct pl031_model *m)
{
    return rtc_seconds() + m->offset;
}

/* Lock held. */
static void set_line(struct pl031_model *m)
{
    bool level = m->ris && m->imsc;

    if (level == m->level)
        return;
    m->level = level;
    vgic_set_spi(m->vm, PL031_INTID, level);
}

/* Lock held, on the CPU that `alarm` belongs to. Raises what is due, or sets the alarm for it. */
static void check_match(struct pl031_model *m, struct pl031_alarm *alarm, bool early)
{
    uint32_t span = m->mr - m->set_at;
    uint32_t gone = count(m) - m->set_at;
    uint64_t us;

    if (!m->armed)
        return;
    if (gone >= span) {
        m->armed = false;
        m->ris = true;
        set_line(m);
        return;
    }
    us = early && span - gone == 1 ? RETRY_US : UINT64_C(1000000) * (span - gone);
    timer_set(&alarm->timer, timer_now() + timer_us_to_ticks(us));
}

static void alarm_fired(struct timer *timer)
{
    struct pl031_alarm *alarm = container_of(timer, struct pl031_alarm, timer);
    struct pl031_model *m = alarm->model;

    spin_lock(&m->lock);
    check_match(m, alarm, true);
    spin_unlock(&m->lock);
}

static void arm(struct pl031_model *m, const struct vcpu *vcpu)
{
    m->armed = true;
    m->set_at = count(m);
    check_match(m, &m->alarm[vcpu->id], false);
}

static uint32_t read_register(const struct pl031_model *m, uint32_t offset)
{
    switch (offset) {
    case RTCDR:
        return count(m);
    case RTCMR:
        return m->mr;
    case RTCLR:
        return m->lr;
    case RTCCR:
        return 1;
    case RTCIMSC:
        return m->imsc;
    case RTCRIS:
        return m->ris;
    case RTCMIS:
        return m->ris && m->imsc;
    default:
        if (offset >= RTCPERIPHID0 && offset < RTCPERIPHID0 + 4 * sizeof(identification))
            return identification[(offset - RTCPERIPHID0) / 4];
        return 0;
    }
}

static void write_register(struct pl031_model *m, const struct vcpu *vcpu, uint32_t offset,
                           uint32_t value)
{
    switch (offset) {
    case RTCMR:
        m->mr = value;
        arm(m, vcpu);
        break;
    case RTCLR:
        m->lr = value;
        m->offset = value - rtc_seconds();
        /* The distance to the match has changed; before the first RTCMR there is none. */
        if (m->armed)
            arm(m, vcpu);
        break;
    case RTCIMSC:
        m->imsc = value & 1;
        break;
    case RTCICR:
        if (value & 1)
            m->ris = false;
        break;
    default: /* RTCCR cannot stop it; the rest is read-only or reserved */
        break;
    }
    set_line(m);
}

enum mmio_result pl031_model_mmio(struct vcpu *vcpu, void *dev, struct mmio *mmio)
{
    struct pl031_model *m = dev;
    uint32_t offset = ALIGN_DOWN(mmio->offset, 4u);

    spin_lock(&m->lock);
    if (mmio->write)
        write_register(m, vcpu, offset, mmio->value);
    else
        mmio->value = read_register(m, offset);
    spin_unlock(&m->lock);
    if (!mmio->write && mmio->size < 4)
        mmio->value &= BIT(8 * mmio->size) - 1;
    return MMIO_OK;
}

void pl031_model_init(struct pl031_model *m, struct vm *vm)
{
    *m = (struct pl031_model){.vm = vm, .lock = SPINLOCK_INIT};
    for (size_t i = 0; i < ARRAY_SIZE(m->alarm); i++) {
        m->alarm[i].model = m;
        timer_init(&m->alarm[i].timer, alarm_fired);
    }
}

void pl031_model_reset(struct pl031_model *m)
{
    spin_lock(&m->lock);
    m->offset = 0;
    m->mr = 0;
    m->lr = 0;
    m->imsc = false;
    m->ris = false;
    m->armed = false;
    set_line(m);
    spin_unlock(&m->lock);
}
