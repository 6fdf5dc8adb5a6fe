/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CONFIG_CONFIG_H
#define GM_CONFIG_CONFIG_H

/*
 * gmig.yml -> one value. docs/formats.md describes the file; unknown keys are errors with line and
 * column.
 *
 * ${NAME} is kept as written and read from the environment by gm_config_expand when the value is
 * needed, so that a command that opens no database does not ask for DATABASE_URL.
 */

#include "base/err.h"
#include "base/severity.h"
#include "lang/sql.h"

typedef enum { GM_FORMAT_GMIG, GM_FORMAT_ALEMBIC, GM_FORMAT_DJANGO, GM_FORMAT_VERSIONED } gm_format;

typedef struct {
    gm_str name;
    gm_str url; /* as written, ${NAME} unexpanded */
    bool development;
    size_t line;
} gm_config_target;

/* What the project's own command finds in its environment. */
typedef struct {
    gm_str name;
    gm_str value; /* as written: ${NAME} unexpanded, "{url}" for the target's URL */
} gm_config_env;

typedef struct {
    gm_strs command;
    gm_strs migrate;
    GM_VEC(gm_config_env) env;
} gm_config_runner;

/* What stands for a name in models that are classes. */
typedef struct {
    gm_str name;  /* of a type or function, as the models call it */
    gm_str value; /* the Python expression that it stands for */
    size_t line;
} gm_config_type_hint;

/* A Django app whose label its folder does not say. */
typedef struct {
    gm_str label;
    gm_str folder; /* as `migrations`: the app's, or that of its migrations */
} gm_config_app;

typedef struct {
    gm_str rule;
    gm_severity severity;
    size_t line;
} gm_config_rule;

typedef struct {
    gm_str rule;
    gm_str revision; /* empty: every revision */
    gm_str reason;
    size_t line;
} gm_config_allow;

typedef struct {
    gm_str
        path; /* of the file, as shown to people; empty when there is none and the defaults hold */
    gm_str folder; /* the project's folder, relative to the repository's top ("" for the top) */

    /* Relative to `folder` and inside it, without "." and ".."; "" is the folder itself. */
    gm_str migrations;       /* default "migrations"; the first of several */
    gm_strs more_migrations; /* the others */
    gm_str heads_file;       /* the file that lists the heads; empty: there is none */
    size_t heads_file_line;
    gm_str file_template; /* default "%(created)_%(id)_%(slug).sql" */
    gm_format format;
    bool has_migrations; /* the file names them */
    bool has_models;     /* so it does these */
    bool has_dialects;   /* and these */
    bool merges_first;   /* `policy: merge`: a fork is mended by a merge rather than by a rebase */
    gm_str preset;       /* of `versioned`: the tool whose files they are; else empty */
    GM_VEC(gm_config_app) apps; /* Django's */
    gm_strs models;             /* as `migrations`; default {"models"} */
    GM_VEC(gm_config_type_hint) type_hints;
    GM_VEC(gm_dialect) dialects; /* default {sqlite} */
    gm_str trunk;                /* empty when it is not set */
    size_t trunk_line;
    gm_strs shipped;
    size_t shipped_line;
    GM_VEC(gm_config_target) targets; /* in the order of the file */
    gm_str ledger_schema;
    gm_str scratch_postgres;
    gm_str scratch_setup;
    int64_t scratch_deadline_ms; /* 0: not set */
    gm_str alembic_config;       /* as `migrations`: Alembic's configuration; empty: it is found */
    gm_str alembic_name;         /* its section, "alembic" by default */
    gm_config_runner runner;     /* of another tool's format: what runs its migrations */
    GM_VEC(gm_config_rule) rules;
    GM_VEC(gm_config_allow) allow;
} gm_config;

/* The file's name at the top of a project. */
#define GM_CONFIG_NAME "gmig.yml"

/* It is written by hand; what has more bytes is something else. */
enum { GM_CONFIG_MAX = 1024 * 1024 };

/* What holds without a gmig.yml. */
gm_config gm_config_default(gm_arena *arena);

/*
 * Reads the text of a gmig.yml. `path` is for messages; `folder` becomes config->folder.
 * GM_E_CONFIG with path:line:column. Rule names in `rules` and `allow` are checked by check/, which
 * knows them.
 */
gm_code gm_config_parse(gm_arena *arena, gm_str path, gm_str folder, gm_str text, gm_config *config,
                        gm_err *err);

/* Replaces ${NAME} from the environment; "$${" stands for "${". GM_E_CONFIG names a variable that
 * is not set. */
gm_code gm_config_expand(gm_arena *arena, gm_str text, gm_str *expanded, gm_err *err);

#endif
