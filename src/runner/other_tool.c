/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/other_tool.h"

#include "runner/version_table.h"

/* "Rails, dbmate or Ecto": several tools give their tables one name. */
static gm_str tools_of(gm_arena *arena, const char *name)
{
    gm_str list = {0};
    gm_strs tools = {0};
    for (size_t i = 0; i < gm_version_table_count(); i++)
        if (strcmp(gm_version_table_at(i)->name, name) == 0)
            gm_vec_push(arena, &tools, gm_str_from(gm_version_table_at(i)->tool));
    for (size_t i = 0; i < tools.len; i++)
        list = gm_str_printf(arena, "%.*s%s%.*s", GM_ARG(list),
                             !i                  ? ""
                             : i + 1 < tools.len ? ", "
                                                 : " or ",
                             GM_ARG(tools.items[i]));
    return list;
}

static bool is_below_another(const gm_ledger *ledger, gm_str id)
{
    GM_EACH (const gm_ledger_row, row, &ledger->rows)
        if (gm_strs_have(&row->parents, id) || gm_strs_have(&row->depends, id))
            return true;
    return false;
}

/* Of a table of tips all, which gmig's notes may have led down from; else the newest. */
static gm_str revision_of(gm_arena *arena, const gm_ledger *ledger)
{
    gm_strs ids = {0};
    size_t count = ledger->rows.len;
    for (size_t i = ledger->table->tips || !count ? 0 : count - 1; i < count; i++)
        if (!ledger->table->tips || !is_below_another(ledger, ledger->rows.items[i].id))
            gm_vec_push(arena, &ids, ledger->rows.items[i].id);
    return gm_strs_list(arena, &ids);
}

gm_code gm_other_tool_find(gm_arena *arena, gm_db *db, gm_str schema, gm_other_tool *tool,
                           gm_err *err)
{
    const gm_version_table_source source = {0};
    for (size_t i = 0; i < gm_version_table_count(); i++) {
        const gm_version_table *table = gm_version_table_at(i);
        gm_ledger *ledger = NULL;
        bool exists = false;
        gm_err unread = gm_err_new(arena);
        bool beside = table->ops && table->ops->beside;
        gm_str own = GM_STR("");
        if (!beside)
            GM_TRY(gm_version_table_is_there(db, schema, table, &own, &exists, err));
        if (!beside && !exists)
            continue;
        gm_code code = gm_version_table_open(arena, db, own, table, &source, &ledger, &unread);
        if (beside && (code != GM_OK || !ledger->exists))
            continue;
        *tool = (gm_other_tool){tools_of(arena, table->name), gm_str_from(table->name),
                                code == GM_OK ? revision_of(arena, ledger) : (gm_str){0}};
        return GM_OK;
    }
    return GM_OK;
}
