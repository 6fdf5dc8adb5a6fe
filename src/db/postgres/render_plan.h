/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_POSTGRES_RENDER_PLAN_H
#define GM_DB_POSTGRES_RENDER_PLAN_H

/*
 * What the files of rendering share. Inside db/postgres only.
 *
 * An item is one object of either schema and what becomes of it. Items get steps: the statements,
 * or the parts of an ALTER TABLE, that make it so. Steps come after one another as their objects
 * need (render_order.c), and neighbours that alter one table become one statement.
 */

#include "base/buf.h"
#include "db/postgres/render.h"

typedef struct gm_pg_item gm_pg_item;
typedef struct gm_pg_step gm_pg_step;
typedef GM_VEC(gm_pg_step *) gm_pg_steps;

/* What comes first where nothing else decides. */
typedef enum {
    GM_RANK_RENAME_SCHEMA,
    GM_RANK_DROP, /* what depends on others: views, triggers, indexes */
    GM_RANK_RENAME,
    GM_RANK_TYPE,
    GM_RANK_FUNCTION,
    GM_RANK_TABLE,
    GM_RANK_ALTER_TABLE,
    GM_RANK_CONSTRAINT,
    GM_RANK_INDEX,
    GM_RANK_FOREIGN_KEY,
    GM_RANK_VIEW,
    GM_RANK_BEHAVIOUR, /* triggers, policies, rules */
    GM_RANK_DROP_LATE, /* what others depend on */
} gm_pg_rank;

/* Parts of one ALTER TABLE in this order; the server takes them in an order of its own. */
typedef enum {
    GM_PART_NONE, /* a statement of its own */
    GM_PART_DROP_CONSTRAINT,
    GM_PART_DROP_COLUMN,
    GM_PART_COLUMN,
    GM_PART_ADD_COLUMN,
    GM_PART_ADD_CONSTRAINT,
    GM_PART_TABLE,
} gm_pg_part_kind;

typedef struct {
    gm_pg_part_kind kind;
    gm_str text;
} gm_pg_part;

typedef struct {
    gm_pg_step *step;
    bool soft; /* a wish: passed over where it would make a circle */
    bool name; /* for a name to be free, no more */
} gm_pg_edge;

struct gm_pg_step {
    const gm_pg_item *item;
    gm_pg_rank rank;
    size_t group; /* the table's number, so that what is done to one table stays together */
    size_t number;
    gm_str alters; /* "ALTER TABLE users": the statement whose parts these are; empty: statements */
    GM_VEC(gm_pg_part) parts;
    GM_VEC(gm_render_statement) statements; /* after the parts */
    GM_VEC(gm_pg_edge) after;
    gm_str head; /* of a CREATE with a list: "CREATE TABLE users"; `lines`, `tail` follow */
    gm_strs lines;
    gm_str tail;
    bool bare;         /* without lines it has no parentheses either */
    gm_str note;       /* for its first statement */
    gm_str constraint; /* of a new table or domain: may become a line of its CREATE */
    size_t waits;      /* for so many others */
    size_t wishes;     /* to come after so many others */
    size_t place;      /* in the final order, from 1; 0: not placed yet */
};

/* What becomes of an object. */
typedef enum {
    GM_ITEM_KEEP,
    GM_ITEM_ADD,
    GM_ITEM_DROP,
    GM_ITEM_ALTER,    /* in place */
    GM_ITEM_RECREATE, /* dropped and made again: nothing of it is lost */
    GM_ITEM_SWAP,     /* a type: made anew beside the old one, columns are cast */
} gm_pg_fate;

struct gm_pg_item {
    const gm_object *from;
    const gm_object *to;
    const gm_change *change; /* NULL: none, or made by the renderer */
    gm_pg_fate fate;
    bool renamed;
    bool retype;     /* a column or domain whose type is another, or made anew */
    bool recast;     /* the type has its name still, but is another: cast through text */
    bool redefault;  /* a column or domain whose default must go and come back */
    bool inherited;  /* a column that is its parent's: altered, never added or dropped. Its parent's
                        column stands on the side where it is no object; */
    bool ceases;     /* that is the new side */
    bool renumbered; /* a column whose default differs in the name of its sequence only */
    bool serial;     /* a sequence that `serial` makes */
    bool along;      /* its owner is added or dropped, and it with it */
    gm_pg_step *out; /* after it, what the old object needed is free */
    gm_pg_step *in;  /* after it, the new object is there */
    gm_pg_step *rename;
    gm_pg_step *late; /* of a table: what names an index of it */
};

