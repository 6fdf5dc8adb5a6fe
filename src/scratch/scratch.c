/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch/scratch.h"

#include "base/digest.h"
#include "runner/part.h"
#include "scratch/engine.h"
#include "scratch/images.h"

enum { DEFAULT_DEADLINE_MS = 60000 };

gm_code gm_scratch_open(gm_arena *arena, const gm_scratch_options *options, gm_scratch **scratch,
                        gm_err *err)
{
    gm_scratch *made = gm_new(arena, gm_scratch);
    made->arena = arena;
    made->options = *options;
    made->engine =
        options->dialect == GM_SQLITE ? &gm_scratch_engine_sqlite : &gm_scratch_engine_postgres;
    if (!made->options.deadline_ms)
        made->options.deadline_ms = DEFAULT_DEADLINE_MS;
    GM_TRY(made->engine->open(made, err));
    *scratch = made;
    return GM_OK;
}

void gm_scratch_close(gm_scratch *scratch)
{
    if (scratch)
        scratch->engine->close(scratch);
}

void gm_scratch_drop(gm_scratch **scratch)
{
    gm_scratch_close(*scratch);
    *scratch = NULL;
}

gm_code gm_scratch_new(gm_scratch *scratch, gm_db **db, gm_err *err)
{
    return scratch->engine->fresh(scratch, db, err);
}

void gm_scratch_discard(gm_scratch *scratch, gm_db *db)
{
    if (db)
        scratch->engine->discard(scratch, db);
}

/* ---- running ---- */

/* What a statement took too much of is no answer: with more of it, it might run. */
static gm_code judge(gm_code code, gm_err *err)
{
    bool late = code == GM_E_SQL &&
                (gm_str_is(err->sqlstate, "57014") || gm_str_is(err->sqlstate, "SQLITE_INTERRUPT"));
    bool denied = code == GM_E_SQL && gm_str_is(err->sqlstate, "42501");
    bool large =
        gm_str_is(err->sqlstate, "SQLITE_FULL") || gm_str_is(err->sqlstate, "SQLITE_NOMEM");
    if (denied)
        gm_hint(err,
                "SQL has few rights in scratch. An extension or a role that must be there comes "
                "from a file of yours: scratch: {setup: FILE} in gmig.yml.");
    if (code == GM_OK || (!late && !large))
        return code;
    err->code = GM_E_UNKNOWN;
    if (late)
        return gm_hint(err, "Mend the statement, or allow more time in gmig.yml: scratch: "
                            "{deadline: 10min}.");
    err->text = GM_STR("the statement wants more memory than a scratch database has");
    return gm_hint(err, "Mend the statement: scratch is for schemas, and for few rows.");
}

/* Where a statement failed, for who must mend it. */
static gm_code place(gm_code code, gm_str path, const gm_sql_statement *statement, size_t position,
                     gm_err *err)
{
    if (code != GM_OK)
        err->where =
            gm_where(err->arena, path, gm_sql_line_at(statement->text, statement->line, position));
    return judge(code, err);
}

static gm_code run_each(gm_db *db, gm_str path, const gm_sql_statements *statements, gm_err *err)
{
    GM_EACH (const gm_sql_statement, statement, statements) {
        size_t position = 0;
        gm_code code = statement->flags & GM_SQL_COPY_IN
                           ? gm_db_copy_in(db, statement->text, statement->data, err)
                           : gm_db_execute(db, statement->text, &position, err);
        GM_TRY(place(code, path, statement, position, err));
    }
    return GM_OK;
}

static gm_code check_references(gm_db *db, gm_err *err)
{
    gm_violations found = {0};
    GM_TRY(gm_db_foreign_key_violations(err->arena, db, &found, err));
    if (!found.count)
        return GM_OK;
    return gm_fail(err, GM_E_SQL, "rows point to rows that are not there: %.*s",
                   GM_ARG(found.lines.items[0]));
}

