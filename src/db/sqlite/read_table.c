/* SPDX-License-Identifier: Apache-2.0 */

/*
 * CREATE TABLE -> a table, its columns and constraints.
 */

#include "db/sqlite/read.h"

#include "base/buf.h"

typedef struct {
    gm_sqlite_reader *reader;
    gm_arena *arena;
    gm_object *table;
    const gm_map *columns;
    gm_tokens tokens;
    size_t at;
    gm_object *column;               /* the one that is read; NULL in table constraints */
    GM_VEC(gm_object *) constraints; /* of that column, or the one of the table */
    gm_sqlite_reference reference;   /* the foreign key read last */
    gm_str without_rowid_key;        /* columns of the primary key */
} cursor;

/* ---- tokens ---- */

static const gm_token *here(const cursor *c)
{
    static const gm_token end = {.kind = GM_TOKEN_END};
    return c->at < c->tokens.len ? &c->tokens.items[c->at] : &end;
}

static bool is(const cursor *c, const char *word)
{
    return gm_token_is(here(c), word);
}

static bool accept(cursor *c, const char *word)
{
    bool found = is(c, word);
    c->at += found;
    return found;
}

static bool accept_mark(cursor *c, char mark)
{
    bool found = gm_token_mark(here(c), mark);
    c->at += found;
    return found;
}

static bool accept_two(cursor *c, const char *first, const char *second)
{
    size_t at = c->at;
    if (accept(c, first) && accept(c, second))
        return true;
    c->at = at;
    return false;
}

static bool take_name(cursor *c, gm_str *name)
{
    gm_token_kind kind = here(c)->kind;
    if (kind != GM_TOKEN_WORD && kind != GM_TOKEN_NAME && kind != GM_TOKEN_STRING)
        return false;
    *name = gm_sqlite_unquote(c->arena, here(c));
    c->at++;
    return true;
}

/* What is between parentheses, as a range of tokens. */
static bool take_parens(cursor *c, size_t *from, size_t *to)
{
    if (!gm_token_mark(here(c), '('))
        return false;
    size_t behind = gm_tokens_behind(&c->tokens, c->at);
    *from = c->at + 1;
    *to = behind - 1;
    c->at = behind;
    return true;
}

static bool take_expression(cursor *c, gm_str *expression)
{
    size_t from;
    size_t to;
    if (!take_parens(c, &from, &to))
        return false;
    *expression = gm_sqlite_canon_expression(c->arena, &c->tokens, from, to, c->columns);
    return true;
}

static void set(cursor *c, gm_object *object, const char *property, gm_str value)
{
    gm_object_set(c->arena, object, property, value);
}

/* ---- parts of constraints ---- */

static bool take_conflict(cursor *c, gm_object *object, const char *property)
{
    gm_str name;
    if (!accept_two(c, "on", "conflict"))
        return true;
    if (!take_name(c, &name))
        return false;
    name = gm_str_lower(c->arena, name);
    if (!gm_str_is(name, "abort")) /* the default */
        set(c, object, property, name);
    return true;
}

static bool take_action(cursor *c, gm_object *key)
{
    gm_str event;
    if (!take_name(c, &event))
        return false;
    gm_str action;
    if (accept_two(c, "set", "null"))
        action = GM_STR("set null");
    else if (accept_two(c, "set", "default"))
        action = GM_STR("set default");
    else if (accept_two(c, "no", "action"))
        action = (gm_str){0}; /* the default */
    else if (is(c, "cascade") || is(c, "restrict"))
        action = gm_str_lower(c->arena, c->tokens.items[c->at++].text);
    else
        return false;
    if (gm_str_eq_nocase(event, GM_STR("insert"))) /* SQLite takes it and forgets it */
        return true;
    set(c, key, gm_str_eq_nocase(event, GM_STR("delete")) ? "on delete" : "on update", action);
    return true;
}

/* Only DEFERRABLE INITIALLY DEFERRED is not as if nothing was written. */
static bool take_deferral(cursor *c, gm_object *key)
{
    bool not = accept(c, "not");
    if (!accept(c, "deferrable"))
        return false;
    bool deferred = accept_two(c, "initially", "deferred");
    if (!deferred)
        accept_two(c, "initially", "immediate");
    set(c, key, "deferrable", deferred && !not ? GM_STR("initially deferred") : (gm_str){0});
    return true;
}

static bool at_deferral(const cursor *c)
{
    return is(c, "deferrable") || (is(c, "not") && c->at + 1 < c->tokens.len &&
                                   gm_token_is(&c->tokens.items[c->at + 1], "deferrable"));
}

