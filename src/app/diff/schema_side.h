/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_DIFF_SCHEMA_SIDE_H
#define GM_APP_DIFF_SCHEMA_SIDE_H

/*
 * Schema side: what a person can name that has a schema: `models`, `models@REF`, `history`,
 * `history@REF`, or a database (a target or a URL).
 */

#include "app/project/project_scratch.h"

/*
 * The dialect in which these sides are compared: that of a database among them, else `wanted`
 * (--dialect), else the first of gmig.yml. GM_E_USAGE when two databases differ in theirs.
 */
gm_code gm_schema_sides_dialect(gm_project *project, const gm_strs *sides, gm_str wanted,
                                gm_dialect *dialect, gm_err *err);

/* The schema of one side; databases are only looked at. *scratch is opened when it is first needed;
 * the caller closes it. */
gm_code gm_schema_side(gm_project *project, gm_scratch **scratch, gm_dialect dialect, gm_str side,
                       gm_schema **schema, gm_err *err);

typedef struct {
    gm_strs sides; /* two */
    gm_str dialect;
    gm_renames renames;
} gm_diff_sides_options;

typedef struct {
    gm_dialect dialect;
    gm_diff diff;
    gm_str sql; /* what leads from one to the other; only where it was wanted */
} gm_diff_sides_result;

/* The statements that carry a diff out, each with its semicolon. */
gm_code gm_diff_sql(gm_arena *arena, const gm_diff *diff, gm_str *sql, gm_err *err);

/* GM_E_REFUSED when `sql` is wanted and the engine has no way from one to the other. */
gm_code gm_diff_sides(gm_project *project, const gm_diff_sides_options *options, bool sql,
                      gm_diff_sides_result *result, gm_err *err);

#endif
