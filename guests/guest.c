/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making a guest, and its life. A guest is off, starting (its job scrubs and fills its RAM, in
 * bounded steps), running, stopping (its vCPUs are leaving), or crashed. The last vCPU to leave
 * wakes the job, which decides by policy what follows. Nobody waits.
 *
 * Lock: guest->lock guards state, event and what the operator wants; vm->lock, the vGIC's and the
 * scheduler's come after it.
 */
#include "guests/guest.h"

#include <errno.h>
#include <string.h>

#include "guests/dev/pl011.h"
#include "guests/dev/pl031.h"
#include "guests/dev/virtio_empty.h"
#include "guests/load.h"
#include "guests/machine.h"
#include "hyp/core/console.h"
#include "hyp/core/irqchip.h"
#include "hyp/core/log.h"
#include "hyp/core/panic.h"
#include "hyp/core/percpu.h"
#include "hyp/core/power.h"
#include "hyp/lib/util.h"
#include "mm/stage1.h"
#include "vcpu/vcpu.h"
#include "vcpu/vgic.h"

#define TX_RING   4096
#define RX_RING   4096
/* GICC_DIR, alone in the second page, is emulated (vcpu/vgic.h). */
#define GICV_SIZE 0x1000u

enum guest_state {
    GUEST_OFF,
    GUEST_STARTING,
    GUEST_RUNNING,
    GUEST_STOPPING,
    GUEST_CRASHED,
    GUEST_NR_STATES,
};

struct guest {
    const struct guest_config *config;
    struct vm vm;
    struct pl011_model pl011;
    struct pl031_model pl031;
    struct console_channel console;
    struct spinlock lock;
    enum guest_state state;
    enum vm_event event; /* why it is stopping */
    bool start_again;    /* the operator's reset */
    bool doomed;         /* the operator's destroy: whatever it is about to do, it goes off */
    struct entity job;   /* scrubs, loads, decides */
    struct load load;    /* how far the job is */
    uint32_t starts;
    uint32_t crashes;      /* restarts after a crash since crash_window */
    uint64_t crash_window; /* CNTPCT */
    uint32_t told;         /* lines about its life since told_window */
    uint64_t told_window;  /* CNTPCT */
    uint8_t tx[TX_RING];
    uint8_t rx[RX_RING];
    struct vcpu vcpu[];
};

static const struct system *the_system;
static struct guest *guests[SYSTEM_MAX_GUESTS];

/* ---- the end of a life ---- */

/* A guest can begin and end its life thousands of times a second: so many lines it may cause in one
 * second, and the last one says that there would be more. */
#define TOLD_LINES 20

static void tell(struct guest *guest, const char *what)
{
    uint64_t now = timer_now();

    if (now - guest->told_window > timer_hz) {
        guest->told_window = now;
        guest->told = 0;
    }
    if (guest->told >= TOLD_LINES)
        return;
    guest->told++;
    log_info("%s: %s%s", guest->config->name, what,
             guest->told == TOLD_LINES ? ", and so on: silent for the rest of this second" : "");
}

static bool is_doomed(struct guest *guest)
{
    bool doomed;

    spin_lock(&guest->lock);
    doomed = guest->doomed;
    spin_unlock(&guest->lock);
    return doomed;
}

/* vm_ops.request: the first event of a life counts. */
static void request(struct vm *vm, enum vm_event event)
{
    struct guest *guest = container_of(vm, struct guest, vm);
    bool first;

    spin_lock(&guest->lock);
    first = guest->state == GUEST_RUNNING;
    if (first) {
        guest->state = GUEST_STOPPING;
        guest->event = event;
    }
    spin_unlock(&guest->lock);
    if (first)
        vcpu_stop_vm(vm);
}

/* vm_ops.stopped: on the CPU of the last vCPU to leave. */
static void stopped(struct vm *vm)
{
    sched_wake(&container_of(vm, struct guest, vm)->job);
}

