/* SPDX-License-Identifier: Apache-2.0 */
#include "db/postgres/postgres.h"

#include "base/buf.h"

/* Our settings over the defaults of the session, as statements. */
static void add_settings(gm_buf *sql, const gm_pg *pg)
{
    if (pg->lock_timeout_ms)
        gm_buf_printf(sql, "; SET lock_timeout = %lld", (long long)pg->lock_timeout_ms);
    else
        gm_buf_z(sql, "; RESET lock_timeout");
    gm_buf_printf(sql, "; SET statement_timeout = %lld", (long long)pg->statement_timeout_ms);
    gm_buf_z(sql, "; SET standard_conforming_strings = on");
    if (pg->base.options.read_only)
        gm_buf_z(sql, "; SET default_transaction_read_only = on");
    if (!pg->plain && pg->pq->PQserverVersion(pg->conn) >= 140000)
        gm_buf_z(sql, "; SET client_connection_check_interval = '500ms'");
}

/*
 * DISCARD ALL without its advisory unlock, which would take gmig's own lock away, and without
 * dropping plans. RESET ALL leaves role and session authorization alone, so they come first: it is
 * their user who may reset the rest.
 */
gm_code gm_pg_reset_session(gm_db *db, gm_err *err)
{
    gm_pg *pg = gm_pg_of(db);
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_buf sql = gm_buf_new(scratch, SIZE_MAX);
    if (pg->pooled)
        return GM_OK; /* the session is the pooler's to reset */
    gm_buf_z(&sql, "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *; "
                   "DEALLOCATE ALL; DISCARD TEMP");
    pg->lock_timeout_ms = db->options.lock_timeout_ms;
    pg->statement_timeout_ms = db->options.statement_timeout_ms;
    add_settings(&sql, pg);
    return gm_pg_tell(pg, gm_buf_str(&sql).ptr, err);
}

gm_code gm_pg_set_timeouts(gm_db *db, int64_t lock_ms, int64_t statement_ms, gm_err *err)
{
    gm_pg *pg = gm_pg_of(db);
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_buf sql = gm_buf_new(scratch, SIZE_MAX);
    pg->lock_timeout_ms = lock_ms;
    pg->statement_timeout_ms = statement_ms;
    if (pg->pooled)
        return GM_OK; /* gm_pg_begin sets them for the transaction */
    gm_buf_printf(&sql, "SET statement_timeout = %lld", (long long)statement_ms);
    if (lock_ms)
        gm_buf_printf(&sql, "; SET lock_timeout = %lld", (long long)lock_ms);
    else
        gm_buf_z(&sql, "; RESET lock_timeout");
    return gm_pg_tell(pg, gm_buf_str(&sql).ptr, err);
}
