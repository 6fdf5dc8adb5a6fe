/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types that both dialects can keep. SQLite has five storage classes; what it lacks becomes the one
 * that holds it without loss: dates and times, UUIDs and JSON are text there.
 */
#include "base/nearest.h"
#include "lang/sql_text.h"
#include "models/yaml_reader.h"

static const struct {
    const char *name;
    const char *words[GM_DIALECT_COUNT];
    size_t arguments; /* how many numbers may stand behind it in parentheses */
} types[] = {
    {"smallint", {"INTEGER", "SMALLINT"}, 0},
    {"integer", {"INTEGER", "INTEGER"}, 0},
    {"bigint", {"INTEGER", "BIGINT"}, 0},
    {"real", {"REAL", "REAL"}, 0},
    {"double", {"REAL", "DOUBLE PRECISION"}, 0},
    {"numeric", {"NUMERIC", "NUMERIC"}, 2},
    {"decimal", {"NUMERIC", "NUMERIC"}, 2},
    {"boolean", {"INTEGER", "BOOLEAN"}, 0},
    {"text", {"TEXT", "TEXT"}, 0},
    {"varchar", {"VARCHAR", "VARCHAR"}, 1},
    {"char", {"CHAR", "CHAR"}, 1},
    {"date", {"TEXT", "DATE"}, 0},
    {"time", {"TEXT", "TIME"}, 0},
    {"timestamp", {"TEXT", "TIMESTAMPTZ"}, 0},
    {"datetime", {"TEXT", "TIMESTAMP"}, 0},
    {"interval", {"TEXT", "INTERVAL"}, 0},
    {"uuid", {"TEXT", "UUID"}, 0},
    {"json", {"TEXT", "JSONB"}, 0},
    {"bytes", {"BLOB", "BYTEA"}, 0},
};

/* "(10, 2)" or nothing: at most `most` whole numbers. */
static bool arguments_fit(gm_str text, size_t most)
{
    if (text.len == 0)
        return true;
    if (!gm_str_starts(text, GM_STR("(")) || !gm_str_ends(text, GM_STR(")")))
        return false;
    gm_str rest = gm_str_sub(text, 1, text.len - 1);
    size_t count = 0;
    while (rest.len) {
        size_t end = gm_str_find(rest, ',', 0);
        uint64_t number;
        if (!gm_str_u64(gm_str_trim(gm_str_sub(rest, 0, end)), &number) || ++count > most)
            return false;
        rest = gm_str_sub(rest, end + 1, rest.len);
    }
    return count > 0;
}

static gm_code unknown_type(gm_models_reader *r, const gm_yaml *node, gm_str word)
{
    gm_strs names = {0};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        gm_vec_push(r->arena, &names, gm_str_from(types[i].name));
    GM_EACH (gm_map_entry, entry, &r->enums.entries)
        gm_vec_push(r->arena, &names, entry->key);
    gm_model_fail(r, node, "unknown type '%.*s'", GM_ARG(node->text));
    gm_str nearest = gm_nearest(word, &names);
    if (nearest.len)
        return gm_hint(r->err, "Did you mean '%.*s'?", GM_ARG(nearest));
    return gm_hint(r->err,
                   "Types of both dialects are %.*s; one dialect's own word goes into a mapping: "
                   "type: {sqlite: TEXT, postgres: TSVECTOR}.",
                   GM_ARG(gm_strs_list(r->arena, &names)));
}

gm_code gm_model_type(gm_models_reader *r, const gm_yaml *map, gm_str *type, const gm_strs **labels)
{
    bool own = false;
    const gm_yaml *node = gm_model_value(r, gm_yaml_get(map, "type"), &own);
    *labels = NULL;
    if (node == NULL || node->kind != GM_YAML_SCALAR)
        return gm_model_fail(r, node ? node : map,
                             "a column has a type, one word or one a dialect");
    if (own) {
        *type = node->text;
        return GM_OK;
    }
    size_t open = gm_str_find(node->text, '(', 0);
    gm_str word = gm_str_lower(r->arena, gm_str_trim(gm_str_sub(node->text, 0, open)));
    gm_str arguments = gm_str_sub(node->text, open, node->text.len);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (gm_str_is(word, types[i].name) && arguments_fit(arguments, types[i].arguments)) {
            *type =
                gm_str_printf(r->arena, "%s%.*s", types[i].words[r->dialect], GM_ARG(arguments));
            return GM_OK;
        }
    const gm_strs *found = gm_map_get(&r->enums, node->text);
    if (found == NULL)
        return unknown_type(r, node, word);
    *labels = r->dialect == GM_SQLITE ? found : NULL;
    *type = r->dialect == GM_SQLITE ? GM_STR("TEXT") : gm_model_name(r, node->text);
    return GM_OK;
}
