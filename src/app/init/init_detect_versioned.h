/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_INIT_INIT_DETECT_VERSIONED_H
#define GM_APP_INIT_INIT_DETECT_VERSIONED_H

/* Numbered files, and the tool that they are of; for init_detect.c alone. */

#include "app/init/init_detect.h"

/* Leaves `detected` as it is where there are none. */
gm_code gm_init_detect_versioned(gm_arena *arena, gm_snapshot *snapshot, gm_str folder,
                                 gm_detected *detected, gm_err *err);

#endif
