/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/version_notes.h"

#include "base/digest.h"
#include "history/graph.h"
#include "runner/version_table.h"

/* PostgreSQL cuts longer names off without a word. */
enum { NAME_MAX_BYTES = 63, DIGITS = 32 };

/* "dbmate" of versioned:dbmate. */
static gm_str tool_of(const gm_version_table *table)
{
    gm_str format = gm_str_from(table->format);
    size_t colon = gm_str_find(format, ':', 0);
    return colon < format.len ? gm_str_sub(format, colon + 1, format.len) : format;
}

/* Several tools' tables may stand in one database, and one tool's in several schemas: they have the
 * same ids and mean other files. */
static gm_str schema_of(gm_arena *arena, const gm_ledger *ledger)
{
    gm_str tool = tool_of(ledger->table);
    gm_str own = gm_str_printf(arena, GM_DB_BESIDE "%.*s", GM_ARG(tool));
    if (ledger->dialect == GM_SQLITE || gm_str_is(ledger->schema, "public"))
        return own;
    gm_str name = gm_str_printf(arena, "%.*s_%.*s", GM_ARG(own), GM_ARG(ledger->schema));
    if (name.len <= NAME_MAX_BYTES)
        return name;
    gm_str sum = gm_sha256_hex(arena, ledger->schema);
    return gm_str_printf(arena, "%.*s_%.*s", GM_ARG(own), GM_ARG(gm_str_sub(sum, 0, DIGITS)));
}

static gm_ledger *notes_of(const gm_ledger *ledger)
{
    return gm_ledger_offline(ledger->arena, ledger->dialect, schema_of(ledger->arena, ledger));
}

static void take_unfinished(gm_ledger *ledger)
{
    ledger->unfinished.len = 0;
    GM_EACH (const gm_intent, intent, &ledger->notes->unfinished)
        gm_vec_push(ledger->arena, &ledger->unfinished, *intent);
}

/* Were notes that only cannot be read at this moment taken for none, statements would run again. */
gm_code gm_version_notes_read(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    bool there = false;
    gm_ledger *notes = notes_of(ledger);
    ledger->notes = NULL;
    ledger->unfinished.len = 0;
    GM_TRY(gm_db_attach_beside(db, notes->schema, false, &there, err));
    if (!there)
        return GM_OK;
    gm_code code = gm_ledger_read(db, notes, err);
    if (code != GM_OK && gm_str_is(err->sqlstate, "42501")) {
        gm_err_clear(err);
        return GM_OK;
    }
    if (code != GM_OK || !notes->exists)
        return code;
    ledger->notes = notes;
    take_unfinished(ledger);
    return GM_OK;
}

/* ---- a new table ---- */

static gm_code wipe(gm_db *db, const gm_ledger *notes, gm_err *err)
{
    static const char *const names[] = {GM_LEDGER_TABLE, GM_JOURNAL_TABLE};
    const gm_str tables[] = {notes->revisions, notes->journal};
    for (size_t i = 0; i < 2; i++) {
        bool exists = false;
        GM_TRY(gm_db_table_exists(db, notes->schema, gm_str_from(names[i]), &exists, err));
        if (!exists)
            continue;
        gm_str sql = gm_str_printf(notes->arena, "DELETE FROM %.*s", GM_ARG(tables[i]));
        GM_TRY(gm_db_execute(db, sql, NULL, err));
    }
    return GM_OK;
}

/* To wait, or to try again, may help. */
static bool is_passing(gm_db *db, gm_code code)
{
    return code == GM_E_INTERRUPTED || code == GM_E_LOCKED || gm_db_tx_state(db) == GM_TX_LOST;
}

gm_code gm_version_notes_start(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    bool there = false;
    if (!ledger->table || ledger->table->ops || ledger->exists)
        return GM_OK;
    gm_ledger *notes = notes_of(ledger);
    ledger->notes = NULL;
    ledger->unfinished.len = 0;
    gm_code code = gm_db_attach_beside(db, notes->schema, false, &there, err);
    if (code == GM_OK && there)
        code = wipe(db, notes, err);
    if (code == GM_OK || is_passing(db, code))
        return code;
    gm_str text = gm_str_dup(err->arena, err->text);
    err->statement = (gm_str){0};
    gm_fail(err, GM_E_REFUSED,
            "%.*s is not there, and what gmig has noted beside an earlier one cannot be cleared: "
            "%.*s",
            GM_ARG(ledger->name), GM_ARG(text));
    return ledger->dialect == GM_SQLITE
               ? gm_hint(err, "Remove the file beside the database that ends in .%.*s.",
                         GM_ARG(notes->schema))
               : gm_hint(err, "Drop the schema %.*s as the role that owns it.",
                         GM_ARG(notes->schema));
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

/* Where a tip is one that nobody knows, what it stands on is not known to be gone. */
static bool has_unknown_tip(const gm_ledger *ledger, const gm_ledger *notes)
{
    if (!ledger->table->tips)
        return false;
    GM_EACH (const gm_ledger_row, row, &ledger->rows) {
        bool known = (ledger->graph && gm_graph_find(ledger->graph, row->id)) ||
                     gm_ledger_find(notes, row->id) ||
                     (ledger->find_elsewhere && ledger->find_elsewhere(ledger->data, row->id));
        if (!known)
            return true;
    }
    return false;
}

/* What the tool has taken back since is no more as it was: applied again, it may come from another
 * file. */
static gm_code forget_gone(gm_db *db, const gm_ledger *ledger, const gm_ledger *notes, gm_err *err)
{
    if (has_unknown_tip(ledger, notes))
        return GM_OK;
    GM_EACH (const gm_ledger_row, row, &notes->rows) {
        bool hit = false;
        if (!gm_ledger_find(ledger, row->id))
            GM_TRY(gm_ledger_delete(db, notes, row->id, &hit, err));
    }
    return GM_OK;
}

static gm_code make(gm_db *db, gm_ledger *ledger, bool *there, gm_err *err)
{
    gm_ledger *notes = notes_of(ledger);
    GM_TRY(gm_db_attach_beside(db, notes->schema, true, there, err));
    if (!*there)
        return GM_OK;
    /* To ask for a schema that is there wants the right to make one. */
    GM_TRY(gm_ledger_read(db, notes, err));
    if (!notes->exists)
        GM_TRY(gm_ledger_create(db, notes, err));
    GM_TRY(try_rights(db, notes, err));
    GM_TRY(forget_gone(db, ledger, notes, err));
    ledger->notes = notes;
    take_unfinished(ledger);
    return GM_OK;
}

gm_code gm_version_notes_create(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    bool there = false;
    gm_err failure = gm_err_new(ledger->arena);
    ledger->notes = NULL;
    ledger->notes_lack = (gm_str){0};
    gm_code code = make(db, ledger, &there, &failure);
    /* What is half way cannot be gone on with unless its end is written down, too. */
    if (code != GM_OK && (is_passing(db, code) || ledger->unfinished.len > 0)) {
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
