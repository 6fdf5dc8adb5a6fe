/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_DIGEST_H
#define GM_BASE_DIGEST_H

#include "base/oid.h"

/* SHA-256 as 64 lower-case hex digits. */
gm_str gm_sha256_hex(gm_arena *arena, gm_str bytes);

/* The same of bytes that come in parts. */
typedef struct gm_sha256 gm_sha256;
gm_sha256 *gm_sha256_new(gm_arena *arena);
void gm_sha256_add(gm_sha256 *sum, gm_str bytes);
/* Of all that was added so far, in base64 with padding (RFC 4648, section 4). */
gm_str gm_sha256_base64(gm_arena *arena, const gm_sha256 *sum);

/* SHA-1, as an id of 20 bytes. */
gm_oid gm_sha1(gm_str bytes);

/* The id that git gives these bytes as a blob in a SHA-1 repository ("blob LEN\0" before them). */
gm_oid gm_blob_oid(gm_str bytes);

/* `digits` random hex digits from the system's generator, for revision ids. */
gm_str gm_random_hex(gm_arena *arena, size_t digits);

#endif
