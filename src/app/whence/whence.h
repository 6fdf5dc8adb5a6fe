/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WHENCE_WHENCE_H
#define GM_APP_WHENCE_WHENCE_H

/*
 * Whence: where a revision is, wherever git keeps anything: work trees, their indexes, refs,
 * stashes, ORIG_HEAD and its like, reflogs, objects that nothing leads to; and in the ledger.
 *
 * Of one id there may be several files: amended, rebased, written twice. Each is a version, named
 * by its blob id. What is found is read and shown, and never run.
 */

#include "app/move/database.h"
#include "git/roots.h"

typedef enum {
    GM_PLACE_WORKTREE,
    GM_PLACE_INDEX,
    GM_PLACE_REF,
    GM_PLACE_HEAD, /* of a worktree, detached */
    GM_PLACE_STASH,
    GM_PLACE_NOTE, /* ORIG_HEAD, FETCH_HEAD, … */
    GM_PLACE_REFLOG,
    GM_PLACE_UNREACHABLE, /* a commit, or a blob, that nothing leads to */
} gm_place_kind;

typedef struct {
    gm_place_kind kind;
    gm_strs
        names;   /* all that lead to the same commit; the folder of another worktree, else empty */
    bool past;   /* what the names lead to now has this version no more */
    gm_str path; /* relative to the top; empty for a blob alone */
    gm_oid commit; /* that brought it; none where it is not committed there */
    gm_str author;
    int64_t time; /* of that commit */
} gm_place;

typedef enum {
    GM_APPLIED_UNKNOWN,
    GM_APPLIED_OTHER,
    GM_APPLIED_SAME_SQL,
    GM_APPLIED_EXACT
} gm_applied;

typedef struct {
    gm_oid blob;
    const gm_revision *revision; /* with its SQL when it was searched for in full */
    gm_applied applied;          /* is it what the database has? */
    GM_VEC(gm_place) places;     /* in the order of their kinds */
} gm_version;

typedef struct {
    gm_str id;
    GM_VEC(gm_version) versions; /* what was applied first, then in the order of their places */
    bool incomplete;             /* parts of the repository are not here, or were not looked at */
    gm_strs notes;               /* what could not be looked at, and why */
} gm_whence;

typedef GM_VEC(gm_whence) gm_whences;

typedef struct {
    gm_whence found;
    gm_target target;         /* url.shown is empty where none is meant */
    const gm_ledger_row *row; /* NULL: the database has it not, or was not asked */
    bool asked;
    gm_err database_failure; /* why the database could not be asked */
} gm_whence_answer;

/*
 * `what`: an id, the beginning of one (4 characters or more), or the path of a revision file, which
 * need not be there any more. `target` is --target; a database that is not there is no failure.
 * GM_E_AMBIGUOUS. Finding nothing is no failure.
 */
gm_code gm_whence_find(gm_project *project, gm_str what, gm_str target, gm_whence_answer *answer,
                       gm_err *err);

/*
 * The same for several ids at little cost: the newest commits of everything that has a name, no
 * database, and no objects without a name. Never fails.
 */
void gm_whence_glance(gm_project *project, const gm_strs *ids, gm_whences *found);

/* Rows of a ledger, each searched for in full, in one search; *found has one answer a row, and what
 * the row's database applied stands first in it. */
typedef GM_VEC(const gm_ledger_row *) gm_row_refs;
gm_code gm_whence_rows(gm_project *project, const gm_row_refs *rows, gm_dialect dialect,
                       gm_whences *found, gm_err *err);

/* Does whoever may open a pull request decide what this ref has? */
bool gm_ref_is_foreign(gm_str name);

/* The best place in a few words: "feature has it (commit 1a2b3c4d5e6f by Ada Example)"; empty where
 * nothing was found. */
gm_str gm_whence_words(gm_arena *arena, const gm_whence *whence);

/* Adds to an error what would make an incomplete repository whole. */
gm_code gm_whence_cure(const gm_project *project, gm_err *err);

#endif
