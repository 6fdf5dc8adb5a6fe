/* SPDX-License-Identifier: Apache-2.0 */
#include "config/alembic_ini.h"

#include "base/buf.h"
#include "base/map.h"

enum { DEPTH_MAX = 10, VALUE_MAX = 64 * 1024 };

/* A value as the file has it; a list of pyproject.toml has its items. */
typedef struct {
    gm_str text;
    gm_strs items;
    bool list;
} value;

typedef struct {
    gm_arena *arena;
    gm_str here;
    gm_map values;   /* of the section -> value * */
    gm_map defaults; /* of [DEFAULT] */
} options;

/* ---- %(name)s ---- */

static gm_str expand(const options *o, gm_str text, unsigned depth);

static void add_name(const options *o, gm_str name, unsigned depth, gm_buf *buf)
{
    gm_str lower = gm_str_lower(o->arena, name);
    const value *found = gm_map_get(&o->values, lower);
    if (!found)
        found = gm_map_get(&o->defaults, lower);
    if (gm_str_is(lower, "here"))
        gm_buf_printf(buf, "%s%.*s", GM_ALEMBIC_TOP, GM_ARG(o->here));
    else if (found && depth < DEPTH_MAX)
        gm_buf_add(buf, expand(o, found->text, depth + 1));
}

static gm_str expand(const options *o, gm_str text, unsigned depth)
{
    gm_buf buf = gm_buf_new(o->arena, VALUE_MAX);
    for (size_t i = 0; i < text.len; i++) {
        gm_str rest = gm_str_sub(text, i, text.len);
        size_t end = gm_str_search(rest, GM_STR(")s"));
        if (gm_str_starts(rest, GM_STR("%%"))) {
            gm_buf_char(&buf, '%');
            i++;
        } else if (gm_str_starts(rest, GM_STR("%(")) && end < rest.len) {
            add_name(o, gm_str_sub(rest, 2, end), depth, &buf);
            i += end + 1;
        } else {
            gm_buf_char(&buf, text.ptr[i]);
        }
    }
    return gm_buf_str(&buf);
}

static gm_str option(const options *o, const char *name)
{
    const value *found = gm_map_get(&o->values, gm_str_from(name));
    if (!found)
        found = gm_map_get(&o->defaults, gm_str_from(name));
    return found ? gm_str_trim(expand(o, found->text, 0)) : (gm_str){0};
}

/* ---- what is made of them ---- */

static void split(gm_arena *arena, gm_str text, const char *separators, gm_strs *items)
{
    size_t from = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && !strchr(separators, text.ptr[i]))
            continue;
        gm_str item = gm_str_trim(gm_str_sub(text, from, i));
        if (item.len)
            gm_vec_push(arena, items, item);
        from = i + 1;
    }
}

/* script/base.py splits at blanks and commas where no separator is named. */
static const char *separators(const options *o)
{
    static const struct {
        const char *name;
        const char *characters;
    } known[] = {{"space", " "}, {"newline", "\n"}, {"os", ":"}, {":", ":"}, {";", ";"}};
    gm_str name = option(o, "path_separator");
    if (!name.len)
        name = option(o, "version_path_separator");
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (gm_str_is(name, known[i].name))
            return known[i].characters;
    return ", \t\n";
}

static void take_list(const options *o, const char *name, const char *characters, gm_strs *items)
{
    const value *found = gm_map_get(&o->values, gm_str_from(name));
    if (!found || !found->list) {
        split(o->arena, option(o, name), characters, items);
        return;
    }
    GM_EACH (const gm_str, item, &found->items)
        gm_vec_push(o->arena, items, expand(o, *item, 0));
}

