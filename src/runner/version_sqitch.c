/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On SQLite the registry is another file. It is attached for as long as it is read or written, and
 * not while the statements of a revision run: they would find its tables wherever their own
 * database has none of that name. Attached within the transaction, both files are committed as one,
 * unless one of them is in WAL mode.
 *
 * On PostgreSQL sqitch holds an advisory lock of its own for the whole of a deployment. A step
 * takes it for its transaction, so that the two do not run into each other, whatever pooler is
 * between.
 */
#include "runner/version_sqitch.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"
#include "history/formats/sqitch_plan.h"
#include "runner/version_sqitch_ddl.h"

/* The name that the file is attached as. */
#define ATTACHED "gmig_sqitch"
#define REGISTRY "sqitch"
#define REGISTRY_VERSION "1.1"

/* What the registry has of a change. */
typedef struct {
    gm_str id; /* sqitch's */
    gm_str script_hash;
} deployed;

typedef struct {
    gm_str path;   /* SQLite: of the file; empty: the database is none */
    bool attached; /* SQLite */
    gm_map known;  /* id -> deployed */
} registry;

/* ---- where it is ---- */

/* sqitch keeps what is behind the first "." of the database's name. */
static gm_str path_beside(gm_arena *arena, gm_str database, gm_str name)
{
    gm_str folder = gm_path_folder(database);
    gm_str base = gm_path_name(database);
    gm_str ending = gm_str_sub(base, gm_str_find(base, '.', 0), base.len);
    if (!database.len)
        return (gm_str){0};
    if (!gm_str_has(name, '.') || gm_str_starts(name, GM_STR("/")))
        name = gm_str_printf(arena, "%.*s%.*s", GM_ARG(name),
                             GM_ARG(gm_str_has(name, '.') ? GM_STR("") : ending));
    return gm_path_join(arena, folder, name);
}

static gm_str file_of(const gm_ledger *ledger)
{
    return ((const registry *)ledger->tool)->path;
}

static gm_code open_registry(gm_db *db, gm_ledger *ledger, gm_str schema, gm_err *err)
{
    gm_arena *arena = ledger->arena;
    registry *made = gm_new(arena, registry);
    gm_rows rows = {0};
    gm_str name = schema.len ? schema : GM_STR(REGISTRY);
    ledger->tool = made;
    ledger->schema = ledger->dialect == GM_SQLITE ? GM_STR(ATTACHED) : name;
    ledger->name = gm_str_printf(arena, "%.*s.changes", GM_ARG(name));
    ledger->revisions = gm_db_quote_name(arena, ledger->schema);
    if (ledger->dialect == GM_POSTGRES)
        return GM_OK;
    GM_TRY(gm_db_query(arena, db, "SELECT file FROM pragma_database_list WHERE name = 'main'", NULL,
                       0, &rows, err));
    made->path = path_beside(arena, rows.rows.len ? rows.rows.items[0][0].text : (gm_str){0}, name);
    return GM_OK;
}

static gm_code attach(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    registry *of = ledger->tool;
    gm_rows rows = {0};
    gm_value path = {.text = of->path};
    if (ledger->dialect == GM_POSTGRES || of->attached)
        return GM_OK;
    GM_TRY(gm_db_query(ledger->arena, db, "ATTACH $1 AS " ATTACHED, &path, 1, &rows, err));
    of->attached = true;
    return GM_OK;
}

static void detach(gm_db *db, const gm_ledger *ledger)
{
    registry *of = ledger->tool;
    gm_err ignored = gm_err_new(ledger->arena);
    if (of->attached && gm_db_tx_state(db) == GM_TX_NONE &&
        gm_db_execute(db, GM_STR("DETACH " ATTACHED), NULL, &ignored) == GM_OK)
        of->attached = false;
}

/* ---- reading ---- */

