/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See vtimer.h. Times of CNTP are in the guest's counter; HYP's timers want CNTPCT, which is
 * ahead by vm->cntvoff.
 */
#include "vcpu/vtimer.h"

#include "hyp/arch/barrier.h"
#include "hyp/arch/sysreg.h"
#include "hyp/core/irq.h"
#include "hyp/core/percpu.h"
#include "hyp/core/timer.h"
#include "hyp/lib/util.h"
#include "vcpu/cp15.h"
#include "vcpu/switch.h"
#include "vcpu/vcpu.h"
#include "vcpu/vgic.h"

#define CNTKCTL_PL0PCTEN (1u << 0)
#define CNTKCTL_PL0PTEN  (1u << 9)

static uint64_t guest_now(const struct vcpu *vcpu)
{
    return timer_now() - vcpu->vm->cntvoff;
}

/* A condition of a timer: enabled, not masked, due. */
static bool due(uint32_t ctl, uint64_t cval, uint64_t now)
{
    return (ctl & (CNT_CTL_ENABLE | CNT_CTL_IMASK)) == CNT_CTL_ENABLE && now >= cval;
}

/* CNTV of a vCPU that is put away is due: once loaded, the hardware raises the interrupt itself. */
static void cntv_wake(struct timer *timer)
{
    struct vcpu *vcpu = container_of(timer, struct vcpu, vtimer.cntv_wake);

    sched_wake(&vcpu->entity);
}

/* So long after a virtual interrupt of CNTV is looked whether its successor got lost. Re-armed only
 * while there are any, so a guest that sleeps is not woken by it. */
#define CNTV_WATCH_US 5000

static void cntv_watch_later(struct vcpu *vcpu)
{
    if (!vcpu->vtimer.cntv_watch.armed)
        timer_set(&vcpu->vtimer.cntv_watch, timer_now() + timer_us_to_ticks(CNTV_WATCH_US));
}

static void cntv_watch(struct timer *timer)
{
    struct vcpu *vcpu = container_of(timer, struct vcpu, vtimer.cntv_watch);

    if (vgic_cntv_look(vcpu)) {
        if (this_cpu()->sched.current != &vcpu->entity)
            sched_wake(&vcpu->entity);
        cntv_watch_later(vcpu);
    }
}

static void cntp_update(struct vcpu *vcpu)
{
    struct vcpu_vtimer *t = &vcpu->vtimer;
    bool level = due(t->cntp_ctl, t->cntp_cval, guest_now(vcpu));
    bool waits = (t->cntp_ctl & (CNT_CTL_ENABLE | CNT_CTL_IMASK)) == CNT_CTL_ENABLE && !level;
    uint64_t deadline = t->cntp_cval + vcpu->vm->cntvoff;

    /* A deadline that wraps lies beyond any that can be waited for. */
    if (waits && deadline >= t->cntp_cval)
        timer_set(&t->cntp_timer, deadline);
    else
        timer_cancel(&t->cntp_timer);
    vgic_set_ppi(vcpu, VGIC_PPI_CNTP, level);
}

static void cntp_fired(struct timer *timer)
{
    cntp_update(container_of(timer, struct vcpu, vtimer.cntp_timer));
}

void vtimer_reset(struct vcpu *vcpu)
{
    struct vcpu_vtimer *t = &vcpu->vtimer;

    if (t->cntv_wake.fn) {
        timer_cancel(&t->cntv_wake);
        timer_cancel(&t->cntp_timer);
        timer_cancel(&t->cntv_watch);
    }
    timer_init(&t->cntv_wake, cntv_wake);
    timer_init(&t->cntv_watch, cntv_watch);
    timer_init(&t->cntp_timer, cntp_fired);
    t->cntv_ctl = 0;
    t->cntv_cval = 0;
    t->cntp_ctl = 0;
    t->cntp_cval = 0;
}

void vtimer_save(struct vcpu *vcpu)
{
    struct vcpu_vtimer *t = &vcpu->vtimer;

    t->cntv_ctl = READ_CP32(CNTV_CTL) & (CNT_CTL_ENABLE | CNT_CTL_IMASK);
    t->cntv_cval = READ_CP64(CNTV_CVAL);
    WRITE_CP32(0, CNTV_CTL);
    isb();
    if (t->cntv_ctl == CNT_CTL_ENABLE) {
        uint64_t deadline = t->cntv_cval + vcpu->vm->cntvoff;

        if (deadline >= t->cntv_cval)
            timer_set(&t->cntv_wake, deadline);
    }
}

