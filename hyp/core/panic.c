/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last words. Nothing here takes a lock or trusts more than it must: the console is taken over
 * by polling, the other CPUs are told to stop, and a fault in here ends in silence after what was
 * said.
 */
#include "hyp/core/panic.h"

#include <stdarg.h>

#include "hyp/arch/barrier.h"
#include "hyp/arch/boot_info.h"
#include "hyp/arch/hsr.h"
#include "hyp/arch/syndrome.h"
#include "hyp/arch/sysreg.h"
#include "hyp/arch/unwind.h"
#include "hyp/core/console.h"
#include "hyp/core/irq.h"
#include "hyp/core/irqchip.h"
#include "hyp/core/percpu.h"
#include "hyp/lib/symbols.h"
#include "hyp/lib/util.h"
#include "hyp/lib/vsnprintf.h"

/* The compiler's canary (-fstack-protector): hyp_main() mixes the counter in. */
extern uintptr_t __stack_chk_guard;
uintptr_t __stack_chk_guard = 0x5ac30d00u;
_Noreturn void __stack_chk_fail(void);

_Noreturn void __stack_chk_fail(void)
{
    panic("a function of HYP wrote beyond its stack frame");
}

#define BACKTRACE_MAX 24

enum {
    VECTOR_RESET,
    VECTOR_UNDEF,
    VECTOR_SVC,
    VECTOR_PABT,
    VECTOR_DABT,
};

/* The CPU that panics, plus one; 0 while none does. */
static uint32_t owner;

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void say_v(const char *fmt, va_list ap)
{
    char line[160];
    int n = lib_vsnprintf(line, sizeof(line), fmt, ap);

    console_panic_write(line, n < (int)sizeof(line) ? (unsigned int)n : sizeof(line) - 1);
}

static void say(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say_v(fmt, ap);
    va_end(ap);
}

/* A function of its own wherever it is called from: a debugger finds the CPUs that rest by its
 * name. */
__attribute__((noinline)) _Noreturn void panic_stop(void)
{
    for (;;)
        wfi();
}

