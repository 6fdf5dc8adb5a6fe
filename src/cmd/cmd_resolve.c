/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/moving.h"

static const gm_option options[] = {
    GM_OPTION_TARGET,
    GM_OPTION_AT,
    {"wait", 0, GM_OPTION_VALUE, "TIME", "how long to wait for another gmig (default 60s)"},
    {"done", 0, GM_OPTION_FLAG, NULL, "the statement has had its effect: go on behind it"},
    {"redo", 0, GM_OPTION_FLAG, NULL, "it has not: run it again"},
    {0},
};

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_progress *progress = gm_progress_new(invocation);
    gm_annotate_options how = {0};
    gm_annotate_result result = {0};
    gm_str which = invocation->operands.items[0];
    bool done = gm_given(invocation, "done");
    (void)status;
    if (done == gm_given(invocation, "redo")) {
        gm_fail(err, GM_E_USAGE, "say either --done or --redo");
        return gm_hint(err, "Look at the database: --done when the statement has had its effect.");
    }
    uint64_t number;
    size_t colon = gm_str_rfind(which, ':');
    if (!gm_str_u64(gm_str_sub(which, colon + 1, which.len), &number)) {
        gm_fail(err, GM_E_USAGE, "'%.*s' names no statement",
                GM_ARG(gm_visible(invocation, which)));
        return gm_hint(err, "Write REVISION:NUMBER, as the refused run has shown it.");
    }
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    GM_TRY(gm_moving_annotate(invocation, project, progress, &how, err));
    GM_TRY(gm_resolve(project, which, done, &how, &result, err));
    if (!invocation->json) {
        gm_out("resolved %.*s: %s\n", GM_ARG(gm_visible(invocation, which)),
               done ? "done" : "to be run again");
        return GM_OK;
    }
    gm_json *document = gm_json_object();
    gm_json_set_str(document, "target", result.target.url.shown);
    gm_json_set_str(document, "revision", result.updated.items[0]);
    gm_json_set_str(document, "resolved", done ? GM_STR("done") : GM_STR("redo"));
    gm_out_json(invocation, document);
    return GM_OK;
}

const gm_command gm_cmd_resolve = {
    .name = "resolve",
    .synopsis = "REVISION:NUMBER",
    .summary = "Say how a statement ended that a run was cut off in",
    .details = "Only statements of sections with transaction=off can be in doubt, and only those "
               "that gmig cannot look up in the database itself.",
    .options = options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
