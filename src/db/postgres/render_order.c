/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The order of steps, and the statements that come of it.
 *
 * Three things decide: what objects need (render_steps.c); names, which must be free before they
 * are taken; and where neither does, the rank of a step and the place of its table. A step's wishes
 * are passed over when nothing else could go on: that is how a circle of foreign keys is cut.
 */

#include "db/postgres/render_plan.h"

#include <stdlib.h>

/* ---- names ---- */

/* Names that must differ have one key: the kinds of relations among themselves, types likewise. */
static void name_keys(gm_arena *arena, const gm_object *object, gm_str schema, gm_str table,
                      gm_strs *keys)
{
    static const struct {
        gm_object_kind kind;
        const char *spaces; /* r: relations, t: types; others by their kind */
    } spaces[] = {
        {GM_OBJECT_TABLE, "rt"},
        {GM_OBJECT_VIEW, "rt"},
        {GM_OBJECT_MATERIALIZED_VIEW, "rt"},
        {GM_OBJECT_COMPOSITE, "rt"},
        {GM_OBJECT_ENUM, "t"},
        {GM_OBJECT_DOMAIN, "t"},
        {GM_OBJECT_RANGE, "t"},
        {GM_OBJECT_SEQUENCE, "r"},
        {GM_OBJECT_INDEX, "r"},
        {GM_OBJECT_PRIMARY_KEY, "rc"},
        {GM_OBJECT_UNIQUE, "rc"},
        {GM_OBJECT_EXCLUSION, "rc"},
        {GM_OBJECT_CHECK, "c"},
        {GM_OBJECT_FOREIGN_KEY, "c"},
        {GM_OBJECT_FUNCTION, "f"},
        {GM_OBJECT_PROCEDURE, "f"},
        {GM_OBJECT_AGGREGATE, "f"},
    };
    const char *letters = NULL;
    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
        if (spaces[i].kind == object->kind)
            letters = spaces[i].spaces;
    if (!letters) {
        gm_vec_push(arena, keys,
                    gm_str_printf(arena, "%d|%.*s|%.*s|%.*s", (int)object->kind, GM_ARG(schema),
                                  GM_ARG(table), GM_ARG(object->name)));
        return;
    }
    for (; *letters; letters++)
        gm_vec_push(arena, keys,
                    gm_str_printf(arena, "%c|%.*s|%.*s|%.*s", *letters, GM_ARG(schema),
                                  GM_ARG(*letters == 'c' ? table : (gm_str){0}),
                                  GM_ARG(object->name)));
}

/* The names of the old object, in the schema and table as they are called now. */
static void old_names(const gm_pg_plan *plan, const gm_pg_item *item, gm_strs *keys)
{
    const gm_pg_item *owner = gm_pg_item_from(plan, gm_schema_owner(plan->from, item->from));
    gm_str table = owner && owner->to ? owner->to->name : item->from->table;
    gm_str schema = item->to ? item->to->schema : item->from->schema;
    name_keys(plan->arena, item->from, schema, table, keys);
}

/* Another reason to come after it weighs more. */
static void come_after_name(gm_pg_plan *plan, gm_pg_step *step, gm_pg_step *before)
{
    size_t edges = step->after.len;
    gm_pg_step_after(plan, step, before, false);
    if (step->after.len > edges)
        step->after.items[edges].name = true;
}

/* A column that is an identity on one side alone has a sequence there, which is no object. */
static void sequence_names(const gm_pg_plan *plan, const gm_object *column, const gm_object *other,
                           gm_strs *keys)
{
    if (!column || column->kind != GM_OBJECT_COLUMN || !gm_object_has(column, "identity") ||
        (other && gm_object_has(other, "identity")))
        return;
    const gm_object sequence = {.kind = GM_OBJECT_SEQUENCE,
                                .name = gm_pg_identity_sequence(plan->arena, column)};
    name_keys(plan->arena, &sequence, column->schema, GM_STR(""), keys);
}

