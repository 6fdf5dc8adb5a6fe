/* SPDX-License-Identifier: Apache-2.0 */
/* Which files brought what the project's own command has applied or stamped. */
#include "app/move/command_note.h"

#include "runner/version_notes.h"

static gm_code write_notes(const gm_database *database, const gm_view *view,
                           const gm_command_change *change, gm_err *err)
{
    gm_db *db = database->db;
    const gm_ledger *ledger = database->ledger;
    gm_arena *arena = ledger->arena;
    int64_t sequence = (int64_t)ledger->rows.len;
    GM_TRY(gm_db_begin(db, err));
    GM_EACH (const gm_str, id, &change->gone)
        if (!gm_ledger_find(ledger, *id))
            GM_TRY(gm_version_notes_delete(db, ledger, *id, err));
    GM_EACH (const gm_str, id, &change->brought) {
        if (!gm_ledger_find(ledger, *id))
            continue;
        sequence++;
        const gm_revision *revision = gm_graph_find(view->graph, *id)->revision;
        gm_ledger_row row = {.id = *id,
                             .sequence = sequence,
                             .parents = revision->parents,
                             .depends = revision->depends,
                             .message = revision->message,
                             .blob = gm_state_blob(arena, revision),
                             .applied_by = gm_actor(arena),
                             .commit = gm_view_commit(arena, view),
                             .run = change->run};
        GM_TRY(gm_version_notes_insert(db, ledger, &row, err));
    }
    return gm_db_commit(db, err);
}

gm_code gm_command_note(gm_database *database, const gm_view *view, const gm_command_change *change,
                        gm_err *err)
{
    GM_TRY(gm_version_notes_create(database->db, database->ledger, err));
    if (!database->ledger->notes)
        return GM_OK;
    gm_code code = write_notes(database, view, change, err);
    if (code != GM_OK) {
        gm_err ignored = gm_err_new(database->ledger->arena);
        gm_db_rollback(database->db, &ignored);
    }
    return code;
}
