/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What constraints share, and CREATE INDEX, VIEW, TRIGGER and VIRTUAL TABLE -> objects.
 */

#include "db/sqlite/read.h"

#include "base/buf.h"

gm_code gm_sqlite_unread(const gm_object *object, gm_err *err)
{
    gm_fail(err, GM_E_UNKNOWN, "cannot read the definition of %.*s",
            GM_ARG(gm_object_shown(err->arena, object)));
    err->statement = gm_str_dup(err->arena, object->text);
    return gm_hint(err, "SQLite takes it and gmig does not: please report the statement.");
}

/* ---- lists of columns ---- */

/* One term: a column or an expression, its collation and order. */
static void add_term(gm_buf *buf, gm_arena *arena, const gm_tokens *tokens, size_t from, size_t to,
                     const gm_map *columns)
{
    bool descending = false;
    gm_str collation = {0};
    if (to > from + 1 &&
        (gm_token_is(&tokens->items[to - 1], "asc") || gm_token_is(&tokens->items[to - 1], "desc")))
        descending = gm_token_is(&tokens->items[--to], "desc");
    if (to > from + 2 && gm_token_is(&tokens->items[to - 2], "collate")) {
        collation = gm_str_lower(arena, gm_sqlite_unquote(arena, &tokens->items[to - 1]));
        to -= 2;
    }
    bool name = to == from + 1 && tokens->items[from].kind != GM_TOKEN_NUMBER;
    gm_buf_add(buf, name ? gm_sqlite_name(arena, gm_sqlite_unquote(arena, &tokens->items[from]))
                         : gm_sqlite_canon_expression(arena, tokens, from, to, columns));
    if (collation.len)
        gm_buf_printf(buf, " COLLATE %.*s", GM_ARG(collation));
    if (descending)
        gm_buf_z(buf, " DESC");
}

gm_str gm_sqlite_column_list(gm_arena *arena, const gm_tokens *tokens, size_t from, size_t to,
                             const gm_map *columns)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t start = from; start < to;) {
        size_t end = start;
        while (end < to && !gm_token_mark(&tokens->items[end], ','))
            end = gm_token_mark(&tokens->items[end], '(') ? gm_tokens_behind(tokens, end) : end + 1;
        if (buf.len)
            gm_buf_z(&buf, ", ");
        add_term(&buf, arena, tokens, start, end, columns);
        start = end + 1;
    }
    return gm_buf_str(&buf);
}

/* ---- constraints ---- */

void gm_sqlite_add_constraint(gm_schema *schema, gm_object *constraint)
{
    if (gm_schema_add(schema, constraint))
        return;
    /* SQLite does not mind two constraints of one name, nor the same one twice. */
    gm_object_set(schema->arena, constraint, "name", constraint->name);
    constraint->name = (gm_str){0};
    for (unsigned again = 2; !gm_schema_add(schema, constraint); again++)
        gm_object_set(schema->arena, constraint, "again",
                      gm_str_printf(schema->arena, "%u", again));
}

static gm_str primary_key_of(const gm_schema *schema, gm_str table)
{
    for (size_t i = 0; i < schema->objects.len; i++) {
        const gm_object *object = schema->objects.items[i];
        if (object->kind == GM_OBJECT_PRIMARY_KEY && gm_str_eq_nocase(object->table, table))
            return gm_object_get(object, "columns");
    }
    return (gm_str){0};
}

void gm_sqlite_resolve_references(gm_sqlite_reader *reader)
{
    gm_schema *schema = reader->schema;
    GM_EACH (gm_sqlite_reference, each, &reader->references) {
        /* REFERENCES users means its primary key. */
        gm_str columns = each->columns.len ? each->columns : primary_key_of(schema, each->parent);
        gm_buf buf = gm_buf_new(schema->arena, SIZE_MAX);
        gm_buf_add(&buf, gm_sqlite_name(schema->arena, each->parent));
        if (columns.len)
            gm_buf_printf(&buf, "(%.*s)", GM_ARG(columns));
        gm_object_set(schema->arena, each->key, "references", gm_buf_str(&buf));
        gm_sqlite_add_constraint(schema, each->key);
        gm_object *parent =
            gm_schema_find(schema, GM_OBJECT_TABLE, (gm_str){0}, (gm_str){0}, each->parent);
        if (!parent)
            continue;
        gm_object_need(schema->arena, each->key, parent);
        gm_object *child = gm_schema_owner(schema, each->key);
        if (child != parent) /* for people, who read parents first */
            gm_object_need(schema->arena, child, parent);
    }
}

