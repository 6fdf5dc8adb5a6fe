/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL's connection strings: https://www.postgresql.org/docs/current/libpq-connect.html,
 * "Connection Strings", and SQLAlchemy's variations of them. Every spelling becomes keywords and
 * values, which libpq reads without guessing where a password ends; what is shown is made from a
 * list of harmless keywords, so that a secret under a new name stays out as well.
 */
#include "base/buf.h"
#include "config/url_parts.h"

/* The keywords to show. */
static const char *const harmless[] = {"service", "user",   "host", "hostaddr",
                                       "port",    "dbname", NULL};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void add(gm_arena *arena, gm_url_parameters *parameters, const char *key, gm_str value)
{
    gm_vec_push(arena, parameters, (gm_url_parameter){gm_str_from(key), value});
}

/* The last one counts, as in libpq. */
static const gm_url_parameter *find(const gm_url_parameters *parameters, const char *key)
{
    const gm_url_parameter *found = NULL;
    GM_EACH (const gm_url_parameter, parameter, parameters)
        if (gm_str_is(parameter->key, key))
            found = parameter;
    return found;
}

/* ---- writing ---- */

static void write_keyword(gm_buf *buf, gm_str key, gm_str value)
{
    if (buf->len)
        gm_buf_char(buf, ' ');
    gm_buf_add(buf, key);
    gm_buf_z(buf, "='");
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '\'' || value.ptr[i] == '\\')
            gm_buf_char(buf, '\\');
        gm_buf_char(buf, value.ptr[i]);
    }
    gm_buf_char(buf, '\'');
}

static gm_str conninfo(gm_arena *arena, const gm_url_parameters *parameters)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (const gm_url_parameter, parameter, parameters)
        write_keyword(&buf, parameter->key, parameter->value);
    return gm_buf_str(&buf);
}

/* Plain values without quotes, as people write them. */
static gm_str shown_keywords(gm_arena *arena, const gm_url_parameters *parameters)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; harmless[i]; i++) {
        const gm_url_parameter *parameter = find(parameters, harmless[i]);
        if (!parameter)
            continue;
        bool plain = parameter->value.len > 0;
        for (size_t j = 0; j < parameter->value.len; j++)
            plain = plain && !is_space(parameter->value.ptr[j]) &&
                    !strchr("'\\", parameter->value.ptr[j]);
        if (!plain)
            write_keyword(&buf, parameter->key, parameter->value);
        else
            gm_buf_printf(&buf, "%s%s=%.*s", buf.len ? " " : "", harmless[i],
                          GM_ARG(parameter->value));
    }
    return buf.len ? gm_buf_str(&buf) : GM_STR("postgresql://");
}

/* The `n`th part of a list with commas. */
static gm_str nth(gm_str list, size_t n)
{
    size_t start = 0;
    while (n && start < list.len) {
        start = gm_str_find(list, ',', start) + 1;
        n--;
    }
    return gm_str_sub(list, start, gm_str_find(list, ',', start));
}

static gm_str shown_url(gm_arena *arena, const gm_url_parameters *parameters)
{
    const gm_url_parameter *user = find(parameters, "user");
    const gm_url_parameter *host = find(parameters, "host");
    const gm_url_parameter *port = find(parameters, "port");
    const gm_url_parameter *dbname = find(parameters, "dbname");
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(&buf, "postgresql://");
    if (user) {
        gm_buf_add(&buf, gm_url_encode(arena, user->value, ""));
        gm_buf_char(&buf, '@');
    }
    gm_str hosts = host ? host->value : (gm_str){0};
    gm_str ports = port ? port->value : (gm_str){0};
    size_t start = 0;
    for (size_t n = 0; start <= hosts.len; n++) {
        size_t end = gm_str_find(hosts, ',', start);
        gm_str one = gm_str_sub(hosts, start, end);
        gm_str its_port = gm_str_has(ports, ',') ? nth(ports, n) : ports;
        gm_buf_z(&buf, n ? "," : "");
        if (gm_str_has(one, ':'))
            gm_buf_printf(&buf, "[%.*s]", GM_ARG(gm_url_encode(arena, one, ":")));
        else
            gm_buf_add(&buf, gm_url_encode(arena, one, ""));
        if (its_port.len)
            gm_buf_printf(&buf, ":%.*s", GM_ARG(its_port));
        start = end + 1;
    }
    if (dbname)
        gm_buf_printf(&buf, "/%.*s", GM_ARG(gm_url_encode(arena, dbname->value, "")));
    const char *between = "?";
    static const char *const rest[] = {"service", "hostaddr", NULL};
    for (size_t i = 0; rest[i]; i++) {
        const gm_url_parameter *parameter = find(parameters, rest[i]);
        if (!parameter)
            continue;
        gm_buf_printf(&buf, "%s%s=%.*s", between, rest[i],
                      GM_ARG(gm_url_encode(arena, parameter->value, "")));
        between = "&";
    }
    return gm_buf_str(&buf);
}

