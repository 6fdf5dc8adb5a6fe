/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/clock.h"
#include "runner/version_notes.h"
#include "runner/version_table.h"

/*
 * Rows as columns, so that the same list serves a statement with parameters and offline SQL with
 * literals. A column with an `expression` is computed by the database; offline SQL has those where
 * the value is not known before the script runs.
 */
typedef struct {
    const char *name;
    gm_value value;
    const char *expression;
} column;

enum { COLUMNS_MAX = 20 };

typedef struct {
    column items[COLUMNS_MAX];
    size_t len;
} columns;

static void add(columns *list, const char *name, gm_str text)
{
    list->items[list->len++] = (column){.name = name, .value = {.text = text}};
}

static void add_null(columns *list, const char *name)
{
    list->items[list->len++] = (column){.name = name, .value = {.null = true}};
}

static void add_number(columns *list, gm_arena *arena, const char *name, int64_t n)
{
    add(list, name, gm_str_printf(arena, "%lld", (long long)n));
}

static gm_str down_options(gm_arena *arena, const gm_section *down)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    if (down == NULL)
        return GM_STR("");
    if (down->transaction_off)
        gm_buf_z(&buf, " transaction=off");
    if (down->lock_timeout.len > 0)
        gm_buf_printf(&buf, " lock-timeout=%.*s", GM_ARG(down->lock_timeout));
    if (down->statement_timeout.len > 0)
        gm_buf_printf(&buf, " statement-timeout=%.*s", GM_ARG(down->statement_timeout));
    return gm_str_dup(arena, gm_str_trim(gm_buf_str(&buf)));
}

static void add_content(columns *list, gm_arena *arena, const gm_ledger_row *row)
{
    const gm_section *down = row->down;
    add(list, "parents", gm_str_join(arena, &row->parents, GM_STR(",")));
    add(list, "depends", gm_str_join(arena, &row->depends, GM_STR(",")));
    add(list, "message", row->message);
    add(list, "blob", row->blob);
    add(list, "up_sha256", row->up_sha256);
    if (down == NULL || down->irreversible)
        add_null(list, "down_sql");
    else
        add(list, "down_sql", down->sql);
    add(list, "down_options", down_options(arena, down));
    if (down != NULL && down->irreversible)
        add(list, "irreversible", down->reason);
    else
        add_null(list, "irreversible");
    add(list, "commit_id", row->commit);
    add(list, "tool_version", GM_STR(GMIG_VERSION));
}

static columns row_columns(gm_arena *arena, const gm_ledger_row *row)
{
    columns list = {0};
    add(&list, "id", row->id);
    add_content(&list, arena, row);
    add_number(&list, arena, "sequence", row->sequence);
    add(&list, "applied_at", gm_time_iso(arena, gm_clock_now()));
    add_number(&list, arena, "duration_ms", row->duration_ms);
    add(&list, "applied_by", row->applied_by);
    add(&list, "run", row->run);
    return list;
}

static columns journal_columns(gm_arena *arena, const gm_journal_entry *entry)
{
    columns list = {0};
    add(&list, "run", entry->run);
    add(&list, "kind", gm_str_from(entry->kind));
    add(&list, "revision", entry->revision);
    add(&list, "direction", entry->direction == GM_UP ? GM_STR("up") : GM_STR("down"));
    add_number(&list, arena, "statement", (int64_t)entry->statement);
    add(&list, "hash", entry->hash);
    add(&list, "detail", entry->detail);
    add(&list, "actor", entry->actor);
    add(&list, "commit_id", entry->commit);
    add(&list, "tool_version", GM_STR(GMIG_VERSION));
    return list;
}

static void names(gm_buf *sql, const columns *list)
{
    for (size_t i = 0; i < list->len; i++)
        gm_buf_printf(sql, "%s%s", i > 0 ? ", " : "", list->items[i].name);
}

