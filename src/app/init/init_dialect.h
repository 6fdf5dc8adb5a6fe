/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_INIT_INIT_DIALECT_H
#define GM_APP_INIT_INIT_DIALECT_H

/*
 * Which database another tool's migrations are written for, by words that only one has. A guess for
 * the gmig.yml of `gmig init`, where it can be seen and changed.
 */

#include "app/init/init_detect.h"

/* Looks at the files below detected->folder. Sets detected->postgres where a file has words of
 * PostgreSQL and none has any of SQLite. */
gm_code gm_init_guess_dialect(gm_arena *arena, gm_snapshot *snapshot, gm_detected *detected,
                              gm_err *err);

#endif
