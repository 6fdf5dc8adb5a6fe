/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCRATCH_SCRATCH_H
#define GM_SCRATCH_SCRATCH_H

/*
 * Scratch: throw-away databases in which histories are replayed and models loaded.
 *
 * It runs SQL that strangers may have written, so nothing in it can reach out of the scratch
 * database: SQLite has an authorizer (no ATTACH, no VACUUM INTO, no extensions, no writable
 * schema), limits and a deadline; PostgreSQL runs everything as a role without superuser,
 * server-file or program rights, with a statement timeout. Server hooks never open one.
 */

#include "db/db.h"
#include "history/plan.h"
#include "models/models.h"

typedef struct gm_scratch gm_scratch;

typedef struct {
    gm_dialect dialect;
    gm_str postgres; /* scratch.postgres, expanded and with SQLAlchemy's spellings read; empty:
                        a private server */
    gm_str postgres_shown; /* the same for people, without secrets */
    gm_str setup;      /* SQL of scratch.setup, run in each new PostgreSQL database; may be empty */
    gm_str setup_path; /* for messages */
    gm_str cache;      /* folder for content-addressed snapshots of SQLite; empty: none */
    int64_t deadline_ms; /* for each statement; 0: 60 seconds. What takes longer, or more memory
                            than a scratch database has, is GM_E_UNKNOWN */
} gm_scratch_options;

/*
 * SQLite always opens. PostgreSQL: GM_E_CONNECT when scratch.postgres does not answer;
 * GM_E_NO_SCRATCH ("cannot tell") with the cure when it is not set and no server programs are on
 * this machine. A private server listens on a unix socket in a temporary folder only, runs without
 * fsync, and ends with this process, also after kill -9.
 */
gm_code gm_scratch_open(gm_arena *arena, const gm_scratch_options *options, gm_scratch **scratch,
                        gm_err *err);
void gm_scratch_close(gm_scratch *scratch); /* and all its databases; NULL is fine */
void gm_scratch_drop(gm_scratch **scratch); /* for GM_CLEANUP */

/* An empty database. It belongs to the scratch. */
gm_code gm_scratch_new(gm_scratch *scratch, gm_db **db, gm_err *err);

void gm_scratch_discard(gm_scratch *scratch, gm_db *db); /* one that is not needed any more */

/*
 * A new database in which all steps of the plan have run, without a ledger. A statement that fails
 * is GM_E_SQL with its revision, file and line.
 */
gm_code gm_scratch_replay(gm_scratch *scratch, const gm_plan *plan, gm_db **db, gm_err *err);

/* Runs one step more in a database of this scratch. */
gm_code gm_scratch_step(gm_scratch *scratch, gm_db *db, const gm_step *step, gm_err *err);

/* ---- what is kept between commands ---- */

/*
 * A state of a database is named by all that made it, in its order: the states after each step of a
 * plan. Nothing is kept, and the list is empty, on PostgreSQL and where there is no cache folder.
 */
gm_strs gm_scratch_states(gm_scratch *scratch, gm_db *db, const gm_plan *plan);

/* Brings an empty database to a state; *found tells whether it was kept. */
gm_code gm_scratch_recall(gm_scratch *scratch, gm_str state, gm_db *db, bool *found, gm_err *err);
void gm_scratch_keep(gm_scratch *scratch, gm_str state, gm_db *db);

/* What this version of gmig has found out about a subject, the name of a state or more. */
bool gm_scratch_recall_note(gm_scratch *scratch, gm_str subject, gm_str *note);
void gm_scratch_keep_note(gm_scratch *scratch, gm_str subject, gm_str note);

/* ---- models ---- */

/*
 * A new database with the models. Statements that need one another's objects may stand in any
 * order. A statement that fails for good is GM_E_MODELS with its file and line and the server's
 * message.
 */
gm_code gm_scratch_load(gm_scratch *scratch, const gm_models *models, gm_db **db, gm_err *err);

/* Runs statements as the runner would run such a section: in one transaction, or each on its own;
 * SQLite's foreign keys off when `foreign_keys_off`, and checked before the commit. */
gm_code gm_scratch_run(gm_db *db, gm_str path, const gm_sql_statements *statements,
                       bool transaction_off, bool foreign_keys_off, gm_err *err);

#endif
