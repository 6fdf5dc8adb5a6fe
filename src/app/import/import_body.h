/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_IMPORT_IMPORT_BODY_H
#define GM_APP_IMPORT_IMPORT_BODY_H

/*
 * The body of upgrade() or downgrade() as SQL of one dialect: statement after statement, with
 * functions of the file that take no arguments, and what hangs on the dialect's name alone.
 */

#include "app/import/import_batch.h"

typedef struct {
    const gm_py_statement *statement;
    gm_str why; /* may be empty */
} gm_import_left;

typedef GM_VEC(gm_import_left) gm_import_lefts;

/* Into w->out; what cannot be translated to `left`. w->scope is that of the file. */
void gm_import_body(gm_import_writer *w, const gm_py_statement *function, gm_import_lefts *left);

/* What `raise` says, when it is all that the function does. */
bool gm_import_body_raises(gm_arena *arena, const gm_py_statement *function, gm_str *what);

/* What a module says besides its functions and constants is not read: does this do something? */
bool gm_import_acts(const gm_py_statement *statement);

#endif
