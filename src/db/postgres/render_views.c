/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Views, stored or not.
 */

#include "db/postgres/render_plan.h"

#define P(...) gm_str_printf(plan->arena, __VA_ARGS__)

gm_str gm_pg_view_text(const gm_pg_plan *plan, const gm_object *view, const char *verb)
{
    bool stored = view->kind == GM_OBJECT_MATERIALIZED_VIEW;
    return P("%s %s %.*s%.*s%.*s%.*s AS\n%.*s%.*s", verb, stored ? "MATERIALIZED VIEW" : "VIEW",
             GM_ARG(gm_pg_qualified(plan->arena, view)),
             GM_ARG(gm_pg_clause(plan, " USING ", gm_object_get(view, "access method"), "")),
             GM_ARG(gm_pg_clause(plan, " WITH (", gm_object_get(view, "options"), ")")),
             GM_ARG(gm_pg_clause(plan, " TABLESPACE ", gm_object_get(view, "tablespace"), "")),
             GM_ARG(gm_object_get(view, "definition")),
             GM_ARG(gm_pg_clause(plan, "\n  WITH ", gm_object_get(view, "check option"),
                                 " CHECK OPTION")));
}

/* Defaults of a view's columns: those of the new one, and those that it has no more. */
void gm_pg_view_defaults(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, bool made)
{
    static const char word[] = "default of column ";
    const gm_object *sides[] = {item->to, made ? NULL : item->from};
    for (size_t side = 0; side < 2; side++) {
        if (!sides[side])
            continue;
        GM_EACH (gm_property, each, &sides[side]->properties) {
            const char *name = gm_str_z(plan->arena, each->name);
            gm_str now = gm_object_get(item->to, name);
            if (!gm_str_starts(each->name, gm_str_from(word)) || (side == 1 && now.len > 0) ||
                (!made && !gm_pg_changes(item, name)))
                continue;
            gm_str column = gm_str_sub(each->name, sizeof(word) - 1, each->name.len);
            gm_pg_step_sql(plan, step,
                           P("ALTER VIEW %.*s ALTER COLUMN %.*s %s%.*s",
                             GM_ARG(gm_pg_qualified(plan->arena, item->to)),
                             GM_ARG(gm_pg_name(plan->arena, column)),
                             now.len ? "SET DEFAULT " : "DROP DEFAULT", GM_ARG(now)));
        }
    }
}

void gm_pg_alter_view(gm_pg_plan *plan, gm_pg_item *item)
{
    bool stored = item->to->kind == GM_OBJECT_MATERIALIZED_VIEW;
    gm_str name = gm_pg_qualified(plan->arena, item->to);
    item->in = item->out = gm_pg_add_step(plan, item, GM_RANK_VIEW);
    if (!stored && (gm_pg_changes(item, "definition") || gm_pg_changes(item, "options") ||
                    gm_pg_changes(item, "check option")))
        gm_pg_step_sql(plan, item->in, gm_pg_view_text(plan, item->to, "CREATE OR REPLACE"));
    if (stored && gm_pg_changes(item, "options"))
        gm_pg_alter_options(plan, item, item->in, P("ALTER MATERIALIZED VIEW %.*s", GM_ARG(name)));
    if (stored && gm_pg_changes(item, "tablespace")) {
        gm_str space = gm_object_get(item->to, "tablespace");
        gm_pg_step_sql(plan, item->in,
                       P("ALTER MATERIALIZED VIEW %.*s SET TABLESPACE %.*s", GM_ARG(name),
                         GM_ARG(space.len ? space : GM_STR("pg_default"))));
    }
    gm_pg_view_defaults(plan, item, item->in, false);
}
