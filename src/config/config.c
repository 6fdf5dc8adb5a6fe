/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include "base/clock.h"
#include "base/nearest.h"
#include "base/term.h"
#include "lang/python.h"
#include "lang/yaml.h"

typedef struct {
    gm_arena *arena;
    gm_str path;
    gm_err *err;
} reader;

/* One key of a mapping, and what reads its value into `into`. */
typedef struct {
    const char *name;
    gm_code (*read)(const reader *r, const char *name, const gm_yaml *value, void *into);
} key;

/* ---- errors ---- */

static gm_code wrong(const reader *r, const gm_yaml *node, const char *name, const char *expected)
{
    static const char *const kinds[] = {"a word", "a list", "a mapping"};
    bool word = node->kind == GM_YAML_SCALAR;
    return gm_fail_at(r->err, GM_E_CONFIG, gm_yaml_where(r->arena, r->path, node),
                      "%s must be %s%s%s", name, expected, word ? "" : ", not ",
                      word ? "" : kinds[node->kind]);
}

/* `value` is shown: never for what may hold a password. */
static gm_code bad_value(const reader *r, const gm_yaml *node, const char *name,
                         const char *expected)
{
    return gm_fail_at(r->err, GM_E_CONFIG, gm_yaml_where(r->arena, r->path, node),
                      "%s must be %s, not '%.*s'", name, expected,
                      GM_ARG(gm_term_visible(r->arena, gm_str_sub(node->text, 0, 80), false)));
}

static gm_code unknown_key(const reader *r, const gm_yaml_pair *pair, const char *within,
                           const key *keys)
{
    gm_strs names = {0};
    for (const key *k = keys; k->name; k++)
        gm_vec_push(r->arena, &names, gm_str_from(k->name));
    gm_str where =
        gm_str_printf(r->arena, "%.*s:%zu:%zu", GM_ARG(r->path), pair->line, pair->column);
    gm_str shown = gm_term_visible(r->arena, gm_str_sub(pair->key, 0, 80), false);
    if (gm_str_has(pair->key, '@')) /* a URL in the wrong place, perhaps with its password */
        gm_fail_at(r->err, GM_E_CONFIG, where, "%s has a key that is unknown", within);
    else
        gm_fail_at(r->err, GM_E_CONFIG, where, "%s has no key '%.*s'", within, GM_ARG(shown));
    gm_str nearest = gm_nearest(pair->key, &names);
    if (nearest.len)
        return gm_hint(r->err, "Did you mean '%.*s'?", GM_ARG(nearest));
    return gm_hint(r->err, "Its keys are %.*s.", GM_ARG(gm_strs_list(r->arena, &names)));
}

/* ---- values ---- */

/* Reads a mapping by its table of keys; what is null or missing keeps its default. */
static gm_code read_map(const reader *r, const char *name, const gm_yaml *node, const key *keys,
                        void *into)
{
    if (node->kind != GM_YAML_MAP)
        return wrong(r, node, name, "a mapping");
    GM_EACH (const gm_yaml_pair, pair, &node->pairs) {
        const key *k = keys;
        while (k->name && !gm_str_is(pair->key, k->name))
            k++;
        if (!k->name)
            return unknown_key(r, pair, name, keys);
        if (!gm_yaml_is_null(pair->value))
            GM_TRY(k->read(r, k->name, pair->value, into));
    }
    return GM_OK;
}

static gm_code read_word(const reader *r, const char *name, const gm_yaml *value, gm_str *into)
{
    if (value->kind != GM_YAML_SCALAR)
        return wrong(r, value, name, "a word");
    if (!value->text.len)
        return bad_value(r, value, name, "a word");
    *into = value->text;
    return GM_OK;
}

/*
 * A path inside the project's folder, without "./", doubled or trailing slashes; "" for the folder
 * itself. A path that leads out would read what the ref under examination does not hold.
 */
static gm_code read_path(const reader *r, const char *name, const gm_yaml *value, gm_str *into)
{
    GM_TRY(read_word(r, name, value, into));
    gm_strs parts = {0};
    gm_str path = value->text;
    bool inside = path.ptr[0] != '/';
    for (size_t start = 0; start < path.len && inside;) {
        size_t end = gm_str_find(path, '/', start);
        gm_str part = gm_str_sub(path, start, end);
        inside = !gm_str_is(part, "..");
        if (part.len && !gm_str_is(part, "."))
            gm_vec_push(r->arena, &parts, part);
        start = end + 1;
    }
    if (!inside) {
        bad_value(r, value, name, "a path inside the folder of gmig.yml");
        return gm_hint(r->err, "Move gmig.yml up, or the files down, and write the path relative "
                               "to gmig.yml without '..'.");
    }
    *into = gm_str_join(r->arena, &parts, GM_STR("/"));
    return GM_OK;
}

