/* SPDX-License-Identifier: Apache-2.0 */
/* SQLAlchemy's types as each dialect writes them. */
#include "app/import/import_sql.h"

typedef enum {
    PLAIN,      /* no arguments that count */
    LENGTH,     /* (n), COLLATE */
    DIGITS,     /* (p, s) */
    FLOATING,   /* (p) on PostgreSQL */
    MOMENT,     /* [(p)] WITH or WITHOUT TIME ZONE on PostgreSQL */
    OF_ITEMS,   /* an array */
    CHOICE,     /* an enum */
    IDENTIFIER, /* a UUID, which may be none on PostgreSQL */
    SPAN,       /* an interval */
    BITS
} shape;

typedef struct {
    const char *name; /* behind "sa." or its dialect's */
    const char *postgres;
    const char *sqlite; /* NULL: SQLite's dialect has no such type */
    const char *serial; /* of an integer */
    shape shape;
    const char *rows;
} known_type;

static const known_type general[] = {
    {"Integer", "INTEGER", "INTEGER", "SERIAL", PLAIN, "number"},
    {"INTEGER", "INTEGER", "INTEGER", "SERIAL", PLAIN, "number"},
    {"INT", "INTEGER", "INTEGER", "SERIAL", PLAIN, "number"},
    {"BigInteger", "BIGINT", "BIGINT", "BIGSERIAL", PLAIN, "number"},
    {"BIGINT", "BIGINT", "BIGINT", "BIGSERIAL", PLAIN, "number"},
    {"SmallInteger", "SMALLINT", "SMALLINT", "SMALLSERIAL", PLAIN, "number"},
    {"SMALLINT", "SMALLINT", "SMALLINT", "SMALLSERIAL", PLAIN, "number"},
    {"String", "VARCHAR", "VARCHAR", NULL, LENGTH, "text"},
    {"Unicode", "VARCHAR", "VARCHAR", NULL, LENGTH, "text"},
    {"VARCHAR", "VARCHAR", "VARCHAR", NULL, LENGTH, "text"},
    {"Text", "TEXT", "TEXT", NULL, LENGTH, "text"},
    {"UnicodeText", "TEXT", "TEXT", NULL, LENGTH, "text"},
    {"TEXT", "TEXT", "TEXT", NULL, LENGTH, "text"},
    {"CHAR", "CHAR", "CHAR", NULL, LENGTH, "text"},
    {"NVARCHAR", "NVARCHAR", "NVARCHAR", NULL, LENGTH, "text"},
    {"NCHAR", "NCHAR", "NCHAR", NULL, LENGTH, "text"},
    {"CLOB", "CLOB", "CLOB", NULL, LENGTH, "text"},
    {"BLOB", "BLOB", "BLOB", NULL, PLAIN, NULL},
    {"LargeBinary", "BYTEA", "BLOB", NULL, PLAIN, NULL},
    {"Binary", "BYTEA", "BLOB", NULL, PLAIN, NULL},
    {"PickleType", "BYTEA", "BLOB", NULL, PLAIN, NULL},
    {"Numeric", "NUMERIC", "NUMERIC", "SERIAL", DIGITS, "number"},
    {"NUMERIC", "NUMERIC", "NUMERIC", "SERIAL", DIGITS, "number"},
    {"DECIMAL", "DECIMAL", "DECIMAL", "SERIAL", DIGITS, "number"},
    {"Float", "FLOAT", "FLOAT", "SERIAL", FLOATING, "number"},
    {"FLOAT", "FLOAT", "FLOAT", "SERIAL", FLOATING, "number"},
    {"REAL", "REAL", "REAL", "SERIAL", PLAIN, "number"},
    {"Double", "DOUBLE PRECISION", "DOUBLE", "SERIAL", PLAIN, "number"},
    {"DOUBLE", "DOUBLE", "DOUBLE", "SERIAL", PLAIN, "number"},
    {"DOUBLE_PRECISION", "DOUBLE PRECISION", "DOUBLE PRECISION", "SERIAL", PLAIN, "number"},
    {"Boolean", "BOOLEAN", "BOOLEAN", NULL, CHOICE, "boolean"},
    {"BOOLEAN", "BOOLEAN", "BOOLEAN", NULL, CHOICE, "boolean"},
    {"Date", "DATE", "DATE", NULL, PLAIN, NULL},
    {"DATE", "DATE", "DATE", NULL, PLAIN, NULL},
    {"DateTime", "TIMESTAMP", "DATETIME", NULL, MOMENT, NULL},
    {"TIMESTAMP", "TIMESTAMP", "TIMESTAMP", NULL, MOMENT, NULL},
    {"Time", "TIME", "TIME", NULL, MOMENT, NULL},
    {"TIME", "TIME", "TIME", NULL, MOMENT, NULL},
    {"Interval", "INTERVAL", "DATETIME", NULL, SPAN, NULL},
    {"JSON", "JSON", "JSON", NULL, PLAIN, NULL},
    {"Uuid", "UUID", "CHAR(32)", NULL, IDENTIFIER, NULL},
    {"UUID", "UUID", "UUID", NULL, PLAIN, NULL},
    {"ARRAY", "", NULL, NULL, OF_ITEMS, NULL},
    {"Enum", "", "", NULL, CHOICE, "text"},
};