static const struct vm_ops vm_ops = {.request = request, .stopped = stopped};

static bool any_can_run(void)
{
    for (unsigned int i = 0; i < the_system->nguests; i++) {
        if (guests[i]->state != GUEST_OFF && guests[i]->state != GUEST_CRASHED)
            return true;
    }
    return false;
}

static void power_off_board(const char *why)
{
    log_info("%s: the board powers off", why);
    console_flush();
    if (power_board && power_board->off)
        power_board->off();
    log_info("this board cannot switch itself off: it may be now");
}

static void go_off(struct guest *guest, enum guest_state state)
{
    spin_lock(&guest->lock);
    guest->state = state;
    guest->doomed = false;
    spin_unlock(&guest->lock);
    console_set_off(&guest->console, true);
    if (!any_can_run() && the_system->all_off == SYSTEM_ALL_OFF_POWEROFF)
        power_off_board("no guest can run again");
}

static void go_start(struct guest *guest)
{
    spin_lock(&guest->lock);
    guest->state = GUEST_STARTING;
    spin_unlock(&guest->lock);
    load_begin(&guest->load, guest->config, &guest->vm);
}

/* Whether policy allows one more restart after a crash now. */
static bool crash_restart_left(struct guest *guest)
{
    uint64_t now = timer_now();

    if (guest->crashes == 0 ||
        now - guest->crash_window >
            timer_us_to_ticks(guest->config->restart_s * UINT64_C(1000000))) {
        guest->crash_window = now;
        guest->crashes = 0;
    }
    return guest->crashes++ < guest->config->restart_count;
}

/* All vCPUs have left: what the event and the policy say. */
static void decide(struct guest *guest)
{
    const struct guest_config *config = guest->config;
    enum vm_event event = guest->event;
    enum system_policy policy = event == VM_EVENT_POWEROFF ? config->on_poweroff
                                : event == VM_EVENT_RESET  ? config->on_reset
                                : event == VM_EVENT_CRASH  ? config->on_crash
                                                           : SYSTEM_STOP;
    static const char *const what[] = {
        [VM_EVENT_POWEROFF] = "powered off",
        [VM_EVENT_RESET] = "reset",
        [VM_EVENT_CRASH] = "crashed",
        [VM_EVENT_DESTROY] = "destroyed",
    };

    if (is_doomed(guest)) {
        event = VM_EVENT_DESTROY;
        policy = SYSTEM_STOP;
    }
    tell(guest, what[event]);
    if (event == VM_EVENT_DESTROY) {
        guest->start_again = false;
    } else if (guest->start_again) {
        guest->start_again = false;
        policy = SYSTEM_RESTART;
    } else if (event == VM_EVENT_CRASH && policy == SYSTEM_RESTART && !crash_restart_left(guest)) {
        log_warn("%s: %u restarts in %u s: given up", config->name, config->restart_count,
                 config->restart_s);
        policy = SYSTEM_STOP;
    }
    if (policy == SYSTEM_RESTART)
        go_start(guest);
    else
        go_off(guest, event == VM_EVENT_CRASH ? GUEST_CRASHED : GUEST_OFF);
    if (policy == SYSTEM_HALT)
        power_off_board(config->name);
}

static void enter_guest(struct guest *guest)
{
    const struct guest_config *config = guest->config;

    pl011_model_reset(&guest->pl011);
    pl031_model_reset(&guest->pl031);
    guest->starts++;
    console_set_off(&guest->console, false);
    tell(guest, "started");
    /* In one step for request(): before it there is nothing to stop, after it there is. */
    spin_lock(&guest->lock);
    guest->state = GUEST_RUNNING;
    /* As QEMU's -kernel enters: r0 = 0, r1 = ~0, r2 = device tree. */
    vcpu_start_vm(&guest->vm, config->entry | (config->thumb ? 1u : 0u), 0, ~0u, config->dtb);
    spin_unlock(&guest->lock);
    if (is_doomed(guest)) /* since the job last looked; from RUNNING on it is request()'s */
        request(&guest->vm, VM_EVENT_DESTROY);
}

