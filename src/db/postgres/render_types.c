/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Types and sequences: what can be altered in place, and the swap for what cannot: the old type
 * steps aside, the new one is made, columns are cast, the old one is dropped.
 */

#include "db/postgres/render_plan.h"

#define P(...) gm_str_printf(plan->arena, __VA_ARGS__)

/* ---- enums ---- */

static gm_str label_now(const gm_pg_item *item, gm_str label)
{
    for (size_t i = 0; item->change && i < item->change->labels.len; i++)
        if (gm_str_eq(item->change->labels.items[i].from, label))
            return item->change->labels.items[i].to;
    return label;
}

bool gm_pg_enum_grows(const gm_pg_item *item)
{
    const gm_strs *old = &item->from->labels;
    const gm_strs *new = &item->to->labels;
    size_t found = 0;
    for (size_t i = 0; found < old->len && i < new->len; i++)
        if (gm_str_eq(label_now(item, old->items[found]), new->items[i]))
            found++;
    return found == old->len;
}

/* Does anything that is made or altered speak of the label? */
static bool is_used(const gm_pg_plan *plan, gm_str quoted)
{
    for (size_t i = 0; i < plan->items.len; i++) {
        const gm_pg_item *item = plan->items.items[i];
        if (item->fate == GM_ITEM_KEEP || item->fate == GM_ITEM_DROP)
            continue;
        GM_EACH (gm_property, property, &item->to->properties)
            if (gm_str_search(property->value, quoted) < property->value.len)
                return true;
    }
    return false;
}

static void add_label(gm_pg_plan *plan, gm_pg_item *item, size_t index, bool had_before,
                      gm_str next)
{
    const gm_strs *labels = &item->to->labels;
    gm_str label = gm_db_quote_text(plan->arena, GM_POSTGRES, labels->items[index]);
    gm_str place = {0};
    if (next.len && index > 0 && had_before)
        place = P(" AFTER %.*s",
                  GM_ARG(gm_db_quote_text(plan->arena, GM_POSTGRES, labels->items[index - 1])));
    else if (next.len)
        place = P(" BEFORE %.*s", GM_ARG(gm_db_quote_text(plan->arena, GM_POSTGRES, next)));
    gm_render_statement statement = {.sql = P("ALTER TYPE %.*s ADD VALUE %.*s%.*s",
                                              GM_ARG(gm_pg_qualified(plan->arena, item->to)),
                                              GM_ARG(label), GM_ARG(place)),
                                     .outside = is_used(plan, label)};
    if (statement.outside)
        statement.note = GM_STR("The new value can be used only when this has been committed.");
    gm_vec_push(plan->arena, &item->in->statements, statement);
}

void gm_pg_alter_enum(gm_pg_plan *plan, gm_pg_item *item)
{
    gm_strs old = {0};
    item->in = item->out = gm_pg_add_step(plan, item, GM_RANK_TYPE);
    for (size_t i = 0; i < item->from->labels.len; i++) {
        gm_str label = item->from->labels.items[i];
        gm_str now = label_now(item, label);
        gm_vec_push(plan->arena, &old, now);
        if (!gm_str_eq(now, label))
            gm_pg_step_sql(plan, item->in,
                           P("ALTER TYPE %.*s RENAME VALUE %.*s TO %.*s",
                             GM_ARG(gm_pg_qualified(plan->arena, item->to)),
                             GM_ARG(gm_db_quote_text(plan->arena, GM_POSTGRES, label)),
                             GM_ARG(gm_db_quote_text(plan->arena, GM_POSTGRES, now))));
    }
    size_t next = 0;
    for (size_t i = 0; i < item->to->labels.len; i++) {
        if (next < old.len && gm_str_eq(item->to->labels.items[i], old.items[next])) {
            next++;
            continue;
        }
        add_label(plan, item, i, i > 0, next < old.len ? old.items[next] : (gm_str){0});
    }
}

/* ---- the swap ---- */

static gm_str spare_name(const gm_pg_plan *plan, const gm_object *type)
{
    enum { NAME_BYTES = 63 };
    static const char end[] = "_old";
    size_t len = type->name.len;
    while (len > NAME_BYTES - (sizeof(end) - 1) ||
           (len < type->name.len && ((unsigned char)type->name.ptr[len] & 0xc0) == 0x80))
        len--;
    return P("%.*s%s", GM_ARG(gm_str_sub(type->name, 0, len)), end);
}

