/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Tables: CREATE TABLE and what ALTER TABLE says of a table as a whole.
 */

#include "db/postgres/render_plan.h"

#define P(...) gm_str_printf(plan->arena, __VA_ARGS__)

static bool has(const gm_object *object, const char *property)
{
    return gm_object_has(object, property);
}

static void add_clause(gm_buf *buf, const gm_object *table, const char *before,
                       const char *property, const char *behind)
{
    gm_str text = gm_object_get(table, property);
    if (text.len)
        gm_buf_printf(buf, "%s%.*s%s", before, GM_ARG(text), behind);
}

/* ---- name=value lists ---- */

/* The next of "a=1, b='x, y'", without the comma behind it. */
static gm_str take_option(gm_str *rest)
{
    bool quoted = false;
    size_t i = 0;
    for (; i < rest->len && (quoted || rest->ptr[i] != ','); i++)
        if (rest->ptr[i] == '\'')
            quoted = !quoted;
    gm_str option = gm_str_trim(gm_str_sub(*rest, 0, i));
    *rest = gm_str_sub(*rest, i + 1, rest->len);
    return option;
}

static bool list_has(gm_str list, gm_str option, bool by_name)
{
    gm_str name = gm_str_sub(option, 0, gm_str_find(option, '=', 0));
    while (list.len) {
        gm_str other = take_option(&list);
        if (by_name ? gm_str_eq(gm_str_sub(other, 0, gm_str_find(other, '=', 0)), name)
                    : gm_str_eq(other, option))
            return true;
    }
    return false;
}

/* Options of `some` that `others` lacks: name=value, or names alone. */
static gm_str options_only_in(gm_arena *arena, gm_str some, gm_str others, bool by_name)
{
    gm_strs left = {0};
    while (some.len) {
        gm_str option = take_option(&some);
        if (!list_has(others, option, by_name))
            gm_vec_push(arena, &left,
                        by_name ? gm_str_sub(option, 0, gm_str_find(option, '=', 0)) : option);
    }
    return gm_str_join(arena, &left, GM_STR(", "));
}

gm_str gm_pg_options_set(gm_arena *arena, const gm_pg_item *item)
{
    return options_only_in(arena, gm_object_get(item->to, "options"),
                           gm_object_get(item->from, "options"), false);
}

gm_str gm_pg_options_reset(gm_arena *arena, const gm_pg_item *item)
{
    return options_only_in(arena, gm_object_get(item->from, "options"),
                           gm_object_get(item->to, "options"), true);
}

void gm_pg_alter_options(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, gm_str alters)
{
    gm_str set = gm_pg_options_set(plan->arena, item);
    gm_str reset = gm_pg_options_reset(plan->arena, item);
    if (set.len)
        gm_pg_step_sql(plan, step, P("%.*s SET (%.*s)", GM_ARG(alters), GM_ARG(set)));
    if (reset.len)
        gm_pg_step_sql(plan, step, P("%.*s RESET (%.*s)", GM_ARG(alters), GM_ARG(reset)));
}

/* ---- parts of ALTER TABLE ---- */

static void part(gm_pg_plan *plan, gm_pg_step *step, gm_str text)
{
    gm_pg_step_part(plan, step, GM_PART_TABLE, text);
}

static void row_security(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, bool made)
{
    if (made ? has(item->to, "row security") : gm_pg_changes(item, "row security"))
        part(plan, step,
             has(item->to, "row security") ? GM_STR("ENABLE ROW LEVEL SECURITY")
                                           : GM_STR("DISABLE ROW LEVEL SECURITY"));
    if (made ? has(item->to, "force row security") : gm_pg_changes(item, "force row security"))
        part(plan, step,
             has(item->to, "force row security") ? GM_STR("FORCE ROW LEVEL SECURITY")
                                                 : GM_STR("NO FORCE ROW LEVEL SECURITY"));
}

/* What names an index waits for the table's indexes and constraints. */
static void after_indexes(gm_pg_plan *plan, const gm_pg_item *table)
{
    gm_pg_step *step = table->late;
    for (size_t i = 0; step && i < plan->items.len; i++) {
        const gm_pg_item *item = plan->items.items[i];
        if (item->to && gm_pg_owner_item(plan, item) == table &&
            (item->to->kind == GM_OBJECT_INDEX || item->to->kind == GM_OBJECT_PRIMARY_KEY ||
             item->to->kind == GM_OBJECT_UNIQUE)) {
            gm_pg_step_after(plan, step, item->in, false);
            gm_pg_step_after(plan, step, item->rename, false);
        }
    }
}

void gm_pg_come_after_indexes(gm_pg_plan *plan)
{
    for (size_t i = 0; i < plan->items.len; i++)
        after_indexes(plan, plan->items.items[i]);
}

static void name_indexes(gm_pg_plan *plan, gm_pg_item *item, bool made)
{
    gm_str identity = gm_object_get(item->to, "replica identity");
    gm_str cluster = gm_object_get(item->to, "cluster on");
    bool sets_identity = made ? identity.len > 0 : gm_pg_changes(item, "replica identity");
    bool sets_cluster = made ? cluster.len > 0 : gm_pg_changes(item, "cluster on");
    if (!sets_identity && !sets_cluster)
        return;
    item->late = gm_pg_add_table_step(plan, item, GM_RANK_FOREIGN_KEY);
    gm_pg_step_after(plan, item->late, item->in, false);
    if (sets_identity)
        part(plan, item->late,
             P("REPLICA IDENTITY %.*s", GM_ARG(identity.len ? identity : GM_STR("DEFAULT"))));
    if (sets_cluster)
        part(plan, item->late,
             cluster.len ? P("CLUSTER ON %.*s", GM_ARG(cluster)) : GM_STR("SET WITHOUT CLUSTER"));
}