static gm_code ask(gm_db *db, const gm_ledger *ledger, const char *statement,
                   const gm_value *values, size_t count, gm_rows *rows, gm_err *err)
{
    *rows = (gm_rows){0};
    return gm_version_table_ask(db, ledger, statement, values, count, rows, err);
}

static gm_code read_version(gm_db *db, const gm_ledger *ledger, gm_str *version, gm_err *err)
{
    gm_rows rows;
    GM_TRY(ask(db, ledger, "SELECT CAST(max(version) AS text) FROM %.*s.releases", NULL, 0, &rows,
               err));
    *version = rows.rows.len ? rows.rows.items[0][0].text : (gm_str){0};
    return GM_OK;
}

/* Any change of the plan; all of them have the project. NULL: the graph is none of sqitch's. */
static const gm_sqitch_change *any_change(const gm_ledger *ledger)
{
    GM_EACH (gm_node *, node, &ledger->graph->order)
        if ((*node)->revision->sqitch)
            return (*node)->revision->sqitch;
    return NULL;
}

static gm_map ids_of_plan(const gm_ledger *ledger)
{
    gm_map ids = gm_map_new(ledger->arena);
    if (!ledger->graph)
        return ids;
    GM_EACH (gm_node *, node, &ledger->graph->order)
        if ((*node)->revision->sqitch)
            gm_map_add(&ids, (*node)->revision->sqitch->id, *node);
    return ids;
}

/* A phantom is called as its change is, unless that is taken. */
static gm_str phantom_id(gm_arena *arena, const gm_ledger *ledger, const registry *of, gm_str name,
                         gm_str id)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < name.len && i < 100; i++) {
        gm_str one = gm_str_sub(name, i, i + 1);
        gm_buf_char(&buf, gm_revision_id_valid(one) ? one.ptr[0] : '_');
    }
    gm_str called = gm_buf_str(&buf);
    bool taken = (ledger->graph && gm_graph_find(ledger->graph, called)) ||
                 gm_map_get(&of->known, called) || !gm_revision_id_valid(called);
    return taken ? gm_str_printf(arena, "%.*s.%.*s", GM_ARG(called), GM_ARG(gm_str_sub(id, 0, 12)))
                 : called;
}

