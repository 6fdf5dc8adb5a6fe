/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/ledger.h"

#include "base/buf.h"
#include "runner/version_table.h"

/* Two runners may make the tables at once; the loser of such a race finds them at its next try. */
enum { CREATE_TRIES = 6 };

static void set_names(gm_arena *arena, gm_ledger *ledger, gm_str schema)
{
    gm_str prefix = {0};
    ledger->schema = schema;
    ledger->name = GM_STR(GM_LEDGER_TABLE);
    if (schema.len > 0) {
        prefix = gm_str_printf(arena, "%.*s.", GM_ARG(gm_db_quote_name(arena, schema)));
        ledger->name = gm_str_printf(arena, "%.*s." GM_LEDGER_TABLE, GM_ARG(schema));
    }
    ledger->revisions = gm_str_printf(arena, "%.*s" GM_LEDGER_TABLE, GM_ARG(prefix));
    ledger->journal = gm_str_printf(arena, "%.*s" GM_JOURNAL_TABLE, GM_ARG(prefix));
}

gm_ledger *gm_ledger_offline(gm_arena *arena, gm_dialect dialect, gm_str schema)
{
    gm_ledger *ledger = gm_new(arena, gm_ledger);
    ledger->arena = arena;
    ledger->dialect = dialect;
    ledger->by_id = gm_map_new(arena);
    set_names(arena, ledger, schema);
    return ledger;
}

gm_code gm_ledger_open(gm_arena *arena, gm_db *db, gm_str schema, gm_ledger **ledger, gm_err *err)
{
    gm_dialect dialect = gm_db_dialect(db);
    if (dialect == GM_SQLITE || schema.len == 0)
        GM_TRY(gm_db_current_schema(arena, db, &schema, err));
    if (schema.len == 0) {
        gm_fail(err, GM_E_CONFIG, "%.*s has no current schema for gmig's tables",
                GM_ARG(gm_db_shown(db)));
        return gm_hint(err, "Set `ledger: {schema: NAME}` in gmig.yml, or a search_path whose "
                            "first schema exists.");
    }
    gm_ledger *made = gm_ledger_offline(arena, dialect, schema);
    GM_TRY(gm_ledger_read(db, made, err));
    *ledger = made;
    return GM_OK;
}

/* ---- reading ---- */

static void parse_list(gm_arena *arena, gm_str text, gm_strs *list)
{
    *list = (gm_strs){0};
    while (text.len > 0) {
        size_t comma = gm_str_find(text, ',', 0);
        gm_vec_push(arena, list, gm_str_sub(text, 0, comma));
        text = gm_str_sub(text, comma + 1, text.len);
    }
}

static void parse_options(gm_str text, gm_section *section)
{
    while (text.len > 0) {
        size_t blank = gm_str_find(text, ' ', 0);
        gm_str word = gm_str_sub(text, 0, blank);
        size_t equals = gm_str_find(word, '=', 0);
        gm_str key = gm_str_sub(word, 0, equals);
        gm_str value = gm_str_sub(word, equals + 1, word.len);
        if (gm_str_is(key, "transaction"))
            section->transaction_off = gm_str_is(value, "off");
        else if (gm_str_is(key, "lock-timeout"))
            section->lock_timeout = value;
        else if (gm_str_is(key, "statement-timeout"))
            section->statement_timeout = value;
        text = gm_str_sub(text, blank + 1, text.len);
    }
}

static const gm_section *read_down(gm_arena *arena, const gm_value *sql, gm_str options,
                                   const gm_value *irreversible)
{
    if (sql->null && irreversible->null)
        return NULL;
    gm_section *down = gm_new(arena, gm_section);
    down->sql = sql->text;
    down->line = 1;
    down->marker_line = 1;
    parse_options(options, down);
    down->irreversible = !irreversible->null;
    down->reason = irreversible->text;
    return down;
}

static int64_t number(gm_str text)
{
    uint64_t value = 0;
    return gm_str_u64(text, &value) && value <= INT64_MAX ? (int64_t)value : 0;
}

/* The statements that read are always the same: what they lack is not the person's to correct. */
static gm_code query(gm_db *db, const gm_ledger *ledger, gm_str sql, gm_rows *rows, gm_err *err)
{
    gm_code code = gm_db_query(ledger->arena, db, sql.ptr, NULL, 0, rows, err);
    if (code != GM_E_SQL)
        return code;
    gm_str text = gm_str_dup(err->arena, err->text);
    err->statement = (gm_str){0};
    if (gm_str_is(err->sqlstate, "42501"))
        return code;
    gm_fail(err, GM_E_DATABASE, "the tables of %.*s are no ledger that gmig %s can read: %.*s",
            GM_ARG(ledger->name), GMIG_VERSION, GM_ARG(text));
    return gm_hint(err, "Another version of gmig, or another program, has made them. Use that "
                        "version; on PostgreSQL `ledger: {schema: NAME}` in gmig.yml gives this "
                        "project tables of its own.");
}

