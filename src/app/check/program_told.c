/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/program_told.h"

#include "base/buf.h"

bool gm_told_bytes(gm_arena *arena, const gm_view *view, gm_str path, gm_str *bytes)
{
    gm_err ignored = gm_err_new(arena);
    gm_entry entry;
    bool found;
    return gm_snapshot_find(view->snapshot, path, &entry, &found, &ignored) == GM_OK && found &&
           entry.kind == GM_ENTRY_FILE &&
           gm_snapshot_read(view->snapshot, &entry, bytes, &ignored) == GM_OK;
}

/* ---- the revisions that came since ---- */

static gm_map by_id(gm_arena *arena, const gm_graph *graph)
{
    gm_map nodes = gm_map_new(arena);
    for (size_t i = 0; graph && i < graph->order.len; i++)
        gm_map_add(&nodes, graph->order.items[i]->revision->id, graph->order.items[i]);
    return nodes;
}

static void add_revision(gm_arena *arena, const gm_revision *revision, gm_str text, gm_told *told)
{
    gm_told_revision made = {.django = revision->app.len > 0, .app = revision->app};
    if (made.django)
        made.ops = gm_django_ops_read(arena, text);
    else
        made.alembic = gm_alembic_ops_read(arena, text);
    gm_vec_push(arena, told, made);
}

/* Of a history that was opened for its graph alone only the ids are known. */
static void add_of(gm_arena *arena, const gm_view *view, const gm_revision *revision, gm_told *told)
{
    gm_str text = revision->text;
    if (text.len || gm_told_bytes(arena, view, revision->path, &text))
        add_revision(arena, revision, text, told);
}

/* With `edited`, what such a one did before. */
static void add_new(gm_arena *arena, const gm_view *then, const gm_view *now, bool edited,
                    gm_told *told)
{
    gm_map old = by_id(arena, then->graph);
    gm_map new = by_id(arena, now->graph);
    GM_EACH (const gm_map_entry, entry, &new.entries) {
        const gm_revision *revision = ((const gm_node *)entry->value)->revision;
        const gm_node *known = gm_map_get(&old, entry->key);
        if (known && gm_oid_eq(&known->revision->blob, &revision->blob))
            continue;
        add_of(arena, now, revision, told);
        if (known && edited)
            add_of(arena, then, known->revision, told);
    }
}

void gm_told_add_new(gm_arena *arena, const gm_view *then, const gm_view *now, gm_told *told)
{
    add_new(arena, then, now, false, told);
}

/* A revision that is taken back with what it did counts as one that came, and so does what an
 * edited one did before. */
void gm_told_add(gm_arena *arena, const gm_view *before, const gm_view *after, gm_told *told)
{
    gm_map new = by_id(arena, after->graph);
    add_new(arena, before, after, true, told);
    for (size_t i = 0; before->graph && i < before->graph->order.len; i++) {
        const gm_revision *then = before->graph->order.items[i]->revision;
        if (!gm_map_find(&new, then->id, NULL))
            add_of(arena, before, then, told);
    }
}

/* ---- Alembic ---- */

/* A table's schema may be the connection's own, so its name alone is looked for. */
static gm_str bare(gm_str table)
{
    size_t dot = gm_str_rfind(table, '.');
    return dot == table.len ? table : gm_str_sub(table, dot + 1, table.len);
}

/* ALTER TYPE names no table: it may be about any column of an enum. */
static bool alters_type(gm_arena *arena, const gm_alembic_op *op, const gm_orm_fact *fact)
{
    gm_str word = GM_STR(" type ");
    gm_str of_enum = GM_STR("Enum ");
    gm_str sql = gm_str_lower(arena, op->sql);
    return fact->is_column && !op->down && gm_str_search(fact->text, of_enum) < fact->text.len &&
           gm_str_search(sql, word) < sql.len;
}

/* An index or a constraint is told by any operation on its table, and can be dropped by its name.
 */
static bool alembic_names(gm_arena *arena, const gm_alembic_ops *ops, const gm_orm_fact *fact)
{
    if (!fact->table.len)
        return ops->len > 0;
    if (gm_alembic_ops_touch(ops, bare(fact->table),
                             fact->is_column ? fact->columns.items[0] : GM_STR("")))
        return true;
    GM_EACH (const gm_alembic_op, op, ops) {
        if (alters_type(arena, op, fact))
            return true;
        if (!fact->is_table && !fact->is_column && !op->down && op->name.len &&
            gm_str_search(fact->object, op->name) < fact->object.len)
            return true;
    }
    return false;
}

