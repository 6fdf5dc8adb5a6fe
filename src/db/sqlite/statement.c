/* SPDX-License-Identifier: Apache-2.0 */
#include "db/sqlite/sqlite.h"

#include <stdio.h>

#include "base/clock.h"

/* ---- waiting and stopping ---- */

/*
 * SQLite calls this again and again while another program holds the file. Its own busy timeout
 * would sleep through an interrupt.
 */
int gm_sqlite_on_busy(void *data, int tries)
{
    static const int64_t pauses[] = {1, 2, 5, 10, 15, 20, 25, 25, 50, 50, 100};
    const int last = (int)(sizeof(pauses) / sizeof(pauses[0])) - 1;
    gm_sqlite *db = data;
    int64_t now = gm_clock_ms();
    if (tries == 0)
        db->busy_until = now + db->busy_ms;
    int64_t left = db->busy_until - now;
    if (left <= 0)
        return 0;
    int64_t pause = pauses[tries < last ? tries : last];
    pause = pause < left ? pause : left;
    if (gm_db_pause(&db->base, pause))
        return 1;
    if (!db->holding)
        return 0;
    sqlite3_sleep((int)pause); /* the interrupt is for the next statement */
    return 1;
}

int gm_sqlite_on_progress(void *data)
{
    gm_sqlite *db = data;
    if (db->holding)
        return 0;
    if (atomic_load(&db->base.interrupted))
        db->stopped = true;
    else if (db->deadline && gm_clock_ms() > db->deadline)
        db->timed_out = true;
    return db->stopped || db->timed_out;
}

static void start_clock(gm_sqlite *db)
{
    db->stopped = false;
    db->timed_out = false;
    db->deadline = db->statement_ms ? gm_clock_ms() + db->statement_ms : 0;
}

/* ---- preparing ---- */

/* Characters, not bytes: what an editor counts. */
static size_t position_of(gm_str sql, int offset)
{
    if (offset < 0)
        return 0;
    size_t position = 1;
    for (size_t i = 0; i < (size_t)offset && i < sql.len; i++)
        position += (sql.ptr[i] & 0xc0) != 0x80;
    return position;
}

/* Whether something runnable is left behind the first statement. */
static bool has_more(gm_sqlite *db, gm_str rest)
{
    while (rest.len) {
        sqlite3_stmt *next = NULL;
        const char *tail = NULL;
        int code = sqlite3_prepare_v3(db->handle, rest.ptr, (int)rest.len, 0, &next, &tail);
        bool runnable = code != SQLITE_OK || next;
        sqlite3_finalize(next);
        if (runnable || tail == rest.ptr)
            return true;
        rest = gm_str_sub(rest, (size_t)(tail - rest.ptr), rest.len);
    }
    return false;
}

static gm_code prepare(gm_sqlite *db, gm_str sql, sqlite3_stmt **statement, size_t *position,
                       gm_err *err)
{
    const char *tail = sql.ptr;
    sqlite3_stmt *prepared = NULL;
    if (sql.len > (size_t)sqlite3_limit(db->handle, SQLITE_LIMIT_SQL_LENGTH, -1))
        return gm_fail(err, GM_E_SQL, "the statement is longer than SQLite takes (%zu bytes)",
                       sql.len);
    if (sql.len && memchr(sql.ptr, '\0', sql.len))
        return gm_fail(err, GM_E_SQL, "the statement has a NUL byte");
    int code = sqlite3_prepare_v3(db->handle, sql.ptr, (int)sql.len, 0, &prepared, &tail);
    if (code != SQLITE_OK) {
        *position = position_of(sql, sqlite3_error_offset(db->handle));
        if ((code & 0xff) == SQLITE_INTERRUPT && db->stopped)
            gm_db_take_interrupt(&db->base);
        return gm_sqlite_fail(db, code, sql, err);
    }
    gm_str rest = tail ? gm_str_sub(sql, (size_t)(tail - sql.ptr), sql.len) : (gm_str){0};
    if (has_more(db, rest)) {
        sqlite3_finalize(prepared);
        gm_fail(err, GM_E_SQL, "several statements were sent as one");
        err->statement = gm_str_dup(err->arena, sql);
        return err->code;
    }
    *statement = prepared;
    return GM_OK;
}

/* ---- running ---- */

/*
 * The error must be read before the statement is finalized, and whether SQLite has rolled back by
 * itself (https://sqlite.org/lang_transaction.html) after it.
 */
static gm_code fail_step(gm_sqlite *db, sqlite3_stmt *statement, int code, bool was_open,
                         gm_str sql, gm_err *err)
{
    /* Busy because the wait was broken off: that is the interrupt's doing. */
    if ((code & 0xff) == SQLITE_BUSY && !db->holding && atomic_load(&db->base.interrupted))
        db->stopped = true;
    if (db->stopped)
        gm_db_take_interrupt(&db->base);
    gm_sqlite_fail(db, code, sql, err);
    sqlite3_finalize(statement);
    if (was_open && sqlite3_get_autocommit(db->handle))
        err->detail = gm_str_printf(err->arena, "%.*s%sSQLite has rolled the transaction back",
                                    GM_ARG(err->detail), err->detail.len ? "\n" : "");
    return err->code;
}

