/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/output.h"

static gm_json *options_json(const gm_option *table)
{
    static const char *const kinds[] = {
        [GM_OPTION_FLAG] = "flag",
        [GM_OPTION_VALUE] = "value",
        [GM_OPTION_LIST] = "list",
        [GM_OPTION_ALIAS] = "alias",
    };
    gm_json *list = gm_json_array();
    for (const gm_option *option = table; option && option->name; option++) {
        gm_json *item = gm_json_object();
        gm_json_set_str(item, "name", gm_str_from(option->name));
        gm_json_set_str(item, "letter", gm_str_of(&option->letter, option->letter ? 1 : 0));
        gm_json_set_str(item, "kind", gm_str_from(kinds[option->kind]));
        gm_json_set_str(item, "argument", gm_str_from(option->argument));
        gm_json_set_str(item, "help", gm_str_from(option->help));
        gm_json_add(list, item);
    }
    return list;
}

static gm_json *command_json(const gm_command *command)
{
    gm_json *item = gm_json_object();
    gm_json_set_str(item, "name", gm_str_from(command->name));
    gm_json_set_str(item, "synopsis", gm_str_from(command->synopsis));
    gm_json_set_str(item, "summary", gm_str_from(command->summary));
    gm_json_set_str(item, "details", gm_str_from(command->details));
    gm_json_set(item, "options", options_json(command->options));
    return item;
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    (void)status;
    const gm_command *one = NULL;
    if (invocation->operands.len) {
        one = gm_command_find(invocation->operands.items[0]);
        if (!one)
            return gm_command_unknown(invocation->operands.items[0], err);
    }
    if (!invocation->json) {
        if (one)
            gm_help_command(one);
        else
            gm_help_overview();
        return GM_OK;
    }

    gm_json *document = gm_json_object();
    gm_json *commands = gm_json_array();
    for (size_t i = 0; i < gm_command_count; i++)
        if (!one || one == gm_commands[i].command)
            gm_json_add(commands, command_json(gm_commands[i].command));
    gm_json_set(document, "commands", commands);
    gm_json_set(document, "options", options_json(gm_global_options));
    gm_out_json(invocation, document);
    return GM_OK;
}

const gm_command gm_cmd_help = {
    .name = "help",
    .synopsis = "[COMMAND]",
    .summary = "Show all commands, or the help of one",
    .max_operands = 1,
    .run = run,
};
