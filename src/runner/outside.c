/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sections with transaction=off: statement by statement, an intent committed before each and its
 * result after. A run that was cut off leaves either a result, and the next run goes on behind it,
 * or an intent alone, and then the catalogue is asked (probe.h), else a person (`gmig resolve`).
 * Intents have no primary key to keep two runners apart, so the lock is looked at before each.
 */
#include "base/clock.h"
#include "runner/interrupt.h"
#include "runner/probe.h"
#include "runner/references.h"

static gm_intent *find_intent(const gm_run_context *run, const gm_run_step *step, size_t number)
{
    GM_EACH (gm_intent, intent, &run->ledger->unfinished)
        if (intent->statement == number && intent->direction == step->part.direction &&
            gm_str_eq(intent->revision, step->revision->id))
            return intent;
    return NULL;
}

static gm_code changed(const gm_run_step *step, size_t number, const char *how, gm_err *err)
{
    size_t line = number <= step->part.statements.len ? step->part.statements.items[number - 1].line
                                                      : step->part.section->marker_line;
    gm_fail_at(err, GM_E_CHANGED, gm_where(err->arena, step->part.path, line),
               "revision %.*s is half way: its statement %zu has run, and %s",
               GM_ARG(step->revision->id), number, how);
    return gm_hint(err,
                   "Restore the statements that have run; those after them may change. Or undo by "
                   "hand what has run, and start over with `gmig repair %.*s`.",
                   GM_ARG(step->revision->id));
}

gm_code gm_run_refuse_half_way(const gm_run_step *step, const gm_ledger *ledger, gm_err *err)
{
    if (step->part.section->transaction_off)
        return GM_OK;
    GM_EACH (const gm_intent, intent, &ledger->unfinished)
        if (gm_str_eq(intent->revision, step->revision->id) &&
            intent->direction == step->part.direction && !intent->failed)
            return changed(step, intent->statement, "the section was transaction=off then", err);
    return GM_OK;
}

/* Where to go on: the index of the first statement that is not known to be done. */
static gm_code find_start(gm_run_context *run, const gm_run_step *step, size_t *start, gm_err *err)
{
    const gm_sql_statements *statements = &step->part.statements;
    size_t done = 0;
    GM_EACH (gm_intent, intent, &run->ledger->unfinished) {
        if (!gm_str_eq(intent->revision, step->revision->id) ||
            intent->direction != step->part.direction || intent->failed || intent->redo)
            continue;
        size_t number = intent->statement;
        if (number == 0 || number > statements->len)
            return changed(step, number, "the file has fewer statements now", err);
        gm_str hash = gm_statement_sha256(run->arena, &statements->items[number - 1]);
        if (!gm_str_eq(hash, intent->hash))
            return changed(step, number, "the file has another one in its place now", err);
        if (intent->done && number > done)
            done = number;
    }
    *start = done;
    return GM_OK;
}

static gm_code ask_a_person(const gm_run_step *step, size_t index, const gm_intent *intent,
                            gm_str reason, gm_err *err)
{
    const gm_sql_statement *statement = &step->part.statements.items[index];
    gm_fail_at(err, GM_E_REFUSED, gm_where(err->arena, step->part.path, statement->line),
               "revision %.*s: statement %zu %s, and %.*s", GM_ARG(step->revision->id), index + 1,
               intent->doubt ? "failed, and may have kept a part of its work"
                             : "was begun by a run that was cut off",
               GM_ARG(reason));
    err->statement = gm_str_dup(err->arena, statement->text);
    return gm_hint(err,
                   "Look at the database, then say `gmig resolve %.*s:%zu --done` or `gmig resolve "
                   "%.*s:%zu --redo`, and run again.",
                   GM_ARG(step->revision->id), index + 1, GM_ARG(step->revision->id), index + 1);
}

static void say(gm_run_context *run, const gm_run_step *step, size_t index, const char *is,
                gm_str reason)
{
    gm_run_say(run, GM_RUN_NOTE, NULL, 0, 0,
               gm_str_printf(run->arena, "revision %.*s: statement %zu%s: %.*s",
                             GM_ARG(step->revision->id), index + 1, is, GM_ARG(reason)));
}

