/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A table as YAML: its columns, then its constraints and indexes. On PostgreSQL an ALTER TABLE or a
 * CREATE INDEX of the SQL file adds what has no word here. SQLite takes no constraint later, so
 * there one that cannot be said makes its table unsayable.
 */

#include "models/definition.h"
#include "models/yaml_write.h"

static const char *const nothing[] = {NULL};

/* What ALTER TABLE and COMMENT ON add to a table that is there. */
static const char *const later[] = {"row security", "force row security", "replica identity",
                                    "cluster on", NULL};
static const char *const comment_later[] = {"comment", NULL};

static gm_str flow_list(const gm_yaml_writer *w, const gm_strs *items)
{
    return items->len ? gm_yaml_list(w->arena, items) : GM_STR("");
}

static gm_str flow_text(const gm_yaml_writer *w, gm_str text)
{
    return text.len ? gm_yaml_scalar(w->arena, text) : GM_STR("");
}

static gm_str references(const gm_yaml_writer *w, const gm_definition *d)
{
    gm_yaml_flow flow = gm_yaml_flow_new(w->arena);
    gm_yaml_flow_add(&flow, "table", flow_text(w, d->table));
    gm_yaml_flow_add(&flow, "columns", flow_list(w, &d->referenced));
    return gm_yaml_flow_text(&flow);
}

/* The value of a constraint: in the short form where that says all. */
static gm_str constraint(const gm_yaml_writer *w, const gm_object *object, const gm_definition *d)
{
    gm_yaml_flow flow = gm_yaml_flow_new(w->arena);
    bool check = object->kind == GM_OBJECT_CHECK;
    gm_str comment = gm_yaml_comment(w, object);
    if (check && !comment.len)
        return gm_yaml_scalar(w->arena, d->expression);
    if (object->kind == GM_OBJECT_UNIQUE && !comment.len && !d->include.len && !d->deferrable.len &&
        !d->nulls_not_distinct)
        return gm_yaml_list(w->arena, &d->columns);
    if (object->kind == GM_OBJECT_EXCLUSION) {
        gm_yaml_flow_add(&flow, "using", flow_text(w, d->method));
        gm_yaml_flow_add(&flow, "elements", flow_list(w, &d->columns));
        gm_yaml_flow_add(&flow, "where", flow_text(w, d->expression));
    } else if (check) {
        gm_yaml_flow_add(&flow, "expression", flow_text(w, d->expression));
    } else {
        gm_yaml_flow_add(&flow, "columns", flow_list(w, &d->columns));
    }
    if (object->kind == GM_OBJECT_FOREIGN_KEY)
        gm_yaml_flow_add(&flow, "references", references(w, d));
    gm_yaml_flow_add(&flow, "match", gm_str_from(d->match_full ? "full" : ""));
    gm_yaml_flow_add(&flow, "on_update", d->on_update);
    gm_yaml_flow_add(&flow, "on_delete", d->on_delete);
    gm_yaml_flow_add(&flow, "include", flow_list(w, &d->include));
    gm_yaml_flow_add(&flow, "nulls_distinct", gm_str_from(d->nulls_not_distinct ? "false" : ""));
    gm_yaml_flow_add(&flow, "deferrable", d->deferrable);
    gm_yaml_flow_add(&flow, "comment", comment);
    return gm_yaml_flow_text(&flow);
}

static gm_str index_value(const gm_yaml_writer *w, const gm_object *object, const gm_definition *d)
{
    gm_yaml_flow flow = gm_yaml_flow_new(w->arena);
    gm_str comment = gm_yaml_comment(w, object);
    bool unique = gm_object_has(object, "unique");
    gm_yaml_flow_add(&flow, "unique", gm_str_from(unique ? "true" : ""));
    gm_yaml_flow_add(&flow, "using", flow_text(w, d->method));
    gm_yaml_flow_add(&flow, "where", flow_text(w, d->expression));
    gm_yaml_flow_add(&flow, "include", flow_list(w, &d->include));
    gm_yaml_flow_add(&flow, "nulls_distinct", gm_str_from(d->nulls_not_distinct ? "false" : ""));
    gm_yaml_flow_add(&flow, "with", flow_text(w, d->with));
    gm_yaml_flow_add(&flow, "comment", comment);
    gm_str keys = gm_yaml_list(w->arena, &d->columns);
    if (!flow.buf.len)
        return keys;
    gm_yaml_flow_add(&flow, "keys", keys);
    return gm_yaml_flow_text(&flow);
}