typedef gm_code read_item(const reader *r, const char *name, const gm_yaml *value, gm_str *into);

/* A list, or one word that stands for a list of one. */
static gm_code read_list(const reader *r, const char *name, const gm_yaml *value, read_item *item,
                         gm_strs *into)
{
    gm_strs list = {0};
    gm_str text;
    if (value->kind == GM_YAML_SCALAR) {
        GM_TRY(item(r, name, value, &text));
        gm_vec_push(r->arena, &list, text);
    } else if (value->kind == GM_YAML_LIST) {
        GM_EACH (gm_yaml *, element, &value->items) {
            if ((*element)->kind != GM_YAML_SCALAR)
                return wrong(r, *element, name, "a list of words");
            GM_TRY(item(r, name, *element, &text));
            gm_vec_push(r->arena, &list, text);
        }
    } else {
        return wrong(r, value, name, "a word or a list of words");
    }
    *into = list;
    return GM_OK;
}

/* ---- the keys of gmig.yml ---- */

static gm_code migrations(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    gm_config *config = into;
    gm_strs folders = {0};
    GM_TRY(read_list(r, name, value, read_path, &folders));
    if (!folders.len)
        return wrong(r, value, name, "a path or a list of paths");
    config->migrations = folders.items[0];
    config->has_migrations = true;
    for (size_t i = 1; i < folders.len; i++)
        gm_vec_push(r->arena, &config->more_migrations, folders.items[i]);
    return GM_OK;
}

static gm_code file_template(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    gm_config *config = into;
    GM_TRY(read_word(r, name, value, &config->file_template));
    if (gm_str_has(value->text, '/'))
        return bad_value(r, value, name, "a file name without '/'");
    /* Without the id two revisions of one message in one second would be one file. */
    if (gm_str_search(value->text, GM_STR("%(id)")) == value->text.len)
        return bad_value(r, value, name, "a file name with %(id) in it");
    return GM_OK;
}

static gm_code format(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const struct {
        const char *name;
        gm_format format;
    } formats[] = {{"gmig", GM_FORMAT_GMIG},
                   {"alembic", GM_FORMAT_ALEMBIC},
                   {"django", GM_FORMAT_DJANGO},
                   {"versioned", GM_FORMAT_VERSIONED}};
    gm_str text;
    GM_TRY(read_word(r, name, value, &text));
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (gm_str_is(text, formats[i].name)) {
            ((gm_config *)into)->format = formats[i].format;
            return GM_OK;
        }
    }
    return bad_value(r, value, name, "gmig, alembic, django or versioned");
}

/* Which presets there are, formats/ knows. */
static gm_code preset(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    return read_word(r, name, value, &((gm_config *)into)->preset);
}

/* A target's name must not look like a URL or a path: --target takes either. */
static bool is_target_name(gm_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && c != '_' && c != '-' && (c != '.' || i == 0))
            return false;
    }
    return name.len > 0;
}

static gm_code django_apps(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    gm_config *config = into;
    if (value->kind != GM_YAML_MAP)
        return wrong(r, value, name, "a mapping of labels to folders");
    GM_EACH (const gm_yaml_pair, pair, &value->pairs) {
        gm_config_app app = {.label = pair->key};
        const char *shown = gm_str_z(r->arena, gm_term_visible(r->arena, pair->key, false));
        if (!is_target_name(pair->key) || gm_str_has(pair->key, '.') || gm_str_has(pair->key, '-'))
            return bad_value(r, value, shown, "an app's label");
        GM_TRY(read_path(r, shown, pair->value, &app.folder));
        gm_vec_push(r->arena, &config->apps, app);
    }
    return GM_OK;
}

static gm_code django(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const key keys[] = {{"apps", django_apps}, {NULL, NULL}};
    return read_map(r, name, value, keys, into);
}

static gm_code models(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    ((gm_config *)into)->has_models = true;
    return read_list(r, name, value, read_path, &((gm_config *)into)->models);
}

static bool is_expression(gm_arena *arena, gm_str text)
{
    gm_py_reader *python = gm_py_open(arena, text);
    const gm_py_statement *statement = gm_py_next(python);
    return statement && statement->kind == GM_PY_EXPR && statement->value &&
           statement->value->kind != GM_PY_OTHER && !gm_py_next(python);
}

