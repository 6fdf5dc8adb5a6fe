/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_OID_H
#define GM_BASE_OID_H

/*
 * Oid: a git object id as a value, of SHA-1 (20 bytes) or SHA-256 (32 bytes). The zero value is
 * "none".
 */

#include "base/str.h"

typedef struct {
    unsigned char bytes[32];
    unsigned char len; /* 20, 32, or 0 for none */
} gm_oid;

typedef GM_VEC(gm_oid) gm_oids;

bool gm_oid_eq(const gm_oid *a, const gm_oid *b);
bool gm_oid_none(const gm_oid *oid); /* no id, or git's all-zero id */

/* The raw bytes as a map key; a view of `oid`, which must outlive the map. */
gm_str gm_oid_key(const gm_oid *oid);

/* 40 or 64 hex digits, any case; false otherwise. */
bool gm_oid_parse(gm_str hex, gm_oid *oid);
gm_str gm_oid_hex(gm_arena *arena, const gm_oid *oid); /* lower case; "" for none */

#endif
