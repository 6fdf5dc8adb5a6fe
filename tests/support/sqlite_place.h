/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SQLITE_PLACE_H
#define GM_SQLITE_PLACE_H

/*
 * SQLite databases in memory for tests that carry one schema to another, and a judge of what is in
 * them that shares nothing with introspection: SQLite's pragmas, and the words of sqlite_schema
 * that no pragma tells.
 */

#include "gm_test.h"

#include <stdio.h>

#include "base/buf.h"
#include "db/introspect.h"
#include "db/render.h"
#include "lang/sql_scan.h"
#include "scratch/scratch.h"

typedef struct {
    gm_arena *arena;
    gm_db *db;
    gm_err err;
} sqlite_place;

static inline sqlite_place sqlite_place_open(gm_arena *arena)
{
    sqlite_place place = {.arena = arena, .err = gm_err_new(arena)};
    gm_db_options options = {
        .dialect = GM_SQLITE, .location = GM_STR(":memory:"), .shown = GM_STR(":memory:")};
    assert_ok(gm_db_open(arena, &options, &place.db, &place.err), &place.err);
    assert_ok(gm_db_execute(place.db, GM_STR("PRAGMA foreign_keys=ON"), NULL, &place.err),
              &place.err);
    return place;
}

static inline void sqlite_place_drop(sqlite_place *place)
{
    gm_db_close(place->db);
    place->db = NULL;
}

static inline gm_code sqlite_place_load(sqlite_place *place, gm_str sql)
{
    gm_sql_statements statements = {0};
    GM_TRY(gm_sql_split(place->arena, GM_SQLITE, GM_STR("case"), 1, sql, &statements, &place->err));
    GM_EACH (gm_sql_statement, statement, &statements)
        GM_TRY(gm_db_execute(place->db, statement->text, NULL, &place->err));
    return GM_OK;
}

/* The schema as gmig reads it; fails the test where that cannot be. */
static inline gm_schema *sqlite_place_schema(sqlite_place *place)
{
    gm_schema *schema = NULL;
    assert_ok(gm_db_introspect(place->arena, place->db, &schema, &place->err), &place->err);
    return schema;
}

/* Rows as "a|b|c", one a line, in the statement's order. */
static inline gm_str sqlite_place_ask(sqlite_place *place, gm_str sql)
{
    gm_rows rows = {0};
    gm_buf buf = gm_buf_new(place->arena, SIZE_MAX);
    const char *text = gm_str_z(place->arena, sql);
    gm_err err = gm_err_new(place->arena);
    if (gm_db_query(place->arena, place->db, text, NULL, 0, &rows, &err) != GM_OK)
        fail_msg("%s: %.*s", text, GM_ARG(err.text));
    GM_EACH (gm_value *, row, &rows.rows) {
        for (size_t i = 0; i < rows.columns.len; i++)
            gm_buf_printf(&buf, "%s%.*s", i ? "|" : "",
                          GM_ARG((*row)[i].null ? GM_STR("NULL") : (*row)[i].text));
        gm_buf_char(&buf, '\n');
    }
    return gm_buf_str(&buf);
}

/* ---- carrying ---- */

/* One rendered statement a paragraph, as a revision file has them. */
static inline gm_str sqlite_rendered(gm_arena *arena, const gm_render *render)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (gm_render_statement, statement, &render->statements) {
        gm_str note = statement->note;
        gm_str line;
        while (gm_str_line(&note, &line))
            gm_buf_printf(&buf, "-- %.*s\n", GM_ARG(line));
        gm_buf_printf(&buf, "%.*s;\n", GM_ARG(statement->sql));
    }
    return gm_buf_str(&buf);
}

/* As the runner does it: split again, in one transaction, with foreign keys off and checked. */
static inline gm_code sqlite_place_apply(sqlite_place *place, gm_str sql)
{
    gm_sql_statements statements = {0};
    gm_err_clear(&place->err);
    GM_TRY(gm_sql_split(place->arena, GM_SQLITE, GM_STR("case"), 1, sql, &statements, &place->err));
    return gm_scratch_run(place->db, GM_STR("case"), &statements, false, true, &place->err);
}