typedef struct {
    gm_arena *arena;
    const gm_diff *diff;
    const gm_schema *from;
    const gm_schema *to;
    GM_VEC(gm_pg_item *) items;
    gm_map from_items; /* key -> item */
    gm_map to_items;
    gm_map groups;  /* table -> number */
    gm_map circles; /* key of a table that is dropped -> number of its circle of foreign keys */
    gm_pg_steps steps;
    gm_render *render;
    gm_err *err;
} gm_pg_plan;

/* ---- render_names.c ---- */

gm_str gm_pg_name(gm_arena *arena, gm_str name);
/* `name` is ready for SQL; without its schema where that is public and the name is not `shadowed`.
 */
gm_str gm_pg_in_schema(gm_arena *arena, gm_str schema, gm_str name, bool shadowed);
gm_str gm_pg_qualified(gm_arena *arena, const gm_object *object);
/* The same; of a function without its arguments. */
gm_str gm_pg_bare_name(gm_arena *arena, const gm_object *object);
gm_str gm_pg_table_of(gm_arena *arena, const gm_schema *schema, const gm_object *object);

/* ---- render_items.c ---- */

void gm_pg_find_items(gm_pg_plan *plan);
gm_pg_item *gm_pg_item_from(const gm_pg_plan *plan, const gm_object *from);
gm_pg_item *gm_pg_item_to(const gm_pg_plan *plan, const gm_object *to);
/* The item of what the object belongs to; NULL. */
gm_pg_item *gm_pg_owner_item(const gm_pg_plan *plan, const gm_pg_item *item);
/* Does the change touch the property? */
bool gm_pg_changes(const gm_pg_item *item, const char *property);
/* The column of a parent table that a column of a partition is; NULL. */
const gm_object *gm_pg_parents_column(const gm_schema *schema, const gm_object *column);

/* ---- render_fates.c ---- */

/* GM_E_REFUSED for what cannot be. */
gm_code gm_pg_find_fates(gm_pg_plan *plan);

/* ---- render_steps.c ---- */

gm_pg_step *gm_pg_add_step(gm_pg_plan *plan, const gm_pg_item *item, gm_pg_rank rank);
/* A part of ALTER TABLE (or another statement that has parts) of the item's table. */
gm_pg_step *gm_pg_add_table_step(gm_pg_plan *plan, const gm_pg_item *item, gm_pg_rank rank);
void gm_pg_step_part(gm_pg_plan *plan, gm_pg_step *step, gm_pg_part_kind kind, gm_str text);
void gm_pg_step_sql(gm_pg_plan *plan, gm_pg_step *step, gm_str sql);
void gm_pg_step_after(gm_pg_plan *plan, gm_pg_step *step, gm_pg_step *before, bool soft);
void gm_pg_make_steps(gm_pg_plan *plan);

/* ---- render_circles.c ---- */

/* When the fates are known. */
void gm_pg_find_circles(gm_pg_plan *plan);
/* Is the foreign key part of a circle of tables that are dropped? */
bool gm_pg_closes_circle(const gm_pg_plan *plan, const gm_object *key);

/* ---- render_drop.c ---- */

/* The other table that a foreign key refers to, when that is dropped. */
const gm_object *gm_pg_dropped_target(const gm_pg_plan *plan, const gm_object *key);

/* ---- render_words.c ---- */

/* `before`, the text and `behind`; nothing when there is no text. */
gm_str gm_pg_clause(const gm_pg_plan *plan, const char *before, gm_str text, const char *behind);
/* What DROP and ALTER call an object: "MATERIALIZED VIEW". */
gm_str gm_pg_kind_word(const gm_object *object);
bool gm_pg_is_constraint(gm_object_kind kind);
/* Rules, triggers and policies are named with their table. */
bool gm_pg_is_on_table(gm_object_kind kind);
/* The table of the item, by its new name. */
gm_str gm_pg_table_now(const gm_pg_plan *plan, const gm_pg_item *item);

