/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "base/buf.h"
#include "lang/python.h"

/* ---- a tree as one line of text ---- */

static void show(gm_buf *out, const gm_py_expr *e);

static void show_args(gm_buf *out, const gm_py_args *args)
{
    GM_EACH (const gm_py_arg, arg, args) {
        gm_buf_z(out, arg == args->items ? "" : " ");
        for (unsigned i = 0; i < arg->stars; i++)
            gm_buf_char(out, '*');
        if (arg->name.len)
            gm_buf_printf(out, "%.*s=", GM_ARG(arg->name));
        if (arg->key) {
            show(out, arg->key);
            gm_buf_char(out, ':');
        }
        show(out, arg->value);
    }
}

static void show_in(gm_buf *out, const char *open, const gm_py_expr *e, const char *close)
{
    gm_buf_z(out, open);
    show_args(out, &e->args);
    gm_buf_z(out, close);
}

/* Strings in quotes, OTHER as <source>; a call is f(…), an operation {a + b}. */
static void show(gm_buf *out, const gm_py_expr *e)
{
    if (!e) {
        gm_buf_z(out, "NULL");
        return;
    }
    switch (e->kind) {
    case GM_PY_NAME:
    case GM_PY_NUMBER:
    case GM_PY_CONSTANT:
        gm_buf_add(out, e->text);
        break;
    case GM_PY_STRING:
        gm_buf_printf(out, "%s'%.*s'", e->bytes ? "b" : "", GM_ARG(e->text));
        break;
    case GM_PY_ATTRIBUTE:
        show(out, e->left);
        gm_buf_printf(out, ".%.*s", GM_ARG(e->text));
        break;
    case GM_PY_CALL:
        show(out, e->left);
        show_in(out, "(", e, ")");
        break;
    case GM_PY_SUBSCRIPT:
        show(out, e->left);
        show_in(out, "[", e, "]");
        break;
    case GM_PY_TUPLE:
        show_in(out, "tuple(", e, ")");
        break;
    case GM_PY_LIST:
        show_in(out, "list(", e, ")");
        break;
    case GM_PY_SET:
        show_in(out, "set(", e, ")");
        break;
    case GM_PY_DICT:
        show_in(out, "dict(", e, ")");
        break;
    case GM_PY_BINARY:
        gm_buf_char(out, '{');
        show(out, e->left);
        gm_buf_printf(out, " %.*s ", GM_ARG(e->text));
        show(out, e->right);
        gm_buf_char(out, '}');
        break;
    case GM_PY_UNARY:
        gm_buf_printf(out, "{%.*s ", GM_ARG(e->text));
        show(out, e->right);
        gm_buf_char(out, '}');
        break;
    case GM_PY_OTHER:
        gm_buf_printf(out, "<%.*s>", GM_ARG(e->source));
        break;
    }
}

static void show_exprs(gm_buf *out, const gm_py_exprs *list, const char *behind)
{
    for (size_t i = 0; i < list->len; i++) {
        show(out, list->items[i]);
        gm_buf_z(out, behind);
    }
}

static void show_statements(gm_buf *out, const gm_py_statements *list);

static void show_statement(gm_buf *out, const gm_py_statement *s)
{
    gm_buf_printf(out, "%zu", s->line);
    if (s->last_line != s->line)
        gm_buf_printf(out, "-%zu", s->last_line);
    gm_buf_char(out, ' ');
    show_exprs(out, &s->decorators, "@ ");
    switch (s->kind) {
    case GM_PY_ASSIGN:
        show_exprs(out, &s->targets, s->annotation ? "" : " = ");
        if (s->annotation) {
            gm_buf_z(out, ": ");
            show(out, s->annotation);
            gm_buf_z(out, " = ");
        }
        show(out, s->value);
        break;
    case GM_PY_AUGMENT:
        show_exprs(out, &s->targets, "");
        gm_buf_printf(out, " %.*s= ", GM_ARG(s->text));
        show(out, s->value);
        break;
    case GM_PY_EXPR:
        show(out, s->value);
        break;
    case GM_PY_CLASS:
        gm_buf_printf(out, "class %.*s(", GM_ARG(s->name));
        show_args(out, &s->args);
        gm_buf_char(out, ')');
        break;
    case GM_PY_FUNCTION:
        gm_buf_printf(out, "def %.*s", GM_ARG(s->name));
        break;
    case GM_PY_RETURN:
        gm_buf_z(out, "return ");
        show(out, s->value);
        break;
    case GM_PY_IMPORT:
        gm_buf_z(out, "import");
        GM_EACH (const gm_py_import, i, &s->imports)
            gm_buf_printf(out, " %.*s/%.*s/%.*s", GM_ARG(i->module), GM_ARG(i->name),
                          GM_ARG(i->as));
        break;
    case GM_PY_BLOCK:
        gm_buf_add(out, s->text);
        if (s->value) {
            gm_buf_char(out, ' ');
            show(out, s->value);
        }
        break;
    case GM_PY_PASS:
    case GM_PY_STATEMENT_OTHER:
        gm_buf_printf(out, "%.*s.", GM_ARG(s->text));
        break;
    case GM_PY_STATEMENT_BROKEN:
        gm_buf_z(out, "BROKEN");
        break;
    }
    if (s->body.len) {
        gm_buf_z(out, " [");
        show_statements(out, &s->body);
        gm_buf_char(out, ']');
    }
}