static gm_code clean_up(gm_run_context *run, const gm_run_step *step, size_t index,
                        const gm_probe *probe, gm_err *err)
{
    if (probe->cleanup.len)
        say(run, step, index, "", probe->reason);
    GM_EACH (const gm_str, statement, &probe->cleanup) {
        gm_code code = gm_db_execute(run->db, *statement, NULL, err);
        if (code != GM_OK)
            return gm_run_name_step(step, step->part.statements.items[index].line, err);
    }
    return GM_OK;
}

/* A statement that was begun before: find out whether it is done, and clear what it left. */
static gm_code settle(gm_run_context *run, const gm_run_step *step, size_t index,
                      const gm_intent *intent, bool *done, gm_err *err)
{
    const gm_sql_statement *statement = &step->part.statements.items[index];
    gm_probe probe = {0};
    if (gm_run_sets_session(step->part.dialect, statement->text))
        return GM_OK;
    GM_TRY(gm_probe_statement(run->arena, run->db, statement->text, intent->before, &probe, err));
    /* What the server refused, or a person wants again, is not done, whatever is there. */
    bool known_undone = intent->failed || intent->redo;
    if (probe.answer == GM_PROBE_UNKNOWN && !known_undone)
        return ask_a_person(step, index, intent, probe.reason, err);
    GM_TRY(clean_up(run, step, index, &probe, err));
    *done = probe.answer == GM_PROBE_FINISH || (probe.answer == GM_PROBE_DONE && !known_undone);
    if (!*done)
        return GM_OK;
    if (probe.answer == GM_PROBE_DONE)
        say(run, step, index, " is done", probe.reason);
    return gm_run_journal_outside(run, "done", step, index, probe.reason, index, err);
}

static gm_code check_index(gm_run_context *run, const gm_run_step *step, size_t index, gm_err *err)
{
    const gm_sql_statement *statement = &step->part.statements.items[index];
    bool valid = true;
    GM_TRY(gm_probe_index_valid(run->arena, run->db, statement->text, &valid, err));
    if (valid)
        return GM_OK;
    gm_fail_at(err, GM_E_SQL, gm_where(err->arena, step->part.path, statement->line),
               "revision %.*s: the server answered success, but the index is INVALID",
               GM_ARG(step->revision->id));
    err->statement = gm_str_dup(err->arena, statement->text);
    return gm_hint(err, "An earlier build left it. Run again: it is dropped and built anew.");
}

static gm_code transaction_left_open(const gm_run_context *run, const gm_run_step *step,
                                     size_t index, gm_err *err)
{
    if (gm_db_tx_state(run->db) == GM_TX_NONE)
        return GM_OK;
    gm_err ignored = gm_err_new(run->arena);
    gm_db_rollback(run->db, &ignored);
    gm_fail_at(err, GM_E_SQL,
               gm_where(err->arena, step->part.path, step->part.statements.items[index].line),
               "revision %.*s: this statement left a transaction open", GM_ARG(step->revision->id));
    return gm_hint(
        err,
        "transaction=off means that there is none: take BEGIN out, or leave transaction=off out.");
}

/* SQLite: rows that the session has written and kept; 0 on PostgreSQL, where nobody counts. A
 * Ctrl-C is left for the statement itself to find. */
static gm_code count_kept(gm_run_context *run, gm_str *count, gm_err *err)
{
    static const char sql[] = "SELECT total_changes()";
    gm_rows rows = {0};
    *count = GM_STR("0");
    if (gm_db_dialect(run->db) == GM_POSTGRES)
        return GM_OK;
    gm_code code = gm_db_query(run->arena, run->db, sql, NULL, 0, &rows, err);
    if (code == GM_E_INTERRUPTED) {
        gm_err_clear(err);
        code = gm_db_query(run->arena, run->db, sql, NULL, 0, &rows, err);
    }
    if (code == GM_OK)
        *count = rows.rows.items[0][0].text;
    return code;
}

