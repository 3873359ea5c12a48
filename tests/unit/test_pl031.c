/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: guests/dev/pl031.c hyp/core/rtc.c */
/*
 * The emulated PL031 over a clock and a counter that the test moves; timers fire on the CPU of the
 * vCPU that set them, or the test fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guests/dev/pl031.h"
#include "hyp/core/rtc.h"
#include "vcpu/vcpu.h"
#include "vcpu/vgic.h"

#define DR   0x00
#define MR   0x04
#define LR   0x08
#define CR   0x0c
#define IMSC 0x10
#define RIS  0x14
#define MIS  0x18
#define ICR  0x1c

#define HZ   1000000u

uint32_t timer_hz = HZ;

static struct pl031_model model;
static struct vm vm;
static struct vcpu vcpu[2];
static uint64_t ticks;
static uint32_t board_seconds;
static bool line;
static unsigned int cpu; /* whose turn it is: vCPU n runs on CPU n */

uint64_t timer_now(void)
{
    return ticks;
}

uint64_t timer_us_to_ticks(uint64_t us)
{
    return us * (HZ / 1000000);
}

void timer_init(struct timer *timer, void (*fn)(struct timer *timer))
{
    timer->fn = fn;
    timer->armed = false;
}

void timer_set(struct timer *timer, uint64_t deadline)
{
    /* A timer belongs to the CPU that set it. */
    assert_ptr_equal(timer, &model.alarm[cpu].timer);
    timer->armed = true;
    timer->deadline = deadline;
}

void vgic_set_spi(struct vm *which, unsigned int intid, bool level)
{
    assert_ptr_equal(which, &vm);
    assert_int_equal(intid, 34);
    assert_true(level != line);
    line = level;
}

static uint32_t read_board(const struct rtc *rtc)
{
    (void)rtc;
    return board_seconds;
}

static const struct rtc board = {.name = "board", .seconds = read_board};

static int set_up(void **state)
{
    (void)state;
    ticks = UINT64_C(500) * HZ;
    rtc_board = NULL;
    line = false;
    cpu = 0;
    vcpu[0].id = 0;
    vcpu[1].id = 1;
    pl031_model_init(&model, &vm);
    return 0;
}

static uint32_t get(uint32_t offset)
{
    struct mmio mmio = {.offset = offset, .size = 4};

    assert_int_equal(pl031_model_mmio(&vcpu[cpu], &model, &mmio), MMIO_OK);
    return mmio.value;
}

static void set(uint32_t offset, uint32_t value)
{
    struct mmio mmio = {.offset = offset, .size = 4, .write = true, .value = value};

    assert_int_equal(pl031_model_mmio(&vcpu[cpu], &model, &mmio), MMIO_OK);
}

/* Time passes, and alarms fire on their CPUs. */
static void pass_ms(unsigned int ms)
{
    unsigned int was = cpu;

    for (unsigned int i = 0; i < ms; i++) {
        ticks += HZ / 1000;
        for (cpu = 0; cpu < 2; cpu++) {
            struct timer *timer = &model.alarm[cpu].timer;

            if (timer->armed && timer->deadline <= ticks) {
                timer->armed = false;
                timer->fn(timer);
            }
        }
    }
    cpu = was;
}

static void the_time_is_the_boards(void **state)
{
    (void)state;
    board_seconds = 1700000000;
    rtc_board = &board;
    assert_int_equal(get(DR), 1700000000);
    board_seconds++;
    assert_int_equal(get(DR), 1700000001);
    assert_int_equal(get(CR), 1);
    assert_int_equal(get(0xfe0), 0x31);
    assert_int_equal(get(0xfe8), 0x14);
    assert_int_equal(get(0xffc), 0xb1);
}

static void without_a_clock_the_counter_tells_it(void **state)
{
    (void)state;
    assert_int_equal(get(DR), 500);
    pass_ms(1500);
    assert_int_equal(get(DR), 501);
}

static void setting_it_moves_only_this_guest(void **state)
{
    (void)state;
    set(LR, 0xfffffffe);
    assert_int_equal(get(LR), 0xfffffffe);
    assert_int_equal(get(DR), 0xfffffffe);
    pass_ms(3000);
    assert_int_equal(get(DR), 1); /* it wraps (3.3.1) */
    assert_int_equal(rtc_seconds(), 503);
    pl031_model_reset(&model);
    assert_int_equal(get(DR), 503);
}

