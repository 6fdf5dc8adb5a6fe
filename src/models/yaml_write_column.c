/* SPDX-License-Identifier: Apache-2.0 */
#include "models/definition.h"
#include "models/yaml_write.h"

static const char *const nothing[] = {NULL};
static const char *const later[] = {"storage", "compression", "statistics", "options", NULL};
static const char *const default_later[] = {"storage", "compression", "statistics",
                                            "options", "default",     NULL};

/* A type in words of both dialects where there are some, with what stands in its parentheses. */
static const struct {
    gm_dialect dialect;
    bool arguments;
    const char *own;
    const char *neutral;
} types[] = {
    {GM_SQLITE, false, "integer", "integer"},
    {GM_SQLITE, false, "real", "real"},
    {GM_SQLITE, false, "text", "text"},
    {GM_SQLITE, false, "blob", "bytes"},
    {GM_SQLITE, true, "numeric", "numeric"},
    {GM_SQLITE, true, "varchar", "varchar"},
    {GM_SQLITE, true, "char", "char"},
    {GM_POSTGRES, false, "smallint", "smallint"},
    {GM_POSTGRES, false, "integer", "integer"},
    {GM_POSTGRES, false, "bigint", "bigint"},
    {GM_POSTGRES, false, "real", "real"},
    {GM_POSTGRES, false, "double precision", "double"},
    {GM_POSTGRES, true, "numeric", "numeric"},
    {GM_POSTGRES, false, "boolean", "boolean"},
    {GM_POSTGRES, false, "text", "text"},
    {GM_POSTGRES, true, "character varying", "varchar"},
    {GM_POSTGRES, true, "character", "char"},
    {GM_POSTGRES, false, "date", "date"},
    {GM_POSTGRES, false, "time without time zone", "time"},
    {GM_POSTGRES, false, "timestamp with time zone", "timestamp"},
    {GM_POSTGRES, false, "timestamp without time zone", "datetime"},
    {GM_POSTGRES, false, "interval", "interval"},
    {GM_POSTGRES, false, "uuid", "uuid"},
    {GM_POSTGRES, false, "jsonb", "json"},
    {GM_POSTGRES, false, "bytea", "bytes"},
};

/* One that YAML has said: the type is known by the enum's key. A quoted name is not. */
static bool is_enum(const gm_yaml_writer *w, gm_str type)
{
    size_t dot = gm_str_find(type, '.', 0);
    bool qualified = dot < type.len;
    gm_str schema = qualified ? gm_str_sub(type, 0, dot) : GM_STR("public");
    gm_str name = qualified ? gm_str_sub(type, dot + 1, type.len) : type;
    gm_str key;
    const gm_object *found = gm_schema_find(w->schema, GM_OBJECT_ENUM, schema, (gm_str){0}, name);
    return found && gm_yaml_key(w, found, &key) && gm_str_eq(key, type);
}

static gm_str type_of(const gm_yaml_writer *w, gm_str text, bool counts)
{
    gm_dialect dialect = w->schema->dialect;
    size_t open = gm_str_find(text, '(', 0);
    gm_str word = gm_str_sub(text, 0, open);
    gm_str arguments = gm_str_sub(text, open, text.len);
    if (counts)
        return GM_STR("bigint");
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (types[i].dialect != dialect || !gm_str_is(word, types[i].own) ||
            (arguments.len && !types[i].arguments))
            continue;
        return gm_yaml_scalar(
            w->arena, gm_str_printf(w->arena, "%s%.*s", types[i].neutral, GM_ARG(arguments)));
    }
    if (dialect == GM_POSTGRES && is_enum(w, text))
        return gm_yaml_scalar(w->arena, text);
    return gm_str_printf(w->arena, "{%s: %.*s}", gm_dialect_name(dialect),
                         GM_ARG(gm_yaml_scalar(w->arena, text)));
}

