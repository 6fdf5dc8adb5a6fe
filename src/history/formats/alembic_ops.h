/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_ALEMBIC_OPS_H
#define GM_HISTORY_FORMATS_ALEMBIC_OPS_H

/*
 * What an Alembic revision does, as far as its text tells: `op.…` and `batch_op.…` calls with
 * literal arguments (or names of the file that hold literals), and SQL in literals.
 *
 * Source: Alembic's operation reference (docs/build/ops.rst) for the names and order of arguments.
 */

#include "base/str.h"

/* One call. */
typedef struct {
    gm_str operation; /* "add_column", …; "execute" for SQL, whoever executes it; "create_type" and
                         "drop_type" for an enum by itself, "create_sequence", "drop_sequence" */
    gm_str schema;    /* empty: none is given */
    gm_str table;     /* empty: it concerns no single table, or which one cannot be read */
    gm_str other;     /* the new name of a renamed table, the table that a foreign key leads to */
    gm_str name;      /* of an index or a constraint */
    gm_strs columns;  /* those of `table` that it concerns */
    gm_strs changed;  /* of "execute": the tables that its SQL changes */
    gm_strs used;     /* tables that it refers to besides: of foreign keys, read by SQL */
    bool whole;       /* it concerns the table as a whole, or columns that cannot be read */
    gm_str sql;       /* of "execute": the text */
    bool down;        /* it stands in downgrade() */
    bool listed;      /* of create_table: `columns` are all that it makes */
    bool unreadable;  /* what it does, and to which table, cannot be told */
    size_t line;
    gm_str source; /* its first line, for people */
} gm_alembic_op;

typedef GM_VEC(gm_alembic_op) gm_alembic_ops;

/*
 * All that a file does, in its order: in functions whose name begins with downgrade marked as
 * `down`, in all other functions of the file as if upgrade() called them. Rows alone (bulk_insert,
 * insert, update, delete of SQLAlchemy's) are left out.
 */
gm_alembic_ops gm_alembic_ops_read(gm_arena *arena, gm_str text);

/*
 * May the upgrade have to do with that table, or with that column of it (`column` empty: with the
 * table)? True where something in it is unreadable.
 */
bool gm_alembic_ops_touch(const gm_alembic_ops *ops, gm_str table, gm_str column);

#endif
