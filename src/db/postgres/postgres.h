/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_POSTGRES_POSTGRES_H
#define GM_DB_POSTGRES_POSTGRES_H

/*
 * What the files of db/postgres share.
 */

#include "db/ops.h"
#include "db/postgres/libpq.h"

typedef struct {
    gm_db base;
    const gm_libpq *pq;
    PGconn *conn;       /* never NULL between open and close; `lost` says when it is dead */
    bool lost;          /* no statement can be sent any more */
    gm_strs secrets;    /* texts that no message may show */
    gm_str application; /* application_name when the user sets none */
    int64_t connect_ms;
    int64_t lock_timeout_ms; /* as they are to be in the session */
    int64_t statement_timeout_ms;
    int backend;    /* pid of the server process; 0 behind a pooler, where it may change */
    bool pooled;    /* the process that answers is not the one that the connection was told of */
    bool plain;     /* the server does not take all that gm_pg_greet would like */
    gm_str started; /* when the server was started; with `timeline` it tells servers apart */
    gm_str timeline;
    gm_str lock_name; /* of the lock that was taken; empty: none */
    char xid[24];     /* of the transaction at hand; empty: ask for it */
    int64_t deadline; /* gm_clock_ms at which the running statement is cancelled; 0: never */
    int64_t give_up;  /* when it was cancelled at its deadline: gm_clock_ms at which the connection
                         counts as lost; else 0 */
} gm_pg;

static inline gm_pg *gm_pg_of(gm_db *db)
{
    return (gm_pg *)(void *)db;
}

/* ---- errors.c ---- */

/* `text` without the connection's secrets and without blank lines at its end. */
gm_str gm_pg_scrub(gm_arena *arena, const gm_pg *pg, const char *text);

/* Fills `err` from a failed result; *position may be NULL. Takes note when the connection is gone.
 */
gm_code gm_pg_fail(gm_pg *pg, const PGresult *result, gm_str statement, size_t *position,
                   gm_err *err);

/* The connection is gone: marks it so. `why` NULL: libpq's own words. */
gm_code gm_pg_lost(gm_pg *pg, const char *why, gm_err *err);

/* The statement was cancelled at its deadline. */
gm_code gm_pg_late(gm_pg *pg, gm_err *err);

/* ---- connect.c ---- */

/*
 * Makes a connection within `ms`, into `pg->conn`. What pg has besides conn stays. On failure
 * *refused (may be NULL) tells whether a server answered at all.
 */
gm_code gm_pg_dial(gm_pg *pg, int64_t ms, bool *answered, gm_err *err);

/* A second connection to the same place, for a question about the first. NULL ops: close it with
 * gm_pg_hang_up. */
gm_pg gm_pg_second(const gm_pg *pg);
void gm_pg_hang_up(gm_pg *pg);

/* Sets what gmig wants of a session, and asks who it talks to. */
gm_code gm_pg_greet(gm_pg *pg, gm_err *err);

/* ---- wait.c ---- */

/*
 * Waits for the next result of what was sent; NULL at its end. With `stoppable` an interrupt
 * cancels the statement. GM_E_DATABASE when the connection is lost, or the server is silent and a
 * second connection finds that nothing will come.
 */
gm_code gm_pg_next_result(gm_pg *pg, bool stoppable, PGresult **result, gm_err *err);

/* Sends what libpq still holds back; as above. */
gm_code gm_pg_flush(gm_pg *pg, bool stoppable, gm_err *err);

/* Waits until there may be more input; as above. */
gm_code gm_pg_wait_input(gm_pg *pg, bool stoppable, gm_err *err);

/* ---- statement.c ---- */

typedef struct {
    const char *sql; /* NUL-terminated */
    const char *const *params;
    int count;
    bool several;      /* our own words: may be several statements, without parameters */
    bool unstoppable;  /* an interrupt waits for the next statement */
    gm_str copy;       /* data for COPY … FROM STDIN */
    bool expects_copy; /* anything but COPY … FROM STDIN is an error */
    gm_arena *arena;   /* where `rows` go */
    gm_rows *rows;     /* NULL: thrown away as they come */
} gm_pg_request;

typedef struct {
    char tag[64]; /* of the last command: "COMMIT" */
    size_t position;
} gm_pg_reply;

gm_code gm_pg_run(gm_pg *pg, const gm_pg_request *request, gm_pg_reply *reply, gm_err *err);

/* Our own statement with parameters and rows; never interrupted when `unstoppable`. */
gm_code gm_pg_ask(gm_arena *arena, gm_pg *pg, const char *sql, const gm_value *params, size_t count,
                  gm_rows *rows, gm_err *err);
/* One or several statements of ours, results thrown away. */
gm_code gm_pg_tell(gm_pg *pg, const char *sql, gm_err *err);

/* ---- as ops.h ---- */

gm_code gm_pg_execute(gm_db *db, gm_str sql, size_t *position, gm_err *err);
gm_code gm_pg_copy_in(gm_db *db, gm_str sql, gm_str data, gm_err *err);
gm_code gm_pg_query(gm_arena *arena, gm_db *db, const char *sql, const gm_value *params,
                    size_t count, gm_rows *rows, gm_err *err);

gm_tx_state gm_pg_tx_state(gm_db *db);
gm_code gm_pg_begin(gm_db *db, gm_err *err);
gm_code gm_pg_commit(gm_db *db, gm_err *err);
gm_code gm_pg_rollback(gm_db *db, gm_err *err);

/*
 * What became of transaction `xid`, whose COMMIT got no answer: GM_OK when it was committed,
 * GM_E_DATABASE when not, GM_E_COMMIT_UNKNOWN when nobody can say. In the first two cases `pg` has
 * a new connection.
 */
gm_code gm_pg_fate(gm_pg *pg, gm_str xid, gm_err *err);

gm_code gm_pg_try_lock(gm_arena *arena, gm_db *db, gm_str name, bool *got, gm_str *holder,
                       gm_err *err);
bool gm_pg_lock_held(gm_db *db);
void gm_pg_unlock(gm_db *db);
gm_code gm_pg_refuse_pooler(gm_db *db, gm_err *err);

gm_code gm_pg_reset_session(gm_db *db, gm_err *err);
gm_code gm_pg_set_timeouts(gm_db *db, int64_t lock_ms, int64_t statement_ms, gm_err *err);

gm_code gm_pg_table_exists(gm_db *db, gm_str schema, gm_str table, bool *exists, gm_err *err);
gm_code gm_pg_current_schema(gm_arena *arena, gm_db *db, gm_str *schema, gm_err *err);
gm_code gm_pg_tables(gm_arena *arena, gm_db *db, gm_strs *tables, gm_err *err);

gm_code gm_pg_backup(gm_db *db, gm_str path, gm_err *err);

#endif
