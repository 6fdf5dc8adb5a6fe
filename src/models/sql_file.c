/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL files as models: what `pg_dump -s` or `.schema` writes, or a person.
 *
 * They are read word by word, not parsed: a scratch database says whether they are right. A CREATE
 * TABLE is cut into its clauses at the commas of its outer parentheses, so that each is a fact of
 * its own. `-- renamed from: NAME` stands above what it speaks of, or at the end of its line.
 */
#include "lang/sql_scan.h"
#include "lang/sql_text.h"
#include "models/reader.h"

/* ---- CREATE TABLE ---- */

typedef struct {
    gm_str name; /* with its schema, as written */
    gm_clauses clauses;
    gm_str tail;
} table;

static bool pass(gm_scanner *scanner, gm_token *token, const char *word)
{
    if (!gm_token_is(token, word))
        return false;
    *token = gm_scan_next(scanner);
    return true;
}

/* Behind CREATE [UNLOGGED] TABLE [IF NOT EXISTS]; false for any other statement. */
static bool begins_table(gm_scanner *scanner, gm_token *token, bool *unlogged)
{
    *token = gm_scan_next(scanner);
    if (!pass(scanner, token, "create"))
        return false;
    *unlogged = pass(scanner, token, "unlogged");
    if (!pass(scanner, token, "table"))
        return false;
    if (pass(scanner, token, "if") && pass(scanner, token, "not"))
        pass(scanner, token, "exists");
    return true;
}

static gm_str take_name(gm_scanner *scanner, gm_token *token)
{
    const char *start = token->text.ptr;
    const char *end = start;
    while (token->kind == GM_TOKEN_WORD || token->kind == GM_TOKEN_NAME) {
        end = token->text.ptr + token->text.len;
        *token = gm_scan_next(scanner);
        if (!gm_token_mark(token, '.'))
            break;
        *token = gm_scan_next(scanner);
    }
    return gm_str_of(start, (size_t)(end - start));
}

static gm_str between(const char *start, const char *end)
{
    return gm_str_trim(gm_str_of(start, (size_t)(end - start)));
}

/* The clauses up to the parenthesis that closes; `token` is the one that opened. */
static bool take_clauses(gm_arena *arena, gm_scanner *scanner, gm_token *token, gm_clauses *clauses)
{
    size_t depth = 1;
    const char *start = NULL;
    size_t line = 0;
    while (depth) {
        *token = gm_scan_next(scanner);
        if (token->kind == GM_TOKEN_END || token->kind == GM_TOKEN_BROKEN)
            return false;
        if (gm_token_mark(token, '('))
            depth++;
        else if (gm_token_mark(token, ')'))
            depth--;
        bool ends = depth == 0 || (depth == 1 && gm_token_mark(token, ','));
        if (ends && start) {
            gm_vec_push(arena, clauses, (gm_clause){between(start, token->text.ptr), line});
            start = NULL;
        } else if (!ends && start == NULL) {
            start = token->text.ptr;
            line = token->line;
        }
    }
    return true;
}

/* CREATE TABLE name (clauses) tail. False for other statements, and tables of other forms. */
static bool read_table(gm_models_reader *r, const gm_sql_statement *statement, table *made)
{
    gm_scanner scanner = {.dialect = r->dialect, .text = statement->text, .line = statement->line};
    gm_token token;
    bool unlogged = false;
    if (!begins_table(&scanner, &token, &unlogged))
        return false;
    *made = (table){.name = take_name(&scanner, &token)};
    if (!made->name.len || !gm_token_mark(&token, '(') ||
        !take_clauses(r->arena, &scanner, &token, &made->clauses))
        return false;
    made->tail = gm_str_sub(statement->text, scanner.at, statement->text.len);
    if (unlogged)
        made->tail = gm_str_printf(r->arena, "unlogged %.*s", GM_ARG(made->tail));
    return true;
}

/* ---- renamed from ---- */

