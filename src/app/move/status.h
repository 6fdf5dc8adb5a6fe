/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_STATUS_H
#define GM_APP_MOVE_STATUS_H

/*
 * Status: where a developer stands: branch, heads, database, and what to do next. It only looks: a
 * database that cannot be reached, or is not there yet, is part of the answer.
 */

#include "app/move/strange.h"
#include "app/whence/whence.h"

typedef struct {
    gm_str command; /* ready to be typed */
    gm_str why;
} gm_next_step;

typedef enum {
    GM_STATUS_NO_TARGET, /* none is named, or several are: `database_error` says which */
    GM_STATUS_UNREACHABLE,
    GM_STATUS_NO_FILE, /* SQLite: there is no file yet */
    GM_STATUS_NO_LEDGER,
    GM_STATUS_READ,
} gm_status_database;

typedef struct {
    bool has_repo;
    bool bare;
    bool unborn;
    gm_ref head; /* "HEAD" when detached */
    gm_repo_state repo_state;

    gm_view view;
    gm_node_groups divergent;

    gm_status_database database;
    gm_err database_error; /* why it could not be looked at */
    gm_target target;
    bool wanted;               /* it was named by --target, so that commands must name it too */
    gm_strange strange;        /* tables without a ledger */
    gm_str uncommitted;        /* pending on a guarded target and not in HEAD as it is; empty */
    const gm_state *state;     /* NULL: nothing is known of the database */
    gm_strs applied_heads;     /* newest first, phantoms included */
    size_t applied;            /* revisions that the database has, phantoms included */
    gm_whences elsewhere;      /* of the first phantoms, in their order */
    GM_VEC(gm_intent) unknown; /* statements that nobody knows the end of */

    GM_VEC(gm_next_step) next; /* the most pressing first; empty: nothing to do */
} gm_status;

/* `target` is --target; empty: as gm_project_target says. Fails when a --target is no target. */
gm_code gm_status_read(gm_project *project, gm_str target, gm_status *status, gm_err *err);

#endif
