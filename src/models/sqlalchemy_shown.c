/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions -> text that is the same however they are laid out.
 *
 * What the reader takes apart is put together again in one form. Of what it does not (lambdas,
 * f-strings …) blanks, comments and which quotes were taken are left out.
 */
#include "base/buf.h"
#include "models/sqlalchemy.h"

static void show(gm_buf *buf, const gm_py_expr *expr);

static void show_args(gm_buf *buf, const gm_py_args *args)
{
    GM_EACH (gm_py_arg, arg, args) {
        if (arg != args->items)
            gm_buf_z(buf, ", ");
        for (unsigned i = 0; i < arg->stars; i++)
            gm_buf_char(buf, '*');
        if (arg->name.len)
            gm_buf_printf(buf, "%.*s=", GM_ARG(arg->name));
        if (arg->key) {
            show(buf, arg->key);
            gm_buf_z(buf, ": ");
        }
        if (arg->value)
            show(buf, arg->value);
    }
}

/* Blanks in SQL that stands in a string make no difference either. */
static void show_string(gm_buf *buf, gm_str text)
{
    bool blank = false;
    gm_buf_char(buf, '\'');
    text = gm_str_trim(text);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            blank = true;
            continue;
        }
        if (blank)
            gm_buf_char(buf, ' ');
        blank = false;
        gm_buf_char(buf, c);
    }
    gm_buf_char(buf, '\'');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\\';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 128;
}

/* The length of a string that begins at `at`, its quotes included. */
static size_t quoted(gm_str s, size_t at)
{
    char quote = s.ptr[at];
    size_t marks = at + 2 < s.len && s.ptr[at + 1] == quote && s.ptr[at + 2] == quote ? 3 : 1;
    size_t i = at + marks;
    for (; i < s.len; i++) {
        if (s.ptr[i] == '\\') {
            i++;
            continue;
        }
        if (s.ptr[i] != quote)
            continue;
        if (marks == 1 || (i + 2 < s.len && s.ptr[i + 1] == quote && s.ptr[i + 2] == quote))
            return i + marks - at;
    }
    return s.len - at;
}

static void show_source(gm_buf *buf, gm_str source)
{
    bool apart = false;
    for (size_t i = 0; i < source.len; i++) {
        char c = source.ptr[i];
        if (c == '#') {
            while (i + 1 < source.len && source.ptr[i + 1] != '\n')
                i++;
            apart = true;
            continue;
        }
        if (is_blank(c)) {
            apart = true;
            continue;
        }
        if (apart && buf->len && is_word(c) && is_word(buf->ptr[buf->len - 1]))
            gm_buf_char(buf, ' ');
        apart = false;
        if ((c == ')' || c == ']' || c == '}') && buf->len && buf->ptr[buf->len - 1] == ',')
            buf->len--; /* a comma that a formatter has put behind the last item */
        if (c == '\'' || c == '"') {
            size_t length = quoted(source, i);
            size_t marks = length >= 6 && source.ptr[i + 1] == c && source.ptr[i + 2] == c ? 3 : 1;
            gm_str inner = gm_str_sub(source, i + marks, i + length - (length > marks ? marks : 0));
            show_string(buf, inner);
            i += length - 1;
            continue;
        }
        gm_buf_char(buf, c);
    }
}

static void show_display(gm_buf *buf, const char *open, const gm_py_expr *expr, const char *close)
{
    gm_buf_z(buf, open);
    show_args(buf, &expr->args);
    gm_buf_z(buf, close);
}

static void show(gm_buf *buf, const gm_py_expr *expr)
{
    switch (expr->kind) {
    case GM_PY_STRING:
        show_string(buf, expr->text);
        break;
    case GM_PY_ATTRIBUTE:
        show(buf, expr->left);
        gm_buf_printf(buf, ".%.*s", GM_ARG(expr->text));
        break;
    case GM_PY_CALL:
        show(buf, expr->left);
        show_display(buf, "(", expr, ")");
        break;
    case GM_PY_SUBSCRIPT:
        show(buf, expr->left);
        show_display(buf, "[", expr, "]");
        break;
    case GM_PY_TUPLE:
        show_display(buf, "(", expr, ")");
        break;
    case GM_PY_LIST:
        show_display(buf, "[", expr, "]");
        break;
    case GM_PY_SET:
    case GM_PY_DICT:
        show_display(buf, "{", expr, "}");
        break;
    case GM_PY_BINARY:
        gm_buf_char(buf, '(');
        show(buf, expr->left);
        gm_buf_printf(buf, " %.*s ", GM_ARG(expr->text));
        show(buf, expr->right);
        gm_buf_char(buf, ')');
        break;
    case GM_PY_UNARY:
        gm_buf_printf(buf, "%.*s ", GM_ARG(expr->text));
        show(buf, expr->right);
        break;
    case GM_PY_OTHER:
        show_source(buf, expr->source);
        break;
    default:
        gm_buf_add(buf, expr->text);
    }
}

gm_str gm_sa_shown(gm_arena *arena, const gm_py_expr *expr)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    show(&buf, expr);
    return gm_buf_str(&buf);
}
