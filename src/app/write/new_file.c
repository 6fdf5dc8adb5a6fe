/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/new_file.h"

#include <unistd.h>

#include "app/project/locate_alembic.h"
#include "base/digest.h"
#include "base/file.h"
#include "git/worktree.h"
#include "history/formats/alembic.h"
#include "history/formats/django_new.h"

enum { ID_DIGITS = 12 };

gm_code gm_new_file_allowed(const gm_project *project, bool stage, gm_err *err)
{
    if (project->repo && !gm_repo_top(project->repo).len) {
        gm_fail_at(err, GM_E_NO_REPO, project->top,
                   "a bare repository has no work tree to write to");
        return gm_hint(err, "Run it in a clone.");
    }
    return stage ? gm_project_need_repo(project, "--stage", err) : GM_OK;
}

/* A name that a file may have need not be one to give: what begins with "-" could be typed behind
 * "--" only, and with "." its file may be hidden. */
static bool may_be_given(gm_str name)
{
    return gm_revision_id_valid(name) && name.ptr[0] != '-' && name.ptr[0] != '.';
}

static gm_code refuse_name(gm_str name, const char *what, gm_err *err)
{
    gm_fail(err, GM_E_USAGE, "'%.*s' cannot be the %s of a revision", GM_ARG(name), what);
    return gm_hint(err, "It begins with a letter, a digit or '_' and goes on with these, '-' and "
                        "'.', at most 128; head, heads, base and current are taken.");
}

gm_code gm_new_id(gm_project *project, const gm_graph *graph, gm_str wanted, gm_str *id,
                  gm_err *err)
{
    if (!wanted.len) {
        do
            *id = gm_random_hex(project->arena, ID_DIGITS);
        while (gm_graph_find(graph, *id));
        return GM_OK;
    }
    if (!may_be_given(wanted))
        return refuse_name(wanted, "id", err);
    const gm_node *other = gm_graph_find(graph, wanted);
    if (other) {
        gm_fail_at(err, GM_E_REFUSED, other->revision->path, "there is a revision %.*s already",
                   GM_ARG(wanted));
        return gm_hint(err, "Choose another --rev-id.");
    }
    *id = wanted;
    return GM_OK;
}

gm_code gm_new_labels(const gm_graph *graph, const gm_strs *labels, gm_err *err)
{
    GM_EACH (const gm_str, label, labels) {
        if (!may_be_given(*label))
            return refuse_name(*label, "label", err);
        const gm_node *other = gm_map_get(&graph->labels, *label);
        if (!other)
            other = gm_graph_find(graph, *label);
        if (!other)
            continue;
        gm_fail_at(err, GM_E_REFUSED, other->revision->path, "'%.*s' names revision %.*s already",
                   GM_ARG(*label), GM_ARG(other->revision->id));
        return gm_hint(err, "A label belongs to one revision; its descendants answer to it too.");
    }
    return GM_OK;
}

gm_code gm_new_message(gm_str message, gm_err *err)
{
    for (size_t i = 0; i < message.len; i++)
        if ((unsigned char)message.ptr[i] < ' ') {
            gm_fail(err, GM_E_USAGE, "a message is one line, without control characters");
            return gm_hint(err, "Put more words into comments of the file.");
        }
    if (!gm_str_utf8_valid(message)) {
        gm_fail(err, GM_E_USAGE, "the message is not UTF-8");
        return gm_hint(err, "Look at the terminal's or the script's character set.");
    }
    return GM_OK;
}

/* The reader knows what may stand in a file; whatever it refuses is not written. */
static gm_code check_readable(gm_project *project, const gm_view *view, const gm_new_file *file,
                              gm_err *err)
{
    gm_revision back;
    gm_revision_file made = {.path = file->path, .bytes = file->bytes};
    if (gm_format_read(project->arena, view->format, &made, &back, err) == GM_OK)
        return GM_OK;
    err->code = GM_E_USAGE;
    err->where = (gm_str){0};
    return GM_E_USAGE;
}

static gm_code name_alembic(gm_project *project, const gm_view *view, gm_revision_draft *draft,
                            bool merge, gm_str *name, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_alembic_place place;
    gm_entry entry;
    bool found;
    GM_TRY(gm_locate_alembic(project, view->snapshot, &view->config, &place, err));
    gm_str folder = place.file.len ? place.script_folder : gm_path_folder(view->migrations);
    GM_TRY(gm_snapshot_find(view->snapshot, gm_path_join(arena, folder, GM_STR("script.py.mako")),
                            &entry, &found, err));
    if (found && entry.kind == GM_ENTRY_FILE)
        GM_TRY(gm_snapshot_read(view->snapshot, &entry, &draft->script, err));
    const gm_node *parent =
        draft->parents.len ? gm_graph_find(view->graph, draft->parents.items[0]) : NULL;
    /* As Alembic: beside the parent. */
    if (place.several && parent)
        draft->folder = gm_path_folder(parent->revision->path);
    gm_revision_draft named = *draft;
    if (merge)
        named.message = gm_merge_message(arena, &draft->parents);
    return gm_alembic_file_name(arena, place.file_template, &named, name, err);
}

