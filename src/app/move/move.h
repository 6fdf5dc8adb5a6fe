/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_MOVE_H
#define GM_APP_MOVE_MOVE_H

/*
 * Move: take a database up or down, or show the way.
 *
 * Everything that can be refused is refused before the first statement. On a guarded target only
 * committed revisions run, losing data needs a yes, and revisions below an applied child need
 * `allow_late`. A switch is for other targets only, and needs a yes for every row that it loses.
 */

#include "app/move/database.h"
#include "app/move/losses.h"

typedef struct {
    gm_direction direction;
    gm_str goal;      /* empty: the head of every lineage; down: -1 */
    gm_str at;        /* where SQL and goal are read; empty: the work tree */
    gm_str target;    /* --target */
    gm_str from;      /* plan or script from this state ("base" or ids), without a database */
    bool last_run;    /* down: what the last run applied */
    bool from_ledger; /* down: by the ledger alone, phantoms too */
    bool switching;   /* down through what `at` lacks or has otherwise, then up to its heads; the
                         goal is not looked at */
    gm_strs trusted;  /* switching: refs that others may write to, and whose SQL may run */
    bool no_copy;     /* switching: keep no copy of a SQLite database that goes down */
    bool yes;
    bool allow_dirty;
    bool allow_late;
    bool allow_pooler;
    gm_strs allow_phantom;
    bool backup;
    gm_str backup_path; /* empty: a name beside the database or in the current folder */
    int64_t wait_ms;
    int64_t lock_timeout_ms;
    bool lock_timeout_given;
    int64_t statement_timeout_ms;

    /* Told the target before anything is opened. */
    void (*announce)(void *data, const gm_target *target);
    /* Asks a person; NULL where there is none. */
    bool (*confirm)(void *data, gm_str question);
    gm_db_waiting *waiting;
    gm_run_tell *tell;
    void *data;
} gm_move_options;

typedef struct {
    gm_target target;
    gm_str backup;  /* where it was put; empty */
    gm_strs beside; /* where what lies beside the database was put */
    bool empty;     /* the history has no revisions */
    gm_plan plan;
    gm_losses losses; /* switching: what the way down takes away */
    gm_run_result run;
} gm_move_result;

/* `result` is filled on failure too, as far as it came. */
gm_code gm_move(gm_project *project, const gm_move_options *options, gm_move_result *result,
                gm_err *err);

/*
 * The plan and the losses alone; with `from` no database is opened. *refusal (code GM_OK: none) is
 * what gm_move would answer instead of running it.
 */
gm_code gm_move_plan(gm_project *project, const gm_move_options *options, gm_move_result *result,
                     gm_err *refusal, gm_err *err);

#endif