static void name_edges(gm_pg_plan *plan)
{
    gm_map free = gm_map_new(plan->arena);
    for (size_t i = 0; i < plan->items.len; i++) {
        const gm_pg_item *item = plan->items.items[i];
        gm_pg_step *step = item->renamed && item->rename ? item->rename : item->out;
        bool frees = item->fate == GM_ITEM_DROP || item->renamed ||
                     item->fate == GM_ITEM_RECREATE || item->fate == GM_ITEM_SWAP;
        gm_strs keys = {0};
        if (!item->from || item->inherited || !step)
            continue;
        if (item->fate == GM_ITEM_SWAP)
            step = item->rename;
        if (frees)
            old_names(plan, item, &keys);
        sequence_names(plan, item->from, item->to, &keys);
        for (size_t k = 0; k < keys.len; k++)
            gm_map_set(&free, keys.items[k], step);
    }
    for (size_t i = 0; i < plan->items.len; i++) {
        const gm_pg_item *item = plan->items.items[i];
        gm_pg_step *step = item->renamed && item->rename ? item->rename : item->in;
        bool takes = item->fate == GM_ITEM_ADD || item->renamed || item->fate == GM_ITEM_RECREATE;
        gm_strs keys = {0};
        if (!item->to || item->inherited || !step)
            continue;
        if (takes)
            name_keys(plan->arena, item->to, item->to->schema, item->to->table, &keys);
        sequence_names(plan, item->to, item->from, &keys);
        for (size_t k = 0; k < keys.len; k++)
            come_after_name(plan, step, gm_map_get(&free, keys.items[k]));
    }
}

/* ---- sorting ---- */

static int compare_steps(const gm_pg_step *a, const gm_pg_step *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

/* A heap, the first step on top. */
static void push_heap(gm_arena *arena, gm_pg_steps *heap, gm_pg_step *step)
{
    gm_vec_push(arena, heap, step);
    size_t i = heap->len - 1;
    while (i > 0 && compare_steps(heap->items[i], heap->items[(i - 1) / 2]) < 0) {
        gm_pg_step *parent = heap->items[(i - 1) / 2];
        heap->items[(i - 1) / 2] = heap->items[i];
        heap->items[i] = parent;
        i = (i - 1) / 2;
    }
}

static gm_pg_step *pop_heap(gm_pg_steps *heap)
{
    gm_pg_step *top = heap->items[0];
    heap->items[0] = heap->items[--heap->len];
    size_t i = 0;
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < heap->len; child++)
            if (compare_steps(heap->items[child], heap->items[least]) < 0)
                least = child;
        if (least == i)
            return top;
        gm_pg_step *other = heap->items[least];
        heap->items[least] = heap->items[i];
        heap->items[i] = other;
        i = least;
    }
}

/* Who waits for each step, by its number. */
typedef GM_VEC(gm_pg_edge) waiting;

/*
 * Nothing can go on: the first of the steps that only wish to wait goes, else the first of all (its
 * statement may then fail, and the proof will say so).
 */
static gm_pg_step *first_stuck(const gm_pg_plan *plan)
{
    gm_pg_step *wishing = NULL;
    gm_pg_step *any = NULL;
    for (size_t i = 0; i < plan->steps.len; i++) {
        gm_pg_step *step = plan->steps.items[i];
        if (step->place)
            continue;
        if (step->waits == 0 && (!wishing || compare_steps(step, wishing) < 0))
            wishing = step;
        if (!any || compare_steps(step, any) < 0)
            any = step;
    }
    return wishing ? wishing : any;
}

typedef struct {
    gm_pg_plan *plan;
    gm_pg_steps sorted;
    gm_pg_steps ready;
    waiting *waits; /* by the step that is waited for */
} sorter;

static void let_go(sorter *s, const gm_pg_step *step, bool only_names)
{
    GM_EACH (gm_pg_edge, edge, &s->waits[step->number]) {
        gm_pg_step *next = edge->step;
        if (!next || (only_names && !edge->name))
            continue;
        next->waits -= edge->soft ? 0 : 1;
        next->wishes -= edge->soft ? 1 : 0;
        edge->step = NULL;
        if (!next->place && next->waits + next->wishes == 0)
            push_heap(s->plan->arena, &s->ready, next);
    }
}

