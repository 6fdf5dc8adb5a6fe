/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_INTROSPECT_H
#define GM_DB_INTROSPECT_H

/*
 * Introspect: what a database holds -> schema. Reads catalogues only; gmig's own tables
 * (gmig_revisions, gmig_journal), system objects and what extensions brought are left out.
 *
 * Properties are the engine's own canonical text, so that equal schemas read from two databases of
 * one server version have equal properties whatever was typed. db/sqlite/introspect.h and
 * db/postgres/introspect.h list them by kind.
 */

#include "db/db.h"
#include "schema/schema.h"

gm_code gm_db_introspect(gm_arena *arena, gm_db *db, gm_schema **schema, gm_err *err);

#endif
