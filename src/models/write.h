/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_MODELS_WRITE_H
#define GM_MODELS_WRITE_H

/*
 * Write: a schema as a YAML model file, as far as YAML has words for it. Pure.
 */

#include "schema/schema.h"

/*
 * `yaml` is the file, empty when it would say nothing. `said` is the schema that it makes, as a
 * part of `schema`: what the other has more is for a SQL file beside it, and is made by what
 * gm_schema_diff finds from one to the other. A table is said whole or not at all, but on
 * PostgreSQL without what an ALTER TABLE can add to it. Both live in `arena`.
 */
void gm_models_write_yaml(gm_arena *arena, const gm_schema *schema, gm_str *yaml, gm_schema **said);

#endif
