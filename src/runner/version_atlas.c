/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/version_atlas.h"

#include "history/formats/atlas_file.h"
#include "history/formats/atlas_sum.h"
#include "runner/part.h"

#define ATLAS_SCHEMA "atlas_schema_revisions"
#define RESOLVED 4 /* a bit of the type: `migrate set` has said that it is done */

typedef struct {
    gm_map sums; /* name of a file -> its gm_str; made when first asked for */
    bool summed;
} atlas_tool;

typedef struct {
    gm_str version;
    bool whole; /* applied = total */
    bool resolved;
} atlas_row;

typedef GM_VEC(atlas_row) atlas_rows;

static gm_str version_of(const gm_node *node)
{
    return gm_atlas_file_version(node->revision->path);
}

static bool is_checkpoint(gm_arena *arena, const gm_node *node)
{
    return gm_atlas_file_read(arena, node->revision->text).checkpoint;
}

/* ---- reading ---- */

static int by_version(const void *a, const void *b)
{
    return gm_str_cmp(((const atlas_row *)a)->version, ((const atlas_row *)b)->version);
}

static gm_code ask_rows(gm_db *db, const gm_ledger *ledger, atlas_rows *list, gm_err *err)
{
    gm_rows rows = {0};
    GM_TRY(gm_version_table_ask(db, ledger,
                                "SELECT version, applied = total, CAST(type AS integer) FROM %.*s "
                                "WHERE version <> '.atlas_cloud_identifier'",
                                NULL, 0, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++) {
        const gm_value *v = rows.rows.items[i];
        uint64_t type = 0;
        gm_str_u64(v[2].text, &type);
        atlas_row row = {.version = v[0].text,
                         .whole = gm_str_is(v[1].text, "1") || gm_str_is(v[1].text, "t"),
                         .resolved = (type & RESOLVED) != 0};
        gm_vec_push(ledger->arena, list, row);
    }
    gm_sort(list->items, list->len, sizeof(*list->items), by_version);
    return GM_OK;
}

static const atlas_row *find_row(const atlas_rows *rows, gm_str version)
{
    GM_EACH (const atlas_row, row, rows)
        if (gm_str_eq(row->version, version))
            return row;
    return NULL;
}

/* Without a row, but Atlas does not run it any more. */
static bool is_passed(gm_arena *arena, const atlas_rows *rows, const gm_node *node)
{
    return rows->len &&
           (gm_str_cmp(version_of(node), rows->items[0].version) < 0 || is_checkpoint(arena, node));
}

static gm_code read_rows(gm_db *db, const gm_ledger *ledger, gm_strs *ids, gm_err *err)
{
    atlas_rows rows = {0};
    gm_arena *arena = ledger->arena;
    gm_map counted = gm_map_new(arena);
    gm_map known = gm_map_new(arena);
    GM_TRY(ask_rows(db, ledger, &rows, err));
    const atlas_row *last = rows.len ? &rows.items[rows.len - 1] : NULL;
    GM_EACH (atlas_row, row, &rows)
        if (row != last || row->whole)
            gm_map_add(&counted, row->version, row);
    if (ledger->graph)
        GM_EACH (gm_node *, node, &ledger->graph->order) {
            gm_map_add(&known, version_of(*node), *node);
            if (gm_map_get(&counted, version_of(*node)) ||
                (is_passed(arena, &rows, *node) && !find_row(&rows, version_of(*node))))
                gm_vec_push(arena, ids, (*node)->revision->id);
        }
    GM_EACH (const atlas_row, row, &rows)
        if (gm_map_get(&counted, row->version) && !gm_map_get(&known, row->version))
            gm_vec_push(arena, ids, row->version);
    return GM_OK;
}

static gm_code read_table(gm_db *db, gm_ledger *ledger, gm_strs *ids, gm_err *err)
{
    GM_TRY(gm_db_table_exists(db, ledger->schema, gm_str_from(ledger->table->name), &ledger->exists,
                              err));
    return ledger->exists ? read_rows(db, ledger, ids, err) : GM_OK;
}

/* ---- where it is ---- */

static gm_code choose_schema(gm_db *db, const gm_ledger *ledger, gm_str *schema, gm_err *err)
{
    bool here = false;
    bool apart = false;
    gm_str current;
    gm_str name = gm_str_from(ledger->table->name);
    GM_TRY(gm_db_current_schema(ledger->arena, db, &current, err));
    if (current.len)
        GM_TRY(gm_db_table_exists(db, current, name, &here, err));
    GM_TRY(gm_db_table_exists(db, GM_STR(ATLAS_SCHEMA), name, &apart, err));
    *schema = here ? current : GM_STR(ATLAS_SCHEMA);
    if (!here || !apart || gm_str_is(current, ATLAS_SCHEMA))
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "there are two tables of Atlas's: in the schema %.*s and in %s",
            GM_ARG(current), ATLAS_SCHEMA);
    return gm_hint(err, "Name the schema of the right one in gmig.yml: `ledger: {schema: NAME}`.");
}

