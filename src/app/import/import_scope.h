/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_IMPORT_IMPORT_SCOPE_H
#define GM_APP_IMPORT_IMPORT_SCOPE_H

/*
 * What the names of a Python file stand for where Alembic's operations are read: imports, constants
 * and functions of the file. Nothing is run: what hangs on a condition, a loop or a call is not
 * known, and a name for it stands for nothing.
 */

#include "base/map.h"
#include "lang/python.h"

typedef struct {
    gm_arena *arena;
    gm_map imports;   /* name -> gm_str *: the dotted name of what it was imported from */
    gm_map values;    /* name -> const gm_py_expr **; NULL: it cannot be told */
    gm_map functions; /* name -> gm_import_local * */
    struct gm_import_limits *limits; /* of a file: how deep and how often names are followed */
} gm_import_scope;

gm_import_scope gm_import_scope_new(gm_arena *arena);
/* One for the body of a function: what is bound in it is not seen outside. */
gm_import_scope gm_import_scope_copy(const gm_import_scope *scope);

/* Binds what the statement binds. */
void gm_import_scope_take(gm_import_scope *scope, const gm_py_statement *statement);

/* How often a name has been bound in the file so far, in whatever function. */
size_t gm_import_scope_bound(const gm_import_scope *scope);

/* A function, and where it is defined: what it sees besides its own names, whoever calls it. */
typedef struct {
    const gm_py_statement *statement;
    const gm_import_scope *home;
} gm_import_local;

/* The function of that name; NULL. `home` is what the function was taken into: no copy of it. */
const gm_import_local *gm_import_local_of(const gm_import_scope *scope, gm_str name);
const gm_py_statement *gm_import_function(const gm_import_scope *scope, gm_str name);

/* What an expression stands for once names of constants are followed; itself when it is no name. */
const gm_py_expr *gm_import_value(const gm_import_scope *scope, const gm_py_expr *expr);

/*
 * Whom a name or a chain of attributes means: "op.create_table", "sa.Column" for whatever of
 * SQLAlchemy's own modules, "func.now", "postgresql.UUID", "sqlite.JSON", else as it is imported
 * ("geoalchemy2.Geometry"). Empty for anything else.
 */
gm_str gm_import_known(const gm_import_scope *scope, const gm_py_expr *expr);
/* Of the function that is called; empty when `expr` is no call. */
gm_str gm_import_called(const gm_import_scope *scope, const gm_py_expr *expr);
bool gm_import_calls(const gm_import_scope *scope, const gm_py_expr *expr, const char *name);

/* A string: literals, sums of them, constants, op.f("…"). */
bool gm_import_text(const gm_import_scope *scope, const gm_py_expr *expr, gm_str *text);
/* An integer without a sign or with one. */
bool gm_import_number(const gm_import_scope *scope, const gm_py_expr *expr, gm_str *text);
bool gm_import_bool(const gm_import_scope *scope, const gm_py_expr *expr, bool *value);
bool gm_import_none(const gm_import_scope *scope, const gm_py_expr *expr); /* also of NULL */
/* A list or tuple; its elements. */
bool gm_import_list(const gm_import_scope *scope, const gm_py_expr *expr, const gm_py_args **items);
bool gm_import_texts(const gm_import_scope *scope, const gm_py_expr *expr, gm_strs *texts);

/* `positional` arguments at the most, no stars, and keywords of the list (ends in NULL) alone; a
 * name that ends in * stands for all that begin so. */
bool gm_import_only(const gm_py_expr *call, size_t positional, const char *const *names);
/* The argument at a place, or by name; NULL. */
const gm_py_expr *gm_import_argument(const gm_py_expr *call, size_t at, const char *name);

#endif
