/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/annotate.h"

#include "app/move/command.h"
#include "app/move/command_note.h"
#include "app/project/atlas_sums.h"
#include "app/project/project_scratch.h"
#include "app/project/projects.h"
#include "runner/version_notes.h"
#include "runner/version_table.h"

typedef struct {
    gm_arena *arena;
    gm_project *project;
    const gm_annotate_options *options;
    gm_view view;
    gm_database database;
    gm_state *state;
    gm_annotate_result *result;
    gm_str actor;
    gm_str commit;
    gm_str which;
    bool done;
    const gm_strs *wanted;
    const char *lacking; /* what another tool's table has none of, so that there is nothing to do */
} work_at;

/* ---- the frame: target, lock, one transaction ---- */

static gm_code in_transaction(work_at *work, gm_code (*change)(work_at *, gm_err *), gm_err *err)
{
    gm_db *db = work->database.db;
    GM_TRY(gm_ledger_create(db, work->database.ledger, err));
    GM_TRY(gm_db_begin(db, err));
    GM_TRY(gm_db_end(db, change(work, err), err));
    return gm_ledger_read(db, work->database.ledger, err);
}

/* ---- a history that the project's own command runs ---- */

static gm_code check_stamped(const work_at *work, const gm_strs *words, int status,
                             const gm_strs *wanted, gm_err *err)
{
    gm_strs heads = gm_ledger_heads(work->arena, work->database.ledger);
    gm_str at = heads.len ? gm_strs_list(work->arena, &heads) : GM_STR("base");
    if (!status && gm_strs_same(&heads, wanted))
        return GM_OK;
    gm_fail(err, GM_E_DATABASE, "`%.*s` ended with status %d, and the database is at %.*s",
            GM_ARG(gm_command_shown(work->arena, words)), status, GM_ARG(at));
    return gm_hint(err, "Its own message stands above; wanted was %.*s.",
                   GM_ARG(wanted->len ? gm_strs_list(work->arena, wanted) : GM_STR("base")));
}

/* The heads that the database is to be at. */
static gm_strs wanted_heads(const work_at *work)
{
    gm_strs wanted = {0};
    gm_arena *arena = work->arena;
    gm_node_set set = gm_node_set_copy(arena, &work->state->applied);
    GM_EACH (const gm_str, id, &work->result->removed)
        if (gm_graph_find(work->state->graph, *id))
            gm_node_set_remove(&set, gm_graph_find(work->state->graph, *id));
    GM_EACH (const gm_str, id, &work->result->added)
        gm_node_set_add(&set, gm_graph_find(work->state->graph, *id));
    gm_nodes heads = gm_node_set_heads(arena, &set);
    GM_EACH (gm_node *, node, &heads)
        gm_vec_push(arena, &wanted, (*node)->revision->id);
    return wanted;
}

static gm_code stamp_by_command(work_at *work, gm_err *err)
{
    int status = 0;
    gm_strs words = {0};
    gm_arena *arena = work->arena;
    gm_strs wanted = wanted_heads(work);
    if (!work->wanted) {
        gm_fail(err, GM_E_USAGE, "there is nothing of gmig's own in this database to mend");
        return gm_hint(err, "Its version table is %s's.", work->view.format->name);
    }
    GM_TRY(gm_command_need(work->project, "stamping a database of this format", err));
    GM_EACH (const gm_str, word, &work->project->config.runner.command)
        gm_vec_push(arena, &words, *word);
    gm_vec_push(arena, &words, GM_STR("stamp"));
    if (work->options->purge)
        gm_vec_push(arena, &words, GM_STR("--purge"));
    if (!wanted.len)
        gm_vec_push(arena, &words, GM_STR("base"));
    GM_EACH (const gm_str, id, &wanted)
        gm_vec_push(arena, &words, *id);
    GM_TRY(gm_version_notes_start(work->database.db, work->database.ledger, err));
    GM_TRY(gm_command_run(work->project, &words, &work->result->target, &status, err));
    GM_TRY(gm_ledger_read(work->database.db, work->database.ledger, err));
    work->result->heads = wanted;
    /* The stamp is done, whether it can be noted or not. */
    gm_err unnoted = gm_err_new(arena);
    gm_command_change change = {.brought = work->result->added, .gone = work->result->removed};
    if (work->database.ledger->exists)
        gm_command_note(&work->database, &work->view, &change, &unnoted);
    return check_stamped(work, &words, status, &wanted, err);
}

