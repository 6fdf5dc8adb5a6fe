/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/view_models.h"

#include "base/file.h"

/* A project has at most this many model files, before any is read. */
enum { FILES_MAX = 100000 };

static gm_code read_file(gm_project *project, const gm_view *view, const gm_entry *entry,
                         gm_model_files *files, gm_err *err)
{
    gm_model_file file = {.path = entry->path};
    if (entry->kind == GM_ENTRY_LINK) {
        gm_fail_at(err, GM_E_MODELS, entry->path, "a symbolic link is not followed");
        return gm_hint(err, "Put the model file itself there.");
    }
    if (files->len == FILES_MAX) {
        gm_fail_at(err, GM_E_MODELS, entry->path, "more than %d model files", FILES_MAX);
        return gm_hint(err, "Name the folder of the models alone with `models:` in gmig.yml.");
    }
    gm_code code = gm_snapshot_read(view->snapshot, entry, &file.bytes, err);
    if (code == GM_E_HISTORY)
        err->code = GM_E_MODELS; /* it is too large */
    if (code != GM_OK)
        return err->code;
    gm_vec_push(project->arena, files, file);
    return GM_OK;
}

static gm_code read_path(gm_project *project, const gm_view *view, gm_str path,
                         gm_model_files *files, gm_err *err)
{
    gm_entry entry;
    gm_entries entries = {0};
    bool found;
    GM_TRY(gm_snapshot_find(view->snapshot, path, &entry, &found, err));
    if (!found)
        return GM_OK;
    if (entry.kind != GM_ENTRY_FOLDER)
        return gm_models_file_named(path) ? read_file(project, view, &entry, files, err) : GM_OK;
    GM_TRY(gm_snapshot_list(view->snapshot, path, true, &entries, err));
    GM_EACH (const gm_entry, item, &entries)
        if ((item->kind == GM_ENTRY_FILE || item->kind == GM_ENTRY_LINK) &&
            gm_models_file_named(item->path))
            GM_TRY(read_file(project, view, item, files, err));
    return GM_OK;
}

gm_code gm_view_model_files(gm_project *project, const gm_view *view, gm_model_files *files,
                            gm_err *err)
{
    gm_model_files found = {0};
    GM_EACH (const gm_str, name, &view->config.models) {
        gm_str path;
        GM_TRY(gm_project_below(project, &view->config, "models", *name, &path, err));
        GM_TRY(read_path(project, view, path, &found, err));
    }
    *files = found;
    return GM_OK;
}

gm_code gm_view_no_models(gm_arena *arena, const gm_view *view, gm_err *err)
{
    gm_fail_at(err, GM_E_MODELS, gm_strs_list(arena, &view->config.models), "there are no models");
    return gm_hint(err, "Describe the schema in *.yml or *.sql files there, or set `models:` in "
                        "gmig.yml; 'gmig revision' writes a revision by hand.");
}

gm_history_fingerprint gm_history_fingerprint_of(const gm_graph *graph, const gm_node **unread)
{
    gm_history_fingerprint total = {0};
    if (unread)
        *unread = NULL;
    GM_EACH (gm_node *, node, &graph->order) {
        uint64_t values[GM_DIALECT_COUNT];
        bool given[GM_DIALECT_COUNT];
        if (!(*node)->revision->models.len)
            continue;
        if (!gm_fingerprint_parse((*node)->revision->models, values, given)) {
            if (unread && !*unread)
                *unread = *node;
            continue;
        }
        for (int dialect = 0; dialect < GM_DIALECT_COUNT; dialect++) {
            total.sum[dialect] += values[dialect];
            total.given[dialect] = total.given[dialect] || given[dialect];
        }
    }
    return total;
}