/* DEFAULT takes a plain value; what may be more goes into parentheses. */
static gm_str default_of(const gm_yaml_writer *w, const gm_object *column)
{
    gm_str value = gm_object_get(column, "default");
    if (!value.len)
        return value;
    if (gm_str_has(value, ' ') || (w->schema->dialect == GM_SQLITE && gm_str_has(value, '(')))
        value = gm_str_printf(w->arena, "(%.*s)", GM_ARG(value));
    return gm_yaml_scalar(w->arena, value);
}

/* PostgreSQL's text ends in STORED or VIRTUAL; on SQLite that is a property of its own. */
static bool generated_of(const gm_yaml_writer *w, const gm_object *column, gm_str *yaml)
{
    gm_str text = gm_object_get(column, "generated");
    gm_str word = GM_STR(" STORED");
    bool stored = gm_object_has(column, "stored");
    *yaml = GM_STR("");
    if (!text.len)
        return true;
    if (w->schema->dialect == GM_POSTGRES) {
        if (!gm_str_ends(text, word))
            return false;
        text = gm_str_sub(text, 0, text.len - word.len);
        stored = true;
    }
    *yaml = gm_yaml_scalar(w->arena, text);
    if (!stored)
        *yaml = gm_str_printf(w->arena, "{as: %.*s, stored: false}", GM_ARG(*yaml));
    return true;
}

static bool collation_of(const gm_yaml_writer *w, const gm_object *column, gm_str *yaml)
{
    gm_str text = gm_object_get(column, "collation");
    gm_str name;
    *yaml = GM_STR("");
    if (!text.len)
        return true;
    if (!gm_definition_name(w->arena, w->schema->dialect, text, &name))
        return false;
    *yaml = gm_yaml_scalar(w->arena, name);
    return true;
}

/*
 * A sequence may belong to the very column whose default reads it, and a function may speak of the
 * table, so such a default comes when both are there.
 */
static bool waits(const gm_object *column)
{
    for (size_t i = 0; gm_object_has(column, "default") && i < column->needs.len; i++)
        if (column->needs.items[i]->kind == GM_OBJECT_SEQUENCE ||
            column->needs.items[i]->kind == GM_OBJECT_FUNCTION)
            return true;
    return false;
}

bool gm_yaml_column(const gm_yaml_writer *w, const gm_object *column, bool counts, gm_str *yaml,
                    const char *const **without)
{
    static const char *const known[] = {"type",   "not null", "default", "collation", "generated",
                                        "stored", "identity", "comment", NULL};
    bool postgres = w->schema->dialect == GM_POSTGRES;
    bool late = postgres && waits(column);
    gm_yaml_flow flow = gm_yaml_flow_new(w->arena);
    gm_str generated;
    gm_str collation;
    gm_str identity = gm_str_lower(w->arena, gm_object_get(column, "identity"));
    if (!gm_object_has(column, "type") ||
        !gm_yaml_only(column, known, postgres ? later : nothing) ||
        !generated_of(w, column, &generated) || !collation_of(w, column, &collation))
        return false;
    if (counts || gm_str_is(identity, "by default"))
        identity = GM_STR("true");
    gm_yaml_flow_add(&flow, "type", type_of(w, gm_object_get(column, "type"), counts));
    gm_yaml_flow_add(&flow, "identity", identity);
    gm_yaml_flow_add(&flow, "nullable",
                     gm_str_from(gm_object_has(column, "not null") ? "" : "true"));
    gm_yaml_flow_add(&flow, "collation", collation);
    gm_yaml_flow_add(&flow, "default", late ? GM_STR("") : default_of(w, column));
    gm_yaml_flow_add(&flow, "generated", generated);
    gm_yaml_flow_add(&flow, "comment", gm_yaml_comment(w, column));
    *yaml = gm_str_printf(w->arena, "%.*s: %.*s", GM_ARG(gm_yaml_scalar(w->arena, column->name)),
                          GM_ARG(gm_yaml_flow_text(&flow)));
    *without = late ? default_later : postgres ? later : nothing;
    return true;
}