static void put(sorter *s, gm_pg_step *step)
{
    if (step->place)
        return;
    gm_vec_push(s->plan->arena, &s->sorted, step);
    step->place = s->sorted.len;
    let_go(s, step, false);
}

/* Renames that go round in a circle: the first takes a name on the way. False when there is none.
 */
static bool step_aside(sorter *s)
{
    gm_pg_plan *plan = s->plan;
    for (size_t i = 0; i < plan->steps.len; i++) {
        gm_pg_step *step = plan->steps.items[i];
        const gm_pg_item *item = step->item;
        bool waits_for_name = false;
        bool holds_name = false;
        if (step->place || !item->renamed || item->rename != step)
            continue;
        GM_EACH (gm_pg_edge, edge, &step->after)
            waits_for_name = waits_for_name || (edge->name && !edge->step->place);
        GM_EACH (gm_pg_edge, edge, &s->waits[step->number])
            holds_name = holds_name || (edge->step && edge->name);
        if (!waits_for_name || !holds_name)
            continue;
        gm_str between = gm_str_printf(plan->arena, "%.*s_gmig", GM_ARG(item->to->name));
        gm_pg_step *aside = gm_new(plan->arena, gm_pg_step);
        *aside = (gm_pg_step){.item = item, .rank = step->rank};
        gm_pg_step_sql(plan, aside, gm_pg_rename_text(plan, item, item->from->name, between));
        step->statements.items[0].sql = gm_pg_rename_text(plan, item, between, item->to->name);
        gm_vec_push(plan->arena, &s->sorted, aside);
        aside->place = s->sorted.len;
        let_go(s, step, true);
        return true;
    }
    return false;
}

static gm_pg_steps sort_steps(gm_pg_plan *plan)
{
    sorter s = {.plan = plan, .waits = gm_new_array(plan->arena, plan->steps.len, waiting)};
    size_t left = plan->steps.len;
    for (size_t i = 0; i < plan->steps.len; i++) {
        gm_pg_step *step = plan->steps.items[i];
        GM_EACH (gm_pg_edge, edge, &step->after) {
            gm_pg_edge back = *edge;
            back.step = step;
            gm_vec_push(plan->arena, &s.waits[edge->step->number], back);
            step->waits += edge->soft ? 0 : 1;
            step->wishes += edge->soft ? 1 : 0;
        }
        if (step->waits + step->wishes == 0)
            push_heap(plan->arena, &s.ready, step);
    }
    while (left > 0) {
        gm_pg_step *step = s.ready.len ? pop_heap(&s.ready) : first_stuck(plan);
        if (!step)
            break;
        if (!step->place && step->waits > 0 && step_aside(&s))
            continue;
        left -= step->place ? 0 : 1;
        put(&s, step);
    }
    return s.sorted;
}

/* ---- statements ---- */

/*
 * A constraint of a new table is a line of it where all that it needs is there by then; what became
 * part of an earlier table counts as being in that table's place.
 */
static void absorb_constraints(gm_pg_plan *plan, const gm_pg_steps *sorted)
{
    for (size_t i = 0; i < sorted->len; i++) {
        gm_pg_step *step = sorted->items[i];
        const gm_pg_item *owner = gm_pg_owner_item(plan, step->item);
        bool early = step->constraint.len > 0 && owner && owner->in;
        for (size_t k = 0; early && k < step->after.len; k++)
            early = step->after.items[k].step->place <= owner->in->place;
        if (!early)
            continue;
        gm_vec_push(plan->arena, &owner->in->lines, step->constraint);
        for (size_t k = 0; k < step->statements.len; k++)
            gm_vec_push(plan->arena, &owner->in->statements, step->statements.items[k]);
        step->parts.len = 0;
        step->statements.len = 0;
        step->place = owner->in->place;
    }
}

static void add_statement(gm_pg_plan *plan, gm_render_statement statement)
{
    gm_vec_push(plan->arena, &plan->render->statements, statement);
}

