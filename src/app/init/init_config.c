/* SPDX-License-Identifier: Apache-2.0 */
#include "app/init/init_config.h"

#include "base/buf.h"

/* A double-quoted scalar of YAML. */
static void add_quoted(gm_buf *buf, gm_str text)
{
    gm_buf_char(buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            gm_buf_char(buf, '\\');
        gm_buf_char(buf, text.ptr[i]);
    }
    gm_buf_char(buf, '"');
}

static void add_folder(gm_buf *buf, gm_str migrations)
{
    gm_buf_z(buf, "# Folder of revision files, one revision a file.\nmigrations: ");
    add_quoted(buf, migrations);
    gm_buf_char(buf, '\n');
}

static void add_format(gm_buf *buf, const gm_detected *detected)
{
    gm_buf_printf(buf, "# The migrations are those of %s.\nformat: %s\n", detected->tool,
                  detected->format);
    if (detected->preset.len)
        gm_buf_printf(buf, "preset: %.*s\n", GM_ARG(detected->preset));
    for (size_t i = 0; i < detected->migrations.len; i++) {
        gm_buf_z(buf, i ? ", " : "migrations: [");
        add_quoted(buf, detected->migrations.items[i]);
    }
    if (detected->migrations.len)
        gm_buf_z(buf, "]\n");
}

/* gmig does not guess where another tool has its database. */
static void add_targets(gm_buf *buf, const gm_init_words *words)
{
    const char *mark = words->url.len ? "" : "# ";
    gm_buf_printf(buf, "%stargets:\n%s  dev: {url: ", mark, mark);
    add_quoted(buf, words->url.len ? words->url : GM_STR("sqlite:dev.db"));
    gm_buf_z(buf, words->development ? ", development: true}\n" : "}\n");
}

/* Of tools whose migrations are code that a command of the project runs. */
static void add_runner(gm_buf *buf, const char *tool)
{
    static const struct {
        const char *tool;
        const char *command;
        const char *migrate;
    } runners[] = {
        {"Flask-Migrate", "flask, db", "flask, db, migrate"},
        {"Alembic", "alembic", "alembic, revision, --autogenerate"},
        {"Django", "python, manage.py", "python, manage.py, makemigrations"},
    };
    for (size_t i = 0; tool && i < sizeof(runners) / sizeof(runners[0]); i++)
        if (strcmp(tool, runners[i].tool) == 0)
            gm_buf_printf(buf,
                          "# What runs the migrations for `gmig upgrade`, and writes one for `gmig "
                          "migrate`;\n# `env` tells it which database is meant.\n"
                          "# runner:\n#   command: [%s]\n#   migrate: [%s]\n"
                          "#   env: {DATABASE_URL: \"{url}\"}\n\n",
                          runners[i].command, runners[i].migrate);
}

gm_str gm_init_config(gm_arena *arena, const gm_init_words *words)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(
        &buf,
        "# gmig.yml: where the migrations of this project are, and which databases they move.\n"
        "# `man 5 gmig.yml` describes every key.\n\n");
    if (words->detected.format)
        add_format(&buf, &words->detected);
    else
        add_folder(&buf, words->migrations);
    gm_buf_printf(&buf,
                  "\n# Each revision must serve these: sqlite, postgres, or both.\n"
                  "dialects: [%.*s]\n\n"
                  "# The branch that work lands on. What is there counts as shipped.\n",
                  GM_ARG(gm_strs_list(arena, &words->dialects)));
    if (words->trunk.len) {
        gm_buf_z(&buf, "trunk: ");
        add_quoted(&buf, words->trunk);
        gm_buf_char(&buf, '\n');
    } else {
        gm_buf_z(&buf, "# trunk: origin/main\n");
    }
    gm_buf_z(
        &buf,
        "\n# Databases, for `--target NAME`. A path starts at the folder of this file; ${NAME} is\n"
        "# read from the environment when its target is used, so no password is ever committed.\n"
        "# `development: true` marks one that may be thrown away: gmig then asks less.\n");
    if (words->detected.format)
        gm_buf_z(&buf, "# Beside a file of SQLite gmig keeps notes, FILE.gmig_TOOL: `*.gmig_*` in "
                       ".gitignore\n# keeps them out of git.\n");
    add_targets(&buf, words);
    gm_buf_z(&buf, words->url.len ? "  # prod: {url: \"${DATABASE_URL}\"}\n\n"
                                  : "#   prod: {url: \"${DATABASE_URL}\"}\n\n");
    add_runner(&buf, words->detected.tool);
    gm_buf_z(&buf, "# Severity of rules: error, warning, info or off.\n"
                   "# rules: {missing-down: error}\n");
    return gm_buf_str(&buf);
}
