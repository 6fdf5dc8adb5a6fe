/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_DATABASE_H
#define GM_APP_MOVE_DATABASE_H

/*
 * Database: a target opened with its ledger, to look at or to change.
 *
 * Looking creates neither file nor ledger: a SQLite file that is not there is an empty database
 * without a connection (db is NULL). Whoever changes one is interrupted in an orderly way from the
 * wait for the lock to gm_database_close.
 */

#include "app/project/project.h"
#include "runner/state.h"

typedef struct {
    gm_str target;         /* --target; empty: as gm_project_target says */
    const gm_graph *graph; /* whose revisions another tool's table names; NULL: none is known */
    bool write;            /* to change it: the lock is taken, and the ledger read after that */
    bool allow_pooler;
    int64_t wait_ms; /* for the lock */
    int64_t lock_timeout_ms;
    int64_t statement_timeout_ms;
    gm_db_waiting *waiting; /* may be NULL */
    void *data;
} gm_database_options;

typedef struct {
    gm_target target;
    gm_db *db; /* NULL: there is no file yet */
    gm_ledger *ledger;
    bool pooled; /* behind a transaction pooler, and allowed */
    bool locked;
    bool watched; /* signals cancel what runs here: runner/interrupt.h */
} gm_database;

/* A SQLite target whose file is not there yet. */
bool gm_database_is_missing(const gm_target *target);

gm_code gm_database_open(gm_project *project, const gm_target *target,
                         const gm_database_options *options, gm_database *database, gm_err *err);
void gm_database_close(gm_database *database); /* releases the lock; for GM_CLEANUP too */

/* The target, opened to look at, and the state of `graph` there. */
gm_code gm_database_look(gm_project *project, gm_str target, const gm_graph *graph,
                         gm_database *database, gm_state **state, gm_err *err);

/* "user@host", for the ledger. */
gm_str gm_actor(gm_arena *arena);

/* The commit whose files these are, in hex: the snapshot's, else GMIG_COMMIT, else empty. */
gm_str gm_view_commit(gm_arena *arena, const gm_view *view);

#endif
