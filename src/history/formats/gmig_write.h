/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_FORMATS_GMIG_WRITE_H
#define GM_HISTORY_FORMATS_GMIG_WRITE_H

#include "history/formats/format.h"

/*
 * The text of a revision file in gmig's own format. What the reader makes of it are the values of
 * the draft, whatever they hold, except that NUL and bytes that are no UTF-8 in a header value
 * become U+FFFD, since no header can say them.
 */
gm_str gm_revision_write(gm_arena *arena, const gm_revision_draft *draft);

/*
 * The text of the file with other parents in its header, as gm_format_ops has it: of a header that
 * is written in an unusual way the result may be no revision, and never another one.
 */
gm_str gm_revision_with_parents(gm_arena *arena, const gm_revision *revision,
                                const gm_strs *parents, int64_t time);

#endif
