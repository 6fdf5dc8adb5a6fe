/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GOLDEN_H
#define GM_GOLDEN_H

/*
 * Golden migrations: tests/data/golden/ENGINE/NAME.sql says what SQL a change of the schema
 * becomes, both ways. A file is a comment and sections:
 *
 *     -- What the case shows.
 *     -- rename: users.mail=email        (any number; may be missing)
 *     -- == current
 *     -- == desired
 *     -- == up
 *     -- == down
 *
 * GMIG_GOLDEN_WRITE=1 writes `up` and `down` anew, for somebody to read before they are committed.
 */

#include "gm_test.h"

#include <dirent.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/file.h"
#include "db/render.h"

typedef struct {
    gm_str path;
    gm_str head; /* up to the first section */
    gm_strs renames;
    gm_str current;
    gm_str desired;
    gm_str up;
    gm_str down;
} golden;

typedef struct {
    gm_str up;
    gm_str down;
} golden_made;

/* Renders both ways and proves them; what is wrong ends the test. */
typedef golden_made golden_engine(gm_arena *arena, const golden *g);

static inline gm_str golden_section(gm_str text, const char *name)
{
    gm_str rest = text;
    gm_str line;
    const char *start = NULL;
    while (gm_str_line(&rest, &line)) {
        bool mark = gm_str_starts(line, GM_STR("-- == "));
        if (mark && start)
            return gm_str_of(start, (size_t)(line.ptr - start));
        if (mark && gm_str_is(gm_str_sub(line, 6, line.len), name))
            start = rest.ptr ? rest.ptr : line.ptr + line.len;
    }
    if (!start)
        fail_msg("no section '%s' in:\n%.*s", name, GM_ARG(text));
    return gm_str_of(start, (size_t)(text.ptr + text.len - start));
}

static inline golden golden_read(gm_arena *arena, gm_str path)
{
    gm_err err = gm_err_new(arena);
    gm_str text;
    gm_str line;
    assert_ok(gm_file_read(arena, path, 1 << 20, &text, &err), &err);
    golden g = {.path = path,
                .head = gm_str_sub(text, 0, gm_str_search(text, GM_STR("-- == "))),
                .current = golden_section(text, "current"),
                .desired = golden_section(text, "desired"),
                .up = golden_section(text, "up"),
                .down = golden_section(text, "down")};
    gm_str rest = g.head;
    while (gm_str_line(&rest, &line))
        if (gm_str_starts(line, GM_STR("-- rename: ")))
            gm_vec_push(arena, &g.renames, gm_str_sub(line, 11, line.len));
    return g;
}

static inline gm_renames golden_renames(gm_arena *arena, const golden *g)
{
    gm_renames renames = {0};
    gm_err err = gm_err_new(arena);
    GM_EACH (gm_str, text, &g->renames) {
        gm_rename rename;
        assert_ok(gm_rename_parse(arena, *text, &rename, &err), &err);
        gm_vec_push(arena, &renames, rename);
    }
    return renames;
}

static inline gm_str golden_rendered(gm_arena *arena, const gm_render *render)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (gm_render_statement, statement, &render->statements) {
        gm_str note = statement->note;
        gm_str line;
        while (gm_str_line(&note, &line))
            gm_buf_printf(&buf, "-- %.*s\n", GM_ARG(line));
        gm_buf_printf(&buf, "%s%.*s;\n",
                      statement->outside ? "-- outside of the transaction\n" : "",
                      GM_ARG(statement->sql));
    }
    return gm_buf_str(&buf);
}

static inline void golden_write(gm_arena *arena, const golden *g, golden_made made)
{
    gm_err err = gm_err_new(arena);
    gm_str text = gm_str_printf(
        arena, "%.*s-- == current\n%.*s-- == desired\n%.*s-- == up\n%.*s-- == down\n%.*s",
        GM_ARG(g->head), GM_ARG(g->current), GM_ARG(g->desired), GM_ARG(made.up),
        GM_ARG(made.down));
    assert_ok(gm_file_write(g->path, text, (gm_write_options){.replace = true}, &err), &err);
}

static inline bool golden_same(const golden *g, const char *direction, gm_str wanted, gm_str made)
{
    if (gm_str_eq(wanted, made))
        return true;
    printf("%.*s: the %s is not\n%.*sbut\n%.*s", GM_ARG(g->path), direction, GM_ARG(wanted),
           GM_ARG(made));
    return false;
}

static inline gm_strs golden_files(gm_arena *arena, gm_str folder)
{
    gm_strs paths = {0};
    DIR *open = opendir(gm_str_z(arena, folder));
    if (!open)
        fail_msg("cannot read %.*s", GM_ARG(folder));
    for (const struct dirent *entry; (entry = readdir(open));)
        if (gm_str_ends(gm_str_from(entry->d_name), GM_STR(".sql")))
            gm_vec_push(arena, &paths, gm_path_join(arena, folder, gm_str_from(entry->d_name)));
    closedir(open);
    gm_strs_sort(&paths);
    return paths;
}

/* Every file of the engine's folder. */
static inline void golden_run(const char *engine, golden_engine *make)
{
    gm_arena *program GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str folder =
        gm_str_printf(program, "%s/tests/data/golden/%s", getenv("GMIG_SOURCE"), engine);
    gm_strs paths = golden_files(program, folder);
    bool good = true;
    assert_true(paths.len > 0);
    GM_EACH (gm_str, path, &paths) {
        gm_arena *arena = gm_arena_new();
        golden g = golden_read(arena, *path);
        golden_made made = make(arena, &g);
        if (getenv("GMIG_GOLDEN_WRITE"))
            golden_write(arena, &g, made);
        else
            good = golden_same(&g, "up", g.up, made.up) &&
                   golden_same(&g, "down", g.down, made.down) && good;
        gm_arena_free(arena);
    }
    assert_true(good);
}

#endif
