/* SPDX-License-Identifier: Apache-2.0 */

/*
 * ALTER of each kind of object.
 */

#include "db/postgres/render_plan.h"

#define P(...) gm_str_printf(plan->arena, __VA_ARGS__)

static void replace(gm_pg_plan *plan, gm_pg_item *item, gm_pg_rank rank, const char *verb)
{
    item->in = item->out = gm_pg_add_step(plan, item, rank);
    if (!gm_pg_changes(item, "definition"))
        return;
    gm_str text = gm_pg_create_text(plan, item);
    gm_pg_step_sql(plan, item->in,
                   P("%s%.*s", verb, GM_ARG(gm_str_sub(text, strlen("CREATE"), text.len))));
}

static void alter_extension(gm_pg_plan *plan, gm_pg_item *item)
{
    gm_str schema = gm_object_get(item->to, "schema");
    item->in = item->out = gm_pg_add_step(plan, item, GM_RANK_TYPE);
    if (gm_pg_changes(item, "schema"))
        gm_pg_step_sql(plan, item->in,
                       P("ALTER EXTENSION %.*s SET SCHEMA %.*s",
                         GM_ARG(gm_pg_name(plan->arena, item->to->name)),
                         GM_ARG(gm_pg_name(plan->arena, schema.len ? schema : GM_STR("public")))));
}

static void alter_by_kind(gm_pg_plan *plan, gm_pg_item *item)
{
    switch (item->to->kind) {
    case GM_OBJECT_EXTENSION:
        alter_extension(plan, item);
        break;
    case GM_OBJECT_ENUM:
        gm_pg_alter_enum(plan, item);
        break;
    case GM_OBJECT_DOMAIN:
        gm_pg_alter_domain(plan, item);
        break;
    case GM_OBJECT_SEQUENCE:
        gm_pg_alter_sequence(plan, item);
        break;
    case GM_OBJECT_FUNCTION:
    case GM_OBJECT_PROCEDURE:
        replace(plan, item, GM_RANK_FUNCTION, "CREATE OR REPLACE");
        break;
    case GM_OBJECT_TABLE:
        gm_pg_alter_table(plan, item);
        break;
    case GM_OBJECT_COLUMN:
        gm_pg_alter_column(plan, item);
        break;
    case GM_OBJECT_INDEX:
        gm_pg_alter_index(plan, item);
        break;
    case GM_OBJECT_VIEW:
    case GM_OBJECT_MATERIALIZED_VIEW:
        gm_pg_alter_view(plan, item);
        break;
    case GM_OBJECT_RULE:
        replace(plan, item, GM_RANK_BEHAVIOUR, "CREATE OR REPLACE");
        break;
    case GM_OBJECT_POLICY:
        gm_pg_alter_policy(plan, item);
        break;
    default:
        if (gm_pg_is_constraint(item->to->kind))
            gm_pg_alter_constraint(plan, item);
        else
            item->in = item->out = gm_pg_add_step(plan, item, gm_pg_create_rank(item->to->kind));
        break;
    }
}

void gm_pg_plan_alter(gm_pg_plan *plan, gm_pg_item *item)
{
    alter_by_kind(plan, item);
    if (!item->in)
        return;
    if (gm_pg_changes(item, "enabled"))
        gm_pg_set_enabled(plan, item, item->in);
    if (item->to->kind == GM_OBJECT_STATISTICS && gm_pg_changes(item, "target"))
        gm_pg_set_target(plan, item, item->in);
    gm_pg_plan_comments(plan, item, item->in, false);
}
