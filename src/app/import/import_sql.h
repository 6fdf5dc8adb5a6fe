/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_IMPORT_IMPORT_SQL_H
#define GM_APP_IMPORT_IMPORT_SQL_H

/*
 * Alembic's operations as the SQL that Alembic and SQLAlchemy (1.4 and later) send for them, for
 * one dialect at a time; between the files that write it.
 *
 * Each function that returns bool is false where what it is given is not literal, or has no SQL
 * there: `why` then may say so, and whatever it has written so far is to be thrown away.
 *
 * Source: SQLAlchemy's lib/sqlalchemy/sql/compiler.py and dialects/{postgresql,sqlite}/base.py,
 * Alembic's operations/toimpl.py, ddl/{impl,postgresql,sqlite}.py and operations/batch.py.
 */

#include "app/import/import_scope.h"
#include "base/buf.h"

typedef struct gm_import_replay gm_import_replay;

typedef struct {
    gm_arena *arena;
    const gm_import_scope *scope;
    bool postgres;
    gm_buf *out;
    gm_str why;     /* why the last one was refused, for people; empty: it is not literal */
    bool outside;   /* the section must not run in a transaction */
    gm_strs *types; /* PostgreSQL: enums that are there, qualified names as in SQL */
    gm_import_replay *replay; /* SQLite: where tables are looked at that are built anew */
} gm_import_writer;

/* false, with the reason. */
bool gm_import_refuse(gm_import_writer *w, const char *why);

/* ---- names and expressions (import_words.c) ---- */

void gm_import_add_name(const gm_import_writer *w, gm_str name);
/* schema.name; empty without a schema. */
gm_str gm_import_qualified(const gm_import_writer *w, gm_str schema, gm_str name);
/* ("a", "b") */
void gm_import_add_names(const gm_import_writer *w, const gm_strs *names);
/* What text() makes of its argument; false where it has a parameter. */
bool gm_import_plain_sql(gm_import_writer *w, gm_str text, gm_str *sql);
/* SQL in a string, text("…") or literal_column("…"). */
bool gm_import_sql_of(gm_import_writer *w, const gm_py_expr *expr, gm_str *sql);
/* The keyword argument `name`: false when it is there and no string; empty when it is not. */
bool gm_import_word(const gm_import_writer *w, const gm_py_expr *call, const char *name,
                    gm_str *word);
bool gm_import_flag(const gm_import_writer *w, const gm_py_expr *call, const char *name,
                    bool otherwise, bool *value);

typedef enum { GM_IMPORT_NO_DEFAULT, GM_IMPORT_CONSTANT, GM_IMPORT_EXPRESSION } gm_import_default;

/* A server default: `sql` behind DEFAULT. EXPRESSION: more than a string, or than nothing. */
bool gm_import_server_default(gm_import_writer *w, const gm_py_expr *expr, gm_str *sql,
                              gm_import_default *kind);

/* ---- types (import_types.c) ---- */

typedef struct {
    gm_str sql;
    bool integer;       /* it may be counted */
    const char *serial; /* PostgreSQL, of one that is counted */
    bool native;        /* PostgreSQL: an enum of the database, of the name `sql` */
    bool make;          /* and made with the table */
    gm_strs labels;     /* of an enum */
    bool checked;       /* a CHECK says what may stand there */
    bool boolean;       /* that of a Boolean */
    gm_str check_name;  /* may be empty */
    gm_str plain_name;  /* of an enum, may be empty */
    const char *rows;   /* what values are in bulk_insert: "text", "number", "boolean"; NULL:
                           Python's type makes something else of them */
} gm_import_type;

bool gm_import_read_type(gm_import_writer *w, const gm_py_expr *expr, gm_import_type *type);
/* Enum(…) and Boolean(…), of that name; type->sql is what the dialect has for it (import_enums.c).
 */
bool gm_import_read_choice(gm_import_writer *w, const gm_py_expr *call, const char *name,
                           gm_import_type *type);
/* CREATE TYPE, unless it is there. */
void gm_import_make_type(gm_import_writer *w, const gm_import_type *type);
void gm_import_drop_type(gm_import_writer *w, const gm_import_type *type, bool if_exists);
/* Takes note of CREATE TYPE and DROP TYPE in SQL. */
void gm_import_note_types(gm_import_writer *w, gm_str sql);

/* ---- columns (import_columns.c) ---- */

