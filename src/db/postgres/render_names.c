/* SPDX-License-Identifier: Apache-2.0 */
#include "db/postgres/render_plan.h"

#include <stdlib.h>

static const char *const keywords[] = {
#define X(word) word,
#include "db/postgres/keywords.def"
#undef X
};

static int compare_word(const void *key, const void *word)
{
    return gm_str_cmp(*(const gm_str *)key, gm_str_from(*(const char *const *)word));
}

/* quote_identifier of PostgreSQL's ruleutils.c */
static bool is_plain(gm_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || c == '_';
        if (!letter && !(i && c >= '0' && c <= '9'))
            return false;
    }
    return name.len && !bsearch(&name, keywords, sizeof(keywords) / sizeof(keywords[0]),
                                sizeof(keywords[0]), compare_word);
}

gm_str gm_pg_name(gm_arena *arena, gm_str name)
{
    return is_plain(name) ? name : gm_db_quote_name(arena, name);
}

gm_str gm_pg_in_schema(gm_arena *arena, gm_str schema, gm_str name, bool shadowed)
{
    if (schema.len == 0 || (gm_str_is(schema, "public") && !shadowed))
        return name;
    return gm_str_printf(arena, "%.*s.%.*s", GM_ARG(gm_pg_name(arena, schema)), GM_ARG(name));
}

static bool has_arguments(gm_object_kind kind)
{
    return kind == GM_OBJECT_FUNCTION || kind == GM_OBJECT_PROCEDURE ||
           kind == GM_OBJECT_AGGREGATE || kind == GM_OBJECT_OPERATOR;
}

/* An operator is known as "+ (integer, text)"; its sign takes no quotes. */
gm_str gm_pg_qualified(gm_arena *arena, const gm_object *object)
{
    gm_str name = object->name;
    if (!has_arguments(object->kind))
        name = gm_pg_name(arena, name);
    return gm_pg_in_schema(arena, object->schema, name, gm_object_has(object, "shadowed"));
}

gm_str gm_pg_bare_name(gm_arena *arena, const gm_object *object)
{
    gm_str name = gm_pg_qualified(arena, object);
    bool quoted = false;
    for (size_t i = 0; has_arguments(object->kind) && i < name.len; i++) {
        if (name.ptr[i] == '"')
            quoted = !quoted;
        else if (name.ptr[i] == '(' && !quoted)
            return gm_str_trim(gm_str_sub(name, 0, i));
    }
    return name;
}

gm_str gm_pg_table_of(gm_arena *arena, const gm_schema *schema, const gm_object *object)
{
    const gm_object *owner = gm_schema_owner(schema, object);
    if (owner)
        return gm_pg_qualified(arena, owner);
    return gm_pg_in_schema(arena, object->schema, gm_pg_name(arena, object->table), false);
}
