/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCHEMA_DRAW_H
#define GM_SCHEMA_DRAW_H

/*
 * Draw: the tables of a schema and the foreign keys between them, as text that other programs make
 * pictures of. Pure. Views, functions and the rest are not drawn.
 */

#include "schema/schema.h"

/* For Graphviz (https://graphviz.org/doc/info/lang.html): a record a table, an edge a foreign key.
 */
gm_str gm_schema_dot(gm_arena *arena, const gm_schema *schema);

/* For Mermaid (https://mermaid.js.org/syntax/entityRelationshipDiagram.html): crow's feet tell how
 * many rows belong to one; what is no word there is written with "_" and said in a comment. */
gm_str gm_schema_mermaid(gm_arena *arena, const gm_schema *schema);

#endif
