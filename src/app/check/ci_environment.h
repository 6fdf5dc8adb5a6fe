/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_CI_ENVIRONMENT_H
#define GM_APP_CHECK_CI_ENVIRONMENT_H

/*
 * CI environment: which system runs this job, and what made it run. Pure: the environment comes in
 * as a function. The base of a pull request is app/project/base_ref.h's.
 */

#include "base/str.h"

typedef enum {
    GM_CI_OTHER,        /* by hand, by the clock, or not told */
    GM_CI_PULL_REQUEST, /* a merge request */
    GM_CI_MERGE_QUEUE,  /* a merge group, a merge train */
    GM_CI_PUSH,         /* of a branch */
    GM_CI_TAG,
} gm_ci_event;

typedef struct {
    const char *system; /* "GitHub Actions"; NULL: none that is known */
    const char *report; /* the format that its log shows best */
    gm_ci_event event;
    gm_str branch;     /* that was pushed or is built; empty: none, or not told */
    gm_str trunk;      /* the default branch; empty: not told */
    gm_str before;     /* hex: where the branch was before the push; empty: not told */
    gm_str event_path; /* of a file that says more, for gm_ci_read_event; empty: none */
} gm_ci;

/* As getenv, with something to look in. */
typedef const char *(*gm_ci_lookup)(const void *table, const char *name);

gm_ci gm_ci_read(gm_ci_lookup lookup, const void *table);

/* What the file of an event on GitHub says: default branch, and the commit before. */
void gm_ci_read_event(gm_arena *arena, gm_str text, gm_ci *ci);

const char *gm_ci_event_name(gm_ci_event event); /* "a pull request", … */

#endif