static void show_statements(gm_buf *out, const gm_py_statements *list)
{
    for (size_t i = 0; i < list->len; i++) {
        gm_buf_z(out, i ? "; " : "");
        show_statement(out, list->items[i]);
    }
}

static const char *tree(gm_arena *arena, gm_str source)
{
    gm_buf out = gm_buf_new(arena, 1 << 20);
    gm_py_statements all = gm_py_read_all(gm_py_open(arena, source));
    show_statements(&out, &all);
    return gm_str_z(arena, gm_buf_str(&out));
}

typedef struct {
    const char *source;
    const char *tree;
} row;

static void check_rows(const row *rows, size_t count)
{
    gm_arena *arena = gm_arena_new();
    for (size_t i = 0; i < count; i++)
        assert_string_equal(tree(arena, gm_str_from(rows[i].source)), rows[i].tree);
    gm_arena_free(arena);
}

#define CHECK(rows) check_rows((rows), sizeof(rows) / sizeof((rows)[0]))

/* ---- what revision files say ---- */

static void every_form_of_a_revision_is_read(void **state)
{
    (void)state;
    static const row rows[] = {
        {"revision = '3f1a'", "1 revision = '3f1a'"},
        {"revision = u'3f1a'\n", "1 revision = '3f1a'"},
        {"revision: str = \"a\"  # pragma: allowlist secret", "1 revision: str = 'a'"},
        {"revision='0008'\ndown_revision='0007'", "1 revision = '0008'; 2 down_revision = '0007'"},
        {"revision: Final = 'a'", "1 revision: Final = 'a'"},
        {"revision: Final[str] = 'a'", "1 revision: Final[str] = 'a'"},
        {"down_revision: Final[str | None] = 'b'", "1 down_revision: Final[{str | None}] = 'b'"},
        {"down_revision = None", "1 down_revision = None"},
        {"down_revision = ('X')", "1 down_revision = 'X'"},
        {"down_revision = 'X',", "1 down_revision = tuple('X')"},
        {"down_revision = ('a', 'b')", "1 down_revision = tuple('a' 'b')"},
        {"down_revision = ['a', 'b', 'c']", "1 down_revision = list('a' 'b' 'c')"},
        {"down_revision: Union[str, Sequence[str], None] = [\n    'a',\n    'b', \n]",
         "1-4 down_revision: Union[str Sequence[str] None] = list('a' 'b')"},
        {"down_revision: tuple[str, ...] = (\n    \"a\",\n    \"b\",\n)",
         "1-4 down_revision: tuple[str ...] = tuple('a' 'b')"},
        {"down_revision: tuple[str, str] | None = ('a', 'b')  # type: ignore[assignment]",
         "1 down_revision: {tuple[str str] | None} = tuple('a' 'b')"},
        {"down_revision = (  # merge of 'x'\n    'a',  # first parent\n    'b',\n)",
         "1-4 down_revision = tuple('a' 'b')"},
        {"branch_labels: None\ndepends_on: None",
         "1 branch_labels: None = NULL; 2 depends_on: None = NULL"},
        {"revision, down_revision = '0027', '0026'\nbranch_labels = depends_on = None",
         "1 tuple(revision down_revision) = tuple('0027' '0026'); "
         "2 branch_labels = depends_on = None"},
        {"previous = '0006'\ndown_revision = previous",
         "1 previous = '0006'; 2 down_revision = previous"},
        {"down_revision = f\"{int(revision) - 1:03d}\"",
         "1 down_revision = <f\"{int(revision) - 1:03d}\">"},
        {"revision = _filename.split('_')[0]", "1 revision = _filename.split('_')[0]"},
        {"revision = str(uuid4())", "1 revision = str(uuid4())"},
        {"down_revision = ''  # or None", "1 down_revision = ''"},
        {" down_revision = '95e7'\nx = 1", "1 BROKEN [1 down_revision = '95e7']; 2 x = 1"},
        {"depends_on: str | Sequence[str] | None = (\n    'a'  # comment\n)",
         "1-3 depends_on: {{str | Sequence[str]} | None} = 'a'"},
        {"depends_on = ()", "1 depends_on = tuple()"},
        {"branch_labels = ('neutron-' + cli.EXPAND_BRANCH,)",
         "1 branch_labels = tuple({'neutron-' + cli.EXPAND_BRANCH})"},
        {"revision = Table('revision', meta, schema='x')",
         "1 revision = Table('revision' meta schema='x')"},
    };
    CHECK(rows);
}

/* ---- tokens ---- */

