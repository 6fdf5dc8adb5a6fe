/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements -> facts.
 *
 * A fact is the normal text (lang/sql_text.h) of the smallest part that can change alone: a clause
 * of a CREATE TABLE, or a whole statement of any other kind. So two branches that add a column each
 * to one table change different facts, and their sums add up.
 *
 * The texts are frozen: tests/unit/test_models_facts.c holds golden ones. A change of how they are
 * made needs a new FACT_VERSION, which makes every fingerprint stale at once.
 */
#include "base/digest.h"
#include "lang/sql_scan.h"
#include "lang/sql_text.h"
#include "models/reader.h"

#define FACT_VERSION "gmig fact 1\n"

static uint64_t hash(gm_arena *arena, gm_str text)
{
    gm_str hex = gm_sha256_hex(arena, gm_str_printf(arena, FACT_VERSION "%.*s", GM_ARG(text)));
    uint64_t value = 0;
    for (size_t i = 0; i < 16; i++) {
        char c = hex.ptr[i];
        value = value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return value;
}

static void add_fact(gm_models_reader *r, gm_str object, gm_str text, size_t line)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_fact fact = {
        .text = text, .object = object, .path = r->path, .line = line, .hash = hash(scratch, text)};
    gm_vec_push(r->arena, &r->models->facts, fact);
    r->models->fingerprint += fact.hash;
}

void gm_models_add_sql(gm_models_reader *r, gm_str sql, size_t line)
{
    gm_vec_push(r->arena, &r->models->statements,
                (gm_model_statement){.sql = sql, .path = r->path, .line = line});
}

/* One object is defined once: the second place is an error that names the first. */
static gm_code define(gm_models_reader *r, gm_str object, size_t line)
{
    const gm_model_statement *first = gm_map_get(&r->defined, object);
    if (first) {
        gm_models_fail(r, line, "%.*s is defined twice", GM_ARG(object));
        return gm_hint(r->err, "It is defined at %.*s:%zu as well; keep one of the two.",
                       GM_ARG(first->path), first->line);
    }
    gm_model_statement *place = gm_new(r->arena, gm_model_statement);
    *place = (gm_model_statement){.path = r->path, .line = line};
    gm_map_add(&r->defined, object, place);
    return GM_OK;
}

/* ---- tables ---- */

static bool begins_constraint(const gm_token *token)
{
    static const char *const words[] = {"constraint", "primary", "unique", "check",
                                        "foreign",    "exclude", "like"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (gm_token_is(token, words[i]))
            return true;
    return false;
}

/* "column email of users", "constraint users_pkey of users" */
static gm_str clause_object(gm_models_reader *r, gm_str table, gm_str clause)
{
    gm_scanner scanner = {.dialect = r->dialect, .text = clause, .line = 1};
    gm_token first = gm_scan_next(&scanner);
    gm_token second = gm_scan_next(&scanner);
    if (gm_token_is(&first, "constraint"))
        return gm_str_printf(r->arena, "constraint %.*s of %.*s", GM_ARG(second.text),
                             GM_ARG(table));
    if (begins_constraint(&first))
        return gm_str_printf(r->arena, "%.*s of %.*s", GM_ARG(gm_str_lower(r->arena, first.text)),
                             GM_ARG(table));
    return gm_str_printf(r->arena, "column %.*s of %.*s", GM_ARG(first.text), GM_ARG(table));
}

/* public is where a name without a schema goes. */
static gm_str bare(gm_models_reader *r, gm_str normal_name)
{
    gm_str public = GM_STR("public . ");
    if (r->dialect == GM_POSTGRES && gm_str_starts(normal_name, public))
        return gm_str_sub(normal_name, public.len, normal_name.len);
    return normal_name;
}

gm_code gm_models_add_table(gm_models_reader *r, gm_str name, size_t line,
                            const gm_clauses *clauses, gm_str tail)
{
    gm_str table = bare(r, gm_sql_normal(r->arena, r->dialect, name));
    gm_str object = gm_str_printf(r->arena, "table %.*s", GM_ARG(table));
    GM_TRY(define(r, object, line));
    gm_str normal_tail = gm_sql_normal(r->arena, r->dialect, tail);
    add_fact(r, object, gm_str_printf(r->arena, "%.*s: %.*s", GM_ARG(object), GM_ARG(normal_tail)),
             line);
    gm_map columns = gm_map_new(r->arena);
    GM_EACH (gm_clause, clause, clauses) {
        gm_str what = clause_object(r, table, clause->text);
        bool named =
            gm_str_starts(what, GM_STR("column ")) || gm_str_starts(what, GM_STR("constraint "));
        if (named && !gm_map_add(&columns, what, NULL))
            return gm_models_fail(r, clause->line, "%.*s is there twice", GM_ARG(what));
        gm_str normal = gm_sql_normal(r->arena, r->dialect, clause->text);
        add_fact(r, what, gm_str_printf(r->arena, "%.*s: %.*s", GM_ARG(object), GM_ARG(normal)),
                 clause->line);
    }
    return GM_OK;
}

/* ---- other statements ---- */

typedef struct {
    gm_scanner scanner;
    gm_token token;
} cursor;

static void advance(cursor *c)
{
    c->token = gm_scan_next(&c->scanner);
}

static bool pass(cursor *c, const char *word)
{
    if (!gm_token_is(&c->token, word))
        return false;
    advance(c);
    return true;
}

/* A name with its schema, in normal form; the cursor is behind it. */
static gm_str take_name(gm_models_reader *r, cursor *c)
{
    const char *start = c->token.text.ptr;
    const char *end = start;
    for (;;) {
        if (c->token.kind != GM_TOKEN_WORD && c->token.kind != GM_TOKEN_NAME)
            break;
        end = c->token.text.ptr + c->token.text.len;
        advance(c);
        if (!gm_token_mark(&c->token, '.'))
            break;
        advance(c);
    }
    gm_str name = gm_str_of(start, (size_t)(end - start));
    return bare(r, gm_sql_normal(r->arena, r->dialect, name));
}

static void pass_noise(cursor *c)
{
    static const char *const noise[] = {
        "or",  "replace", "temp", "temporary", "unlogged", "unique",    "if",
        "not", "exists",  "only", "recursive", "global",   "constraint"};
    for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]);)
        i = pass(c, noise[i]) ? 0 : i + 1;
}