/* From the name of the parent on. */
static bool take_reference(cursor *c, gm_object *key)
{
    gm_sqlite_reference made = {.key = key};
    size_t from;
    size_t to;
    gm_str match;
    if (!take_name(c, &made.parent))
        return false;
    if (take_parens(c, &from, &to))
        made.columns = gm_sqlite_column_list(c->arena, &c->tokens, from, to, NULL);
    for (;;) {
        if (accept(c, "on")) {
            if (!take_action(c, key))
                return false;
        } else if (accept(c, "match")) {
            if (!take_name(c, &match))
                return false;
            match = gm_str_lower(c->arena, match);
            set(c, key, "match", gm_str_is(match, "simple") ? GM_STR("") : match);
        } else {
            break;
        }
    }
    c->reference = made;
    return true;
}

/* ---- constraints ---- */

static gm_object *constraint(cursor *c, gm_object_kind kind, gm_str name)
{
    gm_object *made = gm_new(c->arena, gm_object);
    made->kind = kind;
    made->table = c->table->name;
    made->name = name;
    gm_vec_push(c->arena, &c->constraints, made);
    return made;
}

/* Of a table: the list of columns and what may follow. */
static bool take_key(cursor *c, gm_object *key)
{
    size_t from;
    size_t to;
    if (!take_parens(c, &from, &to))
        return false;
    if (to > from && gm_token_is(&c->tokens.items[to - 1], "autoincrement")) {
        set(c, key, "autoincrement", GM_STR("true"));
        to--;
    }
    set(c, key, "columns", gm_sqlite_column_list(c->arena, &c->tokens, from, to, c->columns));
    return take_conflict(c, key, "on conflict");
}

static bool take_check(cursor *c, gm_object *check)
{
    gm_str expression;
    if (!take_expression(c, &expression))
        return false;
    set(c, check, "expression", expression);
    return take_conflict(c, check, "on conflict");
}

static bool take_table_constraint(cursor *c, gm_str name)
{
    size_t from;
    size_t to;
    if (accept_two(c, "primary", "key"))
        return take_key(c, constraint(c, GM_OBJECT_PRIMARY_KEY, name));
    if (accept(c, "unique"))
        return take_key(c, constraint(c, GM_OBJECT_UNIQUE, name));
    if (accept(c, "check"))
        return take_check(c, constraint(c, GM_OBJECT_CHECK, name));
    if (!accept_two(c, "foreign", "key") || !take_parens(c, &from, &to))
        return false;
    gm_object *key = constraint(c, GM_OBJECT_FOREIGN_KEY, name);
    set(c, key, "columns", gm_sqlite_column_list(c->arena, &c->tokens, from, to, c->columns));
    return accept(c, "references") && take_reference(c, key) &&
           (!at_deferral(c) || take_deferral(c, key));
}

/* ---- column constraints ---- */

static bool take_default(cursor *c)
{
    const gm_token *token = here(c);
    gm_str text;
    if (gm_token_mark(token, '(')) {
        if (!take_expression(c, &text))
            return false;
    } else if (token->kind == GM_TOKEN_NAME ||
               (token->kind == GM_TOKEN_WORD && !gm_token_is(token, "x") &&
                !gm_token_is(token, "null") && !gm_token_is(token, "true") &&
                !gm_token_is(token, "false") &&
                !gm_str_starts(gm_str_lower(c->arena, token->text), GM_STR("current_")))) {
        /* A bare name is a string. */
        gm_str inner = gm_sqlite_unquote(c->arena, token);
        gm_buf buf = gm_buf_new(c->arena, SIZE_MAX);
        gm_buf_char(&buf, '\'');
        for (size_t i = 0; i < inner.len; i++) {
            if (inner.ptr[i] == '\'')
                gm_buf_char(&buf, '\'');
            gm_buf_char(&buf, inner.ptr[i]);
        }
        gm_buf_char(&buf, '\'');
        text = gm_buf_str(&buf);
        c->at++;
    } else {
        /* A literal with its sign; the parts of x'00', .5 and 1e-5 are tokens of their own. */
        size_t from = c->at;
        if (accept_mark(c, '-') || accept_mark(c, '+'))
            from = c->at - 1;
        do
            c->at++;
        while (c->at < c->tokens.len &&
               c->tokens.items[c->at].text.ptr ==
                   c->tokens.items[c->at - 1].text.ptr + c->tokens.items[c->at - 1].text.len &&
               !gm_token_mark(here(c), ',') && !gm_token_mark(here(c), ')'));
        text = gm_sqlite_canon(c->arena, &c->tokens, from, c->at, GM_CANON_FOLD_CASE, NULL);
    }
    /* No default is NULL too. */
    set(c, c->column, "default", gm_str_is(text, "NULL") ? GM_STR("") : text);
    return true;
}

static bool take_generated(cursor *c)
{
    gm_str expression;
    if (!take_expression(c, &expression))
        return false;
    set(c, c->column, "generated", expression);
    if (accept(c, "stored"))
        set(c, c->column, "stored", GM_STR("true"));
    else
        accept(c, "virtual");
    return true;
}

