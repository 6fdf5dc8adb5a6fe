/* SPDX-License-Identifier: Apache-2.0 */
#include "db/ops.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

/* ---- opening and closing ---- */

gm_code gm_db_open(gm_arena *arena, const gm_db_options *options, gm_db **db, gm_err *err)
{
    gm_db start = {.arena = arena, .options = *options};
    start.options.location = gm_str_dup(arena, options->location);
    start.options.shown = gm_str_dup(arena, options->shown);
    /* Both ends must not block: a signal handler writes to one, and the other is drained. */
    if (pipe2(start.wake, O_CLOEXEC | O_NONBLOCK) != 0)
        return gm_fail(err, GM_E_CONNECT, "cannot make a pipe: %s", strerror(errno));
    gm_code code = options->dialect == GM_SQLITE ? gm_sqlite_open(&start, db, err)
                                                 : gm_postgres_open(&start, db, err);
    if (code == GM_OK)
        return GM_OK;
    close(start.wake[0]);
    close(start.wake[1]);
    return code;
}

void gm_db_close(gm_db *db)
{
    if (!db)
        return;
    db->ops->close(db);
    close(db->wake[0]);
    close(db->wake[1]);
    db->ops = NULL;
}

void gm_db_drop(gm_db **db)
{
    gm_db_close(*db);
    *db = NULL;
}

gm_dialect gm_db_dialect(const gm_db *db)
{
    return db->options.dialect;
}

gm_str gm_db_shown(const gm_db *db)
{
    return db->options.shown;
}

gm_str gm_db_version(gm_db *db)
{
    return db->ops->version(db);
}

/* ---- interrupts ---- */

void gm_db_interrupt(gm_db *db)
{
    int saved = errno;
    atomic_store(&db->interrupted, true);
    /* A full pipe wakes as well as one more byte would. */
    ssize_t ignored = write(db->wake[1], "!", 1);
    (void)ignored;
    errno = saved;
}

bool gm_db_take_interrupt(gm_db *db)
{
    if (!atomic_exchange(&db->interrupted, false))
        return false;
    char bytes[64];
    while (read(db->wake[0], bytes, sizeof(bytes)) > 0)
        continue;
    return true;
}

gm_code gm_db_interrupted(gm_db *db, const char *what, gm_err *err)
{
    return gm_fail(err, GM_E_INTERRUPTED, "%s was interrupted on %.*s", what,
                   GM_ARG(db->options.shown));
}

bool gm_db_pause(gm_db *db, int64_t ms)
{
    struct pollfd wake = {.fd = db->wake[0], .events = POLLIN};
    int64_t end = gm_clock_ms() + ms;
    while (!atomic_load(&db->interrupted)) {
        int64_t left = end - gm_clock_ms();
        if (left <= 0)
            return true;
        poll(&wake, 1, left > 60000 ? 60000 : (int)left);
    }
    return false;
}

/* ---- statements and transactions ---- */

gm_code gm_db_execute(gm_db *db, gm_str sql, size_t *position, gm_err *err)
{
    size_t ignored = 0;
    size_t *where = position ? position : &ignored;
    *where = 0;
    if (gm_db_take_interrupt(db))
        return gm_db_interrupted(db, "the run", err);
    return db->ops->execute(db, sql, where, err);
}

gm_code gm_db_copy_in(gm_db *db, gm_str sql, gm_str data, gm_err *err)
{
    if (!db->ops->copy_in) {
        gm_fail(err, GM_E_SQL, "COPY … FROM STDIN is a statement of PostgreSQL");
        return gm_hint(
            err, "Write its rows as INSERT, or put the statement into a section for postgres.");
    }
    if (gm_db_take_interrupt(db))
        return gm_db_interrupted(db, "the run", err);
    return db->ops->copy_in(db, sql, data, err);
}

gm_code gm_db_query(gm_arena *arena, gm_db *db, const char *sql, const gm_value *params,
                    size_t count, gm_rows *rows, gm_err *err)
{
    if (gm_db_take_interrupt(db))
        return gm_db_interrupted(db, "the run", err);
    gm_rows answer = {0};
    GM_TRY(db->ops->query(arena, db, sql, params, count, &answer, err));
    if (rows)
        *rows = answer;
    return GM_OK;
}

gm_str gm_rows_only(const gm_rows *rows)
{
    if (rows->rows.len != 1 || rows->columns.len != 1 || rows->rows.items[0][0].null)
        return (gm_str){0};
    return rows->rows.items[0][0].text;
}

unsigned gm_db_reconnects(const gm_db *db)
{
    return db->reconnects;
}

int64_t gm_db_changed_rows(const gm_db *db)
{
    return db->changed_rows;
}

gm_tx_state gm_db_tx_state(gm_db *db)
{
    return db->ops->tx_state(db);
}

gm_code gm_db_begin(gm_db *db, gm_err *err)
{
    return db->ops->begin(db, err);
}

gm_code gm_db_commit(gm_db *db, gm_err *err)
{
    return db->ops->commit(db, err);
}

gm_code gm_db_rollback(gm_db *db, gm_err *err)
{
    return db->ops->rollback(db, err);
}

gm_code gm_db_end(gm_db *db, gm_code code, gm_err *err)
{
    gm_err ignored = gm_err_new(err->arena);
    if (code == GM_OK)
        code = gm_db_commit(db, err);
    if (code != GM_OK)
        gm_db_rollback(db, &ignored);
    return code;
}