/* Another tool's table has its ids, and no more; whether gmig has notes beside it is known once
 * the database is open. */
static gm_code need_ledger(const work_at *work, gm_err *err)
{
    const gm_version_table *table = gm_version_table_of(work->view.format->name);
    if (!work->lacking || !table)
        return GM_OK;
    bool may = table->insert || (table->ops && table->ops->notes);
    if (work->database.ledger ? work->database.ledger->notes != NULL : may)
        return GM_OK;
    gm_fail(err, GM_E_USAGE, "%s is %s's table, and keeps no %s", table->name, table->tool,
            work->lacking);
    return gm_hint(err,
                   "`gmig current` says what is recorded there; mend the database by hand or with "
                   "%s.",
                   table->tool);
}

/* ---- what all of them do under the lock ---- */

/* `decide` fills the result; `change` writes it. */
static gm_code locked(work_at *work, gm_code (*decide)(work_at *, gm_err *),
                      gm_code (*change)(work_at *, gm_err *), gm_err *err)
{
    const gm_annotate_result *result = work->result;
    GM_TRY(need_ledger(work, err));
    GM_TRY(gm_state_build(work->arena, work->view.graph, work->database.ledger, &work->state, err));
    GM_TRY(decide(work, err));
    bool any =
        result->added.len + result->removed.len + result->updated.len + result->forgotten.len > 0;
    if (!work->view.format->sql)
        return any && !work->options->plan ? stamp_by_command(work, err) : GM_OK;
    if (!work->options->plan && (any || !work->database.ledger->exists))
        GM_TRY(in_transaction(work, change, err));
    work->result->heads = gm_ledger_heads(work->arena, work->database.ledger);
    return GM_OK;
}

static gm_code annotate(work_at *work, gm_code (*decide)(work_at *, gm_err *),
                        gm_code (*change)(work_at *, gm_err *), gm_err *err)
{
    const gm_annotate_options *options = work->options;
    gm_database_options open = {.write = !options->plan,
                                .wait_ms = options->wait_ms,
                                .waiting = options->waiting,
                                .data = options->data};
    gm_annotate_result *result = work->result;
    *result = (gm_annotate_result){0};
    GM_TRY(gm_project_target(work->project, options->target, &result->target, err));
    if (options->announce != NULL)
        options->announce(options->data, &result->target);
    if (options->verify && gm_database_is_missing(&result->target)) {
        gm_fail(err, GM_E_REFUSED, "there is no database yet: %.*s",
                GM_ARG(result->target.url.shown));
        return gm_hint(err, "'gmig upgrade' makes it.");
    }
    GM_TRY(gm_view_open_sound(work->project, options->at, &work->view, err));
    GM_TRY(gm_projects_need_folder(work->project, &work->view, err));
    GM_TRY(gm_atlas_sums_need(work->project, &work->view, err));
    GM_TRY(need_ledger(work, err));
    open.graph = work->view.graph;
    work->actor = gm_actor(work->arena);
    work->commit = gm_view_commit(work->arena, &work->view);
    GM_TRY(gm_database_open(work->project, &result->target, &open, &work->database, err));
    gm_code code = locked(work, decide, change, err);
    gm_database_close(&work->database);
    return code;
}

