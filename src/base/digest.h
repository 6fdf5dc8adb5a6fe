/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_DIGEST_H
#define GM_BASE_DIGEST_H

#include "base/oid.h"

/* SHA-256 as 64 lower-case hex digits. */
gm_str gm_sha256_hex(gm_arena *arena, gm_str bytes);

/* SHA-1, as an id of 20 bytes. */
gm_oid gm_sha1(gm_str bytes);

/* The id that git gives these bytes as a blob in a SHA-1 repository ("blob LEN\0" before them). */
gm_oid gm_blob_oid(gm_str bytes);

/* `digits` random hex digits from the system's generator, for revision ids. */
gm_str gm_random_hex(gm_arena *arena, size_t digits);

#endif