/*
 * Can a statement that failed have kept a part of its work? On SQLite where FAIL ended it; on
 * PostgreSQL where a procedure commits. What the server points at stands in the statement's own
 * text, so that it was refused before it began.
 */
static bool kept_a_part(gm_run_context *run, gm_str statement, gm_str kept_before, size_t position)
{
    gm_err ignored = gm_err_new(run->arena);
    gm_str kept_now = {0};
    if (count_kept(run, &kept_now, &ignored) != GM_OK || !gm_str_eq(kept_before, kept_now))
        return true;
    return gm_db_dialect(run->db) == GM_POSTGRES && position == 0 && gm_probe_commits(statement);
}

static void fail_in_doubt(const gm_run_step *step, size_t index, gm_err *err)
{
    gm_hint(err,
            "It may have kept a part of its work. Look at the database, and undo or finish that by "
            "hand; then say `gmig resolve %.*s:%zu --redo` or `gmig resolve %.*s:%zu --done`, and "
            "run again.",
            GM_ARG(step->revision->id), index + 1, GM_ARG(step->revision->id), index + 1);
}

/* Run again it would build a second one, under another name. */
static void tell_left(gm_run_context *run, gm_str statement, gm_str before, gm_err *err)
{
    gm_strs drops = {0};
    gm_err ignored = gm_err_new(run->arena);
    if (gm_probe_left(run->arena, run->db, statement, before, &drops, &ignored) == GM_OK &&
        drops.len)
        gm_hint(err, "It has left an INVALID index, which you must drop: `%.*s`.",
                GM_ARG(gm_str_join(run->arena, &drops, GM_STR("`, `"))));
}

/* Before statement `index`. Where the section has set times of its own, they count. */
static gm_code set_timeouts(gm_run_context *run, const gm_run_step *step, size_t index, gm_err *err)
{
    const gm_part *part = &step->part;
    const gm_sql_statement *statement = &part->statements.items[index];
    bool patient = !run->options->lock_timeout_given && gm_probe_concurrent(statement->text);
    int64_t lock_ms = part->lock_timeout_ms >= 0 ? part->lock_timeout_ms
                      : patient                  ? 0
                                                 : run->options->lock_timeout_ms;
    if (gm_run_has_own_timeouts(step, index))
        return GM_OK;
    return gm_run_set_timeouts(run, lock_ms,
                               part->statement_timeout_ms >= 0 ? part->statement_timeout_ms
                                                               : run->options->statement_timeout_ms,
                               err);
}

static gm_code run_one(gm_run_context *run, const gm_run_step *step, size_t index, gm_err *err)
{
    const gm_sql_statement *statement = &step->part.statements.items[index];
    gm_str before = {0};
    gm_str kept = {0};
    size_t position = 0;
    GM_TRY(set_timeouts(run, step, index, err));
    GM_TRY(gm_run_check_lock(run, step, err));
    GM_TRY(gm_probe_before(run->arena, run->db, statement->text, &before, err));
    GM_TRY(gm_run_journal_outside(run, "intent", step, index, before, index, err));
    GM_TRY(count_kept(run, &kept, err));
    gm_code code = gm_run_statement(run, step, index, &position, err);
    if (code == GM_OK)
        code = transaction_left_open(run, step, index, err);
    if (code == GM_OK)
        code = check_index(run, step, index, err);
    /* RESET ALL takes gmig's own settings away, too. */
    if (gm_run_sets_session(step->part.dialect, statement->text))
        run->lock_ms = -1;
    if (code == GM_OK)
        return gm_run_journal_outside(run, "done", step, index, GM_STR(""), index + 1, err);
    /* The server said no. Without its word nobody knows, and the intent stays alone. */
    if (gm_db_tx_state(run->db) == GM_TX_NONE) {
        gm_err ignored = gm_err_new(run->arena);
        bool doubt = kept_a_part(run, statement->text, kept, position);
        gm_run_journal_outside(run, doubt ? "doubt" : "failed", step, index, err->text, index,
                               &ignored);
        if (doubt)
            fail_in_doubt(step, index, err);
        else
            tell_left(run, statement->text, before, err);
    }
    return code;
}

