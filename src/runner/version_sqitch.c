/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On SQLite the registry is another file. It is attached for as long as it is read or written, and
 * not while the statements of a revision run: they would find its tables wherever their own
 * database has none of that name. Attached within the transaction, both files are committed as one,
 * unless one of them is in WAL mode.
 */
#include "runner/version_sqitch.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"
#include "runner/version_sqitch_ddl.h"
#include "runner/version_sqitch_write.h"

#define REGISTRY "sqitch"
#define REGISTRY_VERSION "1.1"

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
    return ((const gm_sqitch_registry *)ledger->tool)->path;
}

static gm_code open_registry(gm_db *db, gm_ledger *ledger, gm_str schema, gm_err *err)
{
    gm_arena *arena = ledger->arena;
    gm_sqitch_registry *made = gm_new(arena, gm_sqitch_registry);
    gm_rows rows = {0};
    gm_str name = schema.len ? schema : GM_STR(REGISTRY);
    ledger->tool = made;
    ledger->schema = ledger->dialect == GM_SQLITE ? GM_STR(GM_SQITCH_ATTACHED) : name;
    ledger->name = gm_str_printf(arena, "%.*s.changes", GM_ARG(name));
    ledger->revisions = gm_db_quote_name(arena, ledger->schema);
    if (ledger->dialect == GM_POSTGRES)
        return GM_OK;
    GM_TRY(gm_db_query(arena, db, "SELECT file FROM pragma_database_list WHERE name = 'main'", NULL,
                       0, &rows, err));
    made->path = path_beside(arena, rows.rows.len ? rows.rows.items[0][0].text : (gm_str){0}, name);
    return GM_OK;
}

gm_code gm_sqitch_attach(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    gm_sqitch_registry *of = ledger->tool;
    gm_rows rows = {0};
    gm_value path = {.text = of->path};
    if (ledger->dialect == GM_POSTGRES || of->attached)
        return GM_OK;
    GM_TRY(
        gm_db_query(ledger->arena, db, "ATTACH $1 AS " GM_SQITCH_ATTACHED, &path, 1, &rows, err));
    of->attached = true;
    return GM_OK;
}

static void detach(gm_db *db, const gm_ledger *ledger)
{
    gm_sqitch_registry *of = ledger->tool;
    gm_err ignored = gm_err_new(ledger->arena);
    if (of->attached && gm_db_tx_state(db) == GM_TX_NONE &&
        gm_db_execute(db, GM_STR("DETACH " GM_SQITCH_ATTACHED), NULL, &ignored) == GM_OK)
        of->attached = false;
}

/* ---- reading ---- */

gm_code gm_sqitch_ask(gm_db *db, const gm_ledger *ledger, const char *statement,
                      const gm_value *values, size_t count, gm_rows *rows, gm_err *err)
{
    *rows = (gm_rows){0};
    return gm_version_table_ask(db, ledger, statement, values, count, rows, err);
}

