/* SPDX-License-Identifier: Apache-2.0 */
#include "app/import/import.h"

#include "app/import/import_alembic.h"
#include "app/write/new_file.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"
#include "git/worktree.h"
#include "history/formats/versioned.h"

/* HEADER_ROOM: what stands above the SQL of a file that is as large as one may be. */
enum { ID_DIGITS = 12, NAMES_SHOWN = 5, HEADER_ROOM = 64 * 1024 };

typedef GM_VEC(gm_new_file) new_files;

typedef struct {
    gm_project *project;
    gm_arena *arena;
    const gm_import_options *options;
    gm_view view;     /* of the tool's history */
    gm_view made;     /* the same with the new folder */
    gm_str below;     /* id of the last one */
    int64_t time;     /* its time */
    gm_strs sections; /* of Alembic's revisions, in the graph's order */
    new_files files;
    gm_import_result result;
} importer;

/* ---- what is there ---- */

/* All that Alembic's files do is to be literal. */
static gm_code need_literals(importer *im, gm_err *err)
{
    gm_strs left = {0};
    size_t whole = 0;
    gm_alembic_import *import = gm_alembic_import_new(im->project, &im->view);
    GM_EACH (gm_node *, node, &im->view.graph->order) {
        gm_buf sections = gm_buf_new(im->arena, GM_BLOB_MAX - HEADER_ROOM);
        size_t before = left.len;
        gm_alembic_import_revision(import, *node, &sections, &left);
        gm_vec_push(im->arena, &im->sections, gm_buf_str(&sections));
        whole += left.len == before;
    }
    size_t behind = left.len;
    gm_alembic_import_finish(import, &left);
    whole -= left.len - behind < whole ? left.len - behind : whole;
    gm_alembic_import_close(import);
    if (!left.len)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "%zu statement%s cannot be said in SQL; %zu of %zu revisions can",
            left.len, left.len == 1 ? "" : "s", whole, im->view.graph->order.len);
    err->detail = gm_str_join(err->arena, &left, GM_STR("\n"));
    return gm_hint(err, "Write what they do as op.execute(\"…\"), name the dialects that the "
                        "project has as `dialects:` in gmig.yml, or begin anew from a database: "
                        "`gmig init --from-database`.");
}

/* A revision whose SQL nobody can read is in no file of ours. */
static gm_code need_sql(importer *im, gm_err *err)
{
    gm_strs code = {0};
    if (im->view.format == &gm_format_alembic)
        return need_literals(im, err);
    if (!im->view.format->sql || im->view.format == &gm_format_gmig) {
        gm_fail(err, GM_E_REFUSED, "a history of format %s is not imported", im->view.format->name);
        return gm_hint(err, "%s",
                       im->view.format == &gm_format_gmig
                           ? "It is in gmig's own format already."
                           : "Its revisions are code; gmig reads it as it is.");
    }
    GM_EACH (gm_node *, node, &im->view.graph->order)
        if ((*node)->revision->code || !(*node)->revision->up[GM_SQLITE])
            gm_vec_push(im->arena, &code, (*node)->revision->path);
    if (!code.len)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "%zu of %zu revisions hold no SQL: %.*s", code.len,
            im->view.graph->order.len, GM_ARG(gm_strs_some(im->arena, &code, NAMES_SHOWN)));
    return gm_hint(err, "Write what they do as SQL beside them, or begin anew from a database: "
                        "`gmig init --from-database`.");
}

/* ---- one revision ---- */

/* Marks of goose are no use to anybody else. */
static bool is_mark(gm_str line)
{
    return gm_str_starts(line, GM_STR("-- +goose "));
}

static void add_sql(gm_buf *buf, gm_str sql)
{
    gm_str rest = sql;
    gm_str line;
    bool begun = false;
    size_t blank = 0;
    while (gm_str_line(&rest, &line)) {
        if (is_mark(line))
            continue;
        if (!gm_str_trim(line).len) {
            blank += begun;
            continue;
        }
        for (; blank; blank--)
            gm_buf_char(buf, '\n');
        gm_buf_add(buf, line);
        gm_buf_char(buf, '\n');
        begun = true;
    }
}

