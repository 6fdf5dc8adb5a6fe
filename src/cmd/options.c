/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line -> gm_invocation. getopt_long will not do: it takes `-1` for an option and
 * accepts abbreviated long ones.
 */
#include "base/file.h"
#include "cmd/elsewhere.h"
#include "cmd/secrets.h"

const gm_option gm_global_options[] = {
    {"chdir", 'C', GM_OPTION_VALUE, "DIR", "run as if gmig was started in DIR"},
    {"directory", 'd', GM_OPTION_VALUE, "DIR",
     "folder of the revision files, in place of `migrations` in gmig.yml"},
    {"config", 0, GM_OPTION_VALUE, "FILE", "use FILE in place of the nearest gmig.yml"},
    {"json", 0, GM_OPTION_FLAG, NULL, "print one JSON document on standard output"},
    {"quiet", 'q', GM_OPTION_FLAG, NULL, "print no messages, only data and errors"},
    {"verbose", 'v', GM_OPTION_FLAG, NULL, "say more"},
    {"color", 0, GM_OPTION_VALUE, "WHEN", "colour: auto, always or never"},
    {"help", 'h', GM_OPTION_FLAG, NULL, "show help and end"},
    {NULL, 0, GM_OPTION_FLAG, NULL, NULL},
};

/* Where the reading stands. */
typedef struct {
    int count;
    char **words;
    int next;
    gm_invocation *invocation;
    gm_err *err;
} reader;

static const gm_option *find_in(const gm_option *table, gm_str name, char letter)
{
    for (const gm_option *option = table; option && option->name; option++)
        if (letter ? option->letter == letter : gm_str_is(name, option->name))
            return option;
    return NULL;
}

/* The command's own table goes first, so that it may give a letter a meaning of its own. */
static const gm_option *find_option(const gm_invocation *invocation, gm_str name, char letter)
{
    const gm_option *own = invocation->command ? invocation->command->options : NULL;
    const gm_option *option = find_in(own, name, letter);
    if (!option)
        option = find_in(gm_global_options, name, letter);
    if (option && option->kind == GM_OPTION_ALIAS)
        option = find_in(own, gm_str_from(option->argument), 0);
    return option;
}

static gm_code see_help(const gm_invocation *invocation, gm_err *err)
{
    if (invocation->command)
        return gm_hint(err, "`gmig %s --help` lists the options.", invocation->command->name);
    return gm_hint(err, "`gmig help` lists commands and options.");
}

static gm_code unknown_option(const reader *r, gm_str shown, gm_str name)
{
    const gm_invocation *invocation = r->invocation;
    gm_arena *arena = r->err->arena;
    gm_strs names = {0};
    const gm_option *tables[] = {invocation->command ? invocation->command->options : NULL,
                                 gm_global_options};
    for (size_t i = 0; i < 2; i++)
        for (const gm_option *option = tables[i]; option && option->name; option++)
            gm_vec_push(arena, &names, gm_str_from(option->name));

    gm_str visible = gm_term_visible(arena, shown, false);
    if (invocation->command)
        gm_fail(r->err, GM_E_USAGE, "`gmig %s` has no option '%.*s'", invocation->command->name,
                GM_ARG(visible));
    else
        gm_fail(r->err, GM_E_USAGE, "there is no option '%.*s'", GM_ARG(visible));
    const char *instead = gm_elsewhere_option(invocation->command, name);
    if (instead)
        return gm_hint(r->err, "%s", instead);
    gm_str nearest = name.len > 1 ? gm_nearest(name, &names) : (gm_str){0};
    if (nearest.len)
        return gm_hint(r->err, "Did you mean '--%.*s'?", GM_ARG(nearest));
    return see_help(invocation, r->err);
}

static gm_code set_colour(gm_invocation *invocation, gm_str value, gm_err *err)
{
    if (gm_str_is(value, "auto"))
        invocation->colour = GM_COLOUR_AUTO;
    else if (gm_str_is(value, "always"))
        invocation->colour = GM_COLOUR_ALWAYS;
    else if (gm_str_is(value, "never"))
        invocation->colour = GM_COLOUR_NEVER;
    else
        return gm_fail(err, GM_E_USAGE, "--color takes auto, always or never, not '%.*s'",
                       GM_ARG(gm_term_visible(err->arena, value, false)));
    return GM_OK;
}

