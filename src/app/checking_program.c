/* SPDX-License-Identifier: Apache-2.0 */
#include "app/checking_program.h"

#include "app/program_models.h"
#include "base/buf.h"
#include "base/file.h"
#include "history/formats/alembic_ops.h"

typedef struct {
    gm_project *project;
    gm_arena *arena;
    const gm_view *view;
    gm_check_input *input;
    gm_orm_facts now;
    bool read_now;
} work;

/* ---- how models are read ---- */

static gm_str folder_of(gm_str path)
{
    size_t slash = gm_str_rfind(path, '/');
    return slash == path.len ? GM_STR("") : gm_str_sub(path, 0, slash);
}

static bool bytes_at(const gm_view *view, gm_str path, gm_str *bytes, gm_arena *arena)
{
    gm_err ignored = gm_err_new(arena);
    gm_entry entry;
    bool found;
    return gm_snapshot_find(view->snapshot, path, &entry, &found, &ignored) == GM_OK && found &&
           entry.kind == GM_ENTRY_FILE &&
           gm_snapshot_read(view->snapshot, &entry, bytes, &ignored) == GM_OK;
}

/* Does env.py ask autogenerate to compare server defaults? It is off unless it says so. */
static bool compares_defaults(const work *w, const gm_view *view)
{
    gm_str bytes, line;
    gm_str folder = folder_of(view->migrations);
    if (!bytes_at(view, gm_path_join(w->arena, folder, GM_STR("env.py")), &bytes, w->arena))
        return false;
    while (gm_str_line(&bytes, &line)) {
        gm_str code = gm_str_trim(gm_str_sub(line, 0, gm_str_find(line, '#', 0)));
        if (gm_str_search(code, GM_STR("compare_server_default=True")) < code.len ||
            gm_str_search(code, GM_STR("compare_server_default = True")) < code.len)
            return true;
    }
    return false;
}

static gm_code options_of(const work *w, const gm_view *view, gm_program_options *options,
                          gm_err *err)
{
    const gm_config *config = &view->config;
    *options = (gm_program_options){.migrations = view->folders,
                                    .folder = config->folder,
                                    .defaults = compares_defaults(w, view)};
    gm_str env, parent = folder_of(view->migrations);
    /* Beside env.py lie scripts, and no models. */
    if (parent.len &&
        bytes_at(view, gm_path_join(w->arena, parent, GM_STR("env.py")), &env, w->arena)) {
        options->migrations = (gm_strs){0};
        GM_EACH (const gm_str, folder, &view->folders)
            gm_vec_push(w->arena, &options->migrations, *folder);
        gm_vec_push(w->arena, &options->migrations, parent);
    }
    for (size_t i = 0; config->has_models && i < config->models.len; i++) {
        gm_str path;
        GM_TRY(gm_project_below(w->project, config, "models", config->models.items[i], &path, err));
        gm_vec_push(w->arena, &options->models, path);
    }
    GM_EACH (const gm_config_type_hint, hint, &config->type_hints)
        gm_vec_push(w->arena, &options->hints, (gm_orm_hint){hint->name, hint->value, hint->line});
    return GM_OK;
}

static gm_code facts_of(const work *w, const gm_view *view, gm_orm_facts *facts, gm_err *err)
{
    gm_program_options options;
    GM_TRY(options_of(w, view, &options, err));
    /* What the models are called and stand for is said once, by what is examined. */
    gm_program_options examined;
    GM_TRY(options_of(w, w->view, &examined, err));
    options.hints = examined.hints;
    options.defaults = examined.defaults;
    return gm_program_models(w->arena, view->snapshot, &options, facts, err);
}

/* ---- the revisions that came since ---- */

typedef GM_VEC(gm_alembic_ops) touched; /* of each revision */

static gm_map by_id(gm_arena *arena, const gm_graph *graph)
{
    gm_map nodes = gm_map_new(arena);
    for (size_t i = 0; graph && i < graph->order.len; i++)
        gm_map_add(&nodes, graph->order.items[i]->revision->id, graph->order.items[i]);
    return nodes;
}

/* Of a history that was opened for its graph alone only the ids are known. */
static gm_str text_of(const work *w, const gm_view *view, const gm_revision *revision)
{
    gm_str text = revision->text;
    if (!text.len && !bytes_at(view, revision->path, &text, w->arena))
        return (gm_str){0};
    return text;
}