static void lose_labels(gm_pg_plan *plan, const gm_pg_item *item)
{
    for (size_t i = 0; i < item->from->labels.len; i++) {
        gm_str label = item->from->labels.items[i];
        if (!gm_strs_have(&item->to->labels, label_now(item, label)))
            item->rename->note =
                P("%.*s%sRows that have the value %.*s make this fail: give them another first.",
                  GM_ARG(item->rename->note), item->rename->note.len ? "\n" : "", GM_ARG(label));
    }
}

void gm_pg_swap_type(gm_pg_plan *plan, gm_pg_item *item)
{
    gm_str spare = gm_pg_name(plan->arena, spare_name(plan, item->from));
    gm_object old = *item->from;
    old.schema = item->to->schema;
    const char *word = item->from->kind == GM_OBJECT_DOMAIN ? "DOMAIN" : "TYPE";
    item->rename = gm_pg_add_step(plan, item, GM_RANK_RENAME);
    gm_pg_step_sql(plan, item->rename,
                   P("ALTER %s %.*s RENAME TO %.*s", word,
                     GM_ARG(gm_pg_qualified(plan->arena, &old)), GM_ARG(spare)));
    gm_pg_plan_create(plan, item);
    gm_pg_step_after(plan, item->in, item->rename, false);
    item->out = gm_pg_add_step(plan, item, GM_RANK_DROP_LATE);
    gm_pg_step_sql(
        plan, item->out,
        P("DROP %s %.*s", word, GM_ARG(gm_pg_in_schema(plan->arena, old.schema, spare, false))));
    gm_pg_step_after(plan, item->out, item->in, false);
    lose_labels(plan, item);
}

/* ---- domains ---- */

void gm_pg_alter_domain(gm_pg_plan *plan, gm_pg_item *item)
{
    gm_str now = gm_object_get(item->to, "default");
    gm_pg_step *step = gm_pg_add_table_step(plan, item, GM_RANK_TYPE);
    item->in = item->out = step;
    if (gm_pg_changes(item, "default"))
        gm_pg_step_part(plan, step, GM_PART_COLUMN,
                        now.len ? P("SET DEFAULT %.*s", GM_ARG(now)) : GM_STR("DROP DEFAULT"));
    if (gm_pg_changes(item, "not null"))
        gm_pg_step_part(plan, step, GM_PART_COLUMN,
                        gm_object_has(item->to, "not null") ? GM_STR("SET NOT NULL")
                                                            : GM_STR("DROP NOT NULL"));
}

/* ---- sequences ---- */

static const struct {
    const char *property;
    const char *word;
    const char *none; /* without the property */
} sequence_options[] = {
    {"increment", "INCREMENT BY", "INCREMENT BY 1"},
    {"min", "MINVALUE", "NO MINVALUE"},
    {"max", "MAXVALUE", "NO MAXVALUE"},
    {"start", "START WITH", NULL},
    {"cache", "CACHE", "CACHE 1"},
    {"cycle", "CYCLE", "NO CYCLE"},
};

enum { SEQUENCE_OPTIONS = sizeof(sequence_options) / sizeof(sequence_options[0]) };

static gm_str prefixed(gm_arena *arena, const gm_object *object, const char *prefix,
                       const char *property)
{
    return gm_object_get(object, gm_str_printf(arena, "%s%s", prefix, property).ptr);
}

/* Where a sequence starts unless it is said: its lowest value, or the highest when it counts down.
 */
static gm_str default_start(gm_arena *arena, const gm_object *object, const char *prefix)
{
    gm_str increment = prefixed(arena, object, prefix, "increment");
    bool down = increment.len && increment.ptr[0] == '-';
    gm_str bound = prefixed(arena, object, prefix, down ? "max" : "min");
    if (bound.len)
        return bound;
    return down ? GM_STR("-1") : GM_STR("1");
}

static gm_str option_text(gm_arena *arena, const gm_object *object, const char *prefix, size_t i)
{
    gm_str value = prefixed(arena, object, prefix, sequence_options[i].property);
    if (strcmp(sequence_options[i].property, "cycle") == 0)
        return value.len ? GM_STR("CYCLE") : GM_STR("NO CYCLE");
    if (value.len)
        return gm_str_printf(arena, "%s %.*s", sequence_options[i].word, GM_ARG(value));
    if (sequence_options[i].none)
        return gm_str_from(sequence_options[i].none);
    return gm_str_printf(arena, "START WITH %.*s", GM_ARG(default_start(arena, object, prefix)));
}

gm_str gm_pg_sequence_options(gm_arena *arena, const gm_object *object, const char *prefix)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str type = gm_object_get(object, "type");
    if (!*prefix && type.len)
        gm_buf_printf(&buf, " AS %.*s", GM_ARG(type));
    for (size_t i = 0; i < SEQUENCE_OPTIONS; i++)
        if (prefixed(arena, object, prefix, sequence_options[i].property).len)
            gm_buf_printf(&buf, " %.*s", GM_ARG(option_text(arena, object, prefix, i)));
    return gm_buf_str(&buf);
}

