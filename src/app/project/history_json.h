/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_HISTORY_JSON_H
#define GM_APP_PROJECT_HISTORY_JSON_H

/*
 * What docs/formats.md says of heads, history and their revisions as JSON; for cmd/ and the public
 * API.
 */

#include "app/project/project.h"
#include "base/json.h"

/* All that is known of one revision but its SQL. */
gm_json *gm_revision_json(gm_arena *arena, const gm_node *node);

/* {"at", "heads": […], "divergent"}; `heads` are those to name. */
gm_json *gm_heads_json(gm_arena *arena, const gm_view *view, const gm_nodes *heads);

/* {"at", "revisions": […]} in the order of `nodes`. `applied` adds that field; NULL leaves it out.
 */
gm_json *gm_history_json(gm_arena *arena, const gm_view *view, const gm_nodes *nodes,
                         const gm_node_set *applied);

#endif