static void strings_say_what_python_says(void **state)
{
    (void)state;
    static const row rows[] = {
        {"'a' \"b\" '''c\nd''' \"\"\"e\"f\"\"\"", "1-2 'abc\nde\"f'"},
        {"('a'\n 'b')", "1-2 'ab'"},
        {"'\\\\ \\' \\\" \\a\\b\\f\\n\\r\\t\\v'", "1 '\\ ' \" \a\b\f\n\r\t\v'"},
        {"'\\101\\1018\\x41\\u00e9\\U0001F600'", "1 'AA8A\xc3\xa9\xf0\x9f\x98\x80'"},
        {"'\\xe9' b'\\351'", "1 BROKEN"},
        {"'\\777'", "1 '\xc7\xbf'"},
        {"b'\\xe9\\351\\u00e9'", "1 b'\xe9\xe9\\u00e9'"},
        {"'a\\\nb'", "1-2 'ab'"},
        {"'\\q \\N{DASH}'", "1 '\\q \\N{DASH}'"},
        {"r'\\d\\'' R\"\\\"\"", "1 '\\d\\'\\\"'"},
        {"rb'\\x' Br'\\n' bR'' BR'' b''", "1 b'\\x\\n'"},
        {"U'u' u\"\"", "1 'u'"},
        {"f'a' F'{{}}'", "1 'a{}'"},
        {"f'{a}'", "1 <f'{a}'>"},
        {"'a' fr'{a}\\'", "1 BROKEN"},
        {"rf'\\{a}' Fr''", "1 <rf'\\{a}' Fr''>"},
        {"f'{a[\"b\"]!r:>{w}}'", "1 <f'{a[\"b\"]!r:>{w}}'>"},
        {"f'{a['b']}' + 'c'", "1 {<f'{a['b']}'> + 'c'}"},
        {"f'{f'{f'{1}'}'}'; x", "1 <f'{f'{f'{1}'}'}'>; 1 x"},
        {"f'{x:%H:%M}' f'\\N{DASH}'", "1 <f'{x:%H:%M}' f'\\N{DASH}'>"},
        {"f'''{\n  x  # ' }\n}'''; y", "1-3 <f'''{\n  x  # ' }\n}'''>; 3 y"},
        {"t'a'", "1 <t'a'>"},
        {"ur'x'", "1 BROKEN"},
        {"bu'x'\nfb'x'\nrr'x'\nbb'x'\nru'x'", "1 BROKEN; 2 BROKEN; 3 BROKEN; 4 BROKEN; 5 BROKEN"},
        {"f'{x:#x}' f\"{x:'>{w}}\"", "1 <f'{x:#x}' f\"{x:'>{w}}\">"},
        {"f'{x!r}{y:{z:{w}}}' f'{ {1: 2}[1] }'", "1 <f'{x!r}{y:{z:{w}}}' f'{ {1: 2}[1] }'>"},
        {"f'{a'\nb\nf'}'\nf'{'\nc", "1 BROKEN; 2 b; 3 BROKEN; 4 BROKEN; 5 c"},
        {"'\\xZZ'\n'\\u12'\n'\\U00110000'", "1 BROKEN; 2 BROKEN; 3 BROKEN"},
        {"x = 'open\ny = 1", "1 BROKEN; 2 y = 1"},
        {"x = '''open\ny = 1", "1-2 BROKEN"},
        {"'''a\r\nb\rc'''\nx", "1-3 'a\nb\nc'; 4 x"},
        {"'\xff\xfe'", "1 '\xff\xfe'"},
    };
    CHECK(rows);
}

static void lines_are_those_of_python(void **state)
{
    (void)state;
    static const row rows[] = {
        {"", ""},
        {"\xef\xbb\xbf", ""},
        {"\xef\xbb\xbfx = 1", "1 x = 1"},
        {"\n\n# c\n  # d\n\t\nx", "6 x"},
        {"a\r\nb\rc\nd", "1 a; 2 b; 3 c; 4 d"},
        {"x = 1 + \\\n  2\ny", "1-2 x = {1 + 2}; 3 y"},
        {"x = 1 + \\\r\n  2\ry", "1-2 x = {1 + 2}; 3 y"},
        {"x = (1 +  # c\n\n  2)\ny", "1-3 x = {1 + 2}; 4 y"},
        {"x = 1 \\ \ny", "1 BROKEN; 2 y"},
        {"x \\", "1 BROKEN"},
        {"\x0cx\n  \x0cy", "1 x; 2 y"},
        {"if a:\n\tb\n        c\nd", "1-3 if a [2 b; 3 BROKEN]; 4 d"},
        {"if a:\n\tb\n\tc", "1-3 if a [2 b; 3 c]"},
        {"if a:\n  if b:\n    c\n # comment\n  d\ne", "1-5 if a [2-3 if b [3 c]; 5 d]; 6 e"},
        {"if a:\n    b\n  c\nd", "1-2 if a [2 b]; 3 BROKEN [3 BROKEN]; 4 d"},
        {"if a:\n  b\n   ", "1-2 if a [2 b]"},
        {"if a:\n  \\\n    \\\n b\n  c", "1-5 if a [4 b; 5 c]"},
        {"a; b;\nc", "1 a; 1 b; 2 c"},
        {"if a: b; c;\nd", "1 if a [1 b; 1 c]; 2 d"},
        {"\xc3\xa9t\xc3\xa9 = 1", "1 \xc3\xa9t\xc3\xa9 = 1"},
        {"x = $y\nz", "1 BROKEN; 2 z"},
    };
    CHECK(rows);
    gm_arena *arena = gm_arena_new();
    assert_string_equal(tree(arena, gm_str_of("a\0b\nc", 5)), "1 BROKEN; 2 c");
    gm_arena_free(arena);
}

