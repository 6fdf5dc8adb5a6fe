/* SPDX-License-Identifier: Apache-2.0 */
#include "config/reader.h"

#include "base/clock.h"
#include "base/term.h"
#include "lang/python.h"

/* ---- the keys of gmig.yml ---- */

static gm_code migrations(const gm_config_reader *r, const char *name, const gm_yaml *value,
                          void *into)
{
    gm_config *config = into;
    gm_strs folders = {0};
    GM_TRY(gm_config_list(r, name, value, gm_config_path, &folders));
    if (!folders.len)
        return gm_config_wrong(r, value, name, "a path or a list of paths");
    config->migrations = folders.items[0];
    config->has_migrations = true;
    for (size_t i = 1; i < folders.len; i++)
        gm_vec_push(r->arena, &config->more_migrations, folders.items[i]);
    return GM_OK;
}

static gm_code file_template(const gm_config_reader *r, const char *name, const gm_yaml *value,
                             void *into)
{
    gm_config *config = into;
    GM_TRY(gm_config_word(r, name, value, &config->file_template));
    if (gm_str_has(value->text, '/'))
        return gm_config_bad_value(r, value, name, "a file name without '/'");
    /* Without the id two revisions of one message in one second would be one file. */
    if (gm_str_search(value->text, GM_STR("%(id)")) == value->text.len)
        return gm_config_bad_value(r, value, name, "a file name with %(id) in it");
    return GM_OK;
}

static gm_code heads_file(const gm_config_reader *r, const char *name, const gm_yaml *value,
                          void *into)
{
    gm_config *config = into;
    GM_TRY(gm_config_path(r, name, value, &config->heads_file));
    if (!config->heads_file.len || gm_str_is(config->heads_file, GM_CONFIG_NAME))
        return gm_config_bad_value(r, value, name, "a file of its own, such as migrations/HEADS");
    config->heads_file_line = value->line;
    return GM_OK;
}

static gm_code format(const gm_config_reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const struct {
        const char *name;
        gm_format format;
    } formats[] = {{"gmig", GM_FORMAT_GMIG},
                   {"alembic", GM_FORMAT_ALEMBIC},
                   {"django", GM_FORMAT_DJANGO},
                   {"versioned", GM_FORMAT_VERSIONED}};
    gm_str text;
    GM_TRY(gm_config_word(r, name, value, &text));
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (gm_str_is(text, formats[i].name)) {
            ((gm_config *)into)->format = formats[i].format;
            return GM_OK;
        }
    }
    return gm_config_bad_value(r, value, name, "gmig, alembic, django or versioned");
}

