/* SPDX-License-Identifier: Apache-2.0 */
#include "db/postgres/introspect.h"
#include "db/postgres/postgres.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

enum { CONNECT_MS = 15000 };

/* ---- what the conninfo says ---- */

static bool is_secret(const PQconninfoOption *option)
{
    return strcmp(option->keyword, "password") == 0 || strcmp(option->keyword, "sslpassword") == 0;
}

static void read_options(gm_pg *pg, const PQconninfoOption *options)
{
    gm_arena *arena = pg->base.arena;
    for (const PQconninfoOption *o = options; o->keyword; o++) {
        gm_str value = gm_str_from(o->val);
        uint64_t seconds;
        if (value.len && is_secret(o) && !gm_strs_have(&pg->secrets, value))
            gm_vec_push(arena, &pg->secrets, gm_str_dup(arena, value));
        /* libpq leaves the timeout to those who poll themselves. */
        if (strcmp(o->keyword, "connect_timeout") == 0 && gm_str_u64(value, &seconds) && seconds &&
            seconds < INT32_MAX / 1000 && !pg->base.options.connect_timeout_ms)
            pg->connect_ms = (int64_t)seconds * 1000;
    }
}

/* What libpq says about a conninfo that it cannot read may quote the password: it is not repeated.
 */
static gm_code read_conninfo(gm_pg *pg, const char *conninfo, gm_err *err)
{
    char *message = NULL;
    PQconninfoOption *options = pg->pq->PQconninfoParse(conninfo, &message);
    pg->pq->PQfreemem(message);
    if (!options) {
        gm_fail(err, GM_E_CONNECT, "libpq cannot read the connection string of %.*s",
                GM_ARG(pg->base.options.shown));
        return gm_hint(err, "In a URL the characters @ : / ? # %% of a password are written %%40 "
                            "%%3A %%2F %%3F %%23 %%25.");
    }
    read_options(pg, options);
    pg->pq->PQconninfoFree(options);
    return GM_OK;
}

/* ---- dialling ---- */

static void ignore_notice(void *data, const PGresult *result)
{
    (void)data;
    (void)result;
}

