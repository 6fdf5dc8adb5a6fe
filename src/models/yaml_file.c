/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One YAML file: schemas, extensions, enums, tables, views. Everything else a project needs
 * (functions, triggers, policies …) goes into SQL files beside it.
 */
#include "base/buf.h"
#include "lang/sql_text.h"
#include "models/yaml_reader.h"

static gm_code add(gm_models_reader *r, gm_str sql, size_t line)
{
    gm_models_add_sql(r, sql, line);
    return gm_models_add_statement(r, sql, line);
}

/* `schemas:` and `extensions:` are lists of names, and PostgreSQL's alone. */
static gm_code read_names(gm_models_reader *r, const gm_yaml *root, const char *key,
                          const char *create)
{
    gm_strs names;
    GM_TRY(gm_model_list(r, root, key, &names));
    if (r->dialect != GM_POSTGRES)
        return GM_OK;
    GM_EACH (gm_str, name, &names) {
        gm_str sql =
            gm_str_printf(r->arena, "%s %.*s", create, GM_ARG(gm_sql_name(r->arena, *name)));
        GM_TRY(add(r, sql, gm_yaml_get(root, key)->line));
    }
    return GM_OK;
}

/* `renamed: {happy: glad}`: the label happy was glad. */
static gm_code read_renamed_labels(gm_models_reader *r, gm_str name, const gm_yaml *node)
{
    const gm_yaml *map = gm_model_get(r, node, "renamed");
    if (map == NULL)
        return GM_OK;
    if (map->kind != GM_YAML_MAP)
        return gm_model_fail(r, map, "renamed is a mapping: {new label: old label}");
    GM_EACH (gm_yaml_pair, pair, &map->pairs)
        gm_vec_push(r->arena, &r->models->renames,
                    (gm_rename){.kind = GM_OBJECT_ENUM,
                                .label = true,
                                .table = name,
                                .from = pair->value->text,
                                .to = pair->key,
                                .path = r->path,
                                .line = pair->line});
    return GM_OK;
}

static gm_code read_enum(gm_models_reader *r, const gm_yaml_pair *pair, const gm_yaml *node)
{
    static const char *const keys[] = {"labels", "comment", "renamed", "renamed_from", NULL};
    gm_strs *labels = gm_new(r->arena, gm_strs);
    if (node->kind == GM_YAML_MAP) {
        GM_TRY(gm_model_keys(r, node, "an enum", keys));
        GM_TRY(gm_model_list(r, node, "labels", labels));
    } else {
        GM_TRY(gm_model_scalars(r, node, "labels", labels));
    }
    if (!gm_map_add(&r->enums, pair->key, labels))
        return gm_models_fail(r, pair->line, "enum %.*s is defined twice", GM_ARG(pair->key));
    if (r->dialect != GM_POSTGRES)
        return GM_OK;
    gm_buf buf = gm_buf_new(r->arena, SIZE_MAX);
    gm_str name = gm_model_name(r, pair->key);
    gm_buf_printf(&buf, "CREATE TYPE %.*s AS ENUM (", GM_ARG(name));
    GM_EACH (gm_str, label, labels)
        gm_buf_printf(&buf, "%s%.*s", label == labels->items ? "" : ", ",
                      GM_ARG(gm_sql_string(r->arena, *label)));
    gm_buf_char(&buf, ')');
    GM_TRY(add(r, gm_buf_str(&buf), pair->line));
    if (node->kind != GM_YAML_MAP)
        return GM_OK;
    GM_TRY(read_renamed_labels(r, pair->key, node));
    GM_TRY(gm_model_comment(r, node, "TYPE", name));
    return gm_model_renamed(r, node, (gm_rename){.kind = GM_OBJECT_ENUM, .to = pair->key});
}

