/* SPDX-License-Identifier: Apache-2.0 */

/*
 * DROP and RENAME of each kind of object.
 */

#include "db/postgres/render_plan.h"

#define P(...) gm_str_printf(plan->arena, __VA_ARGS__)

static void lose(gm_pg_plan *plan, const char *what, const gm_object *object)
{
    gm_str shown = gm_object_shown(plan->arena, object);
    gm_vec_push(plan->arena, &plan->render->lost, P("%s%.*s", what, GM_ARG(shown)));
}

/* A column takes along what is about it. */
static gm_pg_step *dropped_with_column(const gm_pg_plan *plan, const gm_pg_item *item)
{
    gm_object_kind kind = item->from->kind;
    if (!gm_pg_is_constraint(kind) && kind != GM_OBJECT_INDEX && kind != GM_OBJECT_STATISTICS)
        return NULL;
    for (size_t i = 0; i < item->from->needs.len; i++) {
        const gm_object *column = item->from->needs.items[i];
        const gm_pg_item *other = gm_pg_item_from(plan, column);
        bool own = column->kind == GM_OBJECT_COLUMN &&
                   gm_str_eq(column->table, item->from->table) &&
                   gm_str_eq(column->schema, item->from->schema);
        if (own && other && !other->inherited &&
            (other->fate == GM_ITEM_DROP || other->fate == GM_ITEM_RECREATE))
            return other->out;
    }
    return NULL;
}

const gm_object *gm_pg_dropped_target(const gm_pg_plan *plan, const gm_object *key)
{
    if (key->kind != GM_OBJECT_FOREIGN_KEY)
        return NULL;
    const gm_object *own = gm_schema_owner(plan->from, key);
    for (size_t i = 0; i < key->needs.len; i++) {
        const gm_object *table = gm_schema_owner(plan->from, key->needs.items[i]);
        const gm_pg_item *item = gm_pg_item_from(plan, table);
        if (item && table != own && item->fate == GM_ITEM_DROP)
            return table;
    }
    return NULL;
}

static gm_pg_step *dropped_along(const gm_pg_plan *plan, const gm_pg_item *item)
{
    const gm_pg_item *owner = gm_pg_item_from(plan, gm_schema_owner(plan->from, item->from));
    if (owner && (owner->fate == GM_ITEM_DROP || owner->fate == GM_ITEM_RECREATE))
        return owner->out;
    if (item->from->kind == GM_OBJECT_SEQUENCE) {
        const gm_pg_item *column =
            gm_pg_item_from(plan, gm_pg_sequence_owner(plan->arena, plan->from, item->from));
        if (column && column->fate == GM_ITEM_DROP)
            return column->out;
    }
    return dropped_with_column(plan, item);
}

static gm_pg_rank drop_rank(const gm_pg_item *item)
{
    switch (item->from->kind) {
    case GM_OBJECT_VIEW:
    case GM_OBJECT_MATERIALIZED_VIEW:
    case GM_OBJECT_RULE:
    case GM_OBJECT_TRIGGER:
    case GM_OBJECT_EVENT_TRIGGER:
    case GM_OBJECT_POLICY:
    case GM_OBJECT_STATISTICS:
    case GM_OBJECT_INDEX:
        return GM_RANK_DROP;
    default:
        return item->fate == GM_ITEM_RECREATE ? GM_RANK_DROP : GM_RANK_DROP_LATE;
    }
}

static void drop_column(gm_pg_plan *plan, gm_pg_item *item)
{
    const gm_pg_item *owner = gm_pg_owner_item(plan, item);
    bool attribute = owner && owner->from->kind == GM_OBJECT_COMPOSITE;
    gm_str name = gm_pg_name(plan->arena, item->from->name);
    item->out = gm_pg_add_table_step(plan, item, GM_RANK_ALTER_TABLE);
    gm_pg_step_part(plan, item->out, GM_PART_DROP_COLUMN,
                    P("DROP %s %.*s", attribute ? "ATTRIBUTE" : "COLUMN", GM_ARG(name)));
    if (!gm_object_has(item->from, "generated"))
        lose(plan, "", item->from);
}

