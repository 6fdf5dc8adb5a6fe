/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_INIT_INIT_H
#define GM_APP_INIT_INIT_H

/*
 * Init: a new project in the current folder. What is there is kept: nothing is ever overwritten.
 */

#include "app/init/init_detect.h"
#include "app/project/project.h"

typedef struct {
    gm_project_options project;
    gm_strs dialects; /* empty: that of `target`, else SQLite */
    gm_str target;    /* URL of the first target; empty: `existing`, else dev.db beside gmig.yml */
    gm_str existing;  /* a database with a schema already: in a new gmig.yml it becomes the target,
                         and a guarded one */
} gm_init_options;

typedef struct {
    gm_repo *repo;   /* to install hooks in; NULL: none. The caller closes it. */
    gm_str folder;   /* absolute: where gmig.yml is */
    gm_strs created; /* paths as seen from the current folder */
    gm_strs kept;
    bool new_config; /* gmig.yml was written, with what the options say */
    gm_str above; /* a gmig.yml in a folder above, which stays a project of its own; empty: none */
    gm_str database;      /* SQLite: the file of the new target, below the current folder; empty */
    gm_detected detected; /* the tool that the folder's migrations are of; its format NULL: none */
    bool secret; /* the target's URL had a password, so ${DATABASE_URL} was written for it */
} gm_init_result;

gm_code gm_init(gm_arena *arena, const gm_init_options *options, gm_init_result *result,
                gm_err *err);

/* Takes back what was created, after something else has failed. */
void gm_init_take_back(gm_arena *arena, const gm_init_result *result);

#endif