/* A keyword with a blank or "=" in it would be read back as others. */
static bool is_keyword(gm_str key)
{
    for (size_t i = 0; i < key.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", key.ptr[i]))
            return false;
    return key.len > 0;
}

/* What is wrong with the values, whatever the spelling was; NULL when nothing is. */
static const char *problem(const gm_url_parameters *parameters)
{
    GM_EACH (const gm_url_parameter, parameter, parameters)
        if (!is_keyword(parameter->key))
            return "a keyword of the database URL has other characters than letters and '_'";
    const gm_url_parameter *port = find(parameters, "port");
    for (size_t i = 0; port && i < port->value.len; i++)
        if (port->value.ptr[i] != ',' && (port->value.ptr[i] < '0' || port->value.ptr[i] > '9'))
            return "the port of the database URL is no number";
    /* A whole URL in there, with its password, would be shown; libpq does not expand it either. */
    const gm_url_parameter *dbname = find(parameters, "dbname");
    if (dbname && (gm_str_has(dbname->value, '=') ||
                   gm_str_search(dbname->value, GM_STR("://")) < dbname->value.len))
        return "the database's name is a connection string itself";
    return NULL;
}

static gm_code finish(gm_arena *arena, const gm_url_parameters *parameters, gm_str shown,
                      gm_url *url, gm_err *err)
{
    const char *wrong = problem(parameters);
    if (wrong)
        return gm_url_fail(err, wrong,
                           "Write postgresql://USER@HOST:PORT/DATABASE; other "
                           "characters than letters, digits and -._~ as %HH.");
    const gm_url_parameter *dbname = find(parameters, "dbname");
    *url = (gm_url){.dialect = GM_POSTGRES,
                    .conninfo = conninfo(arena, parameters),
                    .database = dbname ? dbname->value : GM_STR(""),
                    .shown = shown};
    return GM_OK;
}

/* ---- keywords and values ---- */

/* Takes one value off `text` at `*at`; false when its quote does not end. */
static bool take_value(gm_arena *arena, gm_str text, size_t *at, gm_str *value)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    size_t i = *at;
    bool quoted = i < text.len && text.ptr[i] == '\'';
    if (quoted)
        i++;
    while (i < text.len && (quoted ? text.ptr[i] != '\'' : !is_space(text.ptr[i]))) {
        if (text.ptr[i] == '\\' && ++i == text.len)
            break;
        gm_buf_char(&buf, text.ptr[i++]);
    }
    if (quoted && i++ >= text.len)
        return false;
    *at = i;
    *value = gm_buf_str(&buf);
    return true;
}

static void skip_spaces(gm_str text, size_t *at)
{
    while (*at < text.len && is_space(text.ptr[*at]))
        (*at)++;
}

