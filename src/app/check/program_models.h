/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_PROGRAM_MODELS_H
#define GM_APP_CHECK_PROGRAM_MODELS_H

/*
 * Program models: the models that are classes of the project's program, of one snapshot.
 */

#include "app/project/project.h"
#include "models/orm.h"

typedef struct {
    gm_strs models;     /* files and folders, relative to the top; none: wherever they are */
    gm_strs migrations; /* folders of revision files, which hold no models */
    gm_str folder;      /* of the project: models are looked for below it */
    gm_orm_hints hints;
    bool defaults;
    bool django;      /* else SQLAlchemy's models */
    gm_orm_apps apps; /* of Django's */
} gm_program_options;

/*
 * Without `models`, every .py file of the project that uses what models are made of, except
 * revision files and what lies in folders of tests, examples, documentation and environments. Of
 * Django's those below its apps.
 */
gm_code gm_program_models(gm_arena *arena, gm_snapshot *snapshot, const gm_program_options *options,
                          gm_orm_facts *facts, gm_err *err);

/* Do two snapshots have the same .py files? Then they have the same models. */
gm_code gm_program_models_same(gm_arena *arena, gm_snapshot *one, gm_snapshot *other,
                               const gm_program_options *options, bool *same, gm_err *err);

#endif