/* Waits for the socket; false at the deadline. Sees whether the other side has said anything. */
static bool wait_socket(gm_pg *pg, short events, int64_t end, bool *answered)
{
    char byte;
    struct pollfd server = {.fd = pg->pq->PQsocket(pg->conn), .events = events};
    int64_t left = end - gm_clock_ms();
    int ready = poll(&server, 1, left > 0 ? (int)left : 0);
    if (ready > 0 && (server.revents & POLLIN) &&
        recv(server.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
        *answered = true;
    return ready > 0 || gm_clock_ms() < end;
}

static gm_code fail_dial(gm_pg *pg, bool late, int64_t ms, gm_err *err)
{
    gm_str shown = pg->base.options.shown;
    if (late) {
        gm_fail(err, GM_E_CONNECT, "cannot connect to %.*s: no answer within %.1f s", GM_ARG(shown),
                (double)ms / 1000);
        return gm_hint(err, "Look at host and port, and at the network between; connect_timeout "
                            "in the URL allows more time.");
    }
    gm_str words = gm_pg_scrub(err->arena, pg, pg->pq->PQerrorMessage(pg->conn));
    gm_fail(err, GM_E_CONNECT, "cannot connect to %.*s: %.*s", GM_ARG(shown), GM_ARG(words));
    if (pg->pq->PQconnectionNeedsPassword(pg->conn))
        return gm_hint(err, "Give the password in PGPASSWORD, in ~/.pgpass, or in the URL.");
    if (gm_str_search(words, GM_STR("unsupported startup parameter")) < words.len)
        return gm_hint(err, "A connection pooler refuses settings in the URL. Connect to the "
                            "server itself.");
    return gm_hint(err, "Look at host, port, user, password and database name, and whether the "
                        "server runs.");
}

gm_code gm_pg_dial(gm_pg *pg, int64_t ms, bool *answered, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    const gm_libpq *pq = pg->pq;
    /* Later ones win over earlier ones: the user's words over our name, and UTF-8, in which files
     * are, over all. */
    const char *keywords[] = {"fallback_application_name", "dbname", "client_encoding", NULL};
    const char *values[] = {gm_str_z(scratch, pg->application),
                            gm_str_z(scratch, pg->base.options.location), "UTF8", NULL};
    bool heard = false;
    bool *hears = answered ? answered : &heard;
    int64_t end = gm_clock_ms() + ms;
    *hears = false;
    pg->lost = true;
    pg->conn = pq->PQconnectStartParams(keywords, values, 1);
    if (!pg->conn)
        gm_out_of_memory();
    PostgresPollingStatusType status =
        pq->PQstatus(pg->conn) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
        if (!wait_socket(pg, status == PGRES_POLLING_READING ? POLLIN : POLLOUT, end, hears))
            return fail_dial(pg, true, ms, err);
        status = pq->PQconnectPoll(pg->conn);
    }
    if (status != PGRES_POLLING_OK)
        return fail_dial(pg, false, ms, err);
    pg->lost = false;
    pq->PQsetNoticeReceiver(pg->conn, ignore_notice, NULL);
    pq->PQsetnonblocking(pg->conn, 1);
    return GM_OK;
}

gm_pg gm_pg_second(const gm_pg *pg)
{
    gm_pg second = *pg;
    second.base.ops = NULL;
    second.conn = NULL;
    second.lock_name = (gm_str){0};
    return second;
}

void gm_pg_hang_up(gm_pg *pg)
{
    if (pg->conn)
        pg->pq->PQfinish(pg->conn);
    pg->conn = NULL;
    pg->lost = true;
}

/* ---- the first words ---- */

static void add_setting(gm_buf *sql, gm_pg *pg, const char *name, const char *value)
{
    /* Behind a pooler a setting would stay with the backend and meet strangers. */
    gm_buf_printf(sql,
                  ", CASE WHEN pg_catalog.pg_backend_pid() = %d "
                  "THEN pg_catalog.set_config('%s', '%s', false) END",
                  pg->pq->PQbackendPID(pg->conn), name, value);
}

static gm_str greeting(gm_arena *arena, gm_pg *pg)
{
    char number[32];
    gm_buf sql = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(&sql, "SELECT pg_catalog.pg_backend_pid(), "
                   "extract(epoch FROM pg_catalog.pg_postmaster_start_time())::text, ");
    /* Which line of history the server writes: after a failover it is another one, and transaction
     * ids mean something else. */
    gm_buf_z(&sql, pg->plain ? "NULL"
                             : "CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN "
                               "pg_catalog.substr(pg_catalog.pg_walfile_name("
                               "pg_catalog.pg_current_wal_lsn()), 1, 8) END");
    if (pg->lock_timeout_ms) {
        snprintf(number, sizeof(number), "%lld", (long long)pg->lock_timeout_ms);
        add_setting(&sql, pg, "lock_timeout", number);
    }
    snprintf(number, sizeof(number), "%lld", (long long)pg->statement_timeout_ms);
    add_setting(&sql, pg, "statement_timeout", number);
    /* lang/ splits as if a backslash in a string were a plain character. */
    add_setting(&sql, pg, "standard_conforming_strings", "on");
    if (pg->base.options.read_only)
        add_setting(&sql, pg, "default_transaction_read_only", "on");
    /* The server notices that we are gone while a statement runs, and lets go of our locks. */
    if (!pg->plain && pg->pq->PQserverVersion(pg->conn) >= 140000)
        add_setting(&sql, pg, "client_connection_check_interval", "500ms");
    return gm_buf_str(&sql);
}

gm_code gm_pg_greet(gm_pg *pg, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_rows rows = {0};
    gm_err first = gm_err_new(err->arena);
    pg->plain = pg->plain || pg->pq->PQserverVersion(pg->conn) < 100000;
    gm_code code =
        gm_pg_ask(scratch, pg, greeting(scratch, pg).ptr, NULL, 0, &rows, pg->plain ? err : &first);
    /* Some platforms have no check of the client's connection, some services no WAL functions. */
    if (code != GM_OK && !pg->plain && !pg->lost) {
        pg->plain = true;
        rows = (gm_rows){0};
        code = gm_pg_ask(scratch, pg, greeting(scratch, pg).ptr, NULL, 0, &rows, err);
    } else if (code != GM_OK && !pg->plain) {
        *err = first;
    }
    if (code != GM_OK)
        return code;
    const gm_value *row = rows.rows.items[0];
    int told = pg->pq->PQbackendPID(pg->conn);
    uint64_t pid = 0;
    gm_str_u64(row[0].text, &pid);
    pg->pooled = (uint64_t)told != pid;
    pg->backend = pg->pooled ? 0 : told;
    pg->started = gm_str_dup(pg->base.arena, row[1].text);
    pg->timeline = gm_str_dup(pg->base.arena, row[2].text);
    return GM_OK;
}

gm_code gm_pg_refuse_pooler(gm_db *db, gm_err *err)
{
    if (!gm_pg_of(db)->pooled)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "%.*s is behind a connection pooler", GM_ARG(db->options.shown));
    return gm_hint(err, "A pooler may give each transaction another session, and gmig's lock would "
                        "stay behind in one of them. Connect to the server itself.");
}

