/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CMD_REPORTING_H
#define GM_CMD_REPORTING_H

/*
 * Reporting: the options of commands that check something, and what they write and answer.
 */

#include "cmd/command.h"
#include "report/report.h"

/* `usual` is the format where none is given. */
/* clang-format off */
#define GM_OPTIONS_REPORTING(usual)                                                                \
    {"report", 0, GM_OPTION_LIST, "FORMAT[:PATH]",                                                 \
     "text, json, github, gitlab, sarif, junit, rdjson, teamcity, azure or markdown (default: "    \
     usual "); to a file with :PATH; may be repeated"},                                            \
    {"fail-on", 0, GM_OPTION_VALUE, "SEVERITY",                                                    \
     "exit 1 from this severity on: error (default), warning or info"},                            \
    {"if-unknown", 0, GM_OPTION_VALUE, "WHAT",                                                     \
     "where something cannot be looked at: error (default, exit 3) or warn"}
/* clang-format on */

typedef struct {
    const gm_report *format;
    gm_str path; /* empty: standard output */
} gm_wanted_report;

typedef struct {
    GM_VEC(gm_wanted_report) reports; /* one to standard output at most */
    gm_severity fail_on;
    gm_severity unknown;
} gm_reporting;

/* GM_E_USAGE. Without --report and --json there is no report. */
gm_code gm_reporting_read(gm_invocation *invocation, gm_reporting *reporting, gm_err *err);

/* One more report, to standard output. */
void gm_reporting_add(gm_invocation *invocation, gm_reporting *reporting, gm_str format);
bool gm_reporting_uses_stdout(const gm_reporting *reporting);

/* Writes the reports. With `github`, the step's summary on GitHub (GITHUB_STEP_SUMMARY) gets one,
 * too. */
gm_code gm_reporting_write(gm_invocation *invocation, const gm_reporting *reporting,
                           const gm_checked *checked, gm_err *err);

int gm_reporting_status(const gm_reporting *reporting, const gm_checked *checked);

#endif
