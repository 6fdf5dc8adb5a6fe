/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_PROGRAM_TOLD_H
#define GM_APP_CHECK_PROGRAM_TOLD_H

/*
 * Program told: do the revisions that came since name what has changed in a program's models?
 */

#include "app/project/project.h"
#include "history/formats/alembic_ops.h"
#include "history/formats/django_ops.h"
#include "models/orm.h"

/* What one revision does. */
typedef struct {
    bool django;
    gm_str app;
    gm_alembic_ops alembic;
    gm_django_ops ops;
} gm_told_revision;

typedef GM_VEC(gm_told_revision) gm_told;

/* The revisions that `now` has and `then` has not, or has otherwise. */
void gm_told_add_new(gm_arena *arena, const gm_view *then, const gm_view *now, gm_told *told);

/* The revisions that were added, edited or taken back between two snapshots. */
void gm_told_add(gm_arena *arena, const gm_view *before, const gm_view *after, gm_told *told);

/* Does one of them name it? One that cannot be read may mean anything. */
bool gm_told_has(gm_arena *arena, const gm_told *told, const gm_orm_change *change);

/* The same where a revision may have made the table before the column was in the models: it counts
 * for the columns alone that it lists. */
bool gm_told_has_made(gm_arena *arena, const gm_told *told, const gm_orm_change *change);

const char *gm_told_how(const gm_orm_change *change); /* "is new", "is gone", "has changed" */

/* The bytes of a file of a snapshot; false when it is not there, or cannot be read. */
bool gm_told_bytes(gm_arena *arena, const gm_view *view, gm_str path, gm_str *bytes);

#endif
