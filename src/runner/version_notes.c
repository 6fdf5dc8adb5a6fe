/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/version_notes.h"

#include "runner/version_table.h"

/* PostgreSQL cuts longer names off without a word. */
enum { NAME_MAX_BYTES = 63 };

/* Two projects in one database have tables in two schemas, and may have the same ids. */
static gm_str schema_of(gm_arena *arena, const gm_ledger *ledger)
{
    if (ledger->dialect == GM_SQLITE || gm_str_is(ledger->schema, "public"))
        return GM_STR(GM_DB_BESIDE);
    gm_str name = gm_str_printf(arena, GM_DB_BESIDE "_%.*s", GM_ARG(ledger->schema));
    return gm_str_sub(name, 0, name.len < NAME_MAX_BYTES ? name.len : NAME_MAX_BYTES);
}

static void take_unfinished(gm_ledger *ledger)
{
    ledger->unfinished.len = 0;
    GM_EACH (const gm_intent, intent, &ledger->notes->unfinished)
        gm_vec_push(ledger->arena, &ledger->unfinished, *intent);
}

void gm_version_notes_read(gm_db *db, gm_ledger *ledger)
{
    bool there = false;
    gm_err ignored = gm_err_new(ledger->arena);
    ledger->notes = NULL;
    if (gm_db_attach_beside(db, false, &there, &ignored) != GM_OK || !there)
        return;
    gm_ledger *notes =
        gm_ledger_offline(ledger->arena, ledger->dialect, schema_of(ledger->arena, ledger));
    if (gm_ledger_read(db, notes, &ignored) != GM_OK || !notes->exists)
        return;
    ledger->notes = notes;
    take_unfinished(ledger);
}

/* ---- making ---- */

/* A role that may read another's tables and not write them would fail in the middle of a revision.
 */
static gm_code try_rights(gm_db *db, const gm_ledger *notes, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_strs tries = {0};
    if (notes->dialect == GM_SQLITE)
        return GM_OK;
    gm_vec_push(scratch, &tries,
                gm_str_printf(scratch, "DELETE FROM %.*s WHERE false", GM_ARG(notes->revisions)));
    gm_vec_push(scratch, &tries,
                gm_str_printf(scratch, "UPDATE %.*s SET blob = blob WHERE false",
                              GM_ARG(notes->revisions)));
    gm_vec_push(scratch, &tries,
                gm_str_printf(scratch, "INSERT INTO %.*s (id) SELECT '' WHERE false",
                              GM_ARG(notes->revisions)));
    gm_vec_push(scratch, &tries,
                gm_str_printf(scratch, "INSERT INTO %.*s (run) SELECT '' WHERE false",
                              GM_ARG(notes->journal)));
    GM_EACH (const gm_str, statement, &tries)
        GM_TRY(gm_db_execute(db, *statement, NULL, err));
    return GM_OK;
}

/* What the tool has taken back since is no more as it was: applied again, it may come from another
 * file. */
static gm_code forget_gone(gm_db *db, const gm_ledger *ledger, const gm_ledger *notes, gm_err *err)
{
    GM_EACH (const gm_ledger_row, row, &notes->rows) {
        bool hit = false;
        if (!gm_ledger_find(ledger, row->id))
            GM_TRY(gm_ledger_delete(db, notes, row->id, &hit, err));
    }
    return GM_OK;
}

static gm_code make(gm_db *db, gm_ledger *ledger, bool *there, gm_err *err)
{
    GM_TRY(gm_db_attach_beside(db, true, there, err));
    if (!*there)
        return GM_OK;
    gm_ledger *notes =
        gm_ledger_offline(ledger->arena, ledger->dialect, schema_of(ledger->arena, ledger));
    /* To ask for a schema that is there wants the right to make one. */
    GM_TRY(gm_ledger_read(db, notes, err));
    if (!notes->exists)
        GM_TRY(gm_ledger_create(db, notes, err));
    GM_TRY(try_rights(db, notes, err));
    GM_TRY(forget_gone(db, ledger, notes, err));
    ledger->notes = notes;
    return GM_OK;
}

gm_code gm_version_notes_create(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    bool there = false;
    gm_err failure = gm_err_new(ledger->arena);
    ledger->notes = NULL;
    ledger->notes_lack = (gm_str){0};
    gm_code code = make(db, ledger, &there, &failure);
    if (code == GM_E_INTERRUPTED || gm_db_tx_state(db) == GM_TX_LOST) {
        *err = failure;
        return code;
    }
    if (code != GM_OK) {
        ledger->notes = NULL;
        ledger->notes_lack = failure.text;
    } else if (!there) {
        ledger->notes_lack = GM_STR("there is no place beside it that could be written");
    }
    return GM_OK;
}

/* ---- writing ---- */

gm_code gm_version_notes_insert(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row,
                                gm_err *err)
{
    bool hit = false;
    if (!ledger->notes)
        return GM_OK;
    GM_TRY(gm_ledger_delete(db, ledger->notes, row->id, &hit, err));
    return gm_ledger_insert(db, ledger->notes, row, &hit, err);
}

gm_code gm_version_notes_delete(gm_db *db, const gm_ledger *ledger, gm_str id, gm_err *err)
{
    bool hit = false;
    return ledger->notes ? gm_ledger_delete(db, ledger->notes, id, &hit, err) : GM_OK;
}
