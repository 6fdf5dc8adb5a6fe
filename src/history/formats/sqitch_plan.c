/* SPDX-License-Identifier: Apache-2.0 */
#include "history/formats/sqitch_plan.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/map.h"

/* ---- one line ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_blanks(gm_str *rest)
{
    while (rest->len && is_blank(rest->ptr[0]))
        *rest = gm_str_sub(*rest, 1, rest->len);
}

static gm_str take_word(gm_str *rest)
{
    size_t len = 0;
    while (len < rest->len && !is_blank(rest->ptr[len]))
        len++;
    gm_str word = gm_str_sub(*rest, 0, len);
    *rest = gm_str_sub(*rest, len, rest->len);
    skip_blanks(rest);
    return word;
}

/* "2013-12-31T19:26:59Z", and nothing else: an id is made of these very bytes. */
static bool take_time(gm_str *rest, gm_str *time)
{
    static const char shape[] = "0000-00-00T00:00:00Z";
    int64_t seconds;
    *time = gm_str_sub(*rest, 0, sizeof(shape) - 1);
    if (time->len != sizeof(shape) - 1)
        return false;
    for (size_t i = 0; i < time->len; i++) {
        bool digit = time->ptr[i] >= '0' && time->ptr[i] <= '9';
        if (shape[i] == '0' ? !digit : time->ptr[i] != shape[i])
            return false;
    }
    *rest = gm_str_sub(*rest, time->len, rest->len);
    skip_blanks(rest);
    return gm_time_parse(*time, &seconds);
}

/* "NAME <EMAIL>", of whose blanks one goes. */
static bool take_planner(gm_str rest, gm_sqitch_line *line)
{
    size_t open = gm_str_find(rest, '<', 0);
    if (open < 2 || open == rest.len || !is_blank(rest.ptr[open - 1]) ||
        rest.ptr[rest.len - 1] != '>')
        return false;
    line->planner = gm_str_sub(rest, 0, open - 1);
    line->email = gm_str_sub(rest, open + 1, rest.len - 1);
    return line->email.len && !gm_str_has(line->email, '>');
}

static bool read_pragma(gm_str rest, gm_sqitch_line *line)
{
    size_t equals = gm_str_find(rest, '=', 0);
    line->kind = GM_SQITCH_PRAGMA;
    line->name = gm_str_trim(gm_str_sub(rest, 1, equals));
    line->note = gm_str_trim(gm_str_sub(rest, equals + 1, rest.len));
    return line->name.len > 0;
}

static bool read_entry(gm_str rest, gm_sqitch_line *line)
{
    bool tag = rest.ptr[0] == '@';
    line->kind = tag ? GM_SQITCH_TAG : GM_SQITCH_CHANGE;
    if (tag || rest.ptr[0] == '+' || rest.ptr[0] == '-') {
        rest = gm_str_sub(rest, 1, rest.len);
        if (!tag)
            skip_blanks(&rest);
    }
    line->name = take_word(&rest);
    if (gm_str_starts(rest, GM_STR("["))) {
        size_t end = gm_str_find(rest, ']', 0);
        if (tag || end == rest.len)
            return false;
        line->needs = gm_str_sub(rest, 1, end);
        rest = gm_str_sub(rest, end + 1, rest.len);
        skip_blanks(&rest);
    }
    return line->name.len && take_time(&rest, &line->time) && take_planner(rest, line);
}

bool gm_sqitch_line_read(gm_str text, gm_sqitch_line *line)
{
    size_t hash = gm_str_find(text, '#', 0);
    gm_str rest = gm_str_trim(gm_str_sub(text, 0, hash));
    *line = (gm_sqitch_line){.note = gm_str_trim(gm_str_sub(text, hash + 1, text.len))};
    if (!rest.len)
        return true;
    return rest.ptr[0] == '%' ? read_pragma(rest, line) : read_entry(rest, line);
}

/* ---- ids ---- */

static gm_str unescape(gm_arena *arena, gm_str note)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    if (!gm_str_has(note, '\\'))
        return note;
    for (size_t i = 0; i < note.len; i++) {
        char next = i + 1 < note.len ? note.ptr[i + 1] : '\0';
        bool escape = note.ptr[i] == '\\' && (next == '\\' || next == 'n' || next == 'r');
        gm_buf_char(&buf, !escape ? note.ptr[i] : next == 'n' ? '\n' : next == 'r' ? '\r' : next);
        i += escape ? 1 : 0;
    }
    return gm_buf_str(&buf);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-_.!~*'()", c));
}

/* Perl's URI->new: what may not stand in one is escaped. */
static gm_str uri_text(gm_arena *arena, gm_str uri)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < uri.len; i++) {
        char c = uri.ptr[i];
        if (is_unreserved(c) || (c && strchr(";/?:@&=+$,[]%#", c)))
            gm_buf_char(&buf, c);
        else
            gm_buf_printf(&buf, "%%%02X", (unsigned char)c);
    }
    return gm_buf_str(&buf);
}

