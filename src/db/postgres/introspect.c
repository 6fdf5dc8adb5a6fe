/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Introspection: one catalogue query a kind of object, all in one snapshot.
 *
 * Each query is a cursor. A cursor's statement is read when it is declared and run when it is
 * fetched, and search_path is another one for each: names in our queries are looked up in
 * pg_catalog alone, so that no function or operator that somebody put into another schema is ever
 * called; the server's writers of expressions see public, so that what they write is fit to be
 * read.
 */

#include "db/postgres/introspect.h"

#include <stdio.h>

#include "db/postgres/catalogue_queries.h"
#include "db/postgres/introspect_source.h"
#include "db/postgres/postgres.h"

typedef struct {
    gm_arena *arena;
    gm_pg *pg;
    int version; /* 15 */
    gm_schema *schema;
    gm_strs absent;          /* queries that would find nothing */
    gm_map by_oid;           /* "class/object/sub" -> gm_object */
    gm_map aliases;          /* the same -> gm_str of another */
    gm_map constraint_index; /* "1259/object/0" -> gm_object */
    gm_pg_bodies bodies;
} reading;

/* ---- queries ---- */

typedef struct {
    const char *name;
    gm_object_kind kind;
    const char *catalogue; /* its oid, as pg_depend has it */
} query;

static const query queries[] = {
    {"schemas", GM_OBJECT_SCHEMA, "2615"},
    {"extensions", GM_OBJECT_EXTENSION, "3079"},
    {"collations", GM_OBJECT_COLLATION, "3456"},
    {"enums", GM_OBJECT_ENUM, "1247"},
    {"domains", GM_OBJECT_DOMAIN, "1247"},
    {"composites", GM_OBJECT_COMPOSITE, "1259"},
    {"ranges", GM_OBJECT_RANGE, "1247"},
    {"sequences", GM_OBJECT_SEQUENCE, "1259"},
    {"functions", GM_OBJECT_FUNCTION, "1255"},
    {"aggregates", GM_OBJECT_AGGREGATE, "1255"},
    {"operators", GM_OBJECT_OPERATOR, "2617"},
    {"tables", GM_OBJECT_TABLE, "1259"},
    {"columns", GM_OBJECT_COLUMN, "1259"},
    {"constraints", GM_OBJECT_CHECK, "2606"},
    {"indexes", GM_OBJECT_INDEX, "1259"},
    {"views", GM_OBJECT_VIEW, "1259"},
    {"defaults", GM_OBJECT_VIEW, "1259"},
    {"rules", GM_OBJECT_RULE, "2618"},
    {"triggers", GM_OBJECT_TRIGGER, "2620"},
    {"event_triggers", GM_OBJECT_EVENT_TRIGGER, "3466"},
    {"policies", GM_OBJECT_POLICY, "3256"},
    {"statistics", GM_OBJECT_STATISTICS, "3381"},
    {"casts", GM_OBJECT_OTHER, "2605"},
    {"search_configurations", GM_OBJECT_OTHER, "3602"},
    {"search_dictionaries", GM_OBJECT_OTHER, "3600"},
    {"foreign_tables", GM_OBJECT_OTHER, "1259"},
    {"base_types", GM_OBJECT_OTHER, "1247"},
    {"operator_classes", GM_OBJECT_OTHER, "2616"},
    {"operator_families", GM_OBJECT_OTHER, "2753"},
    {"conversions", GM_OBJECT_OTHER, "2607"},
    {"languages", GM_OBJECT_OTHER, "2612"},
    {"wrappers", GM_OBJECT_OTHER, "2328"},
    {"servers", GM_OBJECT_OTHER, "1417"},
    {"publications", GM_OBJECT_OTHER, "6104"},
    {"access_methods", GM_OBJECT_OTHER, "2601"},
};

enum { QUERIES = sizeof(queries) / sizeof(queries[0]) };