static gm_code read_version(gm_db *db, const gm_ledger *ledger, gm_str *version, gm_err *err)
{
    gm_rows rows;
    GM_TRY(gm_sqitch_ask(db, ledger, "SELECT CAST(max(version) AS text) FROM %.*s.releases", NULL,
                         0, &rows, err));
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
static gm_str phantom_id(gm_arena *arena, const gm_ledger *ledger, const gm_sqitch_registry *of,
                         gm_str name, gm_str id)
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
    gm_sqitch_registry *of = ledger->tool;
    gm_rows rows;
    gm_str version = {0};
    gm_map plan = ids_of_plan(ledger);
    const gm_sqitch_change *any = ledger->graph ? any_change(ledger) : NULL;
    gm_value project = {.text = any ? any->project : GM_STR(""), .null = !any};
    GM_TRY(read_version(db, ledger, &version, err));
    GM_TRY(gm_sqitch_ask(
        db, ledger,
        gm_str_is(version, "1") || gm_str_is(version, "1.0")
            ? "SELECT change_id, change, '' FROM %.*s.changes WHERE CAST($1 AS text) IS NULL "
              "OR project = $1 ORDER BY committed_at"
            : "SELECT change_id, change, script_hash FROM %.*s.changes WHERE CAST($1 AS text) "
              "IS NULL OR project = $1 ORDER BY committed_at",
        &project, 1, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++) {
        const gm_value *v = rows.rows.items[i];
        const gm_node *node = gm_map_get(&plan, v[0].text);
        gm_sqitch_deployed *one = gm_new(arena, gm_sqitch_deployed);
        *one = (gm_sqitch_deployed){v[0].text, v[2].text};
        gm_str id = node ? node->revision->id : phantom_id(arena, ledger, of, v[1].text, v[0].text);
        gm_map_add(&of->known, id, one);
        gm_vec_push(arena, ids, id);
    }
    return GM_OK;
}

static gm_code read_registry(gm_db *db, gm_ledger *ledger, gm_strs *ids, gm_err *err)
{
    gm_sqitch_registry *of = ledger->tool;
    bool exists = false;
    of->known = gm_map_new(ledger->arena);
    ledger->exists = false;
    if (ledger->dialect == GM_SQLITE && !of->attached &&
        (!of->path.len || !gm_file_exists(of->path)))
        return GM_OK;
    GM_TRY(gm_sqitch_attach(db, ledger, err));
    gm_code code = gm_db_table_exists(db, ledger->schema, GM_STR("changes"), &exists, err);
    if (code == GM_OK && exists)
        code = read_changes(db, ledger, ids, err);
    ledger->exists = exists;
    detach(db, ledger);
    return code;
}

gm_str gm_sqitch_script_hash(gm_arena *arena, const gm_revision *revision)
{
    gm_oid sum = gm_sha1(revision->text);
    return gm_oid_hex(arena, &sum);
}

static bool is_applied(const gm_ledger *ledger, gm_str id, const gm_revision *revision)
{
    const gm_sqitch_registry *of = ledger->tool;
    const gm_sqitch_deployed *found = gm_map_get(&of->known, id);
    return found && revision->text.len &&
           gm_str_eq(found->script_hash, gm_sqitch_script_hash(ledger->arena, revision));
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

gm_str gm_sqitch_user(const gm_ledger *ledger)
{
    return gm_str_sub(ledger->actor, 0, gm_str_find(ledger->actor, '@', 0));
}

static gm_code make_tables(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    gm_rows rows;
    gm_strs ddl = gm_sqitch_ddl(ledger->arena, ledger->dialect, ledger->revisions);
    gm_value values[] = {{.text = gm_sqitch_user(ledger)}, {.text = ledger->actor}};
    GM_EACH (const gm_str, statement, &ddl)
        GM_TRY(gm_db_execute(db, *statement, NULL, err));
    return gm_sqitch_ask(
        db, ledger,
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
                         {.text = gm_sqitch_user(ledger)},
                         {.text = ledger->actor}};
    GM_TRY(gm_sqitch_ask(db, ledger, "SELECT uri FROM %.*s.projects WHERE project = $1", values, 1,
                         &rows, err));
    if (!rows.rows.len)
        return gm_sqitch_ask(
            db, ledger,
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
    const gm_sqitch_registry *of = ledger->tool;
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
    GM_TRY(gm_sqitch_attach(db, ledger, err));
    gm_code code = gm_db_begin(db, err);
    if (code == GM_OK)
        code = gm_db_end(db, create_within(db, ledger, change, err), err);
    detach(db, ledger);
    ledger->exists |= code == GM_OK;
    return code;
}

const gm_version_table_ops gm_version_sqitch = {.beside = true,
                                                .open = open_registry,
                                                .read = read_registry,
                                                .is = is_applied,
                                                .create = create_registry,
                                                .insert = gm_sqitch_insert,
                                                .remove = gm_sqitch_remove,
                                                .rest = detach,
                                                .file = file_of};
