/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_TERM_H
#define GM_BASE_TERM_H

/*
 * What to know of a terminal, and how to show bytes that came from a file.
 */

#include <stdio.h>

#include "base/str.h"

typedef enum { GM_COLOUR_AUTO, GM_COLOUR_ALWAYS, GM_COLOUR_NEVER } gm_colour_mode;

/*
 * Colour on `stream`? The mode of --color first, then NO_COLOR (https://no-color.org: set and not
 * empty), then whether it is a terminal that is not "dumb".
 */
bool gm_term_colour(gm_colour_mode mode, FILE *stream);

/* Columns of the terminal behind `stream`; 80 when it is none. */
size_t gm_term_width(FILE *stream);

/*
 * `s` for a person's eyes: control characters (C0, DEL, C1) and bytes that are no UTF-8 are shown
 * as \xNN, so that text from a file cannot steer the terminal. Line ends and tabs stay when `lines`
 * is true, else they are shown too.
 */
gm_str gm_term_visible(gm_arena *arena, gm_str s, bool lines);

#endif
