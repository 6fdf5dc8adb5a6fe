/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/checking.h"

#include "app/check/checking_models.h"
#include "app/check/checking_program.h"
#include "app/check/checking_rules.h"
#include "app/project/atlas_sums.h"
#include "app/project/heads_path.h"
#include "app/check/replaying.h"

enum { EXIT_CANNOT_TELL = 3 };

bool gm_checked_note_unseen(gm_arena *arena, gm_checked *checked, gm_code code, gm_err *err)
{
    if (gm_code_exit(code) != EXIT_CANNOT_TELL)
        return false;
    gm_vec_push(arena, &checked->unseen, (gm_unseen){code, err->text, err->where, err->hint});
    gm_err_clear(err);
    return true;
}

gm_seen_project gm_checking_seen(gm_arena *arena, const gm_view *view)
{
    gm_seen_project seen = {
        .folder = view->config.folder,
        .migrations = view->migrations,
        .others = view->folders.len ? view->folders.len - 1 : 0,
        .absent = view->absent,
        .revisions = view->graph->order.len,
    };
    GM_EACH (gm_node *, head, &view->graph->heads)
        gm_vec_push(arena, &seen.heads, (*head)->revision->id);
    GM_EACH (const gm_dialect, dialect, &view->config.dialects)
        gm_vec_push(arena, &seen.dialects, gm_str_from(gm_dialect_name(*dialect)));
    return seen;
}

static gm_models_base base_of(gm_project *project, const gm_checking_options *options,
                              const gm_snapshot *snapshot)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_oid commit = gm_snapshot_commit(snapshot);
    gm_commit read;
    if (options->base.len || !project->repo)
        return (gm_models_base){.commit = options->base};
    if (gm_oid_none(&commit))
        return (gm_models_base){.nothing = true};
    if (gm_checking_judges_itself(options->at))
        return (gm_models_base){.commit = gm_oid_hex(project->arena, &commit)};
    if (gm_repo_commit(project->repo, &commit, &read, &ignored) != GM_OK)
        return (gm_models_base){0};
    if (!read.parents.len)
        return (gm_models_base){.nothing = true};
    return (gm_models_base){.commit = gm_oid_hex(project->arena, &read.parents.items[0])};
}

/*
 * The rest is checked also where the union cannot be told. What must not stop a commit is not said
 * of one either: the clone of a developer may well lack the trunk.
 */
static gm_code unite(gm_project *project, const gm_checking_options *options, const gm_view *view,
                     gm_check_input *input, gm_seen_base *seen, gm_checked *checked, gm_err *err)
{
    gm_err failure = gm_err_new(project->arena);
    gm_code code = gm_uniting(project, view, &options->uniting, input, seen, &failure);
    if (code == GM_OK || (options->uniting.warn_only && gm_code_exit(code) == EXIT_CANNOT_TELL) ||
        gm_checked_note_unseen(project->arena, checked, code, &failure))
        return GM_OK;
    *err = failure;
    return code;
}

/* The file of checksums of a tool that has one. */
static gm_code read_checksums(gm_project *project, const gm_view *view, gm_check_input *input,
                              gm_err *err)
{
    gm_atlas_sums sums;
    GM_TRY(gm_atlas_sums_read(project, view, &sums, err));
    input->has_checksum = sums.there;
    input->checksum = sums.text;
    input->checksum_path = sums.path;
    return GM_OK;
}

/* As unite: what cannot be told of the base's models stops no commit. */
static gm_code check_program(gm_project *project, const gm_checking_options *options,
                             const gm_view *view, gm_models_base base, gm_check_input *input,
                             gm_checked *checked, gm_err *err)
{
    bool hook = options->uniting.warn_only;
    gm_err failure = gm_err_new(project->arena);
    if (input->united && !hook && input->united->models_unseen.code != GM_OK)
        gm_vec_push(project->arena, &checked->unseen, input->united->models_unseen);
    gm_code code = gm_checking_program(project, view, base, hook, input, &failure);
    if (code == GM_OK || (hook && gm_code_exit(code) == EXIT_CANNOT_TELL) ||
        gm_checked_note_unseen(project->arena, checked, code, &failure))
        return GM_OK;
    *err = failure;
    return code;
}

