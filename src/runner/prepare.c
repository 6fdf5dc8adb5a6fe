/* SPDX-License-Identifier: Apache-2.0 */
/* Before the run: a plan's steps with their statements and rows, and rows that only say more. */
#include "runner/run.h"
#include "runner/version_table.h"

static gm_code prepare_down(gm_arena *arena, const gm_ledger *ledger, gm_run_step *step,
                            gm_err *err)
{
    const gm_revision *revision = step->revision;
    const gm_ledger_row *row = gm_ledger_find(ledger, revision->id);
    gm_ledger_row now = {0};
    gm_code code = gm_state_row(arena, revision, ledger->dialect, &now, err);
    bool from_file = row == NULL || (code == GM_OK && gm_str_eq(now.up_sha256, row->up_sha256));
    if (code != GM_OK && row == NULL)
        return code;
    gm_err_clear(err);
    if (!from_file)
        revision = gm_state_revision(arena, row, ledger->dialect);
    GM_TRY(gm_part_prepare(arena, revision, GM_DOWN, ledger->dialect, &step->part, err));
    step->part.from_ledger = !from_file;
    return GM_OK;
}

/* What its tool would fill in first is not what the file says. */
static gm_code refuse_filled(const gm_run_step *step, const gm_ledger *ledger, gm_err *err)
{
    const char *filled = ledger->table ? ledger->table->filled : NULL;
    if (!filled)
        return GM_OK;
    GM_EACH (const gm_sql_statement, statement, &step->part.statements) {
        if (gm_str_search(statement->text, gm_str_from(filled)) == statement->text.len)
            continue;
        gm_fail_at(err, GM_E_REFUSED, gm_where(err->arena, step->part.path, statement->line),
                   "revision %.*s has a place (%s) that %s fills in", GM_ARG(step->revision->id),
                   filled, ledger->table->tool);
        return gm_hint(err, "gmig sends files as they are: run %s for this one.",
                       ledger->table->tool);
    }
    return GM_OK;
}

static gm_code refuse_special(const gm_revision *revision, const gm_ledger *ledger, gm_err *err)
{
    const gm_version_table_ops *ops = ledger->table ? ledger->table->ops : NULL;
    return ops && ops->refuse ? ops->refuse(revision, err) : GM_OK;
}

gm_code gm_run_prepare(gm_arena *arena, const gm_plan *plan, const gm_ledger *ledger,
                       gm_run_steps *steps, gm_err *err)
{
    gm_run_steps made = {0};
    GM_EACH (gm_step, planned, &plan->steps) {
        gm_run_step step = {.revision = planned->node->revision};
        if (planned->direction == GM_UP) {
            GM_TRY(refuse_special(step.revision, ledger, err));
            GM_TRY(gm_part_prepare(arena, step.revision, GM_UP, ledger->dialect, &step.part, err));
            GM_TRY(gm_state_row(arena, step.revision, ledger->dialect, &step.row, err));
        } else {
            GM_TRY(prepare_down(arena, ledger, &step, err));
        }
        GM_TRY(refuse_filled(&step, ledger, err));
        GM_TRY(gm_run_refuse_half_way(&step, ledger, err));
        gm_vec_push(arena, &made, step);
    }
    *steps = made;
    return GM_OK;
}

static gm_code refresh_rows(gm_arena *arena, gm_db *db, const gm_ledger *ledger,
                            const gm_state *state, const gm_run_options *options, gm_err *err)
{
    GM_EACH (const gm_revision_state *, item, &state->touched) {
        const gm_revision *revision = (*item)->node->revision;
        gm_ledger_row row = {0};
        GM_TRY(gm_state_row(arena, revision, ledger->dialect, &row, err));
        row.commit = options->commit;
        GM_TRY(gm_ledger_update(db, ledger, &row, err));
        gm_journal_entry entry = {.kind = "update",
                                  .revision = row.id,
                                  .hash = row.up_sha256,
                                  .detail =
                                      gm_str_printf(arena, "blob %.*s -> %.*s",
                                                    GM_ARG((*item)->row->blob), GM_ARG(row.blob)),
                                  .actor = options->actor,
                                  .commit = options->commit};
        GM_TRY(gm_journal_add(db, ledger, &entry, err));
    }
    return GM_OK;
}

gm_code gm_run_refresh(gm_arena *arena, gm_db *db, const gm_ledger *ledger, const gm_state *state,
                       const gm_run_options *options, gm_err *err)
{
    if (state->touched.len == 0)
        return GM_OK;
    GM_TRY(gm_db_begin(db, err));
    GM_TRY(gm_db_end(db, refresh_rows(arena, db, ledger, state, options, err), err));
    gm_run_context run = {.options = options};
    GM_EACH (const gm_revision_state *, item, &state->touched)
        gm_run_say(&run, GM_RUN_NOTE, NULL, 0, 0,
                   gm_str_printf(arena,
                                 "revision %.*s has the same statements as applied, but other %s; "
                                 "its record is updated",
                                 GM_ARG((*item)->node->revision->id),
                                 (*item)->reparented ? "parents" : "text"));
    return GM_OK;
}
