/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CONFIG_URL_PARTS_H
#define GM_CONFIG_URL_PARTS_H

/* What the readers of the single spellings share; for config/url*.c alone. */

#include "config/url.h"

typedef struct {
    gm_str key;
    gm_str value;
} gm_url_parameter;

typedef GM_VEC(gm_url_parameter) gm_url_parameters;

/* GM_E_URL. `what` must not hold a part of the URL, since any part may be a password. */
gm_code gm_url_fail(gm_err *err, const char *what, const char *hint);

/*
 * Decodes %HH. A "%" without two hex digits stands for itself when `lenient`, else it is an error,
 * as is %00.
 */
bool gm_url_decode(gm_arena *arena, gm_str text, bool lenient, gm_str *decoded);

/* Encodes all but letters, digits and "-._~" and the bytes of `keep`. */
gm_str gm_url_encode(gm_arena *arena, gm_str text, const char *keep);

/* Splits "a=b&c=d" and decodes keys and values; false when one cannot be read. */
bool gm_url_query(gm_arena *arena, gm_str query, gm_url_parameters *parameters);

/* After "scheme:"; `driver` is what SQLAlchemy has behind a "+" in the scheme. */
gm_code gm_url_sqlite(gm_arena *arena, gm_str rest, gm_str folder, gm_url *url, gm_err *err);
gm_code gm_url_sqlite_file(gm_arena *arena, gm_str rest, gm_str folder, gm_url *url, gm_err *err);
/* A path as it stands. */
gm_code gm_url_sqlite_path(gm_arena *arena, gm_str path, gm_str folder, gm_url *url, gm_err *err);

/* After "scheme://". */
gm_code gm_url_postgres(gm_arena *arena, gm_str rest, bool driver, gm_url *url, gm_err *err);
/* "key=value key='value'" */
gm_code gm_url_keywords(gm_arena *arena, gm_str text, gm_url *url, gm_err *err);

#endif
