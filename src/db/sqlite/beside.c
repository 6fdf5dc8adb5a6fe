/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A second file beside a SQLite database, attached to the same connection: what gmig writes there
 * is committed together with what it does in the first, and no tool that opens the first sees it.
 * https://sqlite.org/lang_attach.html: with a write-ahead log each file is whole for itself alone.
 */

#include "base/file.h"
#include "db/sqlite/sqlite.h"

static bool is_usable(gm_sqlite *db, bool write)
{
    gm_err ignored = gm_err_new(db->base.arena);
    int64_t tables = -1;
    if (gm_sqlite_number(db, "SELECT count(*) FROM " GM_DB_BESIDE ".sqlite_schema", -1, &tables,
                         &ignored) != GM_OK ||
        tables < 0)
        return false;
    return !write || sqlite3_db_readonly(db->handle, GM_DB_BESIDE) == 0;
}

gm_code gm_sqlite_attach_beside(gm_db *base, bool create, bool *there, gm_err *err)
{
    gm_sqlite *db = gm_sqlite_of(base);
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    *there = false;
    if (!*db->path)
        return GM_OK;
    gm_str path = gm_str_printf(scratch, "%s." GM_DB_BESIDE, db->path);
    if (!db->beside && !create && !gm_file_exists(path))
        return GM_OK;
    if (!db->beside) {
        gm_str quoted = gm_db_quote_text(scratch, GM_SQLITE, path);
        gm_str sql =
            gm_str_printf(scratch, "ATTACH DATABASE %.*s AS " GM_DB_BESIDE, GM_ARG(quoted));
        GM_TRY(gm_sqlite_run(db, sql.ptr, err));
        db->beside = true;
    }
    if (is_usable(db, create)) {
        *there = true;
        return GM_OK;
    }
    /* BEGIN IMMEDIATE would fail for the sake of a file that is no database. */
    db->beside = false;
    return gm_sqlite_run(db, "DETACH DATABASE " GM_DB_BESIDE, err);
}
