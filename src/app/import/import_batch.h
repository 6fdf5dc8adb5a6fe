/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_IMPORT_IMPORT_BATCH_H
#define GM_APP_IMPORT_IMPORT_BATCH_H

/*
 * batch_alter_table: its operations where the `with` ends, behind what was executed in it. On
 * PostgreSQL as they are; on SQLite, where Alembic would copy the table into a new one, what leads
 * from the table as it is to the one that is wanted.
 */

#include "app/import/import_sql.h"

typedef struct {
    const gm_py_expr *call; /* op.batch_alter_table(…) */
    gm_str table;
    gm_str schema;
    bool always; /* recreate="always" */
    bool never;
    const gm_import_scope *scope; /* where it is opened */
    size_t bound;                 /* how many names had been bound at the first of the operations */
    GM_VEC(gm_import_operation) operations; /* until the batch ends */
} gm_import_batch;

bool gm_import_batch_open(gm_import_writer *w, const gm_py_expr *call, gm_import_batch *batch);
bool gm_import_batch_add(gm_import_writer *w, gm_import_batch *batch, const gm_py_expr *call);
bool gm_import_batch_close(gm_import_writer *w, gm_import_batch *batch);

/* The rebuilt table (import_rebuild.c). */
bool gm_import_rebuild(gm_import_writer *w, const gm_import_batch *batch);

#endif
