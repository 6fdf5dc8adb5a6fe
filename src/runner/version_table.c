/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/version_table.h"

#include "base/buf.h"
#include "history/formats/format.h"
#include "runner/state.h"
#include "runner/version_notes.h"

gm_code gm_version_table_name(gm_db *db, gm_ledger *ledger, gm_str schema, gm_err *err)
{
    gm_arena *arena = ledger->arena;
    gm_str name = gm_str_from(ledger->table->name);
    if (ledger->dialect == GM_SQLITE || !schema.len)
        GM_TRY(gm_db_current_schema(arena, db, &schema, err));
    ledger->schema = schema;
    ledger->name =
        schema.len ? gm_str_printf(arena, "%.*s.%.*s", GM_ARG(schema), GM_ARG(name)) : name;
    ledger->revisions = gm_db_quote_name(arena, name);
    if (schema.len)
        ledger->revisions = gm_str_printf(
            arena, "%.*s.%.*s", GM_ARG(gm_db_quote_name(arena, schema)), GM_ARG(ledger->revisions));
    return GM_OK;
}

gm_code gm_version_table_open(gm_arena *arena, gm_db *db, gm_str schema,
                              const gm_version_table *table, const gm_version_table_source *source,
                              gm_ledger **ledger, gm_err *err)
{
    gm_ledger *made = gm_ledger_offline(arena, gm_db_dialect(db), schema);
    made->table = table;
    made->graph = source->graph;
    made->actor = source->actor;
    made->find_elsewhere = source->find_elsewhere;
    made->data = source->data;
    GM_TRY(table->ops ? table->ops->open(db, made, schema, err)
                      : gm_version_table_name(db, made, schema, err));
    GM_TRY(gm_ledger_read(db, made, err));
    *ledger = made;
    return GM_OK;
}

gm_code gm_version_table_is_there(gm_db *db, gm_str schema, const gm_version_table *table,
                                  gm_str *where, bool *there, gm_err *err)
{
    gm_str name = gm_str_from(table->name);
    *where = schema;
    GM_TRY(gm_db_table_exists(db, schema, name, there, err));
    if (*there || !table->ops || !table->ops->apart || gm_db_dialect(db) != GM_POSTGRES)
        return GM_OK;
    *where = gm_str_from(table->ops->apart);
    return gm_db_table_exists(db, *where, name, there, err);
}

/* The statement with the table's name wherever %.*s stands. */
static gm_str named(gm_arena *arena, const gm_ledger *ledger, const char *statement)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str rest = gm_str_from(statement);
    while (rest.len) {
        size_t gap = gm_str_search(rest, GM_STR("%.*s"));
        gm_buf_add(&buf, gm_str_sub(rest, 0, gap));
        if (gap < rest.len)
            gm_buf_add(&buf, ledger->revisions);
        rest = gm_str_sub(rest, gap + strlen("%.*s"), rest.len);
    }
    return gm_buf_str(&buf);
}

gm_code gm_version_table_ask(gm_db *db, const gm_ledger *ledger, const char *statement,
                             const gm_value *values, size_t count, gm_rows *rows, gm_err *err)
{
    gm_str sql = named(ledger->arena, ledger, statement);
    return gm_db_query(ledger->arena, db, sql.ptr, values, count, rows, err);
}

static gm_str number_of(gm_str id)
{
    size_t len = 0;
    while (len < id.len && id.ptr[len] >= '0' && id.ptr[len] <= '9')
        len++;
    return gm_str_sub(id, 0, len);
}

/* The ids that begin with these numbers; what has none stays as it is. */
static void name_numbers(const gm_ledger *ledger, gm_strs *ids)
{
    gm_map whole = gm_map_new(ledger->arena);
    if (!ledger->graph)
        return;
    GM_EACH (gm_node *, node, &ledger->graph->order)
        gm_map_add(&whole, number_of((*node)->revision->id), *node);
    GM_EACH (gm_str, id, ids) {
        const gm_node *node = gm_map_get(&whole, *id);
        *id = node ? node->revision->id : *id;
    }
}

