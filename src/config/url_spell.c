/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "config/url.h"
#include "config/url_parts.h"

typedef struct {
    gm_str key;
    gm_str value;
} setting;

/* The next `key='value'` as gm_url_parse writes them: with a backslash before ' and \. */
static bool next_setting(gm_arena *arena, gm_str *rest, setting *found)
{
    gm_buf value = gm_buf_new(arena, SIZE_MAX);
    size_t equals = gm_str_find(*rest, '=', 0);
    size_t at = equals + 2;
    if (equals + 1 >= rest->len || rest->ptr[equals + 1] != '\'')
        return false;
    for (; at < rest->len && rest->ptr[at] != '\''; at++) {
        at += rest->ptr[at] == '\\' && at + 1 < rest->len;
        gm_buf_char(&value, rest->ptr[at]);
    }
    *found = (setting){gm_str_trim(gm_str_sub(*rest, 0, equals)), gm_buf_str(&value)};
    *rest = gm_str_sub(*rest, at + 1, rest->len);
    return true;
}

static gm_str spell_postgres(gm_arena *arena, gm_str conninfo)
{
    gm_buf who = gm_buf_new(arena, SIZE_MAX);
    gm_buf query = gm_buf_new(arena, SIZE_MAX);
    gm_str user = {0};
    gm_str password = {0};
    gm_str host = {0};
    gm_str port = {0};
    gm_str database = {0};
    setting one;
    while (next_setting(arena, &conninfo, &one)) {
        /* A socket's folder, or several: what a URL has no place for before its path. */
        bool plain = !gm_str_starts(one.value, GM_STR("/")) && !gm_str_has(one.value, ',');
        gm_str *into = gm_str_is(one.key, "user")            ? &user
                       : gm_str_is(one.key, "password")      ? &password
                       : gm_str_is(one.key, "dbname")        ? &database
                       : gm_str_is(one.key, "port") && plain ? &port
                       : gm_str_is(one.key, "host") && plain ? &host
                                                             : NULL;
        if (into) {
            *into = one.value;
            continue;
        }
        gm_buf_char(&query, query.len ? '&' : '?');
        gm_buf_add(&query, one.key);
        gm_buf_char(&query, '=');
        gm_buf_add(&query, gm_url_encode(arena, one.value, "/"));
    }
    gm_buf_add(&who, gm_url_encode(arena, user, ""));
    if (password.len) {
        gm_buf_char(&who, ':');
        gm_buf_add(&who, gm_url_encode(arena, password, ""));
    }
    if (who.len)
        gm_buf_char(&who, '@');
    if (gm_str_has(host, ':'))
        gm_buf_printf(&who, "[%.*s]", GM_ARG(host));
    else
        gm_buf_add(&who, gm_url_encode(arena, host, ""));
    /* Without a host SQLAlchemy takes no port before the path. */
    if (port.len && host.len) {
        gm_buf_char(&who, ':');
        gm_buf_add(&who, port);
    } else if (port.len) {
        gm_buf_printf(&query, "%sport=%.*s", query.len ? "&" : "?", GM_ARG(port));
    }
    gm_buf_char(&who, '/');
    gm_buf_add(&who, gm_url_encode(arena, database, ""));
    return gm_str_printf(arena, "postgresql://%.*s%.*s", GM_ARG(gm_buf_str(&who)),
                         GM_ARG(gm_buf_str(&query)));
}

gm_str gm_url_spell(gm_arena *arena, const gm_url *url)
{
    if (url->dialect == GM_POSTGRES)
        return spell_postgres(arena, url->conninfo);
    if (gm_str_is(url->path, ":memory:"))
        return GM_STR("sqlite://");
    return gm_str_printf(arena, "sqlite:///%.*s", GM_ARG(url->path));
}