static gm_str insert_with_parameters(gm_arena *arena, gm_str table, const columns *list,
                                     const char *tail)
{
    gm_buf sql = gm_buf_new(arena, SIZE_MAX);
    gm_buf_printf(&sql, "INSERT INTO %.*s (", GM_ARG(table));
    names(&sql, list);
    gm_buf_z(&sql, ") VALUES (");
    for (size_t i = 0; i < list->len; i++)
        gm_buf_printf(&sql, "%s$%zu", i > 0 ? ", " : "", i + 1);
    gm_buf_printf(&sql, ")%s", tail);
    return gm_buf_str(&sql);
}

static gm_str insert_with_literals(gm_arena *arena, const gm_ledger *ledger, gm_str table,
                                   const columns *list)
{
    gm_buf sql = gm_buf_new(arena, SIZE_MAX);
    gm_buf_printf(&sql, "INSERT INTO %.*s (", GM_ARG(table));
    names(&sql, list);
    gm_buf_z(&sql, ")\nVALUES (");
    for (size_t i = 0; i < list->len; i++) {
        const column *c = &list->items[i];
        gm_buf_z(&sql, i > 0 ? ", " : "");
        if (c->expression != NULL)
            gm_buf_z(&sql, c->expression);
        else if (c->value.null)
            gm_buf_z(&sql, "NULL");
        else
            gm_buf_add(&sql, gm_db_quote_text(arena, ledger->dialect, c->value.text));
    }
    gm_buf_z(&sql, ")");
    return gm_buf_str(&sql);
}

static size_t parameters(const columns *list, gm_value *values)
{
    for (size_t i = 0; i < list->len; i++)
        values[i] = list->items[i].value;
    return list->len;
}

/* Runs a statement that ends in RETURNING; *hit says whether it touched a row. */
static gm_code touch(gm_arena *arena, gm_db *db, gm_str sql, const gm_value *values, size_t count,
                     bool *hit, gm_err *err)
{
    gm_rows rows = {0};
    GM_TRY(gm_db_query(arena, db, sql.ptr, values, count, &rows, err));
    *hit = rows.rows.len > 0;
    return GM_OK;
}

gm_code gm_ledger_insert(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row,
                         bool *inserted, gm_err *err)
{
    if (ledger->table) {
        GM_TRY(gm_version_table_insert(db, ledger, row, inserted, err));
        return *inserted ? gm_version_notes_insert(db, ledger, row, err) : GM_OK;
    }
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    columns list = row_columns(scratch, row);
    gm_value values[COLUMNS_MAX];
    size_t count = parameters(&list, values);
    gm_str sql = insert_with_parameters(scratch, ledger->revisions, &list,
                                        " ON CONFLICT (id) DO NOTHING RETURNING 1");
    return touch(scratch, db, sql, values, count, inserted, err);
}

gm_code gm_ledger_delete(gm_db *db, const gm_ledger *ledger, gm_str id, bool *deleted, gm_err *err)
{
    if (ledger->table) {
        GM_TRY(gm_version_table_remove(db, ledger, id, deleted, err));
        return *deleted ? gm_version_notes_delete(db, ledger, id, err) : GM_OK;
    }
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_value value = {.text = id};
    gm_str sql = gm_str_printf(scratch, "DELETE FROM %.*s WHERE id = $1 RETURNING 1",
                               GM_ARG(ledger->revisions));
    return touch(scratch, db, sql, &value, 1, deleted, err);
}

/* Another tool's table has no more than the row itself, and its revision need not have a note. */
static gm_code update(gm_db *db, const gm_ledger *ledger, gm_str id, const columns *list,
                      gm_err *err)
{
    bool may_lack = ledger->table != NULL;
    if (ledger->table)
        ledger = ledger->notes;
    if (!ledger)
        return GM_OK;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_value values[COLUMNS_MAX + 1];
    size_t count = parameters(list, values);
    values[count++] = (gm_value){.text = id};
    gm_buf sql = gm_buf_new(scratch, SIZE_MAX);
    gm_buf_printf(&sql, "UPDATE %.*s SET ", GM_ARG(ledger->revisions));
    for (size_t i = 0; i < list->len; i++)
        gm_buf_printf(&sql, "%s%s = $%zu", i > 0 ? ", " : "", list->items[i].name, i + 1);
    gm_buf_printf(&sql, " WHERE id = $%zu RETURNING 1", count);
    bool hit = false;
    GM_TRY(touch(scratch, db, gm_buf_str(&sql), values, count, &hit, err));
    if (hit || may_lack)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "the row of revision %.*s is gone from %.*s", GM_ARG(id),
            GM_ARG(ledger->name));
    return gm_hint(err, "Another session changed it meanwhile. Look with `gmig current`.");
}

