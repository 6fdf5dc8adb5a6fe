/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_COMMUTE_ORDERS_H
#define GM_APP_WRITE_COMMUTE_ORDERS_H

/*
 * Commute orders: the orders in which branches may run, and the ways from one to another. Pure; for
 * commute.c.
 */

#include "history/plan.h"

/* A revision, all of it or its first statements. */
typedef struct {
    size_t id; /* the index of its node */
    const gm_node *node;
    const gm_sql_statements *statements; /* NULL: all */
} gm_unit;

typedef GM_VEC(gm_unit) gm_units;

typedef struct {
    gm_units order;
    size_t own; /* so many at its beginning are a history that a head has by itself */
} gm_head_first;

typedef GM_VEC(gm_head_first) gm_orders;

/*
 * `common`: what all heads have. `orders`: for each head its own revisions first and then the
 * others as planned; then all of them as planned (own = 0), unless that is one of those.
 */
void gm_orders_of(gm_arena *arena, const gm_graph *graph, const gm_nodes *heads, gm_plan *common,
                  gm_orders *orders);

/* How many exchanges of neighbours make `to` of `from`, which has the same units. */
size_t gm_units_exchanges(gm_arena *arena, const gm_units *from, const gm_units *to);

/* `from` after the first `count` of them; *place is that of the last exchange (where there is one).
 */
gm_units gm_units_exchanged(gm_arena *arena, const gm_units *from, const gm_units *to, size_t count,
                            size_t *place);

#endif
