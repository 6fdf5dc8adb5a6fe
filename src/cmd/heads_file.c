/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/heads_file.h"

void gm_json_set_heads_file(gm_json *document, const gm_heads_written *heads)
{
    if (!heads->path.len)
        return;
    gm_json *told = gm_json_object();
    gm_json_set_str(told, "path", heads->path);
    gm_json_set_bool(told, "written", heads->written);
    gm_json_set(document, "heads_file", told);
}

void gm_say_heads_file(const gm_invocation *invocation, const gm_project *project,
                       const gm_heads_written *heads, bool plan)
{
    if (!heads->path.len || (!plan && !heads->written))
        return;
    gm_say(
        invocation, "%.*s %s",
        GM_ARG(gm_visible(invocation, gm_project_shown(invocation->arena, project, heads->path))),
        plan ? "would be written along" : "lists the heads as they are now");
}
