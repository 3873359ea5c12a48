/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What operations cost that a hypervisor may have to help with, in instructions, under any
 * hypervisor or none. It runs unchanged natively, under Skep and under Xen; tests/bench/run.py
 * starts it and makes tables.
 *
 * QEMU with `-icount shift=0` counts each instruction as one nanosecond, so one tick of the counter
 * at CNTFRQ is 1e9 / CNTFRQ of them, whoever executed them. This is no time, and no cycles.
 *
 * Each row is a line `bench: NAME N`, N in hundredths of an instruction for one operation, the
 * empty loop taken off. Boot arguments: `yield` and `yield vfp` measure a switch to a second guest,
 * which is started with `partner` or `partner vfp`; `mark=NAME` does one row's loop between two
 * calls of bench_mark(), for a plugin that counts what is executed between them; `entry` prints the
 * counter as it was on entry.
 */
#include <stdio.h>
#include <string.h>
#include "bench/bench.h"
#include "runtime/cpu.h"
#include "runtime/gic.h"
#include "runtime/psci.h"
#include "runtime/runtime.h"
#include "runtime/timer.h"

#define ROUNDS          4096u
#define WARM_UP         16u
#define SGI             1u
#define SKEP_UID_WORD_0 0xa2a51a8du
#define UART_FR_OFFSET  0x18u
#define DRAIN_ROUNDS    400u           /* of 131 us each, when CNTFRQ is 62.5 MHz */
#define OFFSET(reg)     ((reg)&0xfffu) /* the headers have the addresses of `virt` */

struct bench_gic bench_gic;

enum device { NONE, GICD, GICC, UART };

struct row {
    const char *name;
    bench_loop *loop;
    enum device device; /* the loop's address, and an offset from it */
    uint32_t offset;
    uint32_t value;
};

static const struct row rows[] = {
    {"hvc_psci_version", loop_hvc, NONE, 0, PSCI_VERSION},
    {"read_actlr", loop_actlr, NONE, 0, 0},
    {"read_gicd_typer", loop_load, GICD, OFFSET(GICD_TYPER), 0},
    {"write_gicd_isenabler", loop_store, GICD, OFFSET(GICD_ISENABLER), 1u << TIMER_VIRT_INTID},
    {"read_uart_fr", loop_load, UART, UART_FR_OFFSET, 0},
    {"read_gicc_iar", loop_load, GICC, OFFSET(GICC_IAR), 0},
    {"write_gicc_eoir", loop_store, GICC, OFFSET(GICC_EOIR), 1023},
    {"write_gicc_pmr", loop_store, GICC, OFFSET(GICC_PMR), 0xf0},
    {"sgi_to_self", loop_sgi_self, GICD, OFFSET(GICD_SGIR), SGI | SGI_SELF << 24},
    {"timer_trip", loop_vtimer, NONE, 0, 0},
};

/* Sleeps: counted by a plugin alone, since the clock runs on in them. */
static const struct row sleep_row = {"wfi_to_timer", loop_wfi, GICC, 0, 0};

static uint32_t address(const struct row *row)
{
    switch (row->device) {
    case GICD:
        return bench_gic.gicd + row->offset;
    case GICC:
        return bench_gic.gicc + row->offset;
    case UART:
        return machine.uart + row->offset;
    default:
        return 0;
    }
}

static void bench_cpu_init(void)
{
    cp_write(15, 0, 12, 0, 0, (uint32_t)bench_vectors); /* VBAR */
    isb();
    mmio_write32(bench_gic.gicd + OFFSET(GICD_ISENABLER), 1u << SGI | 1u << TIMER_VIRT_INTID);
    for (unsigned int i = 0; i < 32; i += 4)
        mmio_write32(bench_gic.gicd + OFFSET(GICD_IPRIORITYR) + i, 0xa0a0a0a0u);
    mmio_write32(bench_gic.gicc + OFFSET(GICC_PMR), 0xf0);
    mmio_write32(bench_gic.gicc + OFFSET(GICC_BPR), 0);
    mmio_write32(bench_gic.gicc + OFFSET(GICC_CTLR), GICC_CTLR_ENABLE);
}

static void report(const char *name, uint32_t value)
{
    printf("bench: %s %lu\n", name, (unsigned long)value);
}

/* Ticks of `rounds` rounds. */
static uint32_t run(bench_loop *loop, uint32_t rounds, uint32_t addr, uint32_t value)
{
    uint64_t unused = 0, start = timer_now();

    loop(rounds, addr, value, &unused);
    return (uint32_t)(timer_now() - start);
}

/* Hundredths of an instruction for each of `operations`. */
static uint32_t hundredths(uint32_t ticks, uint32_t operations)
{
    uint32_t per_tick = 1000000000u / timer_freq();

    return (uint32_t)(((uint64_t)ticks * per_tick * 100u + operations / 2) / operations);
}