/* ---- other statements ---- */

/* Behind "CREATE [UNIQUE|VIRTUAL] KIND [schema.]NAME". */
static size_t behind_name(const gm_tokens *tokens, const char *kind)
{
    size_t at = 0;
    while (at < tokens->len && !gm_token_is(&tokens->items[at], kind))
        at++;
    at += 2;
    if (at + 1 < tokens->len && gm_token_mark(&tokens->items[at], '.'))
        at += 2;
    return at;
}

gm_code gm_sqlite_read_index(gm_schema *schema, gm_object *index, const gm_map *columns,
                             gm_err *err)
{
    gm_tokens tokens;
    gm_arena *arena = schema->arena;
    if (!gm_sqlite_tokens(arena, index->text, &tokens))
        return gm_sqlite_unread(index, err);
    size_t at = behind_name(&tokens, "index");
    if (at + 2 >= tokens.len || !gm_token_is(&tokens.items[at], "on") ||
        !gm_token_mark(&tokens.items[at + 2], '('))
        return gm_sqlite_unread(index, err);
    size_t behind = gm_tokens_behind(&tokens, at + 2);
    if (gm_token_is(&tokens.items[1], "unique"))
        gm_object_set(arena, index, "unique", GM_STR("true"));
    gm_object_set(arena, index, "columns",
                  gm_sqlite_column_list(arena, &tokens, at + 3, behind - 1, columns));
    if (behind == tokens.len)
        return GM_OK;
    if (!gm_token_is(&tokens.items[behind], "where"))
        return gm_sqlite_unread(index, err);
    gm_object_set(arena, index, "where",
                  gm_sqlite_canon_expression(arena, &tokens, behind + 1, tokens.len, columns));
    return GM_OK;
}

gm_code gm_sqlite_read_view(gm_schema *schema, gm_object *view, gm_err *err)
{
    gm_tokens tokens;
    if (!gm_sqlite_tokens(schema->arena, view->text, &tokens))
        return gm_sqlite_unread(view, err);
    size_t at = behind_name(&tokens, "view");
    gm_object_set(
        schema->arena, view, "definition",
        gm_sqlite_canon(schema->arena, &tokens, at, tokens.len, GM_CANON_KEEP_CASE, NULL));
    return GM_OK;
}

gm_code gm_sqlite_read_virtual(gm_schema *schema, gm_object *table, gm_err *err)
{
    gm_tokens tokens;
    if (!gm_sqlite_tokens(schema->arena, table->text, &tokens))
        return gm_sqlite_unread(table, err);
    size_t at = behind_name(&tokens, "table");
    if (at >= tokens.len || !gm_token_is(&tokens.items[at], "using"))
        return gm_sqlite_unread(table, err);
    /* Arguments are the module's own language: only blanks are taken for nothing. */
    gm_object_set(
        schema->arena, table, "virtual",
        gm_sqlite_canon(schema->arena, &tokens, at + 1, tokens.len, GM_CANON_KEEP_CASE, NULL));
    return GM_OK;
}

/* The time of a trigger that says none is BEFORE, and each is FOR EACH ROW. */
gm_code gm_sqlite_read_trigger(gm_schema *schema, gm_object *trigger, gm_err *err)
{
    gm_tokens all;
    gm_tokens tokens = {0};
    gm_arena *arena = schema->arena;
    if (!gm_sqlite_tokens(arena, trigger->text, &all))
        return gm_sqlite_unread(trigger, err);
    size_t at = behind_name(&all, "trigger");
    if (at + 2 >= all.len)
        return gm_sqlite_unread(trigger, err);
    bool timed = gm_token_is(&all.items[at], "before") || gm_token_is(&all.items[at], "after") ||
                 gm_token_is(&all.items[at], "instead");
    bool head = true;
    for (size_t i = at; i < all.len; i++) {
        head = head && !gm_token_is(&all.items[i], "begin");
        if (head && i + 2 < all.len && gm_token_is(&all.items[i], "for") &&
            gm_token_is(&all.items[i + 1], "each") && gm_token_is(&all.items[i + 2], "row")) {
            i += 2;
            continue;
        }
        gm_vec_push(arena, &tokens, all.items[i]);
    }
    gm_str text = gm_sqlite_canon(arena, &tokens, 0, tokens.len, GM_CANON_FOLD_CASE, NULL);
    gm_object_set(arena, trigger, "definition",
                  timed ? text : gm_str_printf(arena, "BEFORE %.*s", GM_ARG(text)));
    return GM_OK;
}
