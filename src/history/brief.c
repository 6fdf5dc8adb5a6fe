/* SPDX-License-Identifier: Apache-2.0 */
#include "history/brief.h"

#include "base/buf.h"

/* As gmig_header.c limits them. */
enum { MAX_NAMES = 1000 };

/* ---- writing ---- */

static void put_number(gm_buf *buf, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        gm_buf_char(buf, (char)(number | 0x80));
    gm_buf_char(buf, (char)number);
}

static void put_text(gm_buf *buf, gm_str text)
{
    put_number(buf, text.len);
    gm_buf_add(buf, text);
}

static void put_names(gm_buf *buf, const gm_strs *names)
{
    put_number(buf, names->len);
    GM_EACH (const gm_str, name, names)
        put_text(buf, *name);
}

gm_str gm_brief_write(gm_arena *arena, const gm_revision *revision)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    put_number(&buf, revision->revision_line);
    put_number(&buf, revision->parents_line);
    put_number(&buf, revision->depends_line);
    put_number(&buf, revision->labels_line);
    put_number(&buf, revision->created_line);
    put_number(&buf, (uint64_t)revision->time);
    put_text(&buf, revision->id);
    put_text(&buf, revision->message);
    put_text(&buf, revision->created);
    put_text(&buf, revision->models);
    put_names(&buf, &revision->parents);
    put_names(&buf, &revision->depends);
    put_names(&buf, &revision->labels);
    put_names(&buf, &revision->needs);
    put_names(&buf, &revision->run_before);
    put_names(&buf, &revision->replaces);
    return gm_buf_str(&buf);
}

/* ---- reading ---- */

/* After the first thing that is wrong nothing more is read. */
typedef struct {
    gm_arena *arena;
    gm_str rest;
    bool bad;
} taker;

static uint64_t take_number(taker *t)
{
    uint64_t number = 0;
    for (size_t i = 0; i < t->rest.len && i < 10; i++) {
        unsigned char byte = (unsigned char)t->rest.ptr[i];
        number |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            t->rest = gm_str_sub(t->rest, i + 1, t->rest.len);
            return number;
        }
    }
    t->bad = true;
    t->rest = (gm_str){0};
    return 0;
}

static gm_str take_text(taker *t)
{
    uint64_t len = take_number(t);
    if (len > t->rest.len) {
        t->bad = true;
        return (gm_str){0};
    }
    gm_str text = gm_str_sub(t->rest, 0, (size_t)len);
    t->rest = gm_str_sub(t->rest, (size_t)len, t->rest.len);
    return text;
}

static gm_str take_name(taker *t)
{
    gm_str name = take_text(t);
    t->bad |= !gm_revision_id_valid(name);
    return name;
}

static gm_strs take_names(taker *t)
{
    gm_strs names = {0};
    uint64_t count = take_number(t);
    /* A name takes two bytes at least. */
    if (count > MAX_NAMES || count > t->rest.len / 2) {
        t->bad |= count > 0;
        return names;
    }
    if (count) {
        names.items = gm_new_array(t->arena, (size_t)count, gm_str);
        names.cap = (size_t)count;
    }
    while (names.len < count && !t->bad)
        names.items[names.len++] = take_name(t);
    return names;
}

bool gm_brief_read(gm_arena *arena, gm_str bytes, gm_revision *revision)
{
    taker t = {.arena = arena, .rest = bytes};
    gm_revision made = {0};
    made.revision_line = (size_t)take_number(&t);
    made.parents_line = (size_t)take_number(&t);
    made.depends_line = (size_t)take_number(&t);
    made.labels_line = (size_t)take_number(&t);
    made.created_line = (size_t)take_number(&t);
    made.time = (int64_t)take_number(&t);
    made.id = take_name(&t);
    made.message = take_text(&t);
    made.created = take_text(&t);
    made.models = take_text(&t);
    made.parents = take_names(&t);
    made.depends = take_names(&t);
    made.labels = take_names(&t);
    made.needs = take_names(&t);
    made.run_before = take_names(&t);
    made.replaces = take_names(&t);
    if (t.bad || t.rest.len)
        return false;
    *revision = made;
    return true;
}
