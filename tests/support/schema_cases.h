/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_TEST_SCHEMA_CASES_H
#define GM_TEST_SCHEMA_CASES_H

/* The cases of $GMIG_CASES, and which of them docs/schema-cases.md lists as failing. */

#include <jansson.h>

#include "base/file.h"
#include "gm_test.h"

typedef struct {
    const char *name, *setup, *current, *desired;
    bool same;
} schema_case;

static inline json_t *read_cases(const char *name)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str path = gm_str_printf(arena, "%s/%s", getenv("GMIG_CASES"), name);
    json_error_t error;
    json_t *cases = json_load_file(path.ptr, 0, &error);
    if (!cases)
        fail_msg("%.*s: %s", GM_ARG(path), error.text);
    return cases;
}

static inline const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static inline schema_case case_of(const json_t *json)
{
    schema_case c = {.name = text_of(json, "name"),
                     .setup = text_of(json, "setup"),
                     .current = text_of(json, "current"),
                     .desired = text_of(json, "desired"),
                     .same = json_is_true(json_object_get(json, "same_schema"))};
    if (json_object_get(json, "current_ordered"))
        c.current = text_of(json, "current_ordered");
    if (json_object_get(json, "desired_ordered"))
        c.desired = text_of(json, "desired_ordered");
    return c;
}

/* The names in docs/schema-cases.md: "- `NAME`: reason" under `heading`. */
static inline gm_strs known_failures(gm_arena *arena, gm_str heading)
{
    gm_err err = gm_err_new(arena);
    gm_strs names = {0};
    gm_str text;
    gm_str line;
    gm_str path = gm_str_printf(arena, "%s/docs/schema-cases.md", getenv("GMIG_SOURCE"));
    bool here = false;
    assert_ok(gm_file_read(arena, path, SIZE_MAX / 2, &text, &err), &err);
    while (gm_str_line(&text, &line)) {
        if (gm_str_starts(line, GM_STR("## ")))
            here = gm_str_starts(line, heading);
        if (here && gm_str_starts(line, GM_STR("- `")))
            gm_vec_push(arena, &names, gm_str_sub(line, 3, gm_str_find(line, '`', 3)));
    }
    return names;
}

#endif