static gm_code run_in_transaction(gm_db *db, gm_str path, const gm_sql_statements *statements,
                                  bool check, gm_err *err)
{
    GM_TRY(gm_db_begin(db, err));
    gm_code code = run_each(db, path, statements, err);
    if (code == GM_OK && check)
        code = check_references(db, err);
    return gm_db_end(db, code, err);
}

gm_code gm_scratch_run(gm_db *db, gm_str path, const gm_sql_statements *statements,
                       bool transaction_off, bool foreign_keys_off, gm_err *err)
{
    gm_err ignored = gm_err_new(err->arena);
    bool was = true;
    gm_code code = GM_OK;
    if (foreign_keys_off)
        GM_TRY(gm_db_foreign_keys(db, false, &was, err));
    code = transaction_off ? run_each(db, path, statements, err)
                           : run_in_transaction(db, path, statements, foreign_keys_off, err);
    if (foreign_keys_off)
        gm_db_foreign_keys(db, was, &was, &ignored);
    gm_db_reset_session(db, &ignored);
    return code;
}

/* ---- replaying ---- */

gm_code gm_scratch_step(gm_scratch *scratch, gm_db *db, const gm_step *step, gm_err *err)
{
    gm_arena *arena = scratch->arena;
    gm_part part;
    GM_TRY(gm_part_prepare(arena, step->node->revision, step->direction, scratch->options.dialect,
                           &part, err));
    return gm_scratch_run(db, part.path, &part.statements, part.section->transaction_off, true,
                          err);
}

static gm_code replay_step(gm_scratch *scratch, gm_db *db, const gm_step *step, gm_err *err)
{
    gm_code code = gm_scratch_step(scratch, db, step, err);
    if (code == GM_E_SQL || code == GM_E_UNKNOWN)
        err->text = gm_str_printf(err->arena, "revision %.*s does not run in scratch: %.*s",
                                  GM_ARG(step->node->revision->id), GM_ARG(err->text));
    return code;
}

/* The state after a step is told by all that ran before it, in its order. */
static gm_str next_state(gm_arena *arena, gm_str state, const gm_step *step)
{
    const gm_revision *revision = step->node->revision;
    gm_str content = gm_oid_none(&revision->blob) ? gm_sha256_hex(arena, revision->text)
                                                  : gm_oid_hex(arena, &revision->blob);
    return gm_sha256_hex(arena,
                         gm_str_printf(arena, "%.*s\n%s %.*s\n", GM_ARG(state),
                                       step->direction == GM_UP ? "up" : "down", GM_ARG(content)));
}

gm_strs gm_scratch_states(gm_scratch *scratch, gm_db *db, const gm_plan *plan)
{
    gm_strs states = {0};
    gm_str state =
        gm_str_printf(scratch->arena, "gmig scratch 1 %s %.*s",
                      gm_dialect_name(scratch->options.dialect), GM_ARG(gm_db_version(db)));
    if (!scratch->engine->recall || !scratch->options.cache.len)
        return states;
    GM_EACH (const gm_step, step, &plan->steps) {
        state = next_state(scratch->arena, state, step);
        gm_vec_push(scratch->arena, &states, state);
    }
    return states;
}

gm_code gm_scratch_recall(gm_scratch *scratch, gm_str state, gm_db *db, bool *found, gm_err *err)
{
    return scratch->engine->recall(scratch, state, db, found, err);
}

void gm_scratch_keep(gm_scratch *scratch, gm_str state, gm_db *db)
{
    scratch->engine->keep(scratch, state, db);
}

static gm_str note_name(gm_arena *arena, gm_str subject)
{
    return gm_sha256_hex(arena,
                         gm_str_printf(arena, "note " GMIG_VERSION " %.*s", GM_ARG(subject)));
}

bool gm_scratch_recall_note(gm_scratch *scratch, gm_str subject, gm_str *note)
{
    return gm_image_find(scratch->arena, scratch->options.cache, note_name(scratch->arena, subject),
                         note);
}

