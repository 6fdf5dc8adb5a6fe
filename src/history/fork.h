/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORK_H
#define GM_HISTORY_FORK_H

/*
 * Fork: where the ways to several heads part.
 */

#include "history/graph.h"

/* The newest common ancestor of the first `max` of `heads`, as far as pairs with the first one
 * tell; NULL when a pair has none. */
const gm_node *gm_fork_of(const gm_graph *graph, const gm_nodes *heads, size_t max);

/* Where the way from `fork` to `head` begins: a child of the fork, or a base when there is no fork
 * (NULL). The arena is for scratch. */
const gm_node *gm_fork_side(gm_arena *arena, const gm_graph *graph, const gm_node *fork,
                            const gm_node *head);

#endif
