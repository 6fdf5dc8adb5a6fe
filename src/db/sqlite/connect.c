/* SPDX-License-Identifier: Apache-2.0 */
#include "db/sqlite/sqlite.h"

#include <signal.h>

#include "base/buf.h"
#include "base/file.h"
#include "db/sqlite/introspect.h"

enum { DEFAULT_BUSY_MS = 5000, PROGRESS_EVERY = 1000 };

static bool in_memory(const gm_db_options *options)
{
    return gm_str_is(options->location, ":memory:");
}

static void close_handle(gm_db *base)
{
    gm_sqlite *db = gm_sqlite_of(base);
    gm_err ignored = gm_err_new(base->arena);
    base->ops->rollback(base, &ignored);
    gm_sqlite_unlock(base);
    sqlite3_close_v2(db->handle);
    db->handle = NULL;
}

static gm_str version(gm_db *base)
{
    return gm_str_printf(base->arena, "SQLite %s", sqlite3_libversion());
}

static gm_tx_state tx_state(gm_db *base)
{
    return sqlite3_get_autocommit(gm_sqlite_of(base)->handle) ? GM_TX_NONE : GM_TX_OPEN;
}

/* A statement that an interrupt or a deadline must not cut. */
static gm_code run_whole(gm_sqlite *db, const char *sql, gm_err *err)
{
    db->holding = true;
    gm_code code = gm_sqlite_run(db, sql, err);
    db->holding = false;
    return code;
}

static gm_code begin(gm_db *base, gm_err *err)
{
    /* A read-only connection cannot take the write lock that IMMEDIATE asks for. */
    return gm_sqlite_run(gm_sqlite_of(base), base->options.read_only ? "BEGIN" : "BEGIN IMMEDIATE",
                         err);
}

static gm_code rollback(gm_db *base, gm_err *err)
{
    gm_sqlite *db = gm_sqlite_of(base);
    /* A full disk, an I/O error and others have rolled back already; ROLLBACK would then hide their
     * message behind "cannot rollback - no transaction is active". */
    if (sqlite3_get_autocommit(db->handle))
        return GM_OK;
    return run_whole(db, "ROLLBACK", err);
}

static gm_code commit(gm_db *base, gm_err *err)
{
    gm_sqlite *db = gm_sqlite_of(base);
    if (sqlite3_get_autocommit(db->handle))
        return gm_fail(err, GM_E_SQL, "there is no transaction to commit");
    gm_code code = run_whole(db, "COMMIT", err);
    if (code == GM_OK)
        return GM_OK;
    /* A busy file or a broken deferred foreign key leaves the transaction open: end it, so that a
     * failed COMMIT means the same everywhere. */
    gm_err ignored = gm_err_new(err->arena);
    rollback(base, &ignored);
    return code;
}

static const gm_db_ops ops = {
    .close = close_handle,
    .version = version,
    .execute = gm_sqlite_execute,
    .query = gm_sqlite_query,
    .tx_state = tx_state,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .try_lock = gm_sqlite_try_lock,
    .lock_held = gm_sqlite_lock_held,
    .unlock = gm_sqlite_unlock,
    .reset_session = gm_sqlite_reset_session,
    .set_timeouts = gm_sqlite_set_timeouts,
    .foreign_keys = gm_sqlite_foreign_keys,
    .foreign_key_violations = gm_sqlite_foreign_key_violations,
    .table_exists = gm_sqlite_table_exists,
    .current_schema = gm_sqlite_current_schema,
    .tables = gm_sqlite_tables,
    .backup = gm_sqlite_backup,
    .attach_beside = gm_sqlite_attach_beside,
    .introspect = gm_sqlite_introspect,
};

