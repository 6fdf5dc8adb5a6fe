/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_ALEMBIC_VALUES_H
#define GM_HISTORY_FORMATS_ALEMBIC_VALUES_H

/*
 * Values of the names at the top level of a Python file, as far as they can be told without running
 * it: strings, None, and sequences of strings, written as literals, joined with "+", or taken from
 * another name of the same file.
 */

#include "base/map.h"
#include "lang/python.h"

typedef enum {
    GM_VALUE_UNKNOWN, /* only running the file would tell */
    GM_VALUE_NONE,
    GM_VALUE_STRING,
    GM_VALUE_LIST,
} gm_value_kind;

typedef struct {
    gm_value_kind kind;
    gm_str text;   /* of a string; of an unknown one what is written, or why */
    gm_strs items; /* of a list */
    size_t line;   /* of the statement that gave it */
} gm_value;

typedef struct {
    gm_arena *arena;
    gm_map names; /* -> gm_value * */
} gm_values;

gm_values gm_values_new(gm_arena *arena);

/*
 * What a statement does to names. An assignment that runs only under a condition, an import and
 * `del` leave a name unknown; classes and functions are not looked into, but for `global`.
 */
void gm_values_take(gm_values *values, const gm_py_statement *statement);

/* What an expression holds at this place. */
gm_value gm_values_evaluate(const gm_values *values, const gm_py_expr *expr);

/* NULL: the file gives it none. */
const gm_value *gm_values_find(const gm_values *values, const char *name);

#endif