static void add_primary_key(const gm_yaml_writer *w, const gm_object *table,
                            const gm_object *object, const gm_definition *d, gm_buf *buf)
{
    gm_yaml_flow flow = gm_yaml_flow_new(w->arena);
    gm_str columns = gm_yaml_list(w->arena, &d->columns);
    gm_str usual = gm_str_printf(w->arena, "%.*s_pkey", GM_ARG(table->name));
    if (!object->name.len)
        gm_yaml_flow_add(&flow, "name", GM_STR("null"));
    else if (!gm_str_eq(object->name, usual))
        gm_yaml_flow_add(&flow, "name", gm_yaml_scalar(w->arena, object->name));
    gm_yaml_flow_add(&flow, "include", flow_list(w, &d->include));
    gm_yaml_flow_add(&flow, "deferrable", d->deferrable);
    gm_yaml_flow_add(&flow, "autoincrement", gm_str_from(d->autoincrement ? "true" : ""));
    if (flow.buf.len) {
        gm_yaml_flow_add(&flow, "columns", columns);
        columns = gm_yaml_flow_text(&flow);
    }
    gm_buf_printf(buf, "    primary_key: %.*s\n", GM_ARG(columns));
}

/* Those without a name are a list, which cannot be mixed with a mapping of names. */
static bool add_kind(gm_yaml_writer *w, const gm_yaml_objects *owned, gm_object_kind kind,
                     const char *word, gm_buf *buf)
{
    size_t named = 0;
    size_t unnamed = 0;
    for (size_t i = 0; i < owned->len; i++) {
        const gm_object *object = owned->items[i];
        gm_definition d;
        if (object->kind != kind)
            continue;
        if (!gm_definition_read(w->arena, w->schema->dialect, object, &d)) {
            if (w->schema->dialect == GM_SQLITE && kind != GM_OBJECT_INDEX)
                return false;
            continue;
        }
        if (named + unnamed == 0)
            gm_buf_printf(buf, "    %s:\n", word);
        named += object->name.len > 0;
        unnamed += object->name.len == 0;
        gm_str value =
            kind == GM_OBJECT_INDEX ? index_value(w, object, &d) : constraint(w, object, &d);
        if (object->name.len)
            gm_buf_printf(buf, "      %.*s: ", GM_ARG(gm_yaml_scalar(w->arena, object->name)));
        else
            gm_buf_z(buf, "      - ");
        gm_buf_printf(buf, "%.*s\n", GM_ARG(value));
        gm_yaml_said(w, object, nothing);
    }
    return named == 0 || unnamed == 0;
}

static bool add_keys(gm_yaml_writer *w, const gm_object *table, const gm_yaml_objects *owned,
                     gm_buf *buf)
{
    for (size_t i = 0; i < owned->len; i++) {
        const gm_object *object = owned->items[i];
        gm_definition d;
        if (object->kind != GM_OBJECT_PRIMARY_KEY)
            continue;
        if (gm_definition_read(w->arena, w->schema->dialect, object, &d)) {
            add_primary_key(w, table, object, &d, buf);
            gm_yaml_said(w, object, comment_later);
        } else if (w->schema->dialect == GM_SQLITE) {
            return false;
        }
    }
    return add_kind(w, owned, GM_OBJECT_UNIQUE, "unique", buf) &&
           add_kind(w, owned, GM_OBJECT_CHECK, "checks", buf) &&
           add_kind(w, owned, GM_OBJECT_EXCLUSION, "exclusions", buf) &&
           add_kind(w, owned, GM_OBJECT_FOREIGN_KEY, "foreign_keys", buf) &&
           add_kind(w, owned, GM_OBJECT_INDEX, "indexes", buf);
}