static void declare(const reading *r, gm_buf *sql, const char *name)
{
    if (gm_strs_have(&r->absent, gm_str_from(name)))
        return;
    gm_buf_printf(sql, "DECLARE gmig_%s NO SCROLL CURSOR FOR ", name);
    gm_pg_add_query(sql, name, r->version);
    gm_buf_z(sql, "; ");
}

/* Nothing of the session's may show in what the server writes. */
static gm_code settle(reading *r, gm_err *err)
{
    return gm_pg_tell(r->pg,
                      "SET LOCAL search_path = pg_catalog, pg_temp; "
                      "SET LOCAL standard_conforming_strings = on; "
                      "SET LOCAL quote_all_identifiers = off; "
                      "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = postgres; "
                      "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = hex; "
                      "SET LOCAL timezone = 'UTC'; SET LOCAL row_security = off; "
                      "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL jit = off",
                      err);
}

static gm_code find_absent(reading *r, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_buf sql = gm_buf_new(scratch, SIZE_MAX);
    gm_rows rows = {0};
    gm_pg_add_query(&sql, "presence", r->version);
    GM_TRY(gm_pg_query(r->arena, &r->pg->base, gm_buf_str(&sql).ptr, NULL, 0, &rows, err));
    for (size_t i = 0; i < rows.columns.len; i++)
        if (gm_str_is(rows.rows.items[0][i].text, "f"))
            gm_vec_push(r->arena, &r->absent, rows.columns.items[i]);
    return GM_OK;
}

/* One message declares all cursors. */
static gm_code declare_all(reading *r, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_buf sql = gm_buf_new(scratch, SIZE_MAX);
    for (size_t i = 0; i < QUERIES; i++)
        declare(r, &sql, queries[i].name);
    declare(r, &sql, "comments");
    declare(r, &sql, "aliases");
    declare(r, &sql, "dependencies");
    gm_buf_z(&sql, "SET LOCAL search_path = pg_catalog, public, pg_temp");
    return gm_pg_tell(r->pg, gm_buf_str(&sql).ptr, err);
}

static gm_code fetch(reading *r, const char *name, gm_rows *rows, gm_err *err)
{
    char sql[64];
    snprintf(sql, sizeof(sql), "FETCH ALL FROM gmig_%s", name);
    *rows = (gm_rows){0};
    if (gm_strs_have(&r->absent, gm_str_from(name)))
        return GM_OK;
    return gm_pg_query(r->arena, &r->pg->base, sql, NULL, 0, rows, err);
}

/* ---- rows to objects ---- */

static gm_str oid_key(gm_arena *arena, gm_str catalogue, gm_str oid, gm_str sub)
{
    return gm_str_printf(arena, "%.*s/%.*s/%.*s", GM_ARG(catalogue), GM_ARG(oid),
                         GM_ARG(sub.len ? sub : GM_STR("0")));
}

static gm_object_kind kind_named(gm_str word)
{
    int kind = 0;
    while (kind < GM_OBJECT_OTHER && !gm_str_is(word, gm_object_word((gm_object_kind)kind)))
        kind++;
    return (gm_object_kind)kind;
}

typedef struct {
    gm_str oid, sub, index, label, source;
    gm_str of, property, value; /* a property of an object that is there already */
} row_marks;

