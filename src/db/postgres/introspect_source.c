/* SPDX-License-Identifier: Apache-2.0 */
#include "db/postgres/introspect_source.h"

#include <ctype.h>

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (c & 0x80);
}

/* Takes the next identifier off `rest`; what is quoted comes without its quotes. */
static bool next_name(gm_arena *arena, gm_str *rest, gm_str *name)
{
    size_t i = 0;
    while (i < rest->len && !is_word(rest->ptr[i]) && rest->ptr[i] != '"')
        i++;
    if (i == rest->len)
        return false;
    size_t end = i + 1;
    bool quoted = rest->ptr[i] == '"';
    while (end < rest->len && (quoted ? rest->ptr[end] != '"' : is_word(rest->ptr[end])))
        end++;
    gm_str word = gm_str_sub(*rest, quoted ? i + 1 : i, end);
    *name = quoted ? word : gm_str_lower(arena, word);
    *rest = gm_str_sub(*rest, quoted ? end + 1 : end, rest->len);
    return true;
}

static bool can_be_named(gm_object_kind kind)
{
    return kind == GM_OBJECT_TABLE || kind == GM_OBJECT_VIEW ||
           kind == GM_OBJECT_MATERIALIZED_VIEW || kind == GM_OBJECT_SEQUENCE ||
           kind == GM_OBJECT_FUNCTION || kind == GM_OBJECT_AGGREGATE;
}

/* The name that a text uses: a function's without its arguments. */
static gm_str plain_name(const gm_object *object)
{
    gm_str name = object->name;
    if (object->kind == GM_OBJECT_FUNCTION || object->kind == GM_OBJECT_AGGREGATE)
        name = gm_str_sub(name, 0, gm_str_find(name, '(', 0));
    return name;
}

typedef GM_VEC(const gm_object *) seen_list;

/* Does `object` need `other`, if only through a third? A body may as well name a column of it. */
static bool reaches(gm_arena *arena, gm_map *seen, const gm_object *object, const gm_object *other)
{
    seen_list todo = {0};
    gm_vec_push(arena, &todo, object);
    while (todo.len) {
        const gm_object *next = todo.items[--todo.len];
        if (next == other)
            return true;
        if (!gm_map_add(seen, next->key, NULL))
            continue;
        for (size_t i = 0; i < next->needs.len; i++)
            gm_vec_push(arena, &todo, next->needs.items[i]);
    }
    return false;
}

/* Nothing of a table may need the function either: they are made with it. */
static bool makes_circle(gm_arena *arena, const gm_schema *schema, const gm_object *function,
                         const gm_object *named)
{
    gm_map seen = gm_map_new(arena);
    if (reaches(arena, &seen, named, function))
        return true;
    for (size_t i = 0; i < schema->objects.len; i++) {
        const gm_object *part = schema->objects.items[i];
        if (gm_str_eq(part->table, named->name) && gm_str_eq(part->schema, named->schema) &&
            part->kind != GM_OBJECT_TRIGGER && part->kind != GM_OBJECT_POLICY &&
            reaches(arena, &seen, part, function))
            return true;
    }
    return false;
}

void gm_pg_need_named(gm_schema *schema, const gm_pg_bodies *bodies)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    GM_EACH (gm_pg_body, body, bodies) {
        gm_map names = gm_map_new(scratch);
        gm_str rest = body->text;
        gm_str name;
        while (next_name(scratch, &rest, &name))
            gm_map_add(&names, name, NULL);
        for (size_t i = 0; i < schema->objects.len; i++) {
            gm_object *other = schema->objects.items[i];
            if (other != body->of && can_be_named(other->kind) &&
                gm_map_find(&names, plain_name(other), NULL) &&
                !makes_circle(scratch, schema, body->of, other))
                gm_object_need(schema->arena, body->of, other);
        }
    }
}