static gm_code open_table(gm_db *db, gm_ledger *ledger, gm_str schema, gm_err *err)
{
    atlas_tool *tool = gm_new(ledger->arena, atlas_tool);
    tool->sums = gm_map_new(ledger->arena);
    ledger->tool = tool;
    if (ledger->dialect == GM_POSTGRES && !schema.len)
        GM_TRY(choose_schema(db, ledger, &schema, err));
    return gm_version_table_name(db, ledger, schema, err);
}

static bool is_version(const gm_ledger *ledger, gm_str id, const gm_revision *revision)
{
    (void)ledger;
    (void)id;
    (void)revision;
    return true;
}

/* ---- writing ---- */

/* A row that is not the last one counts as applied to Atlas, whatever it says. gmig asks first. */
static gm_code refuse_failed(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    atlas_rows rows = {0};
    GM_TRY(ask_rows(db, ledger, &rows, err));
    GM_EACH (const atlas_row, row, &rows) {
        bool last = row == &rows.items[rows.len - 1];
        if (row->whole || (row->resolved && !last))
            continue;
        gm_fail(err, GM_E_REFUSED, "%.*s says that version %.*s has failed half way",
                GM_ARG(ledger->name), GM_ARG(row->version));
        return gm_hint(err, "Look at the database, and let Atlas go on with it first.");
    }
    return GM_OK;
}

static gm_code create_schema(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    gm_rows rows = {0};
    gm_value name = {.text = ledger->schema};
    if (ledger->dialect == GM_SQLITE)
        return GM_OK;
    GM_TRY(gm_db_query(ledger->arena, db, "SELECT 1 FROM pg_namespace WHERE nspname = $1", &name, 1,
                       &rows, err));
    if (rows.rows.len)
        return GM_OK;
    gm_str sql = gm_str_printf(ledger->arena, "CREATE SCHEMA %.*s",
                               GM_ARG(gm_db_quote_name(ledger->arena, ledger->schema)));
    return gm_db_query(ledger->arena, db, sql.ptr, NULL, 0, &rows, err);
}

static gm_code create_in_transaction(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    static const char *const ddl[GM_DIALECT_COUNT] = {
        [GM_SQLITE] = "CREATE TABLE %.*s (`version` text NOT NULL, `description` text NOT NULL, "
                      "`type` integer NOT NULL DEFAULT (2), `applied` integer NOT NULL DEFAULT "
                      "(0), `total` integer NOT NULL DEFAULT (0), `executed_at` datetime NOT NULL, "
                      "`execution_time` integer NOT NULL, `error` text NULL, `error_stmt` text "
                      "NULL, `hash` text NOT NULL, `partial_hashes` json NULL, "
                      "`operator_version` text NOT NULL, PRIMARY KEY (`version`))",
        [GM_POSTGRES] = "CREATE TABLE %.*s (version character varying NOT NULL, description "
                        "character varying NOT NULL, type bigint NOT NULL DEFAULT 2, applied "
                        "bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0, executed_at "
                        "timestamptz NOT NULL, execution_time bigint NOT NULL, error text NULL, "
                        "error_stmt text NULL, hash character varying NOT NULL, partial_hashes "
                        "jsonb NULL, operator_version character varying NOT NULL, PRIMARY KEY "
                        "(version))"};
    gm_rows rows = {0};
    GM_TRY(create_schema(db, ledger, err));
    return gm_version_table_ask(db, ledger, ddl[ledger->dialect], NULL, 0, &rows, err);
}

static gm_code create_table(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    if (ledger->exists)
        return refuse_failed(db, ledger, err);
    GM_TRY(gm_db_begin(db, err));
    GM_TRY(gm_db_end(db, create_in_transaction(db, ledger, err), err));
    ledger->exists = true;
    return GM_OK;
}

/* Atlas holds this one for all that it applies: FNV-1 of "atlas_migrate_execute". Its lock of a
 * SQLite file is a file in the folder for temporary ones. */
static gm_code lock_table(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    gm_rows rows = {0};
    if (ledger->dialect == GM_SQLITE)
        return GM_OK;
    GM_TRY(gm_version_table_ask(db, ledger, "SELECT pg_try_advisory_xact_lock(2686470616)", NULL, 0,
                                &rows, err));
    if (gm_str_is(rows.rows.items[0][0].text, "t"))
        return GM_OK;
    gm_fail(err, GM_E_LOCKED, "Atlas is at work in this database");
    return gm_hint(err, "Run the same command again when it is done.");
}

