/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Help, made from the tables that the parser reads.
 */
#include "cmd/output.h"

#include <stdio.h>

enum { WIDTH = 80, COMMAND_COLUMN = 16, OPTION_COLUMN = 28 };

static const char *const group_titles[GM_GROUP_COUNT] = {
    [GM_GROUP_WRITE] = "Start and write", [GM_GROUP_LOOK] = "Look at a history",
    [GM_GROUP_MOVE] = "Move a database",  [GM_GROUP_GUARD] = "Guard a repository",
    [GM_GROUP_TOOL] = "gmig itself",
};

/* Words of `text` in lines of WIDTH; the first begins at `column`, the others at `indent`. */
static void print_wrapped(const char *text, size_t column, size_t indent)
{
    bool start = true;
    while (*text) {
        size_t length = strcspn(text, " \n");
        if (!start && column + 1 + length > WIDTH) {
            gm_out("\n%*s", (int)indent, "");
            column = indent;
        } else if (!start) {
            gm_out(" ");
            column++;
        }
        gm_out("%.*s", (int)length, text);
        column += length;
        text += length;
        start = false;
        if (*text == '\n') {
            gm_out("\n%*s", text[1] && text[1] != '\n' ? (int)indent : 0, "");
            column = indent;
            start = true;
        }
        if (*text)
            text++;
    }
    gm_out("\n");
}

static void print_option(const gm_option *option, const gm_option *table)
{
    char left[120];
    int used = option->letter ? snprintf(left, sizeof(left), "  -%c, ", option->letter)
                              : snprintf(left, sizeof(left), "      ");
    size_t at = (size_t)used;
    at += (size_t)snprintf(left + at, sizeof(left) - at, "--%s", option->name);
    for (const gm_option *other = table; other->name && at < sizeof(left); other++)
        if (other->kind == GM_OPTION_ALIAS && strcmp(other->argument, option->name) == 0) {
            at += (size_t)snprintf(left + at, sizeof(left) - at, ", --%s", other->name);
        }
    if (option->argument && at < sizeof(left))
        at += (size_t)snprintf(left + at, sizeof(left) - at, " %s", option->argument);

    gm_out("%s", left);
    if (at + 2 > OPTION_COLUMN)
        gm_out("\n%*s", OPTION_COLUMN, "");
    else
        gm_out("%*s", (int)(OPTION_COLUMN - at), "");
    print_wrapped(option->help, OPTION_COLUMN, OPTION_COLUMN);
}

static void print_options(const gm_option *table)
{
    for (const gm_option *option = table; option && option->name; option++)
        if (option->kind != GM_OPTION_ALIAS)
            print_option(option, table);
}

void gm_help_overview(void)
{
    gm_out("usage: gmig [OPTION]... COMMAND [ARGUMENT]...\n\n"
           "Git-aware database migrations for SQLite and PostgreSQL.\n");
    for (size_t group = 0; group < GM_GROUP_COUNT; group++) {
        bool title = false;
        for (size_t i = 0; i < gm_command_count; i++) {
            if (gm_commands[i].group != (gm_group)group)
                continue;
            if (!title)
                gm_out("\n%s:\n", group_titles[group]);
            title = true;
            gm_out("  %-*s", COMMAND_COLUMN - 2, gm_commands[i].command->name);
            print_wrapped(gm_commands[i].command->summary, COMMAND_COLUMN, COMMAND_COLUMN);
        }
    }
    gm_out("\nOptions of every command:\n");
    print_options(gm_global_options);
    gm_out("\n`gmig help COMMAND` shows the help of one command.\n");
}

void gm_help_command(const gm_command *command)
{
    char name[40];
    int used = snprintf(name, sizeof(name), "usage: gmig %s ", command->name);
    gm_out("%s[OPTION]...", name);
    if (command->synopsis[0]) {
        gm_out(" ");
        print_wrapped(command->synopsis, (size_t)used + sizeof("[OPTION]..."), (size_t)used);
    } else {
        gm_out("\n");
    }
    gm_out("\n");
    gm_out("%s.\n", command->summary);
    if (command->details) {
        gm_out("\n");
        print_wrapped(command->details, 0, 0);
    }
    if (command->options && command->options->name) {
        gm_out("\nOptions:\n");
        print_options(command->options);
    }
    gm_out("\nOptions of every command:\n");
    print_options(gm_global_options);
}
