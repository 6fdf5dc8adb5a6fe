/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/elsewhere.h"

static const char no_env[] = "It is for an env.py, and gmig runs none of your code. Databases come "
                             "from `targets:` in gmig.yml, which read the environment.";
static const char targets[] =
    "Several databases are `targets:` of one gmig.yml; choose one with --target NAME.";

static const char write_it[] = "`gmig revision -m TEXT` writes a new revision.";
static const char apply_it[] = "`gmig upgrade` applies what is pending.";
static const char undo_it[] = "`gmig downgrade` takes the last revision back.";

static const struct {
    const char *name;
    const char *instead;
} commands[] = {
    /* Alembic and Flask-Migrate */
    {"db", "Leave `db` out: `gmig upgrade` is what `flask db upgrade` is."},
    {"edit", "`gmig show REVISION` says which file it is."},
    {"ensure_version", "`gmig upgrade` and `gmig stamp` make the ledger when they need it."},
    {"list-templates", "`gmig init` has one layout; gmig.yml says what can be changed."},
    {"list_templates", "`gmig init` has one layout; gmig.yml says what can be changed."},
    /* Django */
    {"makemigrations", "`gmig migrate -m TEXT` writes what the models ask for; `gmig upgrade` "
                       "applies it."},
    {"showmigrations", "`gmig history --indicate-current` lists them, and `gmig status` is short."},
    {"sqlmigrate", "`gmig show --sql REVISION` prints its statements."},
    /* Rails, dbmate, golang-migrate, goose, sqitch, Flyway */
    {"new", write_it},
    {"create", write_it},
    {"generate", write_it},
    {"add", write_it},
    {"deploy", apply_it},
    {"apply", apply_it},
    {"rollback", undo_it},
    {"undo", undo_it},
    {"redo", "`gmig downgrade`, then `gmig upgrade`."},
    {"log", "`gmig history` lists the revisions."},
    {"force", "`gmig stamp REVISION` records what a database is at."},
    {"baseline", "`gmig stamp REVISION` records what a database is at."},
    {"verify", "`gmig check` looks at the files, `gmig check --database` at a database."},
    {"validate", "`gmig check` looks at the files, `gmig check --database` at a database."},
    {"plan", "`gmig upgrade --plan` shows what would be done."},
    {"dump", "`gmig show --schema` prints the schema that the revisions make."},
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
