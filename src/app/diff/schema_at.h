/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_DIFF_SCHEMA_AT_H
#define GM_APP_DIFF_SCHEMA_AT_H

/*
 * Schema at: what the history of one snapshot makes of an empty database, for people and other
 * programs to look at.
 */

#include "app/project/project_scratch.h"

typedef struct {
    gm_str where;   /* as --at takes it; empty: the work tree */
    gm_str dialect; /* empty: the first that the snapshot's gmig.yml names */
    gm_str format;  /* sql, dot or mermaid; empty: sql */
} gm_schema_at_options;

typedef struct {
    gm_str at; /* the snapshot */
    gm_dialect dialect;
    gm_schema *schema;
    gm_str text; /* in the format */
} gm_schema_at_result;

/* GM_E_USAGE for an unknown dialect or format. GM_E_REFUSED for SQL of what gmig cannot make. */
gm_code gm_schema_at(gm_project *project, const gm_schema_at_options *options,
                     gm_schema_at_result *result, gm_err *err);

/* The statements that make the schema in an empty database of `scratch`. */
gm_code gm_schema_sql(gm_project *project, gm_scratch *scratch, const gm_schema *schema,
                      gm_str *sql, gm_err *err);

#endif
