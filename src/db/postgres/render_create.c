/* SPDX-License-Identifier: Apache-2.0 */

/*
 * CREATE of each kind of object; tables and columns have files of their own.
 */

#include "db/postgres/render_plan.h"

#define P(...) gm_str_printf(plan->arena, __VA_ARGS__)

static gm_str domain_head(const gm_pg_plan *plan, const gm_object *to)
{
    return P("CREATE DOMAIN %.*s AS %.*s%.*s%.*s%s", GM_ARG(gm_pg_qualified(plan->arena, to)),
             GM_ARG(gm_object_get(to, "type")),
             GM_ARG(gm_pg_clause(plan, " COLLATE ", gm_object_get(to, "collation"), "")),
             GM_ARG(gm_pg_clause(plan, " DEFAULT ", gm_object_get(to, "default"), "")),
             gm_object_has(to, "not null") ? " NOT NULL" : "");
}

static gm_str enum_text(const gm_pg_plan *plan, const gm_object *to)
{
    enum { SHORT = 60 };
    gm_buf flat = gm_buf_new(plan->arena, SIZE_MAX);
    gm_buf tall = gm_buf_new(plan->arena, SIZE_MAX);
    for (size_t i = 0; i < to->labels.len; i++) {
        gm_str label = gm_db_quote_text(plan->arena, GM_POSTGRES, to->labels.items[i]);
        gm_buf_printf(&flat, "%s%.*s", i ? ", " : "", GM_ARG(label));
        gm_buf_printf(&tall, "%s\n    %.*s", i ? "," : "", GM_ARG(label));
    }
    gm_str name = gm_pg_qualified(plan->arena, to);
    if (flat.len <= SHORT)
        return P("CREATE TYPE %.*s AS ENUM (%.*s)", GM_ARG(name), GM_ARG(gm_buf_str(&flat)));
    return P("CREATE TYPE %.*s AS ENUM (%.*s\n)", GM_ARG(name), GM_ARG(gm_buf_str(&tall)));
}

/* The one statement that makes the object, of kinds that need no more than that. */
gm_str gm_pg_create_text(const gm_pg_plan *plan, const gm_pg_item *item)
{
    const gm_object *to = item->to;
    gm_str name = gm_pg_qualified(plan->arena, to);
    gm_str plain = gm_pg_name(plan->arena, to->name);
    gm_str definition = gm_object_get(to, "definition");
    switch (to->kind) {
    case GM_OBJECT_SCHEMA:
        return P("CREATE SCHEMA %.*s", GM_ARG(plain));
    case GM_OBJECT_EXTENSION:
        return P("CREATE EXTENSION %.*s%.*s", GM_ARG(plain),
                 GM_ARG(gm_pg_clause(plan, " WITH SCHEMA ",
                                     gm_object_has(to, "schema")
                                         ? gm_pg_name(plan->arena, gm_object_get(to, "schema"))
                                         : (gm_str){0},
                                     "")));
    case GM_OBJECT_COLLATION:
        return P("CREATE COLLATION %.*s %.*s", GM_ARG(name), GM_ARG(definition));
    case GM_OBJECT_ENUM:
        return enum_text(plan, to);
    case GM_OBJECT_RANGE:
        return P("CREATE TYPE %.*s AS RANGE %.*s", GM_ARG(name), GM_ARG(definition));
    case GM_OBJECT_SEQUENCE:
        return P("CREATE %sSEQUENCE %.*s%.*s", gm_object_has(to, "persistence") ? "UNLOGGED " : "",
                 GM_ARG(name), GM_ARG(gm_pg_sequence_options(plan->arena, to, "")));
    case GM_OBJECT_FUNCTION:
        return P("CREATE FUNCTION %.*s%.*s", GM_ARG(gm_pg_bare_name(plan->arena, to)),
                 GM_ARG(definition));
    case GM_OBJECT_PROCEDURE:
        return P("CREATE PROCEDURE %.*s%.*s", GM_ARG(gm_pg_bare_name(plan->arena, to)),
                 GM_ARG(definition));
    case GM_OBJECT_AGGREGATE:
        return P("CREATE AGGREGATE %.*s%.*s", GM_ARG(gm_pg_bare_name(plan->arena, to)),
                 GM_ARG(definition));
    case GM_OBJECT_OPERATOR:
        return P("CREATE OPERATOR %.*s %.*s", GM_ARG(gm_pg_bare_name(plan->arena, to)),
                 GM_ARG(definition));
    case GM_OBJECT_VIEW:
    case GM_OBJECT_MATERIALIZED_VIEW:
        return gm_pg_view_text(plan, to, "CREATE");
    case GM_OBJECT_RULE:
        return P("CREATE RULE %.*s AS\n    %.*s", GM_ARG(plain), GM_ARG(definition));
    case GM_OBJECT_TRIGGER:
        return P("CREATE %sTRIGGER %.*s %.*s", gm_object_has(to, "constraint") ? "CONSTRAINT " : "",
                 GM_ARG(plain), GM_ARG(definition));
    case GM_OBJECT_EVENT_TRIGGER:
        return gm_pg_event_trigger_text(plan, to);
    case GM_OBJECT_POLICY:
        return gm_pg_policy_text(plan, item, "CREATE");
    case GM_OBJECT_STATISTICS:
        return P("CREATE STATISTICS %.*s %.*s", GM_ARG(name), GM_ARG(definition));
    default:
        return definition;
    }
}

