/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_INIT_INIT_DETECT_H
#define GM_APP_INIT_INIT_DETECT_H

/*
 * What a folder's migrations are, before it has a gmig.yml: one line a tool in init_detect.c.
 */

#include "git/snapshot.h"

typedef struct {
    const char *format; /* as `format:` takes it */
    gm_str preset;      /* of `versioned`; else empty */
    gm_strs migrations; /* relative to the folder; none: gmig finds them in each commit */
    const char *tool;   /* as people call it */
    gm_str seen;        /* the file that told it, relative to the folder */
    gm_str folder;      /* of the files, relative to the top; empty: that was not looked for */
    bool postgres;      /* they are written for PostgreSQL, as far as words tell (init_dialect.h) */
} gm_detected;

/* `folder` relative to the snapshot's top. The first tool of the table that is there; *found is
 * false when none is. */
gm_code gm_init_detect(gm_arena *arena, gm_snapshot *snapshot, gm_str folder, gm_detected *detected,
                       bool *found, gm_err *err);

#endif
