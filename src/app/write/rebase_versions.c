/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/rebase_versions.h"

#include "app/write/rebase_files.h"
#include "app/write/rebase_proof.h"
#include "app/project/shipped.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "history/formats/atlas_sum.h"
#include "history/formats/versioned.h"

typedef struct {
    gm_project *project;
    gm_arena *arena;
    const gm_view *view;
    const gm_view *onto;
    const gm_preset *preset;
    gm_entries entries; /* of the folders of revision files */
    gm_revisions own;
    gm_revisions after; /* all, as they will be */
    const gm_revision *newest;
    gm_rebase_result *result;
} renumberer;

/* ---- whose is what ---- */

static gm_str key_of(gm_arena *arena, const gm_view *view, const gm_revision *revision)
{
    gm_str below = revision->path;
    GM_EACH (const gm_str, folder, &view->folders)
        if (folder->len && gm_str_starts(revision->path, *folder) &&
            revision->path.ptr[folder->len] == '/')
            below = gm_str_sub(revision->path, folder->len + 1, revision->path.len);
    return gm_str_printf(arena, "%.*s %.*s", GM_ARG(revision->id), GM_ARG(below));
}

static gm_revisions all_of(gm_arena *arena, const gm_graph *graph)
{
    gm_revisions all = {0};
    GM_EACH (gm_node *, node, &graph->order)
        gm_vec_push(arena, &all, (*node)->revision);
    GM_EACH (const gm_revision *, revision, &graph->duplicates)
        gm_vec_push(arena, &all, *revision);
    return all;
}

static gm_map keys_of(gm_arena *arena, const gm_view *view, const gm_revisions *all)
{
    gm_map keys = gm_map_new(arena);
    GM_EACH (const gm_revision *, revision, all)
        gm_map_add(&keys, key_of(arena, view, *revision), NULL);
    return keys;
}

static gm_code need_everything(const renumberer *r, const gm_revisions *all,
                               const gm_revisions *theirs, gm_err *err)
{
    gm_strs lacking = {0};
    gm_str name = r->result->onto.name;
    gm_map here = keys_of(r->arena, r->view, all);
    GM_EACH (const gm_revision *, revision, theirs)
        if (!gm_map_find(&here, key_of(r->arena, r->onto, *revision), NULL))
            gm_vec_push(r->arena, &lacking, gm_path_name((*revision)->path));
    if (!lacking.len)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "this checkout lacks %.*s of %.*s",
            GM_ARG(gm_strs_some(r->arena, &lacking, 3)), GM_ARG(name));
    return gm_hint(err, "Bring the files together first: `git rebase %.*s`, or `git merge %.*s`.",
                   GM_ARG(name), GM_ARG(name));
}

static void look_at_newest(renumberer *r, const gm_revision *revision)
{
    const gm_versions *versions = r->preset->ops.versions;
    if (!revision->repeatable && (!r->newest || versions->order(revision->id, r->newest->id) > 0))
        r->newest = revision;
}

/* What has been shipped elsewhere under a version that the other branch has not is not moved. */
static gm_code sort_out(renumberer *r, const gm_revisions *all, const gm_revisions *theirs,
                        gm_err *err)
{
    gm_map shipped;
    gm_map keys = keys_of(r->arena, r->onto, theirs);
    GM_TRY(gm_shipped_by_refs(r->project, r->view, &shipped, err));
    GM_EACH (const gm_revision *, revision, all) {
        bool is_theirs = gm_map_find(&keys, key_of(r->arena, r->view, *revision), NULL);
        bool elsewhere = !gm_graph_find(r->onto->graph, (*revision)->id) &&
                         gm_map_find(&shipped, (*revision)->id, NULL);
        if (!is_theirs && !elsewhere && !(*revision)->repeatable) {
            gm_vec_push(r->arena, &r->own, *revision);
            continue;
        }
        if (elsewhere)
            gm_vec_push(r->arena, &r->result->kept, (*revision)->id);
        look_at_newest(r, *revision);
        gm_vec_push(r->arena, &r->after, *revision);
    }
    return GM_OK;
}

static int by_version(const void *a, const void *b)
{
    const gm_revision *x = *(const gm_revision *const *)a;
    const gm_revision *y = *(const gm_revision *const *)b;
    int order = x->format->versions->order(x->id, y->id);
    return order ? order : gm_str_cmp(x->path, y->path);
}

/* ---- files of one revision ---- */

