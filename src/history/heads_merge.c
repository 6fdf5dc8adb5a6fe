/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "history/heads_file.h"

/* ---- lineage by lineage ---- */

/* Three sorted lists on their way: all lines before `items` are done. */
typedef struct {
    gm_heads_file rest[3]; /* start, one, other */
} walk;

static const gm_str *first_lineage(const walk *w)
{
    const gm_str *first = NULL;
    for (size_t i = 0; i < 3; i++)
        if (w->rest[i].heads.len &&
            (!first || gm_str_cmp(w->rest[i].heads.items[0].lineage, *first) < 0))
            first = &w->rest[i].heads.items[0].lineage;
    return first;
}

/* Takes the lines of one lineage off a list. */
static gm_heads_file take(gm_heads_file *rest, gm_str lineage)
{
    gm_heads_file part = {0};
    part.heads.items = rest->heads.items;
    while (rest->heads.len && gm_str_eq(rest->heads.items[0].lineage, lineage)) {
        part.heads.len++;
        rest->heads.items++;
        rest->heads.len--;
    }
    return part;
}

static bool merge_lineage(gm_arena *arena, walk *w, gm_str lineage, gm_heads_file *merged)
{
    gm_heads_file start = take(&w->rest[0], lineage);
    gm_heads_file one = take(&w->rest[1], lineage);
    gm_heads_file other = take(&w->rest[2], lineage);
    const gm_heads_file *chosen;
    if (gm_heads_file_same(&start, &one) || gm_heads_file_same(&one, &other))
        chosen = &other;
    else if (gm_heads_file_same(&start, &other))
        chosen = &one;
    else
        return false;
    GM_EACH (const gm_heads_line, line, &chosen->heads)
        gm_vec_push(arena, &merged->heads, *line);
    return true;
}

/* The labels of lineages, "a,b" being two; false when one comes twice. */
static bool each_label_once(gm_arena *arena, const gm_heads_file *file)
{
    gm_map labels = gm_map_new(arena);
    GM_EACH (const gm_heads_line, line, &file->heads)
        for (size_t from = 0; from <= line->lineage.len;) {
            size_t end = gm_str_find(line->lineage, ',', from);
            if (!gm_map_add(&labels, gm_str_sub(line->lineage, from, end), NULL))
                return false;
            from = end + 1;
        }
    return true;
}

bool gm_heads_file_merge(gm_arena *arena, gm_heads_file *start, gm_heads_file *one,
                         gm_heads_file *other, gm_heads_file *merged)
{
    gm_heads_file *const sides[3] = {start, one, other};
    gm_heads_file made = {.marked = true};
    walk w;
    for (size_t i = 0; i < 3; i++) {
        gm_heads_file_sort(sides[i]);
        w.rest[i] = *sides[i];
    }
    for (const gm_str *lineage = first_lineage(&w); lineage; lineage = first_lineage(&w))
        if (!merge_lineage(arena, &w, *lineage, &made))
            return false;
    if (!each_label_once(arena, &made))
        return false;
    *merged = made;
    return true;
}

/* ---- a conflict ---- */

/* Whole lines that both begin with. */
static size_t common_start(gm_str one, gm_str other)
{
    size_t start = 0;
    for (size_t i = 0; i < one.len && i < other.len && one.ptr[i] == other.ptr[i]; i++)
        if (one.ptr[i] == '\n')
            start = i + 1;
    return start;
}

/* Whole lines that both end with, behind `start`. */
static size_t common_end(gm_str one, gm_str other, size_t start)
{
    size_t end = 0;
    for (size_t i = 1; i <= one.len - start && i <= other.len - start; i++) {
        if (one.ptr[one.len - i] != other.ptr[other.len - i])
            return end;
        bool one_begins = i == one.len - start || one.ptr[one.len - i - 1] == '\n';
        bool other_begins = i == other.len - start || other.ptr[other.len - i - 1] == '\n';
        if (one_begins && other_begins)
            end = i;
    }
    return end;
}

static void marker(gm_buf *buf, char c, size_t size, const char *label)
{
    for (size_t i = 0; i < size; i++)
        gm_buf_char(buf, c);
    gm_buf_printf(buf, "%s%s\n", *label ? " " : "", label);
}

static void side(gm_buf *buf, gm_str text)
{
    gm_buf_add(buf, text);
    if (text.len && text.ptr[text.len - 1] != '\n')
        gm_buf_char(buf, '\n');
}

gm_str gm_heads_file_conflict(gm_arena *arena, gm_str one, gm_str other, size_t size)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    size_t start = common_start(one, other);
    size_t end = common_end(one, other, start);
    gm_buf_add(&buf, gm_str_sub(one, 0, start));
    marker(&buf, '<', size, "one side");
    side(&buf, gm_str_sub(one, start, one.len - end));
    marker(&buf, '=', size, "");
    side(&buf, gm_str_sub(other, start, other.len - end));
    marker(&buf, '>', size, "the other side");
    gm_buf_add(&buf, gm_str_sub(one, one.len - end, one.len));
    return gm_buf_str(&buf);
}
