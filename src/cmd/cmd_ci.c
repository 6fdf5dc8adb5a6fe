/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "app/check/ci.h"
#include "cmd/output.h"
#include "cmd/reporting.h"

static const gm_option options[] = {
    {"base", 0, GM_OPTION_VALUE, "REF",
     "what HEAD is compared with (default: found from the event)"},
    GM_OPTIONS_REPORTING("as the CI system shows it"),
    {"replay", 0, GM_OPTION_FLAG, NULL,
     "run the whole history up and down in a throw-away database, and compare it with the models"},
    GM_OPTION_END,
};

static void say_event(const gm_invocation *invocation, const gm_ci *ci)
{
    if (!ci->system)
        gm_say(invocation, "no CI system that gmig knows");
    else if (ci->branch.len)
        gm_say(invocation, "%s: %s, branch %.*s", ci->system, gm_ci_event_name(ci->event),
               GM_ARG(gm_visible(invocation, ci->branch)));
    else
        gm_say(invocation, "%s: %s", ci->system, gm_ci_event_name(ci->event));
}

/* What keeps the project from being opened may be something that cannot be told, too. */
static gm_code look(gm_invocation *invocation, const gm_ci_call *call, gm_checked *checked,
                    gm_checked *others, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    checked->at = GM_STR("HEAD");
    gm_code code = gm_invocation_project(invocation, &project, err);
    if (code == GM_OK)
        code = gm_ci_check(project, call, checked, others, err);
    if (code != GM_OK && gm_checked_note_unseen(invocation->arena, checked, code, err))
        return GM_OK;
    return code;
}

/* What others have to mend is in the reports, and does not count. */
static void add_others(const gm_invocation *invocation, const gm_checked *others,
                       gm_checked *checked)
{
    GM_EACH (const gm_finding, finding, &others->findings)
        gm_vec_push(invocation->arena, &checked->findings, *finding);
    GM_EACH (const gm_unseen, unseen, &others->unseen)
        gm_warn("open branches: cannot tell: %.*s%s%.*s",
                GM_ARG(gm_visible(invocation, unseen->where)), unseen->where.len ? ": " : "",
                GM_ARG(gm_visible(invocation, unseen->message)));
    if (others->refs.seen)
        gm_say(invocation, "looked at %zu refs, %zu with revisions of their own", others->refs.seen,
               others->refs.open);
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_reporting reporting = {0};
    gm_checked checked = {0};
    gm_checked others = {0};
    gm_ci_call call = {
        .event = gm_ci_here(invocation->arena),
        .base = gm_value_of(invocation, "base"),
        .allow_now = gm_str_from(getenv("GMIG_ALLOW")),
        .replay = gm_given(invocation, "replay"),
        .all = invocation->project.config_path.len == 0,
    };
    GM_TRY(gm_reporting_read(invocation, &reporting, err));
    if (!gm_reporting_uses_stdout(&reporting))
        gm_reporting_add(invocation, &reporting, gm_str_from(call.event.report));
    say_event(invocation, &call.event);
    GM_TRY(look(invocation, &call, &checked, &others, err));
    *status = gm_reporting_status(&reporting, &checked);
    add_others(invocation, &others, &checked);
    return gm_reporting_write(invocation, &reporting, &checked, err);
}

const gm_command gm_cmd_ci = {
    .name = "ci",
    .synopsis = "",
    .summary = "Check a CI job's commit against what it goes to",
    .details =
        "`gmig check` for a job of GitHub Actions, GitLab CI, Bitbucket Pipelines, Azure "
        "Pipelines, Buildkite, Jenkins, Drone, TeamCity, Woodpecker, Forgejo or Gitea: HEAD is "
        "looked at, and the environment says which event it is, what to compare with and how to "
        "report.\n\n"
        "A pull request or merge queue is united with the branch that it goes to. A push to the "
        "default branch is compared with what that was before, and a push to another with the "
        "default branch where that is in the clone. On the default branch the open branches of "
        "the clone are looked at, too: those that will collide are warnings, which never fail the "
        "job.\n\n"
        "Exits as `gmig check` does.",
    .options = options,
    .max_operands = 0,
    .run = run,
};
