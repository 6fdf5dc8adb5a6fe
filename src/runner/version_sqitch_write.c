/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sqitch writes when it deploys and reverts a change.
 *
 * On PostgreSQL sqitch holds an advisory lock of its own for the whole of a deployment. A step
 * takes it for its transaction, so that the two do not run into each other, whatever pooler is
 * between.
 */
#include "runner/version_sqitch_write.h"

#include "base/buf.h"
#include "runner/version_sqitch_ddl.h"

/* ---- a change ---- */

static gm_code lock(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    gm_rows rows;
    if (ledger->dialect == GM_SQLITE)
        return gm_sqitch_attach(db, ledger, err);
    GM_TRY(gm_sqitch_ask(db, ledger, "SELECT pg_try_advisory_xact_lock(75474063)", NULL, 0, &rows,
                         err));
    if (!gm_str_is(rows.rows.items[0][0].text, "t")) {
        gm_fail(err, GM_E_LOCKED, "sqitch is at work in this database");
        return gm_hint(err, "Run the same command again when it is done.");
    }
    return gm_sqitch_ask(db, ledger, "LOCK TABLE %.*s.changes IN EXCLUSIVE MODE", NULL, 0, &rows,
                         err);
}

/* The times of changes are their order: two must never have one. */
static const char *now(const gm_ledger *ledger)
{
    return ledger->dialect == GM_POSTGRES
               ? "clock_timestamp()"
               : "max(strftime('%Y-%m-%d %H:%M:%f', 'now'), coalesce((SELECT "
                 "strftime('%Y-%m-%d %H:%M:%f', max(committed_at), '+0.001 seconds') "
                 "FROM " GM_SQITCH_ATTACHED ".events), ''))";
}

/* A statement with `now` where "@now" stands. */
static gm_code write(gm_db *db, const gm_ledger *ledger, const char *statement,
                     const gm_value *values, size_t count, bool *hit, gm_err *err)
{
    gm_rows rows;
    gm_buf buf = gm_buf_new(ledger->arena, SIZE_MAX);
    gm_str text = gm_str_from(statement);
    size_t at = gm_str_search(text, GM_STR("@now"));
    gm_buf_add(&buf, gm_str_sub(text, 0, at));
    if (at < text.len)
        gm_buf_z(&buf, now(ledger));
    gm_buf_add(&buf, gm_str_sub(text, at + strlen("@now"), text.len));
    GM_TRY(gm_sqitch_ask(db, ledger, gm_buf_str(&buf).ptr, values, count, &rows, err));
    *hit = rows.rows.len > 0;
    return GM_OK;
}

/* What the registry has under what a need names; empty: nothing. */
static gm_code resolve(gm_db *db, const gm_ledger *ledger, const gm_sqitch_change *change,
                       const gm_sqitch_need *need, gm_str *id, gm_err *err)
{
    gm_rows rows;
    gm_value values[] = {{.text = need->project.len ? need->project : change->project},
                         {.text = need->change},
                         {.text = gm_str_printf(ledger->arena, "@%.*s", GM_ARG(need->tag))}};
    const char *query = "SELECT change_id FROM %.*s.changes WHERE change_id = $1";
    size_t count = 1;
    if (need->id.len) {
        values[0].text = need->id;
    } else if (!need->change.len) {
        query = "SELECT change_id FROM %.*s.tags WHERE project = $1 AND tag = $2";
        values[1] = values[2];
        count = 2;
    } else if (need->tag.len) {
        query = "SELECT c.change_id FROM %.*s.changes c JOIN %.*s.tags t ON c.committed_at <= "
                "t.committed_at AND c.project = t.project WHERE c.project = $1 AND c.change = $2 "
                "AND t.tag = $3 ORDER BY c.committed_at DESC LIMIT 1";
        count = 3;
    } else {
        query = "SELECT change_id FROM %.*s.changes WHERE project = $1 AND change = $2 ORDER BY "
                "committed_at LIMIT 1";
        count = 2;
    }
    GM_TRY(gm_sqitch_ask(db, ledger, query, values, count, &rows, err));
    *id = rows.rows.len ? rows.rows.items[0][0].text : (gm_str){0};
    return GM_OK;
}

