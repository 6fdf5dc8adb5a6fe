/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/moving.h"

static const gm_option options[] = {
    GM_MOVING_OPTIONS,
    {"last-run", 0, GM_OPTION_FLAG, NULL, "revert what the last run applied"},
    {"from-ledger", 0, GM_OPTION_FLAG, NULL,
     "revert by the database's own record, revisions that no file has included"},
    {0},
};

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    return gm_moving_run(invocation, GM_DOWN, status, err);
}

const gm_command gm_cmd_downgrade = {
    .name = "downgrade",
    .synopsis = "[REVISION]",
    .summary = "Revert revisions of a database",
    .details = "Reverts what is applied above REVISION; without one, the last revision (-1). The "
               "down of a revision comes from its file when its up statements are those that were "
               "applied, else from the database's own copy.",
    .options = options,
    .max_operands = 1,
    .run = run,
};