static gm_code read_ids(gm_db *db, const gm_ledger *ledger, gm_strs *ids, gm_err *err)
{
    gm_rows rows = {0};
    GM_TRY(gm_version_table_ask(db, ledger, ledger->table->query, NULL, 0, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++)
        gm_vec_push(ledger->arena, ids, rows.rows.items[i][0].text);
    if (ledger->table->numbers)
        name_numbers(ledger, ids);
    return GM_OK;
}

static const gm_ledger_row *note_of(const gm_ledger *ledger, gm_str id)
{
    return ledger->notes ? gm_ledger_find(ledger->notes, id) : NULL;
}

/* What gmig has noted when it applied the revision. Of code no statements are compared. */
static void add_note(const gm_ledger_row *note, const gm_revision *revision, gm_ledger_row *row)
{
    bool code = revision && revision->format && !revision->format->sql;
    if (!code) {
        row->blob = note->blob;
        row->up_sha256 = note->up_sha256;
        row->down = note->down;
    }
    row->applied_at = note->applied_at;
    row->duration_ms = note->duration_ms;
    row->applied_by = note->applied_by;
    row->commit = note->commit;
    row->tool_version = note->tool_version;
    row->run = note->run;
}

/* A row says no more than that it is there: without a note the file of today is taken for what was
 * applied. */
static void add_row(gm_ledger *ledger, gm_str id, const gm_revision *revision)
{
    gm_ledger_row row = {0};
    gm_err unread = gm_err_new(ledger->arena);
    const gm_ledger_row *note = note_of(ledger, id);
    /* A file that cannot be split has no sum, and its down is then the file's as it stands. */
    if (revision && revision->format && revision->format->sql)
        gm_state_row(ledger->arena, revision, ledger->dialect, &row, &unread);
    if (revision) {
        row.down = revision->down[ledger->dialect];
        row.parents = revision->parents;
        row.depends = revision->depends;
        row.message = revision->message;
        row.blob = gm_state_blob(ledger->arena, revision);
    }
    if (note && !(ledger->graph && gm_graph_find(ledger->graph, id))) {
        row.parents = note->parents;
        row.depends = note->depends;
        row.message = note->message;
    }
    if (note)
        add_note(note, revision, &row);
    row.id = id;
    row.sequence = (int64_t)ledger->rows.len + 1;
    gm_vec_push(ledger->arena, &ledger->rows, row);
}

static bool is_apps(const gm_graph *graph, gm_str id)
{
    gm_str app = gm_str_sub(id, 0, gm_str_find(id, '.', 0));
    GM_EACH (gm_node *, node, &graph->order)
        if (gm_str_eq((*node)->revision->app, app))
            return true;
    return false;
}

/* A phantom, and of a table of tips what is below it: other phantoms, down to this history. */
typedef struct {
    gm_str id;
    const gm_revision *revision; /* NULL: nobody has it */
    const gm_node *below;        /* what it stands on, where only its version says so; NULL */
} phantom;

typedef GM_VEC(phantom) phantoms;

static bool is_phantom(const gm_ledger *ledger, gm_str id)
{
    const gm_graph *graph = ledger->graph;
    return !graph || (!gm_graph_find(graph, id) && (!ledger->table->others || is_apps(graph, id)));
}

static void apply(const gm_ledger *ledger, const gm_node *node, gm_node_set *applied)
{
    if (ledger->table->tips)
        gm_node_set_add_ancestors(applied, node);
    else
        gm_node_set_add(applied, node);
}

/* The newest of this history that sorts below a version: to a table of one version it is applied.
 */
static const gm_node *below_version(const gm_ledger *ledger, gm_str id)
{
    const gm_node *found = NULL;
    GM_EACH (gm_node *, node, &ledger->graph->order) {
        const gm_revision *revision = (*node)->revision;
        const gm_versions *versions = revision->format ? revision->format->versions : NULL;
        if (versions && !revision->repeatable && versions->order(revision->id, id) < 0 &&
            (!found || versions->order(found->revision->id, revision->id) < 0))
            found = *node;
    }
    return found;
}

/* Newest first; each once. */
static phantoms follow(gm_arena *scratch, const gm_ledger *ledger, const gm_strs *ids,
                       gm_node_set *applied)
{
    phantoms found = {0};
    gm_map seen = gm_map_new(scratch);
    gm_strs waiting = {0};
    for (size_t i = ids->len; i-- > 0;)
        if (is_phantom(ledger, ids->items[i]))
            gm_vec_push(scratch, &waiting, ids->items[i]);
    for (size_t i = 0; i < waiting.len; i++) {
        gm_str id = waiting.items[i];
        const gm_node *node = ledger->graph ? gm_graph_find(ledger->graph, id) : NULL;
        if (node)
            apply(ledger, node, applied);
        if (node || !gm_map_add(&seen, id, NULL))
            continue;
        const gm_revision *revision =
            ledger->find_elsewhere ? ledger->find_elsewhere(ledger->data, id) : NULL;
        if (revision && ledger->table->ops && !ledger->table->ops->is(ledger, id, revision))
            revision = NULL;
        const gm_ledger_row *note = note_of(ledger, id);
        phantom lost = {.id = id, .revision = revision};
        if (ledger->table->tips && ledger->graph && !note)
            lost.below = below_version(ledger, id);
        if (lost.below)
            apply(ledger, lost.below, applied);
        gm_vec_push(scratch, &found, lost);
        if ((!revision && !note) || !ledger->table->tips)
            continue;
        GM_EACH (const gm_str, parent, note ? &note->parents : &revision->parents)
            gm_vec_push(scratch, &waiting, *parent);
        GM_EACH (const gm_str, other, note ? &note->depends : &revision->depends)
            if (gm_graph_find(ledger->graph, *other))
                gm_vec_push(scratch, &waiting, *other);
    }
    return found;
}

static void fill(gm_ledger *ledger, const gm_strs *ids)
{
    const gm_graph *graph = ledger->graph;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_node_set applied = {0};
    if (graph)
        applied = gm_node_set_new(scratch, graph);
    for (size_t i = 0; graph && i < ids->len; i++) {
        const gm_node *node = gm_graph_find(graph, ids->items[i]);
        if (node)
            apply(ledger, node, &applied);
    }
    phantoms lost = follow(scratch, ledger, ids, &applied);
    gm_nodes members = {0};
    if (graph)
        members = gm_node_set_members(scratch, &applied);
    GM_EACH (gm_node *, node, &members)
        add_row(ledger, (*node)->revision->id, (*node)->revision);
    for (size_t i = lost.len; i-- > 0;) {
        add_row(ledger, lost.items[i].id, lost.items[i].revision);
        gm_ledger_row *row = &ledger->rows.items[ledger->rows.len - 1];
        if (lost.items[i].below && !row->parents.len)
            gm_vec_push(ledger->arena, &row->parents, lost.items[i].below->revision->id);
    }
    GM_EACH (gm_ledger_row, row, &ledger->rows)
        gm_map_add(&ledger->by_id, row->id, row);
}

static gm_code read_table(gm_db *db, gm_ledger *ledger, gm_strs *ids, gm_err *err)
{
    gm_str name = gm_str_from(ledger->table->name);
    GM_TRY(gm_db_table_exists(db, ledger->schema, name, &ledger->exists, err));
    return ledger->exists ? read_ids(db, ledger, ids, err) : GM_OK;
}

static bool has_notes(const gm_version_table *table)
{
    return !table->ops || table->ops->notes;
}

gm_code gm_version_table_read(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    gm_strs ids = {0};
    GM_TRY(ledger->table->ops ? ledger->table->ops->read(db, ledger, &ids, err)
                              : read_table(db, ledger, &ids, err));
    ledger->rows = (gm_ledger_rows){0};
    ledger->by_id = gm_map_new(ledger->arena);
    ledger->unfinished.len = 0;
    ledger->notes = NULL;
    if (has_notes(ledger->table) && ledger->exists)
        GM_TRY(gm_version_notes_read(db, ledger, err));
    fill(ledger, &ids);
    return GM_OK;
}

/* ---- writing ---- */

bool gm_version_table_is_last(const gm_ledger *ledger)
{
    return ledger->table && ledger->table->ops && ledger->table->ops->beside &&
           ledger->dialect == GM_SQLITE;
}

void gm_version_table_rest(gm_db *db, const gm_ledger *ledger)
{
    if (ledger->table && ledger->table->ops && ledger->table->ops->rest)
        ledger->table->ops->rest(db, ledger);
}

gm_code gm_version_table_create(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    gm_rows rows = {0};
    const gm_version_table *table = ledger->table;
    const char *create = table->create[ledger->dialect];
    if (table->ops) {
        if (has_notes(table) && !ledger->exists)
            GM_TRY(gm_version_notes_start(db, ledger, err));
        GM_TRY(table->ops->create(db, ledger, err));
        return has_notes(table) ? gm_version_notes_create(db, ledger, err) : GM_OK;
    }
    if (!table->insert || !create) {
        gm_fail(err, GM_E_REFUSED, "gmig reads %s's table %s, and leaves writing it to %s",
                table->tool, table->name, table->tool);
        return gm_hint(err, "Run %s itself; `gmig import` turns such a history into gmig's own.",
                       table->tool);
    }
    if (ledger->exists && table->dirty) {
        GM_TRY(gm_version_table_ask(db, ledger, table->dirty, NULL, 0, &rows, err));
        if (rows.rows.len) {
            gm_fail(err, GM_E_REFUSED, "%.*s says that version %.*s has failed half way",
                    GM_ARG(ledger->name), GM_ARG(rows.rows.items[0][0].text));
            return gm_hint(err, "Look at the database, and let %s put its table right first.",
                           table->tool);
        }
    }
    if (!ledger->exists) {
        GM_TRY(gm_version_notes_start(db, ledger, err));
        GM_TRY(gm_version_table_ask(db, ledger, create, NULL, 0, &rows, err));
        if (table->first)
            GM_TRY(gm_version_table_ask(db, ledger, table->first, NULL, 0, &rows, err));
        ledger->exists = true;
    }
    return gm_version_notes_create(db, ledger, err);
}

/* Is a row to be replaced by the next one? */
static bool has_one_row(const gm_version_table *table)
{
    return table->tips;
}

static gm_code touch(gm_db *db, const gm_ledger *ledger, const char *statement,
                     const gm_value *values, size_t count, bool *hit, gm_err *err)
{
    gm_rows rows = {0};
    GM_TRY(gm_version_table_ask(db, ledger, statement, values, count, &rows, err));
    *hit = rows.rows.len > 0;
    return GM_OK;
}

gm_code gm_version_table_insert(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row,
                                bool *inserted, gm_err *err)
{
    gm_rows rows = {0};
    gm_value value = {.text = row->id};
    if (ledger->table->ops)
        return ledger->table->ops->insert(db, ledger, row, inserted, err);
    if (has_one_row(ledger->table))
        GM_TRY(gm_version_table_ask(db, ledger, "DELETE FROM %.*s", NULL, 0, &rows, err));
    return touch(db, ledger, ledger->table->insert, &value, 1, inserted, err);
}

gm_code gm_version_table_remove(gm_db *db, const gm_ledger *ledger, gm_str id, bool *deleted,
                                gm_err *err)
{
    const gm_node *node = ledger->graph ? gm_graph_find(ledger->graph, id) : NULL;
    const gm_ledger_row *row = gm_ledger_find(ledger, id);
    gm_str before = {0};
    gm_value values[2] = {{.text = id}, {.null = true}};
    if (ledger->table->ops)
        return ledger->table->ops->remove(db, ledger, id, deleted, err);
    if (!has_one_row(ledger->table))
        return touch(db, ledger, ledger->table->remove, values, 1, deleted, err);
    if (node && node->parents.len)
        before = node->parents.items[0]->revision->id;
    else if (!node && row && row->parents.len)
        before = row->parents.items[0];
    if (!before.len)
        return touch(db, ledger, "DELETE FROM %.*s RETURNING 1", NULL, 0, deleted, err);
    values[1] = (gm_value){.text = before};
    return touch(db, ledger, ledger->table->remove, values, 2, deleted, err);
}
