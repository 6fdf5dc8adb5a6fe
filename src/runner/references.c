/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/references.h"

#include "base/buf.h"

enum { SHOWN = 10 };

gm_code gm_run_references_before(gm_run_context *run, const gm_run_step *step, gm_err *err)
{
    if (!step->part.foreign_keys || run->broken_known || run->broken_unknowable)
        return GM_OK;
    gm_err own = gm_err_new(run->arena);
    gm_code code = gm_db_foreign_key_violations(run->arena, run->db, &run->broken, &own);
    run->broken_known = code == GM_OK;
    run->broken_unknowable = code == GM_E_SQL;
    if (code != GM_OK && code != GM_E_SQL) {
        *err = own;
        return code;
    }
    if (code == GM_E_SQL)
        gm_run_say(
            run, GM_RUN_NOTE, NULL, 0, 0,
            gm_str_printf(run->arena, "foreign keys cannot be checked: %.*s", GM_ARG(own.text)));
    return GM_OK;
}

/* Those of `now` that were not broken before; none when they stand behind too many old ones. */
static gm_strs added(gm_arena *arena, const gm_violations *before, const gm_violations *now)
{
    gm_strs fresh = {0};
    GM_EACH (gm_str, line, &now->lines)
        if (!gm_strs_have(&before->lines, *line))
            gm_vec_push(arena, &fresh, *line);
    return fresh;
}

static gm_code tell(const gm_run_step *step, const gm_violations *before, const gm_violations *now,
                    gm_err *err)
{
    size_t more = now->count - before->count;
    gm_strs fresh = added(err->arena, before, now);
    const char *than = before->count > 0 ? " more than before" : "";
    gm_str first = fresh.len > 0 ? fresh.items[0] : GM_STR("PRAGMA foreign_key_check lists all");
    if (more == 1)
        gm_fail(err, GM_E_SQL, "a foreign key is broken%s: %.*s", than, GM_ARG(first));
    else
        gm_fail(err, GM_E_SQL, "%zu foreign keys are broken%s: %.*s", more, than, GM_ARG(first));
    err->sqlstate = GM_STR("SQLITE_CONSTRAINT_FOREIGNKEY");
    gm_run_name_step(step, step->part.section->line, err);
    gm_buf detail = gm_buf_new(err->arena, SIZE_MAX);
    for (size_t i = 1; i < more && i < fresh.len && i < SHOWN; i++)
        gm_buf_printf(&detail, "%s%.*s", detail.len ? "\n" : "", GM_ARG(fresh.items[i]));
    if (more > SHOWN && fresh.len > 0)
        gm_buf_printf(&detail, "\nand %zu more", more - SHOWN);
    err->detail = gm_buf_str(&detail);
    return gm_hint(err, "Mend those rows in the same revision. It was rolled back.");
}

gm_code gm_run_references_after(gm_run_context *run, const gm_run_step *step, gm_err *err)
{
    if (!step->part.foreign_keys || run->broken_unknowable)
        return GM_OK;
    gm_violations now = {0};
    gm_code code = gm_db_foreign_key_violations(run->arena, run->db, &now, err);
    if (code != GM_OK)
        return gm_run_name_step(step, step->part.section->line, err);
    gm_violations before = run->broken;
    run->broken = now;
    return now.count > before.count ? tell(step, &before, &now, err) : GM_OK;
}
