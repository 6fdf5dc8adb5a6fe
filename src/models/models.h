/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_MODELS_MODELS_H
#define GM_MODELS_MODELS_H

/*
 * Models: the schema as a project wants it, in YAML or SQL files, read without a database.
 *
 * Pure. Reading gives what a scratch database loads (statements) and what a hook judges by (facts).
 * YAML serves every dialect; NAME.sqlite.sql and NAME.postgres.sql serve one, any other *.sql all.
 * docs/formats.md describes both.
 */

#include "schema/diff.h"

typedef struct {
    gm_str path; /* relative to the repository's top */
    gm_str bytes;
} gm_model_file;

typedef GM_VEC(gm_model_file) gm_model_files;

/* One statement of DDL for one dialect, and the place that says so. */
typedef struct {
    gm_str sql;
    gm_str path;
    size_t line;
} gm_model_statement;

/*
 * One thing that the models say, in canonical text: "column users.email not null=true type=text".
 * Comments, layout, the order of keys and files, and descriptions are in none.
 */
typedef struct {
    gm_str text;
    gm_str object; /* for people: "column users.email" */
    gm_str path;
    size_t line;
    uint64_t hash;
} gm_fact;

typedef GM_VEC(gm_fact) gm_facts;

typedef struct {
    gm_dialect dialect;
    GM_VEC(gm_model_statement)
    statements;     /* of SQL files in any order: who loads them tries again */
    gm_facts facts; /* by text */
    gm_renames renames;
    uint64_t fingerprint; /* the sum of the facts' hashes, modulo 2^64 */
    size_t files;         /* how many files served this dialect; 0: there are no models */
} gm_models;

/*
 * Reads all files for one dialect; those that serve another are passed over. GM_E_MODELS with
 * path:line:column for what cannot be read, for a table that two files define, and for a type that
 * is not known.
 */
gm_code gm_models_read(gm_arena *arena, const gm_model_files *files, gm_dialect dialect,
                       gm_models *models, gm_err *err);

/* Does a file of this name hold models? "*.yml", "*.yaml", "*.sql". */
bool gm_models_file_named(gm_str path);

/*
 * What `models:` of a revision's header says: "{sqlite: 4f1c0d9be6a2117c}", one value a dialect.
 * False when it is no such mapping. *given tells for which dialects there is one.
 */
bool gm_fingerprint_parse(gm_str text, uint64_t values[GM_DIALECT_COUNT],
                          bool given[GM_DIALECT_COUNT]);
/* The line for the header; empty when none is given. */
gm_str gm_fingerprint_text(gm_arena *arena, const uint64_t values[GM_DIALECT_COUNT],
                           const bool given[GM_DIALECT_COUNT]);

#endif
