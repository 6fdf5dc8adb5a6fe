/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/checking_models.h"

#include "app/project/view_models.h"
#include "base/file.h"
#include "history/formats/versioned.h"

/* The path and line of "path:line:column". */
static void split_where(gm_str where, gm_str *path, size_t *line)
{
    uint64_t number = 0;
    *path = where;
    *line = 0;
    for (int i = 0; i < 2; i++) {
        size_t colon = gm_str_rfind(*path, ':');
        if (colon == path->len || !gm_str_u64(gm_str_sub(*path, colon + 1, path->len), &number))
            return;
        *line = (size_t)number;
        *path = gm_str_sub(*path, 0, colon);
    }
}

gm_code gm_checking_models_problem(gm_arena *arena, gm_check_input *input, gm_err *failure,
                                   gm_err *err)
{
    gm_models_problem problem = {.message = failure->text, .fix = failure->hint};
    if (failure->code != GM_E_MODELS) {
        *err = *failure;
        return failure->code;
    }
    split_where(failure->where, &problem.path, &problem.line);
    GM_EACH (const gm_models_problem, old, &input->models_problems)
        if (gm_str_eq(old->path, problem.path) && old->line == problem.line)
            return GM_OK; /* said for another dialect already */
    gm_vec_push(arena, &input->models_problems, problem);
    return GM_OK;
}

/* What is in one of two lists in byte order only. */
static gm_facts only_in(gm_arena *arena, const gm_facts *one, const gm_facts *other)
{
    gm_facts found = {0};
    size_t i = 0;
    GM_EACH (gm_fact, fact, one) {
        while (i < other->len && gm_str_cmp(other->items[i].text, fact->text) < 0)
            i++;
        if (i == other->len || !gm_str_eq(other->items[i].text, fact->text))
            gm_vec_push(arena, &found, *fact);
    }
    return found;
}

static gm_map objects_of(gm_arena *arena, const gm_facts *facts)
{
    gm_map objects = gm_map_new(arena);
    GM_EACH (gm_fact, fact, facts)
        gm_map_add(&objects, fact->object, NULL);
    return objects;
}

static int by_place(const void *a, const void *b)
{
    const gm_fact *x = a;
    const gm_fact *y = b;
    int order = gm_str_cmp(x->path, y->path);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* "column id of cards", where `come` has "table cards" and `gone` has not: that says it all. */
static bool goes_along(gm_arena *arena, gm_str object, const gm_map *come, const gm_map *gone)
{
    static const gm_str of = GM_STR_INIT(" of ");
    size_t end = object.len;
    while (end > of.len && !gm_str_ends(gm_str_sub(object, 0, end), of))
        end--;
    if (end <= of.len)
        return false;
    gm_str table = gm_str_printf(arena, "table %.*s", GM_ARG(gm_str_sub(object, end, object.len)));
    return gm_map_find(come, table, NULL) && !gm_map_find(gone, table, NULL);
}

static void compare(gm_arena *arena, const gm_models *before, const gm_models *after,
                    gm_check_models *made)
{
    gm_facts removed = only_in(arena, &before->facts, &after->facts);
    gm_facts added = only_in(arena, &after->facts, &before->facts);
    gm_map old = objects_of(arena, &removed);
    gm_map new = objects_of(arena, &added);
    gm_map told = gm_map_new(arena); /* an object has many facts: the first is where it begins */
    gm_sort(added.items, added.len, sizeof(*added.items), by_place);
    GM_EACH (gm_fact, fact, &added)
        if (!goes_along(arena, fact->object, &new, &old) && gm_map_add(&told, fact->object, NULL))
            gm_vec_push(arena, &made->changes,
                        (gm_model_change){fact->object, fact->path, fact->line,
                                          gm_map_find(&old, fact->object, NULL) ? "has changed"
                                                                                : "is new"});
    GM_EACH (gm_fact, fact, &removed)
        if (!gm_map_find(&new, fact->object, NULL) &&
            !goes_along(arena, fact->object, &old, &new) && gm_map_add(&told, fact->object, NULL))
            gm_vec_push(arena, &made->changes,
                        (gm_model_change){fact->object, fact->path, 0, "is gone"});
}

/* What the base says; it was judged when it was the newest, so its own faults count for nothing. */
static void look_at_base(gm_project *project, gm_models_base base, const gm_models *models,
                         gm_check_models *made)
{
    gm_arena *arena = project->arena;
    gm_err ignored = gm_err_new(arena);
    gm_view view;
    gm_model_files files;
    gm_models before = {0};
    if (base.nothing) {
        made->has_base = true;
        compare(arena, &before, models, made);
        return;
    }
    if (!base.commit.len || gm_view_open(project, base.commit, &view, &ignored) != GM_OK ||
        gm_view_model_files(project, &view, &files, &ignored) != GM_OK ||
        gm_models_read(arena, &files, models->dialect, &before, &ignored) != GM_OK)
        return;
    made->has_base = true;
    made->base_models = before.fingerprint;
    made->base_history = gm_history_fingerprint_of(view.graph, NULL).sum[models->dialect];
    compare(arena, &before, models, made);
}

gm_code gm_checking_models(gm_project *project, const gm_view *view, gm_models_base base,
                           gm_check_input *input, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_model_files files;
    gm_err failure = gm_err_new(arena);
    /* Files of other tools have no place for fingerprints: a replay alone can judge them. */
    if (!view->format->sql || gm_preset_of(view->format))
        return GM_OK;
    if (gm_view_model_files(project, view, &files, &failure) != GM_OK)
        return gm_checking_models_problem(arena, input, &failure, err);
    gm_history_fingerprint history = gm_history_fingerprint_of(view->graph, NULL);
    GM_EACH (const gm_dialect, dialect, &view->config.dialects) {
        gm_models models = {0};
        gm_err_clear(&failure);
        if (gm_models_read(arena, &files, *dialect, &models, &failure) != GM_OK) {
            GM_TRY(gm_checking_models_problem(arena, input, &failure, err));
            continue;
        }
        if (!models.files && !history.given[*dialect])
            continue;
        gm_check_models made = {
            .dialect = *dialect,
            .models = models.fingerprint,
            .history = history.sum[*dialect],
            .fingerprinted = history.given[*dialect],
            .path = gm_path_join(arena, view->config.folder, view->config.models.items[0])};
        if (made.models != made.history)
            look_at_base(project, base, &models, &made);
        if (made.models != made.history && !made.changes.len && base.start.len)
            look_at_base(project, (gm_models_base){.commit = base.start}, &models, &made);
        gm_vec_push(arena, &input->models, made);
    }
    return GM_OK;
}
