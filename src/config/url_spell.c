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

/* What a URL has a place for. */
typedef struct {
    gm_str user;
    gm_str password;
    gm_str host;
    gm_str port;
    gm_str dbname;
} places;

/* A socket's folder, or several hosts, have none before the path. NULL: it goes into the query. */
static gm_str *place_of(places *p, const setting *one)
{
    bool plain = !gm_str_starts(one->value, GM_STR("/")) && !gm_str_has(one->value, ',');
    struct {
        const char *key;
        gm_str *into;
        bool fits;
    } keys[] = {
        {"user", &p->user, true},  {"password", &p->password, true}, {"dbname", &p->dbname, true},
        {"host", &p->host, plain}, {"port", &p->port, plain},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (gm_str_is(one->key, keys[i].key))
            return keys[i].fits ? keys[i].into : NULL;
    return NULL;
}

static void add_parameter(gm_arena *arena, gm_buf *query, gm_str key, gm_str value)
{
    gm_buf_char(query, query->len ? '&' : '?');
    gm_buf_add(query, key);
    gm_buf_char(query, '=');
    gm_buf_add(query, gm_url_encode(arena, value, "/"));
}

static void add_host(gm_arena *arena, gm_buf *buf, gm_str host)
{
    if (gm_str_has(host, ':'))
        gm_buf_printf(buf, "[%.*s]", GM_ARG(host));
    else
        gm_buf_add(buf, gm_url_encode(arena, host, ""));
}

static gm_str spell_postgres(gm_arena *arena, gm_str conninfo)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf query = gm_buf_new(arena, SIZE_MAX);
    places p = {0};
    setting one;
    while (next_setting(arena, &conninfo, &one)) {
        gm_str *into = place_of(&p, &one);
        if (into)
            *into = one.value;
        else
            add_parameter(arena, &query, one.key, one.value);
    }
    gm_buf_z(&buf, "postgresql://");
    gm_buf_add(&buf, gm_url_encode(arena, p.user, ""));
    if (p.password.len)
        gm_buf_printf(&buf, ":%.*s", GM_ARG(gm_url_encode(arena, p.password, "")));
    if (p.user.len || p.password.len)
        gm_buf_char(&buf, '@');
    add_host(arena, &buf, p.host);
    /* Without a host SQLAlchemy takes no port before the path. */
    if (p.port.len && p.host.len)
        gm_buf_printf(&buf, ":%.*s", GM_ARG(p.port));
    else if (p.port.len)
        add_parameter(arena, &query, GM_STR("port"), p.port);
    gm_buf_char(&buf, '/');
    gm_buf_add(&buf, gm_url_encode(arena, p.dbname, ""));
    gm_buf_add(&buf, gm_buf_str(&query));
    return gm_buf_str(&buf);
}

gm_str gm_url_spell(gm_arena *arena, const gm_url *url)
{
    if (url->dialect == GM_POSTGRES)
        return spell_postgres(arena, url->conninfo);
    if (gm_str_is(url->path, ":memory:"))
        return GM_STR("sqlite://");
    return gm_str_printf(arena, "sqlite:///%.*s", GM_ARG(url->path));
}
