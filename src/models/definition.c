/* SPDX-License-Identifier: Apache-2.0 */

/*
 * SQLite's properties are nearly in these words already. PostgreSQL says one text, as
 * pg_get_constraintdef and pg_get_indexdef write it: whatever stands there that is not known here
 * makes the whole unsayable, so that nothing is lost.
 */

#include "models/definition.h"

#include "base/buf.h"
#include "lang/sql_scan.h"

typedef struct {
    gm_arena *arena;
    gm_scanner scanner;
    gm_token token; /* the next one */
} cursor;

static void advance(cursor *c)
{
    c->token = gm_scan_next(&c->scanner);
}

static cursor cursor_of(gm_arena *arena, gm_dialect dialect, gm_str text)
{
    cursor c = {.arena = arena, .scanner = {.dialect = dialect, .text = text, .line = 1}};
    advance(&c);
    return c;
}

static bool accept(cursor *c, const char *word)
{
    if (!gm_token_is(&c->token, word))
        return false;
    advance(c);
    return true;
}

static bool accept_mark(cursor *c, char mark)
{
    if (!gm_token_mark(&c->token, mark))
        return false;
    advance(c);
    return true;
}

static bool at_end(const cursor *c)
{
    return c->token.kind == GM_TOKEN_END;
}

static bool name(cursor *c, gm_str *out)
{
    gm_str text = c->token.text;
    if (c->token.kind == GM_TOKEN_WORD) {
        *out = text;
    } else if (c->token.kind == GM_TOKEN_NAME) {
        gm_buf buf = gm_buf_new(c->arena, SIZE_MAX);
        for (size_t i = 1; i + 1 < text.len; i++) {
            gm_buf_char(&buf, text.ptr[i]);
            if (text.ptr[i] == text.ptr[0])
                i++;
        }
        *out = gm_buf_str(&buf);
    } else {
        return false;
    }
    advance(c);
    return true;
}

/* "(a, b)": names and nothing else. */
static bool names(cursor *c, gm_strs *out)
{
    if (!accept_mark(c, '('))
        return false;
    do {
        gm_str each;
        if (!name(c, &each))
            return false;
        gm_vec_push(c->arena, out, each);
    } while (accept_mark(c, ','));
    return accept_mark(c, ')');
}

/* What stands in parentheses, cut at its own commas when `parts` is wanted. */
static bool group(cursor *c, gm_strs *parts, gm_str *whole)
{
    if (!gm_token_mark(&c->token, '('))
        return false;
    size_t depth = 1;
    size_t start = c->scanner.at;
    size_t first = start;
    while (depth) {
        advance(c);
        bool comma = depth == 1 && parts && gm_token_mark(&c->token, ',');
        if (c->token.kind == GM_TOKEN_END || c->token.kind == GM_TOKEN_BROKEN)
            return false;
        depth += gm_token_mark(&c->token, '(') || gm_token_mark(&c->token, '[');
        depth -= gm_token_mark(&c->token, ')') || gm_token_mark(&c->token, ']');
        size_t end = c->scanner.at - c->token.text.len;
        if (parts && (comma || depth == 0))
            gm_vec_push(c->arena, parts, gm_str_trim(gm_str_sub(c->scanner.text, start, end)));
        if (comma)
            start = c->scanner.at;
        if (depth == 0 && whole)
            *whole = gm_str_trim(gm_str_sub(c->scanner.text, first, end));
    }
    advance(c);
    return true;
}

static gm_str rest(cursor *c)
{
    gm_str text = c->scanner.text;
    gm_str left = gm_str_sub(text, c->scanner.at - c->token.text.len, text.len);
    while (!at_end(c) && c->token.kind != GM_TOKEN_BROKEN)
        advance(c);
    return gm_str_trim(left);
}

/* ---- PostgreSQL ---- */

static bool nulls(cursor *c, gm_definition *d)
{
    if (!accept(c, "nulls"))
        return true;
    d->nulls_not_distinct = true;
    return accept(c, "not") && accept(c, "distinct");
}

static bool deferrable(cursor *c, gm_definition *d)
{
    if (!accept(c, "deferrable"))
        return true;
    d->deferrable = GM_STR("true");
    if (!accept(c, "initially"))
        return true;
    d->deferrable = GM_STR("initially deferred");
    return accept(c, "deferred");
}

static bool action(cursor *c, gm_str *out)
{
    static const struct {
        const char *words[2];
        const char *name;
    } actions[] = {{{"cascade", NULL}, "cascade"},
                   {{"restrict", NULL}, "restrict"},
                   {{"set", "null"}, "set null"},
                   {{"set", "default"}, "set default"}};
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        cursor tried = *c;
        if (accept(&tried, actions[i].words[0]) &&
            (!actions[i].words[1] || accept(&tried, actions[i].words[1]))) {
            *c = tried;
            *out = gm_str_from(actions[i].name);
            return true;
        }
    }
    return false;
}

/* "app.users(id)". A name with a dot in it would be taken for two. */
static bool reference(cursor *c, gm_definition *d)
{
    gm_str first;
    gm_str second;
    if (!name(c, &first) || gm_str_has(first, '.'))
        return false;
    d->table = first;
    if (accept_mark(c, '.')) {
        if (!name(c, &second) || gm_str_has(second, '.'))
            return false;
        d->table = gm_str_printf(c->arena, "%.*s.%.*s", GM_ARG(first), GM_ARG(second));
    }
    return names(c, &d->referenced);
}

