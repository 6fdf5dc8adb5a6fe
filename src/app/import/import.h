/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_IMPORT_IMPORT_H
#define GM_APP_IMPORT_IMPORT_H

/*
 * Import: another tool's history as revisions of gmig's own format, in a folder of their own.
 *
 * What is imported twice is the same: ids are determined by the tool and its own versions, and
 * files by the history. gmig.yml is the project's, and not touched: the result has what to put
 * there.
 */

#include "app/project/project.h"

typedef struct {
    gm_str into; /* the new folder, as seen from the current one; empty: "revisions" beside gmig.yml
                  */
    bool stage;
} gm_import_options;

typedef struct {
    gm_str from; /* the id that the tool has for it */
    gm_str id;
    gm_str path;
    bool there; /* the file was there, with these bytes */
} gm_import_revision;

typedef struct {
    gm_str folder;                        /* relative to the top */
    GM_VEC(gm_import_revision) revisions; /* parents first */
    gm_strs notes;                        /* what a person should look at, a sentence each */
    gm_str config;                        /* lines for gmig.yml */
} gm_import_result;

/* The id that a revision of another tool's gets: determined by the format's name and its own id. */
gm_str gm_import_id(gm_arena *arena, const char *format, gm_str id);

/*
 * GM_E_REFUSED, and nothing written, where a revision holds no SQL, where one cannot be said in
 * gmig's format, and where the folder has other files of these names.
 */
gm_code gm_import(gm_project *project, const gm_import_options *options, gm_import_result *result,
                  gm_err *err);

#endif
