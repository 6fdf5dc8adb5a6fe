/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/nearest.h"
#include "lang/sql_text.h"
#include "models/yaml_reader.h"

gm_code gm_model_fail(gm_models_reader *r, const gm_yaml *node, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    gm_str text = gm_str_vprintf(r->arena, format, args);
    va_end(args);
    return gm_fail_at(r->err, GM_E_MODELS, gm_yaml_where(r->arena, r->path, node), "%.*s",
                      GM_ARG(text));
}

static bool is_by_dialect(const gm_yaml *node)
{
    gm_dialect ignored;
    if (node->kind != GM_YAML_MAP || node->pairs.len == 0)
        return false;
    GM_EACH (gm_yaml_pair, pair, &node->pairs)
        if (!gm_dialect_parse(pair->key, &ignored))
            return false;
    return true;
}

const gm_yaml *gm_model_value(const gm_models_reader *r, const gm_yaml *node, bool *own)
{
    if (own)
        *own = false;
    if (node && is_by_dialect(node)) {
        const gm_yaml *found = NULL;
        if (own)
            *own = true;
        GM_EACH (gm_yaml_pair, pair, &node->pairs) {
            gm_dialect dialect;
            if (gm_dialect_parse(pair->key, &dialect) && dialect == r->dialect)
                found = pair->value;
        }
        node = found;
    }
    return gm_yaml_is_null(node) ? NULL : node;
}

const gm_yaml *gm_model_get(const gm_models_reader *r, const gm_yaml *map, const char *key)
{
    return gm_model_value(r, gm_yaml_get(map, key), NULL);
}

static gm_code unknown_key(gm_models_reader *r, const gm_yaml_pair *pair, const char *what,
                           const char *const *known)
{
    gm_yaml at = {.line = pair->line, .column = pair->column};
    gm_strs names = {0};
    for (; *known; known++)
        gm_vec_push(r->arena, &names, gm_str_from(*known));
    gm_model_fail(r, &at, "unknown key '%.*s' of %s", GM_ARG(pair->key), what);
    gm_str nearest = gm_nearest(pair->key, &names);
    if (nearest.len)
        return gm_hint(r->err, "Did you mean '%.*s'?", GM_ARG(nearest));
    return gm_hint(r->err, "Known keys are %.*s; notes go into description or x-….",
                   GM_ARG(gm_strs_list(r->arena, &names)));
}

gm_code gm_model_keys(gm_models_reader *r, const gm_yaml *node, const char *what,
                      const char *const *known)
{
    if (node->kind != GM_YAML_MAP)
        return gm_model_fail(r, node, "%s is a mapping of keys and values", what);
    GM_EACH (gm_yaml_pair, pair, &node->pairs) {
        bool found = gm_str_is(pair->key, "description") || gm_str_starts(pair->key, GM_STR("x-"));
        for (const char *const *key = known; *key && !found; key++)
            found = gm_str_is(pair->key, *key);
        if (!found)
            return unknown_key(r, pair, what, known);
    }
    return GM_OK;
}

gm_code gm_model_text(gm_models_reader *r, const gm_yaml *map, const char *key, gm_str *text)
{
    const gm_yaml *node = gm_model_get(r, map, key);
    if (node && node->kind != GM_YAML_SCALAR)
        return gm_model_fail(r, node, "%s is one value, or one a dialect", key);
    *text = node ? node->text : GM_STR("");
    return GM_OK;
}

gm_code gm_model_bool(gm_models_reader *r, const gm_yaml *map, const char *key, bool *value)
{
    const gm_yaml *node = gm_model_get(r, map, key);
    *value = false;
    if (node && !gm_yaml_bool(node, value))
        return gm_model_fail(r, node, "%s is true or false", key);
    return GM_OK;
}

gm_code gm_model_scalars(gm_models_reader *r, const gm_yaml *node, const char *what, gm_strs *items)
{
    *items = (gm_strs){0};
    if (node == NULL)
        return GM_OK;
    if (node->kind == GM_YAML_SCALAR) {
        gm_vec_push(r->arena, items, node->text);
        return GM_OK;
    }
    if (node->kind != GM_YAML_LIST)
        return gm_model_fail(r, node, "%s is a list", what);
    GM_EACH (gm_yaml *, item, &node->items) {
        if ((*item)->kind != GM_YAML_SCALAR || gm_yaml_is_null(*item))
            return gm_model_fail(r, *item, "%s is a list of words", what);
        gm_vec_push(r->arena, items, (*item)->text);
    }
    return GM_OK;
}

gm_code gm_model_list(gm_models_reader *r, const gm_yaml *map, const char *key, gm_strs *items)
{
    return gm_model_scalars(r, gm_model_get(r, map, key), key, items);
}

gm_str gm_model_columns(gm_models_reader *r, const gm_strs *names)
{
    gm_buf buf = gm_buf_new(r->arena, SIZE_MAX);
    GM_EACH (gm_str, name, names) {
        gm_buf_z(&buf, buf.len ? ", " : "");
        gm_buf_add(&buf, gm_sql_name(r->arena, *name));
    }
    return gm_buf_str(&buf);
}

gm_str gm_model_name(gm_models_reader *r, gm_str name)
{
    size_t dot = gm_str_find(name, '.', 0);
    if (dot == name.len || r->dialect != GM_POSTGRES)
        return gm_sql_name(r->arena, name);
    return gm_str_printf(r->arena, "%.*s.%.*s",
                         GM_ARG(gm_sql_name(r->arena, gm_str_sub(name, 0, dot))),
                         GM_ARG(gm_sql_name(r->arena, gm_str_sub(name, dot + 1, name.len))));
}

gm_code gm_model_renamed(gm_models_reader *r, const gm_yaml *map, gm_rename rename)
{
    GM_TRY(gm_model_text(r, map, "renamed_from", &rename.from));
    if (rename.from.len) {
        rename.path = r->path;
        rename.line = gm_yaml_get(map, "renamed_from")->line;
        gm_vec_push(r->arena, &r->models->renames, rename);
    }
    return GM_OK;
}

gm_code gm_model_comment(gm_models_reader *r, const gm_yaml *map, const char *kind, gm_str name)
{
    gm_str comment = GM_STR("");
    GM_TRY(gm_model_text(r, map, "comment", &comment));
    if (!comment.len || r->dialect != GM_POSTGRES)
        return GM_OK;
    gm_str sql = gm_str_printf(r->arena, "COMMENT ON %s %.*s IS %.*s", kind, GM_ARG(name),
                               GM_ARG(gm_sql_string(r->arena, comment)));
    size_t line = gm_yaml_get(map, "comment")->line;
    gm_models_add_sql(r, sql, line);
    return gm_models_add_statement(r, sql, line);
}
