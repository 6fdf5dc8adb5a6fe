/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What statements of a user's file may leave behind in a SQLite connection, and how to take it
 * back: pragmas, attached databases, temporary tables. https://sqlite.org/pragma.html
 */

#include "db/sqlite/sqlite.h"

#include "base/buf.h"

/* Pragmas that belong to the connection and not to the file, and can be read. */
static const char *const settings[] = {
    "foreign_keys",
    "legacy_alter_table",
    "recursive_triggers",
    "writable_schema",
    "query_only",
    "ignore_check_constraints",
    "synchronous",
    "automatic_index",
    "cell_size_check",
    "trusted_schema",
    "cache_size",
    "temp_store",
    "reverse_unordered_selects",
    "read_uncommitted",
    "secure_delete",
    "checkpoint_fullfsync",
};
enum { SETTINGS = sizeof(settings) / sizeof(settings[0]), NO_VALUE = -0x7fffffff };

static gm_code read_setting(gm_sqlite *db, size_t i, int64_t *value, gm_err *err)
{
    char sql[96];
    sqlite3_snprintf(sizeof(sql), sql, "PRAGMA %s", settings[i]);
    return gm_sqlite_number(db, sql, NO_VALUE, value, err);
}

gm_code gm_sqlite_keep_session(gm_sqlite *db, gm_err *err)
{
    int64_t *values = gm_new_array(db->base.arena, SETTINGS, int64_t);
    for (size_t i = 0; i < SETTINGS; i++)
        GM_TRY(read_setting(db, i, &values[i], err));
    db->pragmas = values;
    return GM_OK;
}

static gm_str first_word(gm_str sql)
{
    size_t start = 0;
    for (;;) {
        while (start < sql.len && strchr(" \t\r\n\f;", sql.ptr[start]))
            start++;
        gm_str rest = gm_str_sub(sql, start, sql.len);
        if (gm_str_starts(rest, GM_STR("--")))
            start = gm_str_find(sql, '\n', start);
        else if (gm_str_starts(rest, GM_STR("/*")))
            start += gm_str_search(rest, GM_STR("*/")) + 2;
        else
            break;
    }
    size_t end = start;
    while (end < sql.len && ((sql.ptr[end] | 0x20) >= 'a' && (sql.ptr[end] | 0x20) <= 'z'))
        end++;
    return gm_str_sub(sql, start, end);
}

bool gm_sqlite_touches_session(gm_str sql)
{
    gm_str word = first_word(sql);
    return gm_str_eq_nocase(word, GM_STR("pragma")) || gm_str_eq_nocase(word, GM_STR("attach")) ||
           gm_str_eq_nocase(word, GM_STR("detach"));
}

static gm_code reset_pragmas(gm_sqlite *db, gm_err *err)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        int64_t now;
        char sql[96];
        GM_TRY(read_setting(db, i, &now, err));
        if (now == db->pragmas[i] || db->pragmas[i] == NO_VALUE)
            continue;
        sqlite3_snprintf(sizeof(sql), sql, "PRAGMA %s=%lld", settings[i],
                         (long long)db->pragmas[i]);
        GM_TRY(gm_sqlite_run(db, sql, err));
    }
    /* PRAGMA busy_timeout puts SQLite's own handler in the place of ours. */
    sqlite3_busy_handler(db->handle, gm_sqlite_on_busy, db);
    return gm_sqlite_run(db, "PRAGMA case_sensitive_like=off", err);
}

static gm_code run_each(gm_sqlite *db, const char *list, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_rows rows = {0};
    GM_TRY(gm_sqlite_query(scratch, &db->base, list, NULL, 0, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++)
        GM_TRY(gm_sqlite_run(db, gm_str_z(scratch, rows.rows.items[i][0].text), err));
    return GM_OK;
}

gm_code gm_sqlite_reset_session(gm_db *base, gm_err *err)
{
    gm_sqlite *db = gm_sqlite_of(base);
    if (sqlite3_get_autocommit(db->handle) == 0)
        return gm_fail(err, GM_E_BUG, "the session was reset inside a transaction");
    /* IF EXISTS: a table takes its indexes and triggers with it. */
    GM_TRY(run_each(db,
                    "SELECT 'DROP ' || type || ' IF EXISTS temp.\"' || replace(name, '\"', '\"\"') "
                    "|| '\"' FROM temp.sqlite_schema WHERE type IN ('table', 'view', 'trigger') "
                    "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type DESC",
                    err));
    if (!db->touched)
        return GM_OK;
    GM_TRY(run_each(db,
                    "SELECT 'DETACH \"' || replace(name, '\"', '\"\"') || '\"' FROM "
                    "pragma_database_list WHERE name NOT IN ('main', 'temp') AND "
                    "instr(name, '" GM_DB_BESIDE "') <> 1",
                    err));
    GM_TRY(reset_pragmas(db, err));
    db->touched = false;
    return GM_OK;
}

gm_code gm_sqlite_set_timeouts(gm_db *base, int64_t lock_ms, int64_t statement_ms, gm_err *err)
{
    gm_sqlite *db = gm_sqlite_of(base);
    (void)err;
    db->busy_ms = lock_ms;
    db->statement_ms = statement_ms;
    return GM_OK;
}

gm_code gm_sqlite_foreign_keys(gm_db *base, bool on, bool *was, gm_err *err)
{
    gm_sqlite *db = gm_sqlite_of(base);
    int64_t before;
    int64_t after;
    GM_TRY(gm_sqlite_number(db, "PRAGMA foreign_keys", 0, &before, err));
    *was = before != 0;
    if (on == *was)
        return GM_OK;
    GM_TRY(gm_sqlite_run(db, on ? "PRAGMA foreign_keys=ON" : "PRAGMA foreign_keys=OFF", err));
    GM_TRY(gm_sqlite_number(db, "PRAGMA foreign_keys", 0, &after, err));
    if ((after != 0) == on)
        return GM_OK;
    return gm_fail(err, GM_E_BUG, "PRAGMA foreign_keys has no effect inside a transaction");
}

gm_code gm_sqlite_foreign_key_violations(gm_arena *arena, gm_db *base, gm_violations *found,
                                         gm_err *err)
{
    /* Some are enough to see what is wrong, and a large table may have millions. */
    static const char sql[] = "SELECT \"table\", \"rowid\", \"parent\", count(*) OVER () "
                              "FROM pragma_foreign_key_check LIMIT 100";
    uint64_t count = 0;
    gm_rows rows = {0};
    GM_TRY(gm_sqlite_query(arena, base, sql, NULL, 0, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++) {
        const gm_value *row = rows.rows.items[i];
        gm_str line =
            row[1].null
                ? gm_str_printf(arena, "a row of %.*s points to a row of %.*s that is not there",
                                GM_ARG(row[0].text), GM_ARG(row[2].text))
                : gm_str_printf(arena, "row %.*s of %.*s points to a row of %.*s that is not there",
                                GM_ARG(row[1].text), GM_ARG(row[0].text), GM_ARG(row[2].text));
        gm_vec_push(arena, &found->lines, line);
        gm_str_u64(row[3].text, &count);
    }
    found->count = (size_t)count;
    return GM_OK;
}