static void read_cell(reading *r, gm_object *object, row_marks *marks, gm_str column, gm_str value)
{
    struct {
        const char *name;
        gm_str *place;
    } places[] = {
        {"@oid", &marks->oid},           {"@sub", &marks->sub},       {"@index", &marks->index},
        {"@label", &marks->label},       {"@source", &marks->source}, {"@of", &marks->of},
        {"@property", &marks->property}, {"@value", &marks->value},   {"@schema", &object->schema},
        {"@table", &object->table},      {"@name", &object->name},
    };
    if (column.ptr[0] != '@') {
        gm_object_set(r->arena, object, column.ptr, value);
        return;
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (gm_str_is(column, places[i].name))
            *places[i].place = value;
    uint64_t number = 0;
    if (gm_str_is(column, "@kind"))
        object->kind = kind_named(value);
    else if (gm_str_is(column, "@position") && gm_str_u64(value, &number))
        object->position = (size_t)number;
}

static void take_row(reading *r, const query *source, const gm_rows *rows, const gm_value *row)
{
    gm_object *object = gm_new(r->arena, gm_object);
    row_marks marks = {0};
    gm_str catalogue = gm_str_from(source->catalogue);
    object->kind = source->kind;
    for (size_t i = 0; i < rows->columns.len; i++)
        if (!row[i].null && row[i].text.len)
            read_cell(r, object, &marks, rows->columns.items[i], row[i].text);
    if (marks.of.len) {
        gm_object *of = gm_map_get(&r->by_oid, oid_key(r->arena, catalogue, marks.of, (gm_str){0}));
        if (of)
            gm_object_set(r->arena, of, gm_str_z(r->arena, marks.property), marks.value);
        return;
    }
    gm_str key = oid_key(r->arena, catalogue, marks.oid, marks.sub);
    gm_object *there = gm_map_get(&r->by_oid, key);
    if (!there && gm_schema_add(r->schema, object)) {
        gm_map_add(&r->by_oid, key, object);
        there = object;
    }
    if (there && marks.label.len)
        gm_vec_push(r->arena, &there->labels, marks.label);
    if (there && marks.index.len)
        gm_map_add(&r->constraint_index,
                   oid_key(r->arena, GM_STR("1259"), marks.index, (gm_str){0}), there);
    if (there && marks.source.len)
        gm_vec_push(r->arena, &r->bodies, (gm_pg_body){.of = there, .text = marks.source});
}

/* ---- what speaks of all kinds ---- */

static void take_comment(reading *r, const gm_value *row)
{
    gm_str key = oid_key(r->arena, row[0].text, row[1].text, row[2].text);
    gm_object *object = gm_map_get(&r->by_oid, key);
    gm_object *index = gm_map_get(&r->constraint_index, key);
    if (object) {
        gm_object_set(r->arena, object, "comment", row[3].text);
    } else if (index) {
        gm_object_set(r->arena, index, "index comment", row[3].text);
    } else if (!row[4].null) {
        /* a column that is no object: a view's, or one that is as the parent's */
        gm_object *of =
            gm_map_get(&r->by_oid, oid_key(r->arena, row[0].text, row[1].text, (gm_str){0}));
        gm_str property = gm_str_printf(r->arena, "comment of column %.*s", GM_ARG(row[4].text));
        if (of)
            gm_object_set(r->arena, of, property.ptr, row[3].text);
    }
}

static void take_alias(reading *r, const gm_value *row)
{
    gm_str *other = gm_new(r->arena, gm_str);
    *other = oid_key(r->arena, row[3].text, row[4].text, row[5].text);
    gm_map_set(&r->aliases, oid_key(r->arena, row[0].text, row[1].text, row[2].text), other);
}

/* An alias may be another's: the array of a row type. A column that is no object: its table. */
static gm_object *object_of(reading *r, const gm_value *row)
{
    enum { MAX_CHAIN = 4 };
    gm_str key = oid_key(r->arena, row[0].text, row[1].text, row[2].text);
    for (int i = 0; i < MAX_CHAIN; i++) {
        gm_object *object = gm_map_get(&r->by_oid, key);
        const gm_str *other = object ? NULL : gm_map_get(&r->aliases, key);
        if (object)
            return object;
        if (!other)
            break;
        key = *other;
    }
    return gm_map_get(&r->by_oid, oid_key(r->arena, row[0].text, row[1].text, (gm_str){0}));
}

static void take_dependency(reading *r, const gm_value *row)
{
    gm_object *object = object_of(r, row);
    gm_object *needed = object_of(r, row + 3);
    /* A partitioned table and its columns name each other. */
    bool own = object && needed && needed->kind == GM_OBJECT_COLUMN &&
               object == gm_schema_owner(r->schema, needed);
    if (object && needed && object != needed && !own)
        gm_object_need(r->arena, object, needed);
}

static void need_owners(reading *r)
{
    for (size_t i = 0; i < r->schema->objects.len; i++) {
        gm_object *object = r->schema->objects.items[i];
        gm_object *owner = gm_schema_owner(r->schema, object);
        if (owner)
            gm_object_need(r->arena, object, owner);
    }
}

/* ---- all of it ---- */

static gm_code read_objects(reading *r, gm_err *err)
{
    gm_rows rows;
    for (size_t i = 0; i < QUERIES; i++) {
        GM_TRY(fetch(r, queries[i].name, &rows, err));
        for (size_t k = 0; k < rows.rows.len; k++)
            take_row(r, &queries[i], &rows, rows.rows.items[k]);
    }
    return GM_OK;
}

static gm_code read_relations(reading *r, gm_err *err)
{
    static const struct {
        const char *name;
        void (*take)(reading *, const gm_value *);
    } relations[] = {
        {"comments", take_comment}, {"aliases", take_alias}, {"dependencies", take_dependency}};
    gm_rows rows;
    for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
        GM_TRY(fetch(r, relations[i].name, &rows, err));
        for (size_t k = 0; k < rows.rows.len; k++)
            relations[i].take(r, rows.rows.items[k]);
    }
    return GM_OK;
}

