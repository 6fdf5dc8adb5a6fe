/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_INIT_INIT_DATABASE_H
#define GM_APP_INIT_INIT_DATABASE_H

/*
 * Init from a database: the models and the first revision of a project whose database is there
 * already.
 *
 * The models are SQL, since that says all that a database may have, or YAML with a SQL file beside
 * it for what YAML has no word for. The revision is the one that `migrate` writes for them, and
 * before all are kept it is replayed in scratch and compared with the database. The database is
 * only looked at.
 */

#include "app/project/project.h"

typedef struct {
    gm_strs models;  /* the files, relative to the top */
    gm_str path;     /* of the revision, relative to the top */
    gm_str revision; /* its id */
    gm_str target;   /* the database's name in gmig.yml; empty: it has none */
} gm_init_database_result;

/*
 * `from` is a target of gmig.yml or a URL; `language` is "yaml" or "sql", or empty for that of the
 * file that `models:` names, and SQL where it names a folder. GM_E_USAGE for another one.
 * GM_E_REFUSED, with nothing written, where there are
 * models or revisions already, where the database is empty or kept by gmig, and where the revision
 * would not make what the database has.
 */
gm_code gm_init_database(gm_project *project, gm_str from, gm_str language,
                         gm_init_database_result *result, gm_err *err);

#endif
