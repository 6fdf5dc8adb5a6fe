/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_SQLITE_SQLITE_H
#define GM_DB_SQLITE_SQLITE_H

/*
 * What the files of db/sqlite share. https://sqlite.org/c3ref/intro.html
 */

#include <sqlite3.h>

#include "db/ops.h"

typedef struct {
    gm_db base;
    sqlite3 *handle;
    const char *path;       /* as SQLite resolved it; "" for :memory: */
    int64_t busy_ms;        /* how long to wait for a lock of the file */
    int64_t statement_ms;   /* 0: no limit */
    int64_t deadline;       /* of the running statement, gm_clock_ms; 0: none */
    int64_t busy_until;     /* end of the present wait for the file */
    bool holding;           /* in COMMIT or ROLLBACK: nothing stops it */
    bool stopped;           /* the progress handler ended the statement because of an interrupt */
    bool timed_out;         /* … because of its deadline */
    bool touched;           /* a statement may have changed the session's settings */
    const int64_t *pragmas; /* the values of the session's settings at the start: session.c */
    int lock_fd;            /* -1: not held */
    const char *lock_path;
} gm_sqlite;

static inline gm_sqlite *gm_sqlite_of(gm_db *db)
{
    return (gm_sqlite *)(void *)db;
}

/* ---- errors.c ---- */

/* The name of an extended result code: "SQLITE_CONSTRAINT_FOREIGNKEY". */
const char *gm_sqlite_code_name(int code);

/*
 * Fills `err` from the connection's last error, before anything else is asked of it. `statement`
 * may be empty.
 */
gm_code gm_sqlite_fail(gm_sqlite *db, int code, gm_str statement, gm_err *err);

/* The same for an error in opening the file: GM_E_CONNECT (GM_E_LOCKED when it stays busy). */
gm_code gm_sqlite_fail_open(gm_sqlite *db, int code, gm_err *err);

/* ---- statement.c ---- */

gm_code gm_sqlite_execute(gm_db *db, gm_str sql, size_t *position, gm_err *err);
gm_code gm_sqlite_query(gm_arena *arena, gm_db *db, const char *sql, const gm_value *params,
                        size_t count, gm_rows *rows, gm_err *err);
/* A statement of our own without results. */
gm_code gm_sqlite_attach_beside(gm_db *base, gm_str name, bool create, bool *there, gm_err *err);
gm_code gm_sqlite_run(gm_sqlite *db, const char *sql, gm_err *err);
/* The first column of the first row as a number; `none` when there is no row. */
gm_code gm_sqlite_number(gm_sqlite *db, const char *sql, int64_t none, int64_t *value, gm_err *err);

/* Callbacks of the connection: wait for a busy file, look whether to stop. */
int gm_sqlite_on_busy(void *data, int tries);
int gm_sqlite_on_progress(void *data);

/* ---- lock.c, session.c, catalogue.c, backup.c: as ops.h ---- */

gm_code gm_sqlite_try_lock(gm_arena *arena, gm_db *db, gm_str name, bool *got, gm_str *holder,
                           gm_err *err);
bool gm_sqlite_lock_held(gm_db *db);
void gm_sqlite_unlock(gm_db *db);

/* Remembers the settings to go back to. */
gm_code gm_sqlite_keep_session(gm_sqlite *db, gm_err *err);
/* Tells whether this statement's first word changes settings. */
bool gm_sqlite_touches_session(gm_str sql);
gm_code gm_sqlite_reset_session(gm_db *db, gm_err *err);
gm_code gm_sqlite_set_timeouts(gm_db *db, int64_t lock_ms, int64_t statement_ms, gm_err *err);
gm_code gm_sqlite_foreign_keys(gm_db *db, bool on, bool *was, gm_err *err);
gm_code gm_sqlite_foreign_key_violations(gm_arena *arena, gm_db *db, gm_violations *found,
                                         gm_err *err);

gm_code gm_sqlite_table_exists(gm_db *db, gm_str schema, gm_str table, bool *exists, gm_err *err);
gm_code gm_sqlite_current_schema(gm_arena *arena, gm_db *db, gm_str *schema, gm_err *err);
gm_code gm_sqlite_tables(gm_arena *arena, gm_db *db, gm_strs *tables, gm_err *err);

gm_code gm_sqlite_backup(gm_db *db, gm_str path, gm_err *err);

#endif
