/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/draw.h"

#include "base/buf.h"

/* ---- what is drawn ---- */

static gm_str full_name(gm_arena *arena, const gm_object *table)
{
    if (!table->schema.len || gm_str_is(table->schema, "public"))
        return table->name;
    return gm_str_printf(arena, "%.*s.%.*s", GM_ARG(table->schema), GM_ARG(table->name));
}

static bool belongs(const gm_object *object, const gm_object *table)
{
    return gm_str_eq(object->table, table->name) && gm_str_eq(object->schema, table->schema);
}

/* One name of a list at *at, which moves behind it; quotes are taken off, what follows the name
 * (a collation, DESC) is left out. */
static gm_str next_name(gm_arena *arena, gm_str text, size_t *at)
{
    gm_buf name = gm_buf_new(arena, SIZE_MAX);
    bool quoted = *at < text.len && text.ptr[*at] == '"';
    if (!quoted) {
        size_t from = *at;
        while (*at < text.len && !strchr(" ,)", text.ptr[*at]))
            (*at)++;
        return gm_str_sub(text, from, *at);
    }
    for (size_t i = *at + 1; i < text.len; i++) {
        *at = i + 1;
        if (text.ptr[i] == '"' && (i + 1 == text.len || text.ptr[i + 1] != '"'))
            break;
        i += text.ptr[i] == '"';
        gm_buf_char(&name, text.ptr[i]);
    }
    return gm_buf_str(&name);
}

/* The columns of a key: SQLite has "columns", PostgreSQL "FOREIGN KEY (a, b) REFERENCES …". */
static gm_strs columns_of(gm_arena *arena, const gm_object *key)
{
    gm_strs names = {0};
    gm_str text = gm_object_get(key, "columns");
    if (!text.len) {
        text = gm_object_get(key, "definition");
        text = gm_str_sub(text, gm_str_find(text, '(', 0) + 1, text.len);
    }
    for (size_t at = 0; at < text.len && text.ptr[at] != ')';) {
        if (text.ptr[at] == ' ' || text.ptr[at] == ',') {
            at++;
            continue;
        }
        gm_vec_push(arena, &names, next_name(arena, text, &at));
        while (at < text.len && text.ptr[at] != ',' && text.ptr[at] != ')')
            at++;
    }
    return names;
}

/* The table that a foreign key points to; its own where it needs no other. */
static const gm_object *target_of(const gm_schema *schema, const gm_object *key,
                                  const gm_object *own)
{
    GM_EACH (gm_object *, need, &key->needs) {
        const gm_object *table = gm_schema_owner(schema, *need);
        if (!table)
            table = *need;
        if (table->kind == GM_OBJECT_TABLE && table != own)
            return table;
    }
    return own;
}

static bool has_column(const gm_schema *schema, gm_arena *arena, const gm_object *key,
                       const gm_object *column)
{
    gm_strs names = columns_of(arena, key);
    GM_EACH (const gm_str, name, &names)
        if (gm_schema_same_name(schema->dialect, *name, column->name))
            return true;
    return false;
}

static bool same_columns(const gm_schema *schema, gm_arena *arena, const gm_object *key,
                         const gm_object *other)
{
    gm_strs a = columns_of(arena, key);
    gm_strs b = columns_of(arena, other);
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (!gm_schema_same_name(schema->dialect, a.items[i], b.items[i]))
            return false;
    return true;
}

/* ---- Graphviz ---- */

/* Inside of a record's label: what has a meaning there is escaped. */
static void add_label(gm_buf *buf, gm_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("\\\"{}|<>", text.ptr[i]) && text.ptr[i])
            gm_buf_char(buf, '\\');
        gm_buf_char(buf, text.ptr[i]);
    }
}

static void add_quoted(gm_buf *buf, gm_str text)
{
    gm_buf_char(buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            gm_buf_char(buf, '\\');
        gm_buf_char(buf, text.ptr[i]);
    }
    gm_buf_char(buf, '"');
}

static void dot_table(gm_arena *arena, gm_buf *buf, const gm_schema *schema, const gm_object *table)
{
    gm_buf_z(buf, "    ");
    add_quoted(buf, full_name(arena, table));
    gm_buf_z(buf, " [label=\"{");
    add_label(buf, full_name(arena, table));
    gm_buf_char(buf, '|');
    GM_EACH (gm_object *, object, &schema->objects) {
        if ((*object)->kind != GM_OBJECT_COLUMN || !belongs(*object, table))
            continue;
        add_label(buf, (*object)->name);
        gm_buf_char(buf, ' ');
        add_label(buf, gm_object_get(*object, "type"));
        gm_buf_z(buf, gm_object_has(*object, "not null") ? "\\l" : " null\\l");
    }
    gm_buf_z(buf, "}\"];\n");
}

static void dot_edge(gm_arena *arena, gm_buf *buf, const gm_schema *schema, const gm_object *key,
                     const gm_object *table)
{
    gm_buf_z(buf, "    ");
    add_quoted(buf, full_name(arena, table));
    gm_buf_z(buf, " -> ");
    add_quoted(buf, full_name(arena, target_of(schema, key, table)));
    gm_buf_z(buf, " [label=");
    add_quoted(buf, key->name);
    gm_buf_z(buf, "];\n");
}

