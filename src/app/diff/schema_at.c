/* SPDX-License-Identifier: Apache-2.0 */
#include "app/diff/schema_at.h"

#include "app/diff/schema_side.h"
#include "db/introspect.h"
#include "schema/draw.h"

static gm_code choose_dialect(const gm_view *view, gm_str wanted, gm_dialect *dialect, gm_err *err)
{
    *dialect = view->config.dialects.items[0];
    if (!wanted.len || gm_dialect_parse(wanted, dialect))
        return GM_OK;
    gm_fail(err, GM_E_USAGE, "there is no dialect '%.*s'", GM_ARG(wanted));
    return gm_hint(err, "--dialect takes sqlite or postgres.");
}

/* What an empty database has already is not made: PostgreSQL's has a schema. */
gm_code gm_schema_sql(gm_project *project, gm_scratch *scratch, const gm_schema *schema,
                      gm_str *sql, gm_err *err)
{
    gm_schema *nothing = NULL;
    gm_db *db = NULL;
    GM_TRY(gm_scratch_new(scratch, &db, err));
    GM_TRY(gm_db_introspect(project->arena, db, &nothing, err));
    gm_diff diff = gm_schema_compare(project->arena, nothing, schema);
    return gm_diff_sql(project->arena, &diff, sql, err);
}

static gm_code check_format(gm_str format, gm_err *err)
{
    if (!format.len || gm_str_is(format, "sql") || gm_str_is(format, "dot") ||
        gm_str_is(format, "mermaid"))
        return GM_OK;
    gm_fail(err, GM_E_USAGE, "there is no format '%.*s'", GM_ARG(format));
    return gm_hint(err, "--format takes sql, dot or mermaid.");
}

static gm_code write_text(gm_project *project, gm_scratch *scratch, gm_str format,
                          gm_schema_at_result *made, gm_err *err)
{
    if (gm_str_is(format, "dot"))
        made->text = gm_schema_dot(project->arena, made->schema);
    else if (gm_str_is(format, "mermaid"))
        made->text = gm_schema_mermaid(project->arena, made->schema);
    else
        GM_TRY(gm_schema_sql(project, scratch, made->schema, &made->text, err));
    return GM_OK;
}

gm_code gm_schema_at(gm_project *project, const gm_schema_at_options *options,
                     gm_schema_at_result *result, gm_err *err)
{
    gm_scratch *scratch GM_CLEANUP(gm_scratch_drop) = NULL;
    gm_schema_at_result made = {0};
    gm_view view;
    GM_TRY(check_format(options->format, err));
    GM_TRY(gm_view_open_sound(project, options->where, &view, err));
    GM_TRY(gm_view_need_sql(&view, err));
    GM_TRY(choose_dialect(&view, options->dialect, &made.dialect, err));
    GM_TRY(gm_project_scratch(project, made.dialect, &scratch, err));
    GM_TRY(
        gm_scratch_history(project, scratch, view.graph, GM_STR("heads"), &made.schema, NULL, err));
    GM_TRY(write_text(project, scratch, options->format, &made, err));
    made.at = gm_snapshot_name(view.snapshot);
    *result = made;
    return GM_OK;
}