static gm_code type_hints(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    gm_config *config = into;
    if (value->kind != GM_YAML_MAP)
        return wrong(r, value, name, "a mapping of names to types");
    GM_EACH (const gm_yaml_pair, pair, &value->pairs) {
        gm_config_type_hint hint = {.name = pair->key, .line = pair->line};
        const char *shown = gm_str_z(r->arena, gm_term_visible(r->arena, pair->key, false));
        GM_TRY(read_word(r, shown, pair->value, &hint.value));
        if (!is_expression(r->arena, hint.value))
            return bad_value(r, pair->value, shown,
                             "a type as the models would write it: Integer, \"String(40)\", "
                             "\"Column(Integer, primary_key=True)\"");
        gm_vec_push(r->arena, &config->type_hints, hint);
    }
    return GM_OK;
}

static gm_code dialect_word(const reader *r, const char *name, const gm_yaml *value, gm_str *into)
{
    gm_dialect dialect;
    GM_TRY(read_word(r, name, value, into));
    if (!gm_dialect_parse(*into, &dialect))
        return bad_value(r, value, name, "sqlite, postgres or a list of them");
    *into = gm_str_from(gm_dialect_name(dialect));
    return GM_OK;
}

static gm_code dialects(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    gm_config *config = into;
    gm_strs names = {0};
    GM_TRY(read_list(r, name, value, dialect_word, &names));
    if (!names.len) {
        gm_fail_at(r->err, GM_E_CONFIG, gm_yaml_where(r->arena, r->path, value),
                   "dialects names none");
        return gm_hint(r->err, "Write sqlite, postgres or a list of them; without the line it is "
                               "sqlite.");
    }
    config->dialects.len = 0;
    config->has_dialects = true;
    for (size_t i = 0; i < names.len; i++) {
        gm_dialect dialect = GM_SQLITE;
        gm_dialect_parse(names.items[i], &dialect);
        for (size_t j = 0; j < i; j++)
            if (gm_str_eq(names.items[i], names.items[j]))
                return gm_fail_at(r->err, GM_E_CONFIG, gm_yaml_where(r->arena, r->path, value),
                                  "dialects names %.*s twice", GM_ARG(names.items[i]));
        gm_vec_push(r->arena, &config->dialects, dialect);
    }
    return GM_OK;
}

static gm_code trunk(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    ((gm_config *)into)->trunk_line = value->line;
    return read_word(r, name, value, &((gm_config *)into)->trunk);
}

static gm_code shipped(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    ((gm_config *)into)->shipped_line = value->line;
    return read_list(r, name, value, read_word, &((gm_config *)into)->shipped);
}

static gm_code policy(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    gm_str word;
    GM_TRY(read_word(r, name, value, &word));
    bool merge = gm_str_is(word, "merge");
    if (!merge && !gm_str_is(word, "rebase"))
        return bad_value(r, value, name, "rebase or merge");
    ((gm_config *)into)->merges_first = merge;
    return GM_OK;
}

static gm_code target_url(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    return read_word(r, name, value, &((gm_config_target *)into)->url);
}

static gm_code target_development(const reader *r, const char *name, const gm_yaml *value,
                                  void *into)
{
    if (!gm_yaml_bool(value, &((gm_config_target *)into)->development))
        return wrong(r, value, name, "true or false");
    return GM_OK;
}

static const key target_keys[] = {
    {"url", target_url}, {"development", target_development}, {NULL, NULL}};

static gm_code read_target(const reader *r, const gm_yaml_pair *pair, gm_config_target *target)
{
    gm_str where =
        gm_str_printf(r->arena, "%.*s:%zu:%zu", GM_ARG(r->path), pair->line, pair->column);
    if (!is_target_name(pair->key)) {
        gm_fail_at(r->err, GM_E_CONFIG, where,
                   "a target's name has other characters than letters, "
                   "digits, '_', '-' and '.'");
        return gm_hint(r->err, "Write targets as NAME: URL, such as dev: \"sqlite:dev.db\".");
    }
    *target = (gm_config_target){.name = pair->key, .line = pair->line};
    if (pair->value->kind == GM_YAML_MAP)
        GM_TRY(read_map(r, "a target", pair->value, target_keys, target));
    else if (pair->value->kind == GM_YAML_SCALAR && !gm_yaml_is_null(pair->value))
        target->url = pair->value->text;
    else if (pair->value->kind == GM_YAML_LIST)
        return wrong(r, pair->value, "targets", "a mapping of names to URLs");
    if (target->url.len)
        return GM_OK;
    gm_fail_at(r->err, GM_E_CONFIG, where, "the target '%.*s' has no url", GM_ARG(pair->key));
    return gm_hint(r->err, "Give it one, such as \"sqlite:dev.db\" or \"${DATABASE_URL}\".");
}

