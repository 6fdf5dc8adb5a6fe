/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_CHECKING_H
#define GM_APP_CHECK_CHECKING_H

/*
 * Checking: the rules of check/ over the projects of one snapshot.
 */

#include "app/project/projects.h"
#include "app/check/uniting.h"
#include "check/check.h"

typedef struct {
    gm_str at;        /* as --at takes it */
    gm_str allow_now; /* GMIG_ALLOW */
    gm_str base;      /* the commit that changes of the models are told from; empty: HEAD for the
                         work tree and the index, else the commit's first parent */
    bool unite;       /* look at what this and its base will make together, too */
    gm_uniting_options uniting;
    bool replay;   /* run the history in scratch, and compare it with the models */
    bool database; /* compare `target` with what its revisions make */
    gm_str target; /* --target */
    bool all;      /* at the repository's top: every project in it */
} gm_checking_options;

/*
 * What could not be looked at (a missing object, no repository) is in checked->unseen, and the rest
 * is looked at all the same. Fails on configuration and on names that stand for nothing.
 */
gm_code gm_checking_run(gm_project *project, const gm_checking_options *options,
                        gm_checked *checked, gm_err *err);

/* What a report says of a view. */
gm_seen_project gm_checking_seen(gm_arena *arena, const gm_view *view);

/* Of the findings from `first` on: cures as they are typed for `project`. */
void gm_checking_typed(const gm_project *project, gm_findings *findings, size_t first);

/* Is this "cannot tell" (exit status 3)? Then it is noted, and `err` is cleared. */
bool gm_checked_note_unseen(gm_arena *arena, gm_checked *checked, gm_code code, gm_err *err);

#endif
