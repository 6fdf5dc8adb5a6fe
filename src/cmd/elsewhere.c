/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/elsewhere.h"

static const char no_env[] = "It is for an env.py, and gmig runs none of your code. Databases come "
                             "from `targets:` in gmig.yml, which read the environment.";
static const char targets[] =
    "Several databases are `targets:` of one gmig.yml; choose one with --target NAME.";

static const struct {
    const char *name;
    const char *instead;
} commands[] = {
    {"db", "Leave `db` out: `gmig upgrade` is what `flask db upgrade` is."},
    {"edit", "`gmig show REVISION` says which file it is."},
    {"ensure_version", "`gmig upgrade` and `gmig stamp` make the ledger when they need it."},
    {"list-templates", "`gmig init` has one layout; gmig.yml says what can be changed."},
    {"list_templates", "`gmig init` has one layout; gmig.yml says what can be changed."},
};

static const struct {
    const char *command; /* NULL: any */
    const char *name;
    const char *instead;
} options[] = {
    {NULL, "x", no_env},
    {NULL, "tag", no_env},
    {NULL, "x-arg", no_env},
    {NULL, "n", targets},
    {NULL, "name", targets},
    {NULL, "c", "Write --config FILE."},
    {"init", "multidb", targets},
    {"init", "t", "`gmig init` has one layout; gmig.yml says what can be changed."},
    {"init", "template", "`gmig init` has one layout; gmig.yml says what can be changed."},
    {"revision", "autogenerate", "`gmig migrate -m TEXT` writes what the models ask for."},
    {"revision", "version-path", "Write -d DIR, or set `migrations:` in gmig.yml."},
};

const char *gm_elsewhere_command(gm_str name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (gm_str_is(name, commands[i].name))
            return commands[i].instead;
    return NULL;
}

const char *gm_elsewhere_option(const gm_command *command, gm_str name)
{
    gm_str of = gm_str_from(command ? command->name : NULL);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (gm_str_is(name, options[i].name) &&
            (!options[i].command || gm_str_is(of, options[i].command)))
            return options[i].instead;
    return NULL;
}
