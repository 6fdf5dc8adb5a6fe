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
    const gm_object *object; /* whose text it is, in the old schema */
    gm_dialect dialect;
    bool columns;            /* names in the text may be those of columns */
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

/* ---- names ---- */

/*
 * Can a name there be that of the renamed column? It can in a text of its own table, in that of a
 * view, and behind REFERENCES of another table.
 */
static bool names_column(const gm_object *object, const gm_object *renamed, bool elsewhere)
{
    return object->table.len == 0 || same_table(object, renamed) != elsewhere;
}

/* A foreign key says exactly of which table it speaks; other texts may read any. */
static bool may_mean(const speaker *s, const gm_object *renamed, bool elsewhere)
{
    return s->object->kind != GM_OBJECT_FOREIGN_KEY || renamed->kind != GM_OBJECT_COLUMN ||
           names_column(s->object, renamed, elsewhere);
}

/* Where a reader is: in a string, or in what a foreign key says of another table. */
typedef struct {
    bool string;
    bool elsewhere;
} place;

static bool renamed_to(const speaker *s, gm_str a, gm_str b, place at)
{
    for (size_t i = 0; i < s->list.len; i++) {
        const gm_renamed *each = &s->list.items[i];
        if ((!at.string || each->from->table.len == 0) && may_mean(s, each->from, at.elsewhere) &&
            gm_schema_same_name(s->dialect, each->from->name, a) &&
            gm_schema_same_name(s->dialect, each->to->name, b))
            return true;
    }
    return false;
}

/* A column loses this name. Engines carry that along, so the same name is now another column's. */
static bool loses(const speaker *s, gm_str name, place at)
{
    if (!s->columns || at.string)
        return false;
    for (size_t i = 0; i < s->list.len; i++) {
        const gm_object *from = s->list.items[i].from;
        if (from->kind == GM_OBJECT_COLUMN && names_column(s->object, from, at.elsewhere) &&
            gm_schema_same_name(s->dialect, from->name, name))
            return true;
    }
    return false;
}

static bool same_name(const speaker *s, gm_str a, gm_str b, place at)
{
    return renamed_to(s, a, b, at) || (gm_schema_same_name(s->dialect, a, b) && !loses(s, a, at));
}

/*
 * Does what follows name another table than that of the object? The server names what is in public
 * without its schema.
 */
static bool leads_elsewhere(const speaker *s, gm_arena *arena, gm_scanner scanner)
{
    gm_str schema = {0};
    gm_str table = {0};
    gm_token token = gm_scan_next(&scanner);
    for (; is_name(&token) || gm_str_is(token.text, "."); token = gm_scan_next(&scanner)) {
        if (!is_name(&token))
            continue;
        schema = table;
        table = inner(arena, &token);
    }
    gm_str own = gm_str_is(s->object->schema, "public") ? GM_STR("") : s->object->schema;
    if (gm_str_is(schema, "public"))
        schema = GM_STR("");
    return !gm_schema_same_name(s->dialect, table, s->object->table) || !gm_str_eq(schema, own);
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

static bool same_tokens(const speaker *s, gm_arena *arena, gm_str a, gm_str b, place at);

/* Strings may hold a name, as nextval('users_id_seq'::regclass) does. */
static bool same_string(const speaker *s, gm_arena *arena, const gm_token *x, const gm_token *y,
                        gm_str text)
{
    gm_str a = inner(arena, x);
    gm_str b = inner(arena, y);
    return label_renamed_to(s, text, a, b) || same_tokens(s, arena, a, b, (place){.string = true});
}

static bool same_token(const speaker *s, gm_arena *arena, const gm_token *x, const gm_token *y,
                       gm_str text, place at)
{
    if (is_name(x) && is_name(y))
        return same_name(s, inner(arena, x), inner(arena, y), at);
    if (x->kind != y->kind)
        return false;
    if (gm_str_eq(x->text, y->text))
        return true;
    return x->kind == GM_TOKEN_STRING && !at.string && same_string(s, arena, x, y, text);
}

static bool same_tokens(const speaker *s, gm_arena *arena, gm_str a, gm_str b, place at)
{
    gm_scanner left = {.dialect = s->dialect, .text = a, .line = 1};
    gm_scanner right = {.dialect = s->dialect, .text = b, .line = 1};
    for (;;) {
        gm_token x = gm_scan_next(&left);
        gm_token y = gm_scan_next(&right);
        if (x.kind == GM_TOKEN_END || y.kind == GM_TOKEN_END)
            return x.kind == y.kind;
        if (x.kind == GM_TOKEN_BROKEN || y.kind == GM_TOKEN_BROKEN)
            return gm_str_eq(a, b);
        if (!same_token(s, arena, &x, &y, b, at))
            return false;
        if (s->object->kind == GM_OBJECT_FOREIGN_KEY && gm_token_is(&x, "references"))
            at.elsewhere = leads_elsewhere(s, arena, left);
    }
}

static speaker speaker_of(gm_arena *arena, const gm_renaming *renaming, const gm_object *from)
{
    speaker s = {.renaming = renaming, .object = from, .dialect = renaming->from->dialect};
    for (size_t i = 0; i < renaming->list.len; i++)
        if (speaks_of(from, renaming->list.items[i].from))
            gm_vec_push(arena, &s.list, renaming->list.items[i]);
    return s;
}

/* A column's type or default may be a word that is a column's name too. */
static bool names_columns(const gm_object *object, gm_str property)
{
    return object->kind != GM_OBJECT_COLUMN || gm_str_is(property, "generated");
}

bool gm_renaming_same_text(const gm_renaming *renaming, const gm_object *from,
                           const gm_property *was, gm_str is)
{
    bool equal = gm_str_eq(was->value, is);
    if (renaming->list.len + renaming->labels.len == 0 || (!equal && !carried_along(from->kind)))
        return equal;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    speaker s = speaker_of(scratch, renaming, from);
    place at = {0};
    if (s.list.len + renaming->labels.len == 0)
        return equal;
    s.columns = names_columns(from, was->name);
    /* SQLite's property of that name begins behind the word. */
    if (gm_str_is(was->name, "references"))
        at.elsewhere = leads_elsewhere(
            &s, scratch, (gm_scanner){.dialect = s.dialect, .text = was->value, .line = 1});
    return same_tokens(&s, scratch, was->value, is, at);
}
