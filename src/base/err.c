/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

/* Clear of what err.h tells clang's analyser. */
#undef gm_fail
#undef gm_fail_at
#undef gm_hint

static const struct {
    const char *name;
    int exit_status;
    const char *meaning;
} codes[GM_E_COUNT] = {
    [GM_OK] = {"ok", 0, "done"},
#define X(name, code, exit_status, meaning) [GM_E_##name] = {code, exit_status, meaning},
#include "base/err.def"
#undef X
};

gm_err gm_err_new(gm_arena *arena)
{
    return (gm_err){.arena = arena};
}

__attribute__((format(printf, 4, 0))) static gm_code fail(gm_err *err, gm_code code, gm_str where,
                                                          const char *format, va_list args)
{
    gm_arena *arena = err->arena;
    *err = (gm_err){.arena = arena, .code = code};
    err->where = where.len ? gm_str_dup(arena, where) : (gm_str){0};
    err->text = gm_str_vprintf(arena, format, args);
    return code;
}

gm_code gm_fail(gm_err *err, gm_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail(err, code, (gm_str){0}, format, args);
    va_end(args);
    return code;
}

gm_code gm_fail_at(gm_err *err, gm_code code, gm_str where, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail(err, code, where, format, args);
    va_end(args);
    return code;
}

gm_code gm_hint(gm_err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    err->hint = gm_str_vprintf(err->arena, format, args);
    va_end(args);
    return err->code;
}

void gm_err_clear(gm_err *err)
{
    *err = gm_err_new(err->arena);
}

gm_str gm_where(gm_arena *arena, gm_str path, size_t line)
{
    if (!line)
        return gm_str_dup(arena, path);
    return gm_str_printf(arena, "%.*s:%zu", GM_ARG(path), line);
}

const char *gm_code_name(gm_code code)
{
    return codes[code].name;
}

const char *gm_code_meaning(gm_code code)
{
    return codes[code].meaning;
}

int gm_code_exit(gm_code code)
{
    return codes[code].exit_status;
}
