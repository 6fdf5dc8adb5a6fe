/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alembic's and Flask-Migrate's revision files, read without running them: `revision`,
 * `down_revision`, `branch_labels` and `depends_on` at the top level of the module, and the
 * docstring's first line for the message. What the docstring says of ids is never read: it is a
 * copy that people forget (4 % of 12,000 real files name another parent there).
 *
 * Alembic runs the file and takes whatever the names hold then. So a value that cannot be told from
 * the text alone is an error with its line, and no guess.
 */
#include "history/formats/alembic.h"

#include "base/clock.h"
#include "history/formats/alembic_values.h"

enum { MAX_ID = 128, MAX_NAMES = 1000 };

typedef struct {
    gm_arena *arena;
    gm_str path;
    gm_err *err;
    gm_values values;
    gm_revision *revision;
} reader;

static bool is_revision(gm_str name)
{
    name = gm_str_sub(name, gm_str_rfind(name, '/') < name.len ? gm_str_rfind(name, '/') + 1 : 0,
                      name.len);
    return gm_str_ends(name, GM_STR(".py")) && !gm_str_starts(name, GM_STR(".#")) &&
           !gm_str_starts(name, GM_STR("__init__"));
}

static bool resembles(gm_str bytes)
{
    return gm_str_search(bytes, GM_STR("down_revision")) < bytes.len;
}

/* ---- where to stop ---- */

/* Where the last `name` ends, which has a byte that is rare in it; 0 for none. */
static size_t last_of(gm_str text, gm_str name, size_t rare)
{
    for (size_t len = text.len; len;) {
        const char *found = memrchr(text.ptr, name.ptr[rare], len);
        if (!found)
            return 0;
        len = (size_t)(found - text.ptr);
        if (len >= rare && gm_str_starts(gm_str_sub(text, len - rare, text.len), name))
            return len - rare + name.len;
    }
    return 0;
}

/* Where the last mention of one of the names ends: what is behind it cannot change them. */
static size_t last_mention(gm_str text)
{
    size_t revision = last_of(text, GM_STR("revision"), 2);
    size_t labels = last_of(text, GM_STR("branch_labels"), 6);
    size_t depends = last_of(text, GM_STR("depends_on"), 7);
    size_t last = revision > labels ? revision : labels;
    return depends > last ? depends : last;
}

/* ---- the docstring ---- */

static void take_created(reader *r, gm_str line, size_t number)
{
    gm_str prefix = GM_STR("Create Date:");
    int64_t time;
    line = gm_str_trim(line);
    if (!gm_str_starts(line, prefix))
        return;
    gm_str text = gm_str_trim(gm_str_sub(line, prefix.len, line.len));
    if (!gm_time_parse(text, &time))
        return;
    r->revision->created = text;
    r->revision->time = time;
    r->revision->created_line = number;
}

static void take_docstring(reader *r, const gm_py_statement *statement)
{
    gm_str rest = statement->value->text;
    gm_str line;
    for (size_t number = statement->line; gm_str_line(&rest, &line); number++) {
        if (!r->revision->message.len)
            r->revision->message = gm_str_trim(line);
        take_created(r, line, number);
    }
}

/* ---- the names ---- */

static gm_code unresolved(const reader *r, const char *name, const gm_value *value)
{
    gm_fail_at(r->err, GM_E_HISTORY, gm_where(r->arena, r->path, value->line),
               "only running the file would tell its %s: `%.*s`", name, GM_ARG(value->text));
    return gm_hint(r->err,
                   "Write %s as a literal, such as %s = \"1975ea83b712\": revision files are read, "
                   "and never run.",
                   name, name);
}

static bool can_be_found(gm_str name, bool is_id)
{
    static const char *const taken[] = {"head", "heads", "base", "current"};
    bool ascii = true;
    if (!name.len || name.len > MAX_ID)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        if (c < ' ' || c == 0x7f || (is_id && (c == '@' || c == '-' || c == '+')))
            return false;
        ascii &= c < 0x80;
    }
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        if (name.ptr[0] == taken[i][0] && gm_str_is(name, taken[i]))
            return false;
    return ascii || gm_str_utf8_valid(name);
}

static gm_code check_name(const reader *r, const char *key, gm_str name, size_t line, bool is_id)
{
    if (can_be_found(name, is_id))
        return GM_OK;
    gm_fail_at(r->err, GM_E_HISTORY, gm_where(r->arena, r->path, line),
               "%s: '%.*s' is no %s that Alembic could find", key, GM_ARG(name),
               is_id ? "id" : "name");
    return gm_hint(r->err, "%s",
                   is_id ? "An id has no '@', '-' or '+' in it, and at most 128 "
                           "bytes; head, heads, base and current are taken."
                         : "A name has at most 128 bytes; head, heads, base and "
                           "current are taken.");
}

