/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_WORDS_H
#define GM_RUNNER_WORDS_H

/*
 * Words: the bare words of one SQL statement, to judge what it may do without parsing it. Strings,
 * dollar-quoted bodies and comments are passed over; a quoted name is given with its quotes. A
 * question that words cannot answer is answered on the safe side by the caller.
 */

#include "base/str.h"

typedef struct {
    gm_str rest;
} gm_words;

gm_words gm_words_of(gm_str statement);

/* The next word, or punctuation as a single byte. False at the end. */
bool gm_words_next(gm_words *words, gm_str *word);

/* Is `word` this keyword (given in lower case)? */
bool gm_word_is(gm_str word, const char *keyword);

/* One of the keywords, of a list that ends with NULL? */
bool gm_word_in(gm_str word, const char *const *keywords);

/* Does the statement have this bare word anywhere? */
bool gm_words_have(gm_str statement, const char *keyword);

#endif