/* Mostly "$NAME" of a shell where NAME is not set: taken for a default, it would move another
 * database than was meant. */
static gm_code refuse_empty(const reader *r, const gm_option *option)
{
    gm_fail(r->err, GM_E_USAGE, "option '--%s' has an empty value", option->name);
    return gm_hint(r->err, "Leave it out, or give it %s; is a variable of the shell unset?",
                   option->argument);
}

/* Every option is kept by its long name; those of every command set their field too. */
static gm_code keep(const reader *r, const gm_option *option, gm_str value)
{
    gm_invocation *invocation = r->invocation;
    gm_str name = gm_str_from(option->name);
    if (option->kind != GM_OPTION_FLAG && value.len == 0 && !gm_str_is(name, "message"))
        return refuse_empty(r, option);
    gm_strs *list = gm_map_get(&invocation->values, name);
    if (!list) {
        list = gm_new(invocation->arena, gm_strs);
        gm_map_set(&invocation->values, name, list);
    }
    gm_vec_push(invocation->arena, list, value);

    if (find_in(gm_global_options, name, 0) != option)
        return GM_OK;
    if (gm_str_is(name, "color"))
        return set_colour(invocation, value, r->err);
    if (gm_str_is(name, "chdir"))
        /* Several add up, as with git. */
        invocation->project.folder =
            gm_path_join(invocation->arena, invocation->project.folder, value);
    else if (gm_str_is(name, "directory"))
        invocation->project.migrations = value;
    else if (gm_str_is(name, "config"))
        invocation->project.config_path = value;
    else if (gm_str_is(name, "json"))
        invocation->json = true;
    else if (gm_str_is(name, "quiet"))
        invocation->quiet = true;
    else if (gm_str_is(name, "verbose"))
        invocation->verbose = true;
    else if (gm_str_is(name, "help"))
        invocation->help = true;
    return GM_OK;
}

/* The value of an option whose own word held none: the next word, whatever it looks like. */
static gm_code next_value(reader *r, gm_str shown, const gm_option *option, gm_str *value)
{
    if (r->next == r->count) {
        gm_fail(r->err, GM_E_USAGE, "option '%.*s' needs a value: %s", GM_ARG(shown),
                option->argument);
        return see_help(r->invocation, r->err);
    }
    *value = gm_str_from(r->words[r->next++]);
    return GM_OK;
}

static gm_code read_long(reader *r, gm_str word)
{
    gm_str body = gm_str_sub(word, 2, word.len);
    size_t equals = gm_str_find(body, '=', 0);
    gm_str name = gm_str_sub(body, 0, equals);
    gm_str shown = gm_str_sub(word, 0, equals + 2);
    if (!r->invocation->command && gm_str_is(body, "version")) {
        r->invocation->version = true;
        return GM_OK;
    }

    const gm_option *option = find_option(r->invocation, name, 0);
    if (!option)
        return unknown_option(r, shown, name);
    gm_str value = gm_str_sub(body, equals + 1, body.len);
    bool has_value = equals < body.len;
    if (option->kind == GM_OPTION_FLAG && has_value) {
        gm_fail(r->err, GM_E_USAGE, "option '%.*s' takes no value", GM_ARG(shown));
        return see_help(r->invocation, r->err);
    }
    if (option->kind != GM_OPTION_FLAG && !has_value)
        GM_TRY(next_value(r, shown, option, &value));
    return keep(r, option, value);
}

