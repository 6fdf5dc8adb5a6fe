/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Policies, triggers of both kinds, and what says whether they fire.
 */

#include "db/postgres/render_plan.h"

#define P(...) gm_str_printf(plan->arena, __VA_ARGS__)

gm_str gm_pg_policy_text(const gm_pg_plan *plan, const gm_pg_item *item, const char *verb)
{
    const gm_object *to = item->to;
    bool made = verb[0] == 'C';
    gm_str roles = gm_object_get(to, "roles");
    if (!made && roles.len == 0 && gm_pg_changes(item, "roles"))
        roles = GM_STR("PUBLIC");
    return P(
        "%s POLICY %.*s ON %.*s%s%.*s%.*s%.*s%.*s", verb, GM_ARG(gm_pg_name(plan->arena, to->name)),
        GM_ARG(gm_pg_table_now(plan, item)),
        made && gm_object_has(to, "restrictive") ? " AS RESTRICTIVE" : "",
        GM_ARG(made ? gm_pg_clause(plan, " FOR ", gm_object_get(to, "command"), "") : (gm_str){0}),
        GM_ARG(gm_pg_clause(plan, " TO ", roles, "")),
        GM_ARG(gm_pg_clause(plan, "\n    USING (", gm_object_get(to, "using"), ")")),
        GM_ARG(gm_pg_clause(plan, "\n    WITH CHECK (", gm_object_get(to, "with check"), ")")));
}

/* ENABLE or DISABLE, as pg_trigger and the like say it. */
static gm_str enabling(const gm_pg_plan *plan, const gm_object *object, const char *word)
{
    gm_str state = gm_object_get(object, "enabled");
    if (gm_str_is(state, "disabled"))
        return P("DISABLE%s", word);
    return P("ENABLE%s%s",
             gm_str_is(state, "replica")  ? " REPLICA"
             : gm_str_is(state, "always") ? " ALWAYS"
                                          : "",
             word);
}

void gm_pg_set_enabled(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step)
{
    gm_str name = gm_pg_name(plan->arena, item->to->name);
    if (item->to->kind == GM_OBJECT_EVENT_TRIGGER) {
        gm_pg_step_sql(
            plan, step,
            P("ALTER EVENT TRIGGER %.*s %.*s", GM_ARG(name), GM_ARG(enabling(plan, item->to, ""))));
        return;
    }
    const char *word = item->to->kind == GM_OBJECT_RULE ? " RULE" : " TRIGGER";
    gm_pg_step_sql(plan, step,
                   P("ALTER TABLE %.*s %.*s %.*s", GM_ARG(gm_pg_table_now(plan, item)),
                     GM_ARG(enabling(plan, item->to, word)), GM_ARG(name)));
}

void gm_pg_set_target(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step)
{
    gm_str target = gm_object_get(item->to, "target");
    gm_pg_step_sql(plan, step,
                   P("ALTER STATISTICS %.*s SET STATISTICS %.*s",
                     GM_ARG(gm_pg_qualified(plan->arena, item->to)),
                     GM_ARG(target.len ? target : GM_STR("-1"))));
}

gm_str gm_pg_event_trigger_text(const gm_pg_plan *plan, const gm_object *to)
{
    return P("CREATE EVENT TRIGGER %.*s ON %.*s%.*s\n    EXECUTE FUNCTION %.*s()",
             GM_ARG(gm_pg_name(plan->arena, to->name)), GM_ARG(gm_object_get(to, "event")),
             GM_ARG(gm_pg_clause(plan, "\n    WHEN TAG IN (", gm_object_get(to, "tags"), ")")),
             GM_ARG(gm_object_get(to, "function")));
}

void gm_pg_alter_policy(gm_pg_plan *plan, gm_pg_item *item)
{
    item->in = item->out = gm_pg_add_step(plan, item, GM_RANK_BEHAVIOUR);
    if (gm_pg_changes(item, "roles") || gm_pg_changes(item, "using") ||
        gm_pg_changes(item, "with check"))
        gm_pg_step_sql(plan, item->in, gm_pg_policy_text(plan, item, "ALTER"));
}
