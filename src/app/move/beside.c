/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/beside.h"

#include "base/file.h"
#include "runner/version_table.h"

gm_str gm_beside_registry(const gm_ledger *ledger)
{
    const gm_version_table_ops *ops = ledger->table ? ledger->table->ops : NULL;
    return ledger->dialect == GM_SQLITE && ops && ops->file ? ops->file(ledger) : (gm_str){0};
}

gm_beside_list gm_beside_find(gm_arena *arena, const gm_ledger *ledger, gm_str path)
{
    gm_beside_list found = {0};
    if (ledger->dialect != GM_SQLITE || !ledger->table)
        return found;
    if (ledger->notes) {
        gm_str ending = gm_str_printf(arena, ".%.*s", GM_ARG(ledger->notes->schema));
        gm_str notes = gm_str_printf(arena, "%.*s%.*s", GM_ARG(path), GM_ARG(ending));
        gm_vec_push(arena, &found, ((gm_beside){notes, ending}));
    }
    gm_str registry = gm_beside_registry(ledger);
    gm_str ending = gm_str_printf(arena, ".%.*s", GM_ARG(gm_path_name(registry)));
    if (registry.len && gm_file_exists(registry))
        gm_vec_push(arena, &found, ((gm_beside){registry, ending}));
    return found;
}

gm_code gm_beside_copy(gm_arena *arena, gm_str from, gm_str to, gm_err *err)
{
    gm_db *db GM_CLEANUP(gm_db_drop) = NULL;
    gm_db_options options = {
        .dialect = GM_SQLITE, .location = from, .shown = from, .read_only = true};
    GM_TRY(gm_db_open(arena, &options, &db, err));
    return gm_db_backup(db, to, err);
}