static gm_code read_changes(gm_db *db, gm_ledger *ledger, gm_strs *ids, gm_err *err)
{
    gm_arena *arena = ledger->arena;
    registry *of = ledger->tool;
    gm_rows rows;
    gm_str version = {0};
    gm_map plan = ids_of_plan(ledger);
    const gm_sqitch_change *any = ledger->graph ? any_change(ledger) : NULL;
    gm_value project = {.text = any ? any->project : GM_STR(""), .null = !any};
    GM_TRY(read_version(db, ledger, &version, err));
    GM_TRY(
        ask(db, ledger,
            gm_str_is(version, "1") || gm_str_is(version, "1.0")
                ? "SELECT change_id, change, '' FROM %.*s.changes WHERE CAST($1 AS text) IS NULL "
                  "OR project = $1 ORDER BY committed_at"
                : "SELECT change_id, change, script_hash FROM %.*s.changes WHERE CAST($1 AS text) "
                  "IS NULL OR project = $1 ORDER BY committed_at",
            &project, 1, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++) {
        const gm_value *v = rows.rows.items[i];
        const gm_node *node = gm_map_get(&plan, v[0].text);
        deployed *one = gm_new(arena, deployed);
        *one = (deployed){v[0].text, v[2].text};
        gm_str id = node ? node->revision->id : phantom_id(arena, ledger, of, v[1].text, v[0].text);
        gm_map_add(&of->known, id, one);
        gm_vec_push(arena, ids, id);
    }
    return GM_OK;
}

static gm_code read_registry(gm_db *db, gm_ledger *ledger, gm_strs *ids, gm_err *err)
{
    registry *of = ledger->tool;
    bool exists = false;
    of->known = gm_map_new(ledger->arena);
    ledger->exists = false;
    if (ledger->dialect == GM_SQLITE && !of->attached &&
        (!of->path.len || !gm_file_exists(of->path)))
        return GM_OK;
    GM_TRY(attach(db, ledger, err));
    gm_code code = gm_db_table_exists(db, ledger->schema, GM_STR("changes"), &exists, err);
    if (code == GM_OK && exists)
        code = read_changes(db, ledger, ids, err);
    ledger->exists = exists;
    detach(db, ledger);
    return code;
}

static gm_str script_hash(gm_arena *arena, const gm_revision *revision)
{
    gm_oid sum = gm_sha1(revision->text);
    return gm_oid_hex(arena, &sum);
}

static bool is_applied(const gm_ledger *ledger, gm_str id, const gm_revision *revision)
{
    const registry *of = ledger->tool;
    const deployed *found = gm_map_get(&of->known, id);
    return found && revision->text.len &&
           gm_str_eq(found->script_hash, script_hash(ledger->arena, revision));
}

/* ---- making it ---- */

static gm_code check_version(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    gm_str version = {0};
    GM_TRY(read_version(db, ledger, &version, err));
    if (gm_str_is(version, REGISTRY_VERSION))
        return GM_OK;
    gm_fail(err, GM_E_REFUSED,
            "sqitch's registry is of version %.*s; gmig writes " REGISTRY_VERSION, GM_ARG(version));
    return gm_hint(err, "`sqitch upgrade` brings an older one up.");
}

/* "ada" and "ada@host" of "ada@host", as sqitch has it for a user whom nobody has named. */
static gm_str user_name(const gm_ledger *ledger)
{
    return gm_str_sub(ledger->actor, 0, gm_str_find(ledger->actor, '@', 0));
}

static gm_code make_tables(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    gm_rows rows;
    gm_strs ddl = gm_sqitch_ddl(ledger->arena, ledger->dialect, ledger->revisions);
    gm_value values[] = {{.text = user_name(ledger)}, {.text = ledger->actor}};
    GM_EACH (const gm_str, statement, &ddl)
        GM_TRY(gm_db_execute(db, *statement, NULL, err));
    return ask(db, ledger,
               "INSERT INTO %.*s.releases (version, installer_name, installer_email) VALUES "
               "(" REGISTRY_VERSION ", $1, $2)",
               values, 2, &rows, err);
}

static gm_code register_project(gm_db *db, const gm_ledger *ledger, const gm_sqitch_change *change,
                                gm_err *err)
{
    gm_rows rows;
    gm_value values[] = {{.text = change->project},
                         {.text = change->uri, .null = !change->uri.len},
                         {.text = user_name(ledger)},
                         {.text = ledger->actor}};
    GM_TRY(
        ask(db, ledger, "SELECT uri FROM %.*s.projects WHERE project = $1", values, 1, &rows, err));
    if (!rows.rows.len)
        return ask(db, ledger,
                   "INSERT INTO %.*s.projects (project, uri, creator_name, creator_email) VALUES "
                   "($1, $2, $3, $4)",
                   values, 4, &rows, err);
    if (gm_str_eq(rows.rows.items[0][0].text, change->uri))
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "project %.*s is registered there with %s%.*s",
            GM_ARG(change->project), rows.rows.items[0][0].null ? "no URI" : "the URI ",
            GM_ARG(rows.rows.items[0][0].text));
    return gm_hint(err, "Another project has its name, or `%%uri` of sqitch.plan has changed.");
}

static gm_code create_within(gm_db *db, gm_ledger *ledger, const gm_sqitch_change *change,
                             gm_err *err)
{
    if (ledger->exists)
        GM_TRY(check_version(db, ledger, err));
    else
        GM_TRY(make_tables(db, ledger, err));
    return register_project(db, ledger, change, err);
}