/* ---- CREATE TABLE ---- */

void gm_pg_create_table(gm_pg_plan *plan, gm_pg_item *item)
{
    const gm_object *to = item->to;
    gm_buf head = gm_buf_new(plan->arena, SIZE_MAX);
    gm_buf tail = gm_buf_new(plan->arena, SIZE_MAX);
    gm_buf_printf(&head, "CREATE %sTABLE %.*s", has(to, "persistence") ? "UNLOGGED " : "",
                  GM_ARG(gm_pg_qualified(plan->arena, to)));
    add_clause(&head, to, " PARTITION OF ", "partition of", "");
    add_clause(&head, to, " OF ", "of type", "");
    add_clause(&tail, to, " ", "bound", "");
    add_clause(&tail, to, " INHERITS (", "inherits", ")");
    add_clause(&tail, to, " PARTITION BY ", "partition by", "");
    add_clause(&tail, to, " USING ", "access method", "");
    add_clause(&tail, to, " WITH (", "options", ")");
    add_clause(&tail, to, " TABLESPACE ", "tablespace", "");
    item->in = gm_pg_add_table_step(plan, item, GM_RANK_TABLE);
    item->in->head = gm_buf_str(&head);
    item->in->tail = gm_buf_str(&tail);
    item->in->bare = has(to, "partition of") || has(to, "of type");
    row_security(plan, item, item->in, true);
    name_indexes(plan, item, true);
}

/* ---- ALTER TABLE ---- */

static void alter_parents(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step)
{
    gm_str name = gm_pg_qualified(plan->arena, item->to);
    gm_str old = gm_object_get(item->from, "partition of");
    gm_str new = gm_object_get(item->to, "partition of");
    if (gm_pg_changes(item, "partition of") || gm_pg_changes(item, "bound")) {
        if (old.len)
            gm_pg_step_sql(plan, step,
                           P("ALTER TABLE %.*s DETACH PARTITION %.*s", GM_ARG(old), GM_ARG(name)));
        if (new.len)
            gm_pg_step_sql(plan, step,
                           P("ALTER TABLE %.*s ATTACH PARTITION %.*s %.*s", GM_ARG(new),
                             GM_ARG(name), GM_ARG(gm_object_get(item->to, "bound"))));
    }
    if (!gm_pg_changes(item, "inherits"))
        return;
    gm_str was = gm_object_get(item->from, "inherits");
    gm_str now = gm_object_get(item->to, "inherits");
    for (gm_str rest = was; rest.len;) {
        gm_str parent = take_option(&rest);
        if (!list_has(now, parent, false))
            part(plan, step, P("NO INHERIT %.*s", GM_ARG(parent)));
    }
    for (gm_str rest = now; rest.len;) {
        gm_str parent = take_option(&rest);
        if (!list_has(was, parent, false))
            part(plan, step, P("INHERIT %.*s", GM_ARG(parent)));
    }
}

static void alter_storage(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step)
{
    const gm_object *to = item->to;
    gm_str space = gm_object_get(to, "tablespace");
    gm_str method = gm_object_get(to, "access method");
    gm_str set = gm_pg_options_set(plan->arena, item);
    gm_str reset = gm_pg_options_reset(plan->arena, item);
    if (gm_pg_changes(item, "persistence"))
        part(plan, step, has(to, "persistence") ? GM_STR("SET UNLOGGED") : GM_STR("SET LOGGED"));
    if (gm_pg_changes(item, "options") && set.len)
        part(plan, step, P("SET (%.*s)", GM_ARG(set)));
    if (gm_pg_changes(item, "options") && reset.len)
        part(plan, step, P("RESET (%.*s)", GM_ARG(reset)));
    if (gm_pg_changes(item, "tablespace"))
        part(plan, step,
             P("SET TABLESPACE %.*s", GM_ARG(space.len ? space : GM_STR("pg_default"))));
    if (gm_pg_changes(item, "access method"))
        part(plan, step, P("SET ACCESS METHOD %.*s", GM_ARG(method.len ? method : GM_STR("heap"))));
    if (gm_pg_changes(item, "of type"))
        part(plan, step,
             has(to, "of type") ? P("OF %.*s", GM_ARG(gm_object_get(to, "of type")))
                                : GM_STR("NOT OF"));
}

void gm_pg_alter_table(gm_pg_plan *plan, gm_pg_item *item)
{
    gm_pg_step *step = gm_pg_add_table_step(plan, item, GM_RANK_ALTER_TABLE);
    /* the table is there all the time: nobody waits for what is altered here */
    alter_storage(plan, item, step);
    row_security(plan, item, step, false);
    alter_parents(plan, item, step);
    gm_pg_plan_comments(plan, item, step, false);
    gm_pg_step_after(plan, step, item->rename, false);
    name_indexes(plan, item, false);
}
