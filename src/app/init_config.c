/* SPDX-License-Identifier: Apache-2.0 */
#include "app/init_config.h"

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

gm_str gm_init_config(gm_arena *arena, const gm_init_words *words)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(
        &buf,
        "# gmig.yml: where the migrations of this project are, and which databases they move.\n"
        "# `man 5 gmig.yml` describes every key.\n\n"
        "# Folder of revision files, one revision a file.\n"
        "migrations: ");
    add_quoted(&buf, words->migrations);
    gm_buf_printf(&buf,
                  "\n\n# Each revision must serve these: sqlite, postgres, or both.\n"
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
        "# `development: true` marks one that may be thrown away: gmig then asks less.\n"
        "targets:\n  dev: {url: ");
    add_quoted(&buf, words->url);
    gm_buf_z(&buf, words->development ? ", development: true}\n" : "}\n");
    gm_buf_z(&buf, "  # prod: {url: \"${DATABASE_URL}\"}\n\n"
                   "# Severity of rules: error, warning, info or off.\n"
                   "# rules: {missing-down: error}\n");
    return gm_buf_str(&buf);
}
