/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The total order: parents and depends first, then older `created`, then id. Kahn's algorithm with
 * a heap of what is ready, so the order is the first of all valid ones by (created, id), whatever
 * order the files came in.
 */
#include <stdlib.h>

#include "history/build.h"

typedef struct {
    const gm_node *node;
    size_t number;
} ranked;

static int by_age(const void *a, const void *b)
{
    const gm_revision *left = ((const ranked *)a)->node->revision;
    const gm_revision *right = ((const ranked *)b)->node->revision;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    return gm_str_cmp(left->id, right->id);
}

/* A binary heap of ranks, the least on top. Each rank is in it once, so `count` is room enough. */
typedef struct {
    size_t *items;
    size_t len;
} heap;

static void heap_push(heap *h, size_t rank)
{
    size_t at = h->len++;
    while (at > 0 && h->items[(at - 1) / 2] > rank) {
        h->items[at] = h->items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    h->items[at] = rank;
}

static size_t heap_pop(heap *h)
{
    size_t top = h->items[0];
    size_t last = h->items[--h->len];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= h->len)
            break;
        if (child + 1 < h->len && h->items[child + 1] < h->items[child])
            child++;
        if (h->items[child] >= last)
            break;
        h->items[at] = h->items[child];
        at = child;
    }
    h->items[at] = last;
    return top;
}

/* Edges turned round: who waits for whom. Those of node n are at [start[n], start[n + 1]). */
typedef struct {
    size_t *start;
    size_t *to;
    size_t *waits_for; /* how many of its parents and depends have no place yet */
} waiting;

static void count_edges(const gm_build *build, const gm_nodes *list, waiting *w)
{
    GM_EACH (gm_node *, other, list)
        w->start[gm_build_number(build, *other) + 1]++;
}

static void fill_edges(const gm_build *build, size_t from, const gm_nodes *list, size_t *next,
                       waiting *w)
{
    GM_EACH (gm_node *, other, list)
        w->to[next[gm_build_number(build, *other)]++] = from;
}

static waiting turn_edges(const gm_build *build, gm_arena *scratch)
{
    size_t count = build->count;
    waiting w = {.start = gm_new_array(scratch, count + 1, size_t),
                 .waits_for = gm_new_array(scratch, count, size_t)};
    for (size_t i = 0; i < count; i++) {
        const gm_node *node = &build->nodes[i];
        count_edges(build, &node->parents, &w);
        count_edges(build, &node->depends, &w);
        w.waits_for[i] = node->parents.len + node->depends.len;
    }
    for (size_t i = 0; i < count; i++)
        w.start[i + 1] += w.start[i];
    w.to = gm_new_array(scratch, w.start[count], size_t);
    size_t *next = gm_new_array(scratch, count, size_t);
    memcpy(next, w.start, count * sizeof(size_t));
    for (size_t i = 0; i < count; i++) {
        fill_edges(build, i, &build->nodes[i].parents, next, &w);
        fill_edges(build, i, &build->nodes[i].depends, next, &w);
    }
    return w;
}

bool gm_build_order(gm_build *build)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    size_t count = build->count;
    gm_nodes *order = &build->graph->order;
    ranked *by_rank = gm_new_array(scratch, count, ranked);
    size_t *rank_of = gm_new_array(scratch, count, size_t);
    waiting w = turn_edges(build, scratch);
    heap ready = {gm_new_array(scratch, count, size_t), 0};

    if (!order->items) {
        order->items = gm_new_array(build->arena, count, gm_node *);
        order->cap = count;
    }
    order->len = 0;
    for (size_t i = 0; i < count; i++)
        by_rank[i] = (ranked){&build->nodes[i], i};
    gm_sort(by_rank, count, sizeof(ranked), by_age);
    for (size_t rank = 0; rank < count; rank++) {
        rank_of[by_rank[rank].number] = rank;
        build->nodes[by_rank[rank].number].index = SIZE_MAX;
        if (w.waits_for[by_rank[rank].number] == 0)
            heap_push(&ready, rank);
    }
    while (ready.len) {
        size_t number = by_rank[heap_pop(&ready)].number;
        build->nodes[number].index = order->len;
        order->items[order->len++] = &build->nodes[number];
        for (size_t e = w.start[number]; e < w.start[number + 1]; e++)
            if (--w.waits_for[w.to[e]] == 0)
                heap_push(&ready, rank_of[w.to[e]]);
    }
    return order->len == count;
}