static gm_code read_rows(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    gm_arena *arena = ledger->arena;
    const char *applied_at =
        ledger->dialect == GM_POSTGRES
            ? "to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
            : "applied_at";
    gm_str sql = gm_str_printf(
        arena,
        "SELECT id, sequence, parents, depends, message, blob, up_sha256, down_sql, down_options, "
        "irreversible, %s, duration_ms, applied_by, commit_id, tool_version, run "
        "FROM %.*s ORDER BY sequence, id",
        applied_at, GM_ARG(ledger->revisions));
    gm_rows rows = {0};
    GM_TRY(query(db, ledger, sql, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++) {
        const gm_value *v = rows.rows.items[i];
        gm_ledger_row row = {
            .id = v[0].text,
            .sequence = number(v[1].text),
            .message = v[4].text,
            .blob = v[5].text,
            .up_sha256 = v[6].text,
            .down = read_down(arena, &v[7], v[8].text, &v[9]),
            .applied_at = v[10].text,
            .duration_ms = number(v[11].text),
            .applied_by = v[12].text,
            .commit = v[13].text,
            .tool_version = v[14].text,
            .run = v[15].text,
        };
        parse_list(arena, v[2].text, &row.parents);
        parse_list(arena, v[3].text, &row.depends);
        gm_vec_push(arena, &ledger->rows, row);
    }
    GM_EACH (gm_ledger_row, row, &ledger->rows)
        gm_map_add(&ledger->by_id, row->id, row);
    return GM_OK;
}

static gm_intent *intent_of(gm_ledger *ledger, gm_str revision, gm_direction direction,
                            size_t statement)
{
    GM_EACH (gm_intent, intent, &ledger->unfinished)
        if (intent->statement == statement && intent->direction == direction &&
            gm_str_eq(intent->revision, revision))
            return intent;
    gm_vec_push(ledger->arena, &ledger->unfinished,
                (gm_intent){.revision = revision, .direction = direction, .statement = statement});
    return &ledger->unfinished.items[ledger->unfinished.len - 1];
}

/*
 * An entry that ends a revision's section (applied, reverted, stamped, abandoned) closes all
 * intents before it.
 */
static gm_code read_unfinished(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    gm_arena *arena = ledger->arena;
    gm_str sql = gm_str_printf(
        arena,
        "SELECT j.revision, j.direction, j.statement, j.hash, j.kind, j.detail FROM %.*s j LEFT "
        "JOIN "
        "(SELECT revision, max(id) AS id FROM %.*s WHERE kind IN ('applied', 'reverted', 'stamp', "
        "'unstamp', 'abandoned') GROUP BY revision) closed ON closed.revision = j.revision "
        "WHERE j.kind IN ('intent', 'done', 'failed', 'doubt', 'resolve-done', 'resolve-redo') "
        "AND (closed.id IS NULL OR closed.id < j.id) ORDER BY j.id",
        GM_ARG(ledger->journal), GM_ARG(ledger->journal));
    gm_rows rows = {0};
    GM_TRY(query(db, ledger, sql, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++) {
        const gm_value *v = rows.rows.items[i];
        gm_direction direction = gm_str_is(v[1].text, "down") ? GM_DOWN : GM_UP;
        gm_intent *intent = intent_of(ledger, v[0].text, direction, (size_t)number(v[2].text));
        gm_str kind = v[4].text;
        if (gm_str_is(kind, "intent")) {
            intent->hash = v[3].text;
            intent->before = v[5].text;
        }
        intent->done = gm_str_is(kind, "done") || gm_str_is(kind, "resolve-done");
        intent->failed = gm_str_is(kind, "failed");
        intent->redo = gm_str_is(kind, "resolve-redo");
        intent->doubt = gm_str_is(kind, "doubt");
    }
    return GM_OK;
}

gm_code gm_ledger_read(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    bool exists = false;
    bool journal = false;
    if (ledger->table)
        return gm_version_table_read(db, ledger, err);
    GM_TRY(gm_db_table_exists(db, ledger->schema, GM_STR(GM_LEDGER_TABLE), &exists, err));
    if (exists)
        GM_TRY(gm_db_table_exists(db, ledger->schema, GM_STR(GM_JOURNAL_TABLE), &journal, err));
    ledger->rows = (gm_ledger_rows){0};
    ledger->by_id = gm_map_new(ledger->arena);
    ledger->unfinished.len = 0;
    ledger->exists = exists;
    if (!exists)
        return GM_OK;
    GM_TRY(read_rows(db, ledger, err));
    return journal ? read_unfinished(db, ledger, err) : GM_OK;
}

const gm_ledger_row *gm_ledger_find(const gm_ledger *ledger, gm_str id)
{
    return gm_map_get(&ledger->by_id, id);
}

gm_strs gm_ledger_heads(gm_arena *arena, const gm_ledger *ledger)
{
    gm_map parents = gm_map_new(arena);
    gm_strs heads = {0};
    GM_EACH (gm_ledger_row, row, &ledger->rows)
        GM_EACH (gm_str, parent, &row->parents)
            gm_map_add(&parents, *parent, NULL);
    for (size_t i = ledger->rows.len; i-- > 0;)
        if (!gm_map_find(&parents, ledger->rows.items[i].id, NULL))
            gm_vec_push(arena, &heads, ledger->rows.items[i].id);
    return heads;
}

/* ---- making ---- */

gm_strs gm_ledger_ddl(gm_arena *arena, const gm_ledger *ledger, bool with_schema)
{
    bool postgres = ledger->dialect == GM_POSTGRES;
    const char *number_type = postgres ? "bigint" : "integer";
    const char *key = postgres ? "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
                               : "integer PRIMARY KEY AUTOINCREMENT";
    const char *time = postgres ? "timestamptz NOT NULL DEFAULT now()"
                                : "text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))";
    gm_strs ddl = {0};
    if (postgres && with_schema && ledger->schema.len > 0)
        gm_vec_push(arena, &ddl,
                    gm_str_printf(arena, "CREATE SCHEMA IF NOT EXISTS %.*s",
                                  GM_ARG(gm_db_quote_name(arena, ledger->schema))));
    gm_vec_push(arena, &ddl,
                gm_str_printf(arena,
                              "CREATE TABLE IF NOT EXISTS %.*s (\n"
                              "    id text NOT NULL PRIMARY KEY,\n"
                              "    sequence %s NOT NULL,\n"
                              "    parents text NOT NULL,\n"
                              "    depends text NOT NULL,\n"
                              "    message text NOT NULL,\n"
                              "    blob text NOT NULL,\n"
                              "    up_sha256 text NOT NULL,\n"
                              "    down_sql text,\n"
                              "    down_options text NOT NULL,\n"
                              "    irreversible text,\n"
                              "    applied_at %s,\n"
                              "    duration_ms %s NOT NULL,\n"
                              "    applied_by text NOT NULL,\n"
                              "    commit_id text NOT NULL,\n"
                              "    tool_version text NOT NULL,\n"
                              "    run text NOT NULL\n"
                              ")",
                              GM_ARG(ledger->revisions), number_type, time, number_type));
    gm_vec_push(arena, &ddl,
                gm_str_printf(arena,
                              "CREATE TABLE IF NOT EXISTS %.*s (\n"
                              "    id %s,\n"
                              "    run text NOT NULL,\n"
                              "    kind text NOT NULL,\n"
                              "    revision text NOT NULL,\n"
                              "    direction text NOT NULL,\n"
                              "    statement %s NOT NULL,\n"
                              "    hash text NOT NULL,\n"
                              "    detail text NOT NULL,\n"
                              "    actor text NOT NULL,\n"
                              "    commit_id text NOT NULL,\n"
                              "    tool_version text NOT NULL,\n"
                              "    recorded_at %s\n"
                              ")",
                              GM_ARG(ledger->journal), key, number_type, time));
    return ddl;
}

/* SQLSTATEs that two sessions making the same thing at once see in spite of IF NOT EXISTS. */
static bool lost_a_race(const gm_err *err)
{
    static const char *const states[] = {"23505", "42P07", "42P06", "42710",
                                         "40001", "40P01", "XX000"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (gm_str_is(err->sqlstate, states[i]))
            return true;
    return false;
}

static gm_code create_once(gm_db *db, gm_ledger *ledger, bool with_schema, gm_err *err)
{
    gm_strs ddl = gm_ledger_ddl(ledger->arena, ledger, with_schema);
    gm_code code = GM_OK;
    GM_TRY(gm_db_begin(db, err));
    for (size_t i = 0; code == GM_OK && i < ddl.len; i++)
        code = gm_db_execute(db, ddl.items[i], NULL, err);
    return gm_db_end(db, code, err);
}

gm_code gm_ledger_create(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    if (ledger->table)
        return gm_version_table_create(db, ledger, err);
    for (int i = 1; !ledger->exists; i++) {
        /* CREATE SCHEMA IF NOT EXISTS asks for the right to create schemas even where it is there.
         */
        gm_str current = {0};
        GM_TRY(gm_db_current_schema(ledger->arena, db, &current, err));
        bool with_schema = !gm_str_eq(current, ledger->schema);
        gm_code code = create_once(db, ledger, with_schema, err);
        if (code == GM_OK)
            break;
        if (code != GM_E_SQL || !lost_a_race(err) || i == CREATE_TRIES) {
            gm_str text = gm_str_dup(err->arena, err->text);
            err->text = gm_str_printf(err->arena, "cannot make gmig's tables %.*s: %.*s",
                                      GM_ARG(ledger->name), GM_ARG(text));
            err->statement = (gm_str){0};
            if (gm_str_is(err->sqlstate, "42501"))
                return gm_hint(err, "Connect as a role that may create tables there, or name "
                                    "another schema in gmig.yml: ledger: {schema: NAME}.");
            return code;
        }
        gm_err_clear(err);
    }
    return gm_ledger_read(db, ledger, err);
}
