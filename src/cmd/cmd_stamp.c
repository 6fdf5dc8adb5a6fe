/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/script.h"
#include "app/move/stamp_from_tool.h"
#include "cmd/moving.h"

static const gm_option options[] = {
    GM_OPTION_TARGET,
    GM_OPTION_AT,
    {"wait", 0, GM_OPTION_VALUE, "TIME", "how long to wait for another gmig (default 60s)"},
    {"plan", 0, GM_OPTION_FLAG, NULL, "show what would be recorded and change nothing"},
    {"sql", 0, GM_OPTION_FLAG, NULL,
     "write a script for psql or sqlite3 instead, from base or from A of A:B"},
    {"dialect", 0, GM_OPTION_VALUE, "NAME", "with --sql: sqlite or postgres"},
    {"purge", 0, GM_OPTION_FLAG, NULL, "forget everything that is recorded first"},
    {"verify", 0, GM_OPTION_FLAG, NULL, "only where the database has what these revisions make"},
    {"from-tool", 0, GM_OPTION_FLAG, NULL,
     "record what another tool's version table in the database says"},
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
    bool plan = gm_given(invocation, "plan");
    GM_EACH (gm_str, id, &result->removed)
        gm_out("%s %.*s\n", plan ? "unstamp" : "unstamped", GM_ARG(gm_visible(invocation, *id)));
    GM_EACH (gm_str, id, &result->added)
        gm_out("%s %.*s\n", plan ? "stamp" : "stamped", GM_ARG(gm_visible(invocation, *id)));
    gm_str heads = gm_strs_list(invocation->arena, &result->heads);
    if (result->added.len + result->removed.len == 0)
        gm_say(invocation, "nothing to do: %s%.*s",
               heads.len ? "the database is recorded at " : "no revision is recorded",
               GM_ARG(gm_visible(invocation, heads)));
    if (result->phantoms.len)
        gm_say(invocation, "what no file has stays recorded: %.*s; --purge forgets it",
               GM_ARG(gm_visible(invocation, gm_strs_list(invocation->arena, &result->phantoms))));
}

static gm_code script(gm_invocation *invocation, gm_project *project, gm_err *err)
{
    gm_dialect dialect;
    gm_str from = GM_STR("base"), to = invocation->operands.items[0], text;
    if (invocation->operands.len > 1 || gm_given(invocation, "purge") ||
        gm_given(invocation, "plan") || gm_given(invocation, "verify")) {
        gm_fail(err, GM_E_USAGE,
                "--sql takes one revision or range, and none of --purge, --plan and --verify");
        return gm_hint(err, "Write `gmig stamp --sql [FROM:]TO`.");
    }
    if (gm_str_has(to, ':'))
        gm_moving_range(to, GM_STR("base"), GM_STR("heads"), &from, &to);
    GM_TRY(gm_moving_dialect(invocation, project, &dialect, err));
    GM_TRY(gm_script_stamp(project, gm_value_of(invocation, "at"), from, to, dialect, &text, err));
    gm_moving_print_script(invocation, dialect, text);
    return GM_OK;
}

/* The table says which revisions, or the command line does. */
static gm_code check_operands(const gm_invocation *invocation, gm_err *err)
{
    bool from_tool = gm_given(invocation, "from-tool");
    if (from_tool != (invocation->operands.len > 0) && !(from_tool && gm_given(invocation, "sql")))
        return GM_OK;
    gm_fail(err, GM_E_USAGE, "%s",
            from_tool ? "--from-tool takes no revision and no --sql" : "which revision?");
    return gm_hint(err, "Write `gmig stamp REVISION...`, or `gmig stamp --from-tool`.");
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_progress *progress = gm_progress_new(invocation);
    gm_annotate_options how = {0};
    gm_annotate_result result = {0};
    (void)status;
    GM_TRY(check_operands(invocation, err));
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    if (gm_given(invocation, "sql"))
        return script(invocation, project, err);
    GM_TRY(gm_moving_annotate(invocation, project, progress, &how, err));
    how.purge = gm_given(invocation, "purge");
    how.verify = gm_given(invocation, "verify");
    if (gm_given(invocation, "from-tool"))
        GM_TRY(gm_stamp_from_tool(project, &how, &result, err));
    else
        GM_TRY(gm_stamp(project, &invocation->operands, &how, &result, err));
    print(invocation, &result);
    return GM_OK;
}

const gm_command gm_cmd_stamp = {
    .name = "stamp",
    .synopsis = "[REVISION...]",
    .summary = "Record revisions as applied without running them",
    .details = "Records REVISION and its ancestors, and forgets what is recorded above it; other "
               "lineages stay as they are. `base` records that nothing is applied.\n\n"
               "With --verify they are replayed in a throw-away database first. Where the "
               "database differs from that, it says how, records nothing and exits with 1.\n\n"
               "With --from-tool what Alembic, dbmate, goose, golang-migrate or another tool has "
               "recorded in the database is recorded here, for revisions that have the same ids or "
               "that `gmig import` has made of that tool's files.",
    .options = options,
    .max_operands = SIZE_MAX,
    .run = run,
};
