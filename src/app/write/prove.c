/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/prove.h"

#include "db/introspect.h"
#include "scratch/seed.h"

/* The sections as the runner will read them back: split again from the text that is written. */
static gm_code run(gm_arena *arena, gm_db *db, const gm_render *render, gm_err *err)
{
    gm_sql_statements statements = {0};
    bool outside = false;
    GM_EACH (const gm_render_statement, statement, &render->statements) {
        gm_sql_statements split = {0};
        outside = outside || statement->outside;
        GM_TRY(gm_sql_split(arena, gm_db_dialect(db), GM_STR("migration"), 1, statement->sql,
                            &split, err));
        GM_EACH (const gm_sql_statement, one, &split)
            gm_vec_push(arena, &statements, *one);
    }
    return gm_scratch_run(db, GM_STR("migration"), &statements, outside, true, err);
}

/* The first few things that differ, for a message. */
static gm_str differences(gm_arena *arena, const gm_schema *wanted, const gm_schema *made)
{
    enum { SHOWN = 3 };
    gm_strs lines = {0};
    gm_diff diff = gm_schema_compare(arena, made, wanted);
    GM_EACH (const gm_change, change, &diff.changes)
        if (lines.len < SHOWN)
            gm_vec_push(arena, &lines, gm_change_shown(arena, change));
    if (diff.changes.len > SHOWN)
        gm_vec_push(arena, &lines, gm_str_printf(arena, "and %zu more", diff.changes.len - SHOWN));
    return gm_str_join(arena, &lines, GM_STR("; "));
}

/* A failure of the migration is an answer; anything else is a failure of scratch. */
static bool is_answer(gm_code code)
{
    return code == GM_E_SQL || code == GM_E_HISTORY || code == GM_E_REFUSED || code == GM_E_LOCKED;
}

static gm_str said(gm_arena *arena, const gm_err *err)
{
    gm_str first = err->detail;
    gm_str line = {0};
    gm_str_line(&first, &line);
    return line.len ? gm_str_printf(arena, "%.*s (%.*s)", GM_ARG(err->text), GM_ARG(line))
                    : err->text;
}

/* Runs one way; *trouble says why it failed or did not lead to `wanted`. */
static gm_code go(gm_arena *arena, gm_db *db, const char *way, const gm_render *render,
                  const gm_schema *wanted, gm_str *trouble, gm_err *err)
{
    gm_schema *made = NULL;
    gm_err failure = gm_err_new(arena);
    gm_code code = run(arena, db, render, &failure);
    if (is_answer(code)) {
        *trouble = gm_str_printf(arena, "the %s fails: %.*s", way, GM_ARG(said(arena, &failure)));
        return GM_OK;
    }
    if (code != GM_OK) {
        *err = failure;
        return code;
    }
    GM_TRY(gm_db_introspect(arena, db, &made, err));
    gm_str differs = differences(arena, wanted, made);
    if (differs.len)
        *trouble =
            gm_str_printf(arena, "after the %s this is still to do: %.*s", way, GM_ARG(differs));
    return GM_OK;
}

static gm_code prove_schema(gm_arena *arena, gm_scratch *scratch, const gm_plan *base,
                            gm_migration *m, gm_err *err)
{
    gm_db *db = NULL;
    GM_TRY(gm_scratch_replay(scratch, base, &db, err));
    GM_TRY(go(arena, db, "up", &m->up, m->diff.to, &m->unproved, err));
    if (!m->unproved.len)
        GM_TRY(go(arena, db, "down", &m->down, m->diff.from, &m->unproved, err));
    return GM_OK;
}

static gm_code prove_rows(gm_arena *arena, gm_scratch *scratch, const gm_plan *base,
                          gm_migration *m, gm_err *err)
{
    gm_db *db = NULL;
    gm_seeds seeds = {0};
    GM_TRY(gm_scratch_replay(scratch, base, &db, err));
    GM_TRY(gm_seed(arena, db, &m->diff, &seeds, err));
    if (!seeds.len)
        return GM_OK;
    GM_TRY(go(arena, db, "up", &m->up, m->diff.to, &m->rows_trouble, err));
    if (!m->rows_trouble.len)
        GM_TRY(gm_seed_check(arena, db, &seeds, true, &m->rows_trouble, err));
    if (!m->rows_trouble.len)
        GM_TRY(go(arena, db, "down", &m->down, m->diff.from, &m->rows_trouble, err));
    if (!m->rows_trouble.len)
        GM_TRY(gm_seed_check(arena, db, &seeds, false, &m->rows_trouble, err));
    m->rows_kept = !m->rows_trouble.len;
    return GM_OK;
}

gm_code gm_prove(gm_project *project, gm_scratch *scratch, const gm_plan *base,
                 gm_migration *migration, gm_err *err)
{
    GM_TRY(prove_schema(project->arena, scratch, base, migration, err));
    if (migration->unproved.len)
        return GM_OK;
    return prove_rows(project->arena, scratch, base, migration, err);
}