/* The name that a sequence of an identity column has anyhow is none of its properties. */
static void drop_default_sequence_names(reading *r)
{
    for (size_t i = 0; i < r->schema->objects.len; i++) {
        gm_object *column = r->schema->objects.items[i];
        if (gm_object_has(column, "identity sequence") &&
            gm_str_eq(gm_object_get(column, "identity sequence"),
                      gm_postgres_default_name(r->arena, column->table, column->name, "seq")))
            gm_object_set(r->arena, column, "identity sequence", (gm_str){0});
    }
}

static gm_code read_all(reading *r, gm_err *err)
{
    GM_TRY(settle(r, err));
    GM_TRY(find_absent(r, err));
    GM_TRY(declare_all(r, err));
    GM_TRY(read_objects(r, err));
    GM_TRY(read_relations(r, err));
    need_owners(r);
    gm_pg_need_named(r->schema, &r->bodies);
    drop_default_sequence_names(r);
    return GM_OK;
}

gm_code gm_postgres_introspect(gm_db *db, gm_schema *schema, gm_err *err)
{
    gm_arena *arena = schema->arena;
    reading r = {.arena = arena,
                 .pg = gm_pg_of(db),
                 .schema = schema,
                 .by_oid = gm_map_new(arena),
                 .aliases = gm_map_new(arena),
                 .constraint_index = gm_map_new(arena)};
    r.version = r.pg->pq->PQserverVersion(r.pg->conn) / 10000;
    if (r.version < 12) {
        gm_fail(err, GM_E_REFUSED, "%.*s is too old to read its schema: %.*s",
                GM_ARG(db->options.shown), GM_ARG(gm_db_version(db)));
        return gm_hint(err, "Schemas are read from PostgreSQL 12 and later.");
    }
    /* Within a transaction the settings go with a savepoint, and nothing of its own is lost. */
    bool inside = gm_db_tx_state(db) == GM_TX_OPEN;
    GM_TRY(gm_pg_tell(r.pg,
                      inside ? "SAVEPOINT gmig_introspect"
                             : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                      err));
    gm_code code = read_all(&r, err);
    gm_err ignored = gm_err_new(arena);
    gm_code end = gm_pg_tell(r.pg,
                             inside ? "ROLLBACK TO SAVEPOINT gmig_introspect; "
                                      "RELEASE SAVEPOINT gmig_introspect"
                                    : "ROLLBACK",
                             code == GM_OK ? err : &ignored);
    return code == GM_OK ? end : code;
}
