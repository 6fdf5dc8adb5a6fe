/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_ATLAS_SUM_H
#define GM_HISTORY_FORMATS_ATLAS_SUM_H

/*
 * atlas.sum: a line for each file, and one over all of them (atlasgo.io, "Migration Directory
 * Integrity").
 *
 * The line of a file is "NAME h1:SUM", where SUM is the SHA-256, in base64, of the names and
 * contents of that file and all before it. The first line is the sum over names and sums. A file
 * with `-- atlas:sum ignore` at its top counts with its name alone.
 */

#include "history/formats/format.h"

#define GM_ATLAS_SUM "atlas.sum"

/* The text of the file for these revisions (with their text), in whatever order they are. */
gm_str gm_atlas_sum(gm_arena *arena, const gm_revisions *revisions);

#endif