/* The comment's NAME; false when the line has no such comment. *alone: nothing stands before it. */
static bool rename_comment(gm_str line, gm_str *name, bool *alone)
{
    gm_str mark = GM_STR("-- renamed from:");
    size_t at = gm_str_search(line, mark);
    if (at == line.len)
        return false;
    *alone = gm_str_trim(gm_str_sub(line, 0, at)).len == 0;
    *name = gm_str_trim(gm_str_sub(line, at + mark.len, line.len));
    return name->len > 0;
}

/* A name without its quotes and its schema, in the case the server keeps it in. */
static gm_str plain_name(gm_models_reader *r, gm_str name, gm_str *schema)
{
    gm_str last = name;
    gm_scanner scanner = {.dialect = r->dialect, .text = name, .line = 1};
    gm_str parts[2] = {0};
    for (gm_token token = gm_scan_next(&scanner);
         token.kind == GM_TOKEN_WORD || token.kind == GM_TOKEN_NAME ||
         token.kind == GM_TOKEN_STRING || gm_token_mark(&token, '.');
         token = gm_scan_next(&scanner)) {
        if (token.kind == GM_TOKEN_MARK)
            continue;
        last = token.kind == GM_TOKEN_WORD
                   ? (r->dialect == GM_POSTGRES ? gm_str_lower(r->arena, token.text) : token.text)
                   : gm_str_sub(token.text, 1, token.text.len - 1);
        parts[0] = parts[1];
        parts[1] = last;
    }
    *schema = parts[0];
    return last;
}

typedef struct {
    size_t line;
    gm_str name;
    bool alone;
    bool used;
} rename_place;

typedef GM_VEC(rename_place) rename_places;

static rename_places find_renames(gm_models_reader *r, gm_str bytes)
{
    rename_places places = {0};
    gm_str line;
    for (size_t number = 1; gm_str_line(&bytes, &line); number++) {
        rename_place place = {.line = number};
        if (rename_comment(line, &place.name, &place.alone))
            gm_vec_push(r->arena, &places, place);
    }
    return places;
}

/* The last line that `text`, which begins at `line`, covers. */
static size_t last_line(gm_str text, size_t line)
{
    for (size_t i = 0; i < text.len; i++)
        line += text.ptr[i] == '\n';
    return line;
}

/*
 * The comment that speaks of what stands at `first` to `last`: one at the end of its lines, or
 * alone above it, behind `above` (the line where what comes before ends).
 */
static rename_place *place_of(rename_places *places, size_t above, size_t first, size_t last)
{
    GM_EACH (rename_place, place, places) {
        bool on = !place->alone && place->line >= first && place->line <= last;
        bool over = place->alone && place->line > above && place->line < first;
        if (!place->used && (on || over))
            return place;
    }
    return NULL;
}

static gm_object_kind constraint_kind(gm_scanner *scanner, gm_token *token)
{
    if (gm_token_is(token, "constraint")) {
        gm_scan_next(scanner);
        *token = gm_scan_next(scanner);
    }
    if (gm_token_is(token, "primary"))
        return GM_OBJECT_PRIMARY_KEY;
    if (gm_token_is(token, "unique"))
        return GM_OBJECT_UNIQUE;
    if (gm_token_is(token, "check"))
        return GM_OBJECT_CHECK;
    if (gm_token_is(token, "foreign"))
        return GM_OBJECT_FOREIGN_KEY;
    if (gm_token_is(token, "exclude"))
        return GM_OBJECT_EXCLUSION;
    return GM_OBJECT_COLUMN;
}

static gm_rename clause_rename(gm_models_reader *r, gm_str table_name, const gm_clause *clause)
{
    gm_scanner scanner = {.dialect = r->dialect, .text = clause->text, .line = 1};
    gm_token token = gm_scan_next(&scanner);
    gm_token first = token;
    gm_scanner second = scanner;
    gm_rename rename = {.kind = constraint_kind(&scanner, &token)};
    gm_str name = gm_token_is(&first, "constraint") ? gm_scan_next(&second).text : first.text;
    gm_str ignored;
    rename.table = plain_name(r, table_name, &rename.schema);
    rename.to = plain_name(r, name, &ignored);
    return rename;
}

