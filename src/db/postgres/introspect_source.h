/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_POSTGRES_INTROSPECT_SOURCE_H
#define GM_DB_POSTGRES_INTROSPECT_SOURCE_H

/*
 * What the body of a function names: PostgreSQL keeps a body in quotes as a text and records no
 * dependency, but a SQL function cannot be made before the tables that its body reads.
 */

#include "schema/schema.h"

typedef struct {
    gm_object *of;
    gm_str text;
} gm_pg_body;

typedef GM_VEC(gm_pg_body) gm_pg_bodies;

/* Adds needs for the tables, views and functions that the bodies name, where that makes no circle.
 */
void gm_pg_need_named(gm_schema *schema, const gm_pg_bodies *bodies);

#endif
