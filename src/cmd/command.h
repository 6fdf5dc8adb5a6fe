/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CMD_COMMAND_H
#define GM_CMD_COMMAND_H

/*
 * Command: one file a command, cmd_NAME.c, that exports one `const gm_command gm_cmd_NAME`;
 * commands.def lists them.
 *
 * An option is declared once, in a table; parsing, --help, the completions and the test that
 * compares them with the man page all read that table. `-1` and `+2` are arguments in every place,
 * never options. Long options are never abbreviated, so that a new one breaks no script.
 */

#include "app/project/project.h"
#include "base/map.h"
#include "base/nearest.h"
#include "base/term.h"

typedef enum {
    GM_OPTION_FLAG, /* no value */
    GM_OPTION_VALUE,
    GM_OPTION_LIST,  /* a value, may be repeated */
    GM_OPTION_ALIAS, /* another name for the option that `argument` names; values go there */
} gm_option_kind;

typedef struct {
    const char *name; /* "lock-timeout" */
    char letter;      /* 'm', or 0 */
    gm_option_kind kind;
    const char *argument; /* "TIME", shown in help; NULL for a flag */
    const char *help;     /* one sentence without a full stop; NULL for an alias */
} gm_option;

typedef struct {
    gm_arena *arena;
    const struct gm_command *command;
    gm_map values; /* long name -> gm_strs *; an option that was not given is absent */
    gm_strs operands;

    /* of every command */
    bool help; /* the rest of the line was not looked at */
    bool version;
    bool json;
    bool quiet;
    bool verbose;
    gm_colour_mode colour;
    gm_project_options project;
} gm_invocation;

typedef struct gm_command {
    const char *name;         /* "hook" */
    const char *synopsis;     /* operands: "[REVISION...]" */
    const char *summary;      /* one line for `gmig help` */
    const char *details;      /* paragraphs for --help; NULL */
    const gm_option *options; /* ends with a NULL name; NULL for none */
    size_t min_operands;
    size_t max_operands; /* SIZE_MAX: any number */
    bool takes_urls;     /* among the operands: a database's, or, from git to hooks, a remote's */

    /* GM_OK, or an error that main prints (as text or JSON) and turns into the exit status. *status
     * is the exit status of a success that says "no" (1), 0 otherwise. */
    gm_code (*run)(gm_invocation *invocation, int *status, gm_err *err);
} gm_command;

/* Options that several commands have, so that they read the same everywhere. */
#define GM_OPTION_AT                                                                               \
    {                                                                                              \
        "at", 0, GM_OPTION_VALUE, "WHERE", "read the history at worktree, index or a commit"       \
    }
#define GM_OPTION_TARGET                                                                           \
    {                                                                                              \
        "target", 't', GM_OPTION_VALUE, "NAME|URL", "the database (default: the only target)"      \
    }
#define GM_OPTION_END                                                                              \
    {                                                                                              \
        NULL, 0, GM_OPTION_FLAG, NULL, NULL                                                        \
    }

/* What `gmig help` groups commands by; commands.def says which belongs where. */
typedef enum {
    GM_GROUP_WRITE,
    GM_GROUP_LOOK,
    GM_GROUP_MOVE,
    GM_GROUP_GUARD,
    GM_GROUP_TOOL
} gm_group;
enum { GM_GROUP_COUNT = GM_GROUP_TOOL + 1 };

typedef struct {
    const gm_command *command;
    gm_group group;
} gm_command_entry;

extern const gm_command_entry gm_commands[]; /* in the order of commands.def */
extern const size_t gm_command_count;
extern const gm_option gm_global_options[]; /* of every command; ends with a NULL name */

const gm_command *gm_command_find(gm_str name); /* NULL */

/* GM_E_USAGE that says there is no such command, and the nearest one. */
gm_code gm_command_unknown(gm_str name, gm_err *err);

/*
 * Reads the words behind the program's name. The command stands behind leading global options;
 * without one invocation->command is NULL. GM_E_USAGE names the word, the nearest option or command
 * and where help is.
 */
gm_code gm_options_parse(gm_arena *arena, int count, char **words, gm_invocation *invocation,
                         gm_err *err);

bool gm_given(const gm_invocation *invocation, const char *option);
gm_str gm_value_of(const gm_invocation *invocation, const char *option); /* the last one; "" */
/* All of them in order; an empty list when the option was not given. */
const gm_strs *gm_values_of(const gm_invocation *invocation, const char *option);

/* Opens the project as the invocation says. */
gm_code gm_invocation_project(gm_invocation *invocation, gm_project **project, gm_err *err);

/* The same for what works on one project: at the top of several one must be chosen. */
gm_code gm_invocation_one_project(gm_invocation *invocation, gm_project **project, gm_err *err);

/* To GM_E_UNKNOWN_REVISION: where else the id is, or how to look for it. */
void gm_invocation_explain(gm_invocation *invocation, gm_err *err);

/*
 * What --target says; empty when the environment or the only target decides. Where there are
 * several and nothing chooses, a person at a terminal is asked.
 */
gm_str gm_invocation_target(const gm_invocation *invocation, const gm_project *project);

/* What the database of --target has of `graph`; it is opened to look and closed again. */
gm_code gm_invocation_applied(gm_invocation *invocation, gm_project *project, const gm_graph *graph,
                              const gm_node_set **applied, gm_err *err);

#endif
