/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_MODELS_YAML_WRITE_H
#define GM_MODELS_YAML_WRITE_H

/*
 * What the writers of YAML models share. Inside models/ only.
 */

#include "models/yaml_emit.h"
#include "schema/schema.h"

typedef GM_VEC(const gm_object *) gm_yaml_objects;

typedef struct {
    gm_arena *arena;
    const gm_schema *schema;
    gm_schema *said;
    gm_map owned; /* key of a table -> gm_yaml_objects that belong to it */
} gm_yaml_writer;

/* The key of an object in YAML: "users", "app.users". False when that would be read otherwise. */
bool gm_yaml_key(const gm_yaml_writer *w, const gm_object *object, gm_str *key);

/* Has `object` no other properties than these two lists (each ends with NULL)? */
bool gm_yaml_only(const gm_object *object, const char *const *known, const char *const *other);

/* `object` was said, but for `without` (ends with NULL), which SQL adds. */
void gm_yaml_said(gm_yaml_writer *w, const gm_object *object, const char *const *without);

/* The object's `comment`, on PostgreSQL. */
gm_str gm_yaml_comment(const gm_yaml_writer *w, const gm_object *object);

/* "id: {type: bigint, …}", and `without` what SQL adds to it; false when it is unsayable. */
bool gm_yaml_column(const gm_yaml_writer *w, const gm_object *column, bool counts, gm_str *yaml,
                    const char *const **without);

/* One entry of `tables:`, with all that belongs to it. False: YAML cannot say it; nothing is added.
 */
bool gm_yaml_table(gm_yaml_writer *w, const gm_object *table, gm_buf *buf);

#endif
