/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_DB_H
#define GM_DB_DB_H

/*
 * Db: one connection to one database, SQLite or PostgreSQL, behind one table of functions.
 *
 * It knows nothing of revisions or ledgers. Statements are sent as they are; what a caller puts
 * into its own statements goes through parameters. libpq is opened with dlopen by the first
 * PostgreSQL connection. Passwords never reach an error text. Connections are used by one thread;
 * gm_db_interrupt alone may be called from another one or from a signal handler.
 */

#include "base/err.h"
#include "lang/sql.h"

typedef struct gm_db gm_db;

typedef struct {
    gm_dialect dialect;
    gm_str location; /* SQLite: absolute path or ":memory:"; PostgreSQL: conninfo or URI */
    gm_str shown;    /* for messages, without secrets */
    bool read_only;  /* nothing may be written; a missing SQLite file is GM_E_CONNECT, never made */
    bool create;     /* SQLite: make the file when it is not there */
    int64_t lock_timeout_ms;      /* for locks of tables; 0: the server's setting; SQLite: the busy
                                     timeout */
    int64_t statement_timeout_ms; /* 0: none; SQL may lift it */
    int64_t deadline_ms;          /* for a statement, counted here, so that no SQL can lift it: what
                                     takes longer is cancelled; 0: none */
    int64_t connect_timeout_ms;   /* 0: connect_timeout of the conninfo, else 15 seconds */
    int64_t silence_ms;           /* PostgreSQL: how long the server may be silent before a second
                                     connection asks whether it still works for us; 0: 10 seconds */
    int64_t fate_timeout_ms; /* PostgreSQL: how long to ask for the fate of a COMMIT whose answer
                                was lost; 0: 30 seconds */
} gm_db_options;

/* GM_E_CONNECT; GM_E_LOCKED for a SQLite file that stays busy. */
gm_code gm_db_open(gm_arena *arena, const gm_db_options *options, gm_db **db, gm_err *err);
void gm_db_close(gm_db *db); /* rolls back; NULL is fine */
void gm_db_drop(gm_db **db); /* for GM_CLEANUP */

gm_dialect gm_db_dialect(const gm_db *db);
gm_str gm_db_shown(const gm_db *db);
/* "SQLite 3.40.1", "PostgreSQL 15.18" */
gm_str gm_db_version(gm_db *db);

/*
 * Cancels the running statement, or the wait for a lock, from another thread or a signal handler:
 * it fails with GM_E_INTERRUPTED. When none is running, or the running one comes to its end all the
 * same, the next one fails. That failure uses the interrupt up. BEGIN, COMMIT and ROLLBACK are not
 * interrupted. Async-signal-safe.
 */
void gm_db_interrupt(gm_db *db);

/* ---- statements ---- */

typedef struct {
    gm_str text;
    bool null;
} gm_value;

typedef struct {
    gm_strs columns;
    GM_VEC(gm_value *) rows; /* each with columns.len values */
} gm_rows;

/*
 * Runs exactly one statement as it is, results thrown away; two in one text are refused by the
 * server (PostgreSQL: extended protocol) or by us (SQLite). GM_E_SQL with the server's message,
 * SQLSTATE, DETAIL, HINT, CONTEXT, and the statement; *position (may be NULL) is the 1-based
 * character the server points at, 0 when none. GM_E_DATABASE when the connection is gone or the
 * disk is full, GM_E_LOCKED on a lock timeout.
 */
gm_code gm_db_execute(gm_db *db, gm_str sql, size_t *position, gm_err *err);

/* COPY … FROM STDIN with its data (lines, without the final "\."). PostgreSQL only. */
gm_code gm_db_copy_in(gm_db *db, gm_str sql, gm_str data, gm_err *err);

/*
 * A statement with parameters ($1, $2, … on both engines) and its rows. Values are bound as text:
 * cast them where SQLite has no column whose affinity would do it.
 */
gm_code gm_db_query(gm_arena *arena, gm_db *db, const char *sql, const gm_value *params,
                    size_t count, gm_rows *rows, gm_err *err);

/* Rows that the last statement inserted, updated or deleted; 0 where that says nothing. */
int64_t gm_db_changed_rows(const gm_db *db);

/* ---- transactions ---- */

typedef enum { GM_TX_NONE, GM_TX_OPEN, GM_TX_FAILED, GM_TX_LOST } gm_tx_state;

gm_tx_state gm_db_tx_state(gm_db *db); /* asks the connection, not a memory of ours */

/* SQLite: BEGIN IMMEDIATE (a deferred one would fail at once on upgrade, whatever the busy
 * timeout). */
gm_code gm_db_begin(gm_db *db, gm_err *err);
gm_code gm_db_rollback(gm_db *db, gm_err *err); /* fine when the engine has rolled back by itself */

