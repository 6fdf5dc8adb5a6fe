/* SPDX-License-Identifier: Apache-2.0 */
#include "db/postgres/render_plan.h"

static const char of_column[] = "comment of column ";

/* What COMMENT ON calls the object: "CONSTRAINT a ON t". */
static gm_str subject(const gm_pg_plan *plan, const gm_object *object)
{
    gm_arena *arena = plan->arena;
    gm_str qualified = gm_pg_qualified(arena, object);
    gm_str name = gm_pg_name(arena, object->name);
    const gm_object *owner = gm_schema_owner(plan->to, object);
    gm_str table = gm_pg_table_of(arena, plan->to, object);
    switch (object->kind) {
    case GM_OBJECT_COLUMN:
        return gm_str_printf(arena, "COLUMN %.*s.%.*s", GM_ARG(table), GM_ARG(name));
    case GM_OBJECT_PRIMARY_KEY:
    case GM_OBJECT_UNIQUE:
    case GM_OBJECT_CHECK:
    case GM_OBJECT_EXCLUSION:
    case GM_OBJECT_FOREIGN_KEY:
        return gm_str_printf(arena, "CONSTRAINT %.*s ON %s%.*s", GM_ARG(name),
                             owner && owner->kind == GM_OBJECT_DOMAIN ? "DOMAIN " : "",
                             GM_ARG(table));
    case GM_OBJECT_RULE:
    case GM_OBJECT_TRIGGER:
    case GM_OBJECT_POLICY:
        return gm_str_printf(arena, "%s %.*s ON %.*s",
                             object->kind == GM_OBJECT_RULE      ? "RULE"
                             : object->kind == GM_OBJECT_TRIGGER ? "TRIGGER"
                                                                 : "POLICY",
                             GM_ARG(name), GM_ARG(table));
    case GM_OBJECT_ENUM:
    case GM_OBJECT_COMPOSITE:
    case GM_OBJECT_RANGE:
        return gm_str_printf(arena, "TYPE %.*s", GM_ARG(qualified));
    case GM_OBJECT_STATISTICS:
        return gm_str_printf(arena, "STATISTICS %.*s", GM_ARG(qualified));
    case GM_OBJECT_MATERIALIZED_VIEW:
        return gm_str_printf(arena, "MATERIALIZED VIEW %.*s", GM_ARG(qualified));
    case GM_OBJECT_EVENT_TRIGGER:
        return gm_str_printf(arena, "EVENT TRIGGER %.*s", GM_ARG(qualified));
    case GM_OBJECT_OTHER:
        return gm_str_printf(arena, "CAST%.*s", GM_ARG(gm_pg_cast_signature(arena, object)));
    default: {
        gm_buf buf = gm_buf_new(arena, SIZE_MAX);
        for (const char *c = gm_object_word(object->kind); *c; c++)
            gm_buf_char(&buf, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
        return gm_str_printf(arena, "%.*s %.*s", GM_ARG(gm_buf_str(&buf)), GM_ARG(qualified));
    }
    }
}

static void add_comment(gm_pg_plan *plan, gm_pg_step *step, gm_str on, gm_str text)
{
    gm_str said = text.len ? gm_db_quote_text(plan->arena, GM_POSTGRES, text) : GM_STR("NULL");
    gm_pg_step_sql(plan, step,
                   gm_str_printf(plan->arena, "COMMENT ON %.*s IS %.*s", GM_ARG(on), GM_ARG(said)));
}

static void one_comment(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, bool made,
                        gm_str property, gm_str on)
{
    const char *name = gm_str_z(plan->arena, property);
    if (made ? gm_object_has(item->to, name) : gm_pg_changes(item, name))
        add_comment(plan, step, on, gm_object_get(item->to, name));
}

/* Comments on columns that are no objects, of the new object or of the old. */
static void column_comments(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, bool made,
                            const gm_object *of)
{
    GM_EACH (gm_property, property, &of->properties) {
        gm_str column = gm_str_sub(property->name, sizeof(of_column) - 1, property->name.len);
        gm_str table = gm_pg_qualified(plan->arena, item->to);
        bool gone = of == item->from && !gm_object_has(item->to, property->name.ptr);
        if (!gm_str_starts(property->name, gm_str_from(of_column)) || (of == item->from && !gone))
            continue;
        one_comment(plan, item, step, made, property->name,
                    gm_str_printf(plan->arena, "COLUMN %.*s.%.*s", GM_ARG(table),
                                  GM_ARG(gm_pg_name(plan->arena, column))));
    }
}

void gm_pg_plan_comments(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, bool made)
{
    one_comment(plan, item, step, made, GM_STR("comment"), subject(plan, item->to));
    if (gm_object_has(item->to, "index comment") ||
        (item->from && gm_object_has(item->from, "index comment"))) {
        gm_str name = gm_pg_in_schema(plan->arena, item->to->schema,
                                      gm_pg_name(plan->arena, item->to->name), false);
        one_comment(plan, item, step, made, GM_STR("index comment"),
                    gm_str_printf(plan->arena, "INDEX %.*s", GM_ARG(name)));
    }
    column_comments(plan, item, step, made, item->to);
    if (item->from && !made)
        column_comments(plan, item, step, made, item->from);
}
