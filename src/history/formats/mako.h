/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_MAKO_H
#define GM_HISTORY_FORMATS_MAKO_H

/*
 * As much of the Mako template language as the script.py.mako of nearly all projects is made of:
 * text, `## comments`, a backslash before a line end, and ${…} with one variable, repr(variable),
 * the filters `n` and `comma`, or `variable if variable else "text"`.
 *
 * Source: https://docs.makotemplates.org/en/latest/syntax.html
 */

#include "base/err.h"

typedef enum { GM_MAKO_NONE, GM_MAKO_TEXT, GM_MAKO_LIST } gm_mako_kind;

/* What a variable holds. */
typedef struct {
    const char *name;
    gm_str text;
    const gm_strs *items; /* of a list; one item is shown as a string, as Alembic does */
    gm_mako_kind kind;
    bool tuple; /* but one item is a tuple of one */
} gm_mako_variable;

/* False, and nothing written, when the template has more in it than that. */
bool gm_mako_render(gm_arena *arena, gm_str text, const gm_mako_variable *variables, size_t count,
                    gm_str *made);

/* As Python's repr() of str. */
gm_str gm_python_repr(gm_arena *arena, gm_str text);

/* The same of a variable. */
gm_str gm_mako_repr(gm_arena *arena, const gm_mako_variable *variable);

#endif