gm_code gm_url_keywords(gm_arena *arena, gm_str text, gm_url *url, gm_err *err)
{
    static const char hint[] = "Write keyword=value pairs with blanks between them, and values "
                               "that hold blanks or quotes as 'it\\'s'.";
    gm_url_parameters parameters = {0};
    size_t at = 0;
    for (skip_spaces(text, &at); at < text.len; skip_spaces(text, &at)) {
        gm_url_parameter parameter;
        size_t start = at;
        while (at < text.len && !is_space(text.ptr[at]) && text.ptr[at] != '=')
            at++;
        parameter.key = gm_str_sub(text, start, at);
        skip_spaces(text, &at);
        if (!parameter.key.len || at == text.len || text.ptr[at] != '=')
            return gm_url_fail(err, "a keyword of the connection string has no '='", hint);
        at++;
        skip_spaces(text, &at);
        if (!take_value(arena, text, &at, &parameter.value))
            return gm_url_fail(err, "a quote in the connection string does not end", hint);
        gm_vec_push(arena, &parameters, parameter);
    }
    return finish(arena, &parameters, shown_keywords(arena, &parameters), url, err);
}

/* ---- URLs ---- */

/*
 * Where the user and the password end: at the last "@" before the parameters, since passwords are
 * often pasted unencoded. "" as well as "user" may stand there. A "/" before that "@" may belong to
 * such a password or begin a database's name with an "@" in it; when both can be meant, it is
 * refused.
 */
static bool split_user(gm_str authority, gm_str *user, gm_str *rest)
{
    size_t at = gm_str_rfind(authority, '@');
    size_t slash = gm_str_find(authority, '/', 0);
    size_t colon = gm_str_find(authority, ':', 0);
    *user = (gm_str){0};
    *rest = authority;
    if (at == authority.len)
        return true;
    if (slash < at && slash < colon) /* libpq: an "@" behind the host is no separator */
        return colon > at;
    if (slash < at) {
        bool number = true;
        for (size_t i = colon + 1; i < slash; i++)
            number = number && authority.ptr[i] >= '0' && authority.ptr[i] <= '9';
        if (number || gm_str_find(authority, '@', 0) < slash)
            return false;
    }
    *user = gm_str_sub(authority, 0, at);
    *rest = gm_str_sub(authority, at + 1, authority.len);
    return true;
}

static bool read_user(gm_arena *arena, gm_str user, gm_url_parameters *parameters)
{
    gm_str value;
    size_t colon = gm_str_find(user, ':', 0);
    if (!gm_url_decode(arena, gm_str_sub(user, 0, colon), true, &value))
        return false;
    if (value.len)
        add(arena, parameters, "user", value);
    if (!gm_url_decode(arena, gm_str_sub(user, colon + 1, user.len), true, &value))
        return false;
    if (value.len)
        add(arena, parameters, "password", value);
    return true;
}

typedef struct {
    gm_buf hosts;
    gm_buf ports;
    size_t count;
    bool has_host;
    bool has_port;
} host_list;

/* One host, with its port: "host:5432", "[::1]:5432", "%2Frun%2Fpostgresql". */
static bool read_host(gm_arena *arena, gm_str text, host_list *list)
{
    gm_str host, port = {0};
    if (gm_str_starts(text, GM_STR("["))) {
        size_t close = gm_str_find(text, ']', 0);
        host = gm_str_sub(text, 1, close);
        gm_str behind = gm_str_sub(text, close + 1, text.len);
        if (close == text.len || !host.len || (behind.len && behind.ptr[0] != ':'))
            return false;
        port = gm_str_sub(behind, 1, behind.len);
    } else {
        size_t colon = gm_str_find(text, ':', 0);
        host = gm_str_sub(text, 0, colon);
        port = gm_str_sub(text, colon + 1, text.len);
    }
    if (!gm_url_decode(arena, host, false, &host) || !gm_url_decode(arena, port, false, &port))
        return false;
    if (list->count++) {
        gm_buf_char(&list->hosts, ',');
        gm_buf_char(&list->ports, ',');
    }
    gm_buf_add(&list->hosts, host);
    gm_buf_add(&list->ports, port);
    list->has_host = list->has_host || host.len;
    list->has_port = list->has_port || port.len;
    return true;
}

