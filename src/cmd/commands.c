/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/elsewhere.h"

#define X(name, group) extern const gm_command gm_cmd_##name;
#include "cmd/commands.def"
#undef X

const gm_command_entry gm_commands[] = {
#define X(name, group) {&gm_cmd_##name, GM_GROUP_##group},
#include "cmd/commands.def"
#undef X
};

const size_t gm_command_count = sizeof(gm_commands) / sizeof(gm_commands[0]);

const gm_command *gm_command_find(gm_str name)
{
    for (size_t i = 0; i < gm_command_count; i++)
        if (gm_str_is(name, gm_commands[i].command->name))
            return gm_commands[i].command;
    return NULL;
}

gm_code gm_command_unknown(gm_str name, gm_err *err)
{
    gm_strs names = {0};
    for (size_t i = 0; i < gm_command_count; i++)
        gm_vec_push(err->arena, &names, gm_str_from(gm_commands[i].command->name));
    gm_fail(err, GM_E_USAGE, "there is no command '%.*s'",
            GM_ARG(gm_term_visible(err->arena, name, false)));
    const char *instead = gm_elsewhere_command(name);
    if (instead)
        return gm_hint(err, "%s", instead);
    gm_str nearest = gm_nearest(name, &names);
    if (nearest.len)
        return gm_hint(err, "Did you mean `gmig %.*s`?", GM_ARG(nearest));
    return gm_hint(err, "`gmig help` lists all commands.");
}