static void numbers_are_as_written(void **state)
{
    (void)state;
    static const row rows[] = {
        {"0, 00, 1_000, 0xFF, 0o17, 0b1_0, 0X_f", "1 tuple(0 00 1_000 0xFF 0o17 0b1_0 0X_f)"},
        {"1., .5, 1.5e-3, 1E5, 1j, 010.5, 1e+10J", "1 tuple(1. .5 1.5e-3 1E5 1j 010.5 1e+10J)"},
        {"0777\n10L\n0x\n1__0\n1_", "1 BROKEN; 2 BROKEN; 3 BROKEN; 4 BROKEN; 5 BROKEN"},
        {"1 .real, 1..real", "1 tuple(1.real 1..real)"},
    };
    CHECK(rows);
}

/* ---- expressions ---- */

static void operators_bind_as_in_python(void **state)
{
    (void)state;
    static const row rows[] = {
        {"a + b * c - d", "1 {{a + {b * c}} - d}"},
        {"-a ** -b ** c", "1 {- {a ** {- {b ** c}}}}"},
        {"not a == b and c or d", "1 {{{not {a == b}} and c} or d}"},
        {"a | b ^ c & d << e // f @ g % h", "1 {a | {b ^ {c & {d << {{{e // f} @ g} % h}}}}}"},
        {"a not in b, a is not b, a is b, a in b, a != b",
         "1 tuple({a not in b} {a is not b} {a is b} {a in b} {a != b})"},
        {"a < b < c", "1 <a < b < c>"},
        {"(a < b) < c", "1 {{a < b} < c}"},
        {"~+a", "1 {~ {+ a}}"},
        {"a.b(c)[d].e(f, g=h, *i, **j)", "1 a.b(c)[d].e(f g=h *i **j)"},
        {"a[b, c], a[b,], a[:], a[1:2, *c]", "1 tuple(a[b c] a[b] a[<:>] a[<1:2> *c])"},
        {"{}, {a}, {a: b, **c}, {*a, b}", "1 tuple(dict() set(a) dict(a:b c) set(*a b))"},
        {"[], [a], [a, *b,], (a,), (*a, b), *a, b",
         "1 tuple(list() list(a) list(a *b) tuple(a) tuple(*a b) *a b)"},
        {"a if b else c", "1 <a if b else c>"},
        {"f(lambda x, *y, z=1: x, a)", "1 f(<lambda x, *y, z=1: x> a)"},
        {"f(x for x in y), [x for x, *z in y if a if b], {x: y for x in z}, {x async for x in y}",
         "1 tuple(f(<x for x in y>) <[x for x, *z in y if a if b]> <{x: y for x in z}> "
         "<{x async for x in y}>)"},
        {"f(a := 1, (b := 2))", "1 f(<a := 1> <b := 2>)"},
        {"await a.b(c)", "1 <await a.b(c)>"},
        {"x = yield\ny = (yield from a)", "1 x = <yield>; 2 y = <yield from a>"},
        {"f((a)=1)\nf(a.b=1)", "1 BROKEN; 2 BROKEN"},
        {"f(a b)\n[a b]\n{a: b, c}\n(a]\n[,]\nx)\ny",
         "1 BROKEN; 2 BROKEN; 3 BROKEN; 4 BROKEN; 5 BROKEN; 6 BROKEN; 7 y"},
        {"a +\nb", "1 BROKEN; 2 b"},
        {"*a\n*a,", "1 <*a>; 2 tuple(*a)"},
        {"(a.b := 1)\na + not b\n[a for f() in b]\nlambda *: a\nlambda 1: a",
         "1 BROKEN; 2 BROKEN; 3 BROKEN; 4 BROKEN; 5 BROKEN"},
        {"lambda: a, lambda *, b: c, lambda a, /, *b, **c: d",
         "1 tuple(<lambda: a> <lambda *, b: c> <lambda a, /, *b, **c: d>)"},
        {"x.class\nx = if", "1 BROKEN; 2 BROKEN"},
    };
    CHECK(rows);
}

static void an_expression_knows_its_source_and_line(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_str source = GM_STR("x = (\n  (a) + b(\n    1))\ny = ((c))\n@d\ndef f():\n  pass # e\n");
    gm_py_reader *reader = gm_py_open(arena, source);
    const gm_py_statement *s = gm_py_next(reader);
    assert_str(s->source, "x = (\n  (a) + b(\n    1))");
    assert_str(s->value->source, "(a) + b(\n    1)");
    assert_int_equal(s->value->line, 2);
    assert_str(s->value->left->source, "a");
    assert_int_equal(s->value->right->line, 2);
    assert_int_equal(gm_py_positional(&s->value->right->args, 0)->line, 3);
    assert_str(gm_py_next(reader)->value->source, "c");
    s = gm_py_next(reader);
    assert_str(s->source, "def f():\n  pass");
    assert_int_equal(s->line, 6);
    assert_int_equal(s->last_line, 7);
    assert_null(gm_py_next(reader));
    assert_null(gm_py_next(reader));
    gm_arena_free(arena);
}

/* ---- statements ---- */

