/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Words that statements of several kinds have in common.
 */

#include "db/postgres/render_plan.h"

#define P(...) gm_str_printf(plan->arena, __VA_ARGS__)

/* " WITH (…)", or nothing. */
gm_str gm_pg_clause(const gm_pg_plan *plan, const char *before, gm_str text, const char *behind)
{
    return text.len ? P("%s%.*s%s", before, GM_ARG(text), behind) : (gm_str){0};
}

gm_str gm_pg_cast_signature(gm_arena *arena, const gm_object *cast)
{
    gm_str definition = gm_object_get(cast, "definition");
    size_t open = gm_str_find(definition, '(', 0);
    size_t end = gm_str_search(definition, GM_STR(" WITH"));
    return gm_str_printf(arena, " %.*s", GM_ARG(gm_str_sub(definition, open, end)));
}

/* What DROP and ALTER call the object. */
gm_str gm_pg_kind_word(const gm_object *object)
{
    switch (object->kind) {
    case GM_OBJECT_ENUM:
    case GM_OBJECT_COMPOSITE:
    case GM_OBJECT_RANGE:
        return GM_STR("TYPE");
    case GM_OBJECT_SCHEMA:
        return GM_STR("SCHEMA");
    case GM_OBJECT_EXTENSION:
        return GM_STR("EXTENSION");
    case GM_OBJECT_COLLATION:
        return GM_STR("COLLATION");
    case GM_OBJECT_DOMAIN:
        return GM_STR("DOMAIN");
    case GM_OBJECT_SEQUENCE:
        return GM_STR("SEQUENCE");
    case GM_OBJECT_FUNCTION:
        return GM_STR("FUNCTION");
    case GM_OBJECT_PROCEDURE:
        return GM_STR("PROCEDURE");
    case GM_OBJECT_AGGREGATE:
        return GM_STR("AGGREGATE");
    case GM_OBJECT_OPERATOR:
        return GM_STR("OPERATOR");
    case GM_OBJECT_TABLE:
        return GM_STR("TABLE");
    case GM_OBJECT_INDEX:
        return GM_STR("INDEX");
    case GM_OBJECT_VIEW:
        return GM_STR("VIEW");
    case GM_OBJECT_MATERIALIZED_VIEW:
        return GM_STR("MATERIALIZED VIEW");
    case GM_OBJECT_RULE:
        return GM_STR("RULE");
    case GM_OBJECT_TRIGGER:
        return GM_STR("TRIGGER");
    case GM_OBJECT_EVENT_TRIGGER:
        return GM_STR("EVENT TRIGGER");
    case GM_OBJECT_POLICY:
        return GM_STR("POLICY");
    case GM_OBJECT_STATISTICS:
        return GM_STR("STATISTICS");
    default:
        return GM_STR("CAST");
    }
}

bool gm_pg_is_constraint(gm_object_kind kind)
{
    return kind == GM_OBJECT_PRIMARY_KEY || kind == GM_OBJECT_UNIQUE || kind == GM_OBJECT_CHECK ||
           kind == GM_OBJECT_EXCLUSION || kind == GM_OBJECT_FOREIGN_KEY;
}

/* Rules, triggers and policies are named with their table, by its new name. */
bool gm_pg_is_on_table(gm_object_kind kind)
{
    return kind == GM_OBJECT_RULE || kind == GM_OBJECT_TRIGGER || kind == GM_OBJECT_POLICY;
}

gm_str gm_pg_table_now(const gm_pg_plan *plan, const gm_pg_item *item)
{
    const gm_pg_item *owner = gm_pg_owner_item(plan, item);
    if (owner)
        return gm_pg_qualified(plan->arena, owner->to ? owner->to : owner->from);
    return gm_pg_table_of(plan->arena, plan->to, item->to ? item->to : item->from);
}
