/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop over the steps, and one step in a transaction.
 *
 * The order within a transaction: the row of the ledger first, then the statements, then COMMIT.
 * The row's primary key makes a second runner that slipped past the lock wait right there, before
 * any DDL, and then find that the work is done. (sqitch's on SQLite goes last: it is in another
 * file, whose tables the statements must not see.) Everything that a statement may have taken away
 * (the open transaction, the lock, the session's settings) is looked at again before COMMIT.
 */
#include "base/clock.h"
#include "base/digest.h"
#include "runner/interrupt.h"
#include "runner/references.h"
#include "runner/version_table.h"

/* The server needs a moment to notice that the session which held the lock is gone. */
enum { LOCK_AGAIN_MS = 30000, END_LOCK_MS = 200 };

void gm_run_say(const gm_run_context *run, gm_run_event_kind kind, const gm_run_step *step,
                size_t statement, int64_t duration_ms, gm_str text)
{
    if (run->options->tell == NULL)
        return;
    gm_run_event event = {.kind = kind,
                          .step = step,
                          .number = run->number,
                          .count = run->count,
                          .statement = statement,
                          .duration_ms = duration_ms,
                          .text = text};
    run->options->tell(run->options->data, &event);
}

/* ---- errors ---- */

gm_code gm_run_name_step(const gm_run_step *step, size_t line, gm_err *err)
{
    if (err->where.len == 0)
        err->where = gm_where(err->arena, step->part.path, line);
    err->text = gm_str_printf(err->arena, "revision %.*s: %.*s", GM_ARG(step->revision->id),
                              GM_ARG(err->text));
    return err->code;
}

/* What a person must know of a step that a signal ended, wherever it was noticed. */
static gm_code interrupt_hint(const gm_run_step *step, gm_err *err)
{
    if (err->where.len == 0)
        gm_run_name_step(step, step->part.section->line, err);
    if (err->hint.len > 0)
        return err->code;
    return gm_hint(err, "%s Run the same command again to go on.",
                   step->part.section->transaction_off
                       ? "Its statements that were done before stay done, and are recorded."
                       : "Nothing of this revision was kept.");
}

static gm_code interrupted(const gm_run_step *step, gm_err *err)
{
    gm_fail(err, GM_E_INTERRUPTED, "interrupted");
    return gm_run_name_step(step, step->part.section->line, err);
}

/* ---- statements ---- */

gm_code gm_run_statement(const gm_run_context *run, const gm_run_step *step, size_t index,
                         size_t *pointed_at, gm_err *err)
{
    const gm_sql_statement *statement = &step->part.statements.items[index];
    if (gm_interrupt_seen())
        return interrupted(step, err);
    gm_run_say(run, GM_RUN_STATEMENT, step, index + 1, 0, statement->text);
    size_t position = 0;
    gm_code code = statement->flags & GM_SQL_COPY_IN
                       ? gm_db_copy_in(run->db, statement->text, statement->data, err)
                       : gm_db_execute(run->db, statement->text, &position, err);
    if (pointed_at != NULL)
        *pointed_at = position;
    if (code == GM_OK)
        return GM_OK;
    if (err->statement.len == 0)
        err->statement = gm_str_dup(err->arena, statement->text);
    err->where = gm_where(err->arena, step->part.path,
                          gm_sql_line_at(statement->text, statement->line, position));
    gm_run_name_step(step, 0, err);
    return code;
}

static gm_code transaction_gone(const gm_run_step *step, size_t index, gm_err *err)
{
    const gm_sql_statement *statement = &step->part.statements.items[index];
    gm_fail_at(err, GM_E_SQL, gm_where(err->arena, step->part.path, statement->line),
               "revision %.*s: this statement ended the transaction", GM_ARG(step->revision->id));
    err->statement = gm_str_dup(err->arena, statement->text);
    return gm_hint(err, "What it committed stays, and the revision is not recorded. Take "
                        "transaction control out of the file, undo by hand what was kept, and run "
                        "again.");
}

static gm_code run_statements(const gm_run_context *run, const gm_run_step *step, gm_err *err)
{
    for (size_t i = 0; i < step->part.statements.len; i++) {
        GM_TRY(gm_run_statement(run, step, i, NULL, err));
        if (gm_db_tx_state(run->db) != GM_TX_OPEN)
            return transaction_gone(step, i, err);
    }
    return GM_OK;
}

gm_code gm_run_check_lock(const gm_run_context *run, const gm_run_step *step, gm_err *err)
{
    if (run->options->pooled || gm_db_lock_held(run->db))
        return GM_OK;
    gm_fail(err, GM_E_SQL, "a statement released gmig's lock");
    gm_run_name_step(step, step->part.section->line, err);
    return gm_hint(err, "Another runner could have started meanwhile. Take "
                        "pg_advisory_unlock_all() or DISCARD ALL out of what it calls.");
}

/* ---- timeouts ---- */

gm_code gm_run_set_timeouts(gm_run_context *run, int64_t lock_ms, int64_t statement_ms, gm_err *err)
{
    if (run->lock_ms == lock_ms && run->statement_ms == statement_ms)
        return GM_OK;
    GM_TRY(gm_db_set_timeouts(run->db, lock_ms, statement_ms, err));
    run->lock_ms = lock_ms;
    run->statement_ms = statement_ms;
    return GM_OK;
}

static int64_t either(int64_t of_section, int64_t of_command)
{
    return of_section >= 0 ? of_section : of_command;
}

/* ---- one step ---- */

gm_code gm_run_journal(const gm_run_context *run, const char *kind, const gm_run_step *step,
                       size_t statement, gm_str hash, gm_str detail, gm_err *err)
{
    gm_journal_entry entry = {.run = run->result->run,
                              .kind = kind,
                              .statement = statement,
                              .hash = hash,
                              .detail = detail,
                              .actor = run->options->actor,
                              .commit = run->options->commit};
    if (step != NULL) {
        entry.revision = step->revision->id;
        entry.direction = step->part.direction;
    }
    return gm_journal_add(run->db, run->ledger, &entry, err);
}

gm_code gm_run_journal_surely(const gm_run_context *run, const char *kind, const gm_run_step *step,
                              size_t statement, gm_str hash, gm_str detail, gm_err *err)
{
    gm_code code = gm_run_journal(run, kind, step, statement, hash, detail, err);
    if (code != GM_E_INTERRUPTED)
        return code;
    gm_err_clear(err);
    return gm_run_journal(run, kind, step, statement, hash, detail, err);
}

static gm_journal_entry end_entry(const gm_run_context *run, const gm_run_step *step)
{
    bool up = step->part.direction == GM_UP;
    return (gm_journal_entry){.run = run->result->run,
                              .kind = up ? "applied" : "reverted",
                              .revision = step->revision->id,
                              .direction = step->part.direction,
                              .hash = up ? step->row.up_sha256 : GM_STR(""),
                              .actor = run->options->actor,
                              .commit = run->options->commit};
}

/*
 * The journal's entry of a step goes with the row, before the statements, where these may take the
 * rights to write it away (SET ROLE); else behind them, in one round trip with the duration.
 */
static bool journals_first(const gm_run_step *step)
{
    return step->part.direction == GM_DOWN || step->part.session;
}

gm_code gm_run_record(gm_run_context *run, const gm_run_step *step, bool *hit, gm_err *err)
{
    if (step->part.direction == GM_UP) {
        gm_ledger_row row = step->row;
        row.sequence = run->sequence;
        row.applied_by = run->options->actor;
        row.commit = run->options->commit;
        row.run = run->result->run;
        GM_TRY(gm_ledger_insert(run->db, run->ledger, &row, hit, err));
    } else {
        GM_TRY(gm_ledger_delete(run->db, run->ledger, step->revision->id, hit, err));
    }
    if (!*hit || !journals_first(step))
        return GM_OK;
    gm_journal_entry entry = end_entry(run, step);
    return gm_journal_add(run->db, run->ledger, &entry, err);
}

gm_code gm_run_journal_applied(const gm_run_context *run, const gm_run_step *step,
                               int64_t duration_ms, gm_err *err)
{
    gm_journal_entry entry = end_entry(run, step);
    return gm_ledger_finish(run->db, run->ledger, &entry, duration_ms, err);
}

/* What SET changed must not reach the pooler's other clients. */
static gm_code keep_from_pool(const gm_run_context *run, gm_err *err)
{
    GM_TRY(gm_db_execute(run->db, GM_STR("RESET SESSION AUTHORIZATION"), NULL, err));
    return gm_db_execute(run->db, GM_STR("RESET ALL"), NULL, err);
}

static gm_code within_transaction(gm_run_context *run, const gm_run_step *step, bool *hit,
                                  gm_err *err)
{
    const gm_part *part = &step->part;
    bool last = gm_version_table_is_last(run->ledger);
    if (!last)
        GM_TRY(gm_run_record(run, step, hit, err));
    if (!last && !*hit)
        return GM_OK;
    int64_t start = gm_clock_ms();
    GM_TRY(run_statements(run, step, err));
    GM_TRY(gm_run_references_after(run, step, err));
    if (last)
        GM_TRY(gm_run_record(run, step, hit, err));
    if (part->session && !run->options->pooled)
        GM_TRY(gm_run_check_lock(run, step, err));
    if (part->session && run->options->pooled)
        GM_TRY(keep_from_pool(run, err));
    else if (part->direction == GM_UP && !part->session)
        GM_TRY(gm_run_journal_applied(run, step, gm_clock_ms() - start, err));
    return gm_interrupt_seen() ? interrupted(step, err) : GM_OK;
}

/*
 * A failure in the middle rolls back; what the rollback itself says is of no use, since the engine
 * may have rolled back already or the connection may be gone, which ends in the same state.
 */
static gm_code run_in_transaction(gm_run_context *run, const gm_run_step *step, bool *hit,
                                  gm_err *err)
{
    const gm_part *part = &step->part;
    GM_TRY(gm_run_references_before(run, step, err));
    GM_TRY(gm_run_set_timeouts(
        run, either(part->lock_timeout_ms, run->options->lock_timeout_ms),
        either(part->statement_timeout_ms, run->options->statement_timeout_ms), err));
    GM_TRY(gm_db_begin(run->db, err));
    gm_code code = within_transaction(run, step, hit, err);
    if (code == GM_OK && *hit) {
        code = gm_db_commit(run->db, err);
        if (code == GM_OK)
            return GM_OK;
        gm_run_name_step(step, part->section->line, err);
    }
    gm_err ignored = gm_err_new(run->arena);
    gm_db_rollback(run->db, &ignored);
    return code;
}

/*
 * After a section that may have changed the session. Its duration is only now written: SET ROLE may
 * have taken the right to do so away.
 */
static gm_code restore_session(gm_run_context *run, const gm_run_step *step, int64_t duration_ms,
                               gm_err *err)
{
    if (!step->part.session || run->options->pooled)
        return GM_OK;
    run->lock_ms = -1;
    gm_code code = gm_db_reset_session(run->db, err);
    if (code != GM_OK)
        return gm_run_name_step(step, step->part.section->line, err);
    if (step->part.direction == GM_DOWN || step->part.section->transaction_off)
        return GM_OK;
    gm_err ignored = gm_err_new(run->arena);
    gm_ledger_set_duration(run->db, run->ledger, step->revision->id, duration_ms, &ignored);
    return GM_OK;
}

/*
 * COMMIT had to be asked for over a new connection: that one has neither our lock nor our settings.
 * What is committed stays; without the lock the run does not go on.
 */
static gm_code lock_again(gm_run_context *run, gm_err *err)
{
    if (gm_db_reconnects(run->db) == run->reconnects)
        return GM_OK;
    run->reconnects = gm_db_reconnects(run->db);
    run->lock_ms = -1;
    if (run->options->pooled)
        return GM_OK;
    gm_run_say(run, GM_RUN_NOTE, NULL, 0, 0,
               GM_STR("the connection was lost in COMMIT; the server says that it was committed"));
    return gm_db_lock(run->db, run->ledger->name, LOCK_AGAIN_MS, NULL, NULL, err);
}

static bool worth_another_try(const gm_run_step *step, const gm_err *err)
{
    return !step->part.section->transaction_off &&
           (gm_str_is(err->sqlstate, "40P01") || gm_str_is(err->sqlstate, "40001"));
}

static gm_code run_once(gm_run_context *run, const gm_run_step *step, bool *hit, gm_err *err)
{
    gm_code code = step->part.section->transaction_off ? gm_run_outside(run, step, hit, err)
                                                       : run_in_transaction(run, step, hit, err);
    gm_version_table_rest(run->db, run->ledger);
    return code;
}

static gm_code run_step(gm_run_context *run, const gm_run_step *step, gm_err *err)
{
    bool up = step->part.direction == GM_UP;
    bool hit = false;
    int64_t start = gm_clock_ms();
    if (gm_interrupt_seen()) {
        interrupted(step, err);
        return gm_hint(err, "It was not begun. Run the same command again to go on.");
    }
    gm_run_say(run, GM_RUN_BEGIN, step, 0, 0, GM_STR(""));
    gm_code code = run_once(run, step, &hit, err);
    if (code != GM_OK && worth_another_try(step, err)) {
        gm_run_say(run, GM_RUN_NOTE, NULL, 0, 0,
                   gm_str_printf(run->arena, "%.*s; trying once more", GM_ARG(err->text)));
        gm_err_clear(err);
        code = run_once(run, step, &hit, err);
    }
    if (code == GM_E_INTERRUPTED)
        return interrupt_hint(step, err);
    if (code != GM_OK)
        return code;
    if (up)
        run->sequence++; /* also where another runner was faster: its row has the number now */
    if (!hit) {
        gm_run_say(run, GM_RUN_NOTE, NULL, 0, 0,
                   gm_str_printf(run->arena, "revision %.*s was %s by another runner meanwhile",
                                 GM_ARG(step->revision->id), up ? "applied" : "reverted"));
        return GM_OK;
    }
    gm_vec_push(run->arena, up ? &run->result->applied : &run->result->reverted,
                step->revision->id);
    int64_t duration_ms = gm_clock_ms() - start;
    gm_run_say(run, GM_RUN_DONE, step, 0, duration_ms, GM_STR(""));
    GM_TRY(lock_again(run, err));
    return restore_session(run, step, duration_ms, err);
}

/* ---- the run ---- */

static gm_code begin_run(const gm_run_context *run, gm_err *err)
{
    gm_str title =
        gm_str_printf(run->arena, "%.*s: %zu revisions", GM_ARG(run->options->title), run->count);
    gm_code code = gm_run_journal(run, "run", NULL, 0, GM_STR(""), title, err);
    if (code == GM_OK || code == GM_E_INTERRUPTED)
        return code;
    /* The statement is ours, and says nothing to anybody. */
    err->text = gm_str_printf(err->arena, "the run cannot be written into the ledger: %.*s",
                              GM_ARG(err->text));
    err->statement = GM_STR("");
    return code;
}

/* A remark for people: without it the run is known to have been cut off. It is worth no long wait
 * behind whatever made the run fail. */
static void end_run(const gm_run_context *run, gm_code code)
{
    gm_err ignored = gm_err_new(run->arena);
    if (gm_db_tx_state(run->db) != GM_TX_NONE)
        return;
    if (code == GM_E_LOCKED)
        gm_db_set_timeouts(run->db, END_LOCK_MS, run->options->statement_timeout_ms, &ignored);
    gm_run_journal_surely(run, "end", NULL, 0, GM_STR(""), gm_str_from(gm_code_name(code)),
                          &ignored);
}

static gm_code run_steps(gm_run_context *run, const gm_run_steps *steps, gm_err *err)
{
    gm_code code = begin_run(run, err);
    bool begun = code == GM_OK;
    for (size_t i = 0; i < steps->len; i++) {
        const gm_run_step *step = &steps->items[i];
        run->number = i + 1;
        if (code != GM_OK) {
            gm_vec_push(run->arena, &run->result->pending, step->revision->id);
            continue;
        }
        code = run_step(run, step, err);
        run->result->failed = code != GM_OK ? step : NULL;
    }
    if (begun)
        end_run(run, code);
    return code;
}

gm_code gm_run(gm_arena *arena, gm_db *db, gm_ledger *ledger, const gm_run_steps *steps,
               const gm_run_options *options, gm_run_result *result, gm_err *err)
{
    *result = (gm_run_result){0};
    if (steps->len == 0)
        return GM_OK;
    result->run = gm_random_hex(arena, 12);
    gm_run_context run = {.arena = arena,
                          .db = db,
                          .ledger = ledger,
                          .options = options,
                          .result = result,
                          .count = steps->len,
                          .reconnects = gm_db_reconnects(db),
                          .lock_ms = -1,
                          .statement_ms = -1};
    if (ledger->rows.len > 0)
        run.sequence = ledger->rows.items[ledger->rows.len - 1].sequence;
    run.sequence++;
    bool foreign_keys = false;
    GM_TRY(gm_db_foreign_keys(db, false, &foreign_keys, err));
    gm_code code = run_steps(&run, steps, err);
    gm_err ignored = gm_err_new(arena);
    if (gm_db_dialect(db) == GM_SQLITE && gm_db_tx_state(db) == GM_TX_NONE)
        gm_db_foreign_keys(db, foreign_keys, &foreign_keys, &ignored);
    return code;
}