static gm_code write_need(gm_db *db, const gm_ledger *ledger, const gm_sqitch_change *change,
                          const gm_sqitch_need *need, gm_err *err)
{
    bool hit = false;
    gm_str id = {0};
    GM_TRY(resolve(db, ledger, change, need, &id, err));
    if (need->conflict == (id.len > 0)) {
        gm_fail(err, GM_E_REFUSED,
                need->conflict ? "change %.*s conflicts with %.*s, which is deployed"
                               : "change %.*s requires %.*s, which is not deployed",
                GM_ARG(change->name), GM_ARG(need->text));
        return gm_hint(err, need->conflict ? "Revert that first." : "Deploy that first.");
    }
    gm_value values[] = {{.text = change->id},
                         {.text = need->conflict ? GM_STR("conflict") : GM_STR("require")},
                         {.text = need->text},
                         {.text = id, .null = need->conflict}};
    return write(
        db, ledger,
        "INSERT INTO %.*s.dependencies (change_id, type, dependency, dependency_id) VALUES "
        "($1, $2, $3, $4)",
        values, 4, &hit, err);
}

static gm_code write_tag(gm_db *db, const gm_ledger *ledger, const gm_sqitch_change *change,
                         const gm_sqitch_tag *tag, gm_err *err)
{
    bool hit = false;
    gm_value values[] = {{.text = tag->id},
                         {.text = tag->name},
                         {.text = change->project},
                         {.text = change->id},
                         {.text = tag->note},
                         {.text = gm_sqitch_user(ledger)},
                         {.text = ledger->actor},
                         {.text = gm_sqitch_time(ledger->arena, ledger->dialect, tag->time)},
                         {.text = tag->planner},
                         {.text = tag->email}};
    return write(db, ledger,
                 "INSERT INTO %.*s.tags (tag_id, tag, project, change_id, note, committer_name, "
                 "committer_email, planned_at, planner_name, planner_email, committed_at) VALUES "
                 "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, @now)",
                 values, 10, &hit, err);
}

static gm_code write_event(gm_db *db, const gm_ledger *ledger, const gm_sqitch_change *change,
                           gm_err *err)
{
    bool hit = false;
    gm_arena *arena = ledger->arena;
    gm_strs lists[3] = {0}; /* tags, requires, conflicts */
    GM_EACH (const gm_sqitch_tag, tag, &change->tags)
        gm_vec_push(arena, &lists[0], tag->name);
    GM_EACH (const gm_sqitch_need, need, &change->needs)
        gm_vec_push(arena, &lists[need->conflict ? 2 : 1], need->text);
    gm_value values[] = {{.text = change->id},
                         {.text = change->name},
                         {.text = change->project},
                         {.text = change->note},
                         {.text = gm_sqitch_list(arena, ledger->dialect, &lists[0], GM_STR(" "))},
                         {.text = gm_sqitch_list(arena, ledger->dialect, &lists[1], GM_STR(","))},
                         {.text = gm_sqitch_list(arena, ledger->dialect, &lists[2], GM_STR(","))},
                         {.text = gm_sqitch_user(ledger)},
                         {.text = ledger->actor},
                         {.text = gm_sqitch_time(arena, ledger->dialect, change->time)},
                         {.text = change->planner},
                         {.text = change->email}};
    return write(
        db, ledger,
        "INSERT INTO %.*s.events (event, change_id, change, project, note, tags, requires, "
        "conflicts, committer_name, committer_email, planned_at, planner_name, "
        "planner_email, committed_at) VALUES ('deploy', $1, $2, $3, $4, $5, $6, $7, $8, "
        "$9, $10, $11, $12, @now)",
        values, 12, &hit, err);
}

