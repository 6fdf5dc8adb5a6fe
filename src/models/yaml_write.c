/* SPDX-License-Identifier: Apache-2.0 */
#include "models/write.h"
#include "models/yaml_write.h"

static const char *const nothing[] = {NULL};
static const char *const comment_only[] = {"comment", NULL};

static bool is_in(const char *const *list, gm_str name)
{
    for (; *list; list++)
        if (gm_str_is(name, *list))
            return true;
    return false;
}

bool gm_yaml_only(const gm_object *object, const char *const *known, const char *const *other)
{
    for (size_t i = 0; i < object->properties.len; i++)
        if (!is_in(known, object->properties.items[i].name) &&
            !is_in(other, object->properties.items[i].name))
            return false;
    return true;
}

void gm_yaml_said(gm_yaml_writer *w, const gm_object *object, const char *const *without)
{
    gm_object *copy = gm_new(w->arena, gm_object);
    *copy = *object;
    memset(&copy->properties, 0, sizeof(copy->properties));
    for (size_t i = 0; i < object->properties.len; i++)
        if (!is_in(without, object->properties.items[i].name))
            gm_vec_push(w->arena, &copy->properties, object->properties.items[i]);
    (void)gm_schema_add(w->said, copy);
}

bool gm_yaml_key(const gm_yaml_writer *w, const gm_object *object, gm_str *key)
{
    bool qualified = object->schema.len && !gm_str_is(object->schema, "public");
    *key = object->name;
    if (w->schema->dialect != GM_POSTGRES)
        return true;
    if (qualified)
        *key = gm_str_printf(w->arena, "%.*s.%.*s", GM_ARG(object->schema), GM_ARG(object->name));
    return !gm_str_has(object->name, '.') && !gm_str_has(object->schema, '.');
}

gm_str gm_yaml_comment(const gm_yaml_writer *w, const gm_object *object)
{
    gm_str comment = gm_object_get(object, "comment");
    return comment.len ? gm_yaml_scalar(w->arena, comment) : GM_STR("");
}

/* ---- lists of names ---- */

static void add_names(gm_yaml_writer *w, gm_object_kind kind, const char *word, gm_buf *buf)
{
    gm_strs names = {0};
    for (size_t i = 0; i < w->schema->objects.len; i++) {
        const gm_object *object = w->schema->objects.items[i];
        bool there = kind == GM_OBJECT_SCHEMA && gm_str_is(object->name, "public");
        if (object->kind != kind || there || !gm_yaml_only(object, comment_only, nothing))
            continue;
        gm_vec_push(w->arena, &names, object->name);
        gm_yaml_said(w, object, comment_only);
    }
    if (names.len)
        gm_buf_printf(buf, "%s: %.*s\n", word, GM_ARG(gm_yaml_list(w->arena, &names)));
}

/* ---- entries ---- */

typedef bool entry_writer(gm_yaml_writer *w, const gm_object *object, gm_buf *buf);

static bool add_enum(gm_yaml_writer *w, const gm_object *object, gm_buf *buf)
{
    gm_str key;
    if (!gm_yaml_key(w, object, &key) || !gm_yaml_only(object, comment_only, nothing))
        return false;
    gm_str labels = gm_yaml_list(w->arena, &object->labels);
    gm_str comment = gm_yaml_comment(w, object);
    if (comment.len)
        labels = gm_str_printf(w->arena, "{labels: %.*s, comment: %.*s}", GM_ARG(labels),
                               GM_ARG(comment));
    gm_buf_printf(buf, "  %.*s: %.*s\n", GM_ARG(gm_yaml_scalar(w->arena, key)), GM_ARG(labels));
    gm_yaml_said(w, object, nothing);
    return true;
}

/* Behind AS. SQLite keeps the words of whoever made the view, whose columns may have names there.
 */
static bool query_of(const gm_yaml_writer *w, const gm_object *view, gm_str *query)
{
    *query = gm_str_trim(gm_object_get(view, "definition"));
    if (w->schema->dialect == GM_POSTGRES)
        return query->len > 0;
    if (!gm_str_starts(*query, GM_STR("AS ")))
        return false;
    *query = gm_str_sub(*query, 3, query->len);
    return true;
}

static bool add_view(gm_yaml_writer *w, const gm_object *view, gm_buf *buf)
{
    static const char *const known[] = {"definition", "columns", NULL};
    bool materialized = view->kind == GM_OBJECT_MATERIALIZED_VIEW;
    gm_str key;
    gm_str query;
    gm_str comment = gm_yaml_comment(w, view);
    if (!gm_yaml_key(w, view, &key) || !gm_yaml_only(view, known, comment_only) ||
        !query_of(w, view, &query))
        return false;
    gm_buf_printf(buf, "  %.*s:", GM_ARG(gm_yaml_scalar(w->arena, key)));
    if (materialized || comment.len) {
        gm_buf_z(buf, materialized ? "\n    materialized: true" : "");
        if (comment.len)
            gm_buf_printf(buf, "\n    comment: %.*s", GM_ARG(comment));
        gm_buf_z(buf, "\n    query:");
        gm_yaml_add_text(buf, query, 6);
    } else {
        gm_yaml_add_text(buf, query, 4);
    }
    gm_yaml_said(w, view, nothing);
    return true;
}

static void add_entries(gm_yaml_writer *w, gm_object_kind kind, gm_object_kind other,
                        const char *word, entry_writer *add, gm_buf *buf)
{
    gm_buf entries = gm_buf_new(w->arena, SIZE_MAX);
    for (size_t i = 0; i < w->schema->objects.len; i++) {
        const gm_object *object = w->schema->objects.items[i];
        if (object->kind == kind || object->kind == other)
            (void)add(w, object, &entries);
    }
    if (entries.len)
        gm_buf_printf(buf, "%s:\n%.*s", word, GM_ARG(gm_buf_str(&entries)));
}

static void find_owned(gm_yaml_writer *w)
{
    w->owned = gm_map_new(w->arena);
    for (size_t i = 0; i < w->schema->objects.len; i++) {
        const gm_object *object = w->schema->objects.items[i];
        const gm_object *owner = gm_schema_owner(w->schema, object);
        if (!owner)
            continue;
        gm_yaml_objects *list = gm_map_get(&w->owned, owner->key);
        if (!list) {
            list = gm_new(w->arena, gm_yaml_objects);
            gm_map_add(&w->owned, owner->key, list);
        }
        gm_vec_push(w->arena, list, object);
    }
}

void gm_models_write_yaml(gm_arena *arena, const gm_schema *schema, gm_str *yaml, gm_schema **said)
{
    gm_yaml_writer w = {
        .arena = arena, .schema = schema, .said = gm_schema_new(arena, schema->dialect)};
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    find_owned(&w);
    if (schema->dialect == GM_POSTGRES) {
        add_names(&w, GM_OBJECT_SCHEMA, "schemas", &buf);
        add_names(&w, GM_OBJECT_EXTENSION, "extensions", &buf);
        add_entries(&w, GM_OBJECT_ENUM, GM_OBJECT_ENUM, "enums", add_enum, &buf);
    }
    add_entries(&w, GM_OBJECT_TABLE, GM_OBJECT_TABLE, "tables", gm_yaml_table, &buf);
    add_entries(&w, GM_OBJECT_VIEW, GM_OBJECT_MATERIALIZED_VIEW, "views", add_view, &buf);
    *yaml = gm_buf_str(&buf);
    *said = w.said;
}