/* "view active_users", "index users_email_idx", "table cards" (that an ALTER is about) … */
static gm_str statement_object(gm_models_reader *r, gm_str sql, bool *creates)
{
    cursor c = {.scanner = {.dialect = r->dialect, .text = sql, .line = 1}};
    advance(&c);
    *creates = gm_token_is(&c.token, "create");
    bool comment = gm_token_is(&c.token, "comment");
    advance(&c);
    if (comment)
        pass(&c, "on");
    pass_noise(&c);
    gm_str kind = gm_str_lower(r->arena, c.token.text);
    advance(&c);
    if (gm_str_is(kind, "materialized") || gm_str_is(kind, "event") || gm_str_is(kind, "foreign")) {
        kind = gm_str_printf(r->arena, "%.*s %.*s", GM_ARG(kind),
                             GM_ARG(gm_str_lower(r->arena, c.token.text)));
        advance(&c);
    }
    if (gm_str_is(kind, "index"))
        pass(&c, "concurrently");
    pass_noise(&c);
    gm_str name = take_name(r, &c);
    gm_str object = gm_str_printf(r->arena, "%.*s %.*s", GM_ARG(kind), GM_ARG(name));
    /* Functions may share a name, and triggers and policies that of another table. */
    *creates = *creates && (gm_str_is(kind, "view") || gm_str_is(kind, "materialized view") ||
                            gm_str_is(kind, "index") || gm_str_is(kind, "type") ||
                            gm_str_is(kind, "domain") || gm_str_is(kind, "sequence"));
    return object;
}

/* What only speaks to the session that loads it, or hands out rights, says nothing of the schema.
 */
static bool says_nothing(gm_models_reader *r, gm_str sql)
{
    static const char *const words[] = {"set",   "select", "reset", "grant", "revoke",
                                        "begin", "commit", "start", "end"};
    cursor c = {.scanner = {.dialect = r->dialect, .text = sql, .line = 1}};
    advance(&c);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (gm_token_is(&c.token, words[i]))
            return true;
    return false;
}

gm_code gm_models_add_statement(gm_models_reader *r, gm_str sql, size_t line)
{
    if (says_nothing(r, sql))
        return GM_OK;
    bool creates = false;
    gm_str object = statement_object(r, sql, &creates);
    if (creates)
        GM_TRY(define(r, object, line));
    add_fact(r, object, gm_sql_normal(r->arena, r->dialect, sql), line);
    return GM_OK;
}