static gm_code journal(const work_at *work, const char *kind, gm_str revision, size_t statement,
                       gm_str hash, gm_str detail, gm_direction direction, gm_err *err)
{
    gm_journal_entry entry = {.kind = kind,
                              .revision = revision,
                              .direction = direction,
                              .statement = statement,
                              .hash = hash,
                              .detail = detail,
                              .actor = work->actor,
                              .commit = work->commit};
    return gm_journal_add(work->database.db, work->database.ledger, &entry, err);
}

/* ---- stamp ---- */

static gm_code mark_goal(const work_at *work, gm_str goal, gm_node_set *wanted, gm_err *err)
{
    const gm_state *state = work->state;
    gm_spec_context context = {
        .graph = state->graph, .applied = &state->applied, .allow_several = true};
    gm_spec spec = {0};
    GM_TRY(gm_spec_resolve(work->arena, &context, goal, &spec, err));
    gm_node_set above = gm_node_set_new(work->arena, state->graph);
    if (spec.base) {
        gm_plan down = {0};
        GM_TRY(gm_plan_down(work->arena, state->graph, &state->applied, goal, &down, err));
        GM_EACH (gm_step, step, &down.steps)
            gm_node_set_remove(wanted, step->node);
        return GM_OK;
    }
    GM_EACH (gm_node *, node, &spec.nodes)
        gm_node_set_add_descendants(&above, *node);
    GM_EACH (gm_node *, node, &state->graph->order)
        if (gm_node_set_has(&above, *node))
            gm_node_set_remove(wanted, *node);
    /* After taking away: of two goals one may stand above the other. */
    GM_EACH (gm_node *, node, &spec.nodes)
        gm_node_set_add_ancestors(wanted, *node);
    return GM_OK;
}

static gm_code refuse_drift(const work_at *work, const gm_diff *drift, gm_err *err)
{
    gm_fail(err, GM_E_REFUSED, "%.*s differs from what these revisions make",
            GM_ARG(work->result->target.name));
    err->detail = gm_diff_lines(work->arena, drift);
    return gm_hint(err,
                   "Stamp the revision that it is at, or change one of the two; "
                   "'gmig diff history %.*s --sql' has the statements.",
                   GM_ARG(work->result->target.name));
}

static gm_code verify_stamp(const work_at *work, const gm_node_set *wanted, gm_err *err)
{
    const gm_strs *phantoms = &work->result->phantoms;
    gm_diff drift;
    if (phantoms->len) {
        gm_fail(err, GM_E_UNKNOWN, "nobody can tell what %.*s makes: no file has it",
                GM_ARG(phantoms->items[0]));
        return gm_hint(err, "Stamp it where the history has it (--at REF), or forget it with "
                            "--purge.");
    }
    GM_TRY(gm_scratch_drift(work->project, work->view.graph, wanted,
                            work->result->target.url.dialect, work->database.db, &drift, err));
    return drift.changes.len ? refuse_drift(work, &drift, err) : GM_OK;
}

static gm_code decide_stamp(work_at *work, gm_err *err)
{
    const gm_state *state = work->state;
    bool purge = work->options->purge;
    gm_node_set wanted = gm_node_set_new(work->arena, state->graph);
    GM_EACH (gm_node *, node, &state->graph->order)
        if (!purge && gm_node_set_has(&state->applied, *node))
            gm_node_set_add(&wanted, *node);
    GM_EACH (gm_str, goal, work->wanted)
        GM_TRY(mark_goal(work, *goal, &wanted, err));
    GM_EACH (gm_revision_state, item, &state->all) {
        bool keep = item->node != NULL && gm_node_set_has(&wanted, item->node);
        if (keep && (item->row == NULL || purge))
            gm_vec_push(work->arena, &work->result->added, item->node->revision->id);
        if (item->row != NULL && (purge || (item->node != NULL && !keep)))
            gm_vec_push(work->arena, &work->result->removed, item->row->id);
        if (item->node == NULL && item->row != NULL && !purge)
            gm_vec_push(work->arena, &work->result->phantoms, item->row->id);
    }
    return work->options->verify ? verify_stamp(work, &wanted, err) : GM_OK;
}