gm_code gm_sqlite_execute(gm_db *base, gm_str sql, size_t *position, gm_err *err)
{
    gm_sqlite *db = gm_sqlite_of(base);
    sqlite3_stmt *statement = NULL;
    start_clock(db);
    GM_TRY(prepare(db, sql, &statement, position, err));
    base->changed_rows = 0;
    if (!statement)
        return GM_OK; /* blanks and comments */
    db->touched = db->touched || gm_sqlite_touches_session(sql);
    bool was_open = !sqlite3_get_autocommit(db->handle);
    bool counts = !sqlite3_stmt_readonly(statement);
    sqlite3_int64 before = sqlite3_total_changes64(db->handle);
    int code;
    do
        code = sqlite3_step(statement);
    while (code == SQLITE_ROW);
    if (code != SQLITE_DONE)
        return fail_step(db, statement, code, was_open, sql, err);
    if (counts && sqlite3_total_changes64(db->handle) != before)
        base->changed_rows = sqlite3_changes64(db->handle);
    sqlite3_finalize(statement);
    return GM_OK;
}

gm_code gm_sqlite_run(gm_sqlite *db, const char *sql, gm_err *err)
{
    size_t position = 0;
    bool touched = db->touched;
    gm_code code = gm_sqlite_execute(&db->base, gm_str_from(sql), &position, err);
    db->touched = touched;
    return code;
}

/* $1, $2 … are names to SQLite, numbered as they come: ask for each by its name. */
static int bind(sqlite3_stmt *statement, const gm_value *params, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof(name), "$%zu", i + 1);
        int index = sqlite3_bind_parameter_index(statement, name);
        if (index == 0)
            continue;
        int code = params[i].null
                       ? sqlite3_bind_null(statement, index)
                       : sqlite3_bind_text64(statement, index,
                                             params[i].text.ptr ? params[i].text.ptr : "",
                                             params[i].text.len, SQLITE_STATIC, SQLITE_UTF8);
        if (code != SQLITE_OK)
            return code;
    }
    return SQLITE_OK;
}

static gm_value *read_row(gm_arena *arena, sqlite3_stmt *statement, size_t columns)
{
    gm_value *row = gm_new_array(arena, columns ? columns : 1, gm_value);
    for (size_t i = 0; i < columns; i++) {
        int column = (int)i;
        row[i].null = sqlite3_column_type(statement, column) == SQLITE_NULL;
        const void *text = sqlite3_column_text(statement, column);
        int len = sqlite3_column_bytes(statement, column);
        if (text && len > 0)
            row[i].text = gm_str_dup(arena, gm_str_of(text, (size_t)len));
    }
    return row;
}

gm_code gm_sqlite_query(gm_arena *arena, gm_db *base, const char *sql, const gm_value *params,
                        size_t count, gm_rows *rows, gm_err *err)
{
    gm_sqlite *db = gm_sqlite_of(base);
    gm_str text = gm_str_from(sql);
    sqlite3_stmt *statement = NULL;
    size_t position = 0;
    start_clock(db);
    GM_TRY(prepare(db, text, &statement, &position, err));
    base->changed_rows = 0;
    if (!statement)
        return GM_OK;
    bool was_open = !sqlite3_get_autocommit(db->handle);
    sqlite3_int64 before = sqlite3_total_changes64(db->handle);
    size_t columns = (size_t)sqlite3_column_count(statement);
    for (size_t i = 0; i < columns; i++)
        gm_vec_push(arena, &rows->columns,
                    gm_str_dup(arena, gm_str_from(sqlite3_column_name(statement, (int)i))));
    int code = bind(statement, params, count);
    if (code == SQLITE_OK)
        while ((code = sqlite3_step(statement)) == SQLITE_ROW)
            gm_vec_push(arena, &rows->rows, read_row(arena, statement, columns));
    if (code != SQLITE_DONE)
        return fail_step(db, statement, code, was_open, text, err);
    if (sqlite3_total_changes64(db->handle) != before)
        base->changed_rows = sqlite3_changes64(db->handle);
    sqlite3_finalize(statement);
    return GM_OK;
}

gm_code gm_sqlite_number(gm_sqlite *db, const char *sql, int64_t none, int64_t *value, gm_err *err)
{
    sqlite3_stmt *statement = NULL;
    size_t position = 0;
    start_clock(db);
    GM_TRY(prepare(db, gm_str_from(sql), &statement, &position, err));
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return fail_step(db, statement, code, false, gm_str_from(sql), err);
    *value = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : none;
    sqlite3_finalize(statement);
    return GM_OK;
}