static void statements_of_python_3_are_read(void **state)
{
    (void)state;
    static const row rows[] = {
        {"import a.b.c, d as e, f . g", "1 import a.b.c//a d//e f.g//f"},
        {"from .. import a\nfrom ... import b\nfrom .m . n import (c as d, e,)\nfrom f import *",
         "1 import ../a/a; 2 import .../b/b; 3 import .m.n/c/d .m.n/e/e; 4 import f/*/*"},
        {"import\nimport a.\nfrom import b\nfrom a import\nfrom a import (b",
         "1 BROKEN; 2 BROKEN; 3 BROKEN; 4 BROKEN; 5 BROKEN"},
        {"a = b = c.d[e] = 1", "1 a = b = c.d[e] = 1"},
        {"a, [b, *c] = d", "1 tuple(a list(b *c)) = d"},
        {"a.b: int\nc[d]: int = 1, 2", "1 a.b: int = NULL; 2 c[d]: int = tuple(1 2)"},
        {"a, f() = 1", "1 BROKEN"},
        {"def f(*): a\ndef f(**, a): b\ndef f(a b): c\ndef f(1): d",
         "1 BROKEN; 2 BROKEN; 3 BROKEN; 4 BROKEN"},
        {"match(a)\nmatch[b]: int = 1\nmatch -1\nmatch * (a)\nmatch [a]",
         "1 match(a); 2 match[b]: int = 1; 3 {match - 1}; 4 {match * a}; 5 match[a]"},
        {"f() = 1\n1 = a\nNone = a\na + b = c\n(a, b): int\nf() += 1",
         "1 BROKEN; 2 BROKEN; 3 BROKEN; 4 BROKEN; 5 BROKEN; 6 BROKEN"},
        {"a += 1; b //= 2; c >>= d; e **= f; g @= h",
         "1 a += 1; 1 b //= 2; 1 c >>= d; 1 e **= f; 1 g @= h"},
        {"def f(a, /, b: int = 1, *, c=2, **d) -> list[int]: return a, *b",
         "1 def f [1 return tuple(a *b)]"},
        {"async def f(*a: *T): return", "1 def f [1 return NULL]"},
        {"def f[T: (int, str), *U](a): pass\nclass C[T]: pass\ntype X[T] = list[T]",
         "1 def f [1 pass.]; 2 class C() [2 pass.]; 3 type."},
        {"del a, b[0]; global c, d; nonlocal e; raise; raise a from b; assert a, b; break; "
         "continue",
         "1 del.; 1 global.; 1 nonlocal.; 1 raise.; 1 raise.; 1 assert.; 1 break.; 1 continue."},
        {"class A(B, metaclass=M, *c, **d):\n  'doc'\n  x: int = 1\n\n  @p\n  @q.r(1)\n"
         "  def f(self): pass\n  if a:\n    y = 1\n  else:\n    y = 2\n",
         "1-11 class A(B metaclass=M *c **d) [2 'doc'; 3 x: int = 1; "
         "7 p@ q.r(1)@ def f [7 pass.]; 8-9 if a [9 y = 1]; 10-11 else [11 y = 2]]"},
        {"if a: b\nelif (c := d): e\nelse: f", "1 if a [1 b]; 2 elif <c := d> [2 e]; 3 else [3 f]"},
        {"while a:\n  b\nelse: c\nfor a, *b in c, d: e\nelse: f",
         "1-2 while a [2 b]; 3 else [3 c]; 4 for [4 e]; 5 else [5 f]"},
        {"try: a\nexcept (B, C) as d: e\nexcept: f\nelse: g\nfinally: h\ntry: a\nexcept* B: c",
         "1 try [1 a]; 2 except [2 e]; 3 except [3 f]; 4 else [4 g]; 5 finally [5 h]; "
         "6 try [6 a]; 7 except [7 c]"},
        {"with a as b, c: d\nwith (a as b, c as d,): e\nwith (a, b) as c: d\nwith (a).b: c",
         "1 with [1 d]; 2 with [2 e]; 3 with tuple(a b) [3 d]; 4 with a.b [4 c]"},
        {"async def f():\n  async with a: b\n  async for c in d: e",
         "1-3 def f [2 with a [2 b]; 3 for [3 e]]"},
        {"match a, *b:\n  case {'x': 1, **r} if lambda: z: c\n  case -1 | [d, *_]:\n    e",
         "1-4 match [2 case [2 c]; 3-4 case [4 e]]"},
        {"match = 1; match(a); match[b]: int = 1; match.c; case = type = 2; match -1",
         "1 match = 1; 1 match(a); 1 match[b]: int = 1; 1 match.c; 1 case = type = 2; "
         "1 {match - 1}"},
        {"match (a):\n  case _: b\nmatch -a:\n  case _: b\ntype(x)\ntype = y",
         "1-2 match [2 case [2 b]]; 3-4 match [4 case [4 b]]; 5 type(x); 6 type = y"},
    };
    CHECK(rows);
}