void vtimer_load(struct vcpu *vcpu)
{
    struct vcpu_vtimer *t = &vcpu->vtimer;

    timer_cancel(&t->cntv_wake);
    WRITE_CP64(vcpu->vm->cntvoff, CNTVOFF);
    WRITE_CP64(t->cntv_cval, CNTV_CVAL);
    isb(); /* the comparison must not be made with another's CVAL or offset */
    WRITE_CP32(t->cntv_ctl, CNTV_CTL);
    isb();
}

bool vtimer_cntv_level(const struct vcpu *vcpu)
{
    const struct vcpu_vtimer *t = &vcpu->vtimer;

    if (switch_loaded() == vcpu)
        return (READ_CP32(CNTV_CTL) & (CNT_CTL_ENABLE | CNT_CTL_IMASK | CNT_CTL_ISTATUS)) ==
               (CNT_CTL_ENABLE | CNT_CTL_ISTATUS);
    return due(t->cntv_ctl, t->cntv_cval, guest_now(vcpu));
}

/* The guest's own CNTKCTL rules its User mode, also for what HYP traps (B8.1.2). */
static bool denied_to_user(const struct vcpu *vcpu, uint32_t enable)
{
    return (vcpu->frame.cpsr & PSR_M_MASK) == PSR_USR && (READ_CP32(CNTKCTL) & enable) == 0;
}

bool vtimer_cp15_32(struct vcpu *vcpu, uint32_t key, bool write, uint32_t *value)
{
    struct vcpu_vtimer *t = &vcpu->vtimer;
    uint64_t now = guest_now(vcpu);

    if (denied_to_user(vcpu, CNTKCTL_PL0PTEN))
        return false;
    if (key == CP32_KEY(CNTP_CTL)) {
        if (!write)
            *value = t->cntp_ctl |
                     ((t->cntp_ctl & CNT_CTL_ENABLE) && now >= t->cntp_cval ? CNT_CTL_ISTATUS : 0);
        else
            t->cntp_ctl = *value & (CNT_CTL_ENABLE | CNT_CTL_IMASK);
    } else { /* CNTP_TVAL: signed 32 bits relative to the counter (B8.1.4) */
        if (!write)
            *value = (uint32_t)(t->cntp_cval - now);
        else
            t->cntp_cval = now + (uint64_t)(int64_t)(int32_t)*value;
    }
    if (write)
        cntp_update(vcpu);
    return true;
}

bool vtimer_cp15_64(struct vcpu *vcpu, uint32_t key, bool write, uint64_t *value)
{
    struct vcpu_vtimer *t = &vcpu->vtimer;

    if (key == CP64_KEY(CNTPCT)) {
        if (write || denied_to_user(vcpu, CNTKCTL_PL0PCTEN))
            return false;
        *value = guest_now(vcpu);
        return true;
    }
    if (denied_to_user(vcpu, CNTKCTL_PL0PTEN))
        return false;
    if (!write) {
        *value = t->cntp_cval;
        return true;
    }
    t->cntp_cval = *value;
    cntp_update(vcpu);
    return true;
}

static enum irq_done cntv_irq(unsigned int intid, void *arg)
{
    struct vcpu *vcpu = switch_loaded();

    (void)intid;
    (void)arg;
    if (!vcpu) {
        WRITE_CP32(0, CNTV_CTL); /* nobody's: what a boot loader left running */
        isb();
        return IRQ_DEACTIVATE;
    }
    vgic_inject_cntv(vcpu);
    cntv_watch_later(vcpu);
    /* It may have blocked and stayed loaded. Running, it needs no wake: WFI looks at the vGIC. */
    if (this_cpu()->sched.current != &vcpu->entity)
        sched_wake(&vcpu->entity);
    return IRQ_LEAVE_ACTIVE;
}

void vtimer_cpu_init(void)
{
    WRITE_CP32(0, CNTV_CTL);
    WRITE_CP32(CP15_CNTHCTL, CNTHCTL);
    isb();
    irq_register(timer_virt_intid, cntv_irq, 0);
}
