/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of a switch: down through what the database has and the wanted history has not, or has
 * with other statements, and through all that stands on it; then up to every head.
 *
 * A way down is taken from the file that was applied, found by its blob id wherever git keeps it:
 * of an amended revision there are several files with one id. The ledger's copy is what is left
 * where git has lost that file.
 */
#include "app/move/move_work.h"
#include "app/whence/whence.h"

typedef struct {
    gm_move_work *work;
    gm_row_refs sought; /* rows whose files the wanted history lacks */
    gm_whences found;   /* of each of them */
} switching;

/* ---- where a way down comes from ---- */

static bool is_trusted(const gm_move_work *work, gm_str name)
{
    GM_EACH (const gm_str, trusted, &work->options->trusted)
        if (gm_str_eq(*trusted, name) || gm_str_eq(*trusted, gm_ref_short(name)))
            return true;
    return false;
}

/* The first place that may be used; NULL, and the name of a ref that may not, when there is none.
 */
static const gm_place *usable_place(const gm_move_work *work, const gm_version *version,
                                    gm_str *foreign)
{
    GM_EACH (const gm_place, place, &version->places) {
        bool own = place->names.len == 0 || place->kind == GM_PLACE_WORKTREE ||
                   place->kind == GM_PLACE_INDEX;
        GM_EACH (const gm_str, name, &place->names) {
            if (own || !gm_ref_is_foreign(*name) || is_trusted(work, *name))
                own = true;
            else
                *foreign = *name;
        }
        if (own)
            return place;
    }
    return NULL;
}

/* Only the first refusal is told: the plan stands or falls as one. */
static bool is_refused(const gm_move_work *work)
{
    return work->refusal.code != GM_OK;
}

static void refuse_foreign(gm_move_work *work, gm_str id, gm_str ref)
{
    if (is_refused(work))
        return;
    gm_fail(&work->refusal, GM_E_REFUSED,
            "the file of revision %.*s comes only from %.*s, which others may write to", GM_ARG(id),
            GM_ARG(gm_ref_short(ref)));
    gm_hint(&work->refusal, "Read it (`gmig whence %.*s` names the blob), then say --from %.*s.",
            GM_ARG(id), GM_ARG(gm_ref_short(ref)));
}

static void refuse_lost(gm_move_work *work, const gm_ledger_row *row, const gm_whence *found)
{
    if (is_refused(work))
        return;
    gm_fail(&work->refusal, GM_E_PHANTOM,
            "revision %.*s is lost: git has no file with the blob %.*s that was applied "
            "here, and the ledger has no down of it",
            GM_ARG(row->id), GM_ARG(row->blob));
    if (found->incomplete)
        gm_whence_cure(work->project, &work->refusal);
    else
        gm_hint(&work->refusal,
                "Undo it by hand and forget it with `gmig stamp --purge`, or fetch the "
                "branch that has it.");
}

/* The place as `git show` takes it. */
static gm_str place_path(gm_arena *arena, const gm_version *version, const gm_place *place)
{
    if (place->kind == GM_PLACE_WORKTREE || place->kind == GM_PLACE_INDEX)
        return place->path;
    if (!place->path.len)
        return gm_oid_hex(arena, &version->blob);
    if (!place->past && place->names.len)
        return gm_str_printf(arena, "%.*s:%.*s", GM_ARG(gm_ref_short(place->names.items[0])),
                             GM_ARG(place->path));
    gm_str commit = gm_str_sub(gm_oid_hex(arena, &place->commit), 0, 12);
    return gm_str_printf(arena, "%.*s:%.*s", GM_ARG(commit), GM_ARG(place->path));
}

/* The file with its SQL; NULL where it is in no object, as one that was never added. */
static gm_revision *read_version(const gm_move_work *work, const gm_version *version,
                                 const gm_place *place)
{
    gm_err unread = gm_err_new(work->arena);
    const gm_format_ops *format = NULL;
    gm_revision *revision = gm_new(work->arena, gm_revision);
    gm_revision_file file = {.path = place_path(work->arena, version, place),
                             .blob = version->blob};
    if (gm_repo_read_blob(work->arena, work->project->repo, &file.blob, &file.bytes, &unread) !=
            GM_OK ||
        gm_project_format(&work->project->config, &format, &unread) != GM_OK ||
        gm_format_read(work->arena, format, &file, revision, &unread) != GM_OK)
        return NULL;
    return revision;
}

static gm_revision *recover(gm_move_work *work, const gm_ledger_row *row, const gm_whence *found)
{
    gm_revision *of_ledger = gm_state_revision(work->arena, row, work->database.ledger->dialect);
    const gm_version *version = found->versions.len ? &found->versions.items[0] : NULL;
    gm_str foreign = {0};
    if (version == NULL || version->applied != GM_APPLIED_EXACT) {
        if (row->down == NULL)
            refuse_lost(work, row, found);
        return of_ledger;
    }
    const gm_place *place = usable_place(work, version, &foreign);
    if (place == NULL) {
        refuse_foreign(work, row->id, foreign);
        return of_ledger;
    }
    gm_revision *revision = work->project->repo ? read_version(work, version, place) : NULL;
    /* Without the plan beside it a file of sqitch's has another name. */
    if (revision)
        revision->id = row->id;
    /* Of a pair of files only the first was looked for. */
    return revision && (revision->down[work->database.ledger->dialect] || !row->down) ? revision
                                                                                      : of_ledger;
}

