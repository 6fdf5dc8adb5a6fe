/* SPDX-License-Identifier: Apache-2.0 */
#include "history/formats/format.h"

static void set_place(gm_arena *arena, const gm_format_ops *format, gm_str app,
                      gm_revision *revision)
{
    revision->format = format;
    revision->app = app;
    if (format->place)
        format->place(arena, revision);
}

gm_code gm_format_read(gm_arena *arena, const gm_format_ops *format, const gm_revision_file *file,
                       gm_revision *revision, gm_err *err)
{
    revision->format = format;
    GM_TRY(format->read(arena, file, revision, err));
    set_place(arena, format, file->app, revision);
    return GM_OK;
}

void gm_format_recall(gm_arena *arena, const gm_format_ops *format, const gm_revision_file *file,
                      gm_revision *revision)
{
    revision->path = file->path;
    revision->blob = file->blob;
    set_place(arena, format, file->app, revision);
}

gm_revision_file gm_revision_file_of(const gm_revision *revision)
{
    return (gm_revision_file){.path = revision->path, .blob = revision->blob, .app = revision->app};
}

bool gm_format_links(const gm_revision *revision)
{
    return revision->format && revision->format->link;
}

/* Histories of two formats meet where a branch has changed from one to the other. */
void gm_formats_link(gm_arena *arena, const gm_revisions *read, gm_revisions *linked)
{
    GM_VEC(const gm_format_ops *) done = {0};
    GM_EACH (const gm_revision *, first, read) {
        gm_revisions same = {0};
        bool known = false;
        if (!gm_format_links(*first)) {
            gm_vec_push(arena, linked, *first);
            continue;
        }
        GM_EACH (const gm_format_ops *, format, &done)
            known |= *format == (*first)->format;
        if (known)
            continue;
        gm_vec_push(arena, &done, (*first)->format);
        GM_EACH (const gm_revision *, revision, read)
            if ((*revision)->format == (*first)->format)
                gm_vec_push(arena, &same, *revision);
        (*first)->format->link(arena, &same, linked);
    }
}
