/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Statements and their results. All go by the extended protocol, by which the server takes exactly
 * one statement: a text with two is refused whole. Only `several` uses the simple one, for words of
 * our own.
 */

#include "db/postgres/postgres.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

static void keep_rows(gm_pg *pg, const gm_pg_request *request, const PGresult *result)
{
    const gm_libpq *pq = pg->pq;
    gm_arena *arena = request->arena;
    gm_rows *rows = request->rows;
    int columns = pq->PQnfields(result);
    int count = pq->PQntuples(result);
    for (int i = 0; rows->columns.len < (size_t)columns && i < columns; i++)
        gm_vec_push(arena, &rows->columns, gm_str_dup(arena, gm_str_from(pq->PQfname(result, i))));
    for (int r = 0; r < count; r++) {
        gm_value *row = gm_new_array(arena, (size_t)columns + 1, gm_value);
        for (int c = 0; c < columns; c++) {
            row[c].null = pq->PQgetisnull(result, r, c) != 0;
            size_t len = (size_t)pq->PQgetlength(result, r, c);
            row[c].text = gm_str_dup(arena, gm_str_of(pq->PQgetvalue(result, r, c), len));
        }
        gm_vec_push(arena, &rows->rows, row);
    }
}

static void keep_tag(gm_pg *pg, PGresult *result, gm_pg_reply *reply)
{
    char *end;
    const char *changed = pg->pq->PQcmdTuples(result);
    const char *tag = pg->pq->PQcmdStatus(result);
    snprintf(reply->tag, sizeof(reply->tag), "%s", tag);
    /* A statement of the user's may end our transaction and begin another: that has another id. */
    if (strcmp(tag, "COMMIT") == 0 || strcmp(tag, "ROLLBACK") == 0 ||
        strcmp(tag, "PREPARE TRANSACTION") == 0)
        pg->xid[0] = '\0';
    long long rows = strtoll(changed, &end, 10);
    bool selected = strncmp(tag, "SELECT", 6) == 0;
    pg->base.changed_rows = *changed && !*end && !selected ? rows : 0;
}

/* ---- COPY ---- */

enum { COPY_CHUNK = 64 * 1024 };

static gm_code put_copy(gm_pg *pg, gm_str data, gm_err *err)
{
    const gm_libpq *pq = pg->pq;
    while (data.len) {
        size_t chunk = data.len < COPY_CHUNK ? data.len : COPY_CHUNK;
        int put = pq->PQputCopyData(pg->conn, data.ptr, (int)chunk);
        if (put < 0)
            return gm_pg_lost(pg, NULL, err);
        if (put > 0)
            data = gm_str_sub(data, chunk, data.len);
        GM_TRY(gm_pg_flush(pg, true, err));
    }
    return GM_OK;
}

static gm_code end_copy(gm_pg *pg, const char *refusal, gm_err *err)
{
    int put;
    while ((put = pg->pq->PQputCopyEnd(pg->conn, refusal)) == 0)
        GM_TRY(gm_pg_flush(pg, true, err));
    return put < 0 ? gm_pg_lost(pg, NULL, err) : GM_OK;
}

static gm_code skip_copy_out(gm_pg *pg, gm_err *err)
{
    char *line = NULL;
    int got;
    while ((got = pg->pq->PQgetCopyData(pg->conn, &line, 1)) >= 0) {
        if (got == 0)
            GM_TRY(gm_pg_wait_input(pg, true, err));
        pg->pq->PQfreemem(line);
        line = NULL;
    }
    return GM_OK; /* an error follows as a result */
}

/* ---- one request ---- */

static gm_code send_request(gm_pg *pg, const gm_pg_request *request, gm_err *err)
{
    const gm_libpq *pq = pg->pq;
    if (pg->lost)
        return gm_pg_lost(pg, "it was lost before", err);
    int sent = request->several ? pq->PQsendQuery(pg->conn, request->sql)
                                : pq->PQsendQueryParams(pg->conn, request->sql, request->count,
                                                        NULL, request->params, NULL, NULL, 0);
    if (!sent)
        return gm_pg_lost(pg, NULL, err);
    /* Rows that nobody wants must not fill our memory. */
    if (!request->rows)
        pq->PQsetSingleRowMode(pg->conn);
    return gm_pg_flush(pg, !request->unstoppable, err);
}

static gm_code take_result(gm_pg *pg, const gm_pg_request *request, PGresult *result,
                           gm_pg_reply *reply, gm_err *err)
{
    gm_str statement = gm_str_from(request->sql);
    switch (pg->pq->PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        keep_tag(pg, result, reply);
        if (request->rows)
            keep_rows(pg, request, result);
        return GM_OK;
    case PGRES_SINGLE_TUPLE:
    case PGRES_EMPTY_QUERY:
        return GM_OK;
    case PGRES_COPY_IN:
        if (!request->expects_copy)
            return end_copy(pg, "gmig has no data for this COPY", err);
        GM_TRY(put_copy(pg, request->copy, err));
        return end_copy(pg, NULL, err);
    case PGRES_COPY_OUT:
        return skip_copy_out(pg, err);
    case PGRES_COPY_BOTH:
        return gm_pg_lost(pg, "the server began a replication stream", err);
    default:
        return gm_pg_fail(pg, result, statement, &reply->position, err);
    }
}

