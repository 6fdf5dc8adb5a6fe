/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CMD_SECRETS_H
#define GM_CMD_SECRETS_H

/* Secrets on the command line: what may hold a password, and keeping it from other eyes. */

#include "base/str.h"

/* Does it look like a database URL, well-formed or not, or like libpq's keywords, with a password
 * in it? No revision does. */
bool gm_may_hold_password(gm_str word);

/*
 * Copies of the words, in `arena`. In the words themselves, which the process list shows to
 * everybody, what may hold a password is then overwritten.
 */
char **gm_take_words(gm_arena *arena, int count, char **words);

#endif