/* What a name holds as a list, each once; nothing for None, "" and no name at all. */
static gm_code take_list(const reader *r, const char *key, bool ids, gm_strs *list, size_t *line)
{
    gm_strs found = {0};
    const gm_value *value = gm_values_find(&r->values, key);
    if (!value || value->kind == GM_VALUE_NONE)
        return GM_OK;
    if (value->kind == GM_VALUE_UNKNOWN)
        return unresolved(r, key, value);
    if (value->kind == GM_VALUE_STRING && value->text.len)
        gm_vec_push(r->arena, &found, value->text);
    if (value->items.len > MAX_NAMES)
        return gm_fail_at(r->err, GM_E_HISTORY, gm_where(r->arena, r->path, value->line),
                          "%s has more than %d entries", key, MAX_NAMES);
    for (size_t i = 0; i < value->items.len; i++)
        if (!gm_strs_have(&found, value->items.items[i]))
            gm_vec_push(r->arena, &found, value->items.items[i]);
    GM_EACH (const gm_str, name, &found)
        GM_TRY(check_name(r, key, *name, value->line, ids));
    *list = found;
    *line = value->line;
    return GM_OK;
}

static gm_code take_id(const reader *r, const gm_value *value)
{
    if (!value) {
        const gm_value *parents = gm_values_find(&r->values, "down_revision");
        gm_fail_at(r->err, GM_E_HISTORY, gm_where(r->arena, r->path, parents->line),
                   "the file has a down_revision and no revision");
        return gm_hint(r->err, "Write its id into it: revision = \"1975ea83b712\".");
    }
    if (value->kind == GM_VALUE_UNKNOWN)
        return unresolved(r, "revision", value);
    if (value->kind != GM_VALUE_STRING) {
        gm_fail_at(r->err, GM_E_HISTORY, gm_where(r->arena, r->path, value->line),
                   "revision is no string");
        return gm_hint(r->err, "Write its id into it: revision = \"1975ea83b712\".");
    }
    GM_TRY(check_name(r, "revision", value->text, value->line, true));
    r->revision->id = value->text;
    r->revision->revision_line = value->line;
    return GM_OK;
}

static gm_code take_names(const reader *r)
{
    gm_revision *revision = r->revision;
    const gm_value *id = gm_values_find(&r->values, "revision");
    const gm_value *parents = gm_values_find(&r->values, "down_revision");
    /* A module that only happens to have something of that name. */
    if (!parents && (!id || id->kind != GM_VALUE_STRING))
        return GM_OK;
    GM_TRY(take_id(r, id));
    if (!parents) {
        gm_fail_at(r->err, GM_E_HISTORY, gm_where(r->arena, r->path, id->line),
                   "revision %.*s has no down_revision", GM_ARG(id->text));
        return gm_hint(r->err, "Write down_revision = \"ID\" below it, or None for a base.");
    }
    GM_TRY(take_list(r, "down_revision", true, &revision->parents, &revision->parents_line));
    revision->parents_line = parents->line;
    GM_TRY(take_list(r, "branch_labels", false, &revision->labels, &revision->labels_line));
    return take_list(r, "depends_on", false, &revision->depends, &revision->depends_line);
}

static gm_code read_file(gm_arena *arena, const gm_revision_file *file, gm_revision *revision,
                         gm_err *err)
{
    gm_revision made = {.path = file->path, .blob = file->blob, .text = file->bytes};
    reader r = {.arena = arena, .path = file->path, .err = err, .revision = &made};
    size_t last = last_mention(file->bytes);
    const gm_py_statement *statement;
    *revision = (gm_revision){0};
    if (!last)
        return GM_OK;
    r.values = gm_values_new(arena);
    gm_py_reader *python = gm_py_open(arena, file->bytes);
    for (bool first = true; gm_py_rest(python).len > file->bytes.len - last || first;
         first = false) {
        statement = gm_py_next(python);
        if (!statement)
            break;
        if (first && statement->kind == GM_PY_EXPR && statement->value->kind == GM_PY_STRING)
            take_docstring(&r, statement);
        gm_values_take(&r.values, statement);
    }
    GM_TRY(take_names(&r));
    if (made.id.len)
        *revision = made;
    return GM_OK;
}

const gm_format_ops gm_format_alembic = {
    .name = "alembic",
    .id_max = 32, /* alembic_version.version_num VARCHAR(32) */
    .is_revision = is_revision,
    .resembles = resembles,
    .read = read_file,
    .write = gm_alembic_write,
    .with_parents = gm_alembic_with_parents,
};
