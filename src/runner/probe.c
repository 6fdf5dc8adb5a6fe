/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/probe.h"

#include "base/buf.h"
#include "runner/words.h"

/* Takes `keyword` off the front when it is next. */
static bool take(gm_words *words, const char *keyword)
{
    gm_words ahead = *words;
    gm_str word = {0};
    if (!gm_words_next(&ahead, &word) || !gm_word_is(word, keyword))
        return false;
    *words = ahead;
    return true;
}

/* Takes "name", or "schema.name", as written. False when none is next. */
static bool take_name(gm_arena *arena, gm_words *words, gm_str *name)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str word = {0};
    do {
        if (!gm_words_next(words, &word))
            return false;
        gm_buf_add(&buf, word);
        if (take(words, "."))
            gm_buf_char(&buf, '.');
        else
            break;
    } while (true);
    *name = gm_buf_str(&buf);
    return true;
}

/* A name as the catalogue has it. */
static gm_str plain_name(gm_arena *arena, gm_str name)
{
    if (name.len < 2 || name.ptr[0] != '"')
        return gm_str_lower(arena, name);
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 1; i + 1 < name.len; i++) {
        gm_buf_char(&buf, name.ptr[i]);
        if (name.ptr[i] == '"')
            i++;
    }
    return gm_buf_str(&buf);
}

/* The first value of the answer; empty when there is none. */
static gm_code ask(gm_arena *arena, gm_db *db, const char *sql, gm_str first, gm_str second,
                   gm_str *answer, gm_err *err)
{
    gm_value params[] = {{.text = first}, {.text = second}};
    gm_rows rows = {0};
    GM_TRY(gm_db_query(arena, db, sql, params, second.len > 0 ? 2 : 1, &rows, err));
    *answer = rows.rows.len > 0 ? rows.rows.items[0][0].text : GM_STR("");
    return GM_OK;
}

typedef struct {
    gm_str index; /* empty: the server gives it a name */
    gm_str table;
} index_build;

/* CREATE [UNIQUE] INDEX CONCURRENTLY [[IF NOT EXISTS] NAME] ON [ONLY] TABLE */
static bool read_build(gm_arena *arena, gm_str statement, index_build *build)
{
    gm_words words = gm_words_of(statement);
    if (!take(&words, "create"))
        return false;
    take(&words, "unique");
    if (!take(&words, "index") || !take(&words, "concurrently"))
        return false;
    if (take(&words, "if") && (!take(&words, "not") || !take(&words, "exists")))
        return false;
    if (!take(&words, "on") && (!take_name(arena, &words, &build->index) || !take(&words, "on")))
        return false;
    take(&words, "only");
    return take_name(arena, &words, &build->table);
}

typedef struct {
    bool found;
    bool valid;
    gm_str schema;
    gm_str oid;
} index_state;

static gm_code look_up(gm_arena *arena, gm_db *db, const index_build *build, index_state *state,
                       gm_err *err)
{
    gm_value params[] = {{.text = build->table}, {.text = plain_name(arena, build->index)}};
    gm_rows rows = {0};
    GM_TRY(gm_db_query(arena, db,
                       "SELECT i.indisvalid AND i.indisready, n.nspname, c.oid FROM pg_index i "
                       "JOIN pg_class c ON c.oid = i.indexrelid "
                       "JOIN pg_namespace n ON n.oid = c.relnamespace "
                       "WHERE i.indrelid = to_regclass($1) AND c.relname = $2",
                       params, 2, &rows, err));
    state->found = rows.rows.len > 0;
    if (state->found) {
        state->valid = gm_str_is(rows.rows.items[0][0].text, "t");
        state->schema = rows.rows.items[0][1].text;
        state->oid = rows.rows.items[0][2].text;
    }
    return GM_OK;
}

/* ---- one that the server gives a name ---- */

static const char find_indexes[] = "SELECT string_agg(indexrelid::text, ',') FROM pg_index "
                                   "WHERE indrelid = to_regclass($1)";

