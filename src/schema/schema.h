/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCHEMA_SCHEMA_H
#define GM_SCHEMA_SCHEMA_H

/*
 * Schema: what a database holds besides rows, as a value: objects with properties.
 *
 * Pure. An object has a kind, a name, the table (view, domain, type) it belongs to, and properties,
 * each a word and a text. The engine that introspects a database decides which properties there are
 * and writes each in one canonical form, so that two schemas are the same exactly when their
 * objects and properties are: db/ENGINE/introspect.h lists them. Whatever an engine keeps only as
 * text of its own ("definition") is carried as that text, so that nothing is lost silently.
 *
 * What makes no difference is no property: the place of a column (`position`), what something needs
 * (`needs`), the text it was written in (`text`), where a model says it (`path`, `line`). On SQLite
 * the case of ASCII letters in a name makes none either (https://sqlite.org/lang_keywords.html).
 */

#include "base/map.h"
#include "lang/sql.h"

typedef enum {
#define X(name, word) GM_OBJECT_##name,
#include "schema/kinds.def"
#undef X
    GM_OBJECT_KIND_COUNT
} gm_object_kind;

typedef struct {
    gm_str name; /* "type", "not null", "default", "definition", "comment", … */
    gm_str value;
} gm_property;

typedef struct gm_object gm_object;
typedef GM_VEC(gm_object *) gm_objects;

struct gm_object {
    gm_object_kind kind;
    gm_str schema; /* PostgreSQL; empty on SQLite and for what belongs to no schema */
    gm_str table;  /* of columns, constraints, indexes, triggers, policies: what they belong to (a
                      domain for its checks); empty otherwise */
    gm_str name;   /* of a function with its argument types: "area(integer, integer)". Empty for a
                      constraint that has none: it is then known by its properties */
    GM_VEC(gm_property) properties; /* by name, in byte order; one without a value is not there */
    gm_strs labels;                 /* of an enum, in order */
    size_t position;                /* of a column, from 1 */
    gm_objects needs; /* what must be there before it; never itself; in byte order of their keys */
    gm_str text;      /* the engine's own statement that makes it, where it keeps one, as it stands
                         there;      for rendering, never compared */
    gm_str path;      /* the model file that says it; empty: none is known */
    size_t line;
    gm_str key; /* set by gm_schema_add: what the object is known by in its schema */
};

typedef struct {
    gm_arena *arena;
    gm_dialect dialect;
    gm_objects objects; /* after gm_schema_sort: by schema, table, kind, position and name */
    gm_map by_key;
} gm_schema;

gm_schema *gm_schema_new(gm_arena *arena, gm_dialect dialect);

/*
 * Adds an object; its properties must be complete where it has no name. False when one with its key
 * is there already. The object is the caller's value in the schema's arena.
 */
bool gm_schema_add(gm_schema *schema, gm_object *object);
void gm_schema_sort(gm_schema *schema);

/* Names as the dialect compares them. */
bool gm_schema_same_name(gm_dialect dialect, gm_str a, gm_str b);

/* By kind, schema, table and name; NULL. Not for objects without a name. */
gm_object *gm_schema_find(const gm_schema *schema, gm_object_kind kind, gm_str in, gm_str table,
                          gm_str name);

/* The table, view, domain or type that `object` belongs to; NULL when it belongs to none. */
gm_object *gm_schema_owner(const gm_schema *schema, const gm_object *object);

/* An empty value takes the property away. */
void gm_object_set(gm_arena *arena, gm_object *object, const char *property, gm_str value);
/* Empty when it is not there. */
gm_str gm_object_get(const gm_object *object, const char *property);
bool gm_object_has(const gm_object *object, const char *property);
/* `object` cannot be made before `other`. Both have their keys. */
void gm_object_need(gm_arena *arena, gm_object *object, gm_object *other);

/* Same properties and labels, whatever the names. */
bool gm_object_same(const gm_object *a, const gm_object *b);

const char *gm_object_word(gm_object_kind kind); /* "table", "foreign key" */
/* For people: "column users.email", "index users_email_idx of users", "check of cards". The schema
 * is named unless it is "public". */
gm_str gm_object_shown(gm_arena *arena, const gm_object *object);

/*
 * All objects, each after what it needs; among those that could come next, the one that comes first
 * in the schema's order, so that a schema in a good order stays as it is. Needs that go round in a
 * circle are cut at a foreign key, else at the last object of the circle.
 */
gm_objects gm_schema_ordered(gm_arena *arena, const gm_schema *schema);

#endif
