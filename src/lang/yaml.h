/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_LANG_YAML_H
#define GM_LANG_YAML_H

/*
 * YAML text -> a tree of nodes with places, on libyaml.
 *
 * Scalars stay text: who reads a key decides what it may be. Anchors and aliases are refused (a
 * hostile file could multiply itself), so are several documents, duplicate keys, keys that are no
 * scalars, and trees deeper than 64 or larger than 100,000 nodes.
 */

#include "base/err.h"

typedef enum { GM_YAML_SCALAR, GM_YAML_LIST, GM_YAML_MAP } gm_yaml_kind;

typedef struct gm_yaml gm_yaml;

typedef struct {
    gm_str key;
    size_t line; /* of the key */
    size_t column;
    gm_yaml *value;
} gm_yaml_pair;

struct gm_yaml {
    gm_yaml_kind kind;
    size_t line; /* 1-based, counted from `first_line` */
    size_t column;
    gm_str text; /* of a scalar */
    bool quoted; /* a quoted or block scalar: "null", "true" and "" are then words */
    GM_VEC(gm_yaml *) items;
    GM_VEC(gm_yaml_pair) pairs; /* in the order of the file */
};

/*
 * Parses `text`; `path` and `first_line` (1 for a whole file) are for messages. An empty document
 * gives an empty map. GM_E_CONFIG with path:line:column in err->where.
 */
gm_code gm_yaml_parse(gm_arena *arena, gm_str path, size_t first_line, gm_str text, gm_yaml **root,
                      gm_err *err);

gm_yaml *gm_yaml_get(const gm_yaml *map, const char *key); /* NULL when it is not there */
bool gm_yaml_is_null(
    const gm_yaml *node); /* plain ~, null, Null, NULL or nothing; or node is NULL */
bool gm_yaml_bool(const gm_yaml *node,
                  bool *value); /* plain true or false, any case YAML 1.2 has */
gm_str gm_yaml_where(gm_arena *arena, gm_str path, const gm_yaml *node); /* path:line:column */

#endif