static gm_code write_stamp(work_at *work, gm_err *err)
{
    const gm_ledger *ledger = work->database.ledger;
    gm_db *db = work->database.db;
    int64_t sequence = ledger->rows.len ? ledger->rows.items[ledger->rows.len - 1].sequence : 0;
    bool hit = false;
    /* The newest first: a table of one row goes down step by step. */
    for (size_t i = work->result->removed.len; i-- > 0;) {
        gm_str id = work->result->removed.items[i];
        GM_TRY(gm_ledger_delete(db, ledger, id, &hit, err));
        GM_TRY(journal(work, "unstamp", id, 0, GM_STR(""), GM_STR(""), GM_DOWN, err));
    }
    GM_EACH (gm_str, id, &work->result->added) {
        gm_ledger_row row = {0};
        GM_TRY(gm_state_row(work->arena, gm_graph_find(work->state->graph, *id)->revision,
                            ledger->dialect, &row, err));
        row.sequence = ++sequence;
        row.applied_by = work->actor;
        row.commit = work->commit;
        GM_TRY(gm_ledger_insert(db, ledger, &row, &hit, err));
        GM_TRY(journal(work, "stamp", *id, 0, row.up_sha256, GM_STR(""), GM_UP, err));
    }
    return GM_OK;
}

gm_code gm_stamp(gm_project *project, const gm_strs *goals, const gm_annotate_options *options,
                 gm_annotate_result *result, gm_err *err)
{
    work_at work = {.arena = project->arena,
                    .project = project,
                    .options = options,
                    .result = result,
                    .wanted = goals};
    return annotate(&work, decide_stamp, write_stamp, err);
}

/* ---- resolve ---- */

static bool is_open(const gm_intent *intent)
{
    return !intent->done && !intent->failed && !intent->redo;
}

static gm_code no_such_intent(const work_at *work, gm_err *err)
{
    gm_strs list = {0};
    GM_EACH (gm_intent, intent, &work->database.ledger->unfinished)
        if (is_open(intent))
            gm_vec_push(work->arena, &list,
                        gm_str_printf(work->arena, "%.*s:%zu", GM_ARG(intent->revision),
                                      intent->statement));
    gm_fail(err, GM_E_REFUSED, "no run was cut off in statement %.*s", GM_ARG(work->which));
    if (list.len == 0)
        return gm_hint(err, "There is nothing to resolve.");
    return gm_hint(err, "To be resolved: %.*s.", GM_ARG(gm_strs_list(work->arena, &list)));
}

static gm_intent *find_intent(const work_at *work)
{
    size_t colon = gm_str_rfind(work->which, ':');
    gm_str id = gm_str_sub(work->which, 0, colon);
    uint64_t number = 0;
    gm_intent *found = NULL;
    if (!gm_str_u64(gm_str_sub(work->which, colon + 1, work->which.len), &number))
        return NULL;
    GM_EACH (gm_intent, intent, &work->database.ledger->unfinished) {
        if (intent->statement != number || !is_open(intent))
            continue;
        if (gm_str_eq(intent->revision, id))
            return intent;
        if (id.len >= 4 && gm_str_starts(intent->revision, id))
            found = found == NULL ? intent : NULL;
    }
    return found;
}

static gm_code decide_resolve(work_at *work, gm_err *err)
{
    const gm_intent *intent = find_intent(work);
    if (intent == NULL)
        return no_such_intent(work, err);
    gm_vec_push(work->arena, &work->result->updated, intent->revision);
    return GM_OK;
}

static gm_code write_resolve(work_at *work, gm_err *err)
{
    const gm_intent *intent = find_intent(work);
    if (intent == NULL)
        return no_such_intent(work, err);
    return journal(work, work->done ? "resolve-done" : "resolve-redo", intent->revision,
                   intent->statement, intent->hash, GM_STR(""), intent->direction, err);
}

