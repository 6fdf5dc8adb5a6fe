/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_MERGE_DRIVER_H
#define GM_APP_WRITE_MERGE_DRIVER_H

/*
 * Merge driver: what git asks when both sides have changed the file that lists the heads
 * (gitattributes, "Defining a custom merge driver").
 *
 * git hands over three versions of one file and not the commits. Those are looked for where git
 * leaves word of what it is doing, and believed when they hold the very bytes that git handed over;
 * then the heads are those of the revisions that git's merge will leave. Where they are not found
 * the file has to do: what one side left alone is as the other has it. The outcome is clean only
 * where each lineage has one head in the end, or what both sides made is the same; anything else is
 * a conflict with all that both sides have. Nothing is written but the result.
 */

#include "app/project/project.h"

typedef struct {
    gm_str
        start; /* files with the three versions: %O, %A and %B, as seen from the current folder */
    gm_str one;
    gm_str other;
    size_t marker_size; /* %L */
    gm_str path;        /* %P, relative to the top of the work tree */
} gm_merge_driver_call;

typedef struct {
    bool conflict;
    gm_str why;  /* of a conflict, for people */
    bool mended; /* … by merge or rebase: it is the heads that conflict */
} gm_merge_driver_result;

/*
 * Writes the result to `one`. GM_E_IO when a version cannot be read or the result not be written:
 * then that file is as it was, and git has the other one in its index.
 */
gm_code gm_merge_driver(gm_arena *arena, const gm_project_options *options,
                        const gm_merge_driver_call *call, gm_merge_driver_result *result,
                        gm_err *err);

#endif
