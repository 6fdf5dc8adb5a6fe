/* SPDX-License-Identifier: Apache-2.0 */
#include "app/database.h"
#include "cmd/command.h"

gm_code gm_invocation_project(gm_invocation *invocation, gm_project **project, gm_err *err)
{
    return gm_project_open(invocation->arena, &invocation->project, project, err);
}

gm_code gm_invocation_applied(gm_invocation *invocation, gm_project *project, const gm_graph *graph,
                              const gm_node_set **applied, gm_err *err)
{
    gm_database database GM_CLEANUP(gm_database_close) = {0};
    gm_state *state;
    GM_TRY(gm_database_look(project, gm_value_of(invocation, "target"), graph, &database, &state,
                            err));
    *applied = &state->applied;
    return GM_OK;
}
