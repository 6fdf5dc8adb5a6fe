/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_REPORT_ENTRIES_H
#define GM_REPORT_ENTRIES_H

/*
 * Entries: what was found, as the formats for hosts of code and of builds need it: one list of
 * findings and of what could not be looked at, the heaviest first.
 *
 * These hosts cut or refuse what is too large, so a list ends with an entry that counts the rest
 * before it gets there: 5,000 entries (all that GitHub shows of a SARIF file), 4,000 bytes of text
 * each (TeamCity's limit for a value; GitHub's and Azure's are 4,096), 2 MiB in all, so that a file
 * stays below the 30 MB that GitLab takes however much of it must be escaped.
 */

#include "report/report.h"

typedef struct {
    const gm_finding *finding; /* NULL: something was not looked at, or counts the rest */
    gm_str rule;               /* "divergent-heads"; "cannot-tell", "not-shown" */
    gm_severity severity;      /* GM_SEVERITY_INFO where it is allowed */
    bool allowed;
    gm_str path; /* relative to the top, as it is; empty: no file in particular */
    size_t line; /* 0: the file as a whole */
    gm_str text; /* the message, and below it what to do or why it is allowed; visible */
    /*
     * What stays the same when lines move, a message is worded anew or a file gets another name in
     * its folder: 32 hex digits of rule, folder, revision and `nth`.
     */
    gm_str fingerprint;
    size_t nth; /* of those that are the same in all that; from 1 */
} gm_report_entry;

typedef GM_VEC(gm_report_entry) gm_report_entries;

gm_report_entries gm_report_entries_of(gm_arena *arena, const gm_checked *checked,
                                       const gm_report_options *options);

/* Where a format wants a file for every entry: its own, else the folder that was looked at. */
gm_str gm_report_place(const gm_checked *checked, const gm_report_entry *entry);

/* The first line of the entry's text. */
gm_str gm_report_headline(const gm_report_entry *entry);

/* `text` as hosts show it: control characters made visible, line ends kept, 4,000 bytes at most. */
gm_str gm_report_shown(gm_arena *arena, gm_str text);

/*
 * GitHub and Azure show ten annotations of a kind for each step: the last of the ten places is for
 * the number of those that got none.
 */
enum { GM_REPORT_PLACES = 10 };

typedef struct {
    size_t total;
    size_t shown;
} gm_report_places;

typedef gm_report_places gm_report_places_by_severity[GM_SEVERITY_ERROR + 1];

/* Counts everything, also what the entries leave out. */
void gm_report_count_all(const gm_checked *checked, const gm_report_options *options,
                         gm_report_places_by_severity places);

/* Is there a place for one more? Then it is taken. */
bool gm_report_take_place(gm_report_places *places);

#endif