/* ---- the connection as a whole ---- */

static void close_connection(gm_db *db)
{
    gm_pg_hang_up(gm_pg_of(db)); /* the server rolls back */
}

static gm_str version(gm_db *db)
{
    gm_pg *pg = gm_pg_of(db);
    gm_str text = gm_str_from(pg->pq->PQparameterStatus(pg->conn, "server_version"));
    return gm_str_printf(db->arena, "PostgreSQL %.*s",
                         GM_ARG(gm_str_sub(text, 0, gm_str_find(text, ' ', 0))));
}

static const gm_db_ops ops = {
    .close = close_connection,
    .version = version,
    .execute = gm_pg_execute,
    .copy_in = gm_pg_copy_in,
    .query = gm_pg_query,
    .tx_state = gm_pg_tx_state,
    .begin = gm_pg_begin,
    .commit = gm_pg_commit,
    .rollback = gm_pg_rollback,
    .try_lock = gm_pg_try_lock,
    .lock_held = gm_pg_lock_held,
    .unlock = gm_pg_unlock,
    .refuse_pooler = gm_pg_refuse_pooler,
    .reset_session = gm_pg_reset_session,
    .set_timeouts = gm_pg_set_timeouts,
    .table_exists = gm_pg_table_exists,
    .current_schema = gm_pg_current_schema,
    .tables = gm_pg_tables,
    .backup = gm_pg_backup,
    .introspect = gm_postgres_introspect,
};

gm_code gm_postgres_open(const gm_db *start, gm_db **opened, gm_err *err)
{
    gm_pg *pg = gm_new(start->arena, gm_pg);
    char host[32] = "";
    pg->base = *start;
    pg->base.ops = &ops;
    pg->lock_timeout_ms = start->options.lock_timeout_ms;
    pg->statement_timeout_ms = start->options.statement_timeout_ms;
    pg->connect_ms =
        start->options.connect_timeout_ms ? start->options.connect_timeout_ms : CONNECT_MS;
    gethostname(host, sizeof(host) - 1); /* a longer name is cut: the server keeps 63 bytes */
    pg->application = gm_str_printf(start->arena, "gmig, pid %ld on %s", (long)getpid(), host);
    GM_TRY(gm_libpq_load(&pg->pq, err));
    GM_TRY(read_conninfo(pg, gm_str_z(start->arena, start->options.location), err));
    gm_str environment = gm_str_from(getenv("PGPASSWORD"));
    if (environment.len)
        gm_vec_push(start->arena, &pg->secrets, gm_str_dup(start->arena, environment));
    gm_code code = gm_pg_dial(pg, pg->connect_ms, NULL, err);
    if (code == GM_OK)
        code = gm_pg_greet(pg, err);
    if (code != GM_OK) {
        gm_pg_hang_up(pg);
        return code;
    }
    *opened = &pg->base;
    return GM_OK;
}
