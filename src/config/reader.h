/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CONFIG_READER_H
#define GM_CONFIG_READER_H

/*
 * Reader: values of gmig.yml as its keys want them, each error with line and column. For config.c
 * alone, which knows the keys.
 */

#include "config/config.h"
#include "lang/yaml.h"

typedef struct {
    gm_arena *arena;
    gm_str path;
    gm_err *err;
} gm_config_reader;

/* One key of a mapping, and what reads its value into `into`. */
typedef struct {
    const char *name;
    gm_code (*read)(const gm_config_reader *r, const char *name, const gm_yaml *value, void *into);
} gm_config_key;

/* "NAME must be EXPECTED", of what has another shape, or another value. The value is shown: never
 * for what may hold a password. */
gm_code gm_config_wrong(const gm_config_reader *r, const gm_yaml *node, const char *name,
                        const char *expected);
gm_code gm_config_bad_value(const gm_config_reader *r, const gm_yaml *node, const char *name,
                            const char *expected);

/* A mapping by its table of keys, which an entry without a name ends; what is null or missing keeps
 * its default. */
gm_code gm_config_map(const gm_config_reader *r, const char *name, const gm_yaml *node,
                      const gm_config_key *keys, void *into);

typedef gm_code gm_config_item(const gm_config_reader *r, const char *name, const gm_yaml *value,
                               gm_str *into);

gm_config_item gm_config_word; /* not empty */
gm_config_item gm_config_path; /* inside the project's folder, in its shortest form */

/* A list, or one word that stands for a list of one. */
gm_code gm_config_list(const gm_config_reader *r, const char *name, const gm_yaml *value,
                       gm_config_item *item, gm_strs *into);

#endif
