/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Constraints and indexes.
 */

#include "db/postgres/render_plan.h"

#define P(...) gm_str_printf(plan->arena, __VA_ARGS__)

void gm_pg_add_constraint(gm_pg_plan *plan, gm_pg_item *item)
{
    const gm_object *to = item->to;
    const gm_pg_item *owner = gm_pg_owner_item(plan, item);
    gm_str options = gm_object_get(to, "options");
    gm_str space = gm_object_get(to, "tablespace");
    /* WITH and USING INDEX TABLESPACE go before DEFERRABLE. */
    gm_str definition = gm_object_get(to, "definition");
    size_t cut = gm_str_search(definition, GM_STR(" DEFERRABLE"));
    if (options.len + space.len == 0)
        cut = definition.len;
    gm_str text = P("CONSTRAINT %.*s %.*s%.*s%.*s%.*s", GM_ARG(gm_pg_name(plan->arena, to->name)),
                    GM_ARG(gm_str_sub(definition, 0, cut)),
                    GM_ARG(gm_pg_clause(plan, " WITH (", options, ")")),
                    GM_ARG(gm_pg_clause(plan, " USING INDEX TABLESPACE ", space, "")),
                    GM_ARG(gm_str_sub(definition, cut, definition.len)));
    bool made = owner && owner->fate == GM_ITEM_ADD;
    item->in = gm_pg_add_table_step(plan, item,
                                    !made                               ? GM_RANK_ALTER_TABLE
                                    : to->kind == GM_OBJECT_FOREIGN_KEY ? GM_RANK_FOREIGN_KEY
                                                                        : GM_RANK_CONSTRAINT);
    gm_pg_step_part(plan, item->in, GM_PART_ADD_CONSTRAINT, P("ADD %.*s", GM_ARG(text)));
    /* CREATE TABLE takes no NOT VALID */
    if (made && !gm_str_ends(definition, GM_STR(" NOT VALID")))
        item->in->constraint = text;
}

static gm_str index_statistics(gm_pg_plan *plan, gm_str name, gm_str one)
{
    size_t equals = gm_str_find(one, '=', 0);
    return P("ALTER INDEX %.*s ALTER COLUMN %.*s SET STATISTICS %.*s", GM_ARG(name),
             GM_ARG(gm_str_sub(one, 0, equals)), GM_ARG(gm_str_sub(one, equals + 1, one.len)));
}

/* "1=100, 2=50"; what the old index has and the new one has not goes back to the default. */
static void add_index_statistics(gm_pg_plan *plan, gm_pg_step *step, const gm_object *from,
                                 const gm_object *to)
{
    gm_str name = gm_pg_qualified(plan->arena, to);
    const gm_object *sides[] = {from, to};
    for (size_t side = 0; side < 2; side++) {
        gm_str rest = sides[side] ? gm_object_get(sides[side], "statistics") : (gm_str){0};
        while (rest.len) {
            size_t comma = gm_str_find(rest, ',', 0);
            gm_str one = gm_str_trim(gm_str_sub(rest, 0, comma));
            if (side == 0)
                one = P("%.*s=-1", GM_ARG(gm_str_sub(one, 0, gm_str_find(one, '=', 0))));
            gm_pg_step_sql(plan, step, index_statistics(plan, name, one));
            rest = gm_str_sub(rest, comma + 1, rest.len);
        }
    }
}

void gm_pg_create_index(gm_pg_plan *plan, gm_pg_item *item)
{
    const gm_object *to = item->to;
    gm_str definition = gm_object_get(to, "definition");
    gm_str space = gm_object_get(to, "tablespace");
    size_t where = space.len ? gm_str_search(definition, GM_STR(" WHERE ")) : definition.len;
    item->in = gm_pg_add_step(plan, item, GM_RANK_INDEX);
    gm_pg_step_sql(plan, item->in,
                   P("CREATE %sINDEX %.*s ON %.*s%.*s %.*s%.*s%.*s",
                     gm_object_has(to, "unique") ? "UNIQUE " : "",
                     GM_ARG(gm_pg_name(plan->arena, to->name)), GM_ARG(gm_pg_table_now(plan, item)),
                     GM_ARG(gm_pg_clause(plan, " USING ", gm_object_get(to, "method"), "")),
                     GM_ARG(gm_str_sub(definition, 0, where)),
                     GM_ARG(gm_pg_clause(plan, " TABLESPACE ", space, "")),
                     GM_ARG(gm_str_sub(definition, where, definition.len))));
    add_index_statistics(plan, item->in, NULL, to);
}

/* ---- in place ---- */

void gm_pg_alter_index(gm_pg_plan *plan, gm_pg_item *item)
{
    gm_str name = gm_pg_qualified(plan->arena, item->to);
    gm_str space = gm_object_get(item->to, "tablespace");
    item->in = item->out = gm_pg_add_step(plan, item, GM_RANK_INDEX);
    if (gm_pg_changes(item, "options"))
        gm_pg_alter_options(plan, item, item->in, P("ALTER INDEX %.*s", GM_ARG(name)));
    if (gm_pg_changes(item, "tablespace"))
        gm_pg_step_sql(plan, item->in,
                       P("ALTER INDEX %.*s SET TABLESPACE %.*s", GM_ARG(name),
                         GM_ARG(space.len ? space : GM_STR("pg_default"))));
    if (item->to->kind == GM_OBJECT_INDEX && gm_pg_changes(item, "statistics"))
        add_index_statistics(plan, item->in, item->from, item->to);
    if (gm_pg_changes(item, "valid") && !gm_object_has(item->to, "valid"))
        gm_pg_step_sql(plan, item->in, P("REINDEX INDEX %.*s", GM_ARG(name)));
}

void gm_pg_alter_constraint(gm_pg_plan *plan, gm_pg_item *item)
{
    gm_pg_alter_index(plan, item);
    if (!gm_pg_changes(item, "definition"))
        return;
    gm_pg_step *step = gm_pg_add_table_step(plan, item, GM_RANK_ALTER_TABLE);
    gm_pg_step_part(plan, step, GM_PART_TABLE,
                    P("VALIDATE CONSTRAINT %.*s", GM_ARG(gm_pg_name(plan->arena, item->to->name))));
    gm_pg_step_after(plan, item->in, step, false);
}
