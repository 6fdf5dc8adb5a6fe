/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_MODELS_DEFINITION_H
#define GM_MODELS_DEFINITION_H

/*
 * Definition: a constraint or an index taken apart into what YAML has words for. Inside models/
 * only.
 */

#include "schema/schema.h"

typedef struct {
    gm_strs columns; /* bare names; of an index and an exclusion its elements, as SQL */
    gm_strs include;
    gm_str table; /* that a foreign key references: "app.users" */
    gm_strs referenced;
    gm_str on_update; /* "set null"; empty: no action */
    gm_str on_delete;
    gm_str deferrable; /* "true" or "initially deferred"; empty: it is not */
    gm_str expression; /* of a check; of an index or an exclusion that is partial */
    gm_str method;
    gm_str with;
    bool match_full;
    bool nulls_not_distinct;
    bool autoincrement;
} gm_definition;

/*
 * Reads the properties of a primary key, unique constraint, check, foreign key, exclusion or index;
 * a comment is left aside. False when they say what YAML cannot.
 */
bool gm_definition_read(gm_arena *arena, gm_dialect dialect, const gm_object *object,
                        gm_definition *definition);

/* The name in `text` when that is one name and nothing else, without quotes. */
bool gm_definition_name(gm_arena *arena, gm_dialect dialect, gm_str text, gm_str *name);

#endif