/* One step of the guest's job. */
static enum verdict job_run(struct entity *entity)
{
    struct guest *guest = container_of(entity, struct guest, job);

    switch (guest->state) {
    case GUEST_STARTING:
        if (is_doomed(guest)) {
            tell(guest, "destroyed");
            go_off(guest, GUEST_OFF);
            return VERDICT_BLOCK;
        }
        if (load_step(&guest->load))
            return VERDICT_YIELD;
        enter_guest(guest);
        return VERDICT_BLOCK;
    case GUEST_STOPPING:
        if (__atomic_load_n(&guest->vm.nr_inside, __ATOMIC_ACQUIRE) != 0)
            return VERDICT_BLOCK;
        decide(guest);
        return guest->state == GUEST_STARTING ? VERDICT_YIELD : VERDICT_BLOCK;
    default:
        return VERDICT_BLOCK;
    }
}

/* ---- making ---- */

static void map_memory(struct guest *guest)
{
    const struct guest_config *config = guest->config;
    struct vm *vm = &guest->vm;
    int err = stage2_init(&vm->s2);

    for (unsigned int i = 0; i < config->nbanks && !err; i++) {
        const struct system_bank *bank = &config->bank[i];

        vm->bank[vm->nr_banks++] = (struct vm_bank){
            .ipa = bank->ipa, .size = bank->size, .pa = bank->pa, .writable = true};
        err = stage2_map(&vm->s2, bank->ipa, bank->pa, bank->size, STAGE2_RAM);
    }
    for (unsigned int i = 0; i < config->nroms && !err; i++) {
        const struct system_rom *rom = &config->rom[i];

        vm->bank[vm->nr_banks++] = (struct vm_bank){
            .ipa = rom->ipa, .size = rom->size, .pa = rom->pa, .writable = false};
        err = stage2_map(&vm->s2, rom->ipa, rom->pa, rom->size, STAGE2_ROM);
    }
    if (!err)
        err = stage2_map(&vm->s2, MACHINE_GICC_BASE, irqchip->gicv, GICV_SIZE, STAGE2_DEVICE);
    if (err)
        panic("%s: cannot map its memory: error %d", config->name, err);
}

static void add_devices(struct guest *guest)
{
    struct vm *vm = &guest->vm;
    int err = vm_add_slot(vm, MACHINE_GICD_BASE, 0x1000, "gicd", vgic_mmio, 0);

    console_channel_init(&guest->console, guest->config->name, guest->tx, TX_RING, guest->rx,
                         RX_RING);
    pl011_model_init(&guest->pl011, vm, &guest->console);
    pl031_model_init(&guest->pl031, vm);
    console_add(&guest->console);
    err = err ? err
              : vm_add_slot(vm, MACHINE_GICC_BASE + GICV_SIZE, GICV_SIZE, "gicc-dir", vgic_dir_mmio,
                            0);
    err = err ? err
              : vm_add_slot(vm, MACHINE_UART_BASE, MACHINE_UART_SIZE, "pl011", pl011_model_mmio,
                            &guest->pl011);
    err = err ? err
              : vm_add_slot(vm, MACHINE_RTC_BASE, MACHINE_RTC_SIZE, "pl031", pl031_model_mmio,
                            &guest->pl031);
    err = err ? err
              : vm_add_slot(vm, MACHINE_VIRTIO_BASE, MACHINE_VIRTIO_SIZE * MACHINE_VIRTIO_SLOTS,
                            "virtio-mmio", virtio_empty_mmio, 0);
    if (err)
        panic("%s: cannot add its devices: error %d", guest->config->name, err);
}

static struct guest *create(const struct guest_config *config)
{
    struct guest *guest = stage1_alloc(sizeof(struct guest) + config->nvcpus * sizeof(struct vcpu));

