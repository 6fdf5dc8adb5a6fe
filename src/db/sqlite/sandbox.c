/* SPDX-License-Identifier: Apache-2.0 */
#include "db/sandbox.h"

#include "db/sqlite/sqlite.h"

enum {
    /* replace() and instr() look at nothing while they run, and take the square of this. */
    MAX_VALUE = 4 * 1024 * 1024,
    MAX_PATTERN = 1000,
    MAX_STATEMENT = 16 * 1024 * 1024,
    MAX_PAGES = 131072, /* 512 MiB of 4 KiB */
    MAX_DEPTH = 1000,
    MAX_HEAP = 1024 * 1024 * 1024, /* of all: what a query sorts or keeps is in no page of `main` */
};

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (sqlite3_stricmp(name, *names) == 0)
            return true;
    return false;
}

/* Files are made by these, and limits lifted. */
static bool refused_pragma(const char *name)
{
    static const char *const names[] = {"writable_schema",
                                        "temp_store_directory",
                                        "data_store_directory",
                                        "hard_heap_limit",
                                        "soft_heap_limit",
                                        "max_page_count",
                                        "mmap_size",
                                        "lock_proxy_file",
                                        "temp_store",
                                        "trusted_schema",
                                        "threads",
                                        NULL};
    return name && is_one_of(name, names);
}

static bool refused_function(const char *name)
{
    static const char *const names[] = {"load_extension", "fts3_tokenizer", "readfile",
                                        "writefile",      "edit",           NULL};
    return name && is_one_of(name, names);
}

/* A plain VACUUM attaches a file without a name, in memory here; VACUUM INTO one with a name. */
static bool refused_file(const char *name)
{
    return !name || (*name && strcmp(name, ":memory:") != 0);
}

/* https://sqlite.org/c3ref/c_alter_table.html: what the arguments are for each action */
static int authorize(void *data, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
    (void)data;
    (void)database;
    (void)trigger;
    bool refused = (action == SQLITE_ATTACH && refused_file(first)) ||
                   (action == SQLITE_PRAGMA && refused_pragma(first)) ||
                   (action == SQLITE_FUNCTION && refused_function(second));
    return refused ? SQLITE_DENY : SQLITE_OK;
}

static void confine(sqlite3 *handle)
{
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, NULL);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, MAX_VALUE);
    sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, MAX_STATEMENT);
    sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, MAX_DEPTH);
    sqlite3_limit(handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, MAX_PATTERN);
    sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_hard_heap_limit64(MAX_HEAP);
    sqlite3_set_authorizer(handle, authorize, NULL);
}

static gm_code limit_pages(gm_sqlite *db, gm_err *err)
{
    gm_str pages = gm_str_printf(db->base.arena, "PRAGMA max_page_count = %d", MAX_PAGES);
    return gm_sqlite_run(db, gm_str_z(db->base.arena, pages), err);
}

static gm_code set_pragmas(gm_sqlite *db, gm_err *err)
{
    GM_TRY(gm_sqlite_run(db, "PRAGMA temp_store = MEMORY", err));
    return limit_pages(db, err);
}

gm_code gm_db_open_sandbox(gm_arena *arena, int64_t deadline_ms, gm_db **db, gm_err *err)
{
    gm_db_options options = {.dialect = GM_SQLITE,
                             .location = GM_STR(":memory:"),
                             .shown = GM_STR("scratch"),
                             .create = true,
                             .statement_timeout_ms = deadline_ms};
    gm_db *opened = NULL;
    GM_TRY(gm_db_open(arena, &options, &opened, err));
    gm_code code = set_pragmas(gm_sqlite_of(opened), err);
    if (code != GM_OK) {
        gm_db_close(opened);
        return code;
    }
    confine(gm_sqlite_of(opened)->handle);
    *db = opened;
    return GM_OK;
}

gm_code gm_db_image(gm_arena *arena, gm_db *base, gm_str *bytes, gm_err *err)
{
    sqlite3_int64 size = 0;
    unsigned char *image = sqlite3_serialize(gm_sqlite_of(base)->handle, "main", &size, 0);
    if (!image) {
        /* An empty database has no page yet. */
        *bytes = GM_STR("");
        return size == 0 ? GM_OK : gm_fail(err, GM_E_DATABASE, "the database does not serialize");
    }
    *bytes = gm_str_dup(arena, gm_str_of(image, (size_t)size));
    sqlite3_free(image);
    return GM_OK;
}

gm_code gm_db_load_image(gm_db *base, gm_str bytes, gm_err *err)
{
    gm_sqlite *db = gm_sqlite_of(base);
    if (!bytes.len)
        return GM_OK;
    unsigned char *image = sqlite3_malloc64(bytes.len);
    if (!image)
        gm_out_of_memory();
    memcpy(image, bytes.ptr, bytes.len);
    sqlite3_int64 size = (sqlite3_int64)bytes.len;
    sqlite3_set_authorizer(db->handle, NULL, NULL); /* it attaches what it is given */
    int code = sqlite3_deserialize(db->handle, "main", image, size, size,
                                   SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
    gm_code limited = code == SQLITE_OK ? limit_pages(db, err) : GM_OK;
    sqlite3_set_authorizer(db->handle, authorize, NULL);
    if (limited != GM_OK)
        return limited;
    if (code == SQLITE_OK)
        return gm_sqlite_run(db, "SELECT count(*) FROM sqlite_schema", err);
    return gm_fail(err, GM_E_DATABASE, "the kept state of a history cannot be loaded: %s",
                   sqlite3_errstr(code));
}