gm_code gm_ledger_update(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    columns list = {0};
    add_content(&list, scratch, row);
    return update(db, ledger, row->id, &list, err);
}

gm_code gm_ledger_set_duration(gm_db *db, const gm_ledger *ledger, gm_str id, int64_t ms,
                               gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    columns list = {0};
    add_number(&list, scratch, "duration_ms", ms);
    return update(db, ledger, id, &list, err);
}

gm_code gm_journal_add(gm_db *db, const gm_ledger *ledger, const gm_journal_entry *entry,
                       gm_err *err)
{
    if (ledger->table)
        return ledger->notes ? gm_journal_add(db, ledger->notes, entry, err) : GM_OK;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    columns list = journal_columns(scratch, entry);
    gm_value values[COLUMNS_MAX];
    size_t count = parameters(&list, values);
    gm_str sql = insert_with_parameters(scratch, ledger->journal, &list, "");
    gm_rows rows = {0};
    return gm_db_query(scratch, db, sql.ptr, values, count, &rows, err);
}

gm_code gm_ledger_finish(gm_db *db, const gm_ledger *ledger, const gm_journal_entry *entry,
                         int64_t duration_ms, gm_err *err)
{
    if (ledger->table)
        return ledger->notes ? gm_ledger_finish(db, ledger->notes, entry, duration_ms, err) : GM_OK;
    if (ledger->dialect == GM_SQLITE) {
        if (duration_ms > 0)
            GM_TRY(gm_ledger_set_duration(db, ledger, entry->revision, duration_ms, err));
        return gm_journal_add(db, ledger, entry, err);
    }
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    columns list = journal_columns(scratch, entry);
    gm_value values[COLUMNS_MAX + 2];
    size_t count = parameters(&list, values);
    values[count++] = (gm_value){.text = gm_str_printf(scratch, "%lld", (long long)duration_ms)};
    values[count++] = (gm_value){.text = entry->revision};
    gm_str insert = insert_with_parameters(scratch, ledger->journal, &list, "");
    gm_str sql = gm_str_printf(scratch,
                               "WITH timed AS (UPDATE %.*s SET duration_ms = $%zu WHERE id = $%zu) "
                               "%.*s",
                               GM_ARG(ledger->revisions), count - 1, count, GM_ARG(insert));
    gm_rows rows = {0};
    return gm_db_query(scratch, db, sql.ptr, values, count, &rows, err);
}

/* ---- offline ---- */

static void compute(columns *list, const char *name, const char *expression)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->items[i].name, name) == 0)
            list->items[i].expression = expression;
}

gm_str gm_ledger_insert_sql(gm_arena *arena, const gm_ledger *ledger, const gm_ledger_row *row)
{
    bool postgres = ledger->dialect == GM_POSTGRES;
    columns list = row_columns(arena, row);
    gm_str next = gm_str_printf(arena, "(SELECT coalesce(max(sequence), 0) + 1 FROM %.*s)",
                                GM_ARG(ledger->revisions));
    compute(&list, "sequence", next.ptr);
    compute(&list, "applied_at", postgres ? "now()" : "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')");
    if (postgres)
        compute(&list, "applied_by", "session_user");
    compute(&list, "duration_ms", "0");
    return insert_with_literals(arena, ledger, ledger->revisions, &list);
}

gm_str gm_journal_sql(gm_arena *arena, const gm_ledger *ledger, const gm_journal_entry *entry)
{
    columns list = journal_columns(arena, entry);
    if (ledger->dialect == GM_POSTGRES)
        compute(&list, "actor", "session_user");
    return insert_with_literals(arena, ledger, ledger->journal, &list);
}
