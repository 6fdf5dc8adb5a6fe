/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCRATCH_IMAGES_H
#define GM_SCRATCH_IMAGES_H

/*
 * Images: kept states of SQLite histories, and notes about them, a file each, below
 * `<git common dir>/gmig`.
 *
 * A file is believed only when this user owns it and nobody else may write to it. It has a checksum
 * before its content and is written by rename; what does not fit its checksum counts as absent. At
 * most 64 are kept, the ones used last. The folder may be deleted at any time.
 */

#include "base/err.h"

/* `folder` may be empty: nothing is kept. */
bool gm_image_find(gm_arena *arena, gm_str folder, gm_str key, gm_str *image);
void gm_image_keep(gm_arena *arena, gm_str folder, gm_str key, gm_str image);

#endif