/*
 * Commits. GM_E_SQL: the server rolled back (also a COMMIT answered with ROLLBACK). When the
 * connection is lost while COMMIT is under way, a new connection asks the server for the
 * transaction's fate (pg_xact_status): GM_OK when it was committed, GM_E_DATABASE when not,
 * GM_E_COMMIT_UNKNOWN when nobody can say within the deadline.
 */
gm_code gm_db_commit(gm_db *db, gm_err *err);

/*
 * Ends a transaction with whose statements `code` came back: commits when it is GM_OK, else rolls
 * back, and gives it back; also where COMMIT fails. What the rollback itself says is of no use: the
 * engine may have rolled back already, or the connection is gone, which ends in the same state.
 */
gm_code gm_db_end(gm_db *db, gm_code code, gm_err *err);

/* ---- one runner at a time ---- */

/*
 * Tries for gmig's own lock over `name` (the ledger's qualified name), held by the session until it
 * ends or gm_db_unlock. Polls with jitter up to `wait_ms`; GM_E_LOCKED then names the holder where
 * the server knows it. PostgreSQL: pg_try_advisory_lock in autocommit. SQLite: an exclusive lock on
 * a file beside the database
 * ("NAME-gmig-lock", flock), so that steps outside transactions are covered too; a no-op for
 * :memory:. `waiting` (may be NULL) is called once when it has to wait, with the holder.
 */
typedef void gm_db_waiting(void *data, gm_str holder);
gm_code gm_db_lock(gm_db *db, gm_str name, int64_t wait_ms, gm_db_waiting *waiting, void *data,
                   gm_err *err);
/* How often the connection was replaced by a new one, which holds no lock: by gm_db_commit that had
 * to ask for its own fate. */
unsigned gm_db_reconnects(const gm_db *db);
bool gm_db_lock_held(gm_db *db); /* asks the server; SET or DISCARD in a file may have dropped it */
void gm_db_unlock(gm_db *db);

/* GM_E_REFUSED behind a transaction-pooling proxy (the backend's pid differs from the one that
 * answered at start). */
gm_code gm_db_refuse_pooler(gm_db *db, gm_err *err);

/* ---- session ---- */

/* Back to the settings of the connection's start (search_path, role, timeouts) after a user's
 * statements. */
gm_code gm_db_reset_session(gm_db *db, gm_err *err);
gm_code gm_db_set_timeouts(gm_db *db, int64_t lock_ms, int64_t statement_ms, gm_err *err);

/* SQLite: PRAGMA foreign_keys, which only counts outside a transaction; reads it back. Always true
 * on PostgreSQL. */
gm_code gm_db_foreign_keys(gm_db *db, bool on, bool *was, gm_err *err);

typedef struct {
    size_t count;
    gm_strs lines; /* of the first hundred, one each: "row 5 of cards points to …" */
} gm_violations;

/* SQLite: PRAGMA foreign_key_check; none on PostgreSQL. */
gm_code gm_db_foreign_key_violations(gm_arena *arena, gm_db *db, gm_violations *found, gm_err *err);

/* ---- catalogue ---- */

gm_code gm_db_table_exists(gm_db *db, gm_str schema, gm_str table, bool *exists, gm_err *err);
gm_code gm_db_current_schema(gm_arena *arena, gm_db *db, gm_str *schema,
                             gm_err *err); /* SQLite: "main" */
/*
 * Makes `name`, which begins with GM_DB_BESIDE, a schema that is gmig's own and no part of the
 * database: the file DATABASE.name beside a SQLite one, which is made only with `create`. *there is
 * false where there is none that can be read, or `create` and it cannot be written; with `create`
 * a file that is no database is an error. So is one that is busy. On PostgreSQL it is a schema like
 * any other, and nothing is done. Not within a transaction.
 */
#define GM_DB_BESIDE "gmig_"
gm_code gm_db_attach_beside(gm_db *db, gm_str name, bool create, bool *there, gm_err *err);

/* The user's tables ("schema.table" on PostgreSQL), without system tables, in byte order. */
gm_code gm_db_tables(gm_arena *arena, gm_db *db, gm_strs *tables, gm_err *err);

gm_str gm_db_quote_name(gm_arena *arena, gm_str name);
gm_str gm_db_quote_text(gm_arena *arena, gm_dialect dialect, gm_str text);

/*
 * A checked copy of the database at `path`: SQLite's online backup API and an integrity check;
 * `pg_dump -Fc` and a look at it by `pg_restore --list`. Written beside `path` and renamed, so a
 * name that is there holds a whole backup; an existing file is GM_E_REFUSED.
 */
gm_code gm_db_backup(gm_db *db, gm_str path, gm_err *err);

#endif