void gm_scratch_keep_note(gm_scratch *scratch, gm_str subject, gm_str note)
{
    gm_image_keep(scratch->arena, scratch->options.cache, note_name(scratch->arena, subject), note);
}

static gm_code recall_latest(gm_scratch *scratch, const gm_strs *states, gm_db *db, size_t *done,
                             gm_err *err)
{
    bool found = false;
    for (*done = states->len; *done > 0; --*done) {
        GM_TRY(gm_scratch_recall(scratch, states->items[*done - 1], db, &found, err));
        if (found)
            return GM_OK;
    }
    return GM_OK;
}

gm_code gm_scratch_replay(gm_scratch *scratch, const gm_plan *plan, gm_db **db, gm_err *err)
{
    enum { KEEP_EVERY = 200 };
    gm_db *made = NULL;
    size_t done = 0;
    GM_TRY(gm_scratch_new(scratch, &made, err));
    gm_strs states = gm_scratch_states(scratch, made, plan);
    GM_TRY(recall_latest(scratch, &states, made, &done, err));
    for (size_t i = done; i < plan->steps.len; i++) {
        GM_TRY(replay_step(scratch, made, &plan->steps.items[i], err));
        if (states.len && (i + 1 == plan->steps.len || (i + 1) % KEEP_EVERY == 0))
            gm_scratch_keep(scratch, states.items[i], made);
    }
    *db = made;
    return GM_OK;
}

/* ---- loading models ---- */

typedef struct {
    const gm_model_statement *statement;
    gm_err failure;
    size_t line; /* that it failed in */
} waiting;

typedef GM_VEC(waiting) waitings;

/* What YAML asks for stands in no line of its file as it is sent. */
static size_t line_in_file(const gm_model_statement *statement, size_t position)
{
    bool verbatim = gm_str_ends(statement->path, GM_STR(".sql"));
    return gm_sql_line_at(statement->sql, statement->line, verbatim ? position : 0);
}

/* A statement may need what comes later: what fails waits until nothing else gets on. */
static gm_code load_round(gm_arena *arena, gm_db *db, const waitings *before, waitings *after,
                          gm_err *err)
{
    GM_EACH (const waiting, one, before) {
        const gm_model_statement *statement = one->statement;
        gm_err failure = gm_err_new(arena);
        size_t position = 0;
        gm_code code = judge(gm_db_execute(db, statement->sql, &position, &failure), &failure);
        if (code == GM_OK)
            continue;
        size_t line = line_in_file(statement, position);
        if (code != GM_E_SQL) {
            *err = failure;
            err->where = gm_where(err->arena, statement->path, line);
            return code;
        }
        gm_vec_push(arena, after, (waiting){statement, failure, line});
    }
    return GM_OK;
}

static gm_code refuse(const waitings *left, gm_err *err)
{
    const waiting *first = &left->items[0];
    *err = first->failure;
    err->code = GM_E_MODELS;
    err->where = gm_where(err->arena, first->statement->path, first->line);
    if (!err->hint.len)
        gm_hint(err, "Mend the model; its statements are tried in any order.");
    return GM_E_MODELS;
}

gm_code gm_scratch_load(gm_scratch *scratch, const gm_models *models, gm_db **db, gm_err *err)
{
    gm_arena *arena = scratch->arena;
    gm_db *made = NULL;
    waitings left = {0};
    GM_TRY(gm_scratch_new(scratch, &made, err));
    GM_EACH (const gm_model_statement, statement, &models->statements)
        gm_vec_push(arena, &left, (waiting){.statement = statement});
    while (left.len) {
        waitings after = {0};
        GM_TRY(load_round(arena, made, &left, &after, err));
        if (after.len == left.len)
            return refuse(&after, err);
        left = after;
    }
    *db = made;
    return GM_OK;
}