static void python_2_is_broken_line_by_line(void **state)
{
    (void)state;
    static const row rows[] = {
        {"print 'a' % b, c\nx = 1", "1 BROKEN; 2 x = 1"},
        {"print\nprint ('a')\nprint >>f, 'a'", "1 print; 2 print('a'); 3 tuple({print >> f} 'a')"},
        {"exec 'code' in d\ny", "1 BROKEN; 2 y"},
        {"x = `y`\nx = 1 <> 2\nx = 0777\nx = ur'a'\nx = 1L\ny",
         "1 BROKEN; 2 BROKEN; 3 BROKEN; 4 BROKEN; 5 BROKEN; 6 y"},
        {"raise E, 'x'\ny", "1 BROKEN; 2 y"},
        {"try:\n  a\nexcept E, e:\n  b\nelse:\n  c\nd",
         "1-2 try [2 a]; 3-4 BROKEN [4 b]; 5-6 else [6 c]; 7 d"},
        {"def f(a, (b, c)):\n  return a\nd", "1-2 BROKEN [2 return a]; 3 d"},
        {"def upgrade():\n  print 'x'\n  op.drop_table('a')",
         "1-3 def upgrade [2 BROKEN; 3 op.drop_table('a')]"},
        {"if a: print b; c\nelse: print d\ne", "1 if a [1 BROKEN]; 2 else [2 BROKEN]; 3 e"},
        {"a; print b; c\nd", "1 a; 1 BROKEN; 2 d"},
    };
    CHECK(rows);
}

static void what_follows_a_broken_statement_is_read(void **state)
{
    (void)state;
    static const row rows[] = {
        {"x = (1,\ndef f(): pass\ny = 2", "1 BROKEN; 2 def f [2 pass.]; 3 y = 2"},
        {"class A:\n  x = f(1,\n  def g(self): pass\n  y = 1",
         "1-4 class A() [2 BROKEN; 3 def g [3 pass.]; 4 y = 1]"},
        {"x = (1,\n  2", "1-2 BROKEN"},
        {"if a:\nb", "1 BROKEN; 2 b"},
        {"class A(B:\n  x = 1\ny = 2", "1-3 BROKEN"},
        {"class A(B)\n  x = 1\ny = 2", "1-2 BROKEN [2 x = 1]; 3 y = 2"},
        {"else: a\nelif b: c\nexcept: d\nfinally: e\nf",
         "1 BROKEN; 2 elif b [2 c]; 3 BROKEN; 4 finally [4 e]; 5 f"},
        {"try: a\nb", "1 BROKEN [1 a]; 2 b"},
        {"@a\nx = 1\n@b\ny", "1-2 BROKEN; 3-4 BROKEN"},
        {"def f():\n  @a\nb", "1-2 def f [2 BROKEN]; 3 b"},
        {"match a:\n  b\n  case c: d\ne", "1-3 match [2 BROKEN; 3 case [3 d]]; 4 e"},
        {"match a:\nb", "1 BROKEN; 2 b"},
        {"<<<<<<< HEAD\ndown_revision = 'a'\n=======\ndown_revision = 'b'\n>>>>>>> x",
         "1 BROKEN; 2 down_revision = 'a'; 3 BROKEN; 4 down_revision = 'b'; 5 BROKEN"},
        {"a; if b: c\nd", "1 a; 1 BROKEN; 2 d"},
    };
    CHECK(rows);
}

/* ---- reading a part ---- */

static void the_rest_begins_at_the_next_statement(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_str source = GM_STR("\xef\xbb\xbf# c\na = 1\n\n# d\nif b:\n    c\n# e\nd = 1; e = 2\n");
    gm_py_reader *reader = gm_py_open(arena, source);
    assert_int_equal(gm_py_rest(reader).len, source.len - 3);
    gm_py_next(reader);
    assert_str(gm_py_rest(reader), "\n# d\nif b:\n    c\n# e\nd = 1; e = 2\n");
    gm_py_next(reader);
    assert_str(gm_py_rest(reader), "d = 1; e = 2\n");
    gm_py_next(reader);
    assert_str(gm_py_rest(reader), "e = 2\n");
    assert_int_equal(gm_py_read_all(reader).len, 1);
    assert_str(gm_py_rest(reader), "");
    gm_arena_free(arena);
}

/* ---- lines that are read from their bytes at once ---- */

/* With a comment behind it a line takes the long way: both have to say the same. */
static void check_both_ways(gm_arena *arena, gm_str line)
{
    gm_str sources[] = {gm_str_printf(arena, "%.*s\nz = 1\n", GM_ARG(line)),
                        gm_str_printf(arena, "%.*s #\nz = 1\n", GM_ARG(line))};
    const gm_py_statement *read[2];
    gm_str rest[2];
    gm_buf shown[2];
    for (size_t i = 0; i < 2; i++) {
        gm_py_reader *reader = gm_py_open(arena, sources[i]);
        read[i] = gm_py_next(reader);
        rest[i] = gm_py_rest(reader);
        shown[i] = gm_buf_new(arena, 1 << 20);
        show_statement(&shown[i], read[i]);
    }
    const gm_py_expr *value = read[0]->value;
    if (read[0]->kind != GM_PY_ASSIGN || !value ||
        (value->kind != GM_PY_STRING && value->kind != GM_PY_CONSTANT))
        return;
    assert_string_equal(gm_str_z(arena, gm_buf_str(&shown[0])),
                        gm_str_z(arena, gm_buf_str(&shown[1])));
    assert_str(read[0]->source, gm_str_z(arena, read[1]->source));
    assert_str(value->source, gm_str_z(arena, read[1]->value->source));
    assert_str(read[0]->targets.items[0]->source,
               gm_str_z(arena, read[1]->targets.items[0]->source));
    assert_int_equal(value->line, read[1]->value->line);
    assert_int_equal(value->bytes, read[1]->value->bytes);
    if (!gm_str_has(line, ';') && !gm_str_has(line, '\r'))
        assert_str(rest[0], gm_str_z(arena, rest[1]));
}

