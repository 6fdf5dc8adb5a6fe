/* SPDX-License-Identifier: Apache-2.0 */
#include "db/postgres/postgres.h"

#include <stdio.h>

#include "base/buf.h"

gm_tx_state gm_pg_tx_state(gm_db *db)
{
    gm_pg *pg = gm_pg_of(db);
    if (pg->lost)
        return GM_TX_LOST;
    switch (pg->pq->PQtransactionStatus(pg->conn)) {
    case PQTRANS_IDLE:
        return GM_TX_NONE;
    case PQTRANS_INERROR:
        return GM_TX_FAILED;
    case PQTRANS_UNKNOWN:
        return GM_TX_LOST;
    default:
        return GM_TX_OPEN;
    }
}

/*
 * BEGIN, and the transaction's id in the same round trip: without it nobody could be asked for its
 * fate later. A transaction of a connection that may write is about to write, so the id is not
 * wasted.
 */
gm_code gm_pg_begin(gm_db *db, gm_err *err)
{
    gm_pg *pg = gm_pg_of(db);
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_buf sql = gm_buf_new(scratch, SIZE_MAX);
    gm_pg_reply reply;
    gm_rows rows = {0};
    bool with_xid = !db->options.read_only && pg->pq->PQserverVersion(pg->conn) >= 130000;
    pg->xid[0] = '\0';
    gm_buf_z(&sql, "BEGIN");
    if (pg->pooled) {
        /* A pooler's session is not ours to set: the timeouts last for this transaction. */
        gm_buf_printf(&sql, "; SET LOCAL statement_timeout = %lld",
                      (long long)pg->statement_timeout_ms);
        if (pg->lock_timeout_ms)
            gm_buf_printf(&sql, "; SET LOCAL lock_timeout = %lld", (long long)pg->lock_timeout_ms);
    }
    if (with_xid)
        gm_buf_z(&sql, "; SELECT pg_catalog.pg_current_xact_id()::text");
    gm_pg_request request = {.sql = gm_buf_str(&sql).ptr,
                             .several = true,
                             .unstoppable = true,
                             .arena = scratch,
                             .rows = &rows};
    gm_code code = gm_pg_run(pg, &request, &reply, err);
    if (code == GM_OK && with_xid)
        snprintf(pg->xid, sizeof pg->xid, "%.*s", GM_ARG(gm_rows_only(&rows)));
    else if (code != GM_OK && gm_pg_tx_state(db) == GM_TX_FAILED) {
        gm_err ignored = gm_err_new(scratch);
        gm_pg_tell(pg, "ROLLBACK", &ignored);
    }
    return code;
}

gm_code gm_pg_rollback(gm_db *db, gm_err *err)
{
    gm_pg *pg = gm_pg_of(db);
    gm_tx_state state = gm_pg_tx_state(db);
    /* Of a lost connection the server makes a rollback by itself. */
    if (state == GM_TX_NONE || state == GM_TX_LOST)
        return GM_OK;
    return gm_pg_tell(pg, "ROLLBACK", err);
}

/* The transaction's id as gm_pg_begin learned it; older servers are asked now. Empty when it has
 * written nothing, or the server is older than 10. */
static gm_code own_xid(gm_arena *arena, gm_pg *pg, gm_str *xid, gm_err *err)
{
    gm_rows rows = {0};
    int server = pg->pq->PQserverVersion(pg->conn);
    const char *sql = server >= 130000 ? "SELECT pg_catalog.pg_current_xact_id_if_assigned()::text"
                                       : "SELECT pg_catalog.txid_current_if_assigned()::text";
    *xid = gm_str_dup(arena, gm_str_from(pg->xid));
    if (xid->len > 0 || server < 100000)
        return GM_OK;
    GM_TRY(gm_pg_ask(arena, pg, sql, NULL, 0, &rows, err));
    *xid = gm_rows_only(&rows);
    return GM_OK;
}

gm_code gm_pg_commit(gm_db *db, gm_err *err)
{
    gm_pg *pg = gm_pg_of(db);
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_pg_reply reply;
    gm_pg_request request = {.sql = "COMMIT", .several = true, .unstoppable = true};
    gm_str xid = {0};
    gm_tx_state state = gm_pg_tx_state(db);
    if (state == GM_TX_NONE)
        return gm_fail(err, GM_E_SQL, "there is no transaction to commit");
    if (state == GM_TX_OPEN)
        GM_TRY(own_xid(scratch, pg, &xid, err));
    gm_code code = gm_pg_run(pg, &request, &reply, err);
    if (code == GM_OK && strcmp(reply.tag, "COMMIT") == 0)
        return GM_OK;
    /* A transaction with an error in it answers COMMIT with ROLLBACK and calls that a success. */
    if (code == GM_OK)
        return gm_fail(err, GM_E_SQL,
                       "the server rolled back at COMMIT: a statement before had failed");
    if (!pg->lost)
        return code;
    if (xid.len)
        return gm_pg_fate(pg, xid, err);
    if (pg->pq->PQserverVersion(pg->conn) >= 100000)
        return code; /* nothing was written */
    return gm_fail(err, GM_E_COMMIT_UNKNOWN,
                   "the connection to %.*s was lost in COMMIT, and a server older than 10 cannot "
                   "tell what became of it",
                   GM_ARG(db->options.shown));
}