static void measure(const char *name, bench_loop *loop, uint32_t addr, uint32_t value,
                    uint32_t operations)
{
    uint32_t empty, ticks;

    (void)run(loop, WARM_UP, addr, value);
    empty = run(loop_empty, ROUNDS, addr, value);
    ticks = run(loop, ROUNDS, addr, value);
    report(name, hundredths(ticks - empty, operations));
}

/* loop_wake adds up by itself what is wanted. */
static void measure_wake(void)
{
    uint64_t sum = 0;

    loop_wake(WARM_UP, bench_gic.gicc, 0, &sum);
    sum = 0;
    loop_wake(ROUNDS, bench_gic.gicc, 0, &sum);
    report("timer_to_wfi_end", hundredths((uint32_t)sum, ROUNDS));
}

static void pong(void *arg)
{
    (void)arg;
    bench_cpu_init();
    loop_pong(WARM_UP + ROUNDS, bench_gic.gicd + OFFSET(GICD_SGIR), SGI | 1u << 16, NULL);
}

static void measure_ping(void)
{
    if (cpu_start(1, pong, NULL) != PSCI_SUCCESS) {
        printf("bench: CPU 1 does not start\n");
        return;
    }
    while (psci_affinity_info(1, 0) != 0)
        wfe();
    timer_delay_us(2000); /* for it to sleep */
    measure("sgi_to_cpu_and_back", loop_ping, bench_gic.gicd + OFFSET(GICD_SGIR), SGI | 2u << 16,
            ROUNDS);
}

static void all_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        measure(rows[i].name, rows[i].loop, address(&rows[i]), rows[i].value, ROUNDS);
    measure_wake();
    if (machine.ncpus > 1)
        measure_ping();
}

/* A counting plugin knows this function by its address. */
__attribute__((noinline)) void bench_mark(void)
{
    __asm__ volatile("" ::: "memory");
}

static void mark_row(const struct row *row)
{
    row->loop(WARM_UP, address(row), row->value, NULL);
    bench_mark();
    row->loop(ROUNDS, address(row), row->value, NULL);
    bench_mark();
}

static bool on_skep(void)
{
    uint32_t r[4] = {SMCCC_VENDOR_HYP_UID, 0, 0, 0};

    hvc_call4(r);
    return r[0] == SKEP_UID_WORD_0;
}

static void vfp_on(void)
{
    cp_write(15, 0, 1, 0, 2, 0xfu << 20); /* CPACR: cp10 and cp11 */
    isb();
    __asm__ volatile(".fpu neon\n\tvmsr fpexc, %0" : : "r"(1u << 30));
}

static const char *argument(const char *word)
{
    const char *found = machine.bootargs ? strstr(machine.bootargs, word) : NULL;

    return found ? found + strlen(word) : NULL;
}

static bench_loop *yield_loop(void)
{
    bool skep = on_skep();

    if (!argument("vfp"))
        return skep ? loop_yield_skep : loop_yield_xen;
    vfp_on();
    return skep ? loop_vfp_skep : loop_vfp_xen;
}

static void mark_rows(const char *name)
{
    const struct row empty = {"empty", loop_empty, NONE, 0, 0};
    const struct row yield = {"switch", yield_loop(), NONE, 0, 0};
    const struct row *chosen = strcmp(name, sleep_row.name) == 0 ? &sleep_row : &empty;

    if (strcmp(name, yield.name) == 0)
        chosen = &yield;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(name, rows[i].name) == 0)
            chosen = &rows[i];
    }
    printf("bench: marks %lu rounds of %s\n", (unsigned long)ROUNDS, chosen->name);
    mark_row(chosen);
}

int main(void)
{
    uint64_t start = timer_now();

    bench_gic = (struct bench_gic){machine.gicd, machine.gicc};
    mmio_write32(bench_gic.gicd + OFFSET(GICD_CTLR), 1);
    bench_cpu_init();
    if (argument("partner")) {
        bench_loop *yield = yield_loop();

        for (;;)
            yield(ROUNDS, 0, 0, NULL);
    }
    printf("bench: begin\n");
    if (argument("entry"))
        printf("bench: entry at %08lx%08lx\n", (unsigned long)(start >> 32), (unsigned long)start);
    else if (argument("yield"))
        measure(argument("vfp") ? "switch_vfp" : "switch", yield_loop(), 0, 0, 2 * ROUNDS);
    else if (argument("mark="))
        mark_rows(argument("mark="));
    else
        all_rows();
    printf("bench: done\n");
    fflush(stdout);
    /* A hypervisor may show what was said only while the guest sleeps. */
    loop_wfi(DRAIN_ROUNDS, bench_gic.gicc, 0, NULL);
    return 0;
}
