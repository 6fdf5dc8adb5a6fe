/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "app/project/projects.h"
#include "app/whence/whence.h"
#include "cmd/output.h"

gm_code gm_invocation_project(gm_invocation *invocation, gm_project **project, gm_err *err)
{
    return gm_project_open(invocation->arena, &invocation->project, project, err);
}

gm_code gm_invocation_one_project(gm_invocation *invocation, gm_project **project, gm_err *err)
{
    GM_TRY(gm_invocation_project(invocation, project, err));
    return gm_projects_need_one(*project, err);
}

void gm_invocation_explain(gm_invocation *invocation, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_err failure = gm_err_new(invocation->arena);
    gm_strs ids = {0};
    gm_whences found = {0};
    gm_str id = err->unknown;
    if (gm_invocation_project(invocation, &project, &failure) != GM_OK)
        return;
    gm_vec_push(invocation->arena, &ids, id);
    gm_whence_glance(project, &ids, &found);
    gm_str words = gm_whence_words(err->arena, &found.items[0]);
    if (words.len)
        gm_hint(err, "%.*s; `gmig whence %.*s` tells more.", GM_ARG(words), GM_ARG(id));
    else
        gm_hint(err, "%.*s `gmig whence %.*s` looks for it everywhere else.", GM_ARG(err->hint),
                GM_ARG(id));
}

gm_str gm_invocation_target(const gm_invocation *invocation, const gm_project *project)
{
    gm_strs names = {0};
    gm_str wanted = gm_value_of(invocation, "target");
    bool chosen = wanted.len || gm_str_from(getenv("GMIG_TARGET")).len ||
                  gm_str_from(getenv("GMIG_DATABASE_URL")).len;
    if (chosen || project->config.targets.len < 2 || !gm_can_ask(invocation))
        return wanted;
    GM_EACH (const gm_config_target, target, &project->config.targets)
        gm_vec_push(invocation->arena, &names, target->name);
    return gm_ask(invocation->arena, "Which database: %.*s?",
                  GM_ARG(gm_strs_list(invocation->arena, &names)));
}

gm_code gm_invocation_applied(gm_invocation *invocation, gm_project *project, const gm_graph *graph,
                              const gm_node_set **applied, gm_err *err)
{
    gm_database database GM_CLEANUP(gm_database_close) = {0};
    gm_state *state;
    GM_TRY(gm_database_look(project, gm_invocation_target(invocation, project), graph, &database,
                            &state, err));
    *applied = &state->applied;
    return GM_OK;
}
