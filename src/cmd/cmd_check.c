/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "app/checking.h"
#include "base/file.h"
#include "cmd/output.h"
#include "report/report.h"

static const gm_option options[] = {
    {"at", 0, GM_OPTION_VALUE, "WHERE", "look at worktree (default), index or a commit"},
    {"report", 0, GM_OPTION_LIST, "FORMAT[:PATH]",
     "text (default), json, github, gitlab, sarif, junit, rdjson, teamcity, azure or markdown; to a "
     "file with :PATH; may be repeated"},
    {"fail-on", 0, GM_OPTION_VALUE, "SEVERITY",
     "exit 1 from this severity on: error (default), warning or info"},
    {"if-unknown", 0, GM_OPTION_VALUE, "WHAT",
     "where something cannot be looked at: error (default, exit 3) or warn"},
    {"replay", 0, GM_OPTION_FLAG, NULL,
     "run the whole history up and down in a throw-away database, and compare it with the models"},
    {"database", 0, GM_OPTION_FLAG, NULL, "compare the database with what its revisions make"},
    GM_OPTION_TARGET,
    {0},
};

typedef struct {
    const gm_report *format;
    gm_str path; /* empty: standard output */
} wanted_report;

typedef GM_VEC(wanted_report) wanted_reports;

static gm_code read_report(gm_invocation *invocation, gm_str text, wanted_report *wanted,
                           gm_err *err)
{
    size_t colon = gm_str_find(text, ':', 0);
    gm_str name = gm_str_sub(text, 0, colon);
    wanted->format = gm_report_find(name);
    wanted->path = gm_str_sub(text, colon + 1, text.len);
    if (!wanted->format) {
        gm_fail_at(err, GM_E_USAGE, GM_STR("--report"), "there is no report format '%.*s'",
                   GM_ARG(name));
        return gm_hint(err, "Formats are %.*s.", GM_ARG(gm_report_names(invocation->arena)));
    }
    if (colon < text.len && !wanted->path.len) {
        gm_fail_at(err, GM_E_USAGE, GM_STR("--report"), "'%.*s' names no file", GM_ARG(text));
        return gm_hint(err, "Write the file's name behind the ':', as in json:gmig.json.");
    }
    return GM_OK;
}

/* --json is one more report to standard output, where there can be one document only. */
static gm_code read_reports(gm_invocation *invocation, wanted_reports *reports, gm_err *err)
{
    size_t to_stdout = 0;
    if (invocation->json)
        gm_vec_push(invocation->arena, reports, (wanted_report){&gm_report_json_format, {0}});
    GM_EACH (const gm_str, text, gm_values_of(invocation, "report")) {
        wanted_report wanted;
        GM_TRY(read_report(invocation, *text, &wanted, err));
        gm_vec_push(invocation->arena, reports, wanted);
    }
    GM_EACH (const wanted_report, report, reports)
        to_stdout += report->path.len == 0;
    if (to_stdout > 1) {
        gm_fail_at(err, GM_E_USAGE, GM_STR("--report"), "%zu reports want standard output",
                   to_stdout);
        return gm_hint(err, "Write all but one to files, as in --report json:gmig.json.");
    }
    if (!reports->len)
        gm_vec_push(invocation->arena, reports, (wanted_report){&gm_report_text_format, {0}});
    return GM_OK;
}

static gm_code read_fail_on(gm_invocation *invocation, gm_severity *severity, gm_err *err)
{
    gm_str text = gm_value_of(invocation, "fail-on");
    *severity = GM_SEVERITY_ERROR;
    if (!gm_given(invocation, "fail-on"))
        return GM_OK;
    if (gm_severity_parse(text, severity) && *severity != GM_SEVERITY_OFF)
        return GM_OK;
    gm_fail_at(err, GM_E_USAGE, GM_STR("--fail-on"), "'%.*s' is no severity", GM_ARG(text));
    return gm_hint(err, "Severities are error, warning and info.");
}

static gm_code read_if_unknown(gm_invocation *invocation, gm_severity *severity, gm_err *err)
{
    gm_str text = gm_value_of(invocation, "if-unknown");
    *severity = GM_SEVERITY_ERROR;
    if (!gm_given(invocation, "if-unknown") || gm_str_is(text, "error"))
        return GM_OK;
    *severity = GM_SEVERITY_WARNING;
    if (gm_str_is(text, "warn"))
        return GM_OK;
    gm_fail_at(err, GM_E_USAGE, GM_STR("--if-unknown"), "'%.*s' is neither error nor warn",
               GM_ARG(text));
    return gm_hint(err, "Give --if-unknown=warn or leave it out.");
}

/* What keeps the project from being opened may be something that cannot be told, too. */
static gm_code look(gm_invocation *invocation, gm_checked *checked, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_checking_options wanted = {
        .at = gm_value_of(invocation, "at"),
        .allow_now = gm_str_from(getenv("GMIG_ALLOW")),
        .replay = gm_given(invocation, "replay"),
        .database = gm_given(invocation, "database"),
        .target = gm_value_of(invocation, "target"),
        .all = invocation->project.config_path.len == 0,
    };
    checked->at = wanted.at.len ? wanted.at : GM_STR("worktree");
    gm_code code = gm_invocation_project(invocation, &project, err);
    if (code == GM_OK)
        code = gm_checking_run(project, &wanted, checked, err);
    if (code != GM_OK && gm_checked_note_unseen(invocation->arena, checked, code, err))
        return GM_OK;
    return code;
}

static gm_code write_reports(gm_invocation *invocation, const wanted_reports *reports,
                             const gm_checked *checked, gm_severity unknown, gm_err *err)
{
    GM_EACH (const wanted_report, report, reports) {
        gm_report_options how = {
            .colour = !report->path.len && gm_term_colour(invocation->colour, stdout),
            .unknown = unknown,
        };
        gm_str text = report->format->write(invocation->arena, checked, &how);
        if (report->path.len)
            GM_TRY(gm_file_put(report->path, text, err));
        else
            gm_out_str(text);
    }
    return GM_OK;
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    wanted_reports reports = {0};
    gm_checked checked = {0};
    gm_severity fail_on;
    gm_severity unknown;
    GM_TRY(read_reports(invocation, &reports, err));
    GM_TRY(read_fail_on(invocation, &fail_on, err));
    GM_TRY(read_if_unknown(invocation, &unknown, err));
    GM_TRY(look(invocation, &checked, err));
    GM_TRY(write_reports(invocation, &reports, &checked, unknown, err));
    if (gm_findings_count(&checked.findings, fail_on))
        *status = gm_code_exit(GM_E_REFUSED);
    else if (checked.unseen.len && unknown == GM_SEVERITY_ERROR)
        *status = gm_code_exit(GM_E_UNKNOWN);
    return GM_OK;
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
