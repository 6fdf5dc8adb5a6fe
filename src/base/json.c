/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <jansson.h>

#include "base/buf.h"

static gm_json *made(json_t *json)
{
    if (!json)
        gm_out_of_memory();
    return json;
}

gm_json *gm_json_object(void)
{
    return made(json_object());
}

gm_json *gm_json_array(void)
{
    return made(json_array());
}

/* Length of the UTF-8 sequence at the start of `s`; 0 when there is none. */
static size_t sequence(gm_str s)
{
    for (size_t len = 1; len <= 4 && len <= s.len; len++)
        if (gm_str_utf8_valid(gm_str_sub(s, 0, len)))
            return len;
    return 0;
}

gm_json *gm_json_str(gm_str s)
{
    if (gm_str_utf8_valid(s))
        return made(json_stringn(s.ptr ? s.ptr : "", s.len));
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_buf buf = gm_buf_new(scratch, SIZE_MAX);
    while (s.len) {
        size_t len = sequence(s);
        gm_buf_add(&buf, len ? gm_str_sub(s, 0, len) : GM_STR("\xef\xbf\xbd"));
        s = gm_str_sub(s, len ? len : 1, s.len);
    }
    return made(json_stringn(buf.ptr, buf.len));
}

gm_json *gm_json_int(int64_t n)
{
    return made(json_integer(n));
}

gm_json *gm_json_bool(bool b)
{
    return json_boolean(b);
}

gm_json *gm_json_null(void)
{
    return json_null();
}

gm_json *gm_json_strs(const gm_strs *list)
{
    gm_json *array = gm_json_array();
    for (size_t i = 0; i < list->len; i++)
        gm_json_add(array, gm_json_str(list->items[i]));
    return array;
}

void gm_json_set(gm_json *object, const char *key, gm_json *value)
{
    if (json_object_set_new(object, key, value) != 0)
        gm_out_of_memory();
}

void gm_json_add(gm_json *array, gm_json *value)
{
    if (json_array_append_new(array, value) != 0)
        gm_out_of_memory();
}

void gm_json_set_str(gm_json *object, const char *key, gm_str s)
{
    gm_json_set(object, key, gm_json_str(s));
}

void gm_json_set_int(gm_json *object, const char *key, int64_t n)
{
    gm_json_set(object, key, gm_json_int(n));
}

void gm_json_set_bool(gm_json *object, const char *key, bool b)
{
    gm_json_set(object, key, gm_json_bool(b));
}

void gm_json_set_strs(gm_json *object, const char *key, const gm_strs *list)
{
    gm_json_set(object, key, gm_json_strs(list));
}

static int add_text(const char *text, size_t len, void *data)
{
    gm_buf_add(data, gm_str_of(text, len));
    return 0;
}

gm_str gm_json_text(gm_arena *arena, const gm_json *json)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    if (json_dump_callback(json, add_text, &buf, JSON_INDENT(2) | JSON_ENCODE_ANY) != 0)
        gm_out_of_memory();
    gm_buf_char(&buf, '\n');
    return gm_buf_str(&buf);
}

gm_json *gm_json_parse(gm_str text)
{
    return json_loadb(text.ptr ? text.ptr : "", text.len, 0, NULL);
}

gm_json *gm_json_get(const gm_json *json, const char *key)
{
    return json_object_get(json, key);
}

gm_str gm_json_get_str(gm_arena *arena, const gm_json *json, const char *key)
{
    const json_t *value = json_object_get(json, key);
    return gm_str_dup(arena, gm_str_of(json_string_value(value), json_string_length(value)));
}

size_t gm_json_count(const gm_json *json)
{
    return json_array_size(json);
}

gm_json *gm_json_at(const gm_json *json, size_t index)
{
    return json_array_get(json, index);
}

void gm_json_free(gm_json *json)
{
    json_decref(json);
}

void gm_json_drop(gm_json **json)
{
    json_decref(*json);
    *json = NULL;
}
