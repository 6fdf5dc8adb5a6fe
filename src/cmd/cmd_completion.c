/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completions for bash, zsh and fish, made from the tables that the parser reads. They are static:
 * completing a word never starts gmig.
 */
#include "cmd/output.h"

/* What the value of an option is, as far as a shell can help with it. */
typedef enum { VALUE_OTHER, VALUE_FOLDER, VALUE_FILE, VALUE_COLOUR } value_kind;

static value_kind kind_of(const gm_option *option)
{
    gm_str argument = gm_str_from(option->argument);
    if (gm_str_is(argument, "DIR"))
        return VALUE_FOLDER;
    if (gm_str_is(argument, "FILE") || gm_str_is(argument, "PATH"))
        return VALUE_FILE;
    return gm_str_is(argument, "WHEN") ? VALUE_COLOUR : VALUE_OTHER;
}

/* An alias has what the option it stands for has. */
static const gm_option *meant(const gm_option *option, const gm_option *table)
{
    for (const gm_option *other = table; option->kind == GM_OPTION_ALIAS && other->name; other++)
        if (gm_str_is(gm_str_from(option->argument), other->name))
            return other;
    return option;
}

static bool has_value(const gm_option *option)
{
    return option->kind != GM_OPTION_FLAG;
}

/* "a|b|c" -> a, b, c; nothing for what stands for a value: "[REVISION...]", "NAME". */
static void add_words(gm_arena *arena, gm_str choice, gm_strs *words)
{
    while (choice.len && choice.ptr[0] >= 'a' && choice.ptr[0] <= 'z') {
        size_t end = gm_str_find(choice, '|', 0);
        gm_vec_push(arena, words, gm_str_sub(choice, 0, end));
        choice = gm_str_sub(choice, end + 1, choice.len);
    }
}

/*
 * Words for a command's first operand: the names of commands for `help`, else those that the
 * synopsis or one of its alternatives begins with ("install|list [NAME...] | run NAME").
 */
static gm_strs operand_words(gm_arena *arena, const gm_command *command)
{
    gm_strs words = {0};
    gm_str rest = gm_str_from(command->synopsis);
    if (gm_str_is(rest, "[COMMAND]")) {
        for (size_t i = 0; i < gm_command_count; i++)
            gm_vec_push(arena, &words, gm_str_from(gm_commands[i].command->name));
        return words;
    }
    while (rest.len) {
        size_t bar = gm_str_search(rest, GM_STR(" | "));
        gm_str first = gm_str_sub(rest, 0, gm_str_find(rest, ' ', 0));
        add_words(arena, first, &words);
        rest = gm_str_sub(rest, bar + 3, rest.len);
    }
    return words;
}

/* ---- bash ---- */

static void bash_options(const gm_option *table)
{
    for (const gm_option *option = table; option && option->name; option++) {
        gm_out(" --%s", option->name);
        if (option->letter)
            gm_out(" -%c", option->letter);
    }
}

/* "-C|--chdir" of the options that have values of this kind, joined with "|". */
static bool bash_pattern(const gm_option *table, value_kind kind, bool any, bool more)
{
    for (const gm_option *option = table; option && option->name; option++) {
        const gm_option *real = meant(option, table);
        if (!has_value(real) || (!any && kind_of(real) != kind))
            continue;
        gm_out("%s--%s", more ? "|" : "", option->name);
        if (option->letter)
            gm_out("|-%c", option->letter);
        more = true;
    }
    return more;
}

/* Letters mean other things in other commands, so only the global ones and own long ones count. */
static void bash_values(value_kind kind, const char *answer)
{
    gm_out("    ");
    bash_pattern(gm_global_options, kind, false, false);
    gm_out(")\n        %s\n        return\n        ;;\n", answer);
}