static gm_str own_name(cursor *c)
{
    return gm_sqlite_name(c->arena, c->column->name);
}

static bool take_column_key(cursor *c, gm_object_kind kind, gm_str name)
{
    gm_object *key = constraint(c, kind, name);
    gm_str columns = own_name(c);
    if (accept(c, "desc")) {
        /* Written so, INTEGER PRIMARY KEY DESC is no alias for the rowid; in a constraint of the
         * table it is. https://sqlite.org/lang_createtable.html#rowids_and_the_integer_primary_key
         */
        columns = gm_str_printf(c->arena, "%.*s DESC", GM_ARG(columns));
        set(c, key, "inline", GM_STR("true"));
    } else {
        accept(c, "asc");
    }
    set(c, key, "columns", columns);
    if (!take_conflict(c, key, "on conflict"))
        return false;
    if (accept(c, "autoincrement"))
        set(c, key, "autoincrement", GM_STR("true"));
    return true;
}

/* What has no object of its own keeps its constraint's name in a property. */
static void set_constraint_name(cursor *c, const char *property, gm_str name)
{
    set(c, c->column, property, name);
}

/* It is part of the REFERENCES that it follows. */
static bool take_column_deferral(cursor *c)
{
    gm_object *key = c->reference.key;
    if (!key || !take_deferral(c, key))
        return false;
    gm_str last = c->tokens.items[c->at - 1].text;
    key->text.len = (size_t)(last.ptr + last.len - key->text.ptr);
    return true;
}

/* One constraint, or the end of them (a name may be left over); false when it cannot be read. */
static bool take_column_constraint(cursor *c, gm_str name, bool *end)
{
    gm_str text;
    if (accept_two(c, "primary", "key"))
        return take_column_key(c, GM_OBJECT_PRIMARY_KEY, name);
    if (accept(c, "unique"))
        return take_column_key(c, GM_OBJECT_UNIQUE, name);
    if (accept(c, "check"))
        return take_check(c, constraint(c, GM_OBJECT_CHECK, name));
    if (accept(c, "references")) {
        gm_object *key = constraint(c, GM_OBJECT_FOREIGN_KEY, name);
        set(c, key, "columns", own_name(c));
        return take_reference(c, key);
    }
    if (at_deferral(c))
        return take_column_deferral(c);
    if (accept_two(c, "not", "null")) {
        set(c, c->column, "not null", GM_STR("true"));
        set_constraint_name(c, "not null constraint", name);
        return take_conflict(c, c->column, "not null on conflict");
    }
    if (accept(c, "null")) /* takes a conflict clause and means nothing */
        return !accept_two(c, "on", "conflict") || take_name(c, &text);
    if (accept(c, "default")) {
        set_constraint_name(c, "default constraint", name);
        return take_default(c);
    }
    if (accept(c, "collate")) {
        if (!take_name(c, &text))
            return false;
        text = gm_str_lower(c->arena, text);
        set(c, c->column, "collation", gm_str_is(text, "binary") ? GM_STR("") : text);
        set_constraint_name(c, "collation constraint", name);
        return true;
    }
    if (accept_two(c, "generated", "always") || is(c, "as")) {
        set_constraint_name(c, "generated constraint", name);
        return accept(c, "as") && take_generated(c);
    }
    *end = true;
    return true;
}

/* ---- columns ---- */