static bool foreign_key(cursor *c, gm_definition *d)
{
    if (!accept(c, "foreign") || !accept(c, "key") || !names(c, &d->columns) ||
        !accept(c, "references") || !reference(c, d))
        return false;
    if (accept(c, "match")) {
        d->match_full = true;
        if (!accept(c, "full"))
            return false;
    }
    while (accept(c, "on")) {
        bool update = accept(c, "update");
        if ((!update && !accept(c, "delete")) || !action(c, update ? &d->on_update : &d->on_delete))
            return false;
    }
    return deferrable(c, d);
}

static bool key(cursor *c, gm_definition *d)
{
    if (!nulls(c, d) || !names(c, &d->columns))
        return false;
    return (!accept(c, "include") || names(c, &d->include)) && deferrable(c, d);
}

static bool exclusion(cursor *c, gm_definition *d)
{
    return accept(c, "exclude") && accept(c, "using") && name(c, &d->method) &&
           group(c, &d->columns, NULL) && (!accept(c, "where") || group(c, NULL, &d->expression)) &&
           deferrable(c, d);
}

static bool index_of(cursor *c, gm_definition *d)
{
    if (!group(c, &d->columns, NULL) || (accept(c, "include") && !names(c, &d->include)) ||
        !nulls(c, d) || (accept(c, "with") && !group(c, NULL, &d->with)))
        return false;
    if (accept(c, "where"))
        d->expression = rest(c);
    return true;
}

static bool read_postgres(gm_arena *arena, const gm_object *object, gm_definition *d)
{
    cursor c = cursor_of(arena, GM_POSTGRES, gm_object_get(object, "definition"));
    bool good = false;
    switch (object->kind) {
    case GM_OBJECT_PRIMARY_KEY:
        good = accept(&c, "primary") && accept(&c, "key") && key(&c, d) && !d->nulls_not_distinct;
        break;
    case GM_OBJECT_UNIQUE:
        good = accept(&c, "unique") && key(&c, d);
        break;
    case GM_OBJECT_CHECK:
        good = accept(&c, "check") && group(&c, NULL, &d->expression);
        break;
    case GM_OBJECT_FOREIGN_KEY:
        good = foreign_key(&c, d);
        break;
    case GM_OBJECT_EXCLUSION:
        good = exclusion(&c, d);
        break;
    case GM_OBJECT_INDEX:
        good = index_of(&c, d);
        d->method = gm_object_get(object, "method");
        break;
    default:
        break;
    }
    return good && at_end(&c);
}

/* ---- SQLite ---- */

static bool in_parentheses(gm_arena *arena, gm_str text, bool bare, gm_strs *out)
{
    cursor c = cursor_of(arena, GM_SQLITE, gm_str_printf(arena, "(%.*s)", GM_ARG(text)));
    return (bare ? names(&c, out) : group(&c, out, NULL)) && at_end(&c);
}

static bool read_sqlite(gm_arena *arena, const gm_object *object, gm_definition *d)
{
    bool index = object->kind == GM_OBJECT_INDEX;
    if (object->kind == GM_OBJECT_CHECK) {
        d->expression = gm_object_get(object, "expression");
        return true;
    }
    d->expression = gm_object_get(object, "where");
    d->autoincrement = gm_object_has(object, "autoincrement");
    if (!in_parentheses(arena, gm_object_get(object, "columns"), !index, &d->columns))
        return false;
    if (object->kind != GM_OBJECT_FOREIGN_KEY)
        return true;
    cursor c = cursor_of(arena, GM_SQLITE, gm_object_get(object, "references"));
    gm_str late = gm_object_get(object, "deferrable");
    gm_str match = gm_object_get(object, "match");
    d->on_update = gm_object_get(object, "on update");
    d->on_delete = gm_object_get(object, "on delete");
    d->match_full = gm_str_is(match, "full");
    d->deferrable = late;
    return reference(&c, d) && at_end(&c) && (!match.len || d->match_full) &&
           (!late.len || gm_str_is(late, "initially deferred"));
}

static bool has_only_known(const gm_object *object)
{
    static const char *const known[] = {
        "definition", "columns", "references", "on update",     "on delete", "match",  "deferrable",
        "expression", "unique",  "where",      "autoincrement", "method",    "comment"};
    for (size_t i = 0; i < object->properties.len; i++) {
        bool found = false;
        for (size_t j = 0; j < sizeof(known) / sizeof(known[0]); j++)
            found = found || gm_str_is(object->properties.items[i].name, known[j]);
        if (!found)
            return false;
    }
    return true;
}

bool gm_definition_read(gm_arena *arena, gm_dialect dialect, const gm_object *object,
                        gm_definition *definition)
{
    gm_definition made = {0};
    if (!has_only_known(object) || !(dialect == GM_POSTGRES ? read_postgres(arena, object, &made)
                                                            : read_sqlite(arena, object, &made)))
        return false;
    *definition = made;
    return true;
}

bool gm_definition_name(gm_arena *arena, gm_dialect dialect, gm_str text, gm_str *out)
{
    cursor c = cursor_of(arena, dialect, text);
    gm_str made;
    if (!name(&c, &made) || !at_end(&c))
        return false;
    *out = made;
    return true;
}
