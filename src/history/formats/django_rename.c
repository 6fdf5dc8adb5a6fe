/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Other names in the lists of a migration that is there: its text is changed at those places alone.
 * What is written in a way that is not understood here stays as it is, and whoever asked for it
 * reads the file back and sees that.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "history/formats/django.h"

typedef struct {
    size_t from;
    size_t to;
    gm_str with;
} edit;

typedef struct {
    gm_arena *arena;
    gm_str text;
    GM_VEC(edit) edits;
} editor;

static int by_place(const void *a, const void *b)
{
    const edit *left = a;
    const edit *right = b;
    return (left->from > right->from) - (left->from < right->from);
}

static size_t offset_of(const editor *e, gm_str part)
{
    return (size_t)(part.ptr - e->text.ptr);
}

/* Once for each place: two items may share a constant. */
static void add_edit(editor *e, size_t from, size_t to, gm_str with)
{
    GM_EACH (const edit, other, &e->edits)
        if (from < other->to && other->from < to)
            return;
    gm_vec_push(e->arena, &e->edits, (edit){from, to, with});
}

static void rename_item(editor *e, const gm_django_item *item, gm_str id)
{
    gm_str source = item->name ? item->name->source : (gm_str){0};
    if (!source.len)
        return;
    char quote = source.ptr[source.len - 1];
    size_t from = offset_of(e, source);
    add_edit(e, from, from + source.len,
             gm_str_printf(e->arena, "%c%.*s%c", quote, GM_ARG(gm_django_name(id)), quote));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

/* The pair with its parentheses and its comma; the whole line where nothing else is on it. */
static void remove_item(editor *e, const gm_django_item *item)
{
    gm_str text = e->text;
    size_t from = offset_of(e, item->expr->source);
    size_t to = from + item->expr->source.len;
    if (text.ptr[from] != '(' && text.ptr[from] != '[' && item->expr->kind == GM_PY_TUPLE) {
        while (from > 0 && text.ptr[from] != '(')
            from--;
        while (to < text.len && text.ptr[to - 1] != ')')
            to++;
    }
    size_t comma = to;
    while (comma < text.len && is_space(text.ptr[comma]))
        comma++;
    if (comma < text.len && text.ptr[comma] == ',')
        to = comma + 1;
    while (to < text.len && is_blank(text.ptr[to]))
        to++;
    size_t line = from;
    while (line > 0 && is_blank(text.ptr[line - 1]))
        line--;
    if ((line == 0 || text.ptr[line - 1] == '\n') && to < text.len && text.ptr[to] == '\n')
        add_edit(e, line, to + 1, (gm_str){0});
    else
        add_edit(e, from, to, (gm_str){0});
}

/* At the head of a list that is written as one. */
static void insert_item(editor *e, const gm_django_class *found, gm_str id)
{
    const gm_django_value *value = &found->lists[GM_DJANGO_DEPENDENCIES];
    if (value->parts.len != 1 || value->parts.items[0]->kind != GM_PY_LIST ||
        value->parts.items[0]->source.ptr[0] != '[')
        return;
    const gm_py_expr *list = value->parts.items[0];
    size_t at = offset_of(e, list->source) + 1;
    bool more = list->args.len > 0;
    bool broken = at < e->text.len && (e->text.ptr[at] == '\n' || e->text.ptr[at] == '\r');
    gm_str pair = gm_str_printf(e->arena, "('%.*s', '%.*s')", GM_ARG(gm_django_app(id)),
                                GM_ARG(gm_django_name(id)));
    if (broken || !more)
        pair = gm_str_printf(e->arena, "\n        %.*s,%s", GM_ARG(pair), broken ? "" : "\n    ");
    else
        pair = gm_str_printf(e->arena, "%.*s, ", GM_ARG(pair));
    gm_vec_push(e->arena, &e->edits, (edit){at, at, pair});
}

static gm_str renamed(const gm_map *names, gm_str id)
{
    const gm_str *other = gm_map_get(names, id);
    return other ? *other : id;
}

/* One parent takes the place of another, as long as there are both. */
static void change_parents(editor *e, const gm_django_class *found, const gm_django_items *items,
                           gm_str app, const gm_strs *parents, const gm_map *names)
{
    gm_strs kept = {0};
    gm_strs added = {0};
    size_t next = 0;
    GM_EACH (const gm_django_item, item, items)
        if (gm_strs_have(parents, renamed(names, item->key)))
            gm_vec_push(e->arena, &kept, renamed(names, item->key));
    GM_EACH (const gm_str, id, parents)
        if (!gm_strs_have(&kept, *id))
            gm_vec_push(e->arena, &added, *id);
    GM_EACH (const gm_django_item, item, items) {
        gm_str id = renamed(names, item->key);
        bool kin = gm_str_eq(gm_django_app(item->key), app) &&
                   !gm_str_is(gm_django_name(item->key), "__first__");
        if (kin && !gm_strs_have(parents, id) && next < added.len)
            rename_item(e, item, added.items[next++]);
        else if (kin && !gm_strs_have(parents, id))
            remove_item(e, item);
        else if (!gm_str_eq(id, item->key))
            rename_item(e, item, id);
    }
    for (; next < added.len; next++)
        insert_item(e, found, added.items[next]);
}

static gm_str apply(editor *e)
{
    gm_buf buf = gm_buf_new(e->arena, SIZE_MAX);
    size_t at = 0;
    gm_sort(e->edits.items, e->edits.len, sizeof(*e->edits.items), by_place);
    GM_EACH (const edit, one, &e->edits) {
        gm_buf_add(&buf, gm_str_sub(e->text, at, one->from));
        gm_buf_add(&buf, one->with);
        at = one->to;
    }
    gm_buf_add(&buf, gm_str_sub(e->text, at, e->text.len));
    return gm_buf_str(&buf);
}

gm_str gm_django_renamed(gm_arena *arena, const gm_revision *revision, const gm_strs *parents,
                         const gm_map *names)
{
    editor e = {.arena = arena, .text = revision->text};
    gm_revision_file file = gm_revision_file_of(revision);
    gm_err unread = gm_err_new(arena);
    gm_django_class found;
    file.bytes = revision->text;
    if (gm_django_find_class(arena, &file, &found, &unread) != GM_OK || !found.found)
        return revision->text;
    for (int list = 0; list < GM_DJANGO_LISTS; list++) {
        gm_django_items items = {0};
        if (gm_django_items_of(arena, &file, &found, (gm_django_list)list, &items, &unread) !=
            GM_OK)
            return revision->text;
        if (list == GM_DJANGO_DEPENDENCIES) {
            change_parents(&e, &found, &items, revision->app, parents, names);
            continue;
        }
        GM_EACH (const gm_django_item, item, &items)
            if (!gm_str_eq(renamed(names, item->key), item->key))
                rename_item(&e, item, renamed(names, item->key));
    }
    return apply(&e);
}
