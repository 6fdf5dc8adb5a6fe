/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_MODELS_YAML_READER_H
#define GM_MODELS_YAML_READER_H

/*
 * What the readers of YAML models share. Inside models/ only. docs/formats.md describes the format,
 * docs/models.schema.json says the same to editors.
 */

#include "lang/yaml.h"
#include "models/reader.h"

/*
 * The value for the dialect that is read: a mapping whose keys are all dialects stands for one of
 * its values, and for none (NULL) where it leaves the dialect out. *own (may be NULL) tells that it
 * was such a mapping. NULL for NULL and for null.
 */
const gm_yaml *gm_model_value(const gm_models_reader *r, const gm_yaml *node, bool *own);
const gm_yaml *gm_model_get(const gm_models_reader *r, const gm_yaml *map, const char *key);

/* GM_E_MODELS at the node: path:line:column. */
gm_code gm_model_fail(gm_models_reader *r, const gm_yaml *node, const char *format, ...)
    GM_PRINTF(3, 4);

/*
 * Is `node` a mapping with no other keys than `known` (ends with NULL), "description" and "x-…"?
 * `what` names it for people: "a table".
 */
gm_code gm_model_keys(gm_models_reader *r, const gm_yaml *node, const char *what,
                      const char *const *known);

/* A scalar's text; empty when `key` is not there. GM_E_MODELS for a list or mapping. */
gm_code gm_model_text(gm_models_reader *r, const gm_yaml *map, const char *key, gm_str *text);
gm_code gm_model_bool(gm_models_reader *r, const gm_yaml *map, const char *key, bool *value);
/* A list of scalars, or one scalar. */
gm_code gm_model_list(gm_models_reader *r, const gm_yaml *map, const char *key, gm_strs *items);
gm_code gm_model_scalars(gm_models_reader *r, const gm_yaml *node, const char *what,
                         gm_strs *items);

/* Columns as SQL: "a, b". */
gm_str gm_model_columns(gm_models_reader *r, const gm_strs *names);
/* A name that may have its schema before it: "app.users". */
gm_str gm_model_name(gm_models_reader *r, gm_str name);

/* `renamed_from` of a mapping, when it is there. */
gm_code gm_model_renamed(gm_models_reader *r, const gm_yaml *map, gm_rename rename);

/*
 * The type of a column in the words of the dialect. GM_E_MODELS for one that is not known. *labels
 * is set when it is an enum of `enums:` on SQLite, which has none: a check stands in for it.
 */
gm_code gm_model_type(gm_models_reader *r, const gm_yaml *map, gm_str *type,
                      const gm_strs **labels);

/* One entry of `tables:`. */
gm_code gm_model_table(gm_models_reader *r, gm_str name, const gm_yaml *node, size_t line);

/* The clause of one column; checks that it brings along are added to `checks`. */
gm_code gm_model_column(gm_models_reader *r, gm_str table, gm_str name, size_t line,
                        const gm_yaml *map, gm_clause *clause, gm_clauses *checks);

/* Constraints of a table, as clauses; foreign keys of PostgreSQL are statements of their own. */
gm_code gm_model_constraints(gm_models_reader *r, gm_str table, const gm_yaml *node,
                             gm_clauses *clauses);
gm_code gm_model_foreign_keys(gm_models_reader *r, gm_str table, const gm_yaml *node,
                              gm_clauses *clauses);
gm_code gm_model_indexes(gm_models_reader *r, gm_str table, const gm_yaml *node);

/* COMMENT ON where the dialect has comments and the mapping says one. */
gm_code gm_model_comment(gm_models_reader *r, const gm_yaml *map, const char *kind, gm_str name);

#endif