static void a_plain_line_says_what_it_says_the_long_way(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "x = 'a'",       "x='a'",       "x\t=\t\"a\" ",  "x = None",       "x = ''",
        "x = 'a' 'b'",   "x = '''a'''", "x = 'a\\n'",    "x = 'a'; y = 1", "x = y = 'a'",
        "x == 'a'",      "x = Nones",   "x = None or 1", "x: str = 'a'",   "match = 'a'",
        "type = 'type'", "x = 'a'\r",   "x = 'a',",      "x\f= 'a'\f",     "x = \"\"",
    };
    static const char *const parts[] = {
        "x",      "revision", "type", "match",  "None", "Nones", "'a'",   "\"a'b\"",
        "'\xc3'", "''",       "'",    "\"\"\"", "\\",   "r'a'",  "b\"\"", " ",
        " ",      "\t",       "\f",   "\r",     "=",    " = ",   " = ",   "==",
        ";",      ",",        ":",    "(",      ")",    "+",     "\x01",
    };
    gm_arena *arena = gm_arena_new();
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        check_both_ways(arena, gm_str_from(lines[i]));
    uint64_t seed = 1;
    for (size_t i = 0; i < 30000; i++) {
        gm_arena_reset(arena);
        gm_buf line = gm_buf_new(arena, 1024);
        gm_buf_z(&line, i % 2 ? "x = " : "x");
        for (size_t left = 1 + i % 5; left; left--) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            gm_buf_z(&line, parts[(seed >> 33) % (sizeof(parts) / sizeof(parts[0]))]);
        }
        check_both_ways(arena, gm_buf_str(&line));
    }
    gm_arena_free(arena);
}

static void arguments_are_found(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_py_reader *reader =
        gm_py_open(arena, GM_STR("op.f.g(1, a=2, b=None, *c, 3, **d)\nf().x\nb'x'\n'x'\n"));
    const gm_py_expr *call = gm_py_next(reader)->value;
    assert_str(gm_py_dotted(arena, call->left), "op.f.g");
    assert_str(gm_py_keyword(&call->args, "a")->text, "2");
    assert_true(gm_py_is_none(gm_py_keyword(&call->args, "b")));
    assert_null(gm_py_keyword(&call->args, "c"));
    assert_true(gm_py_is_none(NULL) && !gm_py_is_none(call));
    assert_str(gm_py_positional(&call->args, 0)->text, "1");
    assert_null(gm_py_positional(&call->args, 1)); /* *c stands before the 3 */
    assert_int_equal(gm_py_dotted(arena, gm_py_next(reader)->value).len, 0);
    assert_int_equal(gm_py_dotted(arena, NULL).len, 0);
    assert_false(gm_py_is_string(gm_py_next(reader)->value));
    assert_true(gm_py_is_string(gm_py_next(reader)->value));
    assert_false(gm_py_is_string(NULL));
    gm_arena_free(arena);
}

/* ---- hostile input ---- */

static gm_str repeated(gm_arena *arena, const char *before, const char *part, size_t count,
                       const char *behind)
{
    gm_buf out = gm_buf_new(arena, (size_t)1 << 26);
    gm_buf_z(&out, before);
    for (size_t i = 0; i < count; i++)
        gm_buf_z(&out, part);
    gm_buf_z(&out, behind);
    return gm_buf_str(&out);
}

static unsigned height(const gm_py_expr *e)
{
    if (!e)
        return 0;
    unsigned high = height(e->left);
    unsigned right = height(e->right);
    high = right > high ? right : high;
    GM_EACH (const gm_py_arg, arg, &e->args) {
        unsigned value = height(arg->value);
        high = value > high ? value : high;
    }
    return high + 1;
}

/* Far deeper than any stack; where each allocation is a block of its own, a tenth shows the same.
 */
#ifdef GMIG_ARENA_PRECISE
enum { DEEP = 10000 };
#else
enum { DEEP = 100000 };
#endif