static gm_code read_view(gm_models_reader *r, const gm_yaml_pair *pair, const gm_yaml *node)
{
    static const char *const keys[] = {"query", "materialized", "comment", "renamed_from", NULL};
    gm_str query = node->text;
    bool materialized = false;
    if (node->kind == GM_YAML_MAP) {
        GM_TRY(gm_model_keys(r, node, "a view", keys));
        GM_TRY(gm_model_text(r, node, "query", &query));
        GM_TRY(gm_model_bool(r, node, "materialized", &materialized));
        materialized = materialized && r->dialect == GM_POSTGRES;
    }
    if (!query.len)
        return gm_model_fail(r, node, "a view has a query in SQL");
    gm_str name = gm_model_name(r, pair->key);
    gm_str trimmed = gm_str_trim(query);
    if (gm_str_ends(trimmed, GM_STR(";")))
        trimmed = gm_str_sub(trimmed, 0, trimmed.len - 1);
    gm_str sql = gm_str_printf(r->arena, "CREATE %sVIEW %.*s AS\n%.*s",
                               materialized ? "MATERIALIZED " : "", GM_ARG(name), GM_ARG(trimmed));
    GM_TRY(add(r, sql, pair->line));
    if (node->kind != GM_YAML_MAP)
        return GM_OK;
    GM_TRY(gm_model_comment(r, node, materialized ? "MATERIALIZED VIEW" : "VIEW", name));
    return gm_model_renamed(
        r, node,
        (gm_rename){.kind = materialized ? GM_OBJECT_MATERIALIZED_VIEW : GM_OBJECT_VIEW,
                    .to = pair->key});
}

typedef gm_code read_entry(gm_models_reader *r, const gm_yaml_pair *pair, const gm_yaml *node);

static gm_code read_table(gm_models_reader *r, const gm_yaml_pair *pair, const gm_yaml *node)
{
    return gm_model_table(r, pair->key, node, pair->line);
}

static gm_code read_entries(gm_models_reader *r, const gm_yaml *root, const char *key,
                            read_entry *entry)
{
    const gm_yaml *map = gm_yaml_get(root, key);
    if (gm_yaml_is_null(map))
        return GM_OK;
    if (map->kind != GM_YAML_MAP)
        return gm_model_fail(r, map, "%s is a mapping of names", key);
    GM_EACH (gm_yaml_pair, pair, &map->pairs) {
        bool own = false;
        const gm_yaml *node = gm_model_value(r, pair->value, &own);
        if (node)
            GM_TRY(entry(r, pair, node));
        else if (!own)
            return gm_models_fail(r, pair->line, "%s: %.*s says nothing", key, GM_ARG(pair->key));
    }
    return GM_OK;
}

static gm_code parse(gm_models_reader *r, const gm_model_file *file, gm_yaml **root)
{
    static const char *const keys[] = {"schemas", "extensions", "enums", "tables", "views", NULL};
    r->path = file->path;
    gm_code code = gm_yaml_parse(r->arena, r->path, 1, file->bytes, root, r->err);
    if (code == GM_E_CONFIG)
        r->err->code = GM_E_MODELS; /* the parser speaks of gmig.yml */
    if (code != GM_OK)
        return r->err->code;
    return gm_model_keys(r, *root, "a model file", keys);
}

/* Types first, of all files: a column may be of an enum that another file declares. */
gm_code gm_models_read_yaml(gm_models_reader *r, const gm_model_files *files)
{
    gm_yaml **roots = gm_new_array(r->arena, files->len, gm_yaml *);
    for (size_t i = 0; i < files->len; i++) {
        GM_TRY(parse(r, &files->items[i], &roots[i]));
        GM_TRY(read_names(r, roots[i], "schemas", "CREATE SCHEMA"));
        GM_TRY(read_names(r, roots[i], "extensions", "CREATE EXTENSION"));
        GM_TRY(read_entries(r, roots[i], "enums", read_enum));
    }
    for (size_t i = 0; i < files->len; i++) {
        r->path = files->items[i].path;
        GM_TRY(read_entries(r, roots[i], "tables", read_table));
        GM_TRY(read_entries(r, roots[i], "views", read_view));
    }
    return GM_OK;
}