/* The sum of a file in atlas.sum is one of it and all before it. */
static void sum_files(const gm_ledger *ledger, atlas_tool *tool)
{
    gm_revisions all = {0};
    gm_str line;
    gm_arena *arena = ledger->arena;
    GM_EACH (gm_node *, node, &ledger->graph->order)
        gm_vec_push(arena, &all, (*node)->revision);
    GM_EACH (const gm_revision *, revision, &ledger->graph->duplicates)
        gm_vec_push(arena, &all, *revision);
    gm_str text = gm_atlas_sum(arena, &all);
    gm_str_line(&text, &line);
    while (gm_str_line(&text, &line)) {
        const gm_str mark = GM_STR(" h1:");
        gm_str *sum = gm_new(arena, gm_str);
        size_t end = gm_str_search(line, mark);
        *sum = gm_str_sub(line, end + mark.len, line.len);
        gm_map_add(&tool->sums, gm_str_sub(line, 0, end), sum);
    }
    tool->summed = true;
}

static gm_code hash_of(const gm_ledger *ledger, const gm_revision *revision, gm_str *hash,
                       gm_err *err)
{
    atlas_tool *tool = ledger->tool;
    gm_str name = gm_atlas_file_name(revision->path);
    if (!tool->summed)
        sum_files(ledger, tool);
    const gm_str *sum = gm_map_get(&tool->sums, name);
    if (!sum) {
        gm_fail(err, GM_E_REFUSED, "atlas.sum leaves %.*s out, so Atlas does not run it",
                GM_ARG(name));
        return gm_hint(err, "Run: atlas migrate hash");
    }
    *hash = *sum;
    return GM_OK;
}

typedef struct {
    gm_str version;
    gm_str description;
    const char *type;
    size_t statements;
    gm_str hash;
} new_row;

static gm_code write_row(gm_db *db, const gm_ledger *ledger, const new_row *row, bool *inserted,
                         gm_err *err)
{
    static const char *const insert[GM_DIALECT_COUNT] = {
        [GM_SQLITE] =
            "INSERT INTO %.*s (version, description, type, applied, total, executed_at, "
            "execution_time, error, error_stmt, hash, partial_hashes, operator_version) VALUES "
            "($1, $2, CAST($3 AS integer), CAST($4 AS integer), CAST($4 AS integer), "
            "strftime('%Y-%m-%d %H:%M:%f+00:00', 'now'), 0, '', '', $5, 'null', $6) ON CONFLICT "
            "(version) DO NOTHING RETURNING 1",
        [GM_POSTGRES] =
            "INSERT INTO %.*s (version, description, type, applied, total, executed_at, "
            "execution_time, error, error_stmt, hash, partial_hashes, operator_version) VALUES "
            "($1, $2, CAST($3 AS bigint), CAST($4 AS bigint), CAST($4 AS bigint), "
            "clock_timestamp(), 0, '', '', $5, 'null', $6) ON CONFLICT (version) DO NOTHING "
            "RETURNING 1"};
    gm_rows rows = {0};
    gm_value values[] = {{.text = row->version},
                         {.text = row->description},
                         {.text = gm_str_from(row->type)},
                         {.text = gm_str_printf(ledger->arena, "%zu", row->statements)},
                         {.text = row->hash},
                         {.text = GM_STR("gmig " GMIG_VERSION)}};
    GM_TRY(gm_version_table_ask(db, ledger, insert[ledger->dialect], values, 6, &rows, err));
    *inserted = rows.rows.len > 0;
    return GM_OK;
}

/* A stamp's row is the one that `migrate set` writes. */
static gm_code insert_row(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row,
                          bool *inserted, gm_err *err)
{
    const gm_node *node = ledger->graph ? gm_graph_find(ledger->graph, row->id) : NULL;
    gm_part part = {0};
    *inserted = false;
    if (!node) {
        gm_fail(err, GM_E_REFUSED, "there is no file of revision %.*s", GM_ARG(row->id));
        return gm_hint(err, "Check out a commit that has it; `gmig whence` finds one.");
    }
    const gm_revision *revision = node->revision;
    new_row made = {.version = version_of(node),
                    .description = gm_atlas_file_description(revision->path),
                    .type = row->run.len ? "2" : "4"};
    GM_TRY(hash_of(ledger, revision, &made.hash, err));
    if (row->run.len)
        GM_TRY(gm_part_prepare(ledger->arena, revision, GM_UP, ledger->dialect, &part, err));
    made.statements = part.statements.len;
    GM_TRY(lock_table(db, ledger, err));
    return write_row(db, ledger, &made, inserted, err);
}

