/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The verbs of the prompt, under the names that users of virsh and xl know. Each prints a line or
 * two a step; a step's number is all that is kept in between, so what changes meanwhile is shown
 * as it is then. Lines fit 80 columns.
 */
#include <errno.h>
#include <stddef.h>

#include "guests/guest.h"
#include "hyp/core/console.h"
#include "hyp/core/log.h"
#include "hyp/core/percpu.h"
#include "hyp/lib/util.h"
#include "hyp/lib/vsnprintf.h"
#include "hyp/shell/shell.h"
#include "vcpu/vcpu.h"
#include "vcpu/vm.h"

/* ---- list ---- */

static uint32_t memory_kib(const struct vm *vm)
{
    uint64_t bytes = 0;

    for (unsigned int i = 0; i < vm->nr_banks; i++) {
        if (vm->bank[i].writable)
            bytes += vm->bank[i].size;
    }
    return (uint32_t)(bytes / 1024);
}

/* The physical CPU of each vCPU: "0 1". */
static void cpus_text(const struct vm *vm, char *text, size_t size)
{
    size_t at = 0;

    text[0] = '\0';
    for (unsigned int i = 0; i < vm->nr_vcpus && at + 1 < size; i++) {
        int n = lib_snprintf(text + at, size - at, i ? " %u" : "%u",
                             (unsigned int)vm->vcpu[i]->entity.cpu->id);

        at += n > 0 ? (size_t)n : 0;
    }
}

static enum shell_step verb_list(const struct shell_args *args, unsigned int step)
{
    const struct vm *vm;
    struct guest *guest;
    char cpus[24];

    (void)args;
    if (step == 0) {
        shell_print("%-20s %-10s %5s %-15s %12s\n", "NAME", "STATE", "VCPUS", "ON CPUS", "MEMORY");
        return SHELL_MORE;
    }
    if (step > guest_count())
        return SHELL_DONE;
    guest = guest_at(step - 1);
    vm = guest_vm(guest);
    cpus_text(vm, cpus, sizeof(cpus));
    shell_print("%-20s %-10s %5u %-15s %8u KiB\n", guest_name(guest), guest_state_name(guest),
                vm->nr_vcpus, cpus, (unsigned int)memory_kib(vm));
    return SHELL_MORE;
}

/* ---- console ---- */

static enum shell_step verb_console(const struct shell_args *args, unsigned int step)
{
    struct console_channel *channel = guest_console(args->guest);

    (void)step;
    if (__atomic_load_n(&channel->off, __ATOMIC_ACQUIRE)) {
        shell_print("%s is %s: `start %s` first\n", args->arg, guest_state_name(args->guest),
                    args->arg);
        return SHELL_DONE;
    }
    shell_print("[connected to %s; Ctrl-] leaves]\n", args->arg);
    console_focus(channel);
    return SHELL_AWAY;
}

/* ---- start, reset, destroy ---- */

/* They only ask: what follows is said in Skep's own lines. */
static enum shell_step ask(const struct shell_args *args, const char *what,
                           int (*request)(struct guest *guest))
{
    int err = request(args->guest);

    if (err)
        shell_print("cannot %s %s: it is %s\n", what, args->arg, guest_state_name(args->guest));
    return SHELL_DONE;
}

static enum shell_step verb_start(const struct shell_args *args, unsigned int step)
{
    (void)step;
    return ask(args, "start", guest_start);
}

static enum shell_step verb_reset(const struct shell_args *args, unsigned int step)
{
    (void)step;
    return ask(args, "reset", guest_reset);
}

static enum shell_step verb_destroy(const struct shell_args *args, unsigned int step)
{
    (void)step;
    return ask(args, "destroy", guest_destroy);
}

/* ---- map ---- */

static void map_row(uint32_t base, uint32_t size, const char *what)
{
    shell_print("  0x%08x-0x%08x  %s", (unsigned int)base, (unsigned int)(base + (size - 1)), what);
}

/* The nth line about a guest; false behind the last. */
static bool map_line(struct guest *guest, unsigned int n)
{
    const struct vm *vm = guest_vm(guest);

    if (n == 0) {
        shell_print("%s\n", guest_name(guest));
        return true;
    }
    n--;
    if (n < vm->nr_slots) {
        map_row(vm->slot[n].base, vm->slot[n].size, vm->slot[n].name);
        shell_print("\n");
        return true;
    }
    n -= vm->nr_slots;
    if (n < vm->nr_banks) {
        map_row(vm->bank[n].ipa, vm->bank[n].size, vm->bank[n].writable ? "RAM" : "ROM");
        shell_print(" at 0x%010llx\n", (unsigned long long)vm->bank[n].pa.pa);
        return true;
    }
    return false;
}