/* Those of sqlalchemy.dialects.postgresql that are not the general ones. */
static const known_type of_postgres[] = {
    {"UUID", "UUID", "UUID", NULL, PLAIN, NULL},
    {"JSONB", "JSONB", NULL, NULL, PLAIN, NULL},
    {"ARRAY", "", NULL, NULL, OF_ITEMS, NULL},
    {"ENUM", "", "", NULL, CHOICE, "text"},
    {"BYTEA", "BYTEA", NULL, NULL, PLAIN, NULL},
    {"DOUBLE_PRECISION", "DOUBLE PRECISION", NULL, "SERIAL", PLAIN, "number"},
    {"INTERVAL", "INTERVAL", NULL, NULL, SPAN, NULL},
    {"BIT", "BIT", NULL, NULL, BITS, NULL},
    {"INET", "INET", NULL, NULL, PLAIN, NULL},
    {"CIDR", "CIDR", NULL, NULL, PLAIN, NULL},
    {"MACADDR", "MACADDR", NULL, NULL, PLAIN, NULL},
    {"MACADDR8", "MACADDR8", NULL, NULL, PLAIN, NULL},
    {"TSVECTOR", "TSVECTOR", NULL, NULL, PLAIN, NULL},
    {"TSQUERY", "TSQUERY", NULL, NULL, PLAIN, NULL},
    {"HSTORE", "HSTORE", NULL, NULL, PLAIN, NULL},
    {"CITEXT", "CITEXT", NULL, NULL, PLAIN, "text"},
    {"OID", "OID", NULL, NULL, PLAIN, NULL},
    {"REGCLASS", "REGCLASS", NULL, NULL, PLAIN, NULL},
    {"REGCONFIG", "REGCONFIG", NULL, NULL, PLAIN, NULL},
    {"MONEY", "MONEY", NULL, NULL, PLAIN, NULL},
    {"JSONPATH", "JSONPATH", NULL, NULL, PLAIN, NULL},
    {"INT4RANGE", "INT4RANGE", NULL, NULL, PLAIN, NULL},
    {"INT8RANGE", "INT8RANGE", NULL, NULL, PLAIN, NULL},
    {"NUMRANGE", "NUMRANGE", NULL, NULL, PLAIN, NULL},
    {"DATERANGE", "DATERANGE", NULL, NULL, PLAIN, NULL},
    {"TSRANGE", "TSRANGE", NULL, NULL, PLAIN, NULL},
    {"TSTZRANGE", "TSTZRANGE", NULL, NULL, PLAIN, NULL},
};

#define FIND(list, name) find((list), sizeof(list) / sizeof((list)[0]), (name))