static inline gm_str sqlite_changes(gm_arena *arena, const gm_diff *diff)
{
    gm_strs lines = {0};
    GM_EACH (gm_change, change, &diff->changes)
        gm_vec_push(arena, &lines, gm_change_shown(arena, change));
    return gm_str_join(arena, &lines, GM_STR("\n  "));
}

/* ---- the judge ---- */

/* A word without its quotes, in lower case; strings as they are. */
static inline gm_str judged_word(gm_arena *arena, const gm_token *token)
{
    if (token->kind == GM_TOKEN_NAME)
        return gm_str_lower(arena, gm_str_sub(token->text, 1, token->text.len - 1));
    return token->kind == GM_TOKEN_STRING ? token->text : gm_str_lower(arena, token->text);
}

/* From the scanner on to the end of its parentheses (or of the text), one blank between words. */
static inline gm_str judged_text(gm_arena *arena, gm_scanner *scanner)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    int depth = 0;
    bool parens = false;
    for (;;) {
        gm_token token = gm_scan_next(scanner);
        if (token.kind == GM_TOKEN_END || token.kind == GM_TOKEN_BROKEN)
            return gm_buf_str(&buf);
        parens = parens || (!buf.len && gm_token_mark(&token, '('));
        depth += gm_token_mark(&token, '(') - gm_token_mark(&token, ')');
        gm_buf_printf(&buf, "%s%.*s", buf.len ? " " : "", GM_ARG(judged_word(arena, &token)));
        if (parens && depth == 0)
            return gm_buf_str(&buf);
    }
}

/* What pragmas do not say of a table: checks, expressions, names of constraints and the like. */
static inline gm_str judged_clauses(gm_arena *arena, gm_str sql)
{
    gm_scanner scanner = {.dialect = GM_SQLITE, .text = sql, .line = 1};
    gm_strs clauses = {0};
    for (gm_token token = gm_scan_next(&scanner); token.kind != GM_TOKEN_END;
         token = gm_scan_next(&scanner)) {
        bool text = gm_token_is(&token, "check") || gm_token_is(&token, "as");
        bool name = gm_token_is(&token, "constraint") || gm_token_is(&token, "conflict") ||
                    gm_token_is(&token, "initially");
        gm_token next = {0};
        if (name)
            next = gm_scan_next(&scanner);
        if (text)
            gm_vec_push(arena, &clauses, judged_text(arena, &scanner));
        else if (name || gm_token_is(&token, "autoincrement"))
            gm_vec_push(arena, &clauses,
                        gm_str_printf(arena, "%.*s %.*s", GM_ARG(judged_word(arena, &token)),
                                      GM_ARG(judged_word(arena, &next))));
    }
    gm_strs_sort(&clauses);
    return gm_str_join(arena, &clauses, GM_STR("\n"));
}

/* The texts of indexes, views and triggers, without what stands for nothing. */
static inline gm_str judged_statements(sqlite_place *place)
{
    static const char *const nothing[] = {"asc ", "for each row ", "if not exists "};
    gm_rows rows = {0};
    gm_strs texts = {0};
    assert_ok(gm_db_query(place->arena, place->db,
                          "SELECT sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL",
                          NULL, 0, &rows, &place->err),
              &place->err);
    GM_EACH (gm_value *, row, &rows.rows) {
        gm_scanner scanner = {.dialect = GM_SQLITE, .text = (*row)[0].text, .line = 1};
        gm_str text = judged_text(place->arena, &scanner);
        for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
            gm_str word = gm_str_from(nothing[i]);
            for (size_t at = 0; (at = gm_str_search(text, word)) < text.len;)
                text = gm_str_printf(place->arena, "%.*s%.*s", GM_ARG(gm_str_sub(text, 0, at)),
                                     GM_ARG(gm_str_sub(text, at + word.len, text.len)));
        }
        gm_vec_push(place->arena, &texts, text);
    }
    gm_strs_sort(&texts);
    return gm_str_join(place->arena, &texts, GM_STR("\n"));
}

