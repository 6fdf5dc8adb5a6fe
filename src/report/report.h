/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_REPORT_REPORT_H
#define GM_REPORT_REPORT_H

/*
 * Report: what a check found, as bytes in one format. A report is one file and one line in the
 * table of report.c. The caller prints the bytes or writes them to a file.
 */

#include "base/json.h"
#include "check/check.h"

typedef struct {
    bool colour; /* text only */
    gm_severity
        unknown;  /* what it weighs that something could not be looked at: error or warning */
    size_t limit; /* text only: findings to show, the heavier first; 0 for all */
    size_t room;  /* markdown only: bytes to stay below; 0 for GM_REPORT_SUMMARY_MAX */
} gm_report_options;

/* What GitHub takes as the summary of one step. */
enum { GM_REPORT_SUMMARY_MAX = 1024 * 1024 };

typedef struct {
    const char *name; /* as --report takes it */
    gm_str (*write)(gm_arena *arena, const gm_checked *checked, const gm_report_options *options);
} gm_report;

/* NULL when there is none of that name. */
const gm_report *gm_report_find(gm_str name);
gm_str gm_report_names(gm_arena *arena); /* "text, json, github, …" */

/* The document of the JSON report, for callers that add to it. */
gm_json *gm_report_json(gm_arena *arena, const gm_checked *checked);

/* "2 errors, 1 allowed in 9 revisions of migrations/ at index": the last line for people. */
gm_str gm_report_summary(gm_arena *arena, const gm_checked *checked);

/* "; united with origin/main (1a2b3c4d5e6f, from --base)", each base once; empty without one. */
gm_str gm_report_bases(gm_arena *arena, const gm_checked *checked);

/* "1 head", "2 heads" */
gm_str gm_report_count(gm_arena *arena, size_t count, const char *noun);

extern const gm_report gm_report_text_format;
extern const gm_report gm_report_json_format;
extern const gm_report gm_report_github_format;
extern const gm_report gm_report_gitlab_format;
extern const gm_report gm_report_sarif_format;
extern const gm_report gm_report_junit_format;
extern const gm_report gm_report_rdjson_format;
extern const gm_report gm_report_teamcity_format;
extern const gm_report gm_report_azure_format;
extern const gm_report gm_report_markdown_format;

#endif