static const known_type *find(const known_type *list, size_t count, gm_str name)
{
    for (size_t i = 0; i < count; i++)
        if (gm_str_is(name, list[i].name))
            return &list[i];
    return NULL;
}

static const known_type *find_type(gm_str whole)
{
    static const known_type datetime = {"DATETIME", "TIMESTAMP", "DATETIME", NULL, MOMENT, NULL};
    size_t dot = gm_str_find(whole, '.', 0);
    gm_str module = gm_str_sub(whole, 0, dot);
    gm_str name = gm_str_sub(whole, dot + 1, whole.len);
    if (gm_str_is(module, "sqlite") && gm_str_is(name, "DATETIME"))
        return &datetime;
    if (gm_str_is(module, "postgresql") && FIND(of_postgres, name))
        return FIND(of_postgres, name);
    bool ours =
        gm_str_is(module, "sa") || gm_str_is(module, "postgresql") || gm_str_is(module, "sqlite");
    return ours ? FIND(general, name) : NULL;
}

/* ---- arguments ---- */

/* A type may stand there without its parentheses. */
static const gm_py_expr *arguments(const gm_py_expr *expr)
{
    static const gm_py_expr none = {.kind = GM_PY_CALL};
    return expr->kind == GM_PY_CALL ? expr : &none;
}

static bool sized(gm_import_writer *w, const gm_py_expr *call, gm_import_type *type)
{
    static const char *const known[] = {"length",        "collation",       "convert_unicode",
                                        "unicode_error", "_expect_unicode", NULL};
    const gm_py_expr *length = gm_import_argument(call, 0, "length");
    gm_str number = {0};
    gm_str collation = {0};
    if (!gm_import_only(call, 1, known) || !gm_import_word(w, call, "collation", &collation))
        return false;
    if (!gm_import_none(w->scope, length)) {
        if (!gm_import_number(w->scope, length, &number))
            return false;
        type->sql = gm_str_printf(w->arena, "%.*s(%.*s)", GM_ARG(type->sql), GM_ARG(number));
    }
    if (collation.len)
        type->sql =
            gm_str_printf(w->arena, "%.*s COLLATE \"%.*s\"", GM_ARG(type->sql), GM_ARG(collation));
    return !gm_str_has(collation, '"');
}

static bool of_digits(gm_import_writer *w, const gm_py_expr *call, gm_import_type *type)
{
    static const char *const known[] = {"precision", "scale", "asdecimal", "decimal_return_scale",
                                        NULL};
    const gm_py_expr *precision = gm_import_argument(call, 0, "precision");
    const gm_py_expr *scale = gm_import_argument(call, 1, "scale");
    gm_str p = {0};
    gm_str s = {0};
    if (!gm_import_only(call, 2, known))
        return false;
    if (gm_import_none(w->scope, precision))
        return true;
    if (!gm_import_number(w->scope, precision, &p))
        return false;
    bool scaled = !gm_import_none(w->scope, scale);
    if (scaled && !gm_import_number(w->scope, scale, &s))
        return false;
    type->sql = scaled ? gm_str_printf(w->arena, "%.*s(%.*s, %.*s)", GM_ARG(type->sql), GM_ARG(p),
                                       GM_ARG(s))
                       : gm_str_printf(w->arena, "%.*s(%.*s)", GM_ARG(type->sql), GM_ARG(p));
    return true;
}

static bool floating(gm_import_writer *w, const gm_py_expr *call, gm_import_type *type)
{
    static const char *const known[] = {"precision", "asdecimal", "decimal_return_scale", NULL};
    const gm_py_expr *precision = gm_import_argument(call, 0, "precision");
    gm_str p = {0};
    if (!gm_import_only(call, 1, known))
        return false;
    if (gm_import_none(w->scope, precision))
        return true;
    if (!gm_import_number(w->scope, precision, &p))
        return false;
    if (w->postgres)
        type->sql = gm_str_printf(w->arena, "%.*s(%.*s)", GM_ARG(type->sql), GM_ARG(p));
    return true;
}

