/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/schema.h"

#include <stdlib.h>

#include "base/buf.h"

static const char *const words[GM_OBJECT_KIND_COUNT] = {
#define X(name, word) word,
#include "schema/kinds.def"
#undef X
};

const char *gm_object_word(gm_object_kind kind)
{
    return kind < GM_OBJECT_KIND_COUNT ? words[kind] : "object";
}

/* ---- properties ---- */

static size_t property_place(const gm_object *object, gm_str name)
{
    size_t i = 0;
    while (i < object->properties.len && gm_str_cmp(object->properties.items[i].name, name) < 0)
        i++;
    return i;
}

static const gm_property *property(const gm_object *object, const char *name)
{
    size_t i = property_place(object, gm_str_from(name));
    bool there = i < object->properties.len && gm_str_is(object->properties.items[i].name, name);
    return there ? &object->properties.items[i] : NULL;
}

void gm_object_set(gm_arena *arena, gm_object *object, const char *name, gm_str value)
{
    gm_str word = gm_str_from(name);
    size_t i = property_place(object, word);
    gm_property *items = object->properties.items;
    size_t behind = object->properties.len - i;
    if (property(object, name)) {
        items[i].value = value;
        if (value.len == 0) {
            memmove(items + i, items + i + 1, (behind - 1) * sizeof(*items));
            object->properties.len--;
        }
        return;
    }
    if (value.len == 0)
        return;
    gm_property made = {.name = word, .value = value};
    gm_vec_push(arena, &object->properties, made);
    items = object->properties.items;
    memmove(items + i + 1, items + i, behind * sizeof(*items));
    items[i] = made;
}

gm_str gm_object_get(const gm_object *object, const char *name)
{
    const gm_property *found = property(object, name);
    return found ? found->value : (gm_str){0};
}

bool gm_object_has(const gm_object *object, const char *name)
{
    return property(object, name) != NULL;
}

bool gm_object_same(const gm_object *a, const gm_object *b)
{
    if (a->properties.len != b->properties.len || a->labels.len != b->labels.len)
        return false;
    for (size_t i = 0; i < a->properties.len; i++)
        if (!gm_str_eq(a->properties.items[i].name, b->properties.items[i].name) ||
            !gm_str_eq(a->properties.items[i].value, b->properties.items[i].value))
            return false;
    for (size_t i = 0; i < a->labels.len; i++)
        if (!gm_str_eq(a->labels.items[i], b->labels.items[i]))
            return false;
    return true;
}

void gm_object_need(gm_arena *arena, gm_object *object, gm_object *other)
{
    if (object == other)
        return;
    size_t i = object->needs.len;
    while (i > 0 && gm_str_cmp(object->needs.items[i - 1]->key, other->key) > 0)
        i--;
    if (i > 0 && object->needs.items[i - 1] == other)
        return;
    gm_vec_push(arena, &object->needs, other);
    gm_object **items = object->needs.items;
    memmove(items + i + 1, items + i, (object->needs.len - 1 - i) * sizeof(*items));
    items[i] = other;
}

/* ---- the schema ---- */

gm_schema *gm_schema_new(gm_arena *arena, gm_dialect dialect)
{
    gm_schema *schema = gm_new(arena, gm_schema);
    schema->arena = arena;
    schema->dialect = dialect;
    schema->by_key = gm_map_new(arena);
    return schema;
}

bool gm_schema_same_name(gm_dialect dialect, gm_str a, gm_str b)
{
    return dialect == GM_SQLITE ? gm_str_eq_nocase(a, b) : gm_str_eq(a, b);
}

/* Parts of a key end in NUL, which no name can hold. */
static gm_str key_of(gm_arena *arena, gm_dialect dialect, gm_object_kind kind, gm_str schema,
                     gm_str table, gm_str name)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    const gm_str parts[] = {gm_str_from(gm_object_word(kind)), schema, table, name};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        gm_buf_add(&buf, dialect == GM_SQLITE ? gm_str_lower(arena, parts[i]) : parts[i]);
        gm_buf_char(&buf, '\0');
    }
    return gm_buf_str(&buf);
}

