/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Texts that differ only in names that were renamed. Compared token by token, and only in names
 * that the object can speak of: those of its own table and of what it needs.
 */

#include "schema/renames.h"

#include "base/buf.h"
#include "lang/sql_scan.h"

typedef struct {
    const gm_renaming *renaming;
    gm_dialect dialect;
    GM_VEC(gm_renamed) list; /* renames that the object can speak of */
} speaker;

/* ---- what an object can speak of ---- */

static bool same_table(const gm_object *a, const gm_object *b)
{
    return a->table.len && gm_str_eq(a->table, b->table) && gm_str_eq(a->schema, b->schema);
}

static bool owns(const gm_object *owner, const gm_object *object)
{
    return owner->table.len == 0 && object->table.len && gm_str_eq(owner->name, object->table) &&
           gm_str_eq(owner->schema, object->schema);
}

static bool near(const gm_object *object, const gm_object *renamed)
{
    /* NOLINTNEXTLINE(readability-suspicious-call-argument): each may own the other */
    bool owned = owns(renamed, object) || owns(object, renamed);
    return owned || object == renamed || same_table(object, renamed);
}

static bool speaks_of(const gm_object *object, const gm_object *renamed)
{
    if (near(object, renamed))
        return true;
    for (size_t i = 0; i < object->needs.len; i++)
        if (near(object->needs.items[i], renamed))
            return true;
    return false;
}

static bool carried_along(gm_object_kind kind)
{
    static const gm_object_kind texts[] = {
        GM_OBJECT_VIEW,     GM_OBJECT_MATERIALIZED_VIEW, GM_OBJECT_RULE,     GM_OBJECT_FUNCTION,
        GM_OBJECT_OPERATOR, GM_OBJECT_AGGREGATE,         GM_OBJECT_PROCEDURE};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i] == kind)
            return false;
    return true;
}

/* ---- tokens ---- */

/* A name or a string without its quotes. */
static gm_str inner(gm_arena *arena, const gm_token *token)
{
    if (token->kind != GM_TOKEN_NAME && token->kind != GM_TOKEN_STRING)
        return token->text;
    gm_str text = gm_str_sub(token->text, 1, token->text.len - 1);
    char quote = token->text.ptr[0];
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < text.len; i++) {
        gm_buf_char(&buf, text.ptr[i]);
        if (text.ptr[i] == quote)
            i++;
    }
    return gm_buf_str(&buf);
}

static bool is_name(const gm_token *token)
{
    return token->kind == GM_TOKEN_WORD || token->kind == GM_TOKEN_NAME;
}

static bool renamed_to(const speaker *s, gm_str a, gm_str b, bool in_string)
{
    for (size_t i = 0; i < s->list.len; i++) {
        const gm_renamed *each = &s->list.items[i];
        if ((!in_string || each->from->table.len == 0) &&
            gm_schema_same_name(s->dialect, each->from->name, a) &&
            gm_schema_same_name(s->dialect, each->to->name, b))
            return true;
    }
    return false;
}

/* 'glad' that became 'happy', in a text that names the type. */
static bool label_renamed_to(const speaker *s, gm_str text, gm_str a, gm_str b)
{
    for (size_t i = 0; i < s->renaming->labels.len; i++) {
        const gm_rename *label = &s->renaming->labels.items[i];
        if (gm_str_eq(label->from, a) && gm_str_eq(label->to, b) &&
            gm_str_search(text, label->table) < text.len)
            return true;
    }
    return false;
}

static bool same_tokens(const speaker *s, gm_arena *arena, gm_str a, gm_str b, bool in_string);

/* Strings may hold a name, as nextval('users_id_seq'::regclass) does. */
static bool same_string(const speaker *s, gm_arena *arena, const gm_token *x, const gm_token *y,
                        gm_str text)
{
    gm_str a = inner(arena, x);
    gm_str b = inner(arena, y);
    return label_renamed_to(s, text, a, b) || same_tokens(s, arena, a, b, true);
}

static bool same_token(const speaker *s, gm_arena *arena, const gm_token *x, const gm_token *y,
                       gm_str text, bool in_string)
{
    if (is_name(x) && is_name(y)) {
        gm_str a = inner(arena, x);
        gm_str b = inner(arena, y);
        return gm_schema_same_name(s->dialect, a, b) || renamed_to(s, a, b, in_string);
    }
    if (x->kind != y->kind)
        return false;
    if (gm_str_eq(x->text, y->text))
        return true;
    return x->kind == GM_TOKEN_STRING && !in_string && same_string(s, arena, x, y, text);
}

static bool same_tokens(const speaker *s, gm_arena *arena, gm_str a, gm_str b, bool in_string)
{
    gm_scanner left = {.dialect = s->dialect, .text = a, .line = 1};
    gm_scanner right = {.dialect = s->dialect, .text = b, .line = 1};
    for (;;) {
        gm_token x = gm_scan_next(&left);
        gm_token y = gm_scan_next(&right);
        if (x.kind == GM_TOKEN_END || y.kind == GM_TOKEN_END)
            return x.kind == y.kind;
        if (x.kind == GM_TOKEN_BROKEN || y.kind == GM_TOKEN_BROKEN)
            return false;
        if (!same_token(s, arena, &x, &y, b, in_string))
            return false;
    }
}

static speaker speaker_of(gm_arena *arena, const gm_renaming *renaming, const gm_object *from)
{
    speaker s = {.renaming = renaming, .dialect = renaming->from->dialect};
    for (size_t i = 0; i < renaming->list.len; i++)
        if (speaks_of(from, renaming->list.items[i].from))
            gm_vec_push(arena, &s.list, renaming->list.items[i]);
    return s;
}

/* The columns that a text names: of its own table, of those that a view reads, and behind
 * REFERENCES of another table. */
static bool names_column(const gm_object *object, const gm_object *renamed, bool elsewhere)
{
    if (renamed->kind != GM_OBJECT_COLUMN)
        return false;
    return object->table.len == 0 || same_table(object, renamed) != elsewhere;
}

bool gm_renaming_moves(const gm_renaming *renaming, const gm_object *from,
                       const gm_property *property)
{
    if (renaming->list.len == 0)
        return false;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    speaker s = speaker_of(scratch, renaming, from);
    gm_scanner scanner = {.dialect = s.dialect, .text = property->value, .line = 1};
    bool elsewhere = gm_str_is(property->name, "references");
    for (gm_token token = gm_scan_next(&scanner);
         s.list.len && token.kind != GM_TOKEN_END && token.kind != GM_TOKEN_BROKEN;
         token = gm_scan_next(&scanner)) {
        GM_EACH (const gm_renamed, each, &s.list)
            if (is_name(&token) && names_column(from, each->from, elsewhere) &&
                gm_schema_same_name(s.dialect, each->from->name, inner(scratch, &token)))
                return true;
        elsewhere = elsewhere || gm_token_is(&token, "references");
    }
    return false;
}

bool gm_renaming_same_text(const gm_renaming *renaming, const gm_object *from, gm_str a, gm_str b)
{
    if (gm_str_eq(a, b))
        return true;
    if (renaming->list.len + renaming->labels.len == 0 || !carried_along(from->kind))
        return false;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    speaker s = speaker_of(scratch, renaming, from);
    return s.list.len + renaming->labels.len > 0 && same_tokens(&s, scratch, a, b, false);
}