/*
 * The first failure counts, but all results must be taken before the next request. Once the
 * connection is lost there are none.
 */
gm_code gm_pg_run(gm_pg *pg, const gm_pg_request *request, gm_pg_reply *reply, gm_err *err)
{
    gm_code code = GM_OK;
    int64_t allowed = request->unstoppable ? 0 : pg->base.options.deadline_ms;
    *reply = (gm_pg_reply){0};
    pg->base.changed_rows = 0;
    pg->deadline = allowed ? gm_clock_ms() + allowed : 0;
    pg->give_up = 0;
    GM_TRY(send_request(pg, request, err));
    for (;;) {
        PGresult *result = NULL;
        gm_err later = gm_err_new(err->arena);
        gm_err *to = code == GM_OK ? err : &later;
        gm_code step = gm_pg_next_result(pg, !request->unstoppable, &result, to);
        if (step == GM_OK && !result)
            return code;
        if (step == GM_OK)
            step = take_result(pg, request, result, reply, to);
        pg->pq->PQclear(result);
        if (code == GM_OK)
            code = step;
        if (pg->lost)
            return code;
    }
}

gm_code gm_pg_tell(gm_pg *pg, const char *sql, gm_err *err)
{
    gm_pg_reply reply;
    gm_pg_request request = {.sql = sql, .several = true, .unstoppable = true};
    return gm_pg_run(pg, &request, &reply, err);
}

static gm_code refuse_nul(gm_str sql, gm_err *err)
{
    if (!memchr(sql.ptr ? sql.ptr : "", '\0', sql.len))
        return GM_OK;
    return gm_fail(err, GM_E_SQL, "the statement has a NUL byte");
}

/*
 * The server must read the backslashes of a file's strings as lang/ has read them, whatever the
 * database, the role, or RESET ALL in the file says; it tells of each change by itself.
 */
static gm_code read_strings_alike(gm_pg *pg, gm_err *err)
{
    const char *now =
        pg->lost ? NULL : pg->pq->PQparameterStatus(pg->conn, "standard_conforming_strings");
    if (now == NULL || strcmp(now, "off") != 0)
        return GM_OK;
    return gm_pg_tell(pg,
                      pg->pooled ? "SET LOCAL standard_conforming_strings = on"
                                 : "SET standard_conforming_strings = on",
                      err);
}

gm_code gm_pg_execute(gm_db *db, gm_str sql, size_t *position, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_pg_reply reply;
    GM_TRY(refuse_nul(sql, err));
    GM_TRY(read_strings_alike(gm_pg_of(db), err));
    gm_pg_request request = {.sql = gm_str_z(scratch, sql)};
    gm_code code = gm_pg_run(gm_pg_of(db), &request, &reply, err);
    *position = reply.position;
    return code;
}

gm_code gm_pg_copy_in(gm_db *db, gm_str sql, gm_str data, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_pg_reply reply;
    GM_TRY(refuse_nul(sql, err));
    GM_TRY(read_strings_alike(gm_pg_of(db), err));
    gm_pg_request request = {.sql = gm_str_z(scratch, sql), .expects_copy = true, .copy = data};
    GM_TRY(gm_pg_run(gm_pg_of(db), &request, &reply, err));
    if (strncmp(reply.tag, "COPY", 4) == 0)
        return GM_OK;
    gm_fail(err, GM_E_SQL, "the statement takes no COPY data");
    err->statement = gm_str_dup(err->arena, sql);
    return err->code;
}

static gm_code ask(gm_arena *arena, gm_pg *pg, const char *sql, const gm_value *params,
                   size_t count, bool unstoppable, gm_rows *rows, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    const char **texts = gm_new_array(scratch, count + 1, const char *);
    gm_pg_reply reply;
    for (size_t i = 0; i < count; i++) {
        if (!params[i].null)
            GM_TRY(refuse_nul(params[i].text, err));
        texts[i] = params[i].null ? NULL : gm_str_z(scratch, params[i].text);
    }
    gm_pg_request request = {.sql = sql,
                             .params = texts,
                             .count = (int)count,
                             .unstoppable = unstoppable,
                             .arena = arena,
                             .rows = rows};
    return gm_pg_run(pg, &request, &reply, err);
}

gm_code gm_pg_query(gm_arena *arena, gm_db *db, const char *sql, const gm_value *params,
                    size_t count, gm_rows *rows, gm_err *err)
{
    return ask(arena, gm_pg_of(db), sql, params, count, false, rows, err);
}

gm_code gm_pg_ask(gm_arena *arena, gm_pg *pg, const char *sql, const gm_value *params, size_t count,
                  gm_rows *rows, gm_err *err)
{
    return ask(arena, pg, sql, params, count, true, rows, err);
}