bool gm_schema_add(gm_schema *schema, gm_object *object)
{
    gm_str key = key_of(schema->arena, schema->dialect, object->kind, object->schema, object->table,
                        object->name);
    if (object->name.len == 0) {
        gm_buf buf = gm_buf_new(schema->arena, SIZE_MAX);
        gm_buf_add(&buf, key);
        GM_EACH (gm_property, each, &object->properties) {
            gm_buf_add(&buf, each->name);
            gm_buf_char(&buf, '\0');
            gm_buf_add(&buf, each->value);
            gm_buf_char(&buf, '\0');
        }
        key = gm_buf_str(&buf);
    }
    if (!gm_map_add(&schema->by_key, key, object))
        return false;
    object->key = key;
    gm_vec_push(schema->arena, &schema->objects, object);
    return true;
}

gm_object *gm_schema_find(const gm_schema *schema, gm_object_kind kind, gm_str in, gm_str table,
                          gm_str name)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    return gm_map_get(&schema->by_key, key_of(scratch, schema->dialect, kind, in, table, name));
}

gm_object *gm_schema_owner(const gm_schema *schema, const gm_object *object)
{
    static const gm_object_kind kinds[] = {
        GM_OBJECT_TABLE, GM_OBJECT_VIEW,      GM_OBJECT_DOMAIN, GM_OBJECT_MATERIALIZED_VIEW,
        GM_OBJECT_ENUM,  GM_OBJECT_COMPOSITE, GM_OBJECT_RANGE,  GM_OBJECT_OTHER};
    if (object->table.len == 0)
        return NULL;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        gm_object *owner =
            gm_schema_find(schema, kinds[i], object->schema, (gm_str){0}, object->table);
        if (owner && owner != object)
            return owner;
    }
    return NULL;
}

static int compare(const void *left, const void *right)
{
    const gm_object *a = *(gm_object *const *)left;
    const gm_object *b = *(gm_object *const *)right;
    int order = gm_str_cmp(a->schema, b->schema);
    if (order == 0)
        order = gm_str_cmp(a->table, b->table);
    if (order == 0 && a->kind != b->kind)
        order = a->kind < b->kind ? -1 : 1;
    if (order == 0 && a->position != b->position)
        order = a->position < b->position ? -1 : 1;
    if (order == 0)
        order = gm_str_cmp(a->name, b->name);
    return order ? order : gm_str_cmp(a->key, b->key);
}

void gm_schema_sort(gm_schema *schema)
{
    if (schema->objects.len)
        qsort(schema->objects.items, schema->objects.len, sizeof(gm_object *), compare);
}

/* ---- for people ---- */

static void add_qualified(gm_buf *buf, gm_str schema, gm_str name)
{
    if (schema.len && !gm_str_is(schema, "public"))
        gm_buf_printf(buf, "%.*s.", GM_ARG(schema));
    gm_buf_add(buf, name);
}

gm_str gm_object_shown(gm_arena *arena, const gm_object *object)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(&buf, gm_object_word(object->kind));
    if (object->kind == GM_OBJECT_COLUMN) {
        gm_buf_char(&buf, ' ');
        add_qualified(&buf, object->schema, object->table);
        gm_buf_printf(&buf, ".%.*s", GM_ARG(object->name));
        return gm_buf_str(&buf);
    }
    if (object->name.len) {
        gm_buf_char(&buf, ' ');
        add_qualified(&buf, object->table.len ? GM_STR("") : object->schema, object->name);
    }
    if (object->table.len) {
        gm_buf_z(&buf, " of ");
        add_qualified(&buf, object->schema, object->table);
    }
    return gm_buf_str(&buf);
}
