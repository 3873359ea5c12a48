/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A circular doubly linked list, intrusive: the links stand in the things that are listed, so
 * nothing is allocated and removing needs no search. One type serves as head and as node. It takes
 * no lock; whoever owns the head says which one protects it.
 */
#ifndef HYP_LIB_LIST_H
#define HYP_LIB_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "hyp/lib/util.h"

struct list {
    struct list *next;
    struct list *prev;
};

/* A head: empty. A node: on no list. Heads and nodes are set up by this before all else. */
static inline void list_init(struct list *list)
{
    list->next = list;
    list->prev = list;
}

/* Whether a head has no node or, the same test, a node is on no list. */
static inline bool list_empty(const struct list *list)
{
    return list->next == list;
}

/* Put `node`, which is on no list, before `where`: a node, or the head for the end of the list. */
static inline void list_insert_before(struct list *where, struct list *node)
{
    node->next = where;
    node->prev = where->prev;
    where->prev->next = node;
    where->prev = node;
}

static inline void list_add_head(struct list *head, struct list *node)
{
    list_insert_before(head->next, node);
}

static inline void list_add_tail(struct list *head, struct list *node)
{
    list_insert_before(head, node);
}

/* Take `node` off its list; harmless if it is on none. */
static inline void list_remove(struct list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

/* The structure of type `type` whose member `member` is this node. */
#define list_entry(node, type, member) container_of(node, type, member)

/* The first and the last structure of a list that is not empty. */
#define list_first(head, type, member) list_entry((head)->next, type, member)
#define list_last(head, type, member)  list_entry((head)->prev, type, member)

/*
 * Every structure of the list, first to last. The body must not remove `pos`. After a walk that was
 * not broken off, &pos->member is the head, before which a node may be inserted.
 */
#define list_for_each(pos, head, member)                                                         \
    for ((pos) = list_entry((head)->next, __typeof__(*(pos)), member); &(pos)->member != (head); \
         (pos) = list_entry((pos)->member.next, __typeof__(*(pos)), member))

/* The same for a body that may remove `pos`, but no other: `after` is the next one already. */
#define list_for_each_safe(pos, after, head, member)                          \
    for ((pos) = list_entry((head)->next, __typeof__(*(pos)), member),        \
        (after) = list_entry((pos)->member.next, __typeof__(*(pos)), member); \
         &(pos)->member != (head);                                            \
         (pos) = (after), (after) = list_entry((pos)->member.next, __typeof__(*(pos)), member))

#endif