gm_code gm_resolve(gm_project *project, gm_str which, bool done, const gm_annotate_options *options,
                   gm_annotate_result *result, gm_err *err)
{
    work_at work = {.arena = project->arena,
                    .project = project,
                    .options = options,
                    .result = result,
                    .which = which,
                    .done = done,
                    .lacking = "statements that were cut off"};
    return annotate(&work, decide_resolve, write_resolve, err);
}

/* ---- repair ---- */

static bool is_unfinished(const work_at *work, gm_str id)
{
    GM_EACH (gm_intent, intent, &work->database.ledger->unfinished)
        if (gm_str_eq(intent->revision, id))
            return true;
    return false;
}

static gm_code decide_one(work_at *work, gm_str wanted, gm_err *err)
{
    gm_spec_context context = {.graph = work->state->graph, .applied = &work->state->applied};
    gm_node *node = NULL;
    /* A half-done revision may be gone from the files. */
    bool unfinished = is_unfinished(work, wanted);
    if (!unfinished) {
        GM_TRY(gm_spec_resolve_one(work->arena, &context, wanted, &node, err));
        wanted = node->revision->id;
        unfinished = is_unfinished(work, wanted);
    }
    if (unfinished)
        gm_vec_push(work->arena, &work->result->forgotten, wanted);
    GM_EACH (gm_revision_state, item, &work->state->all)
        if (item->node != NULL && gm_str_eq(item->node->revision->id, wanted)) {
            if (item->changed || item->retexted || item->reparented)
                gm_vec_push(work->arena, &work->result->updated, wanted);
            else if (item->row == NULL && !unfinished) {
                gm_fail(err, GM_E_REFUSED,
                        "revision %.*s is not applied, so there is nothing to repair",
                        GM_ARG(wanted));
                return gm_hint(err, "`gmig current` shows what is applied.");
            }
        }
    return GM_OK;
}

static gm_code decide_repair(work_at *work, gm_err *err)
{
    GM_EACH (gm_str, wanted, work->wanted)
        GM_TRY(decide_one(work, *wanted, err));
    GM_EACH (gm_revision_state, item, &work->state->all)
        if (work->wanted->len == 0 && (item->changed || item->retexted || item->reparented))
            gm_vec_push(work->arena, &work->result->updated, item->row->id);
    return GM_OK;
}

static gm_code write_repair(work_at *work, gm_err *err)
{
    const gm_ledger *ledger = work->database.ledger;
    GM_EACH (gm_str, id, &work->result->updated) {
        gm_ledger_row row = {0};
        const gm_ledger_row *before = gm_ledger_find(ledger, *id);
        GM_TRY(gm_state_row(work->arena, gm_graph_find(work->state->graph, *id)->revision,
                            ledger->dialect, &row, err));
        row.commit = work->commit;
        GM_TRY(gm_ledger_update(work->database.db, ledger, &row, err));
        gm_str detail =
            gm_str_printf(work->arena, "blob %.*s -> %.*s, up %.*s -> %.*s", GM_ARG(before->blob),
                          GM_ARG(row.blob), GM_ARG(before->up_sha256), GM_ARG(row.up_sha256));
        GM_TRY(journal(work, "repair", *id, 0, row.up_sha256, detail, GM_UP, err));
    }
    GM_EACH (gm_str, id, &work->result->forgotten)
        GM_TRY(journal(work, "abandoned", *id, 0, GM_STR(""), GM_STR(""), GM_UP, err));
    return GM_OK;
}

gm_code gm_repair(gm_project *project, const gm_strs *revisions, const gm_annotate_options *options,
                  gm_annotate_result *result, gm_err *err)
{
    work_at work = {.arena = project->arena,
                    .project = project,
                    .options = options,
                    .result = result,
                    .wanted = revisions,
                    .lacking = "record of files that gmig could bring up to date"};
    return annotate(&work, decide_repair, write_repair, err);
}