static void add_rename(gm_models_reader *r, rename_place *place, gm_rename rename)
{
    gm_str ignored;
    place->used = true;
    rename.from = plain_name(r, place->name, &ignored);
    rename.path = r->path;
    rename.line = place->line;
    gm_vec_push(r->arena, &r->models->renames, rename);
}

static void table_renames(gm_models_reader *r, rename_places *places, const table *t,
                          const gm_sql_statement *statement, size_t above)
{
    size_t first_clause = t->clauses.len ? t->clauses.items[0].line : SIZE_MAX;
    GM_EACH (rename_place, place, places) {
        bool over = place->alone && place->line > above && place->line < statement->line;
        bool on = !place->alone && place->line == statement->line && place->line < first_clause;
        if (!place->used && (over || on)) {
            gm_rename rename = {.kind = GM_OBJECT_TABLE};
            rename.to = plain_name(r, t->name, &rename.schema);
            add_rename(r, place, rename);
        }
    }
    size_t before = statement->line;
    GM_EACH (gm_clause, clause, &t->clauses) {
        size_t last = last_line(clause->text, clause->line);
        rename_place *place = place_of(places, before, clause->line, last);
        if (place)
            add_rename(r, place, clause_rename(r, t->name, clause));
        before = last;
    }
}

/* CREATE TYPE … AS ENUM: its labels are cut like clauses. */
static bool enum_renames(gm_models_reader *r, rename_places *places,
                         const gm_sql_statement *statement)
{
    gm_scanner scanner = {.dialect = r->dialect, .text = statement->text, .line = statement->line};
    gm_token token = gm_scan_next(&scanner);
    gm_clauses labels = {0};
    if (!pass(&scanner, &token, "create") || !pass(&scanner, &token, "type"))
        return false;
    gm_str name = take_name(&scanner, &token);
    if (!pass(&scanner, &token, "as") || !pass(&scanner, &token, "enum") ||
        !gm_token_mark(&token, '(') || !take_clauses(r->arena, &scanner, &token, &labels))
        return false;
    size_t before = statement->line;
    GM_EACH (gm_clause, label, &labels) {
        rename_place *place =
            place_of(places, before, label->line, last_line(label->text, label->line));
        if (place) {
            gm_str ignored;
            gm_rename rename = {.kind = GM_OBJECT_ENUM, .label = true};
            rename.table = plain_name(r, name, &rename.schema);
            rename.to = plain_name(r, label->text, &ignored);
            add_rename(r, place, rename);
        }
        before = last_line(label->text, label->line);
    }
    return true;
}

/* ---- other statements ---- */

/*
 * What a role may do and who owns what is the server's own business, and its roles are not here. An
 * extension brings its own comment, and only its owner may repeat it, as pg_dump does.
 */
static bool is_passed_over(gm_models_reader *r, const gm_sql_statement *statement)
{
    gm_scanner scanner = {.dialect = r->dialect, .text = statement->text, .line = 1};
    gm_token token = gm_scan_next(&scanner);
    if (r->dialect != GM_POSTGRES)
        return false;
    if (gm_token_is(&token, "grant") || gm_token_is(&token, "revoke"))
        return true;
    if (pass(&scanner, &token, "comment"))
        return pass(&scanner, &token, "on") && gm_token_is(&token, "extension");
    if (!gm_token_is(&token, "alter"))
        return false;
    gm_token before = {0};
    for (; token.kind != GM_TOKEN_END && token.kind != GM_TOKEN_BROKEN;
         before = token, token = gm_scan_next(&scanner))
        if ((gm_token_is(&before, "owner") && gm_token_is(&token, "to")) ||
            (gm_token_is(&before, "default") && gm_token_is(&token, "privileges")))
            return true;
    return false;
}