static void depth_has_a_bound(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        const char *behind;
        size_t count;
        gm_py_statement_kind kind; /* of the first statement */
        gm_py_kind value;
    } rows[] = {
        {"(", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"[", "]", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"{1:", "}", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"f(a=", ")", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"a[", "]", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"-", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"not ", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"a ** ", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"(*", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"[*", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"{**", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"a[*", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"a[b:", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"f(*", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"f(**", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"[a for a in ", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"{a for a in b if ", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"(a for a[", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"(yield ", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"(yield *", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"(await ", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"lambda a=", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"not a < ", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"del a[", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"for (a[", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"with (a as b[", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"def f(a: (", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"match (a, *", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"a if b else ", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"lambda: ", "1", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"a + ", "1", 199, GM_PY_EXPR, GM_PY_BINARY},
        {"a + ", "1", 200, GM_PY_EXPR, GM_PY_OTHER},
        {"a + ", "1", DEEP, GM_PY_EXPR, GM_PY_OTHER},
        {"a.", "b", 199, GM_PY_EXPR, GM_PY_ATTRIBUTE},
        {"a.", "b", 200, GM_PY_EXPR, GM_PY_OTHER},
        {"a.", "b", DEEP, GM_PY_EXPR, GM_PY_OTHER},
        {"a and ", "1", 150, GM_PY_EXPR, GM_PY_BINARY},
        {"f'{", "", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"f'{a:{", "", DEEP, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
        {"'a' ", "'b'", DEEP, GM_PY_EXPR, GM_PY_STRING},
        {"a = ", "1", DEEP, GM_PY_ASSIGN, GM_PY_NUMBER},
        {"a, ", "1", DEEP, GM_PY_EXPR, GM_PY_TUPLE},
        {"(", ")\n", 150, GM_PY_STATEMENT_BROKEN, GM_PY_OTHER},
    };
    gm_arena *arena = gm_arena_new();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_str source = repeated(arena, "", rows[i].part, rows[i].count, rows[i].behind);
        const gm_py_statement *first = gm_py_next(gm_py_open(arena, source));
        assert_int_equal(first->kind, rows[i].kind);
        if (first->kind != GM_PY_STATEMENT_BROKEN)
            assert_int_equal(first->value->kind, rows[i].value);
        assert_in_range(height(first->value), 0, GM_PY_DEPTH_MAX);
    }
    gm_arena_free(arena);
}

static void what_broke_takes_no_depth_from_the_rest(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_str source = repeated(arena, "", "f([(a b)])\n", 300, "x = f([(a)])\n");
    gm_py_statements all = gm_py_read_all(gm_py_open(arena, source));
    assert_int_equal(all.len, 301);
    assert_int_equal(all.items[299]->kind, GM_PY_STATEMENT_BROKEN);
    assert_int_equal(all.items[300]->kind, GM_PY_ASSIGN);
    gm_arena_free(arena);
}

static void levels_have_a_bound(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_buf out = gm_buf_new(arena, 1 << 22);
    for (int i = 0; i < 1000; i++)
        gm_buf_printf(&out, "%*sif a:\n", i, "");
    gm_buf_z(&out, "b = 1\n");
    gm_py_statements all = gm_py_read_all(gm_py_open(arena, gm_buf_str(&out)));
    assert_int_equal(all.items[all.len - 1]->kind, GM_PY_ASSIGN);
    unsigned depth = 0;
    for (const gm_py_statement *s = all.items[0]; s->body.len; s = s->body.items[0])
        depth++;
    assert_int_equal(depth, 100);
    gm_arena_free(arena);
}

/* Were it quadratic in one of these, the test would not come to its end in time. */
static void a_long_file_of_anything_is_read_to_its_end(void **state)
{
    (void)state;
    needs_speed();
    static const struct {
        const char *part;
        const char *behind;
    } rows[] = {
        {"(", ""},
        {"f(\n", ""},
        {"-", ""},
        {"x = 'a\n", ""},
        {"f'{\n", ""},
        {"f'{x}{\n", ""},
        {"'''a\n", ""},
        {"a = ", "1"},
        {"a.b[c](d) + ", "1"},
        {"x = (\ndef f(): ", ""},
        {"match (a\n", ""},
        {"match (a)\n", ""},
        {"with (a as b\n", ""},
        {"with (a as b, c): d\n", ""},
        {"match(", ""},
        {"with(", ""},
        {"if a: b\n", ""},
        {"  x\n", ""},
        {"\t\\\n", ""},
        {"#\n", ""},
        {"\\x41", ""},
        {"@a\n", ""},
        {"'a' ", "\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_str source = repeated(arena, "", rows[i].part, DEEP, rows[i].behind);
        gm_py_reader *reader = gm_py_open(arena, source);
        gm_py_read_all(reader);
        assert_int_equal(gm_py_rest(reader).len, 0);
        gm_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_a_revision_is_read),
        cmocka_unit_test(strings_say_what_python_says),
        cmocka_unit_test(lines_are_those_of_python),
        cmocka_unit_test(numbers_are_as_written),
        cmocka_unit_test(operators_bind_as_in_python),
        cmocka_unit_test(an_expression_knows_its_source_and_line),
        cmocka_unit_test(statements_of_python_3_are_read),
        cmocka_unit_test(python_2_is_broken_line_by_line),
        cmocka_unit_test(what_follows_a_broken_statement_is_read),
        cmocka_unit_test(the_rest_begins_at_the_next_statement),
        cmocka_unit_test(a_plain_line_says_what_it_says_the_long_way),
        cmocka_unit_test(arguments_are_found),
        cmocka_unit_test(depth_has_a_bound),
        cmocka_unit_test(what_broke_takes_no_depth_from_the_rest),
        cmocka_unit_test(levels_have_a_bound),
        cmocka_unit_test(a_long_file_of_anything_is_read_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