/* ---- one file a subject ---- */

/* Each gives the item its steps. */
void gm_pg_plan_drop(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_plan_create(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_plan_alter(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_plan_rename(gm_pg_plan *plan, gm_pg_item *item);
/* The one statement that makes the item's object, of kinds that need no more than that. */
gm_str gm_pg_create_text(const gm_pg_plan *plan, const gm_pg_item *item);
gm_pg_rank gm_pg_create_rank(gm_object_kind kind);
void gm_pg_add_constraint(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_alter_constraint(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_create_index(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_alter_index(gm_pg_plan *plan, gm_pg_item *item);
/* `verb`: "CREATE" or "CREATE OR REPLACE"; of a policy "CREATE" or "ALTER". */
gm_str gm_pg_view_text(const gm_pg_plan *plan, const gm_object *view, const char *verb);
gm_str gm_pg_policy_text(const gm_pg_plan *plan, const gm_pg_item *item, const char *verb);
gm_str gm_pg_event_trigger_text(const gm_pg_plan *plan, const gm_object *to);
/* Defaults of a view's columns: those of the new one, and those that it has no more. */
void gm_pg_view_defaults(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, bool made);
void gm_pg_alter_view(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_alter_policy(gm_pg_plan *plan, gm_pg_item *item);
/* ENABLE or DISABLE of a trigger, rule or event trigger; how much statistics are gathered. */
void gm_pg_set_enabled(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step);
void gm_pg_set_target(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step);
/* ALTER … RENAME of the item, from one bare name to another. */
gm_str gm_pg_rename_text(const gm_pg_plan *plan, const gm_pg_item *item, gm_str old, gm_str new);

void gm_pg_create_table(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_create_column(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_alter_table(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_alter_column(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_alter_enum(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_swap_type(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_alter_domain(gm_pg_plan *plan, gm_pg_item *item);
void gm_pg_alter_sequence(gm_pg_plan *plan, gm_pg_item *item);
gm_str gm_pg_sequence_options(gm_arena *arena, const gm_object *object, const char *prefix);
/* One of them as ALTER says it: "NO MAXVALUE". */
gm_str gm_pg_sequence_change(gm_arena *arena, const gm_object *to, const char *prefix,
                             const char *property);
/* Options (name=value, …) that are to be set, and names of those that go. */
gm_str gm_pg_options_set(gm_arena *arena, const gm_pg_item *item);
gm_str gm_pg_options_reset(gm_arena *arena, const gm_pg_item *item);
/* Both as statements that begin with `alters`. */
void gm_pg_alter_options(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, gm_str alters);
/* What names an index of its table comes after it. */
void gm_pg_come_after_indexes(gm_pg_plan *plan);
gm_str gm_pg_column_text(const gm_pg_plan *plan, const gm_object *column);
/* "USING …" of a change of type, with a blank before it; empty where the cast is automatic. */
gm_str gm_pg_using(const gm_pg_plan *plan, const gm_pg_item *column);
/* Can the enum's new labels be added to the old ones? */
bool gm_pg_enum_grows(const gm_pg_item *item);
/* Does the item's sequence come with a serial column? */
bool gm_pg_is_serial(const gm_pg_plan *plan, const gm_pg_item *sequence);
/* Is the column's default the next number of the sequence, and nothing else? */
bool gm_pg_is_nextval(gm_arena *arena, const gm_object *column, const gm_object *sequence);
/* The sequence of an identity column. */
gm_str gm_pg_identity_sequence(gm_arena *arena, const gm_object *column);

/* "(a AS b)" of the object "cast a as b". */
gm_str gm_pg_cast_signature(gm_arena *arena, const gm_object *cast);
/* The column that a sequence is owned by; NULL. */
const gm_object *gm_pg_sequence_owner(gm_arena *arena, const gm_schema *schema,
                                      const gm_object *sequence);

/* Comments of a new object, or those that differ. */
void gm_pg_plan_comments(gm_pg_plan *plan, gm_pg_item *item, gm_pg_step *step, bool made);

/* ---- render_order.c ---- */

void gm_pg_order_steps(gm_pg_plan *plan);

#endif