static void add_section(gm_buf *buf, const char *marker, const gm_section *section)
{
    if (!section)
        return;
    gm_buf_printf(buf, "%s-- gmig:%s%s\n", buf->len ? "\n" : "", marker,
                  section->transaction_off ? " transaction=off" : "");
    add_sql(buf, section->sql);
}

gm_str gm_import_id(gm_arena *arena, const char *format, gm_str id)
{
    gm_str text = gm_str_printf(arena, "gmig import\n%s\n%.*s\n", format, GM_ARG(id));
    return gm_str_sub(gm_sha256_hex(arena, text), 0, ID_DIGITS);
}

static gm_str only_text(gm_arena *arena, gm_str sql)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    add_sql(&buf, sql);
    return gm_str_trim(gm_buf_str(&buf));
}

static bool same_sql(gm_arena *arena, const gm_section *made, const gm_section *old)
{
    if (!made || !old)
        return !made && !old;
    return made->transaction_off == old->transaction_off &&
           gm_str_eq(gm_str_trim(made->sql), only_text(arena, old->sql));
}

/* A line of the SQL could be a marker of gmig's. */
static gm_code read_back(const importer *im, const gm_revision *old, const gm_new_file *file,
                         gm_err *err)
{
    gm_revision made;
    gm_err failure = gm_err_new(im->arena);
    gm_revision_file bytes = {.path = file->path, .bytes = file->bytes};
    if (gm_format_read(im->arena, &gm_format_gmig, &bytes, &made, &failure) == GM_OK &&
        same_sql(im->arena, made.up[GM_SQLITE], old->up[GM_SQLITE]) &&
        same_sql(im->arena, made.down[GM_SQLITE], old->down[GM_SQLITE]))
        return GM_OK;
    gm_fail_at(err, GM_E_REFUSED, old->path, "revision %.*s cannot be said in gmig's format",
               GM_ARG(old->id));
    return gm_hint(err, "A line of its SQL begins with '-- gmig:', which gmig reads as a marker.");
}

static void note(importer *im, const gm_revision *revision)
{
    gm_str up = revision->up[GM_SQLITE]->sql;
    if (revision->repeatable)
        gm_vec_push(im->arena, &im->result.notes,
                    gm_str_printf(im->arena,
                                  "%.*s was applied again whenever it changed; what changes from "
                                  "now on is a new revision",
                                  GM_ARG(revision->path)));
    if (gm_str_search(up, GM_STR("${")) < up.len)
        gm_vec_push(im->arena, &im->result.notes,
                    gm_str_printf(im->arena,
                                  "%.*s has placeholders (${…}), which gmig does not "
                                  "fill in",
                                  GM_ARG(revision->path)));
}

static gm_code add_revision(importer *im, const gm_revision *revision, gm_err *err)
{
    gm_buf sections = gm_buf_new(im->arena, SIZE_MAX);
    gm_new_file file;
    gm_str name;
    add_section(&sections, "up", revision->up[GM_SQLITE]);
    add_section(&sections, "down", revision->down[GM_SQLITE]);
    /* Numbers say no time; names of files are to sort all the same. */
    im->time = revision->time > im->time ? revision->time : im->time + 1;
    gm_revision_draft draft = {.id = gm_import_id(im->arena, im->view.format->name, revision->id),
                               .message = revision->message,
                               .time = im->time,
                               .sections = gm_buf_str(&sections)};
    if (im->below.len)
        gm_vec_push(im->arena, &draft.parents, im->below);
    GM_TRY(gm_revision_file_name(im->arena, GM_STR(GM_FILE_TEMPLATE), &draft, &name, err));
    GM_TRY(gm_new_file_make(im->project, &im->made, &draft, name, &file, err));
    GM_TRY(read_back(im, revision, &file, err));
    im->below = draft.id;
    note(im, revision);
    gm_vec_push(im->arena, &im->files, file);
    gm_vec_push(im->arena, &im->result.revisions,
                (gm_import_revision){revision->id, draft.id, file.path, file.there});
    return GM_OK;
}