/* What `now` has and `then` has not, with `edited` also in other words. */
static void add_touched(const work *w, const gm_view *then, const gm_view *now, bool edited,
                        touched *since)
{
    gm_map old = by_id(w->arena, then->graph);
    gm_map new = by_id(w->arena, now->graph);
    GM_EACH (const gm_map_entry, entry, &new.entries) {
        const gm_revision *revision = ((const gm_node *)entry->value)->revision;
        const gm_node *known = gm_map_get(&old, entry->key);
        if (!known || (edited && !gm_oid_eq(&known->revision->blob, &revision->blob)))
            gm_vec_push(w->arena, since, gm_alembic_ops_read(w->arena, text_of(w, now, revision)));
    }
}

/* A revision that is taken back with what it did counts as one that came. */
static touched touched_between(const work *w, const gm_view *before, const gm_view *after)
{
    touched since = {0};
    add_touched(w, before, after, true, &since);
    add_touched(w, after, before, false, &since);
    return since;
}

static touched touched_since(const work *w, const gm_view *before)
{
    return touched_between(w, before, w->view);
}

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
static bool names(gm_arena *arena, const gm_alembic_ops *ops, const gm_orm_fact *fact)
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

static bool is_told(gm_arena *arena, const touched *since, const gm_orm_change *change)
{
    GM_EACH (const gm_alembic_ops, ops, since)
        if (follows_rename(arena, ops, change))
            return true;
    GM_EACH (const gm_alembic_ops, ops, since)
        if (names(arena, ops, change->after ? change->after : change->before) ||
            (change->before && names(arena, ops, change->before)))
            return true;
    return false;
}

/* ---- one comparison ---- */

static const char *how_of(const gm_orm_change *change)
{
    return !change->before ? "is new" : !change->after ? "is gone" : "has changed";
}

static void tell(const work *w, const gm_orm_changes *changes, const touched *since)
{
    gm_check_program *program = &w->input->program;
    GM_EACH (const gm_orm_change, change, changes) {
        const gm_orm_fact *fact = change->after ? change->after : change->before;
        gm_model_change told = {fact->object, fact->path, change->after ? fact->line : 0,
                                how_of(change)};
        if (is_told(w->arena, since, change))
            continue;
        if (change->doubtful)
            gm_vec_push(w->arena, &program->doubtful, told);
        else
            gm_vec_push(w->arena, &program->changes, told);
    }
}

/* No fault of who commits, and nothing that may pass for "no change". */
static gm_code not_told(gm_str commit, const gm_err *failure, gm_err *err)
{
    gm_str short_id = gm_str_sub(commit, 0, 12);
    gm_fail_at(err, GM_E_UNKNOWN, failure->where,
               "the models at %.*s cannot be read, so that a revision may be missing: %.*s",
               GM_ARG(short_id), GM_ARG(failure->text));
    return gm_hint(err, "%.*s", GM_ARG(failure->hint));
}

/* `revisions`: where those that count began; empty: where the models' changes did. */
static gm_code compare(work *w, gm_models_base base, gm_str revisions, gm_err *err)
{
    gm_err ignored = gm_err_new(w->arena);
    gm_view before = {0};
    gm_view began = {0};
    gm_orm_facts then = {0};
    if (!base.nothing) {
        gm_program_options options;
        bool same;
        if (gm_view_open_graph(w->project, base.commit, &before, &ignored) != GM_OK)
            return not_told(base.commit, &ignored, err);
        GM_TRY(options_of(w, w->view, &options, err));
        GM_TRY(gm_program_models_same(w->arena, before.snapshot, w->view->snapshot, &options, &same,
                                      err));
        if (same)
            return GM_OK;
        if (facts_of(w, &before, &then, &ignored) != GM_OK)
            return not_told(base.commit, &ignored, err);
    }
    if (!w->read_now)
        GM_TRY(facts_of(w, w->view, &w->now, err));
    w->read_now = true;
    gm_orm_changes changes = gm_orm_compare(w->arena, &then, &w->now);
    if (!changes.len)
        return GM_OK;
    touched since = touched_since(w, &before);
    /* A merge brings changes together with their revisions, whichever side is asked for them. */
    if (revisions.len && gm_view_open_graph(w->project, revisions, &began, &ignored) == GM_OK) {
        touched more = touched_since(w, &began);
        GM_EACH (const gm_alembic_ops, ops, &more)
            gm_vec_push(w->arena, &since, *ops);
    }
    tell(w, &changes, &since);
    return GM_OK;
}