static void add_listed(gm_pg_plan *plan, const gm_pg_step *step)
{
    gm_buf buf = gm_buf_new(plan->arena, SIZE_MAX);
    bool domain = step->item->to->kind == GM_OBJECT_DOMAIN;
    gm_buf_add(&buf, step->head);
    bool listed = !domain && (step->lines.len || !step->bare);
    if (listed)
        gm_buf_z(&buf, " (");
    for (size_t i = 0; i < step->lines.len; i++) {
        gm_buf_z(&buf, i && !domain ? ",\n    " : "\n    ");
        gm_buf_add(&buf, step->lines.items[i]);
    }
    if (listed)
        gm_buf_z(&buf, step->lines.len ? "\n)" : ")");
    gm_buf_add(&buf, step->tail);
    add_statement(plan, (gm_render_statement){.sql = gm_buf_str(&buf)});
}

static int compare_parts(const void *a, const void *b)
{
    const gm_pg_part *const *x = a;
    const gm_pg_part *const *y = b;
    if ((*x)->kind != (*y)->kind)
        return (*x)->kind < (*y)->kind ? -1 : 1;
    return *x < *y ? -1 : *x > *y;
}

/* The parts of one ALTER TABLE; ALTER DOMAIN takes one at a time. */
static void add_altered(gm_pg_plan *plan, gm_str alters, const gm_pg_part *parts, size_t count)
{
    const gm_pg_part **sorted = gm_new_array(plan->arena, count, const gm_pg_part *);
    bool single = gm_str_starts(alters, GM_STR("ALTER DOMAIN "));
    gm_buf buf = gm_buf_new(plan->arena, SIZE_MAX);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &parts[i];
    if (count)
        qsort(sorted, count, sizeof(*sorted), compare_parts);
    for (size_t i = 0; i < count; i++) {
        if (single) {
            add_statement(plan, (gm_render_statement){
                                    .sql = gm_str_printf(plan->arena, "%.*s %.*s", GM_ARG(alters),
                                                         GM_ARG(sorted[i]->text))});
            continue;
        }
        if (i == 0)
            gm_buf_add(&buf, alters);
        gm_buf_z(&buf, count == 1 ? " " : i ? ",\n    " : "\n    ");
        gm_buf_add(&buf, sorted[i]->text);
    }
    if (!single && count)
        add_statement(plan, (gm_render_statement){.sql = gm_buf_str(&buf)});
}

/* From `first` on: the steps that alter the same table one after the other. */
static size_t add_steps(gm_pg_plan *plan, const gm_pg_steps *sorted, size_t first)
{
    GM_VEC(gm_pg_part) parts = {0};
    gm_str alters = sorted->items[first]->alters;
    size_t end = first;
    for (; end < sorted->len; end++) {
        const gm_pg_step *step = sorted->items[end];
        bool empty = step->parts.len + step->statements.len + step->head.len == 0;
        if (end > first && !empty && (alters.len == 0 || !gm_str_eq(step->alters, alters)))
            break;
        for (size_t k = 0; k < step->parts.len; k++)
            gm_vec_push(plan->arena, &parts, step->parts.items[k]);
    }
    size_t before = plan->render->statements.len;
    gm_buf note = gm_buf_new(plan->arena, SIZE_MAX);
    if (sorted->items[first]->head.len)
        add_listed(plan, sorted->items[first]);
    add_altered(plan, alters, parts.items, parts.len);
    for (size_t i = first; i < end; i++)
        for (size_t k = 0; k < sorted->items[i]->statements.len; k++)
            add_statement(plan, sorted->items[i]->statements.items[k]);
    for (size_t i = first; i < end; i++)
        if (sorted->items[i]->note.len)
            gm_buf_printf(&note, "%s%.*s", note.len ? "\n" : "", GM_ARG(sorted->items[i]->note));
    if (note.len && before < plan->render->statements.len)
        plan->render->statements.items[before].note = gm_buf_str(&note);
    return end;
}

void gm_pg_order_steps(gm_pg_plan *plan)
{
    name_edges(plan);
    gm_pg_steps sorted = sort_steps(plan);
    absorb_constraints(plan, &sorted);
    for (size_t i = 0; i < sorted.len;)
        i = add_steps(plan, &sorted, i);
}