/* Which presets there are, formats/ knows. */
static gm_code preset(const gm_config_reader *r, const char *name, const gm_yaml *value, void *into)
{
    return gm_config_word(r, name, value, &((gm_config *)into)->preset);
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

static gm_code django_apps(const gm_config_reader *r, const char *name, const gm_yaml *value,
                           void *into)
{
    gm_config *config = into;
    if (value->kind != GM_YAML_MAP)
        return gm_config_wrong(r, value, name, "a mapping of labels to folders");
    GM_EACH (const gm_yaml_pair, pair, &value->pairs) {
        gm_config_app app = {.label = pair->key};
        const char *shown = gm_str_z(r->arena, gm_term_visible(r->arena, pair->key, false));
        if (!is_target_name(pair->key) || gm_str_has(pair->key, '.') || gm_str_has(pair->key, '-'))
            return gm_config_bad_value(r, value, shown, "an app's label");
        GM_TRY(gm_config_path(r, shown, pair->value, &app.folder));
        gm_vec_push(r->arena, &config->apps, app);
    }
    return GM_OK;
}

static gm_code django(const gm_config_reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const gm_config_key keys[] = {{"apps", django_apps}, {NULL, NULL}};
    return gm_config_map(r, name, value, keys, into);
}

static gm_code models(const gm_config_reader *r, const char *name, const gm_yaml *value, void *into)
{
    ((gm_config *)into)->has_models = true;
    return gm_config_list(r, name, value, gm_config_path, &((gm_config *)into)->models);
}

static bool is_expression(gm_arena *arena, gm_str text)
{
    gm_py_reader *python = gm_py_open(arena, text);
    const gm_py_statement *statement = gm_py_next(python);
    return statement && statement->kind == GM_PY_EXPR && statement->value &&
           statement->value->kind != GM_PY_OTHER && !gm_py_next(python);
}

static gm_code type_hints(const gm_config_reader *r, const char *name, const gm_yaml *value,
                          void *into)
{
    gm_config *config = into;
    if (value->kind != GM_YAML_MAP)
        return gm_config_wrong(r, value, name, "a mapping of names to types");
    GM_EACH (const gm_yaml_pair, pair, &value->pairs) {
        gm_config_type_hint hint = {.name = pair->key, .line = pair->line};
        const char *shown = gm_str_z(r->arena, gm_term_visible(r->arena, pair->key, false));
        GM_TRY(gm_config_word(r, shown, pair->value, &hint.value));
        if (!is_expression(r->arena, hint.value))
            return gm_config_bad_value(
                r, pair->value, shown,
                "a type as the models would write it: Integer, \"String(40)\", "
                "\"Column(Integer, primary_key=True)\"");
        gm_vec_push(r->arena, &config->type_hints, hint);
    }
    return GM_OK;
}

static gm_code dialect_word(const gm_config_reader *r, const char *name, const gm_yaml *value,
                            gm_str *into)
{
    gm_dialect dialect;
    GM_TRY(gm_config_word(r, name, value, into));
    if (!gm_dialect_parse(*into, &dialect))
        return gm_config_bad_value(r, value, name, "sqlite, postgres or a list of them");
    *into = gm_str_from(gm_dialect_name(dialect));
    return GM_OK;
}

static gm_code dialects(const gm_config_reader *r, const char *name, const gm_yaml *value,
                        void *into)
{
    gm_config *config = into;
    gm_strs names = {0};
    GM_TRY(gm_config_list(r, name, value, dialect_word, &names));
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
            if (gm_str_eq(names.items[i], names.items[j])) {
                gm_fail_at(r->err, GM_E_CONFIG, gm_yaml_where(r->arena, r->path, value),
                           "dialects names %.*s twice", GM_ARG(names.items[i]));
                return gm_hint(r->err, "Leave one of the two out.");
            }
        gm_vec_push(r->arena, &config->dialects, dialect);
    }
    return GM_OK;
}

static gm_code trunk(const gm_config_reader *r, const char *name, const gm_yaml *value, void *into)
{
    ((gm_config *)into)->trunk_line = value->line;
    return gm_config_word(r, name, value, &((gm_config *)into)->trunk);
}

static gm_code shipped(const gm_config_reader *r, const char *name, const gm_yaml *value,
                       void *into)
{
    ((gm_config *)into)->shipped_line = value->line;
    return gm_config_list(r, name, value, gm_config_word, &((gm_config *)into)->shipped);
}

static gm_code policy(const gm_config_reader *r, const char *name, const gm_yaml *value, void *into)
{
    gm_str word;
    GM_TRY(gm_config_word(r, name, value, &word));
    bool merge = gm_str_is(word, "merge");
    if (!merge && !gm_str_is(word, "rebase"))
        return gm_config_bad_value(r, value, name, "rebase or merge");
    ((gm_config *)into)->merges_first = merge;
    return GM_OK;
}

static gm_code target_url(const gm_config_reader *r, const char *name, const gm_yaml *value,
                          void *into)
{
    return gm_config_word(r, name, value, &((gm_config_target *)into)->url);
}

static gm_code target_development(const gm_config_reader *r, const char *name, const gm_yaml *value,
                                  void *into)
{
    if (!gm_yaml_bool(value, &((gm_config_target *)into)->development))
        return gm_config_wrong(r, value, name, "true or false");
    return GM_OK;
}

static const gm_config_key target_keys[] = {
    {"url", target_url}, {"development", target_development}, {NULL, NULL}};