static bool moment(gm_import_writer *w, const gm_py_expr *call, gm_import_type *type)
{
    static const char *const known[] = {"timezone", "precision", NULL};
    const gm_py_expr *zone = gm_import_argument(call, 0, "timezone");
    const gm_py_expr *precision = gm_import_argument(call, 1, "precision");
    bool with = false;
    gm_str p = {0};
    if (!gm_import_only(call, 2, known) ||
        (!gm_import_none(w->scope, zone) && !gm_import_bool(w->scope, zone, &with)))
        return false;
    bool precise = !gm_import_none(w->scope, precision);
    if (precise && !gm_import_number(w->scope, precision, &p))
        return false;
    if (!w->postgres)
        return true;
    if (precise)
        type->sql = gm_str_printf(w->arena, "%.*s(%.*s)", GM_ARG(type->sql), GM_ARG(p));
    type->sql =
        gm_str_printf(w->arena, "%.*s %s TIME ZONE", GM_ARG(type->sql), with ? "WITH" : "WITHOUT");
    return true;
}

static bool span(gm_import_writer *w, const gm_py_expr *call, gm_import_type *type)
{
    static const char *const known[] = {"precision",     "fields", "second_precision",
                                        "day_precision", "native", NULL};
    bool native;
    gm_str fields = {0};
    gm_str p = {0};
    if (!gm_import_only(call, 0, known) || !gm_import_flag(w, call, "native", true, &native) ||
        !gm_import_word(w, call, "fields", &fields))
        return false;
    if (!w->postgres)
        return true;
    if (!native)
        type->sql = GM_STR("TIMESTAMP WITHOUT TIME ZONE");
    const gm_py_expr *precision = gm_py_keyword(&call->args, "precision");
    precision = precision ? precision : gm_py_keyword(&call->args, "second_precision");
    if (fields.len)
        type->sql = gm_str_printf(w->arena, "%.*s %.*s", GM_ARG(type->sql), GM_ARG(fields));
    if (gm_import_none(w->scope, precision) || !native)
        return true;
    if (!gm_import_number(w->scope, precision, &p))
        return false;
    type->sql = gm_str_printf(w->arena, "%.*s (%.*s)", GM_ARG(type->sql), GM_ARG(p));
    return true;
}

static bool bits(gm_import_writer *w, const gm_py_expr *call, gm_import_type *type)
{
    static const char *const known[] = {"length", "varying", NULL};
    const gm_py_expr *length = gm_import_argument(call, 0, "length");
    bool varying;
    gm_str number = {0};
    if (!gm_import_only(call, 1, known) || !gm_import_flag(w, call, "varying", false, &varying) ||
        (!gm_import_none(w->scope, length) && !gm_import_number(w->scope, length, &number)))
        return false;
    if (!number.len && !varying)
        number = GM_STR("1");
    type->sql = gm_str_printf(w->arena, number.len ? "BIT%s(%.*s)" : "BIT%s",
                              varying ? " VARYING" : "", GM_ARG(number));
    return true;
}

static bool of_items(gm_import_writer *w, const gm_py_expr *call, gm_import_type *type)
{
    static const char *const known[] = {"item_type", "as_tuple", "dimensions", "zero_indexes",
                                        NULL};
    enum { DIMENSIONS_MAX = 6 };
    gm_import_type item = {0};
    gm_str dimensions = GM_STR("1");
    uint64_t count = 1;
    const gm_py_expr *given = gm_py_keyword(&call->args, "dimensions");
    if (!gm_import_only(call, 1, known) ||
        !gm_import_read_type(w, gm_import_argument(call, 0, "item_type"), &item) ||
        (!gm_import_none(w->scope, given) && !gm_import_number(w->scope, given, &dimensions)) ||
        !gm_str_u64(dimensions, &count) || !count || count > DIMENSIONS_MAX)
        return false;
    /* [] stands before the collation, if there is one. */
    size_t at = gm_str_search(item.sql, GM_STR(" COLLATE "));
    gm_buf buf = gm_buf_new(w->arena, SIZE_MAX);
    gm_buf_add(&buf, gm_str_sub(item.sql, 0, at));
    for (; count; count--)
        gm_buf_z(&buf, "[]");
    gm_buf_add(&buf, gm_str_sub(item.sql, at, item.sql.len));
    *type = (gm_import_type){.sql = gm_buf_str(&buf),
                             .native = item.native,
                             .make = item.make,
                             .labels = item.labels,
                             .plain_name = item.plain_name,
                             .check_name = item.sql};
    return true;
}

