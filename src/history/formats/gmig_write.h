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

#endif
