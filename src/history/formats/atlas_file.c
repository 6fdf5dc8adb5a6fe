/* SPDX-License-Identifier: Apache-2.0 */
#include "history/formats/atlas_file.h"

typedef struct {
    gm_str before;
    gm_str name;
    gm_str value;
} directive;

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* `^([ -~]*)atlas:(\w+)(?: +(.+))*`: the last one of the line. */
static bool find_directive(gm_str line, directive *found)
{
    const gm_str mark = GM_STR("atlas:");
    size_t printable = 0;
    line = gm_str_sub(line, 0, gm_str_find(line, '\n', 0));
    while (printable < line.len && line.ptr[printable] >= ' ' && line.ptr[printable] <= '~')
        printable++;
    for (size_t i = printable + 1; i-- > 0;) {
        gm_str rest = gm_str_sub(line, i, line.len);
        if (!gm_str_starts(rest, mark) || rest.len == mark.len || !is_word(rest.ptr[mark.len]))
            continue;
        size_t end = mark.len;
        while (end < rest.len && is_word(rest.ptr[end]))
            end++;
        *found = (directive){gm_str_sub(line, 0, i), gm_str_sub(rest, mark.len, end), {0}};
        while (end < rest.len && rest.ptr[end] == ' ')
            found->value = gm_str_sub(rest, ++end, rest.len);
        return true;
    }
    return false;
}

/* Its comments at the top, or nothing where a statement follows without an empty line. */
static gm_strs top_comments(gm_arena *arena, gm_str text)
{
    gm_strs comments = {0};
    while (gm_str_starts(text, GM_STR("#")) || gm_str_starts(text, GM_STR("--"))) {
        size_t end = gm_str_find(text, '\n', 0);
        if (end == text.len)
            return (gm_strs){0};
        gm_vec_push(arena, &comments, gm_str_trim(gm_str_sub(text, 0, end)));
        text = gm_str_sub(text, end + 1, text.len);
    }
    size_t blanks = 0;
    while (blanks < text.len && (text.ptr[blanks] == ' ' || text.ptr[blanks] == '\t'))
        blanks++;
    bool parted = !text.len || (blanks < text.len && text.ptr[blanks] == '\n');
    return parted ? comments : (gm_strs){0};
}

gm_atlas_file gm_atlas_file_read(gm_arena *arena, gm_str text)
{
    gm_atlas_file file = {0};
    directive found;
    if (find_directive(text, &found)) {
        file.ignored = gm_str_is(found.name, "sum") && gm_str_is(found.value, "ignore");
        file.delimited = gm_str_is(found.name, "delimiter") && gm_str_is(found.before, "-- ");
    }
    gm_strs comments = top_comments(arena, text);
    GM_EACH (const gm_str, comment, &comments) {
        if (!find_directive(*comment, &found))
            continue;
        file.checkpoint |= gm_str_is(found.name, "checkpoint");
        file.archive |= gm_str_is(found.name, "txtar");
        if (gm_str_is(found.name, "txmode"))
            gm_vec_push(arena, &file.txmodes, found.value);
    }
    return file;
}

gm_str gm_atlas_file_name(gm_str path)
{
    size_t slash = gm_str_rfind(path, '/');
    return slash < path.len ? gm_str_sub(path, slash + 1, path.len) : path;
}

static gm_str stem_of(gm_str path)
{
    gm_str name = gm_atlas_file_name(path);
    return gm_str_ends(name, GM_STR(".sql")) ? gm_str_sub(name, 0, name.len - 4) : name;
}

gm_str gm_atlas_file_version(gm_str path)
{
    gm_str stem = stem_of(path);
    return gm_str_sub(stem, 0, gm_str_find(stem, '_', 0));
}

gm_str gm_atlas_file_description(gm_str path)
{
    gm_str stem = stem_of(path);
    size_t end = gm_str_find(stem, '_', 0);
    return end < stem.len ? gm_str_sub(stem, end + 1, stem.len) : (gm_str){0};
}
