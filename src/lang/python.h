/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_LANG_PYTHON_H
#define GM_LANG_PYTHON_H

/*
 * Python source -> statements and expressions, as values. Nothing is ever run.
 *
 * It reads what migrations and model files say in literals, names, attributes, calls and classes.
 * Of the rest it knows where it begins and ends: an expression of another form is GM_PY_OTHER, a
 * statement of another form GM_PY_STATEMENT_OTHER, and one that is no Python 3 (print of Python 2,
 * a syntax error) GM_PY_STATEMENT_BROKEN; reading goes on at the next logical line. So a file of
 * any age gives all that can be read of it, and what cannot is never passed over in silence.
 *
 * Source: The Python Language Reference, 3.13, chapters 2 (lexical analysis), 6 to 8. Bytes are
 * UTF-8 or what a coding line says; they are handed on as they are. CRLF, CR, a byte order mark,
 * form feeds, tabs (to the next multiple of 8) and a missing last line end are as in CPython.
 * Everything is a view of the source or lives in the arena. Nesting is bounded (GM_PY_DEPTH_MAX):
 * what is deeper is OTHER or BROKEN.
 */

#include "base/err.h"

enum { GM_PY_DEPTH_MAX = 200 };

typedef enum {
    GM_PY_NAME,      /* text */
    GM_PY_STRING,    /* text: its value. Adjacent strings are joined; prefixes r, u, b in any case;
                        escapes are resolved (\N{…} is kept as written) */
    GM_PY_NUMBER,    /* text: as written */
    GM_PY_CONSTANT,  /* text: None, True, False or ... */
    GM_PY_ATTRIBUTE, /* left.text */
    GM_PY_CALL,      /* left(args) */
    GM_PY_SUBSCRIPT, /* left[args]; `x[a, b]` has two */
    GM_PY_TUPLE,     /* args; `()` has none */
    GM_PY_LIST,      /* args */
    GM_PY_SET,       /* args */
    GM_PY_DICT,      /* args: `key` and `value`; `key` is NULL for **value */
    GM_PY_BINARY,    /* left text right: + - * / // % ** @ | & ^ << >>, and, or, comparisons of two
                        values (`a < b < c` is OTHER) */
    GM_PY_UNARY,     /* text right: + - ~ not */
    GM_PY_OTHER,     /* lambda, comprehension, conditional, f-string with fields, slice, … */
} gm_py_kind;

typedef struct gm_py_expr gm_py_expr;

/* One argument of a call, element of a display, or pair of a dict. */
typedef struct {
    gm_str name;           /* of a keyword argument; empty: positional */
    unsigned stars;        /* 1: *value, 2: **value (of a call) */
    const gm_py_expr *key; /* of a dict's pair */
    const gm_py_expr *value;
} gm_py_arg;

typedef GM_VEC(gm_py_arg) gm_py_args;

struct gm_py_expr {
    gm_py_kind kind;
    bool bytes;      /* of a STRING: it has the prefix b */
    bool cut;        /* of an OTHER: it would have been too high a tree */
    unsigned height; /* of the tree below it: less than GM_PY_DEPTH_MAX */
    size_t line;     /* 1-based, of its first token */
    gm_str source; /* as written, from its first token to its last; parentheses around it are out */
    gm_str text;
    const gm_py_expr *left;
    const gm_py_expr *right;
    gm_py_args args;
};

typedef enum {
    GM_PY_ASSIGN,   /* targets = value, also `a = b = value` (several targets) and annotated ones:
                       `a: annotation = value`, `a: annotation` (value NULL) */
    GM_PY_AUGMENT,  /* targets[0] text= value: `a += b`; text is "+" */
    GM_PY_EXPR,     /* value: a call, a docstring, … */
    GM_PY_CLASS,    /* name, args: bases and keywords; decorators, body */
    GM_PY_FUNCTION, /* def and async def: name, decorators, body. Parameters are passed over */
    GM_PY_RETURN,   /* value; NULL for a bare one */
    GM_PY_IMPORT,   /* imports */
    GM_PY_BLOCK,    /* if, elif, else, for, while, try, except, finally, with, match, case: text
                       is the keyword; value: the condition of if, elif and while, and of a with
                       that has one item what stands before its `as`, targets[0] behind it; body */
    GM_PY_PASS,
    GM_PY_STATEMENT_OTHER,  /* del, global, raise, assert, type, … : text is the keyword */
    GM_PY_STATEMENT_BROKEN, /* line and source alone; body: what is indented behind it, or was read
                               before it broke. A line at an indent that nothing asked for is one
                               with that line and its like as body */
} gm_py_statement_kind;

/* `import a.b as c`: module a.b, name empty, as c. `from .m import n as c`: module .m, name n, as
 * c; without `as` it is the name (of a plain import, the first part of the module). `*` is a name.
 */
typedef struct {
    gm_str module;
    gm_str name;
    gm_str as;
} gm_py_import;

typedef struct gm_py_statement gm_py_statement;
typedef GM_VEC(gm_py_statement *) gm_py_statements;
typedef GM_VEC(const gm_py_expr *) gm_py_exprs;

struct gm_py_statement {
    gm_py_statement_kind kind;
    size_t line;      /* 1-based, of its first token (of a decorated one: of `def` or `class`) */
    size_t last_line; /* of its last token, body included */
    gm_str source;    /* as written, without its indent and decorators; with its body */
    gm_str name;
    gm_str text;
    gm_py_exprs targets;
    const gm_py_expr *annotation;
    const gm_py_expr *value;
    gm_py_args args;
    gm_py_exprs decorators;
    GM_VEC(gm_py_import) imports;
    gm_py_statements body;
};

typedef struct gm_py_reader gm_py_reader;

/* Of a whole file. Nothing is read yet. */
gm_py_reader *gm_py_open(gm_arena *arena, gm_str source);

/*
 * The next statement of the file's top level, with its body; NULL at the end. `a; b` are two. One
 * statement at a time, so that who has what he wants can stop.
 */
const gm_py_statement *gm_py_next(gm_py_reader *reader);

/* What the next call of gm_py_next would read: the rest of the source, from that line on. */
gm_str gm_py_rest(const gm_py_reader *reader);

/* All that are left. */
gm_py_statements gm_py_read_all(gm_py_reader *reader);

/* ---- looking at expressions ---- */

/* "op.create_table" for a name or a chain of attributes of one; empty for anything else. */
gm_str gm_py_dotted(gm_arena *arena, const gm_py_expr *expr);

bool gm_py_is_none(const gm_py_expr *expr); /* also of NULL */
bool gm_py_is_string(const gm_py_expr *expr);

/* The keyword argument of a call; NULL when it is not there. */
const gm_py_expr *gm_py_keyword(const gm_py_args *args, const char *name);

/* The positional argument `at`; NULL when it is not there, or a *value stands before it. */
const gm_py_expr *gm_py_positional(const gm_py_args *args, size_t at);

#endif