/* A throw-away index over all columns tells their collations, which no other pragma does. */
static inline gm_str judged_collations(sqlite_place *place, gm_str table)
{
    gm_str quoted = gm_db_quote_name(place->arena, table);
    gm_str names = gm_db_quote_text(place->arena, GM_SQLITE, table);
    gm_str columns = gm_str_trim(sqlite_place_ask(
        place, gm_str_printf(place->arena,
                             "SELECT group_concat('\"' || replace(name, '\"', '\"\"') || '\"') "
                             "FROM pragma_table_xinfo(%.*s) WHERE hidden <> 1",
                             GM_ARG(names))));
    gm_str make = gm_str_printf(place->arena, "CREATE INDEX judged_columns ON %.*s (%.*s)",
                                GM_ARG(quoted), GM_ARG(columns));
    assert_ok(gm_db_execute(place->db, GM_STR("SAVEPOINT judge"), NULL, &place->err), &place->err);
    assert_ok(gm_db_execute(place->db, make, NULL, &place->err), &place->err);
    gm_str found = sqlite_place_ask(place, GM_STR("SELECT lower(name), lower(coll) "
                                                  "FROM pragma_index_xinfo('judged_columns') "
                                                  "WHERE key ORDER BY lower(name)"));
    assert_ok(gm_db_execute(place->db, GM_STR("ROLLBACK TO judge"), NULL, &place->err),
              &place->err);
    assert_ok(gm_db_execute(place->db, GM_STR("RELEASE judge"), NULL, &place->err), &place->err);
    return found;
}

/* REFERENCES t is one with REFERENCES t (the columns of its primary key). */
static const char judged_tables[] =
    "SELECT 'table', lower(name), type, wr, strict FROM pragma_table_list "
    "WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "ORDER BY lower(name)";
static const char judged_columns[] =
    "SELECT 'column', lower(t.name), lower(x.name), lower(replace(x.type, ' ', '')), "
    "x.\"notnull\", nullif(lower(trim(x.dflt_value, '()')), 'null'), x.pk, x.hidden "
    "FROM pragma_table_list t, pragma_table_xinfo(t.name) x WHERE t.schema = 'main' "
    "AND t.type IN ('table', 'virtual') AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "ORDER BY lower(t.name), lower(x.name)";
static const char judged_indexes[] =
    "SELECT 'index', lower(t.name) AS tab, CASE l.origin WHEN 'c' THEN lower(l.name) END AS ind, "
    "l.\"unique\", l.origin, l.partial, (SELECT group_concat(coalesce(lower(x.name), '?') || ' ' "
    "|| x.desc || ' ' || lower(x.coll)) FROM pragma_index_xinfo(l.name) x WHERE x.key) AS cols "
    "FROM pragma_table_list t, pragma_index_list(t.name) l WHERE t.schema = 'main' AND t.type = "
    "'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY tab, ind, l.origin, cols";
static const char judged_references[] =
    "SELECT 'references', lower(t.name) AS tab, lower(f.\"table\") AS parent, (SELECT "
    "group_concat(lower(k.\"from\") || '=' || coalesce(lower(k.\"to\"), (SELECT lower(p.name) FROM "
    "pragma_table_info(f.\"table\") p WHERE p.pk = k.seq + 1), '?')) FROM "
    "pragma_foreign_key_list(t.name) k WHERE k.id = f.id) AS cols, f.on_update, f.on_delete, "
    "f.match FROM pragma_table_list t, pragma_foreign_key_list(t.name) f WHERE f.seq = 0 AND "
    "t.schema = 'main' ORDER BY tab, parent, cols, f.on_update, f.on_delete";

/* The whole catalogue as text; two databases with one schema have one text. */
static inline gm_str sqlite_place_judge(sqlite_place *place)
{
    gm_rows rows = {0};
    gm_buf buf = gm_buf_new(place->arena, SIZE_MAX);
    gm_buf_add(&buf, sqlite_place_ask(place, gm_str_from(judged_tables)));
    gm_buf_add(&buf, sqlite_place_ask(place, gm_str_from(judged_columns)));
    gm_buf_add(&buf, sqlite_place_ask(place, gm_str_from(judged_indexes)));
    gm_buf_add(&buf, sqlite_place_ask(place, gm_str_from(judged_references)));
    assert_ok(gm_db_query(place->arena, place->db,
                          "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND "
                          "rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                          "ORDER BY lower(name)",
                          NULL, 0, &rows, &place->err),
              &place->err);
    GM_EACH (gm_value *, row, &rows.rows)
        gm_buf_printf(&buf, "clauses of %.*s\n%.*s\n%.*s",
                      GM_ARG(gm_str_lower(place->arena, (*row)[0].text)),
                      GM_ARG(judged_clauses(place->arena, (*row)[1].text)),
                      GM_ARG(judged_collations(place, (*row)[0].text)));
    gm_buf_add(&buf, judged_statements(place));
    return gm_buf_str(&buf);
}

