/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Code Quality of GitLab ("Code Quality report format" in its documentation): the subset of Code
 * Climate's issues that a merge request shows, as one array, which is empty when all is well.
 * Entries with the same fingerprint are shown once, and the merge request shows those that the
 * target branch's report does not have.
 */
#include "report/entries.h"

static const char *weight(gm_severity severity)
{
    if (severity < GM_SEVERITY_WARNING)
        return "info";
    return severity == GM_SEVERITY_ERROR ? "major" : "minor";
}

static gm_json *issue(const gm_checked *checked, const gm_report_entry *entry)
{
    gm_json *object = gm_json_object();
    gm_json *location = gm_json_object();
    gm_json *lines = gm_json_object();
    gm_json_set_str(object, "description", entry->text);
    gm_json_set_str(object, "check_name", entry->rule);
    gm_json_set_str(object, "fingerprint", entry->fingerprint);
    gm_json_set_str(object, "severity", gm_str_from(weight(entry->severity)));
    gm_json_set_str(location, "path", gm_report_place(checked, entry));
    gm_json_set_int(lines, "begin", entry->line ? (int64_t)entry->line : 1);
    gm_json_set(location, "lines", lines);
    gm_json_set(object, "location", location);
    return object;
}

static gm_str write_gitlab(gm_arena *arena, const gm_checked *checked,
                           const gm_report_options *options)
{
    gm_json *issues GM_CLEANUP(gm_json_drop) = gm_json_array();
    gm_report_entries entries = gm_report_entries_of(arena, checked, options);
    GM_EACH (const gm_report_entry, entry, &entries)
        gm_json_add(issues, issue(checked, entry));
    return gm_json_text(arena, issues);
}

const gm_report gm_report_gitlab_format = {"gitlab", write_gitlab};
