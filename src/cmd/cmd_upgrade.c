/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/moving.h"

static const gm_option options[] = {
    GM_MOVING_OPTIONS,
    {"allow-late", 0, GM_OPTION_FLAG, NULL, "run revisions below applied ones on a guarded target"},
    {0},
};

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    return gm_moving_run(invocation, GM_UP, status, err);
}

const gm_command gm_cmd_upgrade = {
    .name = "upgrade",
    .synopsis = "[REVISION]",
    .summary = "Apply revisions to a database",
    .details = "Applies REVISION and all it needs; without one, the head of every lineage, and "
               "refuses where a lineage has several (`heads` takes them all). Each revision and "
               "its record are one transaction.",
    .options = options,
    .max_operands = 1,
    .run = run,
};