/* The file that lists the heads. */
static gm_code read_heads_file(gm_project *project, const gm_view *view, gm_check_input *input,
                               gm_err *err)
{
    gm_entry entry;
    bool found;
    GM_TRY(gm_heads_file_of_view(project, view, &input->heads_path, err));
    if (!input->heads_path.len || view->absent)
        return GM_OK;
    GM_TRY(gm_snapshot_find(view->snapshot, input->heads_path, &entry, &found, err));
    if (!found)
        return GM_OK;
    input->heads_place = entry.kind == GM_ENTRY_FILE ? GM_PLACE_FILE : GM_PLACE_OTHER;
    if (entry.kind == GM_ENTRY_FILE)
        GM_TRY(gm_snapshot_read(view->snapshot, &entry, &input->heads_text, err));
    return GM_OK;
}

void gm_checking_typed(const gm_project *project, gm_findings *findings, size_t first)
{
    for (; first < findings->len; first++)
        findings->items[first].fix = gm_projects_typed(project, findings->items[first].fix);
}

static gm_code check_one(gm_project *project, const gm_checking_options *options,
                         gm_checked *checked, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_view view;
    GM_TRY(gm_view_open(project, options->at, &view, err));
    gm_oid commit = gm_snapshot_commit(view.snapshot);
    checked->at = gm_snapshot_name(view.snapshot);
    checked->commit = gm_oid_hex(arena, &commit);
    gm_seen_project seen = gm_checking_seen(arena, &view);

    gm_check_input input = {
        .graph = view.graph,
        .config_path = project->config_path,
        .allow_now = options->allow_now,
    };
    GM_EACH (const gm_dialect, dialect, &view.config.dialects)
        gm_vec_push(arena, &input.dialects, *dialect);
    gm_models_base models_base = base_of(project, options, view.snapshot);
    if (options->unite) {
        GM_TRY(unite(project, options, &view, &input, &seen.base, checked, err));
        if (seen.base.starts.len == 1)
            models_base.start = seen.base.starts.items[0];
    }
    gm_vec_push(arena, &checked->projects, seen);
    GM_TRY(read_checksums(project, &view, &input, err));
    GM_TRY(read_heads_file(project, &view, &input, err));
    GM_TRY(gm_checking_models(project, &view, models_base, &input, err));
    GM_TRY(check_program(project, options, &view, models_base, &input, checked, err));
    /* What cannot be replayed keeps nothing else from being told. */
    gm_code code = options->replay ? gm_replaying_models(project, &view, &input, err) : GM_OK;
    if (code == GM_OK && options->database)
        code = gm_replaying_database(project, &view, options->target, &input, err);
    if (code != GM_OK && !gm_checked_note_unseen(arena, checked, code, err))
        return code;
    gm_checking_rules(project, options->at, &view, &seen.base, &input);
    size_t before = checked->findings.len;
    GM_TRY(gm_check_history(arena, &input, &checked->findings, err));
    gm_checking_typed(project, &checked->findings, before);
    return GM_OK;
}

gm_code gm_checking_run(gm_project *project, const gm_checking_options *options,
                        gm_checked *checked, gm_err *err)
{
    gm_checked result = {.at = options->at.len ? options->at : GM_STR("worktree")};
    gm_projects projects = {0};
    gm_code code = gm_projects_at(project, options->at, options->all, &projects, err);
    if (code != GM_OK && !gm_checked_note_unseen(project->arena, &result, code, err))
        return code;
    GM_EACH (gm_project, one, &projects) {
        code = check_one(one, options, &result, err);
        if (code != GM_OK && !gm_checked_note_unseen(project->arena, &result, code, err))
            return code;
    }
    *checked = result;
    return GM_OK;
}
