/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_INIT_INIT_CONFIG_H
#define GM_APP_INIT_INIT_CONFIG_H

/* The text of a new gmig.yml, for init.c alone. */

#include "app/init/init_detect.h"
#include "lang/sql.h"

typedef struct {
    gm_str migrations;
    gm_strs dialects; /* names as gm_dialect_name has them */
    gm_str url;       /* of the target `dev` */
    bool development;
    gm_str trunk;         /* empty: not known */
    gm_detected detected; /* its format NULL: gmig's own */
} gm_init_words;

gm_str gm_init_config(gm_arena *arena, const gm_init_words *words);

#endif
