/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_HEADS_FILE_H
#define GM_HISTORY_HEADS_FILE_H

/*
 * Heads file: a text file that lists the heads of a history, so that two branches which each add a
 * revision change the same line, and any host of code sees a conflict.
 *
 *     # gmig heads: ...           comments; the first one is the mark of such a file
 *
 *     # default                   between two lineages, so that git does not take a change of one
 *     8c1f2a9d03be default        and a change of the other, or a new one, for a conflict
 *
 *     # reports
 *     77aa1122bb33 reports        id and lineage of a head; sorted by lineage, then id
 *
 * It is derived, and never read for anything but to compare it with what it was derived from. What
 * runs again and again (`repeatable`) is no end of a history, and is not listed. Bytes that would
 * be taken for something else are written as %XX. Pure.
 */

#include "history/graph.h"

typedef struct {
    gm_str id;
    gm_str lineage; /* as gm_lineage_name */
    size_t line;    /* 0: it was not read from a file */
} gm_heads_line;

typedef struct {
    GM_VEC(gm_heads_line) heads;
    bool marked;     /* it says that it is such a file */
    size_t conflict; /* the line of the first conflict marker; 0: there is none */
    size_t strange;  /* the first line that is no head, no comment and no marker; 0: none */
    size_t lines;
} gm_heads_file;

gm_heads_file gm_heads_file_of(gm_arena *arena, const gm_graph *graph);
gm_heads_file gm_heads_file_parse(gm_arena *arena, gm_str text);
gm_str gm_heads_file_text(gm_arena *arena, const gm_heads_file *file);

/* By lineage, then id, as gm_heads_file_of gives them. */
void gm_heads_file_sort(gm_heads_file *file);

/* It is such a file, without conflicts. */
bool gm_heads_file_sound(const gm_heads_file *file);
/* Both list the same heads, in the same order. */
bool gm_heads_file_same(const gm_heads_file *a, const gm_heads_file *b);

/*
 * Three-way, lineage by lineage, as far as the files alone tell: what one side left alone is as the
 * other has it. False where both have changed one lineage, or a lineage would have several heads.
 * Sorts all three.
 */
bool gm_heads_file_merge(gm_arena *arena, gm_heads_file *start, gm_heads_file *one,
                         gm_heads_file *other, gm_heads_file *merged);

/*
 * The text of a conflict between two texts, whatever they are: what they begin and end with in
 * common stands once, all the rest of both between markers of `size` characters.
 */
gm_str gm_heads_file_conflict(gm_arena *arena, gm_str one, gm_str other, size_t size);

#endif
