/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "app/check/checking_refs.h"
#include "cmd/reporting.h"

static const gm_option options[] = {
    {"at", 0, GM_OPTION_VALUE, "WHERE", "look at worktree (default), index or a commit"},
    {"base", 0, GM_OPTION_VALUE, "REF",
     "what WHERE will be merged into (default: of the pull request in CI, else trunk, upstream or "
     "origin/HEAD)"},
    {"all-refs", 0, GM_OPTION_FLAG, NULL,
     "look instead at every branch, local and remote: which of them collide once they are in the "
     "base"},
    {"refs", 0, GM_OPTION_LIST, "GLOB", "the same of the refs that match; may be repeated"},
    GM_OPTIONS_REPORTING("text"),
    {"replay", 0, GM_OPTION_FLAG, NULL,
     "run the whole history up and down in a throw-away database, and compare it with the models"},
    {"database", 0, GM_OPTION_FLAG, NULL, "compare the database with what its revisions make"},
    GM_OPTION_TARGET,
    {0},
};

static bool many(const gm_invocation *invocation)
{
    return gm_given(invocation, "all-refs") || gm_given(invocation, "refs");
}

static gm_code refuse_both(const gm_invocation *invocation, gm_err *err)
{
    static const char *const one[] = {"at", "replay", "database"};
    for (size_t i = 0; many(invocation) && i < sizeof(one) / sizeof(one[0]); i++) {
        if (!gm_given(invocation, one[i]))
            continue;
        gm_fail(err, GM_E_USAGE, "--%s looks at one place, --all-refs and --refs at many", one[i]);
        return gm_hint(err, "Leave one of them out.");
    }
    return GM_OK;
}

/* What keeps the project from being opened may be something that cannot be told, too. */
static gm_code look(gm_invocation *invocation, gm_checked *checked, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_checking_options wanted = {
        .at = gm_value_of(invocation, "at"),
        .allow_now = gm_str_from(getenv("GMIG_ALLOW")),
        .unite = true,
        .uniting = {.base = gm_value_of(invocation, "base")},
        .replay = gm_given(invocation, "replay"),
        .database = gm_given(invocation, "database"),
        .target = gm_value_of(invocation, "target"),
        .all = invocation->project.config_path.len == 0,
    };
    checked->at = wanted.at.len ? wanted.at : GM_STR("worktree");
    gm_code code = gm_invocation_project(invocation, &project, err);
    if (code == GM_OK)
        code = many(invocation) ? gm_checking_refs(project, gm_values_of(invocation, "refs"),
                                                   &wanted, checked, err)
                                : gm_checking_run(project, &wanted, checked, err);
    if (code != GM_OK && gm_checked_note_unseen(invocation->arena, checked, code, err))
        return GM_OK;
    return code;
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_reporting reporting = {0};
    gm_checked checked = {0};
    GM_TRY(gm_reporting_read(invocation, &reporting, err));
    if (!reporting.reports.len)
        gm_reporting_add(invocation, &reporting, GM_STR("text"));
    GM_TRY(refuse_both(invocation, err));
    GM_TRY(look(invocation, &checked, err));
    *status = gm_reporting_status(&reporting, &checked);
    return gm_reporting_write(invocation, &reporting, &checked, err);
}

const gm_command gm_cmd_check = {
    .name = "check",
    .synopsis = "",
    .summary = "Look for everything that is wrong with a history",
    .details = "Runs the rules over the history at WHERE and reports what they find. docs/rules.md "
               "has a paragraph on each. At the top of a repository every project in it is looked "
               "at.\n\n"
               "A finding passes, visibly, with `-- gmig:allow RULE REASON` before the statement, "
               "with `allow:` in gmig.yml, or with GMIG_ALLOW=RULE in the environment.\n\n"
               "Exits with 1 when there are findings of error severity, else with 3 when something "
               "could not be looked at.",
    .options = options,
    .max_operands = 0,
    .run = run,
};