/* ---- rows ---- */

typedef struct {
    gm_str name; /* as SQL */
    gm_strs columns;
} sqlite_table;

typedef GM_VEC(sqlite_table) sqlite_tables;

/* The user's tables with those of their columns that take values. */
static inline sqlite_tables sqlite_place_tables(sqlite_place *place)
{
    gm_rows rows = {0};
    sqlite_tables tables = {0};
    assert_ok(gm_db_query(place->arena, place->db,
                          "SELECT t.name, x.name FROM pragma_table_list t, "
                          "pragma_table_xinfo(t.name) x WHERE t.schema = 'main' AND t.type = "
                          "'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND x.hidden = 0 "
                          "ORDER BY t.name, x.cid",
                          NULL, 0, &rows, &place->err),
              &place->err);
    GM_EACH (gm_value *, row, &rows.rows) {
        gm_str name = gm_db_quote_name(place->arena, (*row)[0].text);
        if (!tables.len || !gm_str_eq(tables.items[tables.len - 1].name, name))
            gm_vec_push(place->arena, &tables, (sqlite_table){.name = name});
        gm_vec_push(place->arena, &tables.items[tables.len - 1].columns,
                    gm_db_quote_name(place->arena, (*row)[1].text));
    }
    return tables;
}

static inline void sqlite_place_do(sqlite_place *place, gm_str sql)
{
    if (gm_db_execute(place->db, sql, NULL, &place->err) != GM_OK)
        fail_msg("%.*s: %.*s", GM_ARG(sql), GM_ARG(place->err.text));
}

/* A row that points to none goes again: its parent took no rows. */
static inline void sqlite_place_drop_orphans(sqlite_place *place)
{
    for (;;) {
        gm_rows rows = {0};
        assert_ok(gm_db_query(place->arena, place->db,
                              "SELECT DISTINCT \"table\" FROM pragma_foreign_key_check", NULL, 0,
                              &rows, &place->err),
                  &place->err);
        if (!rows.rows.len)
            return;
        GM_EACH (gm_value *, row, &rows.rows)
            sqlite_place_do(place,
                            gm_str_printf(place->arena, "DELETE FROM %.*s",
                                          GM_ARG(gm_db_quote_name(place->arena, (*row)[0].text))));
    }
}

/*
 * Rows 1 to `count` in every table that takes them, each with its number in every column, so that
 * foreign keys hold; and counters of AUTOINCREMENT that are far beyond.
 */
static inline void sqlite_place_fill(sqlite_place *place, unsigned count)
{
    sqlite_tables tables = sqlite_place_tables(place);
    sqlite_place_do(place, GM_STR("PRAGMA foreign_keys=OFF"));
    GM_EACH (sqlite_table, table, &tables)
        for (unsigned n = 1; n <= count; n++) {
            gm_strs values = {0};
            gm_err refused = gm_err_new(place->arena);
            for (size_t i = 0; i < table->columns.len; i++)
                gm_vec_push(place->arena, &values, gm_str_printf(place->arena, "%u", n));
            gm_db_execute(
                place->db,
                gm_str_printf(place->arena, "INSERT INTO %.*s (%.*s) VALUES (%.*s)",
                              GM_ARG(table->name),
                              GM_ARG(gm_str_join(place->arena, &table->columns, GM_STR(", "))),
                              GM_ARG(gm_str_join(place->arena, &values, GM_STR(", ")))),
                NULL, &refused);
        }
    sqlite_place_drop_orphans(place);
    if (gm_str_is(sqlite_place_ask(place, GM_STR("SELECT count(*) FROM sqlite_schema "
                                                 "WHERE name = 'sqlite_sequence'")),
                  "1\n"))
        sqlite_place_do(place, GM_STR("UPDATE sqlite_sequence SET seq = seq + 100"));
    sqlite_place_do(place, GM_STR("PRAGMA foreign_keys=ON"));
}

