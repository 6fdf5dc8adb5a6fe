/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCHEMA_RENAMES_H
#define GM_SCHEMA_RENAMES_H

/*
 * Renames, resolved: which object of one schema is which of another. Inside schema/ only.
 */

#include "schema/diff.h"

typedef struct {
    gm_object *from;
    gm_object *to;
} gm_renamed;

typedef struct {
    gm_arena *arena;
    const gm_schema *from;
    gm_map pairs; /* key in `from` -> object in `to` */
    gm_map taken; /* key in `to` -> object in `from` */
    GM_VEC(gm_renamed) list;
    gm_renames labels; /* of enums, by their names in the new schema */
} gm_renaming;

/* Finds whom each rename means; GM_E_USAGE as gm_schema_diff. */
gm_code gm_renaming_resolve(gm_renaming *renaming, const gm_schema *from, const gm_schema *to,
                            const gm_renames *renames, gm_err *err);

/* The object that `from` was renamed to; NULL when it was not (or is NULL). */
gm_object *gm_renaming_of(const gm_renaming *renaming, const gm_object *from);

/* What the table and the schema of an object of the old schema are called in the new one. */
gm_str gm_renaming_table(const gm_renaming *renaming, const gm_object *from);
gm_str gm_renaming_schema(const gm_renaming *renaming, gm_str schema);

/* The object of the new schema that `from` is: renamed to it, or of its name in its place, unless
 * that one is what another was renamed to. NULL when there is none. */
gm_object *gm_renaming_counterpart(const gm_renaming *renaming, const gm_schema *to,
                                   const gm_object *from);

/*
 * Does a property of `from` say the same as that text of its counterpart: do the two differ only in
 * names that engines carry along? Those of which `was` speaks by a name that a column loses are
 * carried along as well, so the same text in the new schema then speaks of another column.
 */
bool gm_renaming_same_text(const gm_renaming *renaming, const gm_object *from,
                           const gm_property *was, gm_str is);

#endif
