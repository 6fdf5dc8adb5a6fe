/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCHEMA_FIXTURE_H
#define GM_SCHEMA_FIXTURE_H

/*
 * Schemas written as lines: "KIND [TABLE.]NAME [PROPERTY=VALUE]… [> KIND.NAME]…" with `_` for a
 * blank in KIND, PROPERTY and VALUE. "labels=a,b" are an enum's; "-" is no name; after `>` comes
 * what it needs, as written in its own line ("table users", "column users.id").
 */

#include "gm_test.h"

#include "schema/diff.h"

static inline gm_str fixture_text(gm_arena *arena, gm_str word)
{
    char *text = gm_new_array(arena, word.len + 1, char);
    for (size_t i = 0; i < word.len; i++)
        text[i] = word.ptr[i] == '_' ? ' ' : word.ptr[i];
    return gm_str_of(text, word.len);
}

static inline gm_str fixture_word(gm_str *rest)
{
    *rest = gm_str_trim(*rest);
    size_t end = gm_str_find(*rest, ' ', 0);
    gm_str word = gm_str_sub(*rest, 0, end);
    *rest = gm_str_sub(*rest, end, rest->len);
    return word;
}

static inline gm_object_kind fixture_kind(gm_arena *arena, gm_str word)
{
    gm_str text = fixture_text(arena, word);
    for (int kind = 0; kind < GM_OBJECT_KIND_COUNT; kind++)
        if (gm_str_is(text, gm_object_word((gm_object_kind)kind)))
            return (gm_object_kind)kind;
    fail_msg("no kind '%.*s'", GM_ARG(word));
    return GM_OBJECT_OTHER;
}

static inline gm_object *fixture_need(const gm_schema *schema, gm_str kind, gm_str name)
{
    size_t dot = gm_str_find(name, '.', 0);
    gm_str table = dot < name.len ? gm_str_sub(name, 0, dot) : (gm_str){0};
    gm_str rest = dot < name.len ? gm_str_sub(name, dot + 1, name.len) : name;
    return gm_schema_find(schema, fixture_kind(schema->arena, kind), (gm_str){0}, table, rest);
}

static inline void fixture_property(gm_schema *schema, gm_object *object, gm_str word)
{
    size_t sign = gm_str_find(word, '=', 0);
    gm_str name = fixture_text(schema->arena, gm_str_sub(word, 0, sign));
    gm_str value = gm_str_sub(word, sign + 1, word.len);
    if (!gm_str_is(name, "labels")) {
        gm_object_set(schema->arena, object, gm_str_z(schema->arena, name),
                      fixture_text(schema->arena, value));
        return;
    }
    while (value.len) {
        size_t comma = gm_str_find(value, ',', 0);
        gm_vec_push(schema->arena, &object->labels, gm_str_sub(value, 0, comma));
        value = gm_str_sub(value, comma + 1, value.len);
    }
}

static inline void fixture_line(gm_schema *schema, gm_str line, bool needs)
{
    gm_str rest = line;
    gm_str kind = fixture_word(&rest);
    gm_str name = fixture_word(&rest);
    gm_object *object = gm_new(schema->arena, gm_object);
    size_t dot = gm_str_find(name, '.', 0);
    object->kind = fixture_kind(schema->arena, kind);
    object->table = dot < name.len ? gm_str_sub(name, 0, dot) : (gm_str){0};
    object->name = dot < name.len ? gm_str_sub(name, dot + 1, name.len) : name;
    if (gm_str_is(object->name, "-"))
        object->name = (gm_str){0};
    if (object->kind == GM_OBJECT_COLUMN)
        object->position = schema->objects.len + 1;
    gm_str word;
    while ((word = fixture_word(&rest)).len && !gm_str_is(word, ">"))
        fixture_property(schema, object, word);
    if (!needs) {
        assert_true(gm_schema_add(schema, object));
        return;
    }
    object = gm_schema_find(schema, object->kind, (gm_str){0}, object->table, object->name);
    while (gm_str_is(word, ">")) {
        gm_str need_kind = fixture_word(&rest);
        gm_object *other = fixture_need(schema, need_kind, fixture_word(&rest));
        assert_non_null(other);
        gm_object_need(schema->arena, object, other);
        word = fixture_word(&rest);
    }
}

static inline gm_schema *schema_of(gm_arena *arena, gm_dialect dialect, const char *lines)
{
    gm_schema *schema = gm_schema_new(arena, dialect);
    for (int needs = 0; needs < 2; needs++) {
        gm_str rest = gm_str_from(lines);
        gm_str line;
        while (gm_str_line(&rest, &line))
            if (gm_str_trim(line).len && (!needs || gm_str_has(line, '>')))
                fixture_line(schema, line, needs == 1);
    }
    gm_schema_sort(schema);
    return schema;
}

#endif