static void print_bash(gm_arena *arena)
{
    gm_out("# bash completion for gmig; made by 'gmig completion bash'\n\n_gmig() {\n"
           "    local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
           "    local command= words= i\n"
           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        case ${COMP_WORDS[i]} in\n        ");
    bash_pattern(gm_global_options, VALUE_OTHER, true, false);
    gm_out(") ((i++)) ;;\n        -*) ;;\n        *)\n            command=${COMP_WORDS[i]}\n"
           "            break\n            ;;\n        esac\n    done\n\n"
           "    case $previous in\n");
    bash_values(VALUE_FOLDER, "COMPREPLY=($(compgen -d -- \"$cur\"))");
    bash_values(VALUE_FILE, "COMPREPLY=($(compgen -f -- \"$cur\"))");
    bash_values(VALUE_COLOUR, "COMPREPLY=($(compgen -W 'auto always never' -- \"$cur\"))");
    gm_out("    esac\n\n    case $command in\n    '')\n        words='");
    for (size_t i = 0; i < gm_command_count; i++)
        gm_out("%s%s", i ? " " : "", gm_commands[i].command->name);
    gm_out(" --version'\n        ;;\n");
    for (size_t i = 0; i < gm_command_count; i++) {
        const gm_command *command = gm_commands[i].command;
        gm_strs words = operand_words(arena, command);
        gm_out("    %s)\n        words='%.*s", command->name,
               GM_ARG(gm_str_join(arena, &words, GM_STR(" "))));
        bash_options(command->options);
        gm_out("'\n        ;;\n");
    }
    gm_out("    esac\n    words=\"$words");
    bash_options(gm_global_options);
    gm_out("\"\n    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n\n"
           "complete -o default -F _gmig gmig\n");
}

/* ---- zsh ---- */

/* Inside of single quotes; `special` characters get a backslash for _arguments. */
static void zsh_text(gm_str text, const char *special)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\'')
            gm_out("'\\''");
        else if (strchr(special, c))
            gm_out("\\%c", c);
        else
            gm_out("%c", c);
    }
}

static void zsh_spec(const gm_option *option, const gm_option *real, const char *dashes,
                     const char *name, size_t len)
{
    static const char *const actions[] = {
        [VALUE_OTHER] = "",
        [VALUE_FOLDER] = "_files -/",
        [VALUE_FILE] = "_files",
        [VALUE_COLOUR] = "(auto always never)",
    };
    (void)option;
    gm_out(" \\\n            '%s%s%.*s%s[", real->kind == GM_OPTION_LIST ? "*" : "", dashes,
           (int)len, name,
           !has_value(real) ? ""
           : dashes[1]      ? "="
                            : "+");
    zsh_text(gm_str_from(real->help), "[]:\\");
    gm_out("]");
    if (has_value(real)) {
        gm_out(":");
        zsh_text(gm_str_from(real->argument), ":\\");
        gm_out(":%s", actions[kind_of(real)]);
    }
    gm_out("'");
}

static void zsh_options(const gm_option *table)
{
    for (const gm_option *option = table; option && option->name; option++) {
        const gm_option *real = meant(option, table);
        zsh_spec(option, real, "--", option->name, strlen(option->name));
        if (option->letter)
            zsh_spec(option, real, "-", &option->letter, 1);
    }
}

static void zsh_command(gm_arena *arena, const gm_command *command)
{
    gm_strs words = operand_words(arena, command);
    gm_out("        %s)\n            _arguments -s", command->name);
    zsh_options(command->options);
    zsh_options(gm_global_options);
    if (words.len)
        gm_out(" \\\n            '1:word:(%.*s)'", GM_ARG(gm_str_join(arena, &words, GM_STR(" "))));
    if (command->max_operands > (words.len ? 1u : 0u))
        gm_out(" \\\n            '*:argument:_default'");
    gm_out("\n            ;;\n");
}

