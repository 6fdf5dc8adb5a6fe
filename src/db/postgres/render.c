/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A diff -> statements for PostgreSQL: whom each object is (render_items.c), what becomes of it and
 * of what depends on it (render_fates.c), the steps (render_steps.c and the files of the kinds),
 * and their order (render_order.c).
 */

#include "db/postgres/render_plan.h"

gm_code gm_postgres_render(gm_arena *arena, const gm_diff *diff, gm_render *render, gm_err *err)
{
    gm_render made = {0};
    gm_pg_plan plan = {.arena = arena,
                       .diff = diff,
                       .from = diff->from,
                       .to = diff->to,
                       .render = &made,
                       .err = err};
    gm_pg_find_items(&plan);
    GM_TRY(gm_pg_find_fates(&plan));
    gm_pg_make_steps(&plan);
    gm_pg_order_steps(&plan);
    *render = made;
    return GM_OK;
}