gm_code gm_sqitch_insert(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row,
                         bool *inserted, gm_err *err)
{
    gm_str id = row->id;
    gm_arena *arena = ledger->arena;
    const gm_node *node = ledger->graph ? gm_graph_find(ledger->graph, id) : NULL;
    const gm_sqitch_change *change = node ? node->revision->sqitch : NULL;
    if (!change) {
        gm_fail(err, GM_E_REFUSED, "sqitch.plan has no change %.*s", GM_ARG(id));
        return gm_hint(err, "Check out a commit that has it; `gmig whence` finds one.");
    }
    gm_value values[] = {
        {.text = change->id},      {.text = gm_sqitch_script_hash(arena, node->revision)},
        {.text = change->name},    {.text = change->project},
        {.text = change->note},    {.text = gm_sqitch_user(ledger)},
        {.text = ledger->actor},   {.text = gm_sqitch_time(arena, ledger->dialect, change->time)},
        {.text = change->planner}, {.text = change->email}};
    GM_TRY(lock(db, ledger, err));
    GM_TRY(write(db, ledger,
                 "INSERT INTO %.*s.changes (change_id, script_hash, change, project, note, "
                 "committer_name, committer_email, planned_at, planner_name, planner_email, "
                 "committed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, @now) ON CONFLICT "
                 "(change_id) DO NOTHING RETURNING 1",
                 values, 10, inserted, err));
    if (!*inserted)
        return GM_OK;
    GM_EACH (const gm_sqitch_need, need, &change->needs)
        GM_TRY(write_need(db, ledger, change, need, err));
    GM_EACH (const gm_sqitch_tag, tag, &change->tags)
        GM_TRY(write_tag(db, ledger, change, tag, err));
    return write_event(db, ledger, change, err);
}

/* ---- and back ---- */

static gm_code refuse_needed(gm_db *db, const gm_ledger *ledger, const gm_value *id, gm_err *err)
{
    gm_rows rows;
    GM_TRY(gm_sqitch_ask(
        db, ledger,
        "SELECT c.project || ':' || c.change FROM %.*s.dependencies d JOIN %.*s.changes c ON "
        "c.change_id = d.change_id WHERE d.dependency_id = $1 ORDER BY 1",
        id, 1, &rows, err));
    if (!rows.rows.len)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "%.*s requires it, and is deployed",
            GM_ARG(rows.rows.items[0][0].text));
    return gm_hint(err, "Revert that first.");
}

gm_code gm_sqitch_remove(gm_db *db, const gm_ledger *ledger, gm_str id, bool *deleted, gm_err *err)
{
    static const char *const clean[] = {"DELETE FROM %.*s.tags WHERE change_id = $1",
                                        "DELETE FROM %.*s.dependencies WHERE change_id = $1",
                                        "DELETE FROM %.*s.changes WHERE change_id = $1"};
    const gm_sqitch_registry *of = ledger->tool;
    const gm_sqitch_deployed *found = gm_map_get(&of->known, id);
    const gm_node *node = ledger->graph ? gm_graph_find(ledger->graph, id) : NULL;
    bool hit = false;
    gm_value values[] = {{.null = true}, {.text = gm_sqitch_user(ledger)}, {.text = ledger->actor}};
    /* What this run has deployed itself was not there to be read. */
    if (found)
        values[0] = (gm_value){.text = found->id};
    else if (node && node->revision->sqitch)
        values[0] = (gm_value){.text = node->revision->sqitch->id};
    GM_TRY(lock(db, ledger, err));
    GM_TRY(refuse_needed(db, ledger, values, err));
    GM_TRY(write(db, ledger, gm_sqitch_revert_event(ledger->dialect), values, 3, deleted, err));
    for (size_t i = 0; *deleted && i < 3; i++)
        GM_TRY(write(db, ledger, clean[i], values, 1, &hit, err));
    return GM_OK;
}
