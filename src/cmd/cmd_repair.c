/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/moving.h"

static const gm_option options[] = {
    GM_OPTION_TARGET,
    GM_OPTION_AT,
    {"wait", 0, GM_OPTION_VALUE, "TIME", "how long to wait for another gmig (default 60s)"},
    {"plan", 0, GM_OPTION_FLAG, NULL, "show what would be changed and change nothing"},
    {0},
};

static void print(gm_invocation *invocation, const gm_annotate_result *result)
{
    if (invocation->json) {
        gm_json *document = gm_json_object();
        gm_json_set_str(document, "target", result->target.url.shown);
        gm_json_set_strs(document, "repaired", &result->updated);
        gm_json_set_strs(document, "forgotten", &result->forgotten);
        gm_out_json(invocation, document);
        return;
    }
    bool plan = gm_given(invocation, "plan");
    GM_EACH (gm_str, id, &result->updated)
        gm_out("%s %.*s: %s\n", plan ? "repair" : "repaired", GM_ARG(gm_visible(invocation, *id)),
               plan ? "the record becomes as the file is" : "the record is as the file is");
    GM_EACH (gm_str, id, &result->forgotten)
        gm_out("%s %.*s: what has run of it %s\n", plan ? "forget" : "forgotten",
               GM_ARG(gm_visible(invocation, *id)),
               plan ? "will no longer count" : "no longer counts");
    if (result->updated.len + result->forgotten.len == 0)
        gm_say(invocation, "nothing to repair");
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_progress *progress = gm_progress_new(invocation);
    gm_annotate_options how = {0};
    gm_annotate_result result = {0};
    (void)status;
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    GM_TRY(gm_moving_annotate(invocation, project, progress, &how, err));
    GM_TRY(gm_repair(project, &invocation->operands, &how, &result, err));
    print(invocation, &result);
    return GM_OK;
}

const gm_command gm_cmd_repair = {
    .name = "repair",
    .synopsis = "[REVISION...]",
    .summary = "Accept the files of applied revisions as they are now",
    .details = "Brings the record of applied revisions whose files were changed up to date; "
               "without REVISION, of all. No SQL of theirs is run. Of a revision that is half "
               "applied it forgets what has run, after you have undone that by hand.",
    .options = options,
    .max_operands = SIZE_MAX,
    .run = run,
};