static gm_code name_django(gm_arena *arena, const gm_view *view, gm_revision_draft *draft,
                           bool merge, gm_str *name, gm_err *err)
{
    if (draft->labels.len) {
        gm_fail(err, GM_E_USAGE, "Django's migrations have no labels");
        return gm_hint(err, "Leave --label out: an app is a lineage of its own.");
    }
    GM_TRY(gm_django_name_new(arena, view->graph, merge, draft, err));
    size_t dot = gm_str_find(draft->id, '.', 0);
    *name = gm_str_printf(arena, "%.*s.py", GM_ARG(gm_str_sub(draft->id, dot + 1, draft->id.len)));
    return GM_OK;
}

gm_code gm_new_file_name(gm_project *project, const gm_view *view, gm_revision_draft *draft,
                         bool merge, gm_str *name, gm_err *err)
{
    gm_arena *arena = project->arena;
    if (!view->format->write) {
        gm_fail(err, GM_E_REFUSED, "gmig writes no revision files of this format");
        return gm_hint(err, "Make it with the project's own tool.");
    }
    if (view->config.format == GM_FORMAT_ALEMBIC)
        return name_alembic(project, view, draft, merge, name, err);
    if (view->config.format == GM_FORMAT_DJANGO)
        return name_django(arena, view, draft, merge, name, err);
    if (!merge)
        return gm_revision_file_name(arena, view->config.file_template, draft, name, err);
    *name = gm_merge_file_name(arena, draft);
    return GM_OK;
}

gm_code gm_new_file_make(gm_project *project, const gm_view *view, const gm_revision_draft *draft,
                         gm_str name, gm_new_file *file, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_str old;
    gm_str folder = draft->folder.len ? draft->folder : view->migrations;
    gm_new_file made = {.path = gm_path_join(arena, folder, name),
                        .bytes = view->format->write(arena, draft)};
    GM_TRY(check_readable(project, view, &made, err));
    gm_str whole = gm_path_join(arena, project->top, made.path);
    if (gm_file_exists(whole)) {
        GM_TRY(gm_file_read(arena, whole, GM_BLOB_MAX, &old, err));
        if (!gm_str_eq(old, made.bytes)) {
            gm_fail_at(err, GM_E_REFUSED, made.path, "another file of this name is there");
            return gm_hint(err, "Move it away, or remove it.");
        }
        made.there = true;
    }
    *file = made;
    return GM_OK;
}

gm_code gm_new_file_write(gm_project *project, const gm_new_file *file, bool stage, gm_err *err)
{
    if (!file->there && project->repo) {
        GM_TRY(gm_worktree_write(project->repo, file->path, file->bytes, err));
    } else if (!file->there) {
        gm_str whole = gm_path_join(project->arena, project->top, file->path);
        GM_TRY(gm_folder_make(gm_path_folder(whole), err));
        GM_TRY(gm_file_write(whole, file->bytes, (gm_write_options){0}, err));
    }
    gm_code code = stage ? gm_worktree_stage(project->repo, file->path, err) : GM_OK;
    /* A command that failed leaves things as they were. */
    if (code != GM_OK && !file->there)
        gm_worktree_remove(project->repo, file->path);
    return code;
}

void gm_new_file_take_back(gm_project *project, const gm_new_file *file, bool stage)
{
    gm_err ignored = gm_err_new(project->arena);
    if (file->there)
        return;
    (void)unlink(gm_str_z(project->arena, gm_path_join(project->arena, project->top, file->path)));
    if (stage)
        (void)gm_worktree_stage(project->repo, file->path, &ignored);
}

gm_code gm_new_file_rewrite(gm_project *project, gm_str path, gm_str bytes, bool stage, gm_err *err)
{
    if (project->repo)
        GM_TRY(gm_worktree_replace(project->repo, path, bytes, err));
    else
        GM_TRY(gm_file_write(gm_path_join(project->arena, project->top, path), bytes,
                             (gm_write_options){.replace = true}, err));
    return stage ? gm_worktree_stage(project->repo, path, err) : GM_OK;
}