static gm_code create_registry(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    const registry *of = ledger->tool;
    const gm_sqitch_change *change = ledger->graph ? any_change(ledger) : NULL;
    if (!change)
        return GM_OK;
    if (!change->project.len) {
        gm_fail(err, GM_E_REFUSED, "sqitch.plan has no line %%project=NAME");
        return gm_hint(err, "Without it sqitch's ids of changes cannot be told.");
    }
    if (ledger->dialect == GM_SQLITE && !of->path.len) {
        gm_fail(err, GM_E_REFUSED,
                "sqitch's registry is a file beside the database, and %.*s is none",
                GM_ARG(gm_db_shown(db)));
        return gm_hint(err, "Name a database in a file.");
    }
    GM_TRY(attach(db, ledger, err));
    gm_code code = gm_db_begin(db, err);
    if (code == GM_OK)
        code = gm_db_end(db, create_within(db, ledger, change, err), err);
    detach(db, ledger);
    ledger->exists |= code == GM_OK;
    return code;
}

/* ---- a change ---- */

static gm_code lock(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    gm_rows rows;
    if (ledger->dialect == GM_SQLITE)
        return attach(db, ledger, err);
    GM_TRY(ask(db, ledger, "SELECT pg_try_advisory_xact_lock(75474063)", NULL, 0, &rows, err));
    if (!gm_str_is(rows.rows.items[0][0].text, "t")) {
        gm_fail(err, GM_E_LOCKED, "sqitch is at work in this database");
        return gm_hint(err, "Run the same command again when it is done.");
    }
    return ask(db, ledger, "LOCK TABLE %.*s.changes IN EXCLUSIVE MODE", NULL, 0, &rows, err);
}

/* The times of changes are their order: two must never have one. */
static const char *now(const gm_ledger *ledger)
{
    return ledger->dialect == GM_POSTGRES
               ? "clock_timestamp()"
               : "max(strftime('%Y-%m-%d %H:%M:%f', 'now'), coalesce((SELECT "
                 "strftime('%Y-%m-%d %H:%M:%f', max(committed_at), '+0.001 seconds') FROM " ATTACHED
                 ".events), ''))";
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
    GM_TRY(ask(db, ledger, gm_buf_str(&buf).ptr, values, count, &rows, err));
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
    GM_TRY(ask(db, ledger, query, values, count, &rows, err));
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
                         {.text = user_name(ledger)},
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
                         {.text = user_name(ledger)},
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

static gm_code insert_change(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row,
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
        {.text = change->id},      {.text = script_hash(arena, node->revision)},
        {.text = change->name},    {.text = change->project},
        {.text = change->note},    {.text = user_name(ledger)},
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
    GM_TRY(
        ask(db, ledger,
            "SELECT c.project || ':' || c.change FROM %.*s.dependencies d JOIN %.*s.changes c ON "
            "c.change_id = d.change_id WHERE d.dependency_id = $1 ORDER BY 1",
            id, 1, &rows, err));
    if (!rows.rows.len)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "%.*s requires it, and is deployed",
            GM_ARG(rows.rows.items[0][0].text));
    return gm_hint(err, "Revert that first.");
}

static gm_code remove_change(gm_db *db, const gm_ledger *ledger, gm_str id, bool *deleted,
                             gm_err *err)
{
    static const char *const clean[] = {"DELETE FROM %.*s.tags WHERE change_id = $1",
                                        "DELETE FROM %.*s.dependencies WHERE change_id = $1",
                                        "DELETE FROM %.*s.changes WHERE change_id = $1"};
    const registry *of = ledger->tool;
    const deployed *found = gm_map_get(&of->known, id);
    const gm_node *node = ledger->graph ? gm_graph_find(ledger->graph, id) : NULL;
    bool hit = false;
    gm_value values[] = {{.null = true}, {.text = user_name(ledger)}, {.text = ledger->actor}};
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

const gm_version_table_ops gm_version_sqitch = {.beside = true,
                                                .open = open_registry,
                                                .read = read_registry,
                                                .is = is_applied,
                                                .create = create_registry,
                                                .insert = insert_change,
                                                .remove = remove_change,
                                                .rest = detach,
                                                .file = file_of};