/* The settings of the statements before `start` were those of another session. */
static gm_code go_on_at(gm_run_context *run, const gm_run_step *step, size_t start, gm_err *err)
{
    size_t count = step->part.statements.len;
    gm_run_say(run, GM_RUN_NOTE, NULL, 0, 0,
               gm_str_printf(run->arena, "revision %.*s goes on at statement %zu of %zu",
                             GM_ARG(step->revision->id), start + 1, count));
    if (start == count)
        return GM_OK;
    GM_TRY(set_timeouts(run, step, 0, err));
    GM_TRY(gm_run_restore_session(run, step, start, err));
    run->lock_ms = -1;
    return GM_OK;
}

static gm_code run_statements(gm_run_context *run, const gm_run_step *step, gm_err *err)
{
    size_t start = 0;
    GM_TRY(find_start(run, step, &start, err));
    if (start > 0)
        GM_TRY(go_on_at(run, step, start, err));
    for (size_t i = start; i < step->part.statements.len; i++) {
        const gm_intent *intent = find_intent(run, step, i + 1);
        bool done = false;
        if (intent != NULL)
            GM_TRY(settle(run, step, i, intent, &done, err));
        if (!done)
            GM_TRY(run_one(run, step, i, err));
    }
    return GM_OK;
}

static gm_code record(gm_run_context *run, const gm_run_step *step, int64_t duration_ms, bool *hit,
                      gm_err *err)
{
    GM_TRY(gm_db_begin(run->db, err));
    gm_code code = gm_run_record(run, step, hit, err);
    if (code == GM_OK && *hit && step->part.direction == GM_UP && !step->part.session)
        code = gm_run_journal_applied(run, step, duration_ms, err);
    else if (code == GM_OK && *hit && step->part.direction == GM_UP)
        code = gm_ledger_set_duration(run->db, run->ledger, step->revision->id, duration_ms, err);
    if (code == GM_OK && *hit)
        return gm_db_commit(run->db, err);
    gm_err ignored = gm_err_new(run->arena);
    gm_db_rollback(run->db, &ignored);
    return code;
}

/* What is broken is committed: all that is left is to say so. */
static void warn_of_references(gm_run_context *run, const gm_run_step *step)
{
    gm_err broken = gm_err_new(run->arena);
    if (gm_run_references_after(run, step, &broken) != GM_OK)
        gm_run_say(run, GM_RUN_NOTE, NULL, 0, 0, broken.text);
}

gm_code gm_run_outside(gm_run_context *run, const gm_run_step *step, bool *hit, gm_err *err)
{
    if (run->options->pooled) {
        gm_fail_at(err, GM_E_REFUSED,
                   gm_where(err->arena, step->part.path, step->part.section->marker_line),
                   "revision %.*s has transaction=off, which cannot be run safely behind a "
                   "transaction pooler",
                   GM_ARG(step->revision->id));
        return gm_hint(err, "Connect to the server itself for this revision.");
    }
    int64_t start = gm_clock_ms();
    GM_TRY(gm_run_references_before(run, step, err));
    gm_code code = run_statements(run, step, err);
    if (code == GM_OK)
        warn_of_references(run, step);
    /* SET in this section must not reach the ledger's row, the next section, or the run's end. */
    if (step->part.session && gm_db_tx_state(run->db) == GM_TX_NONE) {
        gm_err later = gm_err_new(run->arena);
        gm_code reset = gm_db_reset_session(run->db, code == GM_OK ? err : &later);
        code = code == GM_OK ? reset : code;
        run->lock_ms = -1;
    }
    if (code == GM_OK) {
        bool was = false;
        code = gm_db_foreign_keys(run->db, false, &was, err);
    }
    if (code != GM_OK)
        return code;
    return record(run, step, gm_clock_ms() - start, hit, err);
}