static bool is_true(gm_str text)
{
    static const char *const words[] = {"true", "yes", "on", "y", "t", "1"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (gm_str_eq_nocase(text, gm_str_from(words[i])))
            return true;
    return false;
}

static gm_alembic_config config_of(const options *o)
{
    gm_alembic_config config = {.script_location = option(o, "script_location"),
                                .recursive = is_true(option(o, "recursive_version_locations")),
                                .file_template = option(o, "file_template")};
    take_list(o, "version_locations", separators(o), &config.version_locations);
    take_list(o, "prepend_sys_path", ", :\t\n", &config.sys_path);
    if (!config.file_template.len)
        config.file_template = GM_STR(GM_ALEMBIC_FILE_TEMPLATE);
    return config;
}

static value *add_value(gm_arena *arena, gm_map *map, gm_str name, gm_str text)
{
    value *made = gm_new(arena, value);
    made->text = text;
    gm_map_set(map, gm_str_lower(arena, gm_str_trim(name)), made);
    return made;
}

static options options_new(gm_arena *arena, gm_str here)
{
    return (options){
        .arena = arena, .here = here, .values = gm_map_new(arena), .defaults = gm_map_new(arena)};
}

/* ---- ini ---- */

static size_t key_end(gm_str line)
{
    size_t equals = gm_str_find(line, '=', 0);
    size_t colon = gm_str_find(line, ':', 0);
    return equals < colon ? equals : colon;
}

bool gm_alembic_read_ini(gm_arena *arena, gm_str text, gm_str section, gm_str here,
                         gm_alembic_config *config)
{
    options o = options_new(arena, here);
    gm_map *into = NULL;
    value *last = NULL;
    bool found = false;
    gm_str line;
    if (gm_str_starts(text, GM_STR("\xef\xbb\xbf")))
        text = gm_str_sub(text, 3, text.len);
    while (gm_str_line(&text, &line)) {
        gm_str bare = gm_str_trim(line);
        bool indented = line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
        if (!bare.len || bare.ptr[0] == '#' || bare.ptr[0] == ';')
            continue;
        if (indented && last) {
            last->text = gm_str_printf(arena, "%.*s\n%.*s", GM_ARG(last->text), GM_ARG(bare));
        } else if (bare.ptr[0] == '[' && gm_str_has(bare, ']')) {
            gm_str name = gm_str_sub(bare, 1, gm_str_rfind(bare, ']'));
            bool ours = gm_str_eq(name, section);
            found |= ours;
            into = ours ? &o.values : gm_str_is(name, "DEFAULT") ? &o.defaults : NULL;
            last = NULL;
        } else {
            size_t end = key_end(bare);
            last = into ? add_value(arena, into, gm_str_sub(bare, 0, end),
                                    gm_str_trim(gm_str_sub(bare, end + 1, bare.len)))
                        : NULL;
        }
    }
    if (found)
        *config = config_of(&o);
    return found;
}

/* ---- toml ---- */

/* A string at the start of *rest, which moves behind it. */
static bool take_string(gm_arena *arena, gm_str *rest, gm_str *text)
{
    gm_buf buf = gm_buf_new(arena, VALUE_MAX);
    char quote = rest->len ? rest->ptr[0] : '\0';
    if (quote != '"' && quote != '\'')
        return false;
    for (size_t i = 1; i < rest->len && rest->ptr[i] != '\n'; i++) {
        char c = rest->ptr[i];
        if (c == quote) {
            *text = gm_buf_str(&buf);
            *rest = gm_str_sub(*rest, i + 1, rest->len);
            return true;
        }
        if (c == '\\' && quote == '"' && i + 1 < rest->len) {
            c = rest->ptr[++i];
            c = (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c);
        }
        gm_buf_char(&buf, c);
    }
    return false;
}

/* Blanks, line ends, commas and comments between the items of a list. */
static void skip_between(gm_str *rest)
{
    size_t at = 0;
    while (at < rest->len && strchr(" \t\r\n,#", rest->ptr[at]))
        at = rest->ptr[at] == '#' ? gm_str_find(*rest, '\n', at) : at + 1;
    *rest = gm_str_sub(*rest, at, rest->len);
}

static void take_value(options *o, gm_str name, gm_str *text)
{
    value *made = add_value(o->arena, &o->values, name, (gm_str){0});
    gm_str line;
    if (gm_str_starts(*text, GM_STR("["))) {
        gm_str item;
        made->list = true;
        *text = gm_str_sub(*text, 1, text->len);
        for (skip_between(text); take_string(o->arena, text, &item); skip_between(text))
            gm_vec_push(o->arena, &made->items, item);
    } else if (!take_string(o->arena, text, &made->text)) {
        gm_str rest = *text;
        gm_str_line(&rest, &line);
        made->text = gm_str_trim(gm_str_sub(line, 0, gm_str_find(line, '#', 0)));
    }
}

bool gm_alembic_read_toml(gm_arena *arena, gm_str text, gm_str here, gm_alembic_config *config)
{
    options o = options_new(arena, here);
    bool inside = false, found = false;
    gm_str line;
    while (text.len) {
        gm_str from = text;
        gm_str_line(&text, &line);
        gm_str bare = gm_str_trim(line);
        size_t equals = gm_str_find(bare, '=', 0);
        if (gm_str_starts(bare, GM_STR("["))) {
            gm_str name = gm_str_trim(gm_str_sub(bare, 1, gm_str_find(bare, ']', 0)));
            inside = gm_str_is(name, "tool.alembic");
            found |= inside;
        } else if (inside && equals < bare.len && bare.ptr[0] != '#') {
            gm_str name = gm_str_sub(bare, 0, equals);
            gm_str start = gm_str_trim(gm_str_sub(bare, equals + 1, bare.len));
            if (!start.len)
                continue;
            gm_str rest = gm_str_sub(from, (size_t)(start.ptr - from.ptr), from.len);
            take_value(&o, name, &rest);
            text = rest;
            gm_str_line(&text, &line);
        }
    }
    if (found)
        *config = config_of(&o);
    return found;
}