static gm_version_name name_of(const renumberer *r, gm_str path)
{
    gm_version_name name = {0};
    r->preset->parse(r->arena, path, &name);
    return name;
}

/* The folder of a revision that is one; else empty. */
static gm_str folder_of(const renumberer *r, gm_str path)
{
    gm_version_name name = name_of(r, path);
    gm_str folder = gm_path_folder(path);
    return name.version.ptr < path.ptr + folder.len ? folder : (gm_str){0};
}

static bool is_part_of(const renumberer *r, const gm_revision *revision, gm_str path)
{
    gm_str folder = folder_of(r, revision->path);
    gm_version_name name = {0};
    if (folder.len)
        return gm_str_starts(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/';
    if (!r->preset->parse(r->arena, path, &name))
        return false;
    gm_version_name wanted = name_of(r, revision->path);
    return gm_str_eq(name.id, wanted.id) &&
           (gm_str_eq(name.words, wanted.words) || gm_str_eq(path, revision->down_path));
}

static gm_str new_path(const renumberer *r, const gm_revision *revision, gm_str path,
                       gm_str version)
{
    gm_str folder = folder_of(r, revision->path);
    if (!folder.len)
        return gm_version_renamed(r->arena, r->preset, path, version);
    gm_str renamed = gm_version_renamed(r->arena, r->preset, revision->path, version);
    return gm_path_join(r->arena, gm_path_folder(renamed),
                        gm_str_sub(path, folder.len + 1, path.len));
}

/* A class is called as its file, in TypeORM and in Flyway's Java. */
static gm_str new_text(const renumberer *r, const gm_revision *revision, gm_str text, gm_str old,
                       gm_str version)
{
    gm_buf buf = gm_buf_new(r->arena, SIZE_MAX);
    gm_str wanted = old;
    gm_str with = version;
    if (!r->preset->in_text || !revision->code)
        return text;
    if (r->preset->ops.versions->order == gm_order_dotted) {
        wanted = gm_str_printf(r->arena, "V%.*s__", GM_ARG(old));
        with = gm_str_printf(r->arena, "V%.*s__", GM_ARG(version));
    }
    while (text.len) {
        size_t at = gm_str_search(text, wanted);
        gm_buf_add(&buf, gm_str_sub(text, 0, at));
        if (at < text.len)
            gm_buf_add(&buf, with);
        text = gm_str_sub(text, at + wanted.len, text.len);
    }
    return gm_buf_str(&buf);
}

static gm_code check_committed(const renumberer *r, const gm_entry *entry, gm_err *err)
{
    if (gm_rebase_in_git(r->project, entry))
        return GM_OK;
    gm_fail_at(err, GM_E_REFUSED, entry->path, "the file has uncommitted changes");
    return gm_hint(err, "Commit it first: what is rewritten must be in git.");
}

static gm_code move_file(renumberer *r, const gm_revision *revision, const gm_entry *entry,
                         gm_str version, gm_str new_id, gm_err *err)
{
    gm_str text;
    GM_TRY(check_committed(r, entry, err));
    GM_TRY(gm_snapshot_read(r->view->snapshot, entry, &text, err));
    gm_str old = name_of(r, revision->path).version;
    gm_rebase_move move = {.id = revision->id,
                           .new_id = new_id,
                           .path = entry->path,
                           .new_path = new_path(r, revision, entry->path, version),
                           .parents = revision->parents,
                           .blob = entry->blob,
                           .bytes = new_text(r, revision, text, old, version)};
    gm_vec_push(r->arena, &r->result->moves, move);
    return GM_OK;
}

/* ---- new versions ---- */

static gm_code renumber(renumberer *r, const gm_revision *revision, gm_err *err)
{
    gm_revision *made = gm_new(r->arena, gm_revision);
    gm_str old = name_of(r, revision->path).version;
    gm_str below = name_of(r, r->newest->path).version;
    gm_str version = gm_version_next(r->arena, r->preset, below, old, gm_clock_now());
    gm_revision_file file = {.path = new_path(r, revision, revision->path, version),
                             .blob = revision->blob};
    *made = *revision;
    gm_format_recall(r->arena, &r->preset->ops, &file, made);
    if (made->down_path.len)
        made->down_path = new_path(r, revision, revision->down_path, version);
    if (r->preset->ops.versions->order(made->id, r->newest->id) <= 0) {
        gm_fail_at(err, GM_E_REFUSED, revision->path, "gmig finds no version behind %.*s (%.*s)",
                   GM_ARG(r->newest->id), GM_ARG(r->newest->path));
        return gm_hint(err, "Rename the file by hand.");
    }
    GM_EACH (const gm_entry, entry, &r->entries)
        if (entry->kind == GM_ENTRY_FILE && is_part_of(r, revision, entry->path))
            GM_TRY(move_file(r, revision, entry, version, made->id, err));
    r->newest = made;
    gm_vec_push(r->arena, &r->after, made);
    return GM_OK;
}

static gm_code renumber_all(renumberer *r, gm_err *err)
{
    gm_sort(r->own.items, r->own.len, sizeof(*r->own.items), by_version);
    GM_EACH (const gm_revision *, revision, &r->own) {
        if (r->newest && r->preset->ops.versions->order((*revision)->id, r->newest->id) <= 0) {
            GM_TRY(renumber(r, *revision, err));
            continue;
        }
        r->newest = *revision;
        gm_vec_push(r->arena, &r->after, *revision);
    }
    return GM_OK;
}

/* In a merge that is not committed yet it may be staged, and is then in git as well. */
static gm_code write_sums(renumberer *r, gm_err *err)
{
    gm_entry entry;
    bool found;
    gm_str old;
    gm_str path = gm_path_join(r->arena, r->view->migrations, GM_STR(GM_ATLAS_SUM));
    if (r->preset != gm_preset_find(GM_STR("atlas")))
        return GM_OK;
    GM_TRY(gm_snapshot_find(r->view->snapshot, path, &entry, &found, err));
    if (!found)
        return GM_OK;
    gm_err ignored = gm_err_new(r->arena);
    if (gm_repo_read_blob(r->arena, r->project->repo, &entry.blob, &old, &ignored) != GM_OK)
        return check_committed(r, &entry, err);
    gm_rebase_move move = {.id = GM_STR(GM_ATLAS_SUM),
                           .path = path,
                           .new_path = path,
                           .blob = entry.blob,
                           .bytes = gm_atlas_sum(r->arena, &r->after)};
    gm_vec_push(r->arena, &r->result->moves, move);
    return GM_OK;
}

static void tell_parents(const renumberer *r, const gm_graph *graph)
{
    GM_EACH (gm_rebase_move, move, &r->result->moves) {
        const gm_node *node = gm_graph_find(graph, move->new_id);
        if (node)
            move->new_parents = node->revision->parents;
    }
    GM_EACH (gm_node *, head, &graph->heads)
        if (!(*head)->revision->repeatable)
            gm_vec_push(r->arena, &r->result->heads, (*head)->revision->id);
}

static gm_code list_entries(renumberer *r, gm_err *err)
{
    GM_EACH (const gm_str, folder, &r->view->folders) {
        gm_entries entries = {0};
        GM_TRY(gm_snapshot_list(r->view->snapshot, *folder, true, &entries, err));
        GM_EACH (const gm_entry, entry, &entries)
            gm_vec_push(r->arena, &r->entries, *entry);
    }
    return GM_OK;
}

static gm_code need_readable(const gm_graph *graph, gm_err *err)
{
    GM_EACH (const gm_problem, problem, &graph->problems)
        if (problem->kind != GM_PROBLEM_DUPLICATE_VERSION)
            return gm_graph_sound(graph, err);
    return GM_OK;
}

gm_code gm_rebase_versions(gm_project *project, const gm_rebase_options *options,
                           const gm_view *view, const gm_view *onto, gm_rebase_result *result,
                           gm_err *err)
{
    gm_arena *arena = project->arena;
    renumberer r = {.project = project,
                    .arena = arena,
                    .view = view,
                    .onto = onto,
                    .preset = gm_preset_of(view->format),
                    .result = result};
    gm_revisions all = all_of(arena, view->graph);
    gm_revisions theirs = all_of(arena, onto->graph);
    GM_TRY(need_readable(view->graph, err));
    GM_TRY(need_everything(&r, &all, &theirs, err));
    GM_TRY(sort_out(&r, &all, &theirs, err));
    GM_TRY(list_entries(&r, err));
    GM_TRY(renumber_all(&r, err));
    gm_view after = *view;
    after.graph = gm_graph_build(arena, &r.after, NULL);
    GM_TRY(gm_graph_sound(after.graph, err));
    if (!result->moves.len) {
        tell_parents(&r, after.graph);
        return GM_OK;
    }
    GM_TRY(gm_rebase_prove(project, options, &after, result, err));
    GM_TRY(write_sums(&r, err));
    tell_parents(&r, after.graph);
    return GM_OK;
}
