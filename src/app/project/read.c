/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/read.h"

#include "history/brief.h"

/* The line of "path:line"; 0 when there is none. */
static size_t line_of(gm_str where, gm_str path)
{
    uint64_t line = 0;
    if (gm_str_starts(where, path))
        gm_str_u64(gm_str_sub(where, path.len + 1, where.len), &line);
    return (size_t)line;
}

gm_problem gm_read_problem(const gm_err *err, gm_str path)
{
    return (gm_problem){.kind = GM_PROBLEM_UNREADABLE,
                        .path = path,
                        .line = line_of(err->where, path),
                        .message = err->text,
                        .fix = err->hint};
}

gm_problem gm_read_link_problem(gm_str path)
{
    return (gm_problem){.kind = GM_PROBLEM_UNREADABLE,
                        .path = path,
                        .message = GM_STR("a symbolic link is not followed"),
                        .fix = GM_STR("Put the revision file itself there.")};
}

gm_revision *gm_read_revision(gm_arena *arena, const gm_format_ops *format,
                              const gm_revision_file *file, gm_revisions *revisions,
                              gm_problems *problems)
{
    gm_err err = gm_err_new(arena);
    gm_revision *revision = gm_new(arena, gm_revision);
    if (gm_format_read(arena, format, file, revision, &err) == GM_OK) {
        if (!revision->id.len)
            return NULL;
        gm_vec_push(arena, revisions, revision);
        return revision;
    }
    gm_vec_push(arena, problems, gm_read_problem(&err, file->path));
    return NULL;
}

gm_revision *gm_read_recall(gm_project *project, const gm_format_ops *format,
                            const gm_revision_file *file)
{
    gm_revision known = {0};
    if (!format->from_path &&
        !gm_cache_find_revision(project->cache, format->name, &file->blob, &known))
        return NULL;
    gm_revision *revision = gm_new(project->arena, gm_revision);
    *revision = known;
    gm_format_recall(project->arena, format, file, revision);
    return revision;
}

/* With an id that the cache would not believe. */
static gm_revision *keep_whole(gm_arena *arena, const gm_format_ops *format,
                               const gm_revision_file *file, gm_revisions *revisions,
                               gm_problems *problems)
{
    gm_revision_file kept = *file;
    kept.bytes = gm_str_dup(arena, file->bytes);
    gm_revision *revision = gm_read_revision(arena, format, &kept, revisions, problems);
    if (revision) {
        revision->text = (gm_str){0};
        memset(revision->up, 0, sizeof(revision->up));
        memset(revision->down, 0, sizeof(revision->down));
    }
    return revision;
}

/* A parsed file takes up many times the bytes that are kept of it. */
gm_revision *gm_read_briefly(gm_project *project, gm_arena *scratch, const gm_format_ops *format,
                             const gm_revision_file *file, gm_revisions *revisions,
                             gm_problems *problems)
{
    gm_arena *arena = project->arena;
    gm_err err = gm_err_new(arena);
    gm_revision read = {0};
    if (gm_format_read(scratch, format, file, &read, &err) != GM_OK) {
        gm_vec_push(arena, problems, gm_read_problem(&err, file->path));
        return NULL;
    }
    if (!read.id.len)
        return NULL;
    gm_str brief = gm_str_dup(arena, gm_brief_write(scratch, &read));
    gm_revision *revision = gm_new(arena, gm_revision);
    if (!gm_brief_read(arena, brief, revision))
        return keep_whole(arena, format, file, revisions, problems);
    gm_format_recall(arena, format, file, revision);
    gm_cache_add_brief(project->cache, format->name, &file->blob, brief);
    gm_vec_push(arena, revisions, revision);
    return revision;
}
