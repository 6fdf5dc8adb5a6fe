/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a gmig.yml: a value, or one error with its place. */
#include "fuzz.h"

#include "config/config.h"
#include "lang/yaml.h"

static void check_path(gm_str path)
{
    MUST(path.len == 0 || path.ptr[0] != '/');
    for (size_t start = 0; start < path.len;) {
        size_t end = gm_str_find(path, '/', start);
        MUST(!gm_str_is(gm_str_sub(path, start, end), ".."));
        start = end + 1;
    }
}

static void check_config(const gm_config *config)
{
    check_path(config->migrations);
    check_path(config->scratch_setup);
    GM_EACH (const gm_str, path, &config->models)
        check_path(*path);
    MUST(config->dialects.len > 0);
    GM_EACH (const gm_config_target, target, &config->targets)
        MUST(target->name.len && target->url.len && target->line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_str text = gm_str_of(data, size);
    gm_config config;
    gm_code code = gm_config_parse(arena, GM_STR("f"), GM_STR(""), text, &config, &err);
    MUST(code == err.code);
    if (code == GM_OK) {
        check_config(&config);
    } else {
        MUST(code == GM_E_CONFIG);
        MUST(err.text.len > 0 && gm_str_starts(err.where, GM_STR("f")));
    }
    gm_arena_free(arena);
    return 0;
}