/* What SQLite would call "unable to open database file", said before it does. */
static gm_code refuse_place(const gm_db_options *options, gm_err *err)
{
    gm_str path = options->location;
    gm_str folder = gm_path_folder(path);
    if (gm_file_is_folder(path)) {
        gm_fail(err, GM_E_CONNECT, "cannot open %.*s: it is a folder", GM_ARG(options->shown));
        return gm_hint(err, "Name a file, not a folder.");
    }
    if (gm_file_exists(path))
        return GM_OK;
    if (options->read_only || !options->create) {
        gm_fail(err, GM_E_CONNECT, "there is no database at %.*s", GM_ARG(path));
        return gm_hint(err, "Look at the path; `gmig upgrade` makes the file.");
    }
    if (folder.len && !gm_file_is_folder(folder)) {
        gm_fail(err, GM_E_CONNECT, "cannot make %.*s: there is no folder %.*s",
                GM_ARG(options->shown), GM_ARG(folder));
        return gm_hint(err, "Make the folder first: mkdir -p %.*s", GM_ARG(folder));
    }
    return GM_OK;
}

/*
 * SQLite opens a file that it may not write as if read-only had been asked for, and reads nothing
 * of it before the first statement: both come out here, not in the middle of a run.
 */
static gm_code look_inside(gm_sqlite *db, gm_err *err)
{
    const gm_db_options *options = &db->base.options;
    sqlite3_stmt *statement = NULL;
    int code =
        sqlite3_prepare_v2(db->handle, "SELECT count(*) FROM sqlite_schema", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement) == SQLITE_ROW ? SQLITE_OK
                                                     : sqlite3_extended_errcode(db->handle);
    if (code != SQLITE_OK)
        gm_sqlite_fail_open(db, code, err);
    sqlite3_finalize(statement);
    if (code != SQLITE_OK)
        return err->code;
    if (options->read_only || sqlite3_db_readonly(db->handle, "main") != 1)
        return GM_OK;
    gm_fail(err, GM_E_CONNECT, "cannot write to %.*s: the file is read-only",
            GM_ARG(options->shown));
    err->sqlstate = GM_STR("SQLITE_READONLY");
    return gm_hint(err, "Give this user write permission to the file and to its folder.");
}

static gm_code set_up(gm_sqlite *db, gm_err *err)
{
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_busy_handler(db->handle, gm_sqlite_on_busy, db);
    sqlite3_progress_handler(db->handle, PROGRESS_EVERY, gm_sqlite_on_progress, db);
    GM_TRY(look_inside(db, err));
    const char *path = sqlite3_db_filename(db->handle, "main");
    db->path = gm_str_z(db->base.arena, gm_str_from(path));
    return gm_sqlite_keep_session(db, err);
}

gm_code gm_sqlite_open(const gm_db *start, gm_db **opened, gm_err *err)
{
    const gm_db_options *options = &start->options;
    gm_sqlite *db = gm_new(start->arena, gm_sqlite);
    db->base = *start;
    db->base.ops = &ops;
    db->lock_fd = -1;
    db->busy_ms = options->lock_timeout_ms ? options->lock_timeout_ms : DEFAULT_BUSY_MS;
    db->statement_ms = options->statement_timeout_ms;
    if (!in_memory(options))
        GM_TRY(refuse_place(options, err));
    /* Beyond the file size limit a write must fail, and SQLite roll back, instead of the signal
     * ending the process. It stays ignored: other connections may be open. */
    signal(SIGXFSZ, SIG_IGN);
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |=
        options->read_only && !in_memory(options) ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (options->create && !options->read_only)
        flags |= SQLITE_OPEN_CREATE;
    const char *location = gm_str_z(start->arena, options->location);
    int code = sqlite3_open_v2(location, &db->handle, flags, NULL);
    gm_code answer = code == SQLITE_OK ? set_up(db, err) : gm_sqlite_fail_open(db, code, err);
    if (answer != GM_OK) {
        sqlite3_close_v2(db->handle);
        return answer;
    }
    *opened = &db->base;
    return GM_OK;
}
