/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A copy by SQLite's online backup, https://sqlite.org/backup.html. Copying the file itself would
 * miss what is still in the write-ahead log.
 */

#include "db/sqlite/sqlite.h"

#include <sys/stat.h>

#include "db/deposit.h"

enum { PAGES_AT_ONCE = 2000 };

static gm_code fail_copy(sqlite3 *copy, int code, const char *what, gm_err *err)
{
    const char *message = copy ? sqlite3_errmsg(copy) : sqlite3_errstr(code);
    gm_fail(err, GM_E_DATABASE, "the backup could not be %s: %s", what, message);
    err->sqlstate = gm_str_from(gm_sqlite_code_name(code));
    return err->code;
}

static gm_code copy_pages(gm_sqlite *db, sqlite3 *copy, gm_err *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(copy, "main", db->handle, "main");
    if (!backup)
        return fail_copy(copy, sqlite3_extended_errcode(copy), "begun", err);
    int code;
    do {
        if (gm_db_take_interrupt(&db->base)) {
            sqlite3_backup_finish(backup);
            return gm_db_interrupted(&db->base, "the backup", err);
        }
        code = sqlite3_backup_step(backup, PAGES_AT_ONCE);
    } while (code == SQLITE_OK);
    int ending = sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE && ending == SQLITE_OK)
        return GM_OK;
    return fail_copy(ending == SQLITE_OK ? NULL : copy, code, "written", err);
}

/* Runs one statement on the copy and gives the text of its first value. */
static gm_code ask_copy(gm_arena *arena, sqlite3 *copy, const char *sql, gm_str *answer,
                        gm_err *err)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(copy, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        const void *text = sqlite3_column_text(statement, 0);
        int len = sqlite3_column_bytes(statement, 0);
        *answer = gm_str_dup(arena, gm_str_of(text, text ? (size_t)len : 0));
    } else if (code != SQLITE_DONE) {
        fail_copy(copy, code, "checked", err);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE ? GM_OK : err->code;
}

static gm_code check_copy(sqlite3 *copy, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str answer = {0};
    /* The copy of a database in WAL mode is in that mode too and would make two more files. */
    GM_TRY(ask_copy(scratch, copy, "PRAGMA journal_mode=DELETE", &answer, err));
    GM_TRY(ask_copy(scratch, copy, "PRAGMA integrity_check(1)", &answer, err));
    if (gm_str_is(answer, "ok"))
        return GM_OK;
    gm_fail(err, GM_E_DATABASE, "the backup is damaged: %.*s", GM_ARG(answer));
    return gm_hint(err, "The database itself may be: run PRAGMA integrity_check on it.");
}

/*
 * A read transaction holds the source still, so that the copy need not begin again each time that
 * another program writes.
 */
static gm_code copy_all(gm_sqlite *db, const char *path, gm_err *err)
{
    sqlite3 *copy = NULL;
    int64_t ignored;
    int code = sqlite3_open_v2(
        path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    gm_code answer = code == SQLITE_OK ? GM_OK : fail_copy(copy, code, "begun", err);
    if (answer == GM_OK)
        answer = gm_sqlite_run(db, "BEGIN", err);
    if (answer == GM_OK)
        answer = gm_sqlite_number(db, "SELECT count(*) FROM main.sqlite_schema", 0, &ignored, err);
    if (answer == GM_OK)
        answer = copy_pages(db, copy, err);
    gm_err unwanted = gm_err_new(err->arena);
    db->base.ops->rollback(&db->base, &unwanted);
    if (answer == GM_OK)
        answer = check_copy(copy, err);
    sqlite3_close_v2(copy);
    return answer;
}

gm_code gm_sqlite_backup(gm_db *base, gm_str path, gm_err *err)
{
    gm_sqlite *db = gm_sqlite_of(base);
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    int64_t pages;
    int64_t page_size;
    struct stat source;
    gm_deposit copy;
    if (!sqlite3_get_autocommit(db->handle))
        return gm_fail(err, GM_E_BUG, "a backup was asked for inside a transaction");
    GM_TRY(gm_sqlite_number(db, "PRAGMA page_count", 0, &pages, err));
    GM_TRY(gm_sqlite_number(db, "PRAGMA page_size", 0, &page_size, err));
    GM_TRY(gm_deposit_begin(&copy, scratch, path, (uint64_t)(pages * page_size), err));
    /* Who may not read the database may not read its copy either. */
    mode_t mode = *db->path && stat(db->path, &source) == 0 ? source.st_mode & 0777 : 0600;
    return gm_deposit_end(&copy, copy_all(db, copy.temporary, err), mode, err);
}
