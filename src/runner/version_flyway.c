/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/version_flyway.h"

#include "base/buf.h"
#include "history/formats/versioned.h"

/* ---- what a file is called there ---- */

static uint32_t crc_of_byte(uint32_t crc)
{
    for (int bit = 0; bit < 8; bit++)
        crc = crc & 1 ? (crc >> 1) ^ 0xedb88320U : crc >> 1;
    return crc;
}

/* Java's readLine ends a line at LF, CR and CR LF; the byte order mark of the first one is no part.
 */
int32_t gm_flyway_checksum(gm_str text)
{
    uint32_t crc = 0xffffffffU;
    if (gm_str_starts(text, GM_STR("\xef\xbb\xbf")))
        text = gm_str_sub(text, 3, text.len);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '\n' && text.ptr[i] != '\r')
            crc = crc_of_byte((crc ^ (unsigned char)text.ptr[i]) & 0xff) ^ (crc >> 8);
    return (int32_t)~crc;
}

static gm_str checksum_text(gm_arena *arena, const gm_revision *revision)
{
    return gm_str_printf(arena, "%d", (int)gm_flyway_checksum(revision->text));
}

static gm_str file_name(const gm_revision *revision)
{
    size_t slash = gm_str_rfind(revision->path, '/');
    return slash < revision->path.len ? gm_str_sub(revision->path, slash + 1, revision->path.len)
                                      : revision->path;
}

static gm_str with(gm_arena *arena, gm_str text, char from, char to)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < text.len; i++)
        gm_buf_char(&buf, text.ptr[i] == from ? to : text.ptr[i]);
    return gm_buf_str(&buf);
}

/* "add users" of V1__add_users.sql and of R__add_users.sql. */
static gm_str description_of(gm_arena *arena, const gm_revision *revision)
{
    gm_str name = file_name(revision);
    gm_str words = gm_str_sub(name, gm_str_search(name, GM_STR("__")) + 2, name.len);
    return with(arena, gm_str_sub(words, 0, gm_str_rfind(words, '.')), '_', ' ');
}

/* "1.09" of V1_09__add_users.sql: zeros stay. */
static gm_str version_of(gm_arena *arena, const gm_revision *revision)
{
    gm_str name = file_name(revision);
    return with(arena, gm_str_sub(name, 1, gm_str_search(name, GM_STR("__"))), '_', '.');
}

/* The version as an id has it. */
static gm_str id_of_version(gm_arena *arena, gm_str version)
{
    gm_version_name name = {0};
    gm_str path = gm_str_printf(arena, "V%.*s__x.sql", GM_ARG(version));
    return gm_name_flyway(arena, path, &name) ? name.id : version;
}

/* ---- reading ---- */

typedef struct {
    gm_arena *arena;
    const gm_ledger *ledger;
    gm_strs order;      /* ids, as they were first applied */
    gm_map state;       /* id -> anything; NULL: its last row says that it is not applied */
    gm_map repeatables; /* description -> gm_node */
} history;

static void take_baseline(history *h, gm_str version)
{
    GM_EACH (gm_node *, node, &h->ledger->graph->order) {
        const gm_revision *revision = (*node)->revision;
        if (revision->repeatable || gm_order_dotted(revision->id, version) > 0)
            continue;
        gm_vec_push(h->arena, &h->order, revision->id);
        gm_map_set(&h->state, revision->id, *node);
    }
}

/* What is gone from the table (`flyway repair` marks it so) is pending again, whatever its sum. */
static void take_repeatable(history *h, const gm_value *v, bool gone)
{
    const gm_node *node = gm_map_get(&h->repeatables, v[1].text);
    if (!node)
        return;
    gm_str id = node->revision->id;
    bool same = !gone && gm_str_eq(v[3].text, checksum_text(h->arena, node->revision));
    if (!gm_map_find(&h->state, id, NULL))
        gm_vec_push(h->arena, &h->order, id);
    gm_map_set(&h->state, id, same ? h->ledger->tool : NULL);
}

static void take_row(history *h, const gm_value *v)
{
    gm_str type = v[2].text;
    bool gone = gm_str_starts(type, GM_STR("UNDO")) || gm_str_is(type, "DELETE");
    if (gm_str_is(type, "SCHEMA"))
        return;
    if (v[0].null) {
        take_repeatable(h, v, gone);
        return;
    }
    gm_str id = id_of_version(h->arena, v[0].text);
    if ((gm_str_is(type, "BASELINE") || gm_str_is(type, "INIT")) && h->ledger->graph) {
        take_baseline(h, id);
        return;
    }
    if (!gm_map_find(&h->state, id, NULL))
        gm_vec_push(h->arena, &h->order, id);
    gm_map_set(&h->state, id, gone ? NULL : h->ledger->tool);
}