/* Those of the table that were not there before; valid ones last. */
static gm_code find_new(gm_arena *arena, gm_db *db, const index_build *build, gm_str before,
                        gm_rows *rows, gm_err *err)
{
    gm_value params[] = {{.text = build->table}, {.text = before}};
    return gm_db_query(arena, db,
                       "SELECT n.nspname, c.relname, i.indisvalid AND i.indisready FROM pg_index i "
                       "JOIN pg_class c ON c.oid = i.indexrelid "
                       "JOIN pg_namespace n ON n.oid = c.relnamespace "
                       "WHERE i.indrelid = to_regclass($1) "
                       "AND c.oid <> ALL (string_to_array($2, ',')::oid[]) ORDER BY 3, 2",
                       params, 2, rows, err);
}

static gm_str drop_of(gm_arena *arena, const gm_value *row)
{
    return gm_str_printf(arena, "DROP INDEX CONCURRENTLY %.*s.%.*s",
                         GM_ARG(gm_db_quote_name(arena, row[0].text)),
                         GM_ARG(gm_db_quote_name(arena, row[1].text)));
}

/* Others may have built one meanwhile, so that only a person can tell whose it is. */
static gm_code probe_unnamed(gm_arena *arena, gm_db *db, const index_build *build, gm_str before,
                             gm_probe *probe, gm_err *err)
{
    gm_rows rows = {0};
    gm_strs names = {0};
    GM_TRY(find_new(arena, db, build, before, &rows, err));
    GM_EACH (gm_value *, row, &rows.rows)
        gm_vec_push(arena, &names,
                    gm_str_is((*row)[2].text, "t")
                        ? gm_str_printf(arena, "%.*s is new and valid", GM_ARG((*row)[1].text))
                        : gm_str_printf(arena, "%.*s is new and INVALID: `%.*s`",
                                        GM_ARG((*row)[1].text), GM_ARG(drop_of(arena, *row))));
    if (names.len)
        probe->reason = gm_str_join(arena, &names, GM_STR("; "));
    else
        *probe = (gm_probe){GM_PROBE_REDO, {0}, GM_STR("the table has no new index")};
    return GM_OK;
}

gm_code gm_probe_left(gm_arena *arena, gm_db *db, gm_str statement, gm_str before, gm_strs *drops,
                      gm_err *err)
{
    index_build build = {0};
    gm_rows rows = {0};
    if (gm_db_dialect(db) != GM_POSTGRES || !read_build(arena, statement, &build) ||
        build.index.len)
        return GM_OK;
    GM_TRY(find_new(arena, db, &build, before, &rows, err));
    GM_EACH (gm_value *, row, &rows.rows)
        if (!gm_str_is((*row)[2].text, "t"))
            gm_vec_push(arena, drops, drop_of(arena, *row));
    return GM_OK;
}

/* ---- one with a name ---- */

static gm_code probe_build(gm_arena *arena, gm_db *db, const index_build *build, gm_str before,
                           gm_probe *probe, gm_err *err)
{
    index_state state = {0};
    GM_TRY(look_up(arena, db, build, &state, err));
    if (!state.found) {
        *probe = (gm_probe){GM_PROBE_REDO, {0}, GM_STR("the index is not there")};
    } else if (state.valid && gm_str_eq(state.oid, before)) {
        *probe = (gm_probe){GM_PROBE_REDO, {0}, GM_STR("the index was there before")};
    } else if (state.valid) {
        *probe = (gm_probe){GM_PROBE_DONE, {0}, GM_STR("the index is there and valid")};
    } else {
        gm_str schema = gm_db_quote_name(arena, state.schema);
        gm_str name = gm_db_quote_name(arena, plain_name(arena, build->index));
        *probe = (gm_probe){
            GM_PROBE_REDO, {0}, GM_STR("the index is INVALID, so it is dropped and built again")};
        gm_vec_push(arena, &probe->cleanup,
                    gm_str_printf(arena, "DROP INDEX CONCURRENTLY %.*s.%.*s", GM_ARG(schema),
                                  GM_ARG(name)));
    }
    return GM_OK;
}