static inline const gm_change *sqlite_change_of(const gm_diff *diff, const gm_object *object)
{
    GM_EACH (gm_change, change, &diff->changes)
        if (change->from == object || change->to == object)
            return change;
    return NULL;
}

static inline const gm_object *sqlite_key_of(const gm_schema *schema, const gm_object *table)
{
    GM_EACH (gm_object *, object, &schema->objects)
        if ((*object)->kind == GM_OBJECT_PRIMARY_KEY &&
            gm_str_eq_nocase((*object)->table, table->name))
            return *object;
    return NULL;
}

static inline bool sqlite_counts(const gm_schema *schema, const gm_object *table)
{
    const gm_object *key = sqlite_key_of(schema, table);
    return key && gm_object_has(key, "autoincrement");
}

/*
 * What must be the same before and after: the rows and counters of the tables, and in them the
 * columns, that are on both sides. `after`: by their names in the new schema.
 */
static inline gm_str sqlite_place_kept(sqlite_place *place, const gm_diff *diff, bool after,
                                       size_t *rows)
{
    gm_arena *arena = place->arena;
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    *rows = 0;
    GM_EACH (gm_object *, table, &diff->from->objects) {
        const gm_change *own = sqlite_change_of(diff, *table);
        if ((*table)->kind != GM_OBJECT_TABLE || gm_object_has(*table, "virtual") ||
            (own && own->kind == GM_CHANGE_DROP))
            continue;
        const gm_object *now = own ? own->to
                                   : gm_schema_find(diff->to, GM_OBJECT_TABLE, (gm_str){0},
                                                    (gm_str){0}, (*table)->name);
        gm_strs columns = {0};
        GM_EACH (gm_object *, column, &diff->from->objects) {
            const gm_change *change = sqlite_change_of(diff, *column);
            bool goes = (*column)->kind == GM_OBJECT_COLUMN &&
                        gm_str_eq((*column)->table, (*table)->name) &&
                        !gm_object_has(*column, "generated") &&
                        (!change || (change->kind == GM_CHANGE_ALTER &&
                                     !gm_object_has(change->to, "generated")));
            gm_str name = after && change && change->to ? change->to->name : (*column)->name;
            if (goes)
                gm_vec_push(arena, &columns,
                            gm_str_printf(arena, "CAST(%.*s AS INTEGER)",
                                          GM_ARG(gm_db_quote_name(arena, name))));
        }
        gm_str list = columns.len ? gm_str_join(arena, &columns, GM_STR(", ")) : GM_STR("1");
        gm_str name = after ? now->name : (*table)->name;
        gm_str found = sqlite_place_ask(
            place, gm_str_printf(arena, "SELECT %.*s FROM %.*s ORDER BY %.*s", GM_ARG(list),
                                 GM_ARG(gm_db_quote_name(arena, name)), GM_ARG(list)));
        gm_buf_printf(&buf, "%.*s:\n%.*s", GM_ARG((*table)->name), GM_ARG(found));
        *rows += found.len > 0;
        if (sqlite_counts(diff->from, *table) && sqlite_counts(diff->to, now))
            gm_buf_add(
                &buf,
                sqlite_place_ask(
                    place, gm_str_printf(arena,
                                         "SELECT 'counter', seq FROM sqlite_sequence WHERE name = "
                                         "%.*s COLLATE NOCASE",
                                         GM_ARG(gm_db_quote_text(arena, GM_SQLITE, name)))));
    }
    return gm_buf_str(&buf);
}

/* Does the new schema refuse rows that the old one takes, or want values that nobody gave? */
static inline bool sqlite_may_refuse_rows(const gm_diff *diff)
{
    GM_EACH (gm_change, change, &diff->changes) {
        const gm_object *to = change->to;
        bool stricter = to && !change->along &&
                        (to->kind == GM_OBJECT_PRIMARY_KEY || to->kind == GM_OBJECT_UNIQUE ||
                         to->kind == GM_OBJECT_CHECK || to->kind == GM_OBJECT_FOREIGN_KEY ||
                         gm_object_has(to, "unique") || gm_object_has(to, "strict"));
        bool wants = to && !change->along && change->kind == GM_CHANGE_ADD &&
                     gm_object_has(to, "not null") && !gm_object_has(to, "default");
        if (stricter || wants)
            return true;
    }
    return false;
}

#endif
