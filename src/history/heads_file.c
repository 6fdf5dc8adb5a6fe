/* SPDX-License-Identifier: Apache-2.0 */
#include "history/heads_file.h"

#include "base/buf.h"

#define MARK "# gmig heads:"

/* It does not change from version to version: two of them at work on one history would otherwise
 * each undo what the other wrote. */
static const char heading[] =
    MARK " where the migration history ends, one revision a line and its lineage.\n"
         "# gmig writes this file. `gmig merge` or `gmig rebase` mends a conflict in it.\n";

/* git's are of 7 characters, unless an attribute says otherwise (conflict-marker-size). */
enum { MARKER_MIN = 7 };

/* ---- of a history ---- */

static int by_lineage(const void *a, const void *b)
{
    const gm_heads_line *x = a;
    const gm_heads_line *y = b;
    int lineage = gm_str_cmp(x->lineage, y->lineage);
    return lineage ? lineage : gm_str_cmp(x->id, y->id);
}

gm_heads_file gm_heads_file_of(gm_arena *arena, const gm_graph *graph)
{
    gm_heads_file file = {.marked = true};
    GM_EACH (gm_node *, head, &graph->heads) {
        if ((*head)->revision->repeatable)
            continue;
        gm_heads_line line = {.id = (*head)->revision->id,
                              .lineage = gm_lineage_name(arena, (*head)->lineage)};
        gm_vec_push(arena, &file.heads, line);
    }
    gm_heads_file_sort(&file);
    return file;
}

/* ---- text ---- */

/* What could be a blank, the end of a line, a comment, a marker or an escape. */
static bool must_escape(gm_str word, size_t at)
{
    unsigned char c = (unsigned char)word.ptr[at];
    return c <= ' ' || c == 0x7f || c == '%' || (at == 0 && strchr("#<=>|", c));
}

static void write_word(gm_buf *buf, gm_str word)
{
    for (size_t i = 0; i < word.len; i++) {
        if (must_escape(word, i))
            gm_buf_printf(buf, "%%%02X", (unsigned)(unsigned char)word.ptr[i]);
        else
            gm_buf_char(buf, word.ptr[i]);
    }
}

gm_str gm_heads_file_text(gm_arena *arena, const gm_heads_file *file)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    const gm_heads_line *before = NULL;
    gm_buf_z(&buf, heading);
    GM_EACH (const gm_heads_line, line, &file->heads) {
        if (!before || !gm_str_eq(before->lineage, line->lineage)) {
            gm_buf_z(&buf, "\n# ");
            write_word(&buf, line->lineage);
            gm_buf_char(&buf, '\n');
        }
        write_word(&buf, line->id);
        gm_buf_char(&buf, ' ');
        write_word(&buf, line->lineage);
        gm_buf_char(&buf, '\n');
        before = line;
    }
    return gm_buf_str(&buf);
}

/* ---- reading ---- */

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* False for an escape that is none. */
static bool read_word(gm_arena *arena, gm_str text, gm_str *word)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    *word = text;
    if (!gm_str_has(text, '%'))
        return text.len > 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '%') {
            gm_buf_char(&buf, text.ptr[i]);
            continue;
        }
        int high = i + 2 < text.len ? digit(text.ptr[i + 1]) : -1;
        int low = i + 2 < text.len ? digit(text.ptr[i + 2]) : -1;
        if (high < 0 || low < 0)
            return false;
        gm_buf_char(&buf, (char)(high * 16 + low));
        i += 2;
    }
    *word = gm_buf_str(&buf);
    return true;
}

static bool is_marker(gm_str line)
{
    size_t run = 0;
    if (!line.len || !strchr("<=>|", line.ptr[0]))
        return false;
    while (run < line.len && line.ptr[run] == line.ptr[0])
        run++;
    return run >= MARKER_MIN && (run == line.len || line.ptr[run] == ' ');
}

static bool read_head(gm_arena *arena, gm_str line, gm_heads_line *head)
{
    size_t blank = gm_str_find(line, ' ', 0);
    gm_str lineage = gm_str_sub(line, blank + 1, line.len);
    return blank < line.len && !gm_str_has(lineage, ' ') &&
           read_word(arena, gm_str_sub(line, 0, blank), &head->id) &&
           read_word(arena, lineage, &head->lineage);
}

gm_heads_file gm_heads_file_parse(gm_arena *arena, gm_str text)
{
    gm_heads_file file = {0};
    gm_str line;
    while (gm_str_line(&text, &line)) {
        gm_heads_line head = {.line = ++file.lines};
        line = gm_str_trim(line);
        file.marked |= gm_str_starts(line, GM_STR(MARK));
        if (!line.len || line.ptr[0] == '#')
            continue;
        if (is_marker(line))
            file.conflict = file.conflict ? file.conflict : head.line;
        else if (read_head(arena, line, &head))
            gm_vec_push(arena, &file.heads, head);
        else if (!file.strange)
            file.strange = head.line;
    }
    return file;
}

void gm_heads_file_sort(gm_heads_file *file)
{
    gm_sort(file->heads.items, file->heads.len, sizeof(*file->heads.items), by_lineage);
}

bool gm_heads_file_sound(const gm_heads_file *file)
{
    return file->marked && !file->conflict && !file->strange;
}

bool gm_heads_file_same(const gm_heads_file *a, const gm_heads_file *b)
{
    if (a->heads.len != b->heads.len)
        return false;
    for (size_t i = 0; i < a->heads.len; i++)
        if (by_lineage(&a->heads.items[i], &b->heads.items[i]))
            return false;
    return true;
}
