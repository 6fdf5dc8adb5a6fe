/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CACHE_STORE_H
#define GM_CACHE_STORE_H

/*
 * Store: one table (table.h) in a file of a folder, of what was worked out once and stays true for
 * ever.
 *
 * Nothing here fails. Where the file is not there, is damaged, is of another kind, or where it
 * cannot be written, each question is answered with "not known", and the answer is worked out
 * again. A file is believed, and a folder written to, only when the user who runs gmig owns it and
 * nobody else may write it; a symbolic link is neither.
 *
 * A new file replaces the old one by a rename, so that readers see one or the other. Of two writers
 * at once one is left out. There is no fsync: what a crash leaves behind has the wrong checksum. A
 * file has at most GM_TABLE_MAX bytes: when more is known, what nobody asked for this time goes
 * first.
 */

#include "cache/table.h"

typedef struct gm_store gm_store;

/* The file `name` of `folder` (absolute; its own folder must be there, it need not). Read at the
 * first question. */
gm_store *gm_store_open(gm_arena *arena, gm_str folder, const char *name, gm_table_kind kind);

/* The value lives as long as the arena. */
bool gm_store_find(gm_store *store, gm_str key, gm_str *value);

/* Notes what gm_store_find did not know, or knew wrongly. The key is copied; the value has to last
 * until gm_store_save. */
void gm_store_add(gm_store *store, gm_str key, gm_str value);

/* Writes what was noted, if there is at least `worth` of it. */
void gm_store_save(gm_store *store, size_t worth);

#endif
