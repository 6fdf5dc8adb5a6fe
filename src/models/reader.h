/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_MODELS_READER_H
#define GM_MODELS_READER_H

/*
 * Reader: what the files of one dialect have said so far. Inside models/ only.
 *
 * Whatever language a file is in, it ends as statements for scratch and as facts. A table is a
 * head, clauses (columns and constraints) and a tail, so that YAML and SQL make the same facts.
 */

#include "models/models.h"

typedef struct {
    gm_arena *arena;
    gm_dialect dialect;
    gm_models *models;
    gm_map defined; /* "table users" -> gm_model_statement that defined it */
    gm_map enums;   /* names of enums that YAML declares -> their labels (gm_strs) */
    gm_str path;    /* of the file that is read */
    gm_err *err;
} gm_models_reader;

typedef struct {
    gm_str text; /* "email TEXT NOT NULL" */
    size_t line;
} gm_clause;

typedef GM_VEC(gm_clause) gm_clauses;

/* A column's clause begins with its name, a constraint's with one of the words that begin one. */
gm_code gm_models_add_table(gm_models_reader *reader, gm_str name, size_t line,
                            const gm_clauses *clauses, gm_str tail);

/* Any other statement, one fact; what only speaks to the session (SET, SELECT) has none. */
gm_code gm_models_add_statement(gm_models_reader *reader, gm_str sql, size_t line);

/* The statement for scratch, without a fact. */
void gm_models_add_sql(gm_models_reader *reader, gm_str sql, size_t line);

/* All YAML files, since one may use what another declares; SQL files one by one. */
gm_code gm_models_read_yaml(gm_models_reader *reader, const gm_model_files *files);
gm_code gm_models_read_sql(gm_models_reader *reader, const gm_model_file *file);

/* Fails with GM_E_MODELS at a line of the file that is read. */
gm_code gm_models_fail(gm_models_reader *reader, size_t line, const char *format, ...)
    GM_PRINTF(3, 4);

#endif
