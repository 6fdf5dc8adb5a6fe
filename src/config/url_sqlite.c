/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "config/url_parts.h"

static gm_code memory(gm_url *url)
{
    *url = (gm_url){
        .dialect = GM_SQLITE, .path = GM_STR(":memory:"), .shown = GM_STR("sqlite::memory:")};
    return GM_OK;
}

gm_code gm_url_sqlite_path(gm_arena *arena, gm_str path, gm_str folder, gm_url *url, gm_err *err)
{
    if (gm_str_is(path, ":memory:"))
        return memory(url);
    if (!path.len || gm_str_ends(path, GM_STR("/")))
        return gm_url_fail(err, "the database URL names no file", "Write sqlite:PATH.");
    gm_str absolute = gm_path_absolute(arena, gm_path_join(arena, folder, path));
    *url = (gm_url){.dialect = GM_SQLITE,
                    .path = absolute,
                    .shown = gm_str_printf(arena, "sqlite:%.*s", GM_ARG(absolute))};
    return GM_OK;
}

/* Settings of Python's driver, which SQLAlchemy URLs carry and which mean nothing here. */
static bool is_python_setting(gm_str key)
{
    static const char *const settings[] = {
        "cached_statements", "charset", "check_same_thread", "detect_types", "timeout",
        "isolation_level",   NULL};
    for (size_t i = 0; settings[i]; i++)
        if (gm_str_is(key, settings[i]))
            return true;
    return false;
}

/*
 * "sqlite:" and then a path, or what SQLAlchemy writes: "//" memory, "///relative",
 * "////absolute". As there, the path is not percent-encoded and ends at "?".
 */
gm_code gm_url_sqlite(gm_arena *arena, gm_str rest, gm_str folder, gm_url *url, gm_err *err)
{
    size_t question = gm_str_find(rest, '?', 0);
    gm_str path = gm_str_sub(rest, 0, question);
    gm_url_parameters parameters = {0};
    if (!gm_url_query(arena, gm_str_sub(rest, question + 1, rest.len), &parameters))
        return gm_url_fail(err, "the parameters of the SQLite URL cannot be read",
                           "Leave out what is behind the '?'.");
    GM_EACH (gm_url_parameter, parameter, &parameters)
        if (!is_python_setting(parameter->key))
            return gm_url_fail(err, "the SQLite URL has a parameter that gmig does not know",
                               "Leave out what is behind the '?'.");
    if (!gm_str_starts(path, GM_STR("//")))
        return gm_url_sqlite_path(arena, path, folder, url, err);
    path = gm_str_sub(path, 2, path.len);
    if (!path.len || gm_str_is(path, "/"))
        return memory(url);
    if (path.ptr[0] != '/')
        return gm_url_fail(err, "the SQLite URL names a host",
                           "Write sqlite:PATH, sqlite:///relative or sqlite:////absolute.");
    return gm_url_sqlite_path(arena, gm_str_sub(path, 1, path.len), folder, url, err);
}

/* https://www.sqlite.org/uri.html */
gm_code gm_url_sqlite_file(gm_arena *arena, gm_str rest, gm_str folder, gm_url *url, gm_err *err)
{
    static const char hint[] = "Write file:PATH or file:///ABSOLUTE.";
    rest = gm_str_sub(rest, 0, gm_str_find(rest, '#', 0));
    size_t question = gm_str_find(rest, '?', 0);
    gm_str path = gm_str_sub(rest, 0, question);
    if (gm_str_starts(path, GM_STR("//"))) {
        gm_str behind = gm_str_sub(path, 2, path.len);
        size_t slash = gm_str_find(behind, '/', 0);
        gm_str host = gm_str_sub(behind, 0, slash);
        if (host.len && !gm_str_is(host, "localhost"))
            return gm_url_fail(err, "the file: URL names a host", hint);
        path = gm_str_sub(behind, slash, behind.len);
    }
    gm_url_parameters parameters = {0};
    if (!gm_url_decode(arena, path, false, &path) ||
        !gm_url_query(arena, gm_str_sub(rest, question + 1, rest.len), &parameters))
        return gm_url_fail(err, "the file: URL cannot be decoded", hint);
    GM_EACH (gm_url_parameter, parameter, &parameters) {
        bool mode = gm_str_is(parameter->key, "mode");
        if (mode && gm_str_is(parameter->value, "memory"))
            return memory(url);
        /* mode=rwc is what gmig does anyway; the rest would change how the file is opened. */
        if (!mode || !gm_str_is(parameter->value, "rwc"))
            return gm_url_fail(err, "the file: URL has a parameter that gmig does not support",
                               "Leave out what is behind the '?'.");
    }
    return gm_url_sqlite_path(arena, path, folder, url, err);
}
