/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_DJANGO_OPS_H
#define GM_HISTORY_FORMATS_DJANGO_OPS_H

/*
 * What a migration of Django's does, as far as its text tells: which models and fields of its app
 * its operations name.
 *
 * Source: Django 5.1, docs/ref/migration-operations and docs/ref/contrib/postgres/operations for
 * the names and order of arguments.
 */

#include "base/str.h"

/* One operation. Names are in lower case. */
typedef struct {
    gm_str operation; /* "AddField" */
    gm_str model;     /* without its app; empty: it concerns none, or which one cannot be read */
    gm_str other;     /* the new name of a renamed model */
    gm_strs fields;
    bool listed;     /* it makes a table, and all its fields are in `fields` */
    bool whole;      /* it makes, drops or moves the model's table */
    bool part;       /* it is about indexes or constraints */
    gm_str sql;      /* of RunSQL */
    bool unreadable; /* what it does cannot be told */
    size_t line;
} gm_django_op;

typedef GM_VEC(gm_django_op) gm_django_ops;

/* What one asks about. */
typedef struct {
    gm_str model; /* without its app, in lower case */
    gm_str table;
    gm_strs fields; /* in lower case; none: the model's table, or more of it than one field */
    bool is_table;
    bool is_column;
} gm_django_part;

/* In the order of the file; those inside SeparateDatabaseAndState in its place. */
gm_django_ops gm_django_ops_read(gm_arena *arena, gm_str text);

/* May they have to do with that part? True where one of them is unreadable. */
bool gm_django_ops_touch(gm_arena *arena, const gm_django_ops *ops, const gm_django_part *part);

/* Those without the ones that make a table and list other fields: they say nothing of these. */
gm_django_ops gm_django_ops_listing(gm_arena *arena, const gm_django_ops *ops,
                                    const gm_strs *fields);

/* Do they rename or move that model (in lower case, without its app)? */
bool gm_django_ops_move(const gm_django_ops *ops, gm_str model);

#endif