typedef struct {
    gm_str name;
    gm_import_type type;
    const gm_py_expr *call;
    gm_str default_sql;
    gm_import_default default_kind;
    bool nullable;
    bool primary;
    bool unique;
    bool index;
    bool client_default;
    bool counted;               /* autoincrement=True */
    bool not_counted;           /* autoincrement=False */
    const gm_py_expr *identity; /* Identity(…) */
    gm_str computed;
    gm_str stored; /* "STORED", or nothing */
    gm_str comment;
    gm_py_exprs keys;   /* ForeignKey(…) */
    gm_py_exprs checks; /* CheckConstraint(…) in the column */
} gm_import_column;

bool gm_import_read_column(gm_import_writer *w, const gm_py_expr *expr, gm_import_column *column);
/* Its definition; `serial`: it is the table's counted column. */
bool gm_import_add_column_sql(gm_import_writer *w, const gm_import_column *column, bool serial);
/* IDENTITY of a column that is there, behind ALTER COLUMN name ADD. */
bool gm_import_add_identity(gm_import_writer *w, const gm_py_expr *identity);
void gm_import_add_column_comment(const gm_import_writer *w, gm_str table, gm_str column,
                                  gm_str comment);

/* ---- constraints (import_constraints.c) ---- */

typedef struct {
    gm_str name; /* empty: none */
    gm_str sql;  /* "UNIQUE (a)" */
    bool primary;
    bool foreign;
    bool late;       /* use_alter=True: no part of CREATE TABLE on PostgreSQL */
    gm_strs columns; /* of a primary key */
} gm_import_constraint;

/* sa.PrimaryKeyConstraint and its like, of a table. `schema`: of the table. */
bool gm_import_read_constraint(gm_import_writer *w, const gm_py_expr *expr,
                               gm_import_constraint *constraint);
/* ForeignKey("t.c") of a column, as a constraint of the table. */
bool gm_import_read_key(gm_import_writer *w, const gm_py_expr *expr, gm_str column,
                        gm_import_constraint *constraint);
/* op.create_…(name, table, …); `at`: the place of the first argument behind the table. */
bool gm_import_read_created(gm_import_writer *w, const gm_py_expr *call, gm_str operation,
                            size_t at, gm_import_constraint *constraint);
/* Of what the type of a column allows; false when there is none. */
bool gm_import_type_check(gm_import_writer *w, const gm_import_column *column,
                          gm_import_constraint *constraint);
gm_str gm_import_constraint_sql(const gm_import_writer *w, const gm_import_constraint *constraint);

/* ---- operations ---- */

/* What a call of `op` is about. In a batch there is no table among the arguments. */
typedef struct {
    const gm_py_expr *call;
    gm_str operation; /* without "op." */
    bool batch;
    gm_str table; /* of the batch */
    gm_str schema;
} gm_import_operation;

/* The table and schema of an operation whose table stands at that place; qualified as in SQL. */
bool gm_import_table_of(gm_import_writer *w, const gm_import_operation *o, size_t at,
                        const char *name, gm_str *table, gm_str *schema);
/* The argument behind the table, at its place outside of a batch. */
const gm_py_expr *gm_import_behind(const gm_import_operation *o, size_t at, const char *name);
/* As gm_import_only, of an operation. */
bool gm_import_operation_only(const gm_import_operation *o, size_t positional,
                              const char *const *names);

bool gm_import_create_table(gm_import_writer *w, const gm_import_operation *o);
bool gm_import_drop_table(gm_import_writer *w, const gm_import_operation *o);
bool gm_import_rename_table(gm_import_writer *w, const gm_import_operation *o);
bool gm_import_table_comment(gm_import_writer *w, const gm_import_operation *o);
bool gm_import_create_index(gm_import_writer *w, const gm_import_operation *o);
bool gm_import_drop_index(gm_import_writer *w, const gm_import_operation *o);
bool gm_import_add_column(gm_import_writer *w, const gm_import_operation *o);
bool gm_import_drop_column(gm_import_writer *w, const gm_import_operation *o);
bool gm_import_alter_column(gm_import_writer *w, const gm_import_operation *o);
bool gm_import_create_constraint(gm_import_writer *w, const gm_import_operation *o);
bool gm_import_drop_constraint(gm_import_writer *w, const gm_import_operation *o);
bool gm_import_execute(gm_import_writer *w, const gm_py_expr *call);
bool gm_import_bulk_insert(gm_import_writer *w, const gm_py_expr *call);
/* Enum(…).create(bind), .drop(bind): false when it is something else. */
bool gm_import_enum_call(gm_import_writer *w, const gm_py_expr *call);

/* One operation outside of SQLite's batches. */
bool gm_import_operate(gm_import_writer *w, const gm_import_operation *o);

#endif
