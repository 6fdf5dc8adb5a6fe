/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/reporting.h"

#include <stdlib.h>

#include "base/file.h"
#include "cmd/output.h"

static gm_code read_report(gm_invocation *invocation, gm_str text, gm_wanted_report *wanted,
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

static gm_code read_fail_on(const gm_invocation *invocation, gm_severity *severity, gm_err *err)
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

static gm_code read_if_unknown(const gm_invocation *invocation, gm_severity *severity, gm_err *err)
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

void gm_reporting_add(gm_invocation *invocation, gm_reporting *reporting, gm_str format)
{
    gm_vec_push(invocation->arena, &reporting->reports,
                (gm_wanted_report){gm_report_find(format), {0}});
}

static size_t to_stdout(const gm_reporting *reporting)
{
    size_t count = 0;
    GM_EACH (const gm_wanted_report, report, &reporting->reports)
        count += report->path.len == 0;
    return count;
}

bool gm_reporting_uses_stdout(const gm_reporting *reporting)
{
    return to_stdout(reporting) > 0;
}

/* --json is one more report to standard output, where there can be one document only. */
gm_code gm_reporting_read(gm_invocation *invocation, gm_reporting *reporting, gm_err *err)
{
    gm_reporting read = {0};
    if (invocation->json)
        gm_reporting_add(invocation, &read, GM_STR("json"));
    GM_EACH (const gm_str, text, gm_values_of(invocation, "report")) {
        gm_wanted_report wanted;
        GM_TRY(read_report(invocation, *text, &wanted, err));
        gm_vec_push(invocation->arena, &read.reports, wanted);
    }
    size_t documents = to_stdout(&read);
    if (documents > 1) {
        gm_fail_at(err, GM_E_USAGE, GM_STR("--report"), "%zu reports want standard output",
                   documents);
        return gm_hint(err, "Write all but one to files, as in --report json:gmig.json.");
    }
    GM_TRY(read_fail_on(invocation, &read.fail_on, err));
    GM_TRY(read_if_unknown(invocation, &read.unknown, err));
    *reporting = read;
    return GM_OK;
}

/* ---- writing ---- */

static gm_code write_reports(gm_invocation *invocation, const gm_reporting *reporting,
                             const gm_checked *checked, gm_err *err)
{
    GM_EACH (const gm_wanted_report, report, &reporting->reports) {
        gm_report_options how = {
            .colour = !report->path.len && gm_term_colour(invocation->colour, stdout),
            .unknown = reporting->unknown,
        };
        gm_str text = report->format->write(invocation->arena, checked, &how);
        if (report->path.len)
            GM_TRY(gm_file_put(report->path, text, err));
        else
            gm_out_str(text);
    }
    return GM_OK;
}

/* What the step has written to its summary before counts, too. One that cannot be written takes
 * nothing from the answer. */
static void write_summary(gm_invocation *invocation, const gm_reporting *reporting,
                          const gm_checked *checked)
{
    gm_str path = gm_str_from(getenv("GITHUB_STEP_SUMMARY"));
    bool wanted = false;
    GM_EACH (const gm_wanted_report, report, &reporting->reports)
        wanted |= strcmp(report->format->name, "github") == 0;
    if (!wanted || !path.len)
        return;
    size_t used = gm_file_size(path) + 1;
    if (used >= GM_REPORT_SUMMARY_MAX)
        return;
    gm_report_options how = {.unknown = reporting->unknown, .room = GM_REPORT_SUMMARY_MAX - used};
    gm_str text = gm_report_markdown_format.write(invocation->arena, checked, &how);
    gm_err err = gm_err_new(invocation->arena);
    if (!text.len)
        return;
    text = gm_str_printf(invocation->arena, "%s%.*s", used > 1 ? "\n" : "", GM_ARG(text));
    if (gm_file_append(path, text, &err) != GM_OK)
        gm_warn("the summary of this step is not written: %.*s",
                GM_ARG(gm_visible(invocation, err.text)));
}

gm_code gm_reporting_write(gm_invocation *invocation, const gm_reporting *reporting,
                           const gm_checked *checked, gm_err *err)
{
    GM_TRY(write_reports(invocation, reporting, checked, err));
    write_summary(invocation, reporting, checked);
    return GM_OK;
}

int gm_reporting_status(const gm_reporting *reporting, const gm_checked *checked)
{
    if (gm_findings_count(&checked->findings, reporting->fail_on))
        return gm_code_exit(GM_E_REFUSED);
    if (checked->unseen.len && reporting->unknown == GM_SEVERITY_ERROR)
        return gm_code_exit(GM_E_UNKNOWN);
    return 0;
}