gm_str gm_pg_sequence_change(gm_arena *arena, const gm_object *to, const char *prefix,
                             const char *property)
{
    for (size_t i = 0; i < SEQUENCE_OPTIONS; i++)
        if (strcmp(sequence_options[i].property, property) == 0)
            return option_text(arena, to, prefix, i);
    return (gm_str){0};
}

/* Has the column that it is to be owned by the sequence already, by another name? */
static bool keeps_owner(const gm_pg_plan *plan, const gm_pg_item *item)
{
    const gm_pg_item *old =
        gm_pg_item_from(plan, gm_pg_sequence_owner(plan->arena, plan->from, item->from));
    const gm_pg_item *new =
        gm_pg_item_to(plan, gm_pg_sequence_owner(plan->arena, plan->to, item->to));
    return old && old == new;
}

static void alter_owner(gm_pg_plan *plan, gm_pg_item *item)
{
    gm_str owner = gm_object_get(item->to, "owned by");
    if (!gm_pg_changes(item, "owned by") || keeps_owner(plan, item))
        return;
    gm_pg_step *step = gm_pg_add_step(plan, item, GM_RANK_CONSTRAINT);
    gm_pg_step_sql(plan, step,
                   P("ALTER SEQUENCE %.*s OWNED BY %.*s",
                     GM_ARG(gm_pg_qualified(plan->arena, item->to)),
                     GM_ARG(owner.len ? owner : GM_STR("NONE"))));
    gm_pg_step_after(plan, step, item->in, false);
    gm_pg_step_after(plan, step, item->rename, false);
    const gm_pg_item *new =
        gm_pg_item_to(plan, gm_pg_sequence_owner(plan->arena, plan->to, item->to));
    const gm_pg_item *old =
        gm_pg_item_from(plan, gm_pg_sequence_owner(plan->arena, plan->from, item->from));
    if (new) {
        gm_pg_step_after(plan, step, new->in, false);
        gm_pg_step_after(plan, step, new->rename, false);
    }
    /* the sequence would go with it */
    if (old && old->fate == GM_ITEM_DROP)
        gm_pg_step_after(plan, old->out, step, false);
}

static gm_str start_of(gm_arena *arena, const gm_object *sequence)
{
    gm_str start = gm_object_get(sequence, "start");
    return start.len ? start : default_start(arena, sequence, "");
}

/* A start that nobody said moves with the bounds, and ALTER SEQUENCE does not move it. */
static void add_start(gm_pg_plan *plan, const gm_pg_item *item, gm_buf *buf)
{
    gm_str old = start_of(plan->arena, item->from);
    gm_str new = start_of(plan->arena, item->to);
    if (gm_str_eq(old, new))
        return;
    gm_buf_printf(buf, " START WITH %.*s", GM_ARG(new));
    /* the present number may be out of the new bounds */
    if (gm_pg_changes(item, "min") || gm_pg_changes(item, "max") ||
        gm_pg_changes(item, "increment"))
        gm_buf_z(buf, " RESTART");
}

void gm_pg_alter_sequence(gm_pg_plan *plan, gm_pg_item *item)
{
    gm_buf buf = gm_buf_new(plan->arena, SIZE_MAX);
    gm_str name = gm_pg_qualified(plan->arena, item->to);
    gm_str type = gm_object_get(item->to, "type");
    item->in = item->out = gm_pg_add_step(plan, item, GM_RANK_TYPE);
    if (gm_pg_changes(item, "type"))
        gm_buf_printf(&buf, " AS %.*s", GM_ARG(type.len ? type : GM_STR("bigint")));
    for (size_t i = 0; i < SEQUENCE_OPTIONS; i++)
        if (gm_pg_changes(item, sequence_options[i].property) &&
            strcmp(sequence_options[i].property, "start") != 0)
            gm_buf_printf(&buf, " %.*s", GM_ARG(option_text(plan->arena, item->to, "", i)));
    add_start(plan, item, &buf);
    if (buf.len)
        gm_pg_step_sql(plan, item->in,
                       P("ALTER SEQUENCE %.*s%.*s", GM_ARG(name), GM_ARG(gm_buf_str(&buf))));
    if (gm_pg_changes(item, "persistence"))
        gm_pg_step_sql(plan, item->in,
                       P("ALTER SEQUENCE %.*s SET %s", GM_ARG(name),
                         gm_object_has(item->to, "persistence") ? "UNLOGGED" : "LOGGED"));
    alter_owner(plan, item);
}
