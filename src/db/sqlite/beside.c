/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A second file beside a SQLite database, attached to the same connection: what gmig writes there
 * is committed together with what it does in the first, and no tool that opens the first sees it.
 * https://sqlite.org/lang_attach.html: with a write-ahead log each file is whole for itself alone.
 */

#include "base/file.h"
#include "db/sqlite/sqlite.h"

/* No database, or none that this user may open: nothing that another try would change. */
static bool is_no_database(const gm_err *err)
{
    static const char *const states[] = {"SQLITE_NOTADB", "SQLITE_CANTOPEN", "SQLITE_PERM",
                                         "SQLITE_AUTH", "SQLITE_READONLY"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (gm_str_starts(err->sqlstate, gm_str_from(states[i])))
            return true;
    return false;
}

/* SQLite reads nothing of a file that it attaches before the first statement wants it. */
static gm_code look_inside(gm_sqlite *db, gm_str name, gm_err *err)
{
    int64_t tables = 0;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str sql = gm_str_printf(scratch, "SELECT count(*) FROM %.*s.sqlite_schema",
                               GM_ARG(gm_db_quote_name(scratch, name)));
    return gm_sqlite_number(db, sql.ptr, 0, &tables, err);
}

static gm_code attach(gm_sqlite *db, gm_str path, gm_str name, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str sql = gm_str_printf(scratch, "ATTACH DATABASE %.*s AS %.*s",
                               GM_ARG(gm_db_quote_text(scratch, GM_SQLITE, path)),
                               GM_ARG(gm_db_quote_name(scratch, name)));
    return gm_sqlite_run(db, sql.ptr, err);
}

/* BEGIN IMMEDIATE would fail for the sake of a file that is no database. */
static void detach(gm_sqlite *db, gm_str name)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_err ignored = gm_err_new(scratch);
    gm_str sql =
        gm_str_printf(scratch, "DETACH DATABASE %.*s", GM_ARG(gm_db_quote_name(scratch, name)));
    gm_sqlite_run(db, sql.ptr, &ignored);
}

gm_code gm_sqlite_attach_beside(gm_db *base, gm_str name, bool create, bool *there, gm_err *err)
{
    gm_sqlite *db = gm_sqlite_of(base);
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    const char *schema = gm_str_z(scratch, name);
    gm_str path = gm_str_printf(scratch, "%s.%.*s", db->path, GM_ARG(name));
    bool attached = sqlite3_db_filename(db->handle, schema) != NULL;
    *there = false;
    if (!*db->path || (!attached && !create && !gm_file_exists(path)))
        return GM_OK;
    gm_code code = attached ? GM_OK : attach(db, path, name, err);
    if (code == GM_OK)
        code = look_inside(db, name, err);
    if (code == GM_OK) {
        *there = !create || sqlite3_db_readonly(db->handle, schema) == 0;
        if (!*there)
            detach(db, name);
        return GM_OK;
    }
    if (!is_no_database(err))
        return code;
    detach(db, name);
    if (create)
        return code;
    gm_err_clear(err);
    return GM_OK;
}
