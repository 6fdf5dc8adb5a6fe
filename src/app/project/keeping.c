/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/keeping.h"

gm_code gm_keeping_start(gm_project *project, int64_t lifetime_ms, gm_kept *kept, bool *made,
                         gm_err *err)
{
    if (project->config.scratch_postgres.len) {
        gm_fail_at(err, GM_E_REFUSED, project->config.path,
                   "scratch databases are made on the server of scratch.postgres");
        return gm_hint(err, "Nothing has to be started; without that line gmig uses a private "
                            "server.");
    }
    return gm_kept_start(project->arena, lifetime_ms, kept, made, err);
}

gm_kept gm_keeping_status(gm_arena *arena)
{
    return gm_kept_look(arena);
}

gm_code gm_keeping_stop(gm_arena *arena, bool *was_running, gm_err *err)
{
    return gm_kept_stop(arena, was_running, err);
}