/* ---- what writes a revision ---- */

static gm_str command_of(const work *w)
{
    const gm_strs *migrate = &w->view->config.runner.migrate;
    gm_str parent = folder_of(w->view->migrations);
    gm_str ini = gm_path_join(w->arena, parent, GM_STR("alembic.ini"));
    gm_str bytes;
    if (migrate->len)
        return gm_str_join(w->arena, migrate, GM_STR(" "));
    /* Flask-Migrate keeps it beside env.py, Alembic at the top. */
    if (parent.len && bytes_at(w->view, ini, &bytes, w->arena))
        return GM_STR("flask db migrate");
    return GM_STR("alembic revision --autogenerate");
}

/* Are its models classes of a program? */
static bool has_program(const gm_view *view)
{
    return view->config.format == GM_FORMAT_ALEMBIC;
}

gm_code gm_checking_program(gm_project *project, const gm_view *view, gm_models_base base,
                            bool hook, gm_check_input *input, gm_err *err)
{
    work w = {.project = project, .arena = project->arena, .view = view, .input = input};
    if (!has_program(view) || view->absent || (!base.nothing && !base.commit.len))
        return GM_OK;
    input->program.command = command_of(&w);
    GM_TRY(compare(&w, base, base.start, err));
    if (!hook && base.start.len && !input->program.changes.len && !input->program.doubtful.len)
        return compare(&w, (gm_models_base){.commit = base.start}, base.start, err);
    return GM_OK;
}

/* ---- two branches together ---- */

typedef struct {
    work w;
    const gm_view *base;
    const gm_view *start;
    gm_orm_facts facts_start;
    gm_orm_facts facts_ours;
    gm_orm_facts facts_base;
    gm_orm_facts facts_merged;
    gm_check_union *united;
} union_work;

static gm_code same_models(const union_work *u, const gm_view *one, const gm_view *other,
                           bool *same, gm_err *err)
{
    gm_program_options options;
    GM_TRY(options_of(&u->w, u->w.view, &options, err));
    return gm_program_models_same(u->w.arena, one->snapshot, other->snapshot, &options, same, err);
}

/* Of the union, as one view: its files are those of the merge, its settings those examined. */
static gm_code read_all(union_work *u, gm_err *err)
{
    gm_view merged = *u->w.view;
    merged.snapshot =
        gm_snapshot_merge(u->w.arena, u->start->snapshot, u->w.view->snapshot, u->base->snapshot);
    GM_TRY(facts_of(&u->w, u->start, &u->facts_start, err));
    GM_TRY(facts_of(&u->w, u->w.view, &u->facts_ours, err));
    GM_TRY(facts_of(&u->w, u->base, &u->facts_base, err));
    GM_TRY(facts_of(&u->w, &merged, &u->facts_merged, err));
    const gm_strs *conflicts = gm_snapshot_conflicts(merged.snapshot);
    if (!conflicts->len)
        return GM_OK;
    /* An imported file that does not merge is passed over where models are read. */
    return gm_fail_at(err, GM_E_UNKNOWN, conflicts->items[0],
                      "both branches have changed it, and git will not merge it by itself");
}

static bool same_change(const gm_orm_change *a, const gm_orm_change *b)
{
    const gm_orm_fact *one = a->after ? a->after : a->before;
    const gm_orm_fact *two = b->after ? b->after : b->before;
    return !a->after == !b->after && gm_str_eq(one->text, two->text);
}

static bool holds(const gm_orm_changes *changes, const gm_orm_change *wanted)
{
    GM_EACH (const gm_orm_change, change, changes)
        if (same_change(change, wanted))
            return true;
    return false;
}

static const gm_orm_fact *fact_of(const gm_orm_facts *facts, gm_str object)
{
    GM_EACH (const gm_orm_fact, fact, facts)
        if (gm_str_eq(fact->object, object))
            return fact;
    return NULL;
}