gm_code gm_probe_index_valid(gm_arena *arena, gm_db *db, gm_str statement, bool *valid, gm_err *err)
{
    index_build build = {0};
    index_state state = {0};
    *valid = true;
    if (gm_db_dialect(db) != GM_POSTGRES || !read_build(arena, statement, &build) ||
        !build.index.len)
        return GM_OK;
    GM_TRY(look_up(arena, db, &build, &state, err));
    *valid = !state.found || state.valid;
    return GM_OK;
}

bool gm_probe_concurrent(gm_str statement)
{
    return gm_words_have(statement, "concurrently");
}

/* Only a procedure, or a DO block by itself, may end the transaction; what EXECUTE runs may not. */
bool gm_probe_commits(gm_str statement)
{
    gm_words words = gm_words_of(statement);
    if (take(&words, "call"))
        return true;
    if (!take(&words, "do"))
        return false;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str lower = gm_str_lower(scratch, statement);
    return gm_str_search(lower, GM_STR("commit")) < lower.len ||
           gm_str_search(lower, GM_STR("call")) < lower.len;
}

/* DROP INDEX CONCURRENTLY [IF EXISTS] NAME, one name */
static bool read_drop(gm_arena *arena, gm_str statement, gm_str *name)
{
    gm_words words = gm_words_of(statement);
    if (!take(&words, "drop") || !take(&words, "index") || !take(&words, "concurrently"))
        return false;
    if (take(&words, "if") && !take(&words, "exists"))
        return false;
    return take_name(arena, &words, name) && !take(&words, ",");
}

static const char find_index[] = "SELECT to_regclass($1)::oid";

static gm_code probe_drop(gm_arena *arena, gm_db *db, gm_str before, gm_probe *probe, gm_err *err)
{
    gm_str found = {0};
    if (before.len == 0) {
        *probe = (gm_probe){GM_PROBE_REDO, {0}, GM_STR("there was no such index before")};
        return GM_OK;
    }
    GM_TRY(ask(arena, db, "SELECT oid FROM pg_class WHERE oid = $1::oid", before, GM_STR(""),
               &found, err));
    if (found.len > 0)
        *probe = (gm_probe){GM_PROBE_REDO, {0}, GM_STR("the index is still there")};
    else
        *probe = (gm_probe){GM_PROBE_DONE, {0}, GM_STR("the index is gone")};
    return GM_OK;
}

/* ALTER TYPE NAME ADD VALUE [IF NOT EXISTS] 'LABEL' */
static bool read_label(gm_arena *arena, gm_str statement, gm_str *type, gm_str *label)
{
    gm_words words = gm_words_of(statement);
    if (!take(&words, "alter") || !take(&words, "type") || !take_name(arena, &words, type) ||
        !take(&words, "add") || !take(&words, "value"))
        return false;
    if (take(&words, "if") && (!take(&words, "not") || !take(&words, "exists")))
        return false;
    size_t open = gm_str_find(words.rest, '\'', 0);
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = open + 1; i < words.rest.len; i++) {
        if (words.rest.ptr[i] == '\'' && (i + 1 == words.rest.len || words.rest.ptr[++i] != '\'')) {
            *label = gm_buf_str(&buf);
            return true;
        }
        gm_buf_char(&buf, words.rest.ptr[i]);
    }
    return false;
}

static const char find_label[] =
    "SELECT oid FROM pg_enum WHERE enumtypid = to_regtype($1) AND enumlabel = $2";

static gm_code probe_label(gm_arena *arena, gm_db *db, gm_str type, gm_str label, gm_str before,
                           gm_probe *probe, gm_err *err)
{
    gm_str found = {0};
    GM_TRY(ask(arena, db, find_label, type, label, &found, err));
    if (before.len > 0)
        *probe = (gm_probe){GM_PROBE_REDO, {0}, GM_STR("the type had the value before")};
    else if (found.len > 0)
        *probe = (gm_probe){GM_PROBE_DONE, {0}, GM_STR("the type has the value")};
    else
        *probe = (gm_probe){GM_PROBE_REDO, {0}, GM_STR("the type does not have the value yet")};
    return GM_OK;
}

