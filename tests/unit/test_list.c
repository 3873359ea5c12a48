/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIT: */
/*
 * The intrusive list, its links checked both ways after every step, and against an array.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hyp/lib/list.h"

struct item {
    int value;
    struct list node;
};

#define ITEMS 16
static struct item items[ITEMS];
static struct list head;

static uint32_t seed = 0x115715;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)seed * below) >> 32);
}

/* The list holds exactly values[0..n), read forwards and backwards. */
static void assert_holds(const int *values, size_t n)
{
    struct list *back = head.prev;
    struct item *item;
    size_t i = 0;

    list_for_each(item, &head, node)
    {
        assert_true(i < n);
        assert_int_equal(item->value, values[i]);
        assert_ptr_equal(item->node.next->prev, &item->node);
        assert_ptr_equal(item->node.prev->next, &item->node);
        i++;
    }
    assert_int_equal(i, n);
    assert_ptr_equal(&item->node, &head);
    while (i > 0) {
        assert_int_equal(list_entry(back, struct item, node)->value, values[--i]);
        back = back->prev;
    }
    assert_ptr_equal(back, &head);
    assert_int_equal(list_empty(&head), n == 0);
    if (n > 0) {
        assert_int_equal(list_first(&head, struct item, node)->value, values[0]);
        assert_int_equal(list_last(&head, struct item, node)->value, values[n - 1]);
    }
}

static void start(void)
{
    list_init(&head);
    for (int i = 0; i < ITEMS; i++) {
        items[i].value = i;
        list_init(&items[i].node);
    }
}

static void an_empty_list_survives_every_walk_and_an_unlisted_node_its_removal(void **state)
{
    struct item *item, *after;

    (void)state;
    start();
    assert_holds(NULL, 0);
    list_for_each_safe(item, after, &head, node)
    {
        fail();
    }
    list_remove(&items[0].node);
    assert_true(list_empty(&items[0].node));
}

static void nodes_keep_their_order_at_both_ends_and_in_the_middle(void **state)
{
    (void)state;
    start();
    list_add_tail(&head, &items[1].node);
    list_add_tail(&head, &items[2].node);
    list_add_head(&head, &items[0].node);
    list_insert_before(&items[2].node, &items[7].node);
    assert_holds((int[]){0, 1, 7, 2}, 4);
    list_remove(&items[7].node);
    list_remove(&items[7].node); /* twice is harmless */
    assert_true(list_empty(&items[7].node));
    assert_holds((int[]){0, 1, 2}, 3);
}

static void a_sorted_insert_after_a_whole_walk_appends(void **state)
{
    static const int order[] = {5, 1, 9, 3, 10, 0};
    struct item *pos;

    (void)state;
    start();
    for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
        list_for_each(pos, &head, node)
        {
            if (order[i] < pos->value) {
                break;
            }
        }
        list_insert_before(&pos->node, &items[order[i]].node);
    }
    assert_holds((int[]){0, 1, 3, 5, 9, 10}, 6);
}

static void the_safe_walk_allows_the_node_to_leave_or_move(void **state)
{
    struct item *item, *after;

    (void)state;
    start();
    for (int i = 0; i < 6; i++) {
        list_add_tail(&head, &items[i].node);
    }
    list_for_each_safe(item, after, &head, node)
    {
        if (item->value % 2 == 0) {
            list_remove(&item->node);
        }
        if (item->value == 2) {
            list_add_head(&head, &item->node);
        }
    }
    assert_holds((int[]){2, 1, 3, 5}, 4);
}

static void random_histories_agree_with_an_array(void **state)
{
    int model[ITEMS];
    size_t n = 0;

    (void)state;
    start();
    for (int step = 0; step < 20000; step++) {
        int which = (int)rnd(ITEMS);
        size_t at = 0, to;

        while (at < n && model[at] != which) {
            at++;
        }
        if (at < n) {
            list_remove(&items[which].node);
            memmove(&model[at], &model[at + 1], (--n - at) * sizeof(model[0]));
        } else {
            to = rnd((uint32_t)n + 1);
            if (to == n) {
                list_add_tail(&head, &items[which].node);
            } else if (to == 0) {
                list_add_head(&head, &items[which].node);
            } else {
                list_insert_before(&items[model[to]].node, &items[which].node);
            }
            memmove(&model[to + 1], &model[to], (n++ - to) * sizeof(model[0]));
            model[to] = which;
        }
        assert_holds(model, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_list_survives_every_walk_and_an_unlisted_node_its_removal),
        cmocka_unit_test(nodes_keep_their_order_at_both_ends_and_in_the_middle),
        cmocka_unit_test(a_sorted_insert_after_a_whole_walk_appends),
        cmocka_unit_test(the_safe_walk_allows_the_node_to_leave_or_move),
        cmocka_unit_test(random_histories_agree_with_an_array),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