/* Becomes the one CPU that panics; a second panic, here or elsewhere, is silent. */
static void take_over(void)
{
    uint32_t none = 0, me = this_cpu() ? this_cpu()->id + 1 : 1;

    if (!__atomic_compare_exchange_n(&owner, &none, me, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        panic_stop();
    if (irqchip)
        irqchip->send_sgi_others(IRQ_SGI_PANIC);
}

static bool in_text(uint32_t pc)
{
    return pc >= (uint32_t)(uintptr_t)__image_start && pc < (uint32_t)(uintptr_t)__text_end;
}

static void say_address(const char *what, uint32_t pc)
{
    uint32_t offset;
    const char *name = in_text(pc) ? symbols_find(&symbols_image, pc, &offset) : 0;

    if (name)
        say("[skep]   %s 0x%08x  %s+0x%x\n", what, pc, name, offset);
    else
        say("[skep]   %s 0x%08x\n", what, pc);
}

struct stack {
    const char *name;
    uint32_t low, high;
};

/* The stack that `sp` points into, or just below which it points after an overflow; name NULL:
 * none. */
static struct stack stack_of(uint32_t sp)
{
    const struct pcpu *cpu = this_cpu();
    const struct stack stacks[] = {
        {"the early stack", (uint32_t)(uintptr_t)__data_start,
         (uint32_t)(uintptr_t)__data_start + EARLY_STACK_SIZE},
        {"its stack", cpu->stack_top - PCPU_STACK_SIZE, cpu->stack_top},
        {"its emergency stack", cpu->emergency_top - PCPU_EMERGENCY_SIZE, cpu->emergency_top},
    };

    for (unsigned int i = 0; i < ARRAY_SIZE(stacks); i++) {
        if (stacks[i].high > PCPU_STACK_SIZE && sp <= stacks[i].high &&
            sp >= stacks[i].low - PAGE_SIZE)
            return stacks[i];
    }
    return (struct stack){0, 0, 0};
}

static void backtrace(struct arch_regs regs)
{
    struct stack stack = stack_of(regs.sp);

    /* A jump to where no code is: whoever jumped is all that can be known. */
    if (!in_text(regs.pc & ~1u))
        regs.pc = (regs.lr & ~1u) - 2;
    for (unsigned int n = 0; n < BACKTRACE_MAX && in_text(regs.pc & ~1u); n++) {
        struct arch_regs here = regs;

        say_address(n == 0 ? "at" : "by", regs.pc & ~1u);
        if (unwind_step(&regs, stack.low, stack.high) && in_text(regs.pc))
            continue;
        /* The tables hold behind a prologue; an overflow faults in it. LR then still has the way.
         */
        if (n != 0)
            return;
        regs = here;
        regs.pc = (here.lr & ~1u) - 2;
    }
}

static void say_registers(const struct arch_regs *regs)
{
    for (unsigned int n = 0; n < 12; n += 4)
        say("[skep]   r%-2u 0x%08x  r%-2u 0x%08x  r%-2u 0x%08x  r%-2u 0x%08x\n", n, regs->r[n],
            n + 1, regs->r[n + 1], n + 2, regs->r[n + 2], n + 3, regs->r[n + 3]);
    say("[skep]   r12 0x%08x  sp  0x%08x  lr  0x%08x  pc  0x%08x\n", regs->r[12], regs->sp,
        regs->lr, regs->pc);
}

static void say_context(void)
{
    struct pcpu *cpu = this_cpu();
    struct entity *current = cpu ? cpu->sched.current : 0;

    say("[skep]   CPU %u, MPIDR 0x%08x, running %s\n", cpu ? cpu->id : 0, READ_CP32(MPIDR),
        current              ? current->name
        : cpu && cpu->online ? "nothing (idle)"
                             : "nothing yet (boot)");
}

_Noreturn void panic(const char *fmt, ...)
{
    struct arch_regs regs;
    va_list ap;

    arch_capture(&regs);
    take_over();
    say("\n[skep] PANIC: ");
    va_start(ap, fmt);
    say_v(fmt, ap);
    va_end(ap);
    say("\n");
    say_context();
    backtrace(regs);
    say("[skep] the board is stopped\n");
    panic_stop();
}

/* What happened, from the vector and the fault registers (B3.13.6). */
static void say_cause(const struct arch_regs *regs, unsigned int vector)
{
    uint32_t hsr = READ_CP32(HSR), far = READ_CP32(HDFAR);
    const char *fault = syndrome_fault(HSR_ABT_FSC(hsr));
    struct stack stack = stack_of(regs->sp);

    switch (vector) {
    case VECTOR_UNDEF:
        say("\n[skep] PANIC: undefined instruction in HYP at 0x%08x\n", regs->pc);
        break;
    case VECTOR_SVC:
        say("\n[skep] PANIC: SVC or HVC in HYP at 0x%08x, HSR 0x%08x\n", regs->pc, hsr);
        break;
    case VECTOR_PABT:
        say("\n[skep] PANIC: prefetch abort in HYP: %s fetching 0x%08x, HSR 0x%08x\n", fault,
            READ_CP32(HIFAR), hsr);
        break;
    case VECTOR_DABT:
        if (HSR_ABT_FSC(hsr) == HSR_FSC_ASYNC_EXTERNAL) {
            say("\n[skep] PANIC: %s in HYP, HSR 0x%08x\n", fault, hsr);
            break;
        }
        say("\n[skep] PANIC: data abort in HYP: %s %s 0x%08x, HSR 0x%08x\n", fault,
            hsr & HSR_DABT_WNR ? "writing" : "reading", far, hsr);
        if (stack.name && far < stack.low && far >= stack.low - PAGE_SIZE)
            say("[skep]   an overflow of %s, which begins at 0x%08x\n", stack.name, stack.low);
        break;
    default:
        say("\n[skep] PANIC: vector %u in HYP at 0x%08x, HSR 0x%08x (%s)\n", vector, regs->pc, hsr,
            syndrome_class(hsr));
        break;
    }
}

_Noreturn void panic_exception(const struct arch_regs *regs, unsigned int vector)
{
    struct arch_regs at = *regs;

    /* ELR is behind an SVC or HVC (B1.8.1). */
    if (vector == VECTOR_SVC)
        at.pc -= READ_CP32(HSR) & HSR_IL ? 4 : 2;
    take_over();
    say_cause(&at, vector);
    say_context();
    say("[skep]   PSR 0x%08x (%s), HCR 0x%08x, VTTBR 0x%016llx\n", regs->psr,
        syndrome_mode(regs->psr), READ_CP32(HCR), (unsigned long long)READ_CP64(VTTBR));
    say_registers(&at);
    backtrace(at);
    say("[skep] the board is stopped\n");
    panic_stop();
}