/* "-q", "-qv", "-mTEXT", "-m TEXT" */
static gm_code read_short(reader *r, gm_str word)
{
    for (size_t i = 1; i < word.len; i++) {
        gm_str shown = gm_str_printf(r->err->arena, "-%c", word.ptr[i]);
        const gm_option *option = find_option(r->invocation, (gm_str){0}, word.ptr[i]);
        if (!option)
            return unknown_option(r, shown, gm_str_sub(word, i, i + 1));
        if (option->kind == GM_OPTION_FLAG) {
            GM_TRY(keep(r, option, (gm_str){0}));
            continue;
        }
        gm_str value = gm_str_sub(word, i + 1, word.len);
        if (!value.len)
            GM_TRY(next_value(r, shown, option, &value));
        return keep(r, option, value);
    }
    return GM_OK;
}

static bool is_option(gm_str word)
{
    bool dash = word.len > 1 && word.ptr[0] == '-';
    return dash && !(word.ptr[1] >= '0' && word.ptr[1] <= '9');
}

/* A message about an operand quotes it. */
static gm_code refuse_url(const reader *r)
{
    gm_fail(r->err, GM_E_USAGE,
            "a database URL stands where none is expected (it is not shown, "
            "since it may hold a password)");
    return gm_hint(r->err, "Give it as --target URL.");
}

static gm_code read_operand(reader *r, gm_str word)
{
    gm_invocation *invocation = r->invocation;
    const gm_command *command = invocation->command;
    if (word.len == 0) {
        gm_fail(r->err, GM_E_USAGE, "an argument is empty");
        return gm_hint(r->err, "Leave it out; is a variable of the shell unset?");
    }
    if (gm_may_hold_password(word) && !(command && command->takes_urls))
        return refuse_url(r);
    if (invocation->command) {
        gm_vec_push(invocation->arena, &invocation->operands, word);
        return GM_OK;
    }
    invocation->command = gm_command_find(word);
    return invocation->command ? GM_OK : gm_command_unknown(word, r->err);
}

static gm_code check_operands(const gm_invocation *invocation, gm_err *err)
{
    const gm_command *command = invocation->command;
    size_t count = invocation->operands.len;
    if (!command || (count >= command->min_operands && count <= command->max_operands))
        return GM_OK;
    if (count < command->min_operands) {
        gm_fail(err, GM_E_USAGE, "`gmig %s` needs %s", command->name, command->synopsis);
    } else {
        gm_str extra = invocation->operands.items[command->max_operands];
        if (gm_may_hold_password(extra))
            extra = GM_STR("...");
        gm_fail(err, GM_E_USAGE, "`gmig %s` does not know what to do with '%.*s'", command->name,
                GM_ARG(gm_term_visible(err->arena, extra, false)));
    }
    return gm_hint(err, "Usage: gmig %s [OPTION]...%s%s", command->name,
                   command->synopsis[0] ? " " : "", command->synopsis);
}

gm_code gm_options_parse(gm_arena *arena, int count, char **words, gm_invocation *invocation,
                         gm_err *err)
{
    *invocation = (gm_invocation){.arena = arena, .values = gm_map_new(arena)};
    reader r = {.count = count, .words = words, .invocation = invocation, .err = err};
    bool options = true;
    while (r.next < r.count && !invocation->help && !invocation->version) {
        gm_str word = gm_str_from(words[r.next++]);
        if (!options || !is_option(word))
            GM_TRY(read_operand(&r, word));
        else if (gm_str_is(word, "--"))
            options = false;
        else if (word.ptr[1] == '-')
            GM_TRY(read_long(&r, word));
        else
            GM_TRY(read_short(&r, word));
    }
    return invocation->help || invocation->version ? GM_OK : check_operands(invocation, err);
}

bool gm_given(const gm_invocation *invocation, const char *option)
{
    return gm_map_find(&invocation->values, gm_str_from(option), NULL);
}

gm_str gm_value_of(const gm_invocation *invocation, const char *option)
{
    const gm_strs *list = gm_values_of(invocation, option);
    return list->len ? list->items[list->len - 1] : (gm_str){0};
}

const gm_strs *gm_values_of(const gm_invocation *invocation, const char *option)
{
    static const gm_strs none = {0};
    const gm_strs *list = gm_map_get(&invocation->values, gm_str_from(option));
    return list ? list : &none;
}
