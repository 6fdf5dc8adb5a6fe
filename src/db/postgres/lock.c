/* SPDX-License-Identifier: Apache-2.0 */

/*
 * gmig's own lock: a session's advisory lock under two numbers, our constant and a hash of the
 * ledger's name, so that ledgers in several schemas of one database do not wait for each other.
 *
 * It is tried for, never waited for on the server: a waiting statement holds a snapshot, on which
 * CREATE INDEX CONCURRENTLY of the runner that has the lock would wait in turn, for ever.
 */

#include "db/postgres/postgres.h"

enum { LOCK_CLASS = 0x676d6967 }; /* "gmig" */

/* FNV-1a; part of what versions of gmig agree on, never to be changed. */
static int32_t hash_of(gm_str name)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ (unsigned char)name.ptr[i]) * 16777619u;
    int32_t key;
    memcpy(&key, &hash, sizeof(key));
    return key;
}

static gm_code ask_bool(gm_pg *pg, gm_str name, const char *format, bool *answer, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_rows rows = {0};
    gm_value keys[] = {{.text = gm_str_printf(scratch, "%d", LOCK_CLASS)},
                       {.text = gm_str_printf(scratch, "%d", hash_of(name))}};
    GM_TRY(gm_pg_ask(scratch, pg, format, keys, 2, &rows, err));
    *answer = gm_str_is(gm_rows_only(&rows), "t");
    return GM_OK;
}

/* Who has it, as far as the server lets us see; only for people. */
static gm_str find_holder(gm_arena *arena, gm_pg *pg, gm_str name)
{
    static const char sql[] =
        "SELECT coalesce(nullif(a.application_name, ''), 'a session'), a.pid::text, "
        "coalesce(a.usename::text, ''), coalesce(pg_catalog.host(a.client_addr), ''), "
        "coalesce(pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', "
        "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '') "
        "FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid "
        "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 "
        "AND l.database = (SELECT oid FROM pg_catalog.pg_database "
        "WHERE datname = pg_catalog.current_database()) "
        "AND l.classid::bigint = $1::bigint AND l.objid::bigint = $2::bigint";
    gm_err ignored = gm_err_new(arena);
    gm_rows rows = {0};
    gm_value keys[] = {
        {.text = gm_str_printf(arena, "%d", LOCK_CLASS)},
        {.text = gm_str_printf(arena, "%u", (unsigned)hash_of(name))},
    };
    if (gm_pg_ask(arena, pg, sql, keys, 2, &rows, &ignored) != GM_OK || rows.rows.len == 0)
        return (gm_str){0};
    const gm_value *row = rows.rows.items[0];
    return gm_str_printf(arena, "%.*s (server process %.*s, user %.*s%s%.*s), connected since %.*s",
                         GM_ARG(row[0].text), GM_ARG(row[1].text), GM_ARG(row[2].text),
                         row[3].text.len ? ", from " : "", GM_ARG(row[3].text),
                         GM_ARG(row[4].text));
}

gm_code gm_pg_try_lock(gm_arena *arena, gm_db *db, gm_str name, bool *got, gm_str *holder,
                       gm_err *err)
{
    gm_pg *pg = gm_pg_of(db);
    if (gm_pg_tx_state(db) == GM_TX_OPEN || gm_pg_tx_state(db) == GM_TX_FAILED)
        return gm_fail(err, GM_E_BUG, "the lock was asked for inside a transaction");
    GM_TRY(
        ask_bool(pg, name, "SELECT pg_catalog.pg_try_advisory_lock($1::int, $2::int)", got, err));
    if (*got)
        pg->lock_name = gm_str_dup(db->arena, name);
    else
        *holder = find_holder(arena, pg, name);
    return GM_OK;
}

bool gm_pg_lock_held(gm_db *db)
{
    gm_pg *pg = gm_pg_of(db);
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_err ignored = gm_err_new(scratch);
    bool held = false;
    if (pg->lost || !pg->lock_name.len)
        return false;
    /* classid and objid are unsigned: the numbers are compared modulo 2^32. */
    gm_code code =
        ask_bool(pg, pg->lock_name,
                 "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_locks WHERE locktype = 'advisory' "
                 "AND pid = pg_catalog.pg_backend_pid() AND granted AND objsubid = 2 "
                 "AND classid::bigint = $1::int::bigint & 4294967295 "
                 "AND objid::bigint = $2::int::bigint & 4294967295)",
                 &held, &ignored);
    return code == GM_OK && held;
}

void gm_pg_unlock(gm_db *db)
{
    gm_pg *pg = gm_pg_of(db);
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_err ignored = gm_err_new(scratch);
    bool had;
    if (pg->lost || !pg->lock_name.len)
        return;
    ask_bool(pg, pg->lock_name, "SELECT pg_catalog.pg_advisory_unlock($1::int, $2::int)", &had,
             &ignored);
    pg->lock_name = (gm_str){0};
}
