/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_IMPORT_IMPORT_REPLAY_H
#define GM_APP_IMPORT_IMPORT_REPLAY_H

/*
 * What has been imported so far, in a SQLite scratch database: a table that Alembic's batch mode
 * builds anew has to be looked at. It is made when it is first needed, and not at all without.
 */

#include "app/import/import_sql.h"
#include "app/project/project.h"
#include "schema/schema.h"

gm_import_replay *gm_import_replay_new(gm_project *project, const gm_graph *graph);
void gm_import_replay_close(gm_import_replay *replay); /* NULL is fine */

/* A revision's up or down, whose SQL goes to `out`. Ups come in the graph's order, each before its
 * down; a down leaves no trace. */
void gm_import_replay_begin(gm_import_replay *replay, const gm_node *node, bool down, gm_buf *out);
/* `whole`: all that it does is in `out`. */
void gm_import_replay_end(gm_import_replay *replay, bool whole);

/* The database after all that is in `out`; false, with w->why, when that fails. */
bool gm_import_replay_ready(gm_import_writer *w, gm_db **db);
bool gm_import_replay_schema(gm_import_writer *w, gm_schema **schema);

/* false, with w->why, where a revision on another branch may have to do with that table. */
bool gm_import_replay_alone(gm_import_writer *w, gm_str table);

/*
 * Call it when the down of a revision builds that table anew: as it is after the up. A down of a
 * later revision that does not lead back to that would lose what it leaves there.
 */
void gm_import_replay_rebuilds(gm_import_writer *w, gm_str table, const gm_py_expr *call);

/* Those downs of which that is so, "path:line: source (why)", to `left`; behind the last revision.
 */
void gm_import_replay_check(gm_import_replay *replay, gm_strs *left);

#endif
