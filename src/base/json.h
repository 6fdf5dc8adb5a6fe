/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_JSON_H
#define GM_BASE_JSON_H

/*
 * JSON documents to print and to read, on jansson. Keys keep the order in which they were set.
 *
 * A value handed to gm_json_set or gm_json_add belongs to that container; the caller frees the
 * outermost one only. Bytes that are not UTF-8 become U+FFFD, since a JSON text cannot hold them.
 */

#include <stdio.h>

#include "base/err.h"

typedef struct json_t gm_json;

gm_json *gm_json_object(void);
gm_json *gm_json_array(void);
gm_json *gm_json_str(gm_str s);
gm_json *gm_json_int(int64_t n);
gm_json *gm_json_bool(bool b);
gm_json *gm_json_null(void);
gm_json *gm_json_strs(const gm_strs *list);

void gm_json_set(gm_json *object, const char *key, gm_json *value);
void gm_json_add(gm_json *array, gm_json *value);

/* Short forms of the commonest gm_json_set. An empty string is "", never null. */
void gm_json_set_str(gm_json *object, const char *key, gm_str s);
void gm_json_set_int(gm_json *object, const char *key, int64_t n);
void gm_json_set_bool(gm_json *object, const char *key, bool b);
void gm_json_set_strs(gm_json *object, const char *key, const gm_strs *list);

/* The document as text, two blanks a level, one LF at its end. */
gm_str gm_json_text(gm_arena *arena, const gm_json *json);

/* NULL when the text is no JSON. */
gm_json *gm_json_parse(gm_str text);

/* A member; NULL when there is none, or `json` (NULL, too) is no object. It stays the object's. */
gm_json *gm_json_get(const gm_json *json, const char *key);
/* A copy of a string member; empty when there is none. */
gm_str gm_json_get_str(gm_arena *arena, const gm_json *json, const char *key);

/* Items of an array; none of NULL, or of what is no array. They stay the array's. */
size_t gm_json_count(const gm_json *json);
gm_json *gm_json_at(const gm_json *json, size_t index);

void gm_json_free(gm_json *json);
void gm_json_drop(gm_json **json); /* for GM_CLEANUP */

#endif