gm_str gm_schema_dot(gm_arena *arena, const gm_schema *schema)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(&buf, "digraph schema {\n    rankdir=LR;\n    node [shape=record];\n");
    GM_EACH (gm_object *, object, &schema->objects)
        if ((*object)->kind == GM_OBJECT_TABLE)
            dot_table(arena, &buf, schema, *object);
    GM_EACH (gm_object *, object, &schema->objects) {
        const gm_object *table = gm_schema_owner(schema, *object);
        if ((*object)->kind == GM_OBJECT_FOREIGN_KEY && table)
            dot_edge(arena, &buf, schema, *object, table);
    }
    gm_buf_z(&buf, "}\n");
    return gm_buf_str(&buf);
}

/* ---- Mermaid ---- */

/* A word of letters, digits, "_" and "-"; `more`: what else may stand in it. */
static gm_str word_of(gm_arena *arena, gm_str text, const char *more)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool later = (c >= '0' && c <= '9') || c == '-' || (c && strchr(more, c));
        if (!letter && later && i == 0)
            gm_buf_char(&buf, '_'); /* it begins with a letter */
        gm_buf_char(&buf, letter || later ? c : '_');
    }
    return buf.len ? gm_buf_str(&buf) : GM_STR("_");
}

/* A text in double quotes, which cannot hold one itself. */
static void add_words(gm_buf *buf, gm_str text)
{
    gm_buf_char(buf, '"');
    for (size_t i = 0; i < text.len; i++)
        gm_buf_char(buf, text.ptr[i] == '"' || text.ptr[i] == '\n' ? '\'' : text.ptr[i]);
    gm_buf_char(buf, '"');
}

static void add_entity(gm_arena *arena, gm_buf *buf, const gm_object *table)
{
    gm_str name = full_name(arena, table);
    if (gm_str_eq(word_of(arena, name, ""), name))
        gm_buf_add(buf, name);
    else
        add_words(buf, name);
}

static void mermaid_keys(gm_arena *arena, gm_buf *buf, const gm_schema *schema,
                         const gm_object *table, const gm_object *column)
{
    static const struct {
        gm_object_kind kind;
        const char *word;
    } keys[] = {{GM_OBJECT_PRIMARY_KEY, "PK"}, {GM_OBJECT_FOREIGN_KEY, "FK"}};
    const char *lead = " ";
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        GM_EACH (gm_object *, object, &schema->objects)
            if ((*object)->kind == keys[i].kind && belongs(*object, table) &&
                has_column(schema, arena, *object, column)) {
                gm_buf_printf(buf, "%s%s", lead, keys[i].word);
                lead = ", ";
                break;
            }
}

static void mermaid_table(gm_arena *arena, gm_buf *buf, const gm_schema *schema,
                          const gm_object *table)
{
    gm_buf_z(buf, "    ");
    add_entity(arena, buf, table);
    gm_buf_z(buf, " {\n");
    GM_EACH (gm_object *, object, &schema->objects) {
        const gm_object *column = *object;
        if (column->kind != GM_OBJECT_COLUMN || !belongs(column, table))
            continue;
        gm_str type = gm_object_get(column, "type");
        gm_str name = word_of(arena, column->name, "");
        gm_buf_printf(buf, "        %.*s %.*s",
                      GM_ARG(word_of(arena, type.len ? type : GM_STR("any"), "()[]")),
                      GM_ARG(name));
        mermaid_keys(arena, buf, schema, table, column);
        if (!gm_str_eq(name, column->name)) {
            gm_buf_char(buf, ' ');
            add_words(buf, column->name);
        }
        gm_buf_char(buf, '\n');
    }
    gm_buf_z(buf, "    }\n");
}

/* At most one row points to each where the same columns are a key. */
static bool is_unique(gm_arena *arena, const gm_schema *schema, const gm_object *key,
                      const gm_object *table)
{
    GM_EACH (gm_object *, object, &schema->objects)
        if (((*object)->kind == GM_OBJECT_PRIMARY_KEY || (*object)->kind == GM_OBJECT_UNIQUE) &&
            belongs(*object, table) && same_columns(schema, arena, key, *object))
            return true;
    return false;
}

static bool is_optional(gm_arena *arena, const gm_schema *schema, const gm_object *key,
                        const gm_object *table)
{
    GM_EACH (gm_object *, object, &schema->objects)
        if ((*object)->kind == GM_OBJECT_COLUMN && belongs(*object, table) &&
            !gm_object_has(*object, "not null") && has_column(schema, arena, key, *object))
            return true;
    return false;
}

static void mermaid_edge(gm_arena *arena, gm_buf *buf, const gm_schema *schema,
                         const gm_object *key, const gm_object *table)
{
    gm_buf_z(buf, "    ");
    add_entity(arena, buf, table);
    gm_buf_printf(buf, " %s--%s ", is_unique(arena, schema, key, table) ? "|o" : "}o",
                  is_optional(arena, schema, key, table) ? "o|" : "||");
    add_entity(arena, buf, target_of(schema, key, table));
    gm_buf_z(buf, " : ");
    add_words(buf, key->name);
    gm_buf_char(buf, '\n');
}

gm_str gm_schema_mermaid(gm_arena *arena, const gm_schema *schema)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(&buf, "erDiagram\n");
    GM_EACH (gm_object *, object, &schema->objects)
        if ((*object)->kind == GM_OBJECT_TABLE)
            mermaid_table(arena, &buf, schema, *object);
    GM_EACH (gm_object *, object, &schema->objects) {
        const gm_object *table = gm_schema_owner(schema, *object);
        if ((*object)->kind == GM_OBJECT_FOREIGN_KEY && table)
            mermaid_edge(arena, &buf, schema, *object, table);
    }
    return gm_buf_str(&buf);
}
