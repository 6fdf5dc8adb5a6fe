/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/new_version.h"

#include "app/project/base_ref.h"
#include "app/write/new_file.h"
#include "base/clock.h"
#include "base/file.h"
#include "git/worktree.h"
#include "history/formats/atlas_sum.h"
#include "history/formats/versioned.h"

static gm_code refuse(const gm_preset *preset, const gm_new_revision_options *options, gm_err *err)
{
    const gm_versions *versions = preset->ops.versions;
    const char *wrong = options->head.len      ? "--head"
                        : options->splice      ? "--splice"
                        : options->labels.len  ? "--label"
                        : options->depends.len ? "--depends-on"
                        : options->rev_id.len  ? "--rev-id"
                        : options->undo.len    ? "--undo"
                                               : NULL;
    if (!versions || versions->create) {
        gm_fail(err, GM_E_REFUSED, "gmig writes no files of %s",
                versions ? versions->tool : "sqitch");
        return gm_hint(err, "Run: %s NAME", versions ? versions->create : "sqitch add");
    }
    if (!wrong)
        return GM_OK;
    gm_fail(err, GM_E_USAGE, "%s has no place: the order of %s is that of versions", wrong,
            versions->tool);
    return gm_hint(err, "Leave it out; the new file comes after all others.");
}

static void look_at(const gm_preset *preset, const gm_graph *graph, const gm_revision **newest)
{
    GM_EACH (gm_node *, node, &graph->order) {
        const gm_revision *revision = (*node)->revision;
        if (revision->format == &preset->ops && !revision->repeatable &&
            (!*newest || preset->ops.versions->order(revision->id, (*newest)->id) > 0))
            *newest = revision;
    }
}

/* Where there is no such branch, or it cannot be read, what is here has to do. */
static void look_at_base(gm_project *project, const gm_preset *preset, const gm_revision **newest)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_base base = {0};
    gm_view view;
    if (project->repo && gm_base_find(project, GM_STR(""), &base, &ignored) == GM_OK &&
        !gm_oid_none(&base.commit) &&
        gm_view_open_graph(project, gm_oid_hex(project->arena, &base.commit), &view, &ignored) ==
            GM_OK)
        look_at(preset, view.graph, newest);
}

static gm_code write_sums(gm_project *project, const gm_view *view, const gm_new_file *file,
                          bool stage, gm_err *err)
{
    gm_revisions all = {0};
    gm_revision made = {.path = file->path, .text = file->bytes};
    GM_EACH (gm_node *, node, &view->graph->order)
        gm_vec_push(project->arena, &all, (*node)->revision);
    gm_vec_push(project->arena, &all, &made);
    gm_str path = gm_path_join(project->arena, view->migrations, GM_STR(GM_ATLAS_SUM));
    return gm_new_file_rewrite(project, path, gm_atlas_sum(project->arena, &all), stage, err);
}

/* Both of two files, or none. */
static gm_code write_files(gm_project *project, const gm_new_file *files, size_t count, bool stage,
                           gm_err *err)
{
    for (size_t i = 0; i < count; i++) {
        gm_code code = gm_new_file_write(project, &files[i], stage, err);
        if (code == GM_OK)
            continue;
        if (i && project->repo)
            gm_worktree_remove(project->repo, files[0].path);
        return code;
    }
    return GM_OK;
}

gm_code gm_new_version_allowed(const gm_view *view, const gm_new_revision_options *options,
                               gm_err *err)
{
    return refuse(gm_preset_of(view->format), options, err);
}

/* The paths of the new files, behind all others; *parent: the newest one here. */
static gm_code name_files(gm_project *project, const gm_view *view,
                          const gm_new_revision_options *options, gm_new_file *files,
                          const gm_revision **parent, gm_err *err)
{
    gm_arena *arena = project->arena;
    const gm_preset *preset = gm_preset_of(view->format);
    const gm_revision *newest = NULL;
    gm_version_name below = {0};
    GM_TRY(refuse(preset, options, err));
    GM_TRY(gm_new_message(options->message, err));
    look_at(preset, view->graph, &newest);
    *parent = newest;
    look_at_base(project, preset, &newest);
    if (newest)
        preset->parse(arena, newest->path, &below);
    gm_str version = gm_version_next(arena, preset, below.version, GM_STR(""), gm_clock_now());
    gm_str words = gm_revision_slug(arena, options->message);
    for (size_t i = 0; i < (preset->down ? 2 : 1); i++) {
        gm_str name = gm_version_file_name(arena, i ? preset->down : preset->up, version, words);
        files[i].path = gm_path_join(arena, view->migrations, name);
    }
    return GM_OK;
}

static gm_code keep_files(gm_project *project, const gm_view *view, const gm_new_file *files,
                          bool stage, gm_heads_written *heads, gm_err *err)
{
    const gm_preset *preset = gm_preset_of(view->format);
    GM_TRY(write_files(project, files, preset->down ? 2 : 1, stage, err));
    if (preset == gm_preset_find(GM_STR("atlas")))
        GM_TRY(write_sums(project, view, &files[0], stage, err));
    return gm_heads_file_write(project, stage, heads, err);
}

static gm_new_revision_result result_of(gm_arena *arena, const gm_view *view, gm_str path,
                                        const gm_revision *parent)
{
    gm_revision made = {.format = view->format};
    gm_revision_file file = {.path = path};
    gm_format_recall(arena, view->format, &file, &made);
    gm_new_revision_result result = {.id = made.id, .path = path};
    if (parent)
        gm_vec_push(arena, &result.parents, parent->id);
    return result;
}

gm_code gm_new_version(gm_project *project, const gm_view *view,
                       const gm_new_revision_options *options, gm_heads_written *heads,
                       gm_new_revision_result *result, gm_err *err)
{
    const gm_revision *parent;
    gm_new_file files[2] = {0};
    GM_TRY(name_files(project, view, options, files, &parent, err));
    files[0].bytes = files[1].bytes = gm_version_empty_text(gm_preset_of(view->format));
    GM_TRY(keep_files(project, view, files, options->stage, heads, err));
    *result = result_of(project->arena, view, files[0].path, parent);
    result->heads = *heads;
    return GM_OK;
}

gm_code gm_new_version_of(gm_project *project, const gm_view *view,
                          const gm_new_revision_options *options, const gm_version_sql *sql,
                          bool dry, gm_new_revision_result *result, gm_str *text, gm_err *err)
{
    gm_arena *arena = project->arena;
    const gm_preset *preset = gm_preset_of(view->format);
    const gm_revision *parent;
    gm_new_file files[2] = {0};
    gm_str texts[2] = {{0}};
    gm_heads_written heads = result->heads;
    GM_TRY(name_files(project, view, options, files, &parent, err));
    if (!gm_version_texts(arena, preset, sql, texts)) {
        gm_fail(err, GM_E_REFUSED,
                "a part of this has to run outside of a transaction, for which "
                "%s wants %s",
                preset->ops.versions->tool, preset->ops.versions->off);
        return gm_hint(err, "--plan shows the statements: write the files by hand.");
    }
    files[0].bytes = texts[0];
    files[1].bytes = texts[1];
    if (!dry)
        GM_TRY(keep_files(project, view, files, options->stage, &heads, err));
    *text = preset->down ? gm_str_printf(arena, "%.*s\n-- %.*s\n%.*s", GM_ARG(texts[0]),
                                         GM_ARG(files[1].path), GM_ARG(texts[1]))
                         : texts[0];
    *result = result_of(arena, view, files[0].path, parent);
    result->heads = heads;
    return GM_OK;
}