/* Alembic's ids, parents and labels are good ones for gmig. */
static gm_code add_alembic(importer *im, const gm_node *node, gm_err *err)
{
    const gm_revision *revision = node->revision;
    gm_new_file file;
    gm_str name;
    gm_revision_draft draft = {.id = revision->id,
                               .parents = revision->parents,
                               .depends = revision->depends,
                               .labels = revision->labels,
                               .message = revision->message,
                               .time = revision->time,
                               .sections = im->sections.items[node->index]};
    GM_TRY(gm_revision_file_name(im->arena, GM_STR(GM_FILE_TEMPLATE), &draft, &name, err));
    GM_TRY(gm_new_file_make(im->project, &im->made, &draft, name, &file, err));
    gm_vec_push(im->arena, &im->files, file);
    gm_vec_push(im->arena, &im->result.revisions,
                (gm_import_revision){revision->id, draft.id, file.path, file.there});
    return GM_OK;
}

/* ---- all ---- */

static gm_code choose_folder(importer *im, gm_err *err)
{
    const gm_project *project = im->project;
    gm_str start = im->options->into.len ? project->cwd : project->folder;
    gm_str name = im->options->into.len ? im->options->into : GM_STR("revisions");
    gm_str path = gm_path_absolute(im->arena, gm_path_join(im->arena, start, name));
    im->result.folder = gm_path_relative(im->arena, project->top, path);
    gm_str seen = gm_path_relative(im->arena, project->folder, path);
    if (gm_str_starts(im->result.folder, GM_STR(".")) || gm_str_starts(seen, GM_STR("."))) {
        gm_fail_at(err, GM_E_USAGE, name, "revision files go into a folder below gmig.yml's");
        return gm_hint(err, "Give a name such as --into revisions.");
    }
    GM_EACH (const gm_str, folder, &im->view.folders)
        if (gm_str_eq(*folder, im->result.folder)) {
            gm_fail_at(err, GM_E_USAGE, *folder, "the tool's own files are there");
            return gm_hint(err, "Give another folder with --into DIR.");
        }
    im->result.config = gm_str_printf(im->arena, "format: gmig\nmigrations: %.*s\n", GM_ARG(seen));
    return GM_OK;
}

/* All, or none. */
static gm_code write_all(importer *im, gm_err *err)
{
    for (size_t i = 0; i < im->files.len; i++) {
        gm_code code = gm_new_file_write(im->project, &im->files.items[i], im->options->stage, err);
        if (code == GM_OK)
            continue;
        for (; im->project->repo && i; i--)
            if (!im->files.items[i - 1].there)
                gm_worktree_remove(im->project->repo, im->files.items[i - 1].path);
        return code;
    }
    return GM_OK;
}

gm_code gm_import(gm_project *project, const gm_import_options *options, gm_import_result *result,
                  gm_err *err)
{
    importer im = {.project = project, .arena = project->arena, .options = options};
    GM_TRY(gm_new_file_allowed(project, options->stage, err));
    GM_TRY(gm_view_open_sound(project, GM_STR("worktree"), &im.view, err));
    GM_TRY(need_sql(&im, err));
    GM_TRY(choose_folder(&im, err));
    im.made = im.view;
    im.made.format = &gm_format_gmig;
    im.made.migrations = im.result.folder;
    GM_EACH (gm_node *, node, &im.view.graph->order)
        GM_TRY(im.view.format == &gm_format_alembic ? add_alembic(&im, *node, err)
                                                    : add_revision(&im, (*node)->revision, err));
    GM_TRY(write_all(&im, err));
    *result = im.result;
    return GM_OK;
}