static gm_code read_rows(gm_db *db, gm_ledger *ledger, gm_strs *ids, gm_err *err)
{
    gm_rows rows = {0};
    gm_arena *arena = ledger->arena;
    history h = {.arena = arena,
                 .ledger = ledger,
                 .state = gm_map_new(arena),
                 .repeatables = gm_map_new(arena)};
    GM_TRY(gm_version_table_ask(db, ledger,
                                "SELECT version, description, type, CAST(checksum AS text) FROM "
                                "%.*s WHERE success ORDER BY installed_rank",
                                NULL, 0, &rows, err));
    if (ledger->graph)
        GM_EACH (gm_node *, node, &ledger->graph->order)
            if ((*node)->revision->repeatable)
                gm_map_add(&h.repeatables, description_of(arena, (*node)->revision), *node);
    for (size_t i = 0; i < rows.rows.len; i++)
        take_row(&h, rows.rows.items[i]);
    GM_EACH (const gm_str, id, &h.order)
        if (gm_map_get(&h.state, *id) && !gm_strs_have(ids, *id))
            gm_vec_push(arena, ids, *id);
    return GM_OK;
}

static gm_code read_table(gm_db *db, gm_ledger *ledger, gm_strs *ids, gm_err *err)
{
    GM_TRY(gm_db_table_exists(db, ledger->schema, gm_str_from(ledger->table->name), &ledger->exists,
                              err));
    return ledger->exists ? read_rows(db, ledger, ids, err) : GM_OK;
}

/* ---- writing ---- */

static gm_code open_table(gm_db *db, gm_ledger *ledger, gm_str schema, gm_err *err)
{
    ledger->tool = ledger;
    return gm_version_table_name(db, ledger, schema, err);
}

/* Only versions have names that other branches could share. */
static bool is_version(const gm_ledger *ledger, gm_str id, const gm_revision *revision)
{
    (void)ledger;
    (void)id;
    return !revision->repeatable;
}

static gm_code refuse_failed(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    gm_rows rows = {0};
    GM_TRY(gm_version_table_ask(db, ledger,
                                "SELECT coalesce(version, description) FROM %.*s WHERE NOT success",
                                NULL, 0, &rows, err));
    if (!rows.rows.len)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "%.*s says that version %.*s has failed half way",
            GM_ARG(ledger->name), GM_ARG(rows.rows.items[0][0].text));
    return gm_hint(err, "Look at the database, and let Flyway put its table right first: flyway "
                        "repair.");
}

static gm_code create_table(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    static const char *const ddl[GM_DIALECT_COUNT][2] = {
        [GM_SQLITE] =
            {"CREATE TABLE %.*s (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), "
             "description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) "
             "NOT NULL, checksum INT, installed_by VARCHAR(100) NOT NULL, installed_on TEXT NOT "
             "NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')), execution_time INT NOT NULL, "
             "success BOOLEAN NOT NULL)",
             "CREATE INDEX main.flyway_schema_history_s_idx ON flyway_schema_history (success)"},
        [GM_POSTGRES] = {
            "CREATE TABLE %.*s (installed_rank INT NOT NULL, version VARCHAR(50), description "
            "VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, "
            "checksum INTEGER, installed_by VARCHAR(100) NOT NULL, installed_on TIMESTAMP NOT NULL "
            "DEFAULT now(), execution_time INTEGER NOT NULL, success BOOLEAN NOT NULL, CONSTRAINT "
            "flyway_schema_history_pk PRIMARY KEY (installed_rank))",
            "CREATE INDEX flyway_schema_history_s_idx ON %.*s (success)"}};
    gm_rows rows = {0};
    if (ledger->exists)
        return refuse_failed(db, ledger, err);
    gm_code code = GM_OK;
    GM_TRY(gm_db_begin(db, err));
    for (size_t i = 0; code == GM_OK && i < 2; i++)
        code = gm_version_table_ask(db, ledger, ddl[ledger->dialect][i], NULL, 0, &rows, err);
    GM_TRY(gm_db_end(db, code, err));
    ledger->exists = true;
    return GM_OK;
}

