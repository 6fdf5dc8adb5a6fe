/* SPDX-License-Identifier: Apache-2.0 */
#include "db/sqlite/sqlite.h"

static const struct {
    int code;
    const char *name;
} names[] = {
#define X(name) {SQLITE_##name, "SQLITE_" #name},
#include "db/sqlite/codes.def"
#undef X
};

const char *gm_sqlite_code_name(int code)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].code == code)
            return names[i].name;
    /* A newer SQLite may know finer codes: their low byte is the coarse one. */
    return code != (code & 0xff) ? gm_sqlite_code_name(code & 0xff) : "SQLITE_ERROR";
}

/*
 * What to do about a code: the first row that matches counts, finer codes before their coarse one.
 * Codes that are not here are the statement's own fault.
 */
static const struct {
    int code;
    gm_code answer;
    const char *hint;
} cures[] = {
    {SQLITE_READONLY_ROLLBACK, GM_E_DATABASE,
     "A program died in the middle of a transaction and left a journal beside the file. Look at it "
     "once with write permission (sqlite3 FILE .tables), and SQLite rolls it back."},
    {SQLITE_READONLY_RECOVERY, GM_E_DATABASE,
     "A program died and left a write-ahead log beside the file. Look at it once with write "
     "permission (sqlite3 FILE .tables), and SQLite recovers it."},
    {SQLITE_READONLY_DIRECTORY, GM_E_DATABASE,
     "Give this user write permission in the folder too: SQLite keeps its journal there."},
    {SQLITE_READONLY_DBMOVED, GM_E_DATABASE,
     "The file was moved or replaced while it was open. Run again."},
    {SQLITE_READONLY_CANTINIT, GM_E_DATABASE,
     "The database is in WAL mode and SQLite must make its -shm file: give this user write "
     "permission in the folder."},
    {SQLITE_READONLY_CANTLOCK, GM_E_DATABASE,
     "The database is in WAL mode and SQLite must lock its -shm file: give this user write "
     "permission to it."},
    {SQLITE_READONLY, GM_E_DATABASE,
     "Give this user write permission to the file and to its folder."},
    {SQLITE_BUSY, GM_E_LOCKED,
     "Another program writes to the database, or reads it for long. Run again when it is done; "
     "upgrade and downgrade wait longer with --lock-timeout."},
    {SQLITE_LOCKED, GM_E_LOCKED, "Another statement holds the table. Run again when it is done."},
    {SQLITE_FULL, GM_E_DATABASE,
     "Make room on the disk (or raise the file size limit) and run again; nothing of this "
     "transaction was kept."},
    {SQLITE_IOERR, GM_E_DATABASE,
     "Look at the disk, its free space and the file size limit, then run again; nothing of this "
     "transaction was kept."},
    {SQLITE_CORRUPT, GM_E_DATABASE,
     "The file is damaged. Restore a backup, or save what is left with `sqlite3 FILE .recover`."},
    {SQLITE_NOTADB, GM_E_DATABASE,
     "The file is something else than an SQLite database, or it is encrypted. Look at the path."},
    {SQLITE_CANTOPEN_ISDIR, GM_E_DATABASE, "Name a file, not a folder."},
    {SQLITE_CANTOPEN, GM_E_DATABASE,
     "Look whether the folder is there and whether this user may read and write in it."},
    {SQLITE_PERM, GM_E_DATABASE, "Look at the permissions of the file and of its folder."},
    {SQLITE_PROTOCOL, GM_E_DATABASE,
     "The locks of the write-ahead log do not work here; a network file system is no place for "
     "it."},
    {SQLITE_NOLFS, GM_E_DATABASE, "The file system cannot hold a file of this size."},
    {SQLITE_NOMEM, GM_E_DATABASE, "There was no memory left. Run again."},
};

static gm_code answer_of(int code, const char **hint)
{
    for (size_t i = 0; i < sizeof(cures) / sizeof(cures[0]); i++)
        if (cures[i].code == code || cures[i].code == (code & 0xff)) {
            *hint = cures[i].hint;
            return cures[i].answer;
        }
    *hint = "";
    return GM_E_SQL;
}

/* SQLite's own message for the connection's last error: a view that the next call may end. */
static const char *message_of(gm_sqlite *db, int code)
{
    if (!db->handle || (sqlite3_extended_errcode(db->handle) & 0xff) != (code & 0xff))
        return sqlite3_errstr(code);
    return sqlite3_errmsg(db->handle);
}

/*
 * What the system said to SQLite: "disk I/O error" alone tells nobody what to do. A failed COMMIT
 * leaves it with the file alone, and when the journal was the file, nowhere.
 */
static gm_str system_words(gm_sqlite *db, int code, gm_err *err)
{
    int primary = code & 0xff;
    if (!db->handle ||
        (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN && primary != SQLITE_FULL))
        return (gm_str){0};
    int number = sqlite3_system_errno(db->handle);
    if (number == 0 && primary == SQLITE_IOERR)
        sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
    return number ? gm_str_dup(err->arena, gm_str_from(strerror(number))) : (gm_str){0};
}

gm_code gm_sqlite_fail(gm_sqlite *db, int code, gm_str statement, gm_err *err)
{
    const char *hint;
    gm_str system = system_words(db, code, err);
    if (db->stopped) {
        gm_db_interrupted(&db->base, "the statement", err);
    } else if (db->timed_out) {
        gm_fail(err, GM_E_SQL, "the statement ran longer than its limit of %lld ms",
                (long long)db->statement_ms);
        gm_hint(err, "Allow it more time with --statement-timeout.");
    } else {
        gm_code answer = answer_of(code, &hint);
        gm_fail(err, answer, "%s", message_of(db, code));
        if (*hint)
            gm_hint(err, "%s", hint);
    }
    err->sqlstate = gm_str_from(gm_sqlite_code_name(code));
    err->statement = gm_str_dup(err->arena, statement);
    if (system.len)
        err->detail = gm_str_printf(err->arena, "system: %.*s", GM_ARG(system));
    return err->code;
}

gm_code gm_sqlite_fail_open(gm_sqlite *db, int code, gm_err *err)
{
    const char *hint;
    gm_str system = system_words(db, code, err);
    gm_code answer = answer_of(code, &hint) == GM_E_LOCKED ? GM_E_LOCKED : GM_E_CONNECT;
    gm_fail(err, answer, "cannot open %.*s: %s%s%.*s%s", GM_ARG(db->base.options.shown),
            message_of(db, code), system.len ? " (" : "", GM_ARG(system), system.len ? ")" : "");
    if (*hint)
        gm_hint(err, "%s", hint);
    err->sqlstate = gm_str_from(gm_sqlite_code_name(code));
    return answer;
}
