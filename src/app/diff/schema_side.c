/* SPDX-License-Identifier: Apache-2.0 */
#include "app/diff/schema_side.h"

#include "app/move/database.h"
#include "app/project/view_models.h"
#include "base/buf.h"
#include "db/introspect.h"
#include "db/render.h"
#include "lang/sql_text.h"

/* "models@REF" -> REF; "models" -> "". False for anything else. */
static bool names(gm_str side, const char *word, gm_str *ref)
{
    gm_str name = gm_str_from(word);
    if (!gm_str_starts(side, name) || (side.len > name.len && side.ptr[name.len] != '@'))
        return false;
    *ref = gm_str_sub(side, name.len + 1, side.len);
    return true;
}

static bool is_database(gm_str side)
{
    gm_str ignored;
    return !names(side, "models", &ignored) && !names(side, "history", &ignored);
}

/* A side is no option, so that is not where it stands. */
static gm_code target_of(gm_project *project, gm_str side, gm_target *target, gm_err *err)
{
    gm_code code = gm_project_target(project, side, target, err);
    if (code != GM_OK && gm_str_is(err->where, "--target"))
        err->where = GM_STR("");
    return code;
}

gm_code gm_schema_sides_dialect(gm_project *project, const gm_strs *sides, gm_str wanted,
                                gm_dialect *dialect, gm_err *err)
{
    bool found = false;
    gm_dialect chosen = project->config.dialects.items[0];
    if (wanted.len && !gm_dialect_parse(wanted, &chosen)) {
        gm_fail_at(err, GM_E_USAGE, GM_STR("--dialect"), "there is no dialect '%.*s'",
                   GM_ARG(wanted));
        return gm_hint(err, "Dialects are sqlite and postgres.");
    }
    GM_EACH (const gm_str, side, sides) {
        gm_target target;
        if (!is_database(*side))
            continue;
        GM_TRY(target_of(project, *side, &target, err));
        if ((found || wanted.len) && target.url.dialect != chosen) {
            gm_fail(err, GM_E_USAGE, "%.*s is a %s database, the other side is %s",
                    GM_ARG(target.name), gm_dialect_name(target.url.dialect),
                    gm_dialect_name(chosen));
            return gm_hint(err, "Schemas are compared within one dialect.");
        }
        chosen = target.url.dialect;
        found = true;
    }
    *dialect = chosen;
    return GM_OK;
}

static gm_code of_database(gm_project *project, gm_str side, gm_schema **schema, gm_err *err)
{
    gm_database database GM_CLEANUP(gm_database_close) = {0};
    gm_database_options options = {.target = side};
    gm_target target;
    GM_TRY(target_of(project, side, &target, err));
    if (gm_database_is_missing(&target)) {
        *schema = gm_schema_new(project->arena, target.url.dialect);
        return GM_OK;
    }
    GM_TRY(gm_database_open(project, &target, &options, &database, err));
    return gm_db_introspect(project->arena, database.db, schema, err);
}

static gm_code of_models(gm_project *project, gm_scratch *scratch, gm_dialect dialect,
                         const gm_view *view, gm_schema **schema, gm_err *err)
{
    gm_model_files files;
    gm_models models;
    GM_TRY(gm_view_model_files(project, view, &files, err));
    GM_TRY(gm_models_read(project->arena, &files, dialect, &models, err));
    if (!models.files)
        return gm_view_no_models(project->arena, view, err);
    return gm_scratch_models(project, scratch, &models, schema, err);
}

gm_code gm_schema_side(gm_project *project, gm_scratch **scratch, gm_dialect dialect, gm_str side,
                       gm_schema **schema, gm_err *err)
{
    gm_str ref = GM_STR("");
    gm_view view;
    if (is_database(side))
        return of_database(project, side, schema, err);
    bool models = names(side, "models", &ref);
    if (!models)
        names(side, "history", &ref);
    GM_TRY(gm_view_open_sound(project, ref.len ? ref : GM_STR("worktree"), &view, err));
    if (!models)
        GM_TRY(gm_view_need_sql(&view, err));
    if (!*scratch)
        GM_TRY(gm_project_scratch(project, dialect, scratch, err));
    if (models)
        return of_models(project, *scratch, dialect, &view, schema, err);
    return gm_scratch_history(project, *scratch, view.graph, GM_STR("heads"), schema, NULL, err);
}

gm_code gm_diff_sql(gm_arena *arena, const gm_diff *diff, gm_str *sql, gm_err *err)
{
    gm_render render = {0};
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_TRY(gm_db_render(arena, diff, &render, err));
    GM_EACH (const gm_render_statement, statement, &render.statements)
        gm_buf_printf(&buf, "%s%.*s\n", buf.len ? "\n" : "",
                      GM_ARG(gm_sql_closed(arena, diff->to->dialect, statement->sql)));
    *sql = gm_buf_str(&buf);
    return GM_OK;
}

gm_code gm_diff_sides(gm_project *project, const gm_diff_sides_options *options, bool sql,
                      gm_diff_sides_result *result, gm_err *err)
{
    gm_scratch *scratch GM_CLEANUP(gm_scratch_drop) = NULL;
    gm_diff_sides_result made = {0};
    const gm_str *sides = options->sides.items;
    gm_schema *schemas[2] = {0};
    /* That a database cannot be reached is known sooner than what a replay makes. */
    size_t first = is_database(sides[1]) ? 1 : 0;
    size_t second = 1 - first;
    GM_TRY(gm_schema_sides_dialect(project, &options->sides, options->dialect, &made.dialect, err));
    GM_TRY(gm_schema_side(project, &scratch, made.dialect, sides[first], &schemas[first], err));
    GM_TRY(gm_schema_side(project, &scratch, made.dialect, sides[second], &schemas[second], err));
    GM_TRY(
        gm_schema_diff(project->arena, schemas[0], schemas[1], &options->renames, &made.diff, err));
    gm_diff_without_ledger(project, &made.diff, is_database(sides[0]), is_database(sides[1]));
    if (sql)
        GM_TRY(gm_diff_sql(project->arena, &made.diff, &made.sql, err));
    *result = made;
    return GM_OK;
}