static gm_code refuse_data(gm_models_reader *r, const gm_sql_statement *statement)
{
    static const char *const words[] = {"insert", "update", "delete", "copy",  "truncate",
                                        "drop",   "merge",  "vacuum", "attach"};
    gm_scanner scanner = {.dialect = r->dialect, .text = statement->text, .line = 1};
    gm_token first = gm_scan_next(&scanner);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (gm_token_is(&first, words[i])) {
            gm_models_fail(r, statement->line, "%.*s has no place in a model",
                           GM_ARG(gm_str_lower(r->arena, first.text)));
            return gm_hint(r->err,
                           "Models say what the schema is; rows and steps go into a revision.");
        }
    return GM_OK;
}

static gm_object_kind kind_of(gm_scanner *scanner, gm_token *token)
{
    static const struct {
        const char *word;
        gm_object_kind kind;
    } kinds[] = {{"index", GM_OBJECT_INDEX},   {"view", GM_OBJECT_VIEW},
                 {"type", GM_OBJECT_ENUM},     {"sequence", GM_OBJECT_SEQUENCE},
                 {"domain", GM_OBJECT_DOMAIN}, {"trigger", GM_OBJECT_TRIGGER}};
    pass(scanner, token, "create");
    pass(scanner, token, "unique");
    bool materialized = pass(scanner, token, "materialized");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (pass(scanner, token, kinds[i].word))
            return materialized ? GM_OBJECT_MATERIALIZED_VIEW : kinds[i].kind;
    return GM_OBJECT_KIND_COUNT;
}

static void statement_rename(gm_models_reader *r, rename_places *places,
                             const gm_sql_statement *statement, size_t above)
{
    rename_place *place =
        place_of(places, above, statement->line, last_line(statement->text, statement->line));
    if (!place)
        return;
    gm_scanner scanner = {.dialect = r->dialect, .text = statement->text, .line = 1};
    gm_token token = gm_scan_next(&scanner);
    gm_rename rename = {.kind = kind_of(&scanner, &token)};
    if (pass(&scanner, &token, "if") && pass(&scanner, &token, "not"))
        pass(&scanner, &token, "exists");
    rename.to = plain_name(r, take_name(&scanner, &token), &rename.schema);
    if (rename.kind == GM_OBJECT_INDEX && pass(&scanner, &token, "on")) {
        pass(&scanner, &token, "only");
        rename.table = plain_name(r, take_name(&scanner, &token), &rename.schema);
    }
    if (rename.kind != GM_OBJECT_KIND_COUNT)
        add_rename(r, place, rename);
}

static gm_code read_statement(gm_models_reader *r, rename_places *places,
                              const gm_sql_statement *statement, size_t above)
{
    table made;
    GM_TRY(refuse_data(r, statement));
    if (is_passed_over(r, statement))
        return GM_OK;
    gm_models_add_sql(r, statement->text, statement->line);
    if (read_table(r, statement, &made)) {
        table_renames(r, places, &made, statement, above);
        return gm_models_add_table(r, made.name, statement->line, &made.clauses, made.tail);
    }
    if (!enum_renames(r, places, statement))
        statement_rename(r, places, statement, above);
    return gm_models_add_statement(r, statement->text, statement->line);
}

gm_code gm_models_read_sql(gm_models_reader *r, const gm_model_file *file)
{
    gm_sql_statements statements = {0};
    gm_str bytes = file->bytes;
    r->path = file->path;
    gm_code code = gm_sql_split(r->arena, r->dialect, r->path, 1, bytes, &statements, r->err);
    if (code == GM_E_HISTORY)
        r->err->code = GM_E_MODELS; /* the splitter speaks of revision files */
    if (code != GM_OK)
        return r->err->code;
    rename_places places = find_renames(r, bytes);
    size_t above = 0;
    GM_EACH (gm_sql_statement, statement, &statements) {
        GM_TRY(read_statement(r, &places, statement, above));
        above = last_line(statement->text, statement->line);
    }
    GM_EACH (rename_place, place, &places)
        if (!place->used) {
            gm_models_fail(r, place->line, "nothing here is renamed from %.*s",
                           GM_ARG(place->name));
            return gm_hint(r->err, "Put the comment above what was renamed, or behind it.");
        }
    return GM_OK;
}