static gm_code read_target(const gm_config_reader *r, const gm_yaml_pair *pair,
                           gm_config_target *target)
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
        GM_TRY(gm_config_map(r, "a target", pair->value, target_keys, target));
    else if (pair->value->kind == GM_YAML_SCALAR && !gm_yaml_is_null(pair->value))
        target->url = pair->value->text;
    else if (pair->value->kind == GM_YAML_LIST)
        return gm_config_wrong(r, pair->value, "targets", "a mapping of names to URLs");
    if (target->url.len)
        return GM_OK;
    gm_fail_at(r->err, GM_E_CONFIG, where, "the target '%.*s' has no url", GM_ARG(pair->key));
    return gm_hint(r->err, "Give it one, such as \"sqlite:dev.db\" or \"${DATABASE_URL}\".");
}

static gm_code targets(const gm_config_reader *r, const char *name, const gm_yaml *value,
                       void *into)
{
    gm_config *config = into;
    if (value->kind != GM_YAML_MAP)
        return gm_config_wrong(r, value, name, "a mapping of names to URLs");
    GM_EACH (const gm_yaml_pair, pair, &value->pairs) {
        gm_config_target target;
        GM_TRY(read_target(r, pair, &target));
        gm_vec_push(r->arena, &config->targets, target);
    }
    return GM_OK;
}

static gm_code ledger_schema(const gm_config_reader *r, const char *name, const gm_yaml *value,
                             void *into)
{
    enum { NAME_MAX_BYTES = 63 }; /* PostgreSQL cuts longer names (NAMEDATALEN) */
    GM_TRY(gm_config_word(r, name, value, &((gm_config *)into)->ledger_schema));
    if (value->text.len > NAME_MAX_BYTES)
        return gm_config_bad_value(r, value, name, "a name of at most 63 bytes");
    return GM_OK;
}

static gm_code ledger(const gm_config_reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const gm_config_key keys[] = {{"schema", ledger_schema}, {NULL, NULL}};
    return gm_config_map(r, name, value, keys, into);
}

static gm_code scratch_postgres(const gm_config_reader *r, const char *name, const gm_yaml *value,
                                void *into)
{
    return gm_config_word(r, name, value, &((gm_config *)into)->scratch_postgres);
}

static gm_code scratch_setup(const gm_config_reader *r, const char *name, const gm_yaml *value,
                             void *into)
{
    return gm_config_path(r, name, value, &((gm_config *)into)->scratch_setup);
}

static gm_code scratch_deadline(const gm_config_reader *r, const char *name, const gm_yaml *value,
                                void *into)
{
    enum { MAX_MS = 24 * 3600 * 1000 };
    int64_t ms;
    gm_str text;
    GM_TRY(gm_config_word(r, name, value, &text));
    if (!gm_duration_parse(text, &ms) || ms <= 0 || ms > MAX_MS)
        return gm_config_bad_value(r, value, name,
                                   "a time of at most 24 hours, such as 30s or 10min");
    ((gm_config *)into)->scratch_deadline_ms = ms;
    return GM_OK;
}

static gm_code scratch(const gm_config_reader *r, const char *name, const gm_yaml *value,
                       void *into)
{
    static const gm_config_key keys[] = {{"postgres", scratch_postgres},
                                         {"setup", scratch_setup},
                                         {"deadline", scratch_deadline},
                                         {NULL, NULL}};
    return gm_config_map(r, name, value, keys, into);
}

static gm_code runner_command(const gm_config_reader *r, const char *name, const gm_yaml *value,
                              void *into)
{
    return gm_config_list(r, name, value, gm_config_word, &((gm_config *)into)->runner.command);
}

static gm_code runner_migrate(const gm_config_reader *r, const char *name, const gm_yaml *value,
                              void *into)
{
    return gm_config_list(r, name, value, gm_config_word, &((gm_config *)into)->runner.migrate);
}

static bool is_variable(gm_str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '=' || (unsigned char)name.ptr[i] <= ' ')
            return false;
    return name.len > 0;
}

static gm_code runner_env(const gm_config_reader *r, const char *name, const gm_yaml *value,
                          void *into)
{
    gm_config *config = into;
    if (value->kind != GM_YAML_MAP)
        return gm_config_wrong(r, value, name, "a mapping of variables to values");
    GM_EACH (const gm_yaml_pair, pair, &value->pairs) {
        gm_config_env env = {.name = pair->key};
        if (!is_variable(pair->key)) {
            gm_fail_at(
                r->err, GM_E_CONFIG,
                gm_str_printf(r->arena, "%.*s:%zu:%zu", GM_ARG(r->path), pair->line, pair->column),
                "this cannot be the name of a variable");
            return gm_hint(r->err, "Letters, digits and _ make one, and no digit comes first.");
        }
        if (pair->value->kind != GM_YAML_SCALAR)
            return gm_config_wrong(r, pair->value, name, "a mapping of variables to words");
        env.value = pair->value->text;
        gm_vec_push(r->arena, &config->runner.env, env);
    }
    return GM_OK;
}

