/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_POSTGRES_INTROSPECT_H
#define GM_DB_POSTGRES_INTROSPECT_H

/*
 * PostgreSQL's catalogues -> schema. Versions 12 and later.
 *
 * All is read in one read-only snapshot. Texts are the server's own (pg_get_expr and the like,
 * pretty form), written as under search_path "public": what is in public is named without its
 * schema where that names it, everything else with it. No setting of the session makes a
 * difference.
 *
 * Properties by kind; one that has the engine's default is not there. `comment`, of all kinds, is
 * what COMMENT ON says, `shadowed` is "true" for what is in public under a name that pg_catalog has
 * too. Flags are "true".
 *
 *   extension     schema (unless public)
 *   collation     definition: "(provider = icu, locale = 'de')"
 *   enum          none; its labels
 *   domain        type, collation, default, not null. Its checks are objects with table = the
 * domain composite     none; its attributes are columns with table = the type range definition:
 * "(subtype = double precision, …)" sequence      type, start, increment, min, max, cache, cycle,
 * owned by ("users.id"), persistence function, procedure   definition: from the arguments on, as
 * pg_get_functiondef says it; arguments and result, which CREATE OR REPLACE cannot change
 *   aggregate, operator   definition: from the arguments on
 *   table         persistence (unlogged), options, tablespace, access method, partition by,
 *                 partition of, bound, inherits, of type, row security, force row security,
 *                 replica identity (full, nothing, or USING INDEX name), cluster on
 *   column        type, not null, default, generated (with the word STORED or VIRTUAL), identity
 *                 (ALWAYS or BY DEFAULT) and identity start/increment/min/max/cache/cycle, identity
 *                 sequence (its name), collation, storage, compression, statistics, options. Of a
 *                 partition or an inheriting table only those that are not as their parent's
 *   primary key, unique, check, exclusion, foreign key   definition, as pg_get_constraintdef says
 * it; options and tablespace of the index; index comment. Inherited ones are left out index unique,
 * method, definition (columns and all that follows), tablespace, valid (false), statistics ("1=100,
 * 2=50"). Those of partitions that the parent's brought are left out view          definition,
 * columns ("id integer, name text"), options, check option, default of column NAME, comment of
 * column NAME materialized view   the same, without check option; tablespace, access method rule
 * definition: what follows AS; enabled (replica, always, disabled) trigger       constraint,
 * definition: what follows the name; enabled likewise event trigger event, tags, function, enabled
 *   policy        restrictive, command, roles, using, with check
 *   statistics    definition: what follows the name; target
 *   other         what gmig cannot make: definition, where there is a text. Its name says what it
 * is: "text search configuration english_plain"
 *
 * Owners and privileges are not part of a schema.
 */

#include "db/introspect.h"

/* As ops.h. */
gm_code gm_postgres_introspect(gm_db *db, gm_schema *schema, gm_err *err);

/*
 * The name that the server gives to a sequence, index or constraint of a table when none is said
 * (makeObjectName of PostgreSQL's indexcmds.c): "users_id_seq", cut to 63 bytes. `column` may be
 * empty. Whether another has that name already is not looked at.
 */
gm_str gm_postgres_default_name(gm_arena *arena, gm_str table, gm_str column, const char *label);

#endif