static bool ends_type(const cursor *c)
{
    static const char *const words[] = {"constraint", "primary", "not",     "null",       "unique",
                                        "check",      "default", "collate", "references", "as"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (is(c, words[i]))
            return true;
    return (is(c, "generated") && c->at + 1 < c->tokens.len &&
            gm_token_is(&c->tokens.items[c->at + 1], "always")) ||
           (here(c)->kind != GM_TOKEN_WORD && here(c)->kind != GM_TOKEN_NAME &&
            here(c)->kind != GM_TOKEN_STRING);
}

static void take_type(cursor *c)
{
    gm_buf buf = gm_buf_new(c->arena, SIZE_MAX);
    while (!ends_type(c)) {
        if (buf.len)
            gm_buf_char(&buf, ' ');
        gm_buf_add(&buf, gm_str_lower(c->arena, gm_sqlite_unquote(c->arena, here(c))));
        c->at++;
    }
    size_t from;
    size_t to;
    if (buf.len && take_parens(c, &from, &to)) {
        gm_str inner = gm_sqlite_canon(c->arena, &c->tokens, from, to, GM_CANON_FOLD_CASE, NULL);
        gm_buf_printf(&buf, "(%.*s)", GM_ARG(inner));
    }
    set(c, c->column, "type", gm_buf_str(&buf));
}

/* A constraint's own text: its name and what was read for it. */
static void set_text(cursor *c, size_t constraints, size_t from)
{
    if (c->constraints.len > constraints)
        c->constraints.items[constraints]->text = gm_tokens_source(&c->tokens, from, c->at);
}

static void finish_constraints(cursor *c)
{
    gm_schema *schema = c->reader->schema;
    for (size_t i = 0; i < c->constraints.len; i++) {
        gm_object *made = c->constraints.items[i];
        if (made->kind == GM_OBJECT_PRIMARY_KEY)
            c->without_rowid_key = gm_object_get(made, "columns");
        if (made->kind != GM_OBJECT_FOREIGN_KEY)
            gm_sqlite_add_constraint(schema, made);
        gm_object_need(c->arena, made, c->table);
    }
    c->constraints.len = 0;
    c->reference = (gm_sqlite_reference){0};
}

static void finish_reference(cursor *c)
{
    if (c->reference.key)
        gm_vec_push(c->arena, &c->reader->references, c->reference);
    c->reference = (gm_sqlite_reference){0};
}

static bool take_constraints_of_column(cursor *c)
{
    bool end = false;
    while (!end) {
        size_t from = c->at;
        size_t before = c->constraints.len;
        gm_str name = {0};
        if (accept(c, "constraint") && !take_name(c, &name))
            return false;
        if (is(c, "references"))
            finish_reference(c);
        if (!take_column_constraint(c, name, &end))
            return false;
        if (!end)
            set_text(c, before, from);
    }
    finish_reference(c);
    return true;
}

static bool take_column(cursor *c, size_t position)
{
    size_t from = c->at;
    gm_object *column = gm_new(c->arena, gm_object);
    column->kind = GM_OBJECT_COLUMN;
    column->table = c->table->name;
    column->position = position;
    c->column = column;
    if (!take_name(c, &column->name))
        return false;
    take_type(c);
    if (!take_constraints_of_column(c))
        return false;
    column->text = gm_tokens_source(&c->tokens, from, c->at);
    if (!gm_schema_add(c->reader->schema, column))
        return false;
    gm_object_need(c->arena, column, c->table);
    finish_constraints(c);
    c->column = NULL;
    return true;
}

/* ---- the table ---- */

static bool at_table_constraint(const cursor *c)
{
    return is(c, "constraint") || is(c, "primary") || is(c, "unique") || is(c, "check") ||
           is(c, "foreign");
}

static bool take_named_table_constraint(cursor *c)
{
    size_t from = c->at;
    gm_str name = {0};
    if (accept(c, "constraint") && !take_name(c, &name))
        return false;
    if (!take_table_constraint(c, name))
        return false;
    set_text(c, 0, from);
    finish_reference(c);
    finish_constraints(c);
    return true;
}

static bool take_options(cursor *c)
{
    while (c->at < c->tokens.len) {
        if (accept_two(c, "without", "rowid"))
            set(c, c->table, "without rowid", GM_STR("true"));
        else if (accept(c, "strict"))
            set(c, c->table, "strict", GM_STR("true"));
        else if (!accept_mark(c, ','))
            return false;
    }
    return true;
}

/* Without a rowid, columns of the primary key are NOT NULL, written or not. */
static void require_key_columns(cursor *c)
{
    if (!gm_object_has(c->table, "without rowid"))
        return;
    gm_tokens key = {0};
    gm_sqlite_tokens(c->arena, c->without_rowid_key, &key);
    for (size_t i = 0; i < key.len; i++) {
        gm_object *column =
            gm_schema_find(c->reader->schema, GM_OBJECT_COLUMN, (gm_str){0}, c->table->name,
                           gm_sqlite_unquote(c->arena, &key.items[i]));
        if (column)
            set(c, column, "not null", GM_STR("true"));
    }
}

static bool take_table(cursor *c)
{
    gm_str name;
    size_t position = 0;
    if (!accept_two(c, "create", "table") || !take_name(c, &name) || !accept_mark(c, '('))
        return false;
    while (!at_table_constraint(c)) {
        if (!take_column(c, ++position))
            return false;
        if (!accept_mark(c, ','))
            break;
    }
    while (at_table_constraint(c)) {
        if (!take_named_table_constraint(c))
            return false;
        accept_mark(c, ','); /* SQLite takes them without */
    }
    if (!accept_mark(c, ')') || !take_options(c))
        return false;
    require_key_columns(c);
    return position == c->columns->entries.len;
}

gm_code gm_sqlite_read_table(gm_sqlite_reader *reader, gm_object *table, const gm_map *columns,
                             gm_err *err)
{
    cursor c = {
        .reader = reader, .arena = reader->schema->arena, .table = table, .columns = columns};
    if (!gm_schema_add(reader->schema, table) ||
        !gm_sqlite_tokens(c.arena, table->text, &c.tokens) || !take_table(&c))
        return gm_sqlite_unread(table, err);
    return GM_OK;
}
