/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an Alembic revision: a revision, none, or one error with its place. What is written
 * with what was read is read back, other parents change no more than parents, and operations have
 * lines of the file, and so has what an import leaves.
 */
#include "fuzz.h"

#include "app/import/import_body.h"
#include "config/alembic_ini.h"
#include "history/formats/alembic.h"
#include "history/formats/alembic_ops.h"
#include "history/formats/mako.h"

static gm_code read_text(gm_arena *arena, gm_str text, gm_revision *revision, gm_err *err)
{
    gm_revision_file file = {.path = GM_STR("f"), .bytes = text};
    return gm_format_read(arena, &gm_format_alembic, &file, revision, err);
}

static void check_same(const gm_strs *a, const gm_strs *b)
{
    MUST(a->len == b->len);
    for (size_t i = 0; i < a->len; i++)
        MUST(gm_str_eq(a->items[i], b->items[i]));
}

static void check_rewritten(gm_arena *arena, const gm_revision *revision)
{
    gm_err err = gm_err_new(arena);
    gm_revision again;
    gm_revision_draft draft = {.id = revision->id,
                               .parents = revision->parents,
                               .depends = revision->depends,
                               .labels = revision->labels,
                               .message = GM_STR("m"),
                               .time = revision->time};
    MUST(read_text(arena, gm_format_alembic.write(arena, &draft), &again, &err) == GM_OK);
    MUST(gm_str_eq(again.id, revision->id));
    check_same(&again.parents, &revision->parents);
    check_same(&again.depends, &revision->depends);
    check_same(&again.labels, &revision->labels);
}

/* A rebase reads back what it gets; whatever that says of parents, all else must be as it was. */
static void check_parents(gm_arena *arena, const gm_revision *revision)
{
    gm_err err = gm_err_new(arena);
    gm_revision again;
    gm_strs parents = {0};
    gm_vec_push(arena, &parents, GM_STR("p1"));
    gm_vec_push(arena, &parents, GM_STR("p2"));
    gm_str text = gm_format_alembic.with_parents(arena, revision, &parents, 1);
    if (read_text(arena, text, &again, &err) != GM_OK)
        return;
    if (again.parents.len == 2 && gm_str_is(again.parents.items[0], "p1"))
        MUST(gm_str_eq(again.id, revision->id));
}

static void check_file(gm_arena *arena, gm_str text)
{
    gm_err err = gm_err_new(arena);
    gm_revision revision;
    gm_code code = read_text(arena, text, &revision, &err);
    MUST(code == GM_OK || (code == GM_E_HISTORY && err.where.len && err.text.len));
    if (code != GM_OK || !revision.id.len)
        return;
    check_rewritten(arena, &revision);
    check_parents(arena, &revision);
}

static void check_ops(gm_arena *arena, gm_str text)
{
    size_t lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n' || text.ptr[i] == '\r';
    gm_alembic_ops ops = gm_alembic_ops_read(arena, text);
    GM_EACH (const gm_alembic_op, op, &ops)
        MUST(op->line >= 1 && op->line <= lines);
    gm_alembic_ops_touch(&ops, GM_STR("t"), GM_STR("c"));
}

/* The same bytes as a template, a configuration and a template of names. */
static void check_others(gm_arena *arena, gm_str text)
{
    gm_err err = gm_err_new(arena);
    gm_alembic_config config;
    gm_str made;
    gm_revision_draft draft = {.id = GM_STR("a1"), .message = text, .time = 1};
    gm_mako_variable message = {.name = "message", .kind = GM_MAKO_TEXT, .text = GM_STR("m")};
    gm_mako_render(arena, text, &message, 1, &made);
    gm_alembic_read_ini(arena, text, GM_STR("alembic"), GM_STR("h"), &config);
    gm_alembic_read_toml(arena, text, GM_STR("h"), &config);
    if (gm_alembic_file_name(arena, text, &draft, &made, &err) == GM_OK)
        MUST(made.ptr[0] != '/' && made.ptr[0] != '.' && !gm_str_has(made, '\0'));
}

/* The bytes as a file that is imported: SQL, or statements of it that are left. */
static void check_import(gm_arena *arena, gm_str text)
{
    gm_import_scope scope = gm_import_scope_new(arena);
    gm_py_statements all = gm_py_read_all(gm_py_open(arena, text));
    GM_EACH (gm_py_statement *, at, &all) {
        gm_import_acts(*at);
        gm_import_scope_take(&scope, *at);
    }
    GM_EACH (gm_map_entry, entry, &scope.functions.entries) {
        const gm_py_statement *function = gm_import_function(&scope, entry->key);
        if (!function)
            continue;
        for (int i = 0; i < 2; i++) {
            gm_buf out = gm_buf_new(arena, SIZE_MAX);
            gm_import_lefts left = {0};
            gm_strs types = {0};
            gm_import_writer w = {.arena = arena,
                                  .scope = &scope,
                                  .postgres = i == 0,
                                  .out = &out,
                                  .types = i == 0 ? &types : NULL};
            gm_import_body(&w, function, &left);
            GM_EACH (const gm_import_left, one, &left)
                MUST(one->statement->line >= 1);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_arena *arena = gm_arena_new();
    gm_str text = gm_str_of(data, size);
    check_file(arena, text);
    check_ops(arena, text);
    check_import(arena, text);
    check_others(arena, text);
    gm_arena_free(arena);
    return 0;
}
