/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: */
/*
 * The byte ring: against an array, over the wrap of its counters, and between two threads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pthread.h>
#include <sched.h>

#include <cmocka.h>

#include "hyp/lib/ring.h"

static uint8_t store[64 + 16];
static uint32_t seed = 0x71460;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)seed * below) >> 32);
}

static void a_ring_takes_exactly_its_size_and_refuses_the_next_byte(void **state)
{
    struct ring ring;
    uint8_t byte = 0xee;

    (void)state;
    for (uint32_t size = 1; size <= 64; size *= 2) {
        memset(store, 0x5a, sizeof(store));
        ring_init(&ring, store, size);
        assert_false(ring_get(&ring, &byte));
        assert_false(ring_peek(&ring, 0, &byte));
        assert_int_equal(byte, 0xee);
        for (uint32_t i = 0; i < size; i++) {
            assert_int_equal(ring_free(&ring), size - i);
            assert_true(ring_put(&ring, (uint8_t)i));
        }
        assert_false(ring_put(&ring, 0xff));
        assert_int_equal(ring_put_some(&ring, store, 5), 0);
        assert_int_equal(ring_used(&ring), size);
        assert_false(ring_peek(&ring, size, &byte));
        for (uint32_t i = 0; i < size; i++) {
            assert_true(ring_peek(&ring, size - 1 - i, &byte) && byte == size - 1);
            assert_true(ring_get(&ring, &byte) && byte == i);
            byte = 0xee;
        }
        assert_false(ring_get(&ring, &byte));
        for (size_t i = size; i < sizeof(store); i++) {
            assert_int_equal(store[i], 0x5a); /* nothing beyond the end was written */
        }
    }
}

/* Random puts and gets, the counters starting where the caller says. */
static void play(uint32_t counter)
{
    uint8_t model[32], bytes[48], byte = 0;
    uint32_t n = 0, put;
    struct ring ring;

    ring_init(&ring, store, sizeof(model));
    ring.head = counter;
    ring.tail = counter;
    for (int step = 0; step < 5000; step++) {
        switch (rnd(4)) {
        case 0:
            byte = (uint8_t)rnd(256);
            assert_int_equal(ring_put(&ring, byte), n < sizeof(model));
            if (n < sizeof(model)) {
                model[n++] = byte;
            }
            break;
        case 1:
            put = rnd(sizeof(bytes));
            for (uint32_t i = 0; i < put; i++) {
                bytes[i] = (uint8_t)rnd(256);
            }
            put = ring_put_some(&ring, bytes, put);
            assert_true(put <= sizeof(model) - n);
            memcpy(&model[n], bytes, put);
            n += put;
            break;
        case 2:
            if (rnd(50) == 0) {
                ring_clear(&ring);
                n = 0;
                break;
            }
            put = rnd(40);
            assert_int_equal(ring_peek(&ring, put, &byte), put < n);
            assert_true(put >= n || byte == model[put]);
            break;
        default:
            for (uint32_t i = rnd(20); i > 0; i--) {
                assert_int_equal(ring_get(&ring, &byte), n > 0);
                if (n > 0) {
                    assert_int_equal(byte, model[0]);
                    memmove(model, model + 1, --n);
                }
            }
            break;
        }
        assert_int_equal(ring_used(&ring), n);
        assert_int_equal(ring_free(&ring), sizeof(model) - n);
    }
}

static void random_histories_agree_with_an_array(void **state)
{
    (void)state;
    play(0);
}

static void nothing_happens_when_the_counters_wrap(void **state)
{
    (void)state;
    for (uint32_t before = 0; before < 40; before++) {
        play(0u - before);
    }
    play(0x7ffffff0);
}

#define SENT 300000u
static struct ring shared;

static void *producer(void *arg)
{
    (void)arg;
    for (uint32_t i = 0; i < SENT; i++) {
        while (!ring_put(&shared, (uint8_t)(i * 7u + (i >> 8)))) {
            sched_yield();
        }
    }
    return NULL;
}

static void two_threads_lose_and_invent_nothing_without_a_lock(void **state)
{
    pthread_t thread;
    uint8_t byte = 0;

    (void)state;
    ring_init(&shared, store, 16);
    assert_int_equal(pthread_create(&thread, NULL, producer, NULL), 0);
    for (uint32_t i = 0; i < SENT; i++) {
        while (!ring_get(&shared, &byte)) {
            sched_yield();
        }
        assert_int_equal(byte, (uint8_t)(i * 7u + (i >> 8)));
        assert_true(ring_used(&shared) <= 16);
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(ring_used(&shared), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_takes_exactly_its_size_and_refuses_the_next_byte),
        cmocka_unit_test(random_histories_agree_with_an_array),
        cmocka_unit_test(nothing_happens_when_the_counters_wrap),
        cmocka_unit_test(two_threads_lose_and_invent_nothing_without_a_lock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