/* ---- all ---- */

/* sa.JSON().with_variant(postgresql.JSONB(), "postgresql") */
static const gm_py_expr *variant(const gm_import_writer *w, const gm_py_expr *expr)
{
    while (expr && expr->kind == GM_PY_CALL && expr->left->kind == GM_PY_ATTRIBUTE &&
           gm_str_is(expr->left->text, "with_variant")) {
        bool here = false;
        for (size_t i = 1; gm_py_positional(&expr->args, i); i++) {
            gm_str dialect = {0};
            if (!gm_import_text(w->scope, gm_py_positional(&expr->args, i), &dialect))
                return NULL;
            here |= gm_str_is(dialect, w->postgres ? "postgresql" : "sqlite");
        }
        if (!gm_import_only(expr, SIZE_MAX, NULL))
            return NULL;
        expr =
            gm_import_value(w->scope, here ? gm_py_positional(&expr->args, 0) : expr->left->left);
    }
    return expr;
}

static bool plain(const gm_py_expr *call, const known_type *known)
{
    /* What they say is about Python's values. */
    static const char *const harmless[] = {"as_uuid",        "native_uuid", "none_as_null",
                                           "astext_type",    "text_type",   "asdecimal",
                                           "precision",      "length",      "decimal_return_scale",
                                           "storage_format", "regexp",      "protocol",
                                           "comparator",     NULL};
    bool may = !known->serial || !gm_str_starts(gm_str_from(known->name), GM_STR("DOUBLE"));
    return gm_import_only(call, may ? 1 : 2, harmless);
}

static bool identifier(gm_import_writer *w, const gm_py_expr *call, const known_type *known,
                       gm_import_type *type)
{
    bool native;
    if (!plain(call, known) || !gm_import_flag(w, call, "native_uuid", true, &native))
        return false;
    if (!native)
        type->sql = gm_str_from(known->sqlite);
    return true;
}

bool gm_import_read_type(gm_import_writer *w, const gm_py_expr *expr, gm_import_type *type)
{
    expr = variant(w, gm_import_value(w->scope, expr));
    if (!expr)
        return false;
    const known_type *known =
        find_type(gm_import_known(w->scope, expr->kind == GM_PY_CALL ? expr->left : expr));
    if (!known)
        return gm_import_refuse(w, "a type that is not SQLAlchemy's own");
    if (!w->postgres && !known->sqlite)
        return gm_import_refuse(w, "a type that SQLite does not have");
    const gm_py_expr *call = arguments(expr);
    *type = (gm_import_type){.sql = gm_str_from(w->postgres ? known->postgres : known->sqlite),
                             .serial = known->serial,
                             .integer = known->serial != NULL,
                             .rows = known->rows};
    switch (known->shape) {
    case LENGTH:
        return sized(w, call, type);
    case DIGITS:
        return of_digits(w, call, type);
    case FLOATING:
        return floating(w, call, type);
    case MOMENT:
        return moment(w, call, type);
    case OF_ITEMS:
        return of_items(w, call, type);
    case CHOICE:
        return gm_import_read_choice(w, call, known->name, type);
    case IDENTIFIER:
        return identifier(w, call, known, type);
    case SPAN:
        return span(w, call, type);
    case BITS:
        return bits(w, call, type);
    default:
        return plain(call, known);
    }
}
