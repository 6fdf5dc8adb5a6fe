/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCHEMA_DIFF_H
#define GM_SCHEMA_DIFF_H

/*
 * Diff: what leads from one schema to another. Pure.
 *
 * Objects are matched by key; a renamed table takes what belongs to it along. A rename of a table,
 * column, enum label or anything else that holds data is made only when somebody says so. What
 * holds none (a constraint, an index) and differs in its name alone is matched by its definition.
 *
 * Engines carry a rename through to what belongs to the table or refers to it, so a property whose
 * text differs only in names that were renamed so is no difference. Views, functions and the like
 * are compared as they are: no two engines agree on what a rename makes of them.
 */

#include "base/err.h"
#include "schema/schema.h"

/*
 * One stated rename. `from` and `to` are bare names; `table` is the table's name in the new schema
 * for columns, constraints and indexes, the type's for enum labels, and empty for tables and other
 * objects of a schema.
 */
typedef struct {
    gm_object_kind kind; /* GM_OBJECT_KIND_COUNT: whatever has that name (of --rename) */
    gm_str schema;       /* empty: any */
    gm_str table;
    bool label; /* of the enum `table` */
    gm_str from;
    gm_str to;
    gm_str path; /* where it is said; empty: on the command line */
    size_t line;
} gm_rename;

typedef GM_VEC(gm_rename) gm_renames;

/*
 * `--rename OLD=NEW`: "users=people", "users.name=users.full_name" (or "=full_name"),
 * "app.users=app.people", "app.users.name=full_name"; for an enum label "mood.glad=happy". A part
 * may be in double quotes. What is in front of the last dot may be the old or the new name of the
 * table, or a schema. "users.name=" says that it is renamed to nothing: `to` is empty. GM_E_USAGE.
 */
gm_code gm_rename_parse(gm_arena *arena, gm_str text, gm_rename *rename, gm_err *err);

typedef enum { GM_CHANGE_ADD, GM_CHANGE_DROP, GM_CHANGE_ALTER } gm_change_kind;

typedef struct {
    gm_change_kind kind;
    const gm_object *from; /* NULL for ADD */
    const gm_object *to;   /* NULL for DROP */
    bool along;            /* ADD, DROP: of a table (view, type) that is itself added or dropped */
    bool renamed;          /* ALTER: the name differs */
    gm_strs properties;    /* ALTER: those that differ, by name; "labels" for those of an enum */
    gm_renames labels;     /* ALTER of an enum: its renamed labels */
} gm_change;

typedef GM_VEC(gm_change) gm_changes;

typedef struct {
    const gm_schema *from;
    const gm_schema *to;
    gm_changes changes; /* drops, alters, adds; each in its schema's order */
} gm_diff;

/*
 * A stated rename is passed over when it is to nothing (no rename is ever guessed here), when it is
 * done already (`to` is on both sides, `from` on neither) and when all of its table is new. One
 * whose names are on neither side, or on both, is GM_E_USAGE with its place. What has the name
 * `from` in the new schema is then another object, an addition; what has the name `to` in the old
 * one is another too and goes, if the rename has no place: what a model says may have been done
 * long ago. The diff lives in `arena` and points into both schemas.
 */
gm_code gm_schema_diff(gm_arena *arena, const gm_schema *from, const gm_schema *to,
                       const gm_renames *renames, gm_diff *diff, gm_err *err);

/* The same between schemas that need no renames; cannot fail. */
gm_diff gm_schema_compare(gm_arena *arena, const gm_schema *from, const gm_schema *to);

/* The renames that the diff makes, the other way round: for the diff that leads back. */
gm_renames gm_diff_renames_back(gm_arena *arena, const gm_diff *diff);

/*
 * Drops and adds that look like a rename: of one kind and table, alike but for the name (tables:
 * most columns alike). For a question to the developer; never acted on.
 */
gm_renames gm_diff_likely_renames(gm_arena *arena, const gm_diff *diff);

/* One line for people: "add column users.email", "alter column cards.state: default, type". */
gm_str gm_change_shown(gm_arena *arena, const gm_change *change);

#endif