/* Escapes are in capitals, or gone where none is needed. */
static gm_str without_escapes(gm_arena *arena, gm_str uri)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < uri.len; i++) {
        int high = i + 2 < uri.len && uri.ptr[i] == '%' ? hex_value(uri.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_value(uri.ptr[i + 2]) : -1;
        if (low < 0) {
            gm_buf_char(&buf, uri.ptr[i]);
            continue;
        }
        char c = (char)(high * 16 + low);
        if (is_unreserved(c))
            gm_buf_char(&buf, c);
        else
            gm_buf_printf(&buf, "%%%02X", (unsigned char)c);
        i += 2;
    }
    return gm_buf_str(&buf);
}

/* Perl's URI->canonical, of schemes without a default port too. */
static gm_str canonical(gm_arena *arena, gm_str uri)
{
    static const struct {
        const char *scheme, *port;
    } servers[] = {{"http", ":80"}, {"https", ":443"}, {"ftp", ":21"}};
    size_t colon = gm_str_find(uri, ':', 0);
    gm_str rest = gm_str_sub(uri, colon, uri.len);
    if (colon == uri.len || !colon)
        return uri;
    gm_str scheme = gm_str_lower(arena, gm_str_sub(uri, 0, colon));
    rest = without_escapes(arena, rest);
    for (size_t i = 0; i < sizeof(servers) / sizeof(*servers); i++) {
        if (!gm_str_is(scheme, servers[i].scheme) || !gm_str_starts(rest, GM_STR("://")))
            continue;
        size_t end = 3;
        while (end < rest.len && !strchr("/?#", rest.ptr[end]))
            end++;
        gm_str who = gm_str_sub(rest, 3, end);
        size_t at = gm_str_rfind(who, '@');
        gm_str user = at < who.len ? gm_str_sub(who, 0, at + 1) : GM_STR("");
        gm_str host = gm_str_lower(arena, gm_str_sub(who, user.len, who.len));
        if (gm_str_ends(host, GM_STR(":")))
            host.len--;
        if (gm_str_ends(host, gm_str_from(servers[i].port)))
            host.len -= strlen(servers[i].port);
        gm_str path = gm_str_sub(rest, end, rest.len);
        bool bare = i < 2 && (!path.len || path.ptr[0] == '#');
        rest = gm_str_printf(arena, "://%.*s%.*s%s%.*s", GM_ARG(user), GM_ARG(host),
                             bare ? "/" : "", GM_ARG(path));
    }
    return gm_str_printf(arena, "%.*s%.*s", GM_ARG(scheme), GM_ARG(rest));
}

static gm_str id_of(gm_arena *arena, const char *kind, gm_str info)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_printf(&buf, "%s %zu", kind, info.len);
    gm_buf_char(&buf, '\0');
    gm_buf_add(&buf, info);
    gm_oid sum = gm_sha1(gm_buf_str(&buf));
    return gm_oid_hex(arena, &sum);
}

static void add_project(gm_arena *arena, gm_buf *buf, const gm_sqitch_change *change)
{
    gm_buf_printf(buf, "project %.*s", GM_ARG(change->project));
    if (change->uri.len)
        gm_buf_printf(buf, "\nuri %.*s", GM_ARG(canonical(arena, change->uri)));
}

/* To Perl "0" is nothing. */
static void add_note(gm_buf *buf, gm_str note)
{
    if (note.len && !gm_str_is(note, "0"))
        gm_buf_printf(buf, "\n\n%.*s", GM_ARG(note));
}

static void add_needs(gm_buf *buf, const gm_sqitch_change *change, bool conflicts)
{
    const char *before = conflicts ? "\nconflicts\n  - " : "\nrequires\n  + ";
    GM_EACH (const gm_sqitch_need, need, &change->needs) {
        if (need->conflict != conflicts)
            continue;
        gm_buf_printf(buf, "%s%.*s", before, GM_ARG(need->text));
        before = conflicts ? "\n  - " : "\n  + ";
    }
}

static gm_str change_id(gm_arena *arena, const gm_sqitch_change *change, gm_str parent)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    add_project(arena, &buf, change);
    gm_buf_printf(&buf, "\nchange %.*s", GM_ARG(change->name));
    if (parent.len)
        gm_buf_printf(&buf, "\nparent %.*s", GM_ARG(parent));
    gm_buf_printf(&buf, "\nplanner %.*s <%.*s>\ndate %.*s", GM_ARG(change->planner),
                  GM_ARG(change->email), GM_ARG(change->time));
    add_needs(&buf, change, false);
    add_needs(&buf, change, true);
    add_note(&buf, change->note);
    return id_of(arena, "change", gm_buf_str(&buf));
}

static gm_str tag_id(gm_arena *arena, const gm_sqitch_change *change, const gm_sqitch_tag *tag)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    add_project(arena, &buf, change);
    gm_buf_printf(&buf, "\ntag %.*s\nchange %.*s\nplanner %.*s <%.*s>\ndate %.*s",
                  GM_ARG(tag->name), GM_ARG(change->id), GM_ARG(tag->planner), GM_ARG(tag->email),
                  GM_ARG(tag->time));
    add_note(&buf, tag->note);
    return id_of(arena, "tag", gm_buf_str(&buf));
}

