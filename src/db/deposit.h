/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_DEPOSIT_H
#define GM_DB_DEPOSIT_H

/*
 * Deposit: a large file that others write, and that gets its name only when it is whole.
 *
 *     gm_deposit copy;
 *     GM_TRY(gm_deposit_begin(&copy, arena, path, bytes, err));
 *     code = … somebody fills copy.temporary …;
 *     return gm_deposit_end(&copy, code, mode, err);
 */

#include <sys/types.h>

#include "base/err.h"

typedef struct {
    const char *path;
    const char *temporary; /* in the same folder; an empty file at first, for this user only */
} gm_deposit;

/* GM_E_REFUSED when `path` is there already, or the disk has fewer than `bytes` free. */
gm_code gm_deposit_begin(gm_deposit *deposit, gm_arena *arena, gm_str path, uint64_t bytes,
                         gm_err *err);

/* With GM_OK: to the disk, and under its name. Otherwise the temporary file is removed. Returns the
 * code of the whole. */
gm_code gm_deposit_end(gm_deposit *deposit, gm_code code, mode_t mode, gm_err *err);

#endif