/* The newest below a version that Atlas would run. */
static const gm_node *node_below(const gm_ledger *ledger, gm_str version)
{
    const gm_node *found = NULL;
    if (ledger->graph)
        GM_EACH (gm_node *, node, &ledger->graph->order)
            if (gm_str_cmp(version_of(*node), version) < 0 &&
                (!found || gm_str_cmp(version_of(found), version_of(*node)) < 0) &&
                !is_checkpoint(ledger->arena, *node))
                found = *node;
    return found;
}

/* With the first row all would count as pending that was only applied because it is below it: its
 * place takes a row of a baseline, as `migrate apply --baseline` writes it. */
static gm_code keep_below(gm_db *db, const gm_ledger *ledger, gm_str version, gm_err *err)
{
    bool inserted = false;
    const gm_node *below = node_below(ledger, version);
    if (!below)
        return GM_OK;
    new_row baseline = {.version = version_of(below),
                        .description = gm_atlas_file_description(below->revision->path),
                        .type = "1"};
    return write_row(db, ledger, &baseline, &inserted, err);
}

static gm_code remove_row(gm_db *db, const gm_ledger *ledger, gm_str id, bool *deleted, gm_err *err)
{
    gm_rows gone = {0};
    atlas_rows rows = {0};
    const gm_node *node = ledger->graph ? gm_graph_find(ledger->graph, id) : NULL;
    gm_value version = {.text = node ? version_of(node) : id};
    *deleted = false;
    GM_TRY(lock_table(db, ledger, err));
    GM_TRY(ask_rows(db, ledger, &rows, err));
    const atlas_row *found = find_row(&rows, version.text);
    if (!found)
        return GM_OK;
    bool first = found == rows.items;
    if (first && rows.len > 1 && node) {
        gm_fail(err, GM_E_REFUSED, "to Atlas %.*s stays applied while there is a row of %.*s",
                GM_ARG(version.text), GM_ARG(rows.items[1].version));
        return gm_hint(err, "Take the newer one away first; `gmig stamp --purge` takes all.");
    }
    GM_TRY(gm_version_table_ask(db, ledger, "DELETE FROM %.*s WHERE version = $1", &version, 1,
                                &gone, err));
    *deleted = true;
    return first && rows.len == 1 ? keep_below(db, ledger, version.text, err) : GM_OK;
}

/* ---- files that are Atlas's own affair ---- */

static gm_code leave_to_atlas(const gm_revision *revision, const char *why, gm_err *err)
{
    gm_fail(err, GM_E_REFUSED, "revision %.*s %s", GM_ARG(revision->id), why);
    gm_str path = revision->path;
    return gm_hint(err, "Run Atlas itself for %.*s.", GM_ARG(path));
}

static bool runs_outside(const gm_revision *revision)
{
    for (int i = 0; i < GM_DIALECT_COUNT; i++)
        if (revision->up[i] && revision->up[i]->transaction_off)
            return true;
    return false;
}

static gm_code refuse_txmode(const gm_revision *revision, const gm_strs *modes, gm_err *err)
{
    bool none = modes->len == 1 && gm_str_is(modes->items[0], "none");
    bool known = none || !modes->len || (modes->len == 1 && gm_str_is(modes->items[0], "file"));
    if (!known)
        return leave_to_atlas(revision, "has a txmode that Atlas refuses in a file", err);
    if (runs_outside(revision) == none)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "Atlas does not see the txmode of revision %.*s",
            GM_ARG(revision->id));
    return gm_hint(err, "Directives of a file end with an empty line: put one behind them in %.*s.",
                   GM_ARG(revision->path));
}

static gm_code refuse_file(const gm_revision *revision, gm_err *err)
{
    gm_atlas_file file = gm_atlas_file_read(err->arena, revision->text);
    if (file.checkpoint)
        return leave_to_atlas(revision, "is a checkpoint, from which only Atlas starts", err);
    if (file.delimited)
        return leave_to_atlas(revision, "has a delimiter of its own (atlas:delimiter)", err);
    if (file.archive)
        return leave_to_atlas(revision, "is an archive of several files (atlas:txtar)", err);
    if (file.ignored)
        return leave_to_atlas(revision, "is left out of atlas.sum (atlas:sum ignore)", err);
    return refuse_txmode(revision, &file.txmodes, err);
}

const gm_version_table_ops gm_version_atlas = {.notes = true,
                                               .apart = ATLAS_SCHEMA,
                                               .open = open_table,
                                               .read = read_table,
                                               .is = is_version,
                                               .create = create_table,
                                               .insert = insert_row,
                                               .remove = remove_row,
                                               .refuse = refuse_file};