gm_pg_rank gm_pg_create_rank(gm_object_kind kind)
{
    switch (kind) {
    case GM_OBJECT_FUNCTION:
    case GM_OBJECT_PROCEDURE:
    case GM_OBJECT_AGGREGATE:
    case GM_OBJECT_OPERATOR:
        return GM_RANK_FUNCTION;
    case GM_OBJECT_VIEW:
    case GM_OBJECT_MATERIALIZED_VIEW:
        return GM_RANK_VIEW;
    case GM_OBJECT_RULE:
    case GM_OBJECT_TRIGGER:
    case GM_OBJECT_EVENT_TRIGGER:
    case GM_OBJECT_POLICY:
    case GM_OBJECT_STATISTICS:
    case GM_OBJECT_OTHER:
        return GM_RANK_BEHAVIOUR;
    default:
        return GM_RANK_TYPE;
    }
}

/* OWNED BY is said when both the sequence and the column are there. */
static void own_sequence(gm_pg_plan *plan, gm_pg_item *item)
{
    const gm_pg_item *column =
        gm_pg_item_to(plan, gm_pg_sequence_owner(plan->arena, plan->to, item->to));
    if (!gm_object_has(item->to, "owned by"))
        return;
    gm_pg_step *step = gm_pg_add_step(plan, item, GM_RANK_CONSTRAINT);
    gm_pg_step_sql(plan, step,
                   P("ALTER SEQUENCE %.*s OWNED BY %.*s",
                     GM_ARG(gm_pg_qualified(plan->arena, item->to)),
                     GM_ARG(gm_object_get(item->to, "owned by"))));
    gm_pg_step_after(plan, step, item->in, false);
    if (!column)
        return;
    gm_pg_step_after(plan, step, column->in, false);
    gm_pg_step_after(plan, step, column->rename, false);
}

void gm_pg_plan_create(gm_pg_plan *plan, gm_pg_item *item)
{
    const gm_object *to = item->to;
    if (to->kind == GM_OBJECT_TABLE) {
        gm_pg_create_table(plan, item);
    } else if (to->kind == GM_OBJECT_COLUMN) {
        gm_pg_create_column(plan, item);
    } else if (gm_pg_is_constraint(to->kind)) {
        gm_pg_add_constraint(plan, item);
    } else if (to->kind == GM_OBJECT_INDEX) {
        gm_pg_create_index(plan, item);
    } else if (to->kind == GM_OBJECT_COMPOSITE) {
        item->in = gm_pg_add_step(plan, item, GM_RANK_TYPE);
        item->in->head = P("CREATE TYPE %.*s AS", GM_ARG(gm_pg_qualified(plan->arena, to)));
    } else if (to->kind == GM_OBJECT_DOMAIN) {
        item->in = gm_pg_add_step(plan, item, GM_RANK_TYPE);
        item->in->head = domain_head(plan, to);
    } else if (to->kind == GM_OBJECT_SEQUENCE && gm_pg_is_serial(plan, item)) {
        const gm_pg_item *column =
            gm_pg_item_to(plan, gm_pg_sequence_owner(plan->arena, plan->to, to));
        item->serial = true;
        item->in = column->in;
    } else {
        item->in = gm_pg_add_step(plan, item, gm_pg_create_rank(to->kind));
        gm_pg_step_sql(plan, item->in, gm_pg_create_text(plan, item));
    }
    if (to->kind == GM_OBJECT_SEQUENCE && !item->serial)
        own_sequence(plan, item);
    if (to->kind == GM_OBJECT_VIEW)
        gm_pg_view_defaults(plan, item, item->in, true);
    if (gm_object_has(to, "enabled"))
        gm_pg_set_enabled(plan, item, item->in);
    if (gm_object_has(to, "target"))
        gm_pg_set_target(plan, item, item->in);
    gm_pg_plan_comments(plan, item, item->in, true);
}