static gm_code targets(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    gm_config *config = into;
    if (value->kind != GM_YAML_MAP)
        return wrong(r, value, name, "a mapping of names to URLs");
    GM_EACH (const gm_yaml_pair, pair, &value->pairs) {
        gm_config_target target;
        GM_TRY(read_target(r, pair, &target));
        gm_vec_push(r->arena, &config->targets, target);
    }
    return GM_OK;
}

static gm_code ledger_schema(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    enum { NAME_MAX_BYTES = 63 }; /* PostgreSQL cuts longer names (NAMEDATALEN) */
    GM_TRY(read_word(r, name, value, &((gm_config *)into)->ledger_schema));
    if (value->text.len > NAME_MAX_BYTES)
        return bad_value(r, value, name, "a name of at most 63 bytes");
    return GM_OK;
}

static gm_code ledger(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const key keys[] = {{"schema", ledger_schema}, {NULL, NULL}};
    return read_map(r, name, value, keys, into);
}

static gm_code scratch_postgres(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    return read_word(r, name, value, &((gm_config *)into)->scratch_postgres);
}

static gm_code scratch_setup(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    return read_path(r, name, value, &((gm_config *)into)->scratch_setup);
}

static gm_code scratch_deadline(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    enum { MAX_MS = 24 * 3600 * 1000 };
    int64_t ms;
    gm_str text;
    GM_TRY(read_word(r, name, value, &text));
    if (!gm_duration_parse(text, &ms) || ms <= 0 || ms > MAX_MS)
        return bad_value(r, value, name, "a time of at most 24 hours, such as 30s or 10min");
    ((gm_config *)into)->scratch_deadline_ms = ms;
    return GM_OK;
}

static gm_code scratch(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const key keys[] = {{"postgres", scratch_postgres},
                               {"setup", scratch_setup},
                               {"deadline", scratch_deadline},
                               {NULL, NULL}};
    return read_map(r, name, value, keys, into);
}

static gm_code runner_command(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    return read_list(r, name, value, read_word, &((gm_config *)into)->runner.command);
}

static gm_code runner_migrate(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    return read_list(r, name, value, read_word, &((gm_config *)into)->runner.migrate);
}

static bool is_variable(gm_str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '=' || (unsigned char)name.ptr[i] <= ' ')
            return false;
    return name.len > 0;
}

static gm_code runner_env(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    gm_config *config = into;
    if (value->kind != GM_YAML_MAP)
        return wrong(r, value, name, "a mapping of variables to values");
    GM_EACH (const gm_yaml_pair, pair, &value->pairs) {
        gm_config_env env = {.name = pair->key};
        if (!is_variable(pair->key))
            return gm_fail_at(
                r->err, GM_E_CONFIG,
                gm_str_printf(r->arena, "%.*s:%zu:%zu", GM_ARG(r->path), pair->line, pair->column),
                "this cannot be the name of a variable");
        if (pair->value->kind != GM_YAML_SCALAR)
            return wrong(r, pair->value, name, "a mapping of variables to words");
        env.value = pair->value->text;
        gm_vec_push(r->arena, &config->runner.env, env);
    }
    return GM_OK;
}

static gm_code runner(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const key keys[] = {{"command", runner_command},
                               {"migrate", runner_migrate},
                               {"env", runner_env},
                               {NULL, NULL}};
    return read_map(r, name, value, keys, into);
}

static gm_code alembic_config(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    return read_path(r, name, value, &((gm_config *)into)->alembic_config);
}

static gm_code alembic_name(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    return read_word(r, name, value, &((gm_config *)into)->alembic_name);
}

static gm_code alembic(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const key keys[] = {{"config", alembic_config}, {"name", alembic_name}, {NULL, NULL}};
    return read_map(r, name, value, keys, into);
}