void gm_pg_plan_drop(gm_pg_plan *plan, gm_pg_item *item)
{
    const gm_object *from = item->from;
    gm_str name = gm_pg_qualified(plan->arena, from);
    if (from->kind == GM_OBJECT_TABLE)
        lose(plan, "the rows of ", from);
    /* Tables that refer to one another can be dropped only when their keys are gone. */
    item->out = gm_pg_closes_circle(plan, from) ? NULL : dropped_along(plan, item);
    if (item->out)
        return;
    if (from->kind == GM_OBJECT_COLUMN) {
        drop_column(plan, item);
        return;
    }
    if (gm_pg_is_constraint(from->kind)) {
        item->out = gm_pg_add_table_step(plan, item, GM_RANK_ALTER_TABLE);
        gm_pg_step_part(plan, item->out, GM_PART_DROP_CONSTRAINT,
                        P("DROP CONSTRAINT %.*s", GM_ARG(gm_pg_name(plan->arena, from->name))));
        return;
    }
    item->out = gm_pg_add_step(plan, item, drop_rank(item));
    if (gm_pg_is_on_table(from->kind))
        name = P("%.*s ON %.*s", GM_ARG(gm_pg_name(plan->arena, from->name)),
                 GM_ARG(gm_pg_table_now(plan, item)));
    else if (from->kind == GM_OBJECT_OTHER)
        name = gm_str_trim(gm_pg_cast_signature(plan->arena, from));
    gm_pg_step_sql(plan, item->out,
                   P("DROP %.*s %.*s", GM_ARG(gm_pg_kind_word(from)), GM_ARG(name)));
}

/* ---- renaming ---- */

gm_str gm_pg_rename_text(const gm_pg_plan *plan, const gm_pg_item *item, gm_str old, gm_str new)
{
    gm_object_kind kind = item->from->kind;
    const gm_pg_item *owner = gm_pg_owner_item(plan, item);
    gm_object_kind of = owner ? owner->from->kind : GM_OBJECT_TABLE;
    gm_str name = gm_pg_name(plan->arena, old);
    gm_object was = *item->from;
    gm_object is = *item->to;
    /* The schema may have a new name already. */
    was.schema = item->to->schema;
    was.name = old;
    is.schema = (gm_str){0};
    is.name = new;
    if (kind == GM_OBJECT_COLUMN || gm_pg_is_constraint(kind))
        return P("ALTER %s %.*s RENAME %s %.*s TO %.*s",
                 of == GM_OBJECT_DOMAIN      ? "DOMAIN"
                 : of == GM_OBJECT_COMPOSITE ? "TYPE"
                                             : "TABLE",
                 GM_ARG(gm_pg_table_now(plan, item)),
                 gm_pg_is_constraint(kind)   ? "CONSTRAINT"
                 : of == GM_OBJECT_COMPOSITE ? "ATTRIBUTE"
                                             : "COLUMN",
                 GM_ARG(name), GM_ARG(gm_pg_name(plan->arena, new)));
    gm_str subject = gm_pg_qualified(plan->arena, &was);
    if (gm_pg_is_on_table(kind))
        subject = P("%.*s ON %.*s", GM_ARG(name), GM_ARG(gm_pg_table_now(plan, item)));
    return P("ALTER %.*s %.*s RENAME TO %.*s", GM_ARG(gm_pg_kind_word(item->from)), GM_ARG(subject),
             GM_ARG(gm_pg_bare_name(plan->arena, &is)));
}

void gm_pg_plan_rename(gm_pg_plan *plan, gm_pg_item *item)
{
    bool schema = item->from->kind == GM_OBJECT_SCHEMA;
    item->rename = gm_pg_add_step(plan, item, schema ? GM_RANK_RENAME_SCHEMA : GM_RANK_RENAME);
    gm_pg_step_sql(plan, item->rename,
                   gm_pg_rename_text(plan, item, item->from->name, item->to->name));
}