/* ALTER TABLE [IF EXISTS] [ONLY] PARENT DETACH PARTITION CHILD CONCURRENTLY */
static bool read_detach(gm_arena *arena, gm_str statement, gm_str *parent, gm_str *child)
{
    gm_words words = gm_words_of(statement);
    if (!take(&words, "alter") || !take(&words, "table"))
        return false;
    if (take(&words, "if") && !take(&words, "exists"))
        return false;
    take(&words, "only");
    return take_name(arena, &words, parent) && take(&words, "detach") &&
           take(&words, "partition") && take_name(arena, &words, child) &&
           take(&words, "concurrently");
}

static const char find_partition[] =
    "SELECT CASE WHEN inhdetachpending THEN 'pending' ELSE 'attached' END FROM pg_inherits "
    "WHERE inhparent = to_regclass($1) AND inhrelid = to_regclass($2)";

/* Its first transaction marks the partition, its second takes it off; only FINALIZE works between.
 */
static gm_code probe_detach(gm_arena *arena, gm_db *db, gm_str parent, gm_str child, gm_str before,
                            gm_probe *probe, gm_err *err)
{
    gm_str now = {0};
    GM_TRY(ask(arena, db, find_partition, parent, child, &now, err));
    if (!gm_str_is(before, "attached")) {
        *probe = (gm_probe){GM_PROBE_REDO, {0}, GM_STR("the partition was not attached before")};
    } else if (now.len == 0) {
        *probe = (gm_probe){GM_PROBE_DONE, {0}, GM_STR("the partition is detached")};
    } else if (!gm_str_is(now, "pending")) {
        *probe = (gm_probe){GM_PROBE_REDO, {0}, GM_STR("the partition is still attached")};
    } else {
        *probe = (gm_probe){
            GM_PROBE_FINISH, {0}, GM_STR("the partition is half detached, so that is finished")};
        gm_vec_push(arena, &probe->cleanup,
                    gm_str_printf(arena, "ALTER TABLE %.*s DETACH PARTITION %.*s FINALIZE",
                                  GM_ARG(parent), GM_ARG(child)));
    }
    return GM_OK;
}

/* REINDEX [(…)] INDEX|TABLE CONCURRENTLY NAME */
static bool read_reindex(gm_arena *arena, gm_str statement, gm_str *name)
{
    gm_words words = gm_words_of(statement);
    gm_str word = {0};
    if (!take(&words, "reindex") || !gm_words_have(statement, "concurrently"))
        return false;
    while (!take(&words, "index") && !take(&words, "table"))
        if (!gm_words_next(&words, &word))
            return false;
    take(&words, "concurrently");
    return take_name(arena, &words, name);
}

#define COPIES                                                                                     \
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "                                    \
    "JOIN pg_namespace n ON n.oid = c.relnamespace "                                               \
    "WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' "                                \
    "AND i.indrelid = coalesce((SELECT indrelid FROM pg_index "                                    \
    "WHERE indexrelid = to_regclass($1)), to_regclass($1))"
static const char find_copies[] = "SELECT string_agg(c.oid::text, ',')" COPIES;

/* The copies that it builds beside the indexes stay, INVALID, when it is cut off. Those that were
 * there before are another one's. */
