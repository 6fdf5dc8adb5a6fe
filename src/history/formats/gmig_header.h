/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_GMIG_HEADER_H
#define GM_HISTORY_FORMATS_GMIG_HEADER_H

/*
 * The header of gmig's own revision files: the leading comment block, which is a YAML mapping once
 * its "-- " is taken away.
 *
 * There are two readers. Nearly every header in the world has the few simple forms that gmig itself
 * writes, and libyaml costs more for one of them than the rest of the history room together; so the
 * plain reader takes those forms and hands everything else to libyaml. Both give the same fields
 * for the same text: a fuzz target and a test compare them.
 */

#include "history/revision.h"

typedef enum {
    GM_KEY_REVISION,
    GM_KEY_PARENTS,
    GM_KEY_DEPENDS,
    GM_KEY_LABELS,
    GM_KEY_MESSAGE,
    GM_KEY_CREATED,
    GM_KEY_MODELS,
    GM_KEY_COUNT
} gm_header_key;

typedef struct {
    gm_str text;
    size_t line;
} gm_header_item;

typedef struct {
    size_t line; /* of the key; 0: the header has no such key, or its value is null */
    gm_str text; /* of a scalar; `models` as one line of YAML */
    const gm_header_item *items; /* of `parents`, `depends`, `labels`; one for a scalar */
    size_t count;
} gm_header_field;

typedef struct {
    gm_header_field fields[GM_KEY_COUNT];
} gm_header;

/* The block as it stands in the file: its lines still have their "-- ". */
typedef struct {
    gm_str path;
    gm_str lines;
    size_t first_line;
} gm_header_block;

/* False when the block has a form that only gm_header_read_yaml knows, or is wrong. */
bool gm_header_read_plain(gm_arena *arena, const gm_header_block *block, gm_header *header);

/* GM_E_HISTORY with path:line. */
gm_code gm_header_read_yaml(gm_arena *arena, const gm_header_block *block, gm_header *header,
                            gm_err *err);

/* The plain reader, else YAML; then the values become those of `revision`. */
gm_code gm_header_read(gm_arena *arena, const gm_header_block *block, gm_revision *revision,
                       gm_err *err);

#endif