/* Does SQLite count in this column by itself: an integer that is the whole primary key? */
static bool counts(const gm_yaml_objects *owned, const gm_object *column)
{
    for (size_t i = 0; i < owned->len; i++)
        if (owned->items[i]->kind == GM_OBJECT_PRIMARY_KEY)
            return gm_str_eq_nocase(gm_object_get(owned->items[i], "columns"), column->name) &&
                   gm_str_is(gm_object_get(column, "type"), "integer");
    return false;
}

static bool add_columns(gm_yaml_writer *w, const gm_yaml_objects *owned, gm_buf *buf)
{
    size_t count = 0;
    for (size_t i = 0; i < owned->len; i++) {
        const gm_object *column = owned->items[i];
        const char *const *without = nothing;
        gm_str yaml;
        if (column->kind != GM_OBJECT_COLUMN)
            continue;
        if (!gm_yaml_column(w, column, counts(owned, column), &yaml, &without))
            return false;
        if (count++ == 0)
            gm_buf_z(buf, "    columns:\n");
        gm_buf_printf(buf, "      %.*s\n", GM_ARG(yaml));
        gm_yaml_said(w, column, without);
    }
    return count > 0;
}

static gm_str options_of(const gm_yaml_writer *w, const gm_object *table)
{
    gm_str with = gm_object_get(table, "options");
    bool strict = gm_object_has(table, "strict");
    bool without = gm_object_has(table, "without rowid");
    if (with.len)
        return gm_str_printf(
            w->arena, "{postgres: %.*s}",
            GM_ARG(gm_yaml_scalar(w->arena, gm_str_printf(w->arena, "WITH (%.*s)", GM_ARG(with)))));
    if (strict || without)
        return gm_str_printf(w->arena, "{sqlite: \"%s%s%s\"}", strict ? "STRICT" : "",
                             strict && without ? ", " : "", without ? "WITHOUT ROWID" : "");
    return GM_STR("");
}

static void add_tail(const gm_yaml_writer *w, const gm_object *table, gm_buf *buf)
{
    gm_str options = options_of(w, table);
    gm_str partition = gm_object_get(table, "partition by");
    if (options.len)
        gm_buf_printf(buf, "    options: %.*s\n", GM_ARG(options));
    if (partition.len)
        gm_buf_printf(buf, "    partition_by: %.*s\n", GM_ARG(gm_yaml_scalar(w->arena, partition)));
    if (gm_object_has(table, "persistence"))
        gm_buf_z(buf, "    unlogged: true\n");
}

bool gm_yaml_table(gm_yaml_writer *w, const gm_object *table, gm_buf *buf)
{
    static const char *const known[] = {
        "comment", "persistence", "partition by", "options", "without rowid", "strict", NULL};
    const gm_yaml_objects *owned = gm_map_get(&w->owned, table->key);
    gm_yaml_writer tried = *w;
    gm_buf made = gm_buf_new(w->arena, SIZE_MAX);
    gm_str key;
    gm_str comment = gm_yaml_comment(w, table);
    if (!owned || !gm_yaml_key(w, table, &key) || !gm_yaml_only(table, known, later))
        return false;
    tried.said = gm_schema_new(w->arena, w->schema->dialect);
    gm_buf_printf(&made, "  %.*s:\n", GM_ARG(gm_yaml_scalar(w->arena, key)));
    if (comment.len)
        gm_buf_printf(&made, "    comment: %.*s\n", GM_ARG(comment));
    gm_yaml_said(&tried, table, later);
    if (!add_columns(&tried, owned, &made) || !add_keys(&tried, table, owned, &made))
        return false;
    add_tail(w, table, &made);
    gm_buf_add(buf, gm_buf_str(&made));
    for (size_t i = 0; i < tried.said->objects.len; i++)
        (void)gm_schema_add(w->said, tried.said->objects.items[i]);
    return true;
}