static void add_hosts(gm_arena *arena, host_list *list, gm_url_parameters *parameters)
{
    if (list->has_host)
        add(arena, parameters, "host", gm_buf_str(&list->hosts));
    if (list->has_port)
        add(arena, parameters, "port", gm_buf_str(&list->ports));
}

static host_list new_hosts(gm_arena *arena)
{
    return (host_list){.hosts = gm_buf_new(arena, SIZE_MAX), .ports = gm_buf_new(arena, SIZE_MAX)};
}

/* SQLAlchemy: "?host=a:5432&host=b:5433" names several hosts, each with its port. */
static bool read_query_hosts(gm_arena *arena, const gm_url_parameters *query,
                             gm_url_parameters *parameters)
{
    host_list list = new_hosts(arena);
    GM_EACH (const gm_url_parameter, parameter, query) {
        if (!gm_str_is(parameter->key, "host"))
            continue;
        gm_str value = parameter->value;
        size_t colon = gm_str_find(value, ':', 0);
        bool with_port = colon < value.len && colon == gm_str_rfind(value, ':') &&
                         value.ptr[0] != '/' && !gm_str_has(value, ',');
        gm_str encoded = gm_url_encode(arena, value, with_port ? ":," : ",");
        if (!read_host(arena, encoded, &list))
            return false;
    }
    add_hosts(arena, &list, parameters);
    return true;
}

static void read_parameters(gm_arena *arena, const gm_url_parameters *query, bool driver,
                            gm_url_parameters *parameters)
{
    static const char *const of_driver[] = {"async_fallback", "prepared_statement_cache_size",
                                            "prepared_statement_name_func", NULL};
    GM_EACH (const gm_url_parameter, parameter, query) {
        gm_url_parameter kept = *parameter;
        bool drop = gm_str_is(kept.key, "host");
        for (size_t i = 0; driver && of_driver[i]; i++)
            drop = drop || gm_str_is(kept.key, of_driver[i]);
        if (drop)
            continue;
        /* JDBC's and asyncpg's name; libpq itself takes ssl=true in URLs. */
        if (gm_str_is(kept.key, "ssl")) {
            kept.key = GM_STR("sslmode");
            if (gm_str_is(kept.value, "true"))
                kept.value = GM_STR("require");
        }
        gm_vec_push(arena, parameters, kept);
    }
}

gm_code gm_url_postgres(gm_arena *arena, gm_str rest, bool driver, gm_url *url, gm_err *err)
{
    static const char hint[] = "Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE; in the "
                               "password write @ as %40, / as %2F, ? as %3F, % as %25.";
    size_t question = gm_str_find(rest, '?', 0);
    gm_str user, behind;
    if (!split_user(gm_str_sub(rest, 0, question), &user, &behind))
        return gm_url_fail(err, "the database URL can be read in two ways", hint);
    size_t slash = gm_str_find(behind, '/', 0);
    gm_str hosts = gm_str_sub(behind, 0, slash), dbname;
    gm_url_parameters parameters = {0}, query = {0};
    host_list list = new_hosts(arena);
    bool good = read_user(arena, user, &parameters);
    for (size_t start = 0; good && start <= hosts.len;) {
        size_t end = gm_str_find(hosts, ',', start);
        good = read_host(arena, gm_str_sub(hosts, start, end), &list);
        start = end + 1;
    }
    good = good &&
           gm_url_decode(arena, gm_str_sub(behind, slash + 1, behind.len), false, &dbname) &&
           gm_url_query(arena, gm_str_sub(rest, question + 1, rest.len), &query);
    if (!good)
        return gm_url_fail(err, "the database URL cannot be read", hint);
    add_hosts(arena, &list, &parameters);
    if (dbname.len)
        add(arena, &parameters, "dbname", dbname);
    if (!read_query_hosts(arena, &query, &parameters))
        return gm_url_fail(err, "a host of the database URL cannot be read", hint);
    read_parameters(arena, &query, driver, &parameters);
    return finish(arena, &parameters, shown_url(arena, &parameters), url, err);
}