static void print_zsh(gm_arena *arena)
{
    gm_out("#compdef gmig\ncompdef _gmig gmig\n# made by 'gmig completion zsh'\n\n_gmig() {\n"
           "    local context state state_descr line\n    typeset -A opt_args\n"
           "    local -a commands\n    commands=(\n");
    for (size_t i = 0; i < gm_command_count; i++) {
        gm_out("        '%s:", gm_commands[i].command->name);
        zsh_text(gm_str_from(gm_commands[i].command->summary), ":\\");
        gm_out("'\n");
    }
    gm_out("    )\n    _arguments -s -C '--version[show the version]'");
    zsh_options(gm_global_options);
    gm_out(" \\\n            '1:command:->command' '*::argument:->argument'\n"
           "    case $state in\n    command)\n        _describe command commands\n        ;;\n"
           "    argument)\n        case $words[1] in\n");
    for (size_t i = 0; i < gm_command_count; i++)
        zsh_command(arena, gm_commands[i].command);
    gm_out("        esac\n        ;;\n    esac\n}\n\n"
           "if [ \"$funcstack[1]\" = _gmig ]; then\n    _gmig \"$@\"\nfi\n");
}

/* ---- fish ---- */

static void fish_text(const char *text)
{
    gm_out("'");
    for (; *text; text++)
        gm_out(*text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
    gm_out("'");
}

static void fish_options(const char *condition, const gm_option *table)
{
    for (const gm_option *option = table; option && option->name; option++) {
        const gm_option *real = meant(option, table);
        gm_out("complete -c gmig");
        if (condition)
            gm_out(" -n '__fish_seen_subcommand_from %s'", condition);
        gm_out(" -l %s", option->name);
        if (option->letter)
            gm_out(" -s %c", option->letter);
        if (kind_of(real) == VALUE_COLOUR && has_value(real))
            gm_out(" -x -a 'auto always never'");
        else if (kind_of(real) == VALUE_FOLDER && has_value(real))
            gm_out(" -x -a '(__fish_complete_directories)'");
        else if (has_value(real))
            gm_out(kind_of(real) == VALUE_FILE ? " -r -F" : " -x");
        gm_out(" -d ");
        fish_text(real->help);
        gm_out("\n");
    }
}

static void print_fish(gm_arena *arena)
{
    gm_out("# fish completion for gmig; made by 'gmig completion fish'\n\ncomplete -c gmig -f\n"
           "complete -c gmig -n __fish_use_subcommand -l version -d 'show the version'\n");
    fish_options(NULL, gm_global_options);
    for (size_t i = 0; i < gm_command_count; i++) {
        const gm_command *command = gm_commands[i].command;
        gm_strs words = operand_words(arena, command);
        gm_out("\ncomplete -c gmig -n __fish_use_subcommand -a %s -d ", command->name);
        fish_text(command->summary);
        gm_out("\n");
        if (words.len)
            gm_out("complete -c gmig -n '__fish_seen_subcommand_from %s' -a '%.*s'\n",
                   command->name, GM_ARG(gm_str_join(arena, &words, GM_STR(" "))));
        fish_options(command->name, command->options);
    }
}

static const struct {
    const char *name;
    void (*print)(gm_arena *arena);
} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_str shell = invocation->operands.items[0];
    (void)status;
    if (invocation->json) {
        gm_fail(err, GM_E_USAGE, "a completion is a script, not JSON");
        return gm_hint(err, "`gmig help --json` has all commands and options.");
    }
    for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
        if (gm_str_is(shell, shells[i].name)) {
            shells[i].print(invocation->arena);
            return GM_OK;
        }
    gm_fail(err, GM_E_USAGE, "there is no completion for '%.*s'",
            GM_ARG(gm_visible(invocation, shell)));
    return gm_hint(err, "gmig completes in bash, zsh and fish.");
}

const gm_command gm_cmd_completion = {
    .name = "completion",
    .synopsis = "bash|zsh|fish",
    .summary = "Print a completion script for a shell",
    .details = "For this session: source <(gmig completion bash). Packages install the scripts.",
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