/* Each guest takes up this many steps, of which most are not used. */
#define MAP_STEPS (2 + VM_MAX_SLOTS + VM_MAX_BANKS)

static enum shell_step verb_map(const struct shell_args *args, unsigned int step)
{
    if (args->guest)
        return map_line(args->guest, step) ? SHELL_MORE : SHELL_DONE;
    if (step / MAP_STEPS >= guest_count())
        return SHELL_DONE;
    (void)map_line(guest_at(step / MAP_STEPS), step % MAP_STEPS);
    return SHELL_MORE;
}

/* ---- exits ---- */

static const char *const exit_names[EXIT_NR] = {
    [EXIT_UNKNOWN] = "unknown",
    [EXIT_WFX] = "wfi",
    [EXIT_CP15] = "cp15",
    [EXIT_CP14] = "cp14",
    [EXIT_VFP] = "vfp",
    [EXIT_HVC] = "hvc",
    [EXIT_SMC] = "smc",
    [EXIT_PABT] = "prefetch abort",
    [EXIT_DABT] = "data abort",
    [EXIT_IRQ] = "interrupt",
    [EXIT_SERROR] = "async abort",
};

/* A vCPU's counters a step, those that are not zero; its own CPU counts on meanwhile. */
static enum shell_step verb_exits(const struct shell_args *args, unsigned int step)
{
    const struct vm *vm = guest_vm(args->guest);
    unsigned int id = step / EXIT_NR;
    unsigned int cause = step % EXIT_NR;
    uint64_t n;

    if (id >= vm->nr_vcpus)
        return SHELL_DONE;
    if (cause == 0)
        shell_print("%s vCPU %u\n", args->arg, id);
    n = __atomic_load_n(&vm->vcpu[id]->exits[cause], __ATOMIC_RELAXED);
    if (n > 0)
        shell_print("  %-16s %16llu\n", exit_names[cause], (unsigned long long)n);
    return SHELL_MORE;
}

/* ---- log, version, help ---- */

static enum shell_step verb_log(const struct shell_args *args, unsigned int step)
{
    static uint32_t cursor; /* the shell is one job, and this its one reader */
    char line[LOG_LINE_MAX + 24];

    (void)args;
    if (step == 0)
        cursor = 0;
    if (!log_read(&cursor, line, sizeof(line)))
        return SHELL_DONE;
    shell_print("%s\n", line);
    return SHELL_MORE;
}

static enum shell_step verb_version(const struct shell_args *args, unsigned int step)
{
    (void)args;
    (void)step;
    shell_print("%s\n", shell_version);
    return SHELL_DONE;
}

static enum shell_step verb_help(const struct shell_args *args, unsigned int step)
{
    const struct shell_verb *verb = &shell_verbs[step];
    char left[24];

    (void)args;
    if (verb->name) {
        (void)lib_snprintf(left, sizeof(left), "%s %s", verb->name, verb->usage);
        shell_print("  %-18s %s\n", left, verb->help);
        return SHELL_MORE;
    }
    shell_print("Ctrl-] leaves a guest's console; typed twice, the guest gets one.\n");
    return SHELL_DONE;
}

const struct shell_verb shell_verbs[] = {
    {"list", "", "the guests, their state, CPUs and memory", SHELL_NO_ARG, verb_list},
    {"console", "NAME", "type to a guest and see it as it is", SHELL_GUEST, verb_console},
    {"start", "NAME", "start a guest that is off", SHELL_GUEST, verb_start},
    {"reset", "NAME", "restart a guest from scratch, now", SHELL_GUEST, verb_reset},
    {"destroy", "NAME", "switch a guest off, now", SHELL_GUEST, verb_destroy},
    {"map", "[NAME]", "what lies where in a guest's address space", SHELL_OPTIONAL_GUEST, verb_map},
    {"exits", "NAME", "how often each vCPU left the guest, by cause", SHELL_GUEST, verb_exits},
    {"log", "", "the last of Skep's own lines", SHELL_NO_ARG, verb_log},
    {"version", "", "release, commit and compiler", SHELL_NO_ARG, verb_version},
    {"help", "", "this", SHELL_NO_ARG, verb_help},
    {NULL, NULL, NULL, SHELL_NO_ARG, NULL},
};
