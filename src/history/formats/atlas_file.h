/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_ATLAS_FILE_H
#define GM_HISTORY_FORMATS_ATLAS_FILE_H

/*
 * What Atlas takes from a file besides its statements: version and description from the name, and
 * directives ("-- atlas:checkpoint"). Those of a file stand in the comments at its top, with an
 * empty line behind them: without one they belong to the first statement.
 *
 * Source: LocalFile, its comments() and reDirective in sql/migrate/dir.go; Scanner.init in lex.go.
 */

#include "base/str.h"

typedef struct {
    bool ignored;    /* `sum ignore` in its first line: atlas.sum has no line of it */
    bool delimited;  /* `delimiter` in its first line */
    bool checkpoint; /* stands for all before it, where nothing is applied */
    bool archive;    /* `txtar`: several files in one, with checks */
    gm_strs txmodes;
} gm_atlas_file;

gm_atlas_file gm_atlas_file_read(gm_arena *arena, gm_str text);

gm_str gm_atlas_file_name(gm_str path);
gm_str gm_atlas_file_version(gm_str path);
gm_str gm_atlas_file_description(gm_str path);

#endif
