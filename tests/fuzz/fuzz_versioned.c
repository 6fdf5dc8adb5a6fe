/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a path and a file of each preset: the first line is the path, the rest the file. An
 * id is valid, sections lie in the file, and what is linked once links to the same again.
 */
#include "fuzz.h"

#include "history/formats/versioned.h"
#include "history/graph.h"

static void check_section(const gm_section *section, gm_str text)
{
    if (section && section->sql.len)
        MUST(section->sql.ptr >= text.ptr &&
             section->sql.ptr + section->sql.len <= text.ptr + text.len);
}

static void check_next(gm_arena *arena, const gm_preset *preset, gm_str path)
{
    gm_version_name name = {0};
    if (!preset->ops.versions || !preset->parse(arena, path, &name) || !name.version.len)
        return;
    gm_str next = gm_version_next(arena, preset, name.version, name.version, 1767225600);
    gm_str renamed = gm_version_renamed(arena, preset, path, next);
    gm_version_name again = {0};
    /* A number with "_" behind it may have become none where the path has no "_" any more. */
    if (preset->parse(arena, renamed, &again))
        MUST(gm_str_eq(again.words, name.words));
}

static void check_graph(gm_arena *arena, const gm_preset *preset, const gm_revision_file *file)
{
    gm_revision_files files = {0};
    gm_vec_push(arena, &files, *file);
    const gm_graph *graph = gm_graph_load(arena, &preset->ops, &files);
    gm_revisions again = {0};
    GM_EACH (gm_node *, node, &graph->order) {
        MUST(gm_revision_id_valid((*node)->revision->id));
        gm_vec_push(arena, &again, (*node)->revision);
    }
    const gm_graph *second = gm_graph_build(arena, &again, NULL);
    MUST(second->order.len == graph->order.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_arena *arena = gm_arena_new();
    gm_str rest = gm_str_of(data, size);
    gm_str path;
    if (!gm_str_line(&rest, &path) || !path.len) {
        gm_arena_free(arena);
        return 0;
    }
    for (size_t i = 0; i < gm_preset_count(); i++) {
        const gm_preset *preset = gm_preset_at(i);
        gm_revision_file file = {.path = path, .bytes = rest};
        gm_revision revision = {0};
        gm_err err = gm_err_new(arena);
        if (!preset->ops.is_revision(path))
            continue;
        if (gm_format_read(arena, &preset->ops, &file, &revision, &err) != GM_OK) {
            MUST(err.code == GM_E_HISTORY && err.where.len);
            continue;
        }
        MUST(gm_revision_id_valid(revision.id));
        for (size_t dialect = 0; dialect < GM_DIALECT_COUNT; dialect++) {
            check_section(revision.up[dialect], rest);
            check_section(revision.down[dialect], rest);
        }
        check_next(arena, preset, path);
        check_graph(arena, preset, &file);
    }
    gm_arena_free(arena);
    return 0;
}
