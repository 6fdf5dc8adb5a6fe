/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_MIGRATE_H
#define GM_APP_WRITE_MIGRATE_H

/*
 * Migrate: write the revision that takes the schema from what the history makes to what the models
 * say.
 *
 * For each configured dialect that models serve: replay the history in scratch, load the models in
 * scratch, diff, render up and down, and prove both in a third scratch database before anything is
 * written. Nothing is guessed: what may be a rename is asked, or refused.
 */

#include "app/write/heads_file.h"
#include "app/project/project_scratch.h"
#include "db/render.h"

typedef struct {
    gm_str message;
    gm_str head;        /* the parent; empty: the head of the default lineage */
    gm_str rev_id;      /* empty: 12 random hex digits */
    gm_renames renames; /* --rename */
    bool stage;
    bool unproved; /* keep it although it could not be proved */
    bool empty;    /* write a revision although nothing differs */
    bool amend;    /* rewrite the newest revision, which must not be shipped */
    bool dry;      /* write nothing */

    /* Is this a rename? NULL where there is nobody to ask. */
    bool (*ask)(void *data, const gm_rename *rename, gm_str question);
    void *data;
} gm_migrate_options;

/* What one dialect's models ask for. */
typedef struct {
    gm_dialect dialect;
    gm_diff diff;
    gm_render up;
    gm_render down;
    bool rows_kept;       /* rows that were put into every table came through up and down */
    gm_str rows_trouble;  /* why the up fails, or rows do not come through, where there are rows */
    gm_str unproved;      /* why it could not be proved; empty: it is proved */
    uint64_t fingerprint; /* what the revision adds */
} gm_migration;

typedef GM_VEC(gm_migration) gm_migrations;

typedef struct {
    gm_str id;   /* empty: nothing was written */
    gm_str path; /* relative to the top */
    gm_strs parents;
    gm_str text;            /* of the file */
    gm_migrations dialects; /* those whose schema differs */
    bool refreshed;         /* only `models` of the newest revision was brought up to date */
    bool stale;             /* nothing differs, but the fingerprints do */
    gm_heads_written heads;
} gm_migrate_result;

/*
 * GM_E_REFUSED for what may be a rename and was not said, and for what cannot be proved;
 * GM_E_DIVERGENT when there are several heads to choose from; GM_E_MODELS for models that cannot be
 * read or loaded, or where there are none.
 */
gm_code gm_migrate(gm_project *project, const gm_migrate_options *options,
                   gm_migrate_result *result, gm_err *err);

/*
 * The sections of a revision file for these migrations. `all`: there is one for each configured
 * dialect, so that one section may serve them all where they say the same.
 */
gm_str gm_migration_sections(gm_arena *arena, const gm_migrations *migrations, bool all);

/*
 * The statements of one direction, without a marker. Where a tool splits a file at each ";" that
 * ends a line, `begin` and `end` are the lines around a statement that has such within it.
 */
gm_str gm_migration_sql(gm_arena *arena, const gm_migration *migration, gm_direction direction,
                        const char *begin, const char *end);
bool gm_migration_outside(const gm_render *render);

#endif
