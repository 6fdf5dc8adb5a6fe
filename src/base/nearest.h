/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_NEAREST_H
#define GM_BASE_NEAREST_H

#include "base/str.h"

/* The candidate with the fewest edits to `word`, when it is near enough to be a slip; else "". */
gm_str gm_nearest(gm_str word, const gm_strs *candidates);

#endif