static gm_code probe_reindex(gm_arena *arena, gm_db *db, gm_str name, gm_str before,
                             gm_probe *probe, gm_err *err)
{
    gm_value params[] = {{.text = name}, {.text = before}};
    gm_rows rows = {0};
    *probe = (gm_probe){GM_PROBE_REDO, {0}, GM_STR("running it again does no harm")};
    GM_TRY(gm_db_query(arena, db,
                       "SELECT n.nspname, c.relname" COPIES
                       " AND c.oid <> ALL (string_to_array($2, ',')::oid[]) ORDER BY 1, 2",
                       params, 2, &rows, err));
    GM_EACH (gm_value *, row, &rows.rows)
        gm_vec_push(arena, &probe->cleanup,
                    gm_str_printf(arena, "DROP INDEX CONCURRENTLY %.*s.%.*s",
                                  GM_ARG(gm_db_quote_name(arena, (*row)[0].text)),
                                  GM_ARG(gm_db_quote_name(arena, (*row)[1].text))));
    if (probe->cleanup.len)
        probe->reason = GM_STR("INVALID copies that it left are dropped");
    return GM_OK;
}

/* Doing it twice does what doing it once does. */
static bool harmless_twice(gm_dialect dialect, gm_str statement)
{
    static const char *const postgres[] = {"vacuum",  "analyze",    "reindex",
                                           "refresh", "checkpoint", NULL};
    static const char *const sqlite[] = {"vacuum", "analyze", "reindex", NULL};
    gm_words words = gm_words_of(statement);
    gm_str first = {0};
    return gm_words_next(&words, &first) &&
           gm_word_in(first, dialect == GM_POSTGRES ? postgres : sqlite);
}

gm_code gm_probe_before(gm_arena *arena, gm_db *db, gm_str statement, gm_str *before, gm_err *err)
{
    index_build build = {0};
    index_state state = {0};
    gm_str name = {0};
    gm_str label = {0};
    gm_code code = GM_OK;
    *before = GM_STR("");
    if (gm_db_dialect(db) != GM_POSTGRES)
        return GM_OK;
    if (read_reindex(arena, statement, &name)) {
        code = ask(arena, db, find_copies, name, GM_STR(""), before, err);
    } else if (read_build(arena, statement, &build)) {
        code = build.index.len ? look_up(arena, db, &build, &state, err)
                               : ask(arena, db, find_indexes, build.table, GM_STR(""), before, err);
        if (build.index.len)
            *before = state.oid;
    } else if (read_drop(arena, statement, &name)) {
        code = ask(arena, db, find_index, name, GM_STR(""), before, err);
    } else if (read_label(arena, statement, &name, &label)) {
        code = ask(arena, db, find_label, name, label, before, err);
    } else if (read_detach(arena, statement, &name, &label)) {
        code = ask(arena, db, find_partition, name, label, before, err);
    }
    if (code != GM_E_SQL)
        return code;
    /* A name that cannot be one, an old server: the statement itself will say so. */
    gm_err_clear(err);
    *before = GM_STR("");
    return GM_OK;
}

gm_code gm_probe_statement(gm_arena *arena, gm_db *db, gm_str statement, gm_str before,
                           gm_probe *probe, gm_err *err)
{
    gm_dialect dialect = gm_db_dialect(db);
    index_build build = {0};
    gm_str name = {0};
    gm_str label = {0};
    *probe = (gm_probe){GM_PROBE_UNKNOWN, {0}, GM_STR("only you can tell whether it was done")};
    if (dialect == GM_POSTGRES && read_reindex(arena, statement, &name))
        return probe_reindex(arena, db, name, before, probe, err);
    if (harmless_twice(dialect, statement))
        *probe = (gm_probe){GM_PROBE_REDO, {0}, GM_STR("running it again does no harm")};
    else if (dialect != GM_POSTGRES)
        return GM_OK;
    else if (read_build(arena, statement, &build))
        return build.index.len ? probe_build(arena, db, &build, before, probe, err)
                               : probe_unnamed(arena, db, &build, before, probe, err);
    else if (read_drop(arena, statement, &name))
        return probe_drop(arena, db, before, probe, err);
    else if (read_label(arena, statement, &name, &label))
        return probe_label(arena, db, name, label, before, probe, err);
    else if (read_detach(arena, statement, &name, &label))
        return probe_detach(arena, db, name, label, before, probe, err);
    return GM_OK;
}
