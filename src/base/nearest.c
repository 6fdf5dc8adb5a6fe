/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"

/* Longer words are no slips of the finger. */
enum { WORD_MAX = 40 };

/* Edits (insert, delete, replace, swap two neighbours) that turn `a` into `b`; both at most
 * WORD_MAX long. */
static size_t distance(gm_str a, gm_str b)
{
    size_t rows[3][WORD_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= b.len; j++)
        last[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t best = last[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1] &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        size_t *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[b.len];
}

gm_str gm_nearest(gm_str word, const gm_strs *candidates)
{
    gm_str nearest = {0};
    size_t best = word.len < 2 ? 1 : (word.len + 1) / 3; /* edits that are still a slip */
    if (word.len > WORD_MAX)
        return nearest;
    GM_EACH (gm_str, candidate, candidates) {
        if (candidate->len > WORD_MAX)
            continue;
        if (word.len >= 2 && gm_str_starts(*candidate, word) && !nearest.len)
            nearest = *candidate;
        size_t edits = distance(word, *candidate);
        if (edits < best || (edits == best && !nearest.len)) {
            nearest = *candidate;
            best = edits;
        }
    }
    return nearest;
}