/* `text` with `to` for each `from` that is a name of its own, or the last part of one. */
static gm_str renamed(gm_arena *arena, gm_str text, gm_str from, gm_str to)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < text.len;) {
        gm_str rest = gm_str_sub(text, i, text.len);
        bool begins = i && (text.ptr[i - 1] == ' ' || text.ptr[i - 1] == '.');
        bool whole = gm_str_starts(rest, from) && rest.len > from.len && rest.ptr[from.len] == '.';
        if (begins && whole)
            gm_buf_add(&buf, to);
        else
            gm_buf_char(&buf, *rest.ptr);
        i += begins && whole ? from.len : 1;
    }
    return gm_buf_str(&buf);
}

/* A foreign key goes along with the table that it points at. */
static bool follows_rename(gm_arena *arena, const gm_alembic_ops *ops, const gm_orm_change *change)
{
    const gm_orm_fact *before = change->before;
    if (!before || !change->after || before->is_table || before->is_column)
        return false;
    GM_EACH (const gm_alembic_op, op, ops)
        if (gm_str_is(op->operation, "rename_table") && !op->down && op->table.len &&
            op->other.len &&
            gm_str_eq(renamed(arena, before->text, op->table, op->other), change->after->text))
            return true;
    return false;
}

/* Its operations without those that list other columns: making a table says nothing of a column
 * that is not among them. */
static gm_alembic_ops listing(gm_arena *arena, const gm_alembic_ops *ops, const gm_orm_fact *fact)
{
    gm_alembic_ops kept = {0};
    GM_EACH (const gm_alembic_op, op, ops)
        if (!fact->is_column || !op->listed || gm_strs_have(&op->columns, fact->columns.items[0]))
            gm_vec_push(arena, &kept, *op);
    return kept;
}

/* ---- Django ---- */

static gm_str model_of(gm_str label)
{
    size_t dot = gm_str_find(label, '.', 0);
    return gm_str_sub(label, dot + 1, label.len);
}

static bool is_of_app(gm_str label, gm_str app)
{
    return gm_str_eq_nocase(gm_str_sub(label, 0, gm_str_find(label, '.', 0)), app);
}

/* A key says another thing also where the table is renamed that it leads to. */
static bool django_names(gm_arena *arena, const gm_told_revision *revision, const gm_orm_fact *fact)
{
    const gm_django_part part = {.model = model_of(fact->model),
                                 .table = bare(fact->table),
                                 .fields = fact->fields,
                                 .is_table = fact->is_table,
                                 .is_column = fact->is_column};
    if (is_of_app(fact->model, revision->app) && gm_django_ops_touch(arena, &revision->ops, &part))
        return true;
    return fact->other.len && is_of_app(fact->other, revision->app) &&
           gm_django_ops_move(&revision->ops, model_of(fact->other));
}

static bool fact_told(gm_arena *arena, const gm_told_revision *revision, const gm_orm_fact *fact)
{
    return revision->django ? django_names(arena, revision, fact)
                            : alembic_names(arena, &revision->alembic, fact);
}

bool gm_told_has(gm_arena *arena, const gm_told *told, const gm_orm_change *change)
{
    GM_EACH (const gm_told_revision, revision, told)
        if (follows_rename(arena, &revision->alembic, change) ||
            fact_told(arena, revision, change->after ? change->after : change->before) ||
            (change->before && fact_told(arena, revision, change->before)))
            return true;
    return false;
}

bool gm_told_has_made(gm_arena *arena, const gm_told *told, const gm_orm_change *change)
{
    const gm_orm_fact *fact = change->after ? change->after : change->before;
    gm_told kept = {0};
    GM_EACH (const gm_told_revision, revision, told) {
        gm_told_revision some = *revision;
        some.alembic = listing(arena, &revision->alembic, fact);
        if (fact->is_column)
            some.ops = gm_django_ops_listing(arena, &revision->ops, &fact->fields);
        gm_vec_push(arena, &kept, some);
    }
    return gm_told_has(arena, &kept, change);
}

const char *gm_told_how(const gm_orm_change *change)
{
    return !change->before ? "is new" : !change->after ? "is gone" : "has changed";
}