/* Lines of the merge are in no file of anybody: the thing's own place, else its table's, here. */
static gm_model_change placed(const union_work *u, const gm_orm_change *change)
{
    const gm_orm_fact *fact = change->after ? change->after : change->before;
    const gm_orm_fact *here = fact_of(&u->facts_ours, fact->object);
    if (!here)
        here =
            fact_of(&u->facts_ours, gm_str_printf(u->w.arena, "table %.*s", GM_ARG(fact->table)));
    return (gm_model_change){fact->object, here ? here->path : fact->path, here ? here->line : 0,
                             how_of(change)};
}

/* A revision that makes a table says nothing of a column that it does not make. */
static touched about(gm_arena *arena, const touched *since, const gm_orm_change *change)
{
    const gm_orm_fact *fact = change->after ? change->after : change->before;
    touched kept = {0};
    GM_EACH (const gm_alembic_ops, ops, since) {
        gm_alembic_ops some = {0};
        GM_EACH (const gm_alembic_op, op, ops)
            if (!fact->is_column || !op->listed ||
                gm_strs_have(&op->columns, fact->columns.items[0]))
                gm_vec_push(arena, &some, *op);
        gm_vec_push(arena, &kept, some);
    }
    return kept;
}

/* What the merge changes on one side's models, and the other has not done alone. */
static void tell_together(const union_work *u, const gm_orm_changes *changes,
                          const gm_orm_changes *alone, const touched *since)
{
    gm_check_union *united = u->united;
    GM_EACH (const gm_orm_change, change, changes) {
        touched told = about(u->w.arena, since, change);
        if (holds(alone, change) || is_told(u->w.arena, &told, change))
            continue;
        if (change->doubtful)
            gm_vec_push(u->w.arena, &united->program.doubtful, placed(u, change));
        else
            gm_vec_push(u->w.arena, &united->program.changes, placed(u, change));
    }
}

/* Both have it with a revision that the other has not: one of them will fail. */
static void tell_both(const union_work *u, const gm_orm_changes *ours, const gm_orm_changes *base)
{
    touched of_ours = {0};
    touched of_base = {0};
    add_touched(&u->w, u->base, u->w.view, true, &of_ours);
    add_touched(&u->w, u->w.view, u->base, true, &of_base);
    GM_EACH (const gm_orm_change, change, ours)
        if (!change->doubtful && holds(base, change) && is_told(u->w.arena, &of_ours, change) &&
            is_told(u->w.arena, &of_base, change))
            gm_vec_push(u->w.arena, &u->united->twice, placed(u, change));
}

gm_code gm_checking_program_united(gm_project *project, const gm_view *view, const gm_view *base,
                                   const gm_view *start, gm_check_union *united, gm_err *err)
{
    gm_arena *arena = project->arena;
    union_work u = {.w = {.project = project, .arena = arena, .view = view},
                    .base = base,
                    .start = start,
                    .united = united};
    bool idle = true;
    if (!has_program(view) || !has_program(base) || !has_program(start))
        return GM_OK;
    GM_TRY(same_models(&u, start, base, &idle, err));
    if (!idle)
        GM_TRY(same_models(&u, start, view, &idle, err));
    if (idle)
        return GM_OK;
    GM_TRY(read_all(&u, err));
    united->program.command = command_of(&u.w);
    gm_orm_changes ours = gm_orm_compare(arena, &u.facts_start, &u.facts_ours);
    gm_orm_changes theirs = gm_orm_compare(arena, &u.facts_start, &u.facts_base);
    gm_orm_changes on_base = gm_orm_compare(arena, &u.facts_base, &u.facts_merged);
    gm_orm_changes on_ours = gm_orm_compare(arena, &u.facts_ours, &u.facts_merged);
    touched since = touched_between(&u.w, start, view);
    touched more = touched_between(&u.w, start, base);
    GM_EACH (const gm_alembic_ops, ops, &more)
        gm_vec_push(arena, &since, *ops);
    tell_together(&u, &on_base, &ours, &since);
    tell_together(&u, &on_ours, &theirs, &since);
    tell_both(&u, &ours, &theirs);
    return GM_OK;
}