static void the_alarm_rings_when_the_count_is_reached(void **state)
{
    (void)state;
    set(IMSC, 1);
    set(MR, get(DR) + 10);
    pass_ms(9900);
    assert_false(line);
    pass_ms(1100);
    assert_true(line);
    assert_int_equal(get(RIS), 1);
    assert_int_equal(get(MIS), 1);
    set(ICR, 1);
    assert_false(line);
    pass_ms(20000); /* once */
    assert_int_equal(get(RIS), 0);
}

static void the_alarm_follows_the_boards_clock_when_it_lags(void **state)
{
    (void)state;
    rtc_board = &board;
    board_seconds = 100;
    set(IMSC, 1);
    set(MR, 105);
    for (unsigned int s = 0; s < 5; s++) {
        pass_ms(1050); /* the board's second is longer than the counter's */
        assert_false(line);
        board_seconds++;
    }
    pass_ms(1001);
    assert_true(line);
}

static void a_match_that_is_now_rings_at_once(void **state)
{
    (void)state;
    set(IMSC, 1);
    set(MR, get(DR));
    assert_true(line);
}

static void a_masked_alarm_shows_in_ris_alone(void **state)
{
    (void)state;
    set(MR, get(DR) + 1);
    pass_ms(2000);
    assert_false(line);
    assert_int_equal(get(RIS), 1);
    assert_int_equal(get(MIS), 0);
    set(IMSC, 1);
    assert_true(line);
    set(IMSC, 0);
    assert_false(line);
}

static void another_vcpu_may_set_the_alarm_anew(void **state)
{
    (void)state;
    set(IMSC, 1);
    set(MR, get(DR) + 5);
    pass_ms(1000);
    cpu = 1;
    set(MR, get(DR) + 20);
    pass_ms(10000); /* the first vCPU's timer fires and finds nothing to do */
    assert_false(line);
    pass_ms(11000);
    assert_true(line);
}

static void setting_the_time_moves_the_alarm(void **state)
{
    (void)state;
    set(IMSC, 1);
    set(MR, 100000);
    set(LR, 99998);
    pass_ms(1000);
    assert_false(line);
    pass_ms(1500);
    assert_true(line);
}

static void reset_drops_the_alarm(void **state)
{
    (void)state;
    set(IMSC, 1);
    set(MR, get(DR) + 2);
    pl031_model_reset(&model);
    set(IMSC, 1);
    pass_ms(5000);
    assert_false(line);
}

static void no_access_does_harm(void **state)
{
    (void)state;
    srand(4);
    for (unsigned int n = 0; n < 100000; n++) {
        unsigned int size = 1u << rand() % 3;
        struct mmio mmio = {.size = (uint8_t)size, .write = rand() & 1};

        cpu = (unsigned int)rand() & 1;
        mmio.offset = (uint32_t)rand() % (rand() & 1 ? 0x20 : PL031_SIZE) & ~(size - 1);
        mmio.value = ((uint32_t)rand() << 4) & (0xffffffffu >> (32 - 8 * size));
        assert_int_equal(pl031_model_mmio(&vcpu[cpu], &model, &mmio), MMIO_OK);
        if (!mmio.write && size < 4)
            assert_true(mmio.value < 1u << 8 * size);
        pass_ms((unsigned int)rand() % 3);
        assert_int_equal(line, get(MIS));
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
    const struct CMUnitTest tests[] = {
        TEST(the_time_is_the_boards),
        TEST(without_a_clock_the_counter_tells_it),
        TEST(setting_it_moves_only_this_guest),
        TEST(the_alarm_rings_when_the_count_is_reached),
        TEST(the_alarm_follows_the_boards_clock_when_it_lags),
        TEST(a_match_that_is_now_rings_at_once),
        TEST(a_masked_alarm_shows_in_ris_alone),
        TEST(another_vcpu_may_set_the_alarm_anew),
        TEST(setting_the_time_moves_the_alarm),
        TEST(reset_drops_the_alarm),
        TEST(no_access_does_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
