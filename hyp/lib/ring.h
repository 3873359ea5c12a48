/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ring of bytes between one producer and one consumer, which may be different CPUs, or a handler
 * and what it interrupts: then no lock is needed. What the producer wrote before ring_put() is
 * visible to a consumer that got that byte (release and acquire on the two counters).
 *
 * Both counters run freely and wrap; their difference is what is in the ring, so all of the size is
 * used. Only the producer calls ring_put and ring_put_some; only the consumer ring_get and
 * ring_peek. Either may call ring_used and ring_free, each of which is exact for the side that it
 * serves and out of date by what the other side does meanwhile: free can only have grown for the
 * producer, used for the consumer.
 */
#ifndef HYP_LIB_RING_H
#define HYP_LIB_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hyp/lib/util.h"

struct ring {
    uint8_t *data;
    uint32_t size; /* a power of two, at most 2^31 */
    uint32_t head; /* bytes ever put; the producer's */
    uint32_t tail; /* bytes ever got; the consumer's */
};

/* Use data[0..size) as an empty ring; `size` is a power of two. Nobody else may use it yet. */
static inline void ring_init(struct ring *ring, uint8_t *data, uint32_t size)
{
    ring->data = data;
    ring->size = size;
    ring->head = 0;
    ring->tail = 0;
}

static inline uint32_t ring_used(const struct ring *ring)
{
    /* The tail first: read the other way round, it could have passed the head meanwhile. */
    uint32_t tail = __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE);
    uint32_t used = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE) - tail;

    return MIN(used, ring->size);
}

static inline uint32_t ring_free(const struct ring *ring)
{
    return ring->size - ring_used(ring);
}

/* Append one byte; false, and nothing done, when the ring is full. */
static inline bool ring_put(struct ring *ring, uint8_t byte)
{
    uint32_t head = ring->head;

    if (head - __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE) >= ring->size) {
        return false;
    }
    ring->data[head & (ring->size - 1)] = byte;
    __atomic_store_n(&ring->head, head + 1, __ATOMIC_RELEASE);
    return true;
}

/* Append as many of bytes[0..n) as there is room for; returns how many that was. */
static inline uint32_t ring_put_some(struct ring *ring, const uint8_t *bytes, uint32_t n)
{
    uint32_t head = ring->head;
    uint32_t room = ring->size - (head - __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE));

    n = MIN(n, room);
    for (uint32_t i = 0; i < n; i++) {
        ring->data[(head + i) & (ring->size - 1)] = bytes[i];
    }
    __atomic_store_n(&ring->head, head + n, __ATOMIC_RELEASE);
    return n;
}

/* The byte that is `ahead` places behind the oldest (0: the oldest itself); false if none is. */
static inline bool ring_peek(const struct ring *ring, uint32_t ahead, uint8_t *byte)
{
    uint32_t tail = ring->tail;

    if (__atomic_load_n(&ring->head, __ATOMIC_ACQUIRE) - tail <= ahead) {
        return false;
    }
    *byte = ring->data[(tail + ahead) & (ring->size - 1)];
    return true;
}

/* Take the oldest byte; false when the ring is empty. */
static inline bool ring_get(struct ring *ring, uint8_t *byte)
{
    if (!ring_peek(ring, 0, byte)) {
        return false;
    }
    __atomic_store_n(&ring->tail, ring->tail + 1, __ATOMIC_RELEASE);
    return true;
}

/* The consumer drops everything that it can see. */
static inline void ring_clear(struct ring *ring)
{
    __atomic_store_n(&ring->tail, __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE), __ATOMIC_RELEASE);
}

#endif