    guest->config = config;
    guest->state = GUEST_OFF;
    guest->vm.name = config->name;
    guest->vm.ops = &vm_ops;
    guest->vm.nr_vcpus = config->nvcpus;
    guest->vm.trap_wfi = config->trap_wfi;
    map_memory(guest);
    for (unsigned int i = 0; i < config->nvcpus; i++) {
        guest->vcpu[i].entity.name = config->name;
        vcpu_init(&guest->vcpu[i], &guest->vm, i, percpu[config->cpu[i]], config->priority,
                  config->slice_us);
    }
    add_devices(guest);
    guest->job.name = config->name;
    guest->job.run = job_run;
    sched_add(&guest->job, percpu[config->cpu[0]], config->priority, config->slice_us);
    return guest;
}

void guest_create_all(const struct system *system)
{
    the_system = system;
    for (unsigned int i = 0; i < system->nguests; i++)
        guests[i] = create(&system->guest[i]);
    if (system->focus >= 0)
        console_focus(&guests[system->focus]->console);
}

void guest_start_all(void)
{
    for (unsigned int i = 0; i < the_system->nguests; i++)
        guest_start(guests[i]);
}

/* ---- the operator ---- */

int guest_start(struct guest *guest)
{
    bool can;

    spin_lock(&guest->lock);
    can = guest->state == GUEST_OFF || guest->state == GUEST_CRASHED;
    if (can) {
        guest->state = GUEST_STARTING;
        guest->start_again = false;
        load_begin(&guest->load, guest->config, &guest->vm);
    }
    spin_unlock(&guest->lock);
    if (!can)
        return -EBUSY;
    sched_wake(&guest->job);
    return 0;
}

int guest_reset(struct guest *guest)
{
    bool can;

    spin_lock(&guest->lock);
    can = guest->state == GUEST_RUNNING;
    if (can)
        guest->start_again = true;
    spin_unlock(&guest->lock);
    if (!can)
        return -EBUSY;
    request(&guest->vm, VM_EVENT_RESET);
    return 0;
}

/* Also of one that is starting or stopping: a guest that resets itself at once is nothing else. */
int guest_destroy(struct guest *guest)
{
    bool can;

    spin_lock(&guest->lock);
    can = guest->state != GUEST_OFF && guest->state != GUEST_CRASHED;
    if (can)
        guest->doomed = true;
    spin_unlock(&guest->lock);
    if (!can)
        return -EBUSY;
    request(&guest->vm, VM_EVENT_DESTROY);
    return 0;
}

unsigned int guest_count(void)
{
    return the_system->nguests;
}

struct guest *guest_at(unsigned int index)
{
    return guests[index];
}

struct guest *guest_find(const char *name)
{
    for (unsigned int i = 0; i < the_system->nguests; i++) {
        if (strcmp(guests[i]->config->name, name) == 0)
            return guests[i];
    }
    return 0;
}

const char *guest_name(const struct guest *guest)
{
    return guest->config->name;
}

const char *guest_state_name(const struct guest *guest)
{
    static const char *const name[GUEST_NR_STATES] = {
        [GUEST_OFF] = "off",           [GUEST_STARTING] = "starting", [GUEST_RUNNING] = "running",
        [GUEST_STOPPING] = "stopping", [GUEST_CRASHED] = "crashed",
    };

    return name[guest->state];
}

const struct guest_config *guest_config(const struct guest *guest)
{
    return guest->config;
}

struct console_channel *guest_console(struct guest *guest)
{
    return &guest->console;
}

unsigned int guest_nr_vcpus(const struct guest *guest)
{
    return guest->vm.nr_vcpus;
}

const struct vcpu *guest_vcpu(const struct guest *guest, unsigned int index)
{
    return &guest->vcpu[index];
}

const struct vm *guest_vm(const struct guest *guest)
{
    return &guest->vm;
}

uint32_t guest_starts(const struct guest *guest)
{
    return guest->starts;
}
