/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session of a section with transaction=off, which may be another one than that in which the
 * section began: a run that goes on has a new connection. SET and the like do no harm when they are
 * sent again; a temporary table would be empty, and a table of its name would be written instead.
 */
#include "runner/run.h"
#include "runner/words.h"

/* SELECT set_config(…) alone, as pg_dump writes it */
static bool is_set_config(gm_words words)
{
    gm_str word = {0};
    while (gm_words_next(&words, &word))
        if (gm_word_is(word, "set_config"))
            return true;
        else if (!gm_word_is(word, "pg_catalog") && !gm_str_is(word, "."))
            return false;
    return false;
}

bool gm_run_sets_session(gm_dialect dialect, gm_str statement)
{
    static const char *const postgres[] = {"set", "reset", "load", NULL};
    static const char *const sqlite[] = {"pragma", "attach", "detach", NULL};
    gm_words words = gm_words_of(statement);
    gm_str first = {0};
    if (!gm_words_next(&words, &first))
        return false;
    if (dialect == GM_SQLITE)
        return gm_word_in(first, sqlite);
    return gm_word_in(first, postgres) || (gm_word_is(first, "select") && is_set_config(words));
}

/* Does it make what ends with the session? */
static bool ends_with_session(gm_dialect dialect, gm_str statement)
{
    static const char *const temporary[] = {"temp", "temporary", "pg_temp", NULL};
    gm_words words = gm_words_of(statement);
    gm_str word = {0};
    bool first = true;
    while (gm_words_next(&words, &word)) {
        if (gm_word_in(word, temporary))
            return true;
        if (first && dialect == GM_POSTGRES &&
            (gm_word_is(word, "prepare") || gm_word_is(word, "declare")))
            return true;
        first = false;
    }
    return false;
}

/* Is it a setting, and of one of these (in lower case)? */
static bool sets_one_of(gm_dialect dialect, gm_str statement, const char *const *names)
{
    if (!gm_run_sets_session(dialect, statement))
        return false;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str lower = gm_str_lower(scratch, statement);
    for (; *names != NULL; names++)
        if (gm_str_search(lower, gm_str_from(*names)) < lower.len)
            return true;
    return false;
}

static bool resets_all(gm_str statement)
{
    gm_words words = gm_words_of(statement);
    gm_str word = {0};
    return gm_words_next(&words, &word) && gm_word_is(word, "reset") &&
           gm_words_next(&words, &word) && gm_word_is(word, "all");
}

bool gm_run_has_own_timeouts(const gm_run_step *step, size_t end)
{
    static const char *const names[] = {"_timeout", NULL};
    bool own = false;
    for (size_t i = 0; i < end && step->part.dialect == GM_POSTGRES; i++) {
        gm_str statement = step->part.statements.items[i].text;
        own = (own && !resets_all(statement)) || sets_one_of(GM_POSTGRES, statement, names);
    }
    return own;
}

static bool sets_role(gm_dialect dialect, gm_str statement)
{
    static const char *const names[] = {"role", "authorization", NULL};
    return dialect == GM_POSTGRES && sets_one_of(dialect, statement, names);
}

/* Sends the settings among the first `end` statements again. */
static gm_code send_again(const gm_run_context *run, const gm_run_step *step, size_t end,
                          bool (*wanted)(gm_dialect, gm_str), gm_err *err)
{
    for (size_t i = 0; i < end; i++) {
        const gm_sql_statement *statement = &step->part.statements.items[i];
        if (!wanted(step->part.dialect, statement->text))
            continue;
        gm_code code = gm_db_execute(run->db, statement->text, NULL, err);
        if (code != GM_OK) {
            err->where = gm_where(err->arena, step->part.path, statement->line);
            return gm_run_name_step(step, 0, err);
        }
    }
    return GM_OK;
}

static gm_code cannot_go_on(const gm_run_step *step, size_t index, gm_err *err)
{
    const gm_sql_statement *statement = &step->part.statements.items[index];
    gm_fail_at(err, GM_E_REFUSED, gm_where(err->arena, step->part.path, statement->line),
               "revision %.*s cannot go on: its statement %zu made something that ended with its "
               "session",
               GM_ARG(step->revision->id), index + 1);
    err->statement = gm_str_dup(err->arena, statement->text);
    return gm_hint(err,
                   "Undo by hand what has run, and start over with `gmig repair %.*s`. A section "
                   "in a transaction may use temporary tables without this risk.",
                   GM_ARG(step->revision->id));
}

gm_code gm_run_restore_session(const gm_run_context *run, const gm_run_step *step, size_t end,
                               gm_err *err)
{
    for (size_t i = 0; i < end; i++)
        if (ends_with_session(step->part.dialect, step->part.statements.items[i].text))
            return cannot_go_on(step, i, err);
    return send_again(run, step, end, gm_run_sets_session, err);
}

/* ---- the journal, whatever role the section is in ---- */

static gm_code execute_surely(const gm_run_context *run, gm_str sql, gm_err *err)
{
    gm_code code = gm_db_execute(run->db, sql, NULL, err);
    if (code != GM_E_INTERRUPTED)
        return code;
    gm_err_clear(err);
    return gm_db_execute(run->db, sql, NULL, err);
}

gm_code gm_run_journal_outside(const gm_run_context *run, const char *kind, const gm_run_step *step,
                               size_t index, gm_str detail, size_t end, gm_err *err)
{
    const gm_sql_statement *statement = &step->part.statements.items[index];
    gm_str hash = gm_statement_sha256(run->arena, statement);
    bool in_role = false;
    for (size_t i = 0; i < end && !in_role; i++)
        in_role = sets_role(step->part.dialect, step->part.statements.items[i].text);
    if (in_role) {
        GM_TRY(execute_surely(run, GM_STR("RESET SESSION AUTHORIZATION"), err));
        GM_TRY(execute_surely(run, GM_STR("RESET ROLE"), err));
    }
    GM_TRY(gm_run_journal_surely(run, kind, step, index + 1, hash, detail, err));
    return in_role ? send_again(run, step, end, sets_role, err) : GM_OK;
}