static gm_code runner(const gm_config_reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const gm_config_key keys[] = {{"command", runner_command},
                                         {"migrate", runner_migrate},
                                         {"env", runner_env},
                                         {NULL, NULL}};
    return gm_config_map(r, name, value, keys, into);
}

static gm_code alembic_config(const gm_config_reader *r, const char *name, const gm_yaml *value,
                              void *into)
{
    return gm_config_path(r, name, value, &((gm_config *)into)->alembic_config);
}

static gm_code alembic_name(const gm_config_reader *r, const char *name, const gm_yaml *value,
                            void *into)
{
    return gm_config_word(r, name, value, &((gm_config *)into)->alembic_name);
}

static gm_code alembic(const gm_config_reader *r, const char *name, const gm_yaml *value,
                       void *into)
{
    static const gm_config_key keys[] = {
        {"config", alembic_config}, {"name", alembic_name}, {NULL, NULL}};
    return gm_config_map(r, name, value, keys, into);
}

static gm_code rules(const gm_config_reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const char *const severities[] = {[GM_SEVERITY_OFF] = "off",
                                             [GM_SEVERITY_INFO] = "info",
                                             [GM_SEVERITY_WARNING] = "warning",
                                             [GM_SEVERITY_ERROR] = "error"};
    gm_config *config = into;
    if (value->kind != GM_YAML_MAP)
        return gm_config_wrong(r, value, name, "a mapping of rules to severities");
    GM_EACH (const gm_yaml_pair, pair, &value->pairs) {
        gm_config_rule rule = {.rule = pair->key, .line = pair->line};
        const char *shown = gm_str_z(r->arena, gm_term_visible(r->arena, pair->key, false));
        gm_str word;
        GM_TRY(gm_config_word(r, shown, pair->value, &word));
        size_t i = 0;
        while (i <= GM_SEVERITY_ERROR && !gm_str_is(word, severities[i]))
            i++;
        if (i > GM_SEVERITY_ERROR)
            return gm_config_bad_value(r, pair->value, shown, "error, warning, info or off");
        rule.severity = (gm_severity)i;
        gm_vec_push(r->arena, &config->rules, rule);
    }
    return GM_OK;
}

static gm_code allow_rule(const gm_config_reader *r, const char *name, const gm_yaml *value,
                          void *into)
{
    return gm_config_word(r, name, value, &((gm_config_allow *)into)->rule);
}

static gm_code allow_revision(const gm_config_reader *r, const char *name, const gm_yaml *value,
                              void *into)
{
    return gm_config_word(r, name, value, &((gm_config_allow *)into)->revision);
}

static gm_code allow_reason(const gm_config_reader *r, const char *name, const gm_yaml *value,
                            void *into)
{
    return gm_config_word(r, name, value, &((gm_config_allow *)into)->reason);
}

static gm_code allow(const gm_config_reader *r, const char *name, const gm_yaml *value, void *into)
{
    static const gm_config_key keys[] = {
        {"rule", allow_rule}, {"revision", allow_revision}, {"reason", allow_reason}, {NULL, NULL}};
    gm_config *config = into;
    if (value->kind != GM_YAML_LIST)
        return gm_config_wrong(r, value, name, "a list of mappings");
    GM_EACH (gm_yaml *, item, &value->items) {
        gm_config_allow entry = {.line = (*item)->line};
        GM_TRY(gm_config_map(r, "an entry of allow", *item, keys, &entry));
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
static const gm_config_key file_keys[] = {
    {"migrations", migrations},
    {"file_template", file_template},
    {"heads_file", heads_file},
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
    gm_config_reader r = {.arena = arena, .path = path, .err = err};
    GM_TRY(gm_config_map(&r, "gmig.yml", root, file_keys, &read));
    *config = read;
    return GM_OK;
}