/* ---- the plan ---- */

/* A change's place in the plan. */
typedef struct spot {
    const gm_sqitch_change *change;
    const struct spot *before; /* of the same name, which this one reworks */
    size_t index;
} spot;

typedef struct {
    gm_arena *arena;
    gm_str project;
    gm_str uri;
    spot *last;
    gm_map named;  /* "a" -> the spot of its last change so far */
    gm_map tagged; /* "tag" -> the spot that it is behind */
    gm_sqitch_changes *changes;
} reader;

static bool is_id(gm_str text)
{
    if (text.len != 40)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (hex_value(text.ptr[i]) < 0 || (text.ptr[i] >= 'A' && text.ptr[i] <= 'F'))
            return false;
    return true;
}

/* Of "a@tag" the last change that is not behind the tag. */
static const gm_sqitch_change *find(const reader *r, gm_str name, gm_str tag)
{
    const spot *tagged = tag.len ? gm_map_get(&r->tagged, tag) : NULL;
    const spot *found = name.len ? gm_map_get(&r->named, name) : tagged;
    if (tag.len && !tagged)
        return NULL;
    while (tagged && found && found->index > tagged->index)
        found = found->before;
    return found ? found->change : NULL;
}

static gm_sqitch_need read_need(reader *r, gm_str text)
{
    gm_sqitch_need need = {.conflict = gm_str_starts(text, GM_STR("!"))};
    text = gm_str_sub(text, need.conflict ? 1 : 0, text.len);
    size_t colon = gm_str_find(text, ':', 0);
    gm_str key = colon < text.len ? gm_str_sub(text, colon + 1, text.len) : text;
    if (colon < text.len && !gm_str_eq(gm_str_sub(text, 0, colon), r->project))
        need.project = gm_str_sub(text, 0, colon);
    size_t at = gm_str_find(key, '@', 0);
    need.change = gm_str_sub(key, 0, at);
    need.tag = gm_str_sub(key, at + 1, key.len);
    need.text = need.project.len ? text : key;
    if (need.project.len)
        return need;
    if (is_id(key)) {
        need.id = key;
        need.change = (gm_str){0};
        return need;
    }
    const gm_sqitch_change *found = find(r, need.change, need.tag);
    if (found)
        need.id = found->id;
    return need;
}

static void add_change(reader *r, const gm_sqitch_line *line)
{
    gm_arena *arena = r->arena;
    gm_sqitch_change *change = gm_new(arena, gm_sqitch_change);
    spot *made = gm_new(arena, spot);
    gm_str rest = gm_str_trim(line->needs);
    *change = (gm_sqitch_change){.project = r->project,
                                 .uri = r->uri,
                                 .name = line->name,
                                 .note = unescape(arena, line->note),
                                 .time = line->time,
                                 .planner = line->planner,
                                 .email = line->email};
    while (rest.len) {
        gm_sqitch_need need = read_need(r, take_word(&rest));
        gm_vec_push(arena, &change->needs, need);
    }
    if (r->project.len)
        change->id = change_id(arena, change, r->last ? r->last->change->id : GM_STR(""));
    *made = (spot){change, gm_map_get(&r->named, change->name), r->changes->len};
    r->last = made;
    gm_map_set(&r->named, change->name, made);
    gm_vec_push(arena, r->changes, change);
}

/* Behind the last change; every change so far can be named with it. */
static void add_tag(reader *r, const gm_sqitch_line *line)
{
    gm_arena *arena = r->arena;
    if (!r->changes->len)
        return;
    gm_sqitch_change *change = r->changes->items[r->changes->len - 1];
    gm_sqitch_tag tag = {.name = gm_str_printf(arena, "@%.*s", GM_ARG(line->name)),
                         .note = unescape(arena, line->note),
                         .time = line->time,
                         .planner = line->planner,
                         .email = line->email};
    if (change->id.len)
        tag.id = tag_id(arena, change, &tag);
    gm_vec_push(arena, &change->tags, tag);
    gm_map_set(&r->tagged, line->name, r->last);
}

void gm_sqitch_plan_read(gm_arena *arena, gm_str plan, gm_sqitch_changes *changes)
{
    reader r = {.arena = arena,
                .named = gm_map_new(arena),
                .tagged = gm_map_new(arena),
                .changes = changes};
    gm_str text;
    while (gm_str_line(&plan, &text)) {
        gm_sqitch_line line;
        if (!gm_sqitch_line_read(text, &line))
            continue;
        if (line.kind == GM_SQITCH_CHANGE)
            add_change(&r, &line);
        else if (line.kind == GM_SQITCH_TAG)
            add_tag(&r, &line);
        else if (line.kind == GM_SQITCH_PRAGMA && gm_str_is(line.name, "project"))
            r.project = line.note;
        else if (line.kind == GM_SQITCH_PRAGMA && gm_str_is(line.name, "uri"))
            r.uri = uri_text(arena, line.note);
    }
}
