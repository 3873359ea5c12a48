/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A control loop of 1 kHz on the virtual timer, as an RTOS would run it. Once a second one line:
 * measured period, mean and worst lateness of the interrupt behind its deadline, deadlines that
 * no interrupt served (lost), and a histogram of lateness, bars of one # per 5 %, at least one.
 *
 * The deadlines form a fixed grid from the first one on; a late interrupt never shifts it. When
 * CNTFRQ is not a multiple of 1000 the remainder is spread, so that the grid stays exact.
 * Lines are printed outside the handler: a slow console delays lines, never ticks.
 */
#include <stdio.h>
#include <string.h>
#include "runtime/cpu.h"
#include "runtime/exception.h"
#include "runtime/gic.h"
#include "runtime/runtime.h"
#include "runtime/timer.h"

#define RATE_HZ  1000u
#define NBUCKETS 11u

/* Upper bounds of the buckets in microseconds; the last bucket has none. */
static const uint32_t bounds_us[NBUCKETS - 1] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};

/* One second of figures, in ticks of the counter. */
struct second {
    uint64_t first, last; /* times of the first and last interrupt */
    uint64_t sum, worst;  /* lateness */
    uint32_t ticks, lost;
    uint32_t bucket[NBUCKETS];
};

static uint32_t freq;
static uint64_t bounds[NBUCKETS - 1];

/* The handler fills `now`; at a second's end it hands a copy to the main loop in `done`. */
static struct second now, done;
static volatile uint32_t seconds;
static uint32_t unprinted;

static uint64_t deadline;
static uint32_t remainder_acc, due_in_second;

static void next_deadline(void)
{
    deadline += freq / RATE_HZ;
    remainder_acc += freq % RATE_HZ;
    if (remainder_acc >= RATE_HZ) {
        remainder_acc -= RATE_HZ;
        deadline++;
    }
    due_in_second++;
}

static void account(uint64_t t, uint64_t late)
{
    unsigned int b = 0;

    while (b < NBUCKETS - 1 && late >= bounds[b])
        b++;
    now.bucket[b]++;
    now.sum += late;
    if (late > now.worst)
        now.worst = late;
    if (now.ticks++ == 0)
        now.first = t;
    now.last = t;
}

static void tick(unsigned int intid)
{
    uint64_t t = timer_now();

    (void)intid;
    account(t, t - deadline);
    next_deadline();
    while (t >= deadline) { /* an interrupt that came a whole period late stands for several */
        now.lost++;
        next_deadline();
    }
    timer_set_cval(deadline);
    if (due_in_second >= RATE_HZ) {
        due_in_second -= RATE_HZ;
        done = now;
        seconds++;
        memset(&now, 0, sizeof(now));
    }
}

/* Ticks as tenths of a microsecond. */
static uint32_t tenths_us(uint64_t ticks)
{
    return (uint32_t)(ticks * 10000000u / freq);
}

static void print_histogram(const struct second *s)
{
    for (unsigned int b = 0; b < NBUCKETS; b++) {
        unsigned int bars = (s->bucket[b] * 20 + RATE_HZ - 1) / RATE_HZ;

        if (s->bucket[b] == 0)
            continue;
        if (b < NBUCKETS - 1)
            printf(" <%luus:", (unsigned long)bounds_us[b]);
        else
            printf(" more:");
        printf("%lu", (unsigned long)s->bucket[b]);
        for (unsigned int i = 0; i < bars; i++)
            putchar('#');
    }
}

static void print_second(const struct second *s, uint32_t n)
{
    uint64_t span = s->last - s->first;
    uint32_t periods = s->ticks + s->lost - 1;
    uint32_t period = periods ? (uint32_t)(span * 1000000000u / freq / periods) : 0;
    uint32_t mean = s->ticks ? tenths_us(s->sum / s->ticks) : 0;
    uint32_t worst = tenths_us(s->worst);

    printf("control: %lu s ticks=%lu lost=%lu period=%lu.%03luus mean=%lu.%luus worst=%lu.%luus |",
           (unsigned long)n, (unsigned long)s->ticks, (unsigned long)s->lost,
           (unsigned long)period / 1000, (unsigned long)period % 1000, (unsigned long)mean / 10,
           (unsigned long)mean % 10, (unsigned long)worst / 10, (unsigned long)worst % 10);
    print_histogram(s);
    if (unprinted)
        printf(" | unprinted seconds: %lu", (unsigned long)unprinted);
    printf("\n");
}

int main(void)
{
    uint32_t printed = 0;

    printf("control: running at %u Hz\n", RATE_HZ);
    freq = timer_freq();
    for (unsigned int b = 0; b < NBUCKETS - 1; b++)
        bounds[b] = timer_us(bounds_us[b]);
    gic_init();
    irq_set_handler(TIMER_VIRT_INTID, tick);
    gic_enable(TIMER_VIRT_INTID);
    deadline = timer_now();
    next_deadline();
    due_in_second = 0;
    timer_set_cval(deadline);
    timer_set_ctl(TIMER_ENABLE);

    for (;;) {
        struct second s;
        uint32_t n;

        irq_off();
        while (seconds == printed) {
            wfi(); /* wakes on a pending interrupt though it is masked */
            irq_on();
            isb();
            irq_off();
        }
        s = done;
        n = seconds;
        irq_on();
        unprinted += n - printed - 1;
        printed = n;
        print_second(&s, n);
    }
}
