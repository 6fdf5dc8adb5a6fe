/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which change of a column's type needs a USING. Assignment casts are made without one, and are
 * better: they refuse what does not fit where an explicit cast would cut it. pg_cast of PostgreSQL
 * has them; https://www.postgresql.org/docs/15/sql-createcast.html.
 */

#include "db/postgres/render_plan.h"

/* Types of one family are assigned to one another. */
static const struct {
    const char *type;
    int family;
} families[] = {
    {"smallint", 1},
    {"integer", 1},
    {"bigint", 1},
    {"numeric", 1},
    {"real", 1},
    {"double precision", 1},
    {"text", 2},
    {"character varying", 2},
    {"character", 2},
    {"name", 2},
    {"\"char\"", 2},
    {"date", 3},
    {"timestamp without time zone", 3},
    {"timestamp with time zone", 3},
    {"json", 4},
    {"jsonb", 4},
    {"bit", 5},
    {"bit varying", 5},
    {"inet", 6},
    {"cidr", 6},
    {"time without time zone", 7},
    {"time with time zone", 7},
};

enum { STRINGS = 2 };

/* Without the length and the like: "character varying", "timestamp without time zone". */
static gm_str without_modifier(gm_arena *arena, gm_str type)
{
    size_t open = gm_str_find(type, '(', 0);
    size_t end = gm_str_find(type, ')', open);
    if (open == type.len)
        return type;
    return gm_str_printf(arena, "%.*s%.*s", GM_ARG(gm_str_sub(type, 0, open)),
                         GM_ARG(gm_str_sub(type, end + 1, type.len)));
}

static bool is_array(gm_str type)
{
    return gm_str_ends(type, GM_STR("[]"));
}

static gm_str element(gm_str type)
{
    return is_array(type) ? gm_str_sub(type, 0, type.len - 2) : type;
}

/* A domain is what it is made of. */
static gm_str base_type(gm_arena *arena, const gm_schema *schema, gm_str type)
{
    enum { MAX_DEPTH = 16 };
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
        const gm_object *domain = NULL;
        for (size_t i = 0; !domain && i < schema->objects.len; i++) {
            const gm_object *object = schema->objects.items[i];
            if (object->kind == GM_OBJECT_DOMAIN && gm_str_eq(gm_pg_qualified(arena, object), type))
                domain = object;
        }
        if (!domain)
            break;
        type = gm_object_get(domain, "type");
    }
    return without_modifier(arena, type);
}

static int family_of(gm_str type)
{
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (gm_str_is(type, families[i].type))
            return families[i].family;
    return 0;
}

static bool assigns(gm_str from, gm_str to)
{
    int target = family_of(to);
    if (gm_str_eq(from, to))
        return true;
    /* every type is assigned to strings, by its output function */
    return target == STRINGS || (target && target == family_of(from));
}

/* Types that pg_cast casts when it is said; any is cast from and to text. */
static bool casts(gm_str from, gm_str to)
{
    static const char *const pairs[][2] = {
        {"integer", "boolean"},
        {"boolean", "integer"},
        {"jsonb", "boolean"},
        {"jsonb", "integer"},
        {"jsonb", "bigint"},
        {"jsonb", "numeric"},
        {"integer", "bit"},
        {"bit", "integer"},
        {"bigint", "bit"},
        {"bit", "bigint"},
        {"numeric", "money"},
        {"money", "numeric"},
        {"timestamp without time zone", "time without time zone"},
        {"timestamp with time zone", "time without time zone"},
        {"time without time zone", "interval"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (gm_str_is(from, pairs[i][0]) && gm_str_is(to, pairs[i][1]))
            return true;
    return family_of(from) == STRINGS;
}

gm_str gm_pg_using(const gm_pg_plan *plan, const gm_pg_item *item)
{
    gm_arena *arena = plan->arena;
    gm_str type = gm_object_get(item->to, "type");
    gm_str from = base_type(arena, plan->from, gm_object_get(item->from, "type"));
    gm_str to = base_type(arena, plan->to, type);
    gm_str name = gm_pg_name(arena, item->to->name);
    if (item->recast)
        return gm_str_printf(arena, " USING %.*s::text::%.*s", GM_ARG(name), GM_ARG(type));
    if (is_array(from) == is_array(to) && assigns(element(from), element(to)))
        return (gm_str){0};
    if (!is_array(from) && is_array(to) && assigns(from, element(to)))
        return gm_str_printf(arena, " USING ARRAY[%.*s]::%.*s", GM_ARG(name), GM_ARG(type));
    if (is_array(from) && assigns(element(from), to))
        return gm_str_is(to, "text") || family_of(to) == STRINGS
                   ? GM_STR("")
                   : gm_str_printf(arena, " USING %.*s[1]::%.*s", GM_ARG(name), GM_ARG(type));
    return gm_str_printf(arena, " USING %.*s%s::%.*s", GM_ARG(name),
                         casts(from, to) ? "" : "::text", GM_ARG(type));
}