/* Is the last row of it one that says it is applied? */
static gm_code is_there(gm_db *db, const gm_ledger *ledger, gm_str id, bool *there, gm_err *err)
{
    gm_strs ids = {0};
    gm_ledger now = *ledger;
    GM_TRY(read_rows(db, &now, &ids, err));
    *there = gm_strs_have(&ids, id);
    return GM_OK;
}

/* Flyway waits with the same lock on PostgreSQL. */
static gm_code lock_table(gm_db *db, const gm_ledger *ledger, gm_err *err)
{
    gm_rows rows = {0};
    return ledger->dialect == GM_SQLITE
               ? GM_OK
               : gm_version_table_ask(db, ledger, "LOCK TABLE %.*s IN SHARE ROW EXCLUSIVE MODE",
                                      NULL, 0, &rows, err);
}

static gm_code insert_row(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row,
                          bool *inserted, gm_err *err)
{
    gm_str id = row->id;
    gm_rows rows = {0};
    gm_arena *arena = ledger->arena;
    const gm_node *node = ledger->graph ? gm_graph_find(ledger->graph, id) : NULL;
    bool there = false;
    *inserted = false;
    if (!node) {
        gm_fail(err, GM_E_REFUSED, "there is no file of revision %.*s", GM_ARG(id));
        return gm_hint(err, "Check out a commit that has it; `gmig whence` finds one.");
    }
    const gm_revision *revision = node->revision;
    GM_TRY(lock_table(db, ledger, err));
    GM_TRY(is_there(db, ledger, id, &there, err));
    if (there)
        return GM_OK;
    gm_value values[] = {{.text = version_of(arena, revision), .null = revision->repeatable},
                         {.text = description_of(arena, revision)},
                         {.text = file_name(revision)},
                         {.text = checksum_text(arena, revision)}};
    *inserted = true;
    return gm_version_table_ask(
        db, ledger,
        ledger->dialect == GM_POSTGRES
            ? "INSERT INTO %.*s (installed_rank, version, description, type, script, checksum, "
              "installed_by, execution_time, success) SELECT coalesce(max(installed_rank), 0) + 1, "
              "CAST($1 AS varchar), $2, 'SQL', $3, CAST($4 AS integer), current_user, 0, true FROM "
              "%.*s"
            : "INSERT INTO %.*s (installed_rank, version, description, type, script, checksum, "
              "installed_by, execution_time, success) SELECT coalesce(max(installed_rank), 0) + 1, "
              "$1, $2, 'SQL', $3, CAST($4 AS integer), '', 0, true FROM %.*s",
        values, 4, &rows, err);
}

/* All rows of it go: to Flyway it is pending again. */
static gm_code remove_rows(gm_db *db, const gm_ledger *ledger, gm_str id, bool *deleted,
                           gm_err *err)
{
    gm_rows rows = {0};
    gm_arena *arena = ledger->arena;
    const gm_node *node = ledger->graph ? gm_graph_find(ledger->graph, id) : NULL;
    bool repeatable = node && node->revision->repeatable;
    gm_strs ranks = {0};
    GM_TRY(lock_table(db, ledger, err));
    GM_TRY(gm_version_table_ask(db, ledger,
                                "SELECT installed_rank, version, description FROM %.*s WHERE type "
                                "NOT IN ('BASELINE', 'INIT', 'SCHEMA')",
                                NULL, 0, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++) {
        const gm_value *v = rows.rows.items[i];
        bool same = v[1].null
                        ? repeatable && gm_str_eq(v[2].text, description_of(arena, node->revision))
                        : gm_str_eq(id_of_version(arena, v[1].text), id);
        if (same)
            gm_vec_push(arena, &ranks, v[0].text);
    }
    *deleted = ranks.len > 0;
    GM_EACH (gm_str, rank, &ranks) {
        gm_value value = {.text = *rank};
        GM_TRY(gm_version_table_ask(db, ledger,
                                    "DELETE FROM %.*s WHERE installed_rank = CAST($1 AS integer)",
                                    &value, 1, &rows, err));
    }
    return GM_OK;
}

const gm_version_table_ops gm_version_flyway = {.open = open_table,
                                                .read = read_table,
                                                .is = is_version,
                                                .create = create_table,
                                                .insert = insert_row,
                                                .remove = remove_rows};
