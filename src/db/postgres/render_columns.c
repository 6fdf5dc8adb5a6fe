/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Columns of tables, and attributes of composite types.
 */

#include "db/postgres/introspect.h"
#include "db/postgres/render_plan.h"

#define P(...) gm_str_printf(plan->arena, __VA_ARGS__)

static gm_str get(const gm_object *object, const char *property)
{
    return gm_object_get(object, property);
}

/* ---- serial ---- */

static bool is_serial_type(const gm_object *column, const gm_object *sequence)
{
    gm_str type = get(column, "type");
    gm_str own = get(sequence, "type");
    bool known =
        gm_str_is(type, "integer") || gm_str_is(type, "bigint") || gm_str_is(type, "smallint");
    return known && gm_str_eq(type, own.len ? own : GM_STR("bigint"));
}

static bool is_plain_sequence(const gm_object *sequence)
{
    static const char *const others[] = {"start", "increment", "min",     "max",
                                         "cache", "cycle",     "shadowed"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (gm_object_has(sequence, others[i]))
            return false;
    return true;
}

bool gm_pg_is_nextval(gm_arena *arena, const gm_object *column, const gm_object *sequence)
{
    gm_str name = gm_pg_qualified(arena, sequence);
    gm_str quoted = gm_db_quote_text(arena, GM_POSTGRES, name);
    return gm_str_eq(get(column, "default"),
                     gm_str_printf(arena, "nextval(%.*s::regclass)", GM_ARG(quoted)));
}

/* Had any relation of the old schema the sequence's name? The server would then take another. */
static bool name_was_taken(const gm_pg_plan *plan, const gm_object *sequence)
{
    static const gm_object_kind kinds[] = {GM_OBJECT_TABLE, GM_OBJECT_VIEW, GM_OBJECT_SEQUENCE,
                                           GM_OBJECT_MATERIALIZED_VIEW, GM_OBJECT_COMPOSITE};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (gm_schema_find(plan->from, kinds[i], sequence->schema, (gm_str){0}, sequence->name))
            return true;
    return false;
}

bool gm_pg_is_serial(const gm_pg_plan *plan, const gm_pg_item *item)
{
    const gm_object *sequence = item->to;
    const gm_object *column = gm_pg_sequence_owner(plan->arena, plan->to, sequence);
    const gm_pg_item *of = gm_pg_item_to(plan, column);
    if (item->fate != GM_ITEM_ADD || !of || of->fate != GM_ITEM_ADD)
        return false;
    const gm_object *table = gm_schema_owner(plan->to, column);
    gm_str name = gm_postgres_default_name(plan->arena, column->table, column->name, "seq");
    return table && gm_str_eq(sequence->schema, column->schema) &&
           gm_str_eq(sequence->name, name) && gm_object_has(column, "not null") &&
           is_serial_type(column, sequence) && is_plain_sequence(sequence) &&
           gm_pg_is_nextval(plan->arena, column, sequence) &&
           gm_str_eq(get(sequence, "persistence"), get(table, "persistence")) &&
           !name_was_taken(plan, sequence);
}

static bool has_serial(const gm_pg_plan *plan, const gm_object *column)
{
    for (size_t i = 0; i < column->needs.len; i++) {
        const gm_pg_item *item = gm_pg_item_to(plan, column->needs.items[i]);
        if (item && item->to->kind == GM_OBJECT_SEQUENCE && gm_pg_is_serial(plan, item) &&
            gm_pg_sequence_owner(plan->arena, plan->to, item->to) == column)
            return true;
    }
    return false;
}

/* ---- identity ---- */

gm_str gm_pg_identity_sequence(gm_arena *arena, const gm_object *column)
{
    gm_str name = get(column, "identity sequence");
    return name.len ? name : gm_postgres_default_name(arena, column->table, column->name, "seq");
}

static gm_str identity_text(const gm_pg_plan *plan, const gm_object *column)
{
    gm_str options = gm_str_trim(gm_pg_sequence_options(plan->arena, column, "identity "));
    gm_str name = get(column, "identity sequence");
    gm_str said = {0};
    if (name.len)
        said = P("SEQUENCE NAME %.*s%s",
                 GM_ARG(gm_pg_in_schema(plan->arena, column->schema, gm_pg_name(plan->arena, name),
                                        false)),
                 options.len ? " " : "");
    gm_str all = P("%.*s%.*s", GM_ARG(said), GM_ARG(options));
    return P("GENERATED %.*s AS IDENTITY%s%.*s%s", GM_ARG(get(column, "identity")),
             all.len ? " (" : "", GM_ARG(all), all.len ? ")" : "");
}

/* ---- a new column ---- */

static gm_str serial_word(const gm_object *column)
{
    gm_str type = get(column, "type");
    return gm_str_is(type, "bigint")     ? GM_STR("bigserial")
           : gm_str_is(type, "smallint") ? GM_STR("smallserial")
                                         : GM_STR("serial");
}

gm_str gm_pg_column_text(const gm_pg_plan *plan, const gm_object *column)
{
    gm_buf buf = gm_buf_new(plan->arena, SIZE_MAX);
    gm_buf_printf(&buf, "%.*s ", GM_ARG(gm_pg_name(plan->arena, column->name)));
    if (has_serial(plan, column)) {
        gm_buf_add(&buf, serial_word(column));
        return gm_buf_str(&buf);
    }
    gm_buf_add(&buf, get(column, "type"));
    if (gm_object_has(column, "compression"))
        gm_buf_printf(&buf, " COMPRESSION %.*s", GM_ARG(get(column, "compression")));
    if (gm_object_has(column, "collation"))
        gm_buf_printf(&buf, " COLLATE %.*s", GM_ARG(get(column, "collation")));
    if (gm_object_has(column, "default"))
        gm_buf_printf(&buf, " DEFAULT %.*s", GM_ARG(get(column, "default")));
    if (gm_object_has(column, "generated"))
        gm_buf_printf(&buf, " GENERATED ALWAYS AS %.*s", GM_ARG(get(column, "generated")));
    if (gm_object_has(column, "identity"))
        gm_buf_printf(&buf, " %.*s", GM_ARG(identity_text(plan, column)));
    else if (gm_object_has(column, "not null"))
        gm_buf_z(&buf, " NOT NULL");
    return gm_buf_str(&buf);
}

static gm_pg_step *own_step(gm_pg_plan *plan, gm_pg_item *item)
{
    return gm_pg_add_table_step(plan, item, GM_RANK_ALTER_TABLE);
}

/* What SET STORAGE DEFAULT (16 and later) would choose: typstorage of pg_type. */
static gm_str default_storage(const gm_object *column)
{
    static const char *const mains[] = {"numeric", "inet", "cidr"};
    for (size_t i = 0; i < sizeof(mains) / sizeof(mains[0]); i++)
        if (gm_str_starts(get(column, "type"), gm_str_from(mains[i])))
            return GM_STR("MAIN");
    return GM_STR("EXTENDED");
}

/* What neither CREATE TABLE nor ADD COLUMN takes. */
static void add_settings(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, bool made)
{
    const gm_object *to = item->to;
    gm_str name = gm_pg_name(plan->arena, to->name);
    gm_str statistics = get(to, "statistics");
    gm_str compression = get(to, "compression");
    if (made ? gm_object_has(to, "storage") : gm_pg_changes(item, "storage"))
        gm_pg_step_part(
            plan, step, GM_PART_TABLE,
            P("ALTER COLUMN %.*s SET STORAGE %.*s", GM_ARG(name),
              GM_ARG(gm_object_has(to, "storage") ? get(to, "storage") : default_storage(to))));
    if (made ? statistics.len > 0 : gm_pg_changes(item, "statistics"))
        gm_pg_step_part(plan, step, GM_PART_TABLE,
                        P("ALTER COLUMN %.*s SET STATISTICS %.*s", GM_ARG(name),
                          GM_ARG(statistics.len ? statistics : GM_STR("-1"))));
    if (!made && gm_pg_changes(item, "compression"))
        gm_pg_step_part(plan, step, GM_PART_TABLE,
                        P("ALTER COLUMN %.*s SET COMPRESSION %.*s", GM_ARG(name),
                          GM_ARG(compression.len ? compression : GM_STR("DEFAULT"))));
    if (!made ? !gm_pg_changes(item, "options") : !gm_object_has(to, "options"))
        return;
    gm_object nothing = {0};
    gm_pg_item both = {.from = made ? &nothing : item->from, .to = to};
    gm_str set = gm_pg_options_set(plan->arena, &both);
    gm_str reset = gm_pg_options_reset(plan->arena, &both);
    if (set.len)
        gm_pg_step_part(plan, step, GM_PART_TABLE,
                        P("ALTER COLUMN %.*s SET (%.*s)", GM_ARG(name), GM_ARG(set)));
    if (reset.len)
        gm_pg_step_part(plan, step, GM_PART_TABLE,
                        P("ALTER COLUMN %.*s RESET (%.*s)", GM_ARG(name), GM_ARG(reset)));
}

/* Rows that are there have no value for it. */
static bool fails_on_rows(const gm_pg_plan *plan, const gm_object *column)
{
    return gm_object_has(column, "not null") && !gm_object_has(column, "default") &&
           !gm_object_has(column, "identity") && !gm_object_has(column, "generated") &&
           !has_serial(plan, column);
}

void gm_pg_create_column(gm_pg_plan *plan, gm_pg_item *item)
{
    gm_pg_item *owner = gm_pg_owner_item(plan, item);
    bool attribute = owner && owner->to->kind == GM_OBJECT_COMPOSITE;
    gm_str text = gm_pg_column_text(plan, item->to);
    if (owner && (owner->fate == GM_ITEM_ADD || owner->fate == GM_ITEM_RECREATE)) {
        item->in = owner->in;
        gm_vec_push(plan->arena, &item->in->lines, text);
    } else {
        item->in = own_step(plan, item);
        gm_pg_step_part(plan, item->in, GM_PART_ADD_COLUMN,
                        P("ADD %s %.*s", attribute ? "ATTRIBUTE" : "COLUMN", GM_ARG(text)));
        if (fails_on_rows(plan, item->to))
            item->in->note =
                P("%.*s has neither NULL nor a default: this fails where the table has rows.",
                  GM_ARG(gm_object_shown(plan->arena, item->to)));
    }
    add_settings(plan, item, item->in, true);
}

/* ---- a column that stays ---- */

static const char *const sequence_words[] = {"start", "increment", "min", "max", "cache", "cycle"};

static void alter_identity(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, gm_str name)
{
    bool had = gm_object_has(item->from, "identity");
    bool has = gm_object_has(item->to, "identity");
    /* What was or will be the sequence of the default may have the identity's name: it goes, or
     * comes, between the two. */
    if (had && !has) {
        if (gm_object_has(item->to, "default")) {
            item->out = own_step(plan, item);
            gm_pg_step_after(plan, step, item->out, false);
        }
        gm_pg_step_part(plan, item->out, GM_PART_DROP_COLUMN,
                        P("ALTER COLUMN %.*s DROP IDENTITY", GM_ARG(name)));
    }
    if (!had && has) {
        if (gm_object_has(item->from, "default")) {
            item->in = own_step(plan, item);
            gm_pg_step_after(plan, item->in, step, false);
            step = item->in;
        }
        gm_pg_step_part(
            plan, step, GM_PART_ADD_CONSTRAINT,
            P("ALTER COLUMN %.*s ADD %.*s", GM_ARG(name), GM_ARG(identity_text(plan, item->to))));
        step->note = P("The numbers of %.*s start anew: where the table has rows, set the sequence "
                       "behind them (setval).",
                       GM_ARG(gm_object_shown(plan->arena, item->to)));
    }
    if (!had || !has)
        return;
    gm_buf buf = gm_buf_new(plan->arena, SIZE_MAX);
    if (gm_pg_changes(item, "identity"))
        gm_buf_printf(&buf, " SET GENERATED %.*s", GM_ARG(get(item->to, "identity")));
    for (size_t i = 0; i < sizeof(sequence_words) / sizeof(sequence_words[0]); i++)
        if (gm_pg_changes(item, P("identity %s", sequence_words[i]).ptr)) {
            gm_str one =
                gm_pg_sequence_change(plan->arena, item->to, "identity ", sequence_words[i]);
            gm_buf_printf(&buf, " SET %.*s", GM_ARG(one));
        }
    if (buf.len)
        gm_pg_step_part(plan, step, GM_PART_COLUMN,
                        P("ALTER COLUMN %.*s%.*s", GM_ARG(name), GM_ARG(gm_buf_str(&buf))));
}

/* The sequence of an identity column keeps its name when the table or the column gets another. */
static void rename_identity_sequence(gm_pg_plan *plan, gm_pg_item *item)
{
    if (!gm_object_has(item->from, "identity") || !gm_object_has(item->to, "identity") ||
        item->inherited)
        return;
    gm_str old = gm_pg_identity_sequence(plan->arena, item->from);
    gm_str new = gm_pg_identity_sequence(plan->arena, item->to);
    if (gm_str_eq(old, new))
        return;
    gm_pg_step *step = gm_pg_add_step(plan, item, GM_RANK_RENAME);
    gm_str name =
        gm_pg_in_schema(plan->arena, item->to->schema, gm_pg_name(plan->arena, old), false);
    gm_pg_step_sql(plan, step,
                   P("ALTER SEQUENCE %.*s RENAME TO %.*s", GM_ARG(name),
                     GM_ARG(gm_pg_name(plan->arena, new))));
}

static void retype(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, gm_str name)
{
    const gm_object *to = item->to;
    const gm_pg_item *owner = gm_pg_owner_item(plan, item);
    bool attribute = owner && owner->to && owner->to->kind == GM_OBJECT_COMPOSITE;
    gm_str collation = get(to, "collation");
    gm_pg_step_part(plan, step, GM_PART_COLUMN,
                    P("ALTER %s %.*s TYPE %.*s%s%.*s%.*s", attribute ? "ATTRIBUTE" : "COLUMN",
                      GM_ARG(name), GM_ARG(get(to, "type")), collation.len ? " COLLATE " : "",
                      GM_ARG(collation), GM_ARG(attribute ? GM_STR("") : gm_pg_using(plan, item))));
}

/* The default goes before what it is made of, or before a type that it does not fit. */
static bool default_goes_first(const gm_pg_item *item)
{
    bool differs = gm_pg_changes(item, "default");
    return gm_object_has(item->from, "default") &&
           (item->redefault || (item->retype && (differs || item->recast)));
}

static void alter_default(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, gm_str name)
{
    bool goes = default_goes_first(item);
    gm_str now = get(item->to, "default");
    if (goes && item->redefault) {
        item->out = own_step(plan, item);
        gm_pg_step_part(plan, item->out, GM_PART_COLUMN,
                        P("ALTER COLUMN %.*s DROP DEFAULT", GM_ARG(name)));
    } else if (goes || (gm_pg_changes(item, "default") && now.len == 0)) {
        gm_pg_step_part(plan, step, GM_PART_DROP_COLUMN,
                        P("ALTER COLUMN %.*s DROP DEFAULT", GM_ARG(name)));
    }
    if (now.len && (goes || gm_pg_changes(item, "default")))
        gm_pg_step_part(plan, step, GM_PART_ADD_CONSTRAINT,
                        P("ALTER COLUMN %.*s SET DEFAULT %.*s", GM_ARG(name), GM_ARG(now)));
}

void gm_pg_alter_column(gm_pg_plan *plan, gm_pg_item *item)
{
    gm_str name = gm_pg_name(plan->arena, item->to->name);
    rename_identity_sequence(plan, item);
    if (item->fate == GM_ITEM_KEEP)
        return;
    gm_pg_step *step = own_step(plan, item);
    item->in = item->out = step;
    if (gm_pg_changes(item, "generated"))
        gm_pg_step_part(plan, step, GM_PART_COLUMN,
                        P("ALTER COLUMN %.*s DROP EXPRESSION", GM_ARG(name)));
    alter_default(plan, item, step, name);
    if (item->retype)
        retype(plan, item, step, name);
    if (gm_pg_changes(item, "not null"))
        gm_pg_step_part(plan, step, GM_PART_COLUMN,
                        P("ALTER COLUMN %.*s %s NOT NULL", GM_ARG(name),
                          gm_object_has(item->to, "not null") ? "SET" : "DROP"));
    alter_identity(plan, item, step, name);
    add_settings(plan, item, step, false);
}