static gm_code rules(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const char *const severities[] = {[GM_SEVERITY_OFF] = "off",
                                             [GM_SEVERITY_INFO] = "info",
                                             [GM_SEVERITY_WARNING] = "warning",
                                             [GM_SEVERITY_ERROR] = "error"};
    gm_config *config = into;
    if (value->kind != GM_YAML_MAP)
        return wrong(r, value, name, "a mapping of rules to severities");
    GM_EACH (const gm_yaml_pair, pair, &value->pairs) {
        gm_config_rule rule = {.rule = pair->key, .line = pair->line};
        const char *shown = gm_str_z(r->arena, gm_term_visible(r->arena, pair->key, false));
        gm_str word;
        GM_TRY(read_word(r, shown, pair->value, &word));
        size_t i = 0;
        while (i <= GM_SEVERITY_ERROR && !gm_str_is(word, severities[i]))
            i++;
        if (i > GM_SEVERITY_ERROR)
            return bad_value(r, pair->value, shown, "error, warning, info or off");
        rule.severity = (gm_severity)i;
        gm_vec_push(r->arena, &config->rules, rule);
    }
    return GM_OK;
}

static gm_code allow_rule(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    return read_word(r, name, value, &((gm_config_allow *)into)->rule);
}

static gm_code allow_revision(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    return read_word(r, name, value, &((gm_config_allow *)into)->revision);
}

static gm_code allow_reason(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    return read_word(r, name, value, &((gm_config_allow *)into)->reason);
}

static gm_code allow(const reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const key keys[] = {
        {"rule", allow_rule}, {"revision", allow_revision}, {"reason", allow_reason}, {NULL, NULL}};
    gm_config *config = into;
    if (value->kind != GM_YAML_LIST)
        return wrong(r, value, name, "a list of mappings");
    GM_EACH (gm_yaml *, item, &value->items) {
        gm_config_allow entry = {.line = (*item)->line};
        GM_TRY(read_map(r, "an entry of allow", *item, keys, &entry));
        if (!entry.rule.len || !entry.reason.len) {
            gm_fail_at(r->err, GM_E_CONFIG, gm_yaml_where(r->arena, r->path, *item),
                       "an entry of allow has no %s", entry.rule.len ? "reason" : "rule");
            return gm_hint(r->err, "Write {rule: RULE, revision: ID, reason: \"why\"}; without a "
                                   "revision it holds for all.");
        }
        gm_vec_push(r->arena, &config->allow, entry);
    }
    return GM_OK;
}

/* ---- the file ---- */

/* clang-format off */
static const key file_keys[] = {
    {"migrations", migrations},
    {"file_template", file_template},
    {"format", format},
    {"preset", preset},
    {"models", models},
    {"dialects", dialects},
    {"trunk", trunk},
    {"shipped", shipped},
    {"policy", policy},
    {"targets", targets},
    {"ledger", ledger},
    {"scratch", scratch},
    {"runner", runner},
    {"alembic", alembic},
    {"type_hints", type_hints},
    {"rules", rules},
    {"allow", allow},
    {"django", django},
    {NULL, NULL},
};
/* clang-format on */

gm_config gm_config_default(gm_arena *arena)
{
    gm_config config = {
        .migrations = GM_STR("migrations"),
        .file_template = GM_STR("%(created)_%(id)_%(slug).sql"),
        .format = GM_FORMAT_GMIG,
    };
    gm_vec_push(arena, &config.models, GM_STR("models"));
    gm_vec_push(arena, &config.dialects, GM_SQLITE);
    return config;
}

/* A line that git begins a conflict with. */
static bool has_conflict(gm_str text)
{
    gm_str line;
    while (gm_str_line(&text, &line))
        if (gm_str_starts(line, GM_STR("<<<<<<< ")))
            return true;
    return false;
}

gm_code gm_config_parse(gm_arena *arena, gm_str path, gm_str folder, gm_str text, gm_config *config,
                        gm_err *err)
{
    gm_yaml *root;
    if (text.len > GM_CONFIG_MAX)
        return gm_fail_at(err, GM_E_CONFIG, path, "is larger than %d bytes, which no gmig.yml is",
                          GM_CONFIG_MAX);
    gm_code code = gm_yaml_parse(arena, path, 1, text, &root, err);
    if (code != GM_OK && has_conflict(text))
        return gm_hint(err, "git left a conflict in it: resolve that, then: git add -- %.*s",
                       GM_ARG(path));
    GM_TRY(code);
    gm_config read = gm_config_default(arena);
    read.path = path;
    read.folder = folder;
    reader r = {.arena = arena, .path = path, .err = err};
    GM_TRY(read_map(&r, "gmig.yml", root, file_keys, &read));
    *config = read;
    return GM_OK;
}
