/* SPDX-License-Identifier: Apache-2.0 */
#include "app/import/import_alembic.h"

#include "app/import/import_body.h"
#include "app/import/import_replay.h"

/* SQL of all revisions and dialects together: a small file may say much over and over. */
enum { SQL_MAX = 64 * 1024 * 1024 };

struct gm_alembic_import {
    gm_arena *arena;
    size_t room; /* how much of SQL_MAX is left */
    bool wanted[GM_DIALECT_COUNT];
    gm_strs types; /* enums of PostgreSQL that are there */
    gm_import_replay *replay;
};

typedef struct {
    gm_str sql[GM_DIALECT_COUNT];
    bool outside;
} sections_of;

typedef struct {
    gm_alembic_import *import;
    const gm_node *node;
    gm_import_scope scope;
    gm_strs *left;
} file;

gm_alembic_import *gm_alembic_import_new(gm_project *project, const gm_view *view)
{
    gm_alembic_import *import = gm_new(project->arena, gm_alembic_import);
    import->arena = project->arena;
    import->room = SQL_MAX;
    import->replay = gm_import_replay_new(project, view->graph);
    for (int i = 0; i < GM_DIALECT_COUNT; i++)
        import->wanted[i] = !view->config.has_dialects;
    GM_EACH (const gm_dialect, dialect, &view->config.dialects)
        import->wanted[*dialect] = true;
    return import;
}

void gm_alembic_import_close(gm_alembic_import *import)
{
    if (import)
        gm_import_replay_close(import->replay);
}

/* ---- what is left ---- */

static void leave(const file *f, const gm_py_statement *statement, gm_str why)
{
    gm_arena *arena = f->import->arena;
    gm_str rest = statement->source;
    gm_str line = {0};
    gm_str_line(&rest, &line);
    gm_str said = gm_str_printf(arena, "%.*s:%zu: %.*s", GM_ARG(f->node->revision->path),
                                statement->line, GM_ARG(line));
    gm_str whole = why.len ? gm_str_printf(arena, "%.*s (%.*s)", GM_ARG(said), GM_ARG(why)) : said;
    /* Both dialects may leave it. */
    if (!gm_strs_have(f->left, whole))
        gm_vec_push(arena, f->left, whole);
}

/* ---- functions ---- */

static gm_strs copy_of(gm_arena *arena, const gm_strs *list)
{
    gm_strs made = {0};
    GM_EACH (const gm_str, item, list)
        gm_vec_push(arena, &made, *item);
    return made;
}

static void translate(const file *f, const gm_py_statement *function, bool down, gm_dialect dialect,
                      sections_of *made)
{
    gm_alembic_import *import = f->import;
    gm_buf out = gm_buf_new(import->arena, import->room < GM_BLOB_MAX ? import->room : GM_BLOB_MAX);
    gm_import_lefts left = {0};
    /* What a down makes and drops is nothing to the revisions behind it. */
    gm_strs types = copy_of(import->arena, &import->types);
    gm_import_writer w = {.arena = import->arena,
                          .scope = &f->scope,
                          .postgres = dialect == GM_POSTGRES,
                          .out = &out};
    if (w.postgres)
        w.types = down ? &types : &import->types;
    else
        w.replay = import->replay;
    if (!w.postgres)
        gm_import_replay_begin(w.replay, f->node, down, &out);
    gm_import_body(&w, function, &left);
    if (!w.postgres)
        gm_import_replay_end(w.replay, !left.len);
    GM_EACH (const gm_import_left, one, &left)
        leave(f, one->statement, one->why);
    made->sql[dialect] = gm_buf_str(&out);
    import->room -= out.len;
    made->outside |= w.outside;
}

static void add_section(gm_buf *sections, const char *marker, const char *options, gm_str sql)
{
    gm_buf_printf(sections, "%s-- gmig:%s%s\n%.*s", sections->len ? "\n" : "", marker, options,
                  GM_ARG(sql));
}

static void add_function(const file *f, const gm_py_statement *function, bool down,
                         gm_buf *sections)
{
    const char *marker = down ? "down" : "up";
    const bool *wanted = f->import->wanted;
    sections_of made = {0};
    gm_str reason = {0};
    if (function->decorators.len)
        leave(f, function, GM_STR("it is decorated"));
    if (down && gm_import_body_raises(f->import->arena, function, &reason)) {
        gm_buf_printf(sections, "%s-- gmig:irreversible %.*s\n", sections->len ? "\n" : "",
                      GM_ARG(reason));
        return;
    }
    for (int i = 0; i < GM_DIALECT_COUNT; i++)
        if (wanted[i])
            translate(f, function, down, (gm_dialect)i, &made);
    const char *off = made.outside ? " transaction=off" : "";
    if (!wanted[GM_SQLITE] || !wanted[GM_POSTGRES]) {
        gm_dialect only = wanted[GM_SQLITE] ? GM_SQLITE : GM_POSTGRES;
        add_section(sections, marker, off, made.sql[only]);
    } else if (!made.outside && gm_str_eq(made.sql[GM_SQLITE], made.sql[GM_POSTGRES])) {
        add_section(sections, marker, "", made.sql[GM_SQLITE]);
    } else {
        add_section(sections, marker,
                    made.outside ? " dialect=postgres transaction=off" : " dialect=postgres",
                    made.sql[GM_POSTGRES]);
        add_section(sections, marker, " dialect=sqlite", made.sql[GM_SQLITE]);
    }
}

/* ---- a file ---- */

void gm_alembic_import_revision(gm_alembic_import *import, const gm_node *node, gm_buf *sections,
                                gm_strs *left)
{
    file f = {
        .import = import, .node = node, .scope = gm_import_scope_new(import->arena), .left = left};
    gm_py_statements all = gm_py_read_all(gm_py_open(import->arena, node->revision->text));
    GM_EACH (gm_py_statement *, at, &all) {
        if (gm_import_acts(*at))
            leave(&f, *at, (gm_str){0});
        gm_import_scope_take(&f.scope, *at);
    }
    const gm_py_statement *up = gm_import_function(&f.scope, GM_STR("upgrade"));
    const gm_py_statement *down = gm_import_function(&f.scope, GM_STR("downgrade"));
    if (up)
        add_function(&f, up, false, sections);
    else
        gm_vec_push(import->arena, left,
                    gm_str_printf(import->arena, "%.*s:1: there is no upgrade()",
                                  GM_ARG(node->revision->path)));
    if (down)
        add_function(&f, down, true, sections);
    if (sections->overflow)
        gm_vec_push(import->arena, left,
                    gm_str_printf(import->arena, "%.*s:1: its SQL is larger than a file may be",
                                  GM_ARG(node->revision->path)));
}

void gm_alembic_import_finish(gm_alembic_import *import, gm_strs *left)
{
    if (import->wanted[GM_SQLITE])
        gm_import_replay_check(import->replay, left);
}