/* ---- one runner at a time ---- */

/*
 * How long to sleep before try number `tries`: from 50 ms doubling to 800 ms, of which up to a half
 * is chance, so that many waiting runners do not ask in step.
 */
static int64_t lock_pause(unsigned tries)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t full = (int64_t)50 << (tries < 4 ? tries : 4);
    return full - now.tv_nsec / 1000 % (full / 2);
}

static gm_code lock_refused(gm_db *db, gm_str holder, int64_t wait_ms, gm_err *err)
{
    if (holder.len)
        gm_fail(err, GM_E_LOCKED, "another runner works on %.*s: %.*s", GM_ARG(db->options.shown),
                GM_ARG(holder));
    else
        gm_fail(err, GM_E_LOCKED, "another runner works on %.*s", GM_ARG(db->options.shown));
    if (wait_ms > 0)
        return gm_hint(err,
                       "It was waited for %.1f s. Run again when it is done, or wait longer with "
                       "--wait.",
                       (double)wait_ms / 1000);
    return gm_hint(err, "Run again when it is done, or wait for it with --wait.");
}

gm_code gm_db_lock(gm_db *db, gm_str name, int64_t wait_ms, gm_db_waiting *waiting, void *data,
                   gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    int64_t end = gm_clock_ms() + wait_ms;
    for (unsigned tries = 0;; tries++) {
        bool got = false;
        gm_str holder = {0};
        if (gm_db_take_interrupt(db))
            return gm_db_interrupted(db, "the wait for the lock", err);
        GM_TRY(db->ops->try_lock(scratch, db, name, &got, &holder, err));
        if (got)
            return GM_OK;
        int64_t left = end - gm_clock_ms();
        if (left <= 0)
            return lock_refused(db, holder, wait_ms, err);
        if (tries == 0 && waiting)
            waiting(data, holder);
        int64_t pause = lock_pause(tries);
        gm_db_pause(db, pause < left ? pause : left);
    }
}

bool gm_db_lock_held(gm_db *db)
{
    return db->ops->lock_held(db);
}

void gm_db_unlock(gm_db *db)
{
    db->ops->unlock(db);
}

gm_code gm_db_attach_beside(gm_db *db, gm_str name, bool create, bool *there, gm_err *err)
{
    if (db->ops->attach_beside)
        return db->ops->attach_beside(db, name, create, there, err);
    *there = true;
    return GM_OK;
}

gm_code gm_db_refuse_pooler(gm_db *db, gm_err *err)
{
    return db->ops->refuse_pooler ? db->ops->refuse_pooler(db, err) : GM_OK;
}

/* ---- session ---- */

gm_code gm_db_reset_session(gm_db *db, gm_err *err)
{
    return db->ops->reset_session(db, err);
}

gm_code gm_db_set_timeouts(gm_db *db, int64_t lock_ms, int64_t statement_ms, gm_err *err)
{
    return db->ops->set_timeouts(db, lock_ms, statement_ms, err);
}

gm_code gm_db_foreign_keys(gm_db *db, bool on, bool *was, gm_err *err)
{
    bool before = true;
    if (db->ops->foreign_keys)
        GM_TRY(db->ops->foreign_keys(db, on, &before, err));
    if (was)
        *was = before;
    return GM_OK;
}

gm_code gm_db_foreign_key_violations(gm_arena *arena, gm_db *db, gm_violations *found, gm_err *err)
{
    gm_violations all = {0};
    if (db->ops->foreign_key_violations)
        GM_TRY(db->ops->foreign_key_violations(arena, db, &all, err));
    *found = all;
    return GM_OK;
}

/* ---- catalogue ---- */

gm_code gm_db_table_exists(gm_db *db, gm_str schema, gm_str table, bool *exists, gm_err *err)
{
    return db->ops->table_exists(db, schema, table, exists, err);
}

gm_code gm_db_current_schema(gm_arena *arena, gm_db *db, gm_str *schema, gm_err *err)
{
    return db->ops->current_schema(arena, db, schema, err);
}

gm_code gm_db_tables(gm_arena *arena, gm_db *db, gm_strs *tables, gm_err *err)
{
    gm_strs found = {0};
    GM_TRY(db->ops->tables(arena, db, &found, err));
    gm_strs_sort(&found);
    *tables = found;
    return GM_OK;
}

static gm_str quote(gm_arena *arena, gm_str text, const char *opening, char quote)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(&buf, opening);
    gm_buf_char(&buf, quote);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == quote || (text.ptr[i] == '\\' && opening[0]))
            gm_buf_char(&buf, text.ptr[i]);
        gm_buf_char(&buf, text.ptr[i]);
    }
    gm_buf_char(&buf, quote);
    return gm_buf_str(&buf);
}

gm_str gm_db_quote_name(gm_arena *arena, gm_str name)
{
    return quote(arena, name, "", '"');
}

/*
 * With a backslash PostgreSQL gets the E'' form, which reads the same whatever
 * standard_conforming_strings says.
 */
gm_str gm_db_quote_text(gm_arena *arena, gm_dialect dialect, gm_str text)
{
    return quote(arena, text, dialect == GM_POSTGRES && gm_str_has(text, '\\') ? "E" : "", '\'');
}

gm_code gm_db_backup(gm_db *db, gm_str path, gm_err *err)
{
    if (gm_db_take_interrupt(db))
        return gm_db_interrupted(db, "the backup", err);
    return db->ops->backup(db, path, err);
}
