/* SPDX-License-Identifier: Apache-2.0 */
#include "models/models.h"

#include <stdlib.h>

#include "models/reader.h"

gm_code gm_models_fail(gm_models_reader *r, size_t line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    gm_str text = gm_str_vprintf(r->arena, format, args);
    va_end(args);
    return gm_fail_at(r->err, GM_E_MODELS, gm_where(r->arena, r->path, line), "%.*s", GM_ARG(text));
}

static bool is_sql(gm_str path)
{
    return gm_str_ends(path, GM_STR(".sql"));
}

static bool is_yaml(gm_str path)
{
    return gm_str_ends(path, GM_STR(".yml")) || gm_str_ends(path, GM_STR(".yaml"));
}

bool gm_models_file_named(gm_str path)
{
    return is_sql(path) || is_yaml(path);
}

/* "schema.postgres.sql" is for one dialect, and so is "schema.pg.sql"; "schema.sql" is for all. */
static bool serves(gm_str path, gm_dialect dialect)
{
    gm_dialect named;
    gm_str stem = gm_str_sub(path, 0, gm_str_rfind(path, '.'));
    size_t dot = gm_str_rfind(stem, '.');
    return dot == stem.len || !gm_dialect_parse(gm_str_sub(stem, dot + 1, stem.len), &named) ||
           named == dialect;
}

static int by_path(const void *a, const void *b)
{
    return gm_str_cmp(((const gm_model_file *)a)->path, ((const gm_model_file *)b)->path);
}

static int by_text(const void *a, const void *b)
{
    return gm_str_cmp(((const gm_fact *)a)->text, ((const gm_fact *)b)->text);
}

static gm_model_files sorted(gm_arena *arena, const gm_model_files *files,
                             bool (*wanted)(gm_str path))
{
    gm_model_files chosen = {0};
    GM_EACH (gm_model_file, file, files)
        if (wanted(file->path))
            gm_vec_push(arena, &chosen, *file);
    if (chosen.len)
        qsort(chosen.items, chosen.len, sizeof(*chosen.items), by_path);
    return chosen;
}

gm_code gm_models_read(gm_arena *arena, const gm_model_files *files, gm_dialect dialect,
                       gm_models *models, gm_err *err)
{
    gm_models made = {.dialect = dialect};
    gm_models_reader reader = {.arena = arena,
                               .dialect = dialect,
                               .models = &made,
                               .defined = gm_map_new(arena),
                               .enums = gm_map_new(arena),
                               .err = err};
    gm_model_files yaml = sorted(arena, files, is_yaml);
    gm_model_files sql = sorted(arena, files, is_sql);
    GM_TRY(gm_models_read_yaml(&reader, &yaml));
    made.files = yaml.len;
    GM_EACH (gm_model_file, file, &sql)
        if (serves(file->path, dialect)) {
            GM_TRY(gm_models_read_sql(&reader, file));
            made.files++;
        }
    if (made.facts.len)
        qsort(made.facts.items, made.facts.len, sizeof(*made.facts.items), by_text);
    *models = made;
    return GM_OK;
}