/* ---- what must go ---- */

static gm_code search(switching *s, gm_err *err)
{
    gm_move_work *work = s->work;
    GM_EACH (const gm_revision_state, item, &work->state->all)
        if (item->row != NULL && (item->node == NULL || item->changed))
            gm_vec_push(work->arena, &s->sought, item->row);
    if (s->sought.len == 0)
        return GM_OK;
    return gm_whence_rows(work->project, &s->sought, work->database.ledger->dialect, &s->found,
                          err);
}

static bool is_sought(const switching *s, gm_str id, size_t *at)
{
    for (*at = 0; *at < s->sought.len; (*at)++)
        if (gm_str_eq(s->sought.items[*at]->id, id))
            return true;
    return false;
}

/* All that is applied, each revision as it was applied; later counts as newer, so that the latest
 * is taken back first. */
static gm_graph *applied_graph(switching *s)
{
    gm_move_work *work = s->work;
    gm_revisions revisions = {0};
    gm_problems none = {0};
    size_t at;
    GM_EACH (const gm_ledger_row, row, &work->database.ledger->rows) {
        gm_revision *revision = gm_new(work->arena, gm_revision);
        if (is_sought(s, row->id, &at))
            *revision = *recover(work, row, &s->found.items[at]);
        else
            *revision = *gm_graph_find(work->graph, row->id)->revision;
        revision->time = row->sequence;
        gm_vec_push(work->arena, &revisions, (const gm_revision *)revision);
    }
    /* What is not applied is no edge: of a stamp with its ancestors purged, say. */
    return gm_graph_build(work->arena, &revisions, &none);
}

static void plan_down(switching *s, gm_node_set *left)
{
    gm_move_work *work = s->work;
    gm_graph *applied = applied_graph(s);
    gm_nodes first = {0};
    gm_node_set gone = gm_node_set_new(work->arena, applied);
    GM_EACH (const gm_ledger_row *, row, &s->sought)
        gm_vec_push(work->arena, &first, gm_graph_find(applied, (*row)->id));
    gm_node_set_add_descendants_of(&gone, &first);
    gm_nodes steps = gm_node_set_members(work->arena, &gone);
    for (size_t i = steps.len; i-- > 0;) {
        gm_node *stays = gm_graph_find(work->graph, steps.items[i]->revision->id);
        gm_vec_push(work->arena, &work->plan.steps, (gm_step){steps.items[i], GM_DOWN});
        if (stays != NULL)
            gm_node_set_remove(left, stays);
    }
}

/* ---- the plan ---- */

static void refuse_foreign_goal(gm_move_work *work)
{
    static const char *const folders[] = {"", "refs/", "refs/remotes/"};
    gm_str at = work->options->at;
    gm_str name = at;
    gm_oid commit;
    /* "pull/12/head~1" is of pull/12/head. */
    for (size_t i = 0; i < at.len && name.len == at.len; i++)
        if (strchr("~^:", at.ptr[i]) || gm_str_starts(gm_str_sub(at, i, at.len), GM_STR("@{")))
            name = gm_str_sub(at, 0, i);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        gm_err ignored = gm_err_new(work->arena);
        gm_str full = gm_str_printf(work->arena, "%s%.*s", folders[i], GM_ARG(name));
        if (!gm_ref_is_foreign(full) || is_trusted(work, full) || is_trusted(work, name) ||
            gm_repo_resolve(work->project->repo, full, &commit, &ignored) != GM_OK)
            continue;
        gm_fail(&work->refusal, GM_E_REFUSED, "%.*s is a ref that others may write to",
                GM_ARG(name));
        gm_hint(&work->refusal, "Read its revisions, then say --from %.*s.", GM_ARG(name));
        return;
    }
}

gm_code gm_switch_plan(gm_move_work *work, gm_err *err)
{
    switching s = {.work = work};
    gm_plan up = {0};
    work->refusal = gm_err_new(work->arena);
    work->plan = (gm_plan){.from = gm_state_heads(work->arena, work->state)};
    if (work->options->at.len && work->project->repo)
        refuse_foreign_goal(work);
    gm_node_set left = gm_node_set_copy(work->arena, &work->state->applied);
    GM_TRY(search(&s, err));
    if (s.sought.len)
        plan_down(&s, &left);
    GM_TRY(gm_plan_up(work->arena, work->graph, &left, GM_STR("heads"), &up, err));
    GM_EACH (const gm_step, step, &up.steps)
        gm_vec_push(work->arena, &work->plan.steps, *step);
    work->plan.to = up.to;
    work->plan.late = up.late;
    return GM_OK;
}

bool gm_switch_goes_down(const gm_move_work *work)
{
    GM_EACH (const gm_step, step, &work->plan.steps)
        if (step->direction == GM_DOWN)
            return true;
    return false;
}

/* ---- what is refused ---- */

gm_code gm_switch_check(gm_move_work *work, gm_err *err)
{
    if (work->target.guarded) {
        gm_fail(err, GM_E_REFUSED, "%.*s is guarded, and switch is for development databases",
                GM_ARG(work->target.name));
        return gm_hint(err, "Say `development: true` of it in gmig.yml if its data may go; else "
                            "use `gmig upgrade` and `gmig downgrade`.");
    }
    if (is_refused(work)) {
        *err = work->refusal;
        return err->code;
    }
    return GM_OK;
}
