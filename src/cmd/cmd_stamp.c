/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/moving.h"

static const gm_option options[] = {
    GM_OPTION_TARGET,
    GM_OPTION_AT,
    {"wait", 0, GM_OPTION_VALUE, "TIME", "how long to wait for another gmig (default 60s)"},
    {"plan", 0, GM_OPTION_FLAG, NULL, "show what would be recorded and change nothing"},
    {"purge", 0, GM_OPTION_FLAG, NULL, "forget everything that is recorded first"},
    {0},
};

static void print(gm_invocation *invocation, const gm_annotate_result *result)
{
    if (invocation->json) {
        gm_json *document = gm_json_object();
        gm_json_set_str(document, "target", result->target.url.shown);
        gm_json_set_strs(document, "added", &result->added);
        gm_json_set_strs(document, "removed", &result->removed);
        gm_json_set_strs(document, "heads", &result->heads);
        gm_out_json(invocation, document);
        return;
    }
    GM_EACH (gm_str, id, &result->removed)
        gm_out("unstamped %.*s\n", GM_ARG(gm_visible(invocation, *id)));
    GM_EACH (gm_str, id, &result->added)
        gm_out("stamped %.*s\n", GM_ARG(gm_visible(invocation, *id)));
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_progress *progress = gm_progress_new(invocation);
    gm_annotate_options how = {0};
    gm_annotate_result result = {0};
    (void)status;
    GM_TRY(gm_moving_annotate(invocation, progress, &how, err));
    GM_TRY(gm_invocation_project(invocation, &project, err));
    GM_TRY(gm_stamp(project, &invocation->operands, gm_given(invocation, "purge"), &how, &result,
                    err));
    print(invocation, &result);
    return GM_OK;
}

const gm_command gm_cmd_stamp = {
    .name = "stamp",
    .synopsis = "REVISION...",
    .summary = "Record revisions as applied without running them",
    .details = "Records REVISION and its ancestors, and forgets what is recorded above it; other "
               "lineages stay as they are. `base` records that nothing is applied.",
    .options = options,
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .run = run,
};
