/* SPDX-License-Identifier: Apache-2.0 */
#include "config/reader.h"

#include "base/nearest.h"
#include "base/term.h"

/* ---- errors ---- */

gm_code gm_config_wrong(const gm_config_reader *r, const gm_yaml *node, const char *name,
                        const char *expected)
{
    static const char *const kinds[] = {"a word", "a list", "a mapping"};
    bool word = node->kind == GM_YAML_SCALAR;
    return gm_fail_at(r->err, GM_E_CONFIG, gm_yaml_where(r->arena, r->path, node),
                      "%s must be %s%s%s", name, expected, word ? "" : ", not ",
                      word ? "" : kinds[node->kind]);
}

/* `value` is shown: never for what may hold a password. */
gm_code gm_config_bad_value(const gm_config_reader *r, const gm_yaml *node, const char *name,
                            const char *expected)
{
    return gm_fail_at(r->err, GM_E_CONFIG, gm_yaml_where(r->arena, r->path, node),
                      "%s must be %s, not '%.*s'", name, expected,
                      GM_ARG(gm_term_visible(r->arena, gm_str_sub(node->text, 0, 80), false)));
}

static gm_code unknown_key(const gm_config_reader *r, const gm_yaml_pair *pair, const char *within,
                           const gm_config_key *keys)
{
    gm_strs names = {0};
    for (const gm_config_key *k = keys; k->name; k++)
        gm_vec_push(r->arena, &names, gm_str_from(k->name));
    gm_str where =
        gm_str_printf(r->arena, "%.*s:%zu:%zu", GM_ARG(r->path), pair->line, pair->column);
    gm_str shown = gm_term_visible(r->arena, gm_str_sub(pair->key, 0, 80), false);
    if (gm_str_has(pair->key, '@')) /* a URL in the wrong place, perhaps with its password */
        gm_fail_at(r->err, GM_E_CONFIG, where, "%s has a key that is unknown", within);
    else
        gm_fail_at(r->err, GM_E_CONFIG, where, "%s has no key '%.*s'", within, GM_ARG(shown));
    gm_str nearest = gm_nearest(pair->key, &names);
    if (nearest.len)
        return gm_hint(r->err, "Did you mean '%.*s'?", GM_ARG(nearest));
    return gm_hint(r->err, "Its keys are %.*s.", GM_ARG(gm_strs_list(r->arena, &names)));
}

/* ---- values ---- */

/* Reads a mapping by its table of keys; what is null or missing keeps its default. */
gm_code gm_config_map(const gm_config_reader *r, const char *name, const gm_yaml *node,
                      const gm_config_key *keys, void *into)
{
    if (node->kind != GM_YAML_MAP)
        return gm_config_wrong(r, node, name, "a mapping");
    GM_EACH (const gm_yaml_pair, pair, &node->pairs) {
        const gm_config_key *k = keys;
        while (k->name && !gm_str_is(pair->key, k->name))
            k++;
        if (!k->name)
            return unknown_key(r, pair, name, keys);
        if (!gm_yaml_is_null(pair->value))
            GM_TRY(k->read(r, k->name, pair->value, into));
    }
    return GM_OK;
}

gm_code gm_config_word(const gm_config_reader *r, const char *name, const gm_yaml *value,
                       gm_str *into)
{
    if (value->kind != GM_YAML_SCALAR)
        return gm_config_wrong(r, value, name, "a word");
    if (!value->text.len)
        return gm_config_bad_value(r, value, name, "a word");
    *into = value->text;
    return GM_OK;
}

/*
 * A path inside the project's folder, without "./", doubled or trailing slashes; "" for the folder
 * itself. A path that leads out would read what the ref under examination does not hold.
 */
gm_code gm_config_path(const gm_config_reader *r, const char *name, const gm_yaml *value,
                       gm_str *into)
{
    GM_TRY(gm_config_word(r, name, value, into));
    gm_strs parts = {0};
    gm_str path = value->text;
    bool inside = path.ptr[0] != '/';
    for (size_t start = 0; start < path.len && inside;) {
        size_t end = gm_str_find(path, '/', start);
        gm_str part = gm_str_sub(path, start, end);
        inside = !gm_str_is(part, "..");
        if (part.len && !gm_str_is(part, "."))
            gm_vec_push(r->arena, &parts, part);
        start = end + 1;
    }
    if (!inside) {
        gm_config_bad_value(r, value, name, "a path inside the folder of gmig.yml");
        return gm_hint(r->err, "Move gmig.yml up, or the files down, and write the path relative "
                               "to gmig.yml without '..'.");
    }
    *into = gm_str_join(r->arena, &parts, GM_STR("/"));
    return GM_OK;
}

/* A list, or one word that stands for a list of one. */
gm_code gm_config_list(const gm_config_reader *r, const char *name, const gm_yaml *value,
                       gm_config_item *item, gm_strs *into)
{
    gm_strs list = {0};
    gm_str text;
    if (value->kind == GM_YAML_SCALAR) {
        GM_TRY(item(r, name, value, &text));
        gm_vec_push(r->arena, &list, text);
    } else if (value->kind == GM_YAML_LIST) {
        GM_EACH (gm_yaml *, element, &value->items) {
            if ((*element)->kind != GM_YAML_SCALAR)
                return gm_config_wrong(r, *element, name, "a list of words");
            GM_TRY(item(r, name, *element, &text));
            gm_vec_push(r->arena, &list, text);
        }
    } else {
        return gm_config_wrong(r, value, name, "a word or a list of words");
    }
    *into = list;
    return GM_OK;
}
