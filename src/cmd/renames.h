/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CMD_RENAMES_H
#define GM_CMD_RENAMES_H

/*
 * --rename OLD=NEW, of `migrate` and `diff`.
 */

#include "app/write/migrate.h"
#include "cmd/command.h"

#define GM_OPTION_RENAME                                                                           \
    {                                                                                              \
        "rename", 0, GM_OPTION_LIST, "OLD=NEW",                                                    \
            "a table, column, constraint, index or enum label has a new name; may be repeated"     \
    }

/* GM_E_USAGE for one that cannot be read. */
gm_code gm_read_renames(gm_invocation *invocation, gm_renames *renames, gm_err *err);

#endif
