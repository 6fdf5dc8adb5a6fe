/* SPDX-License-Identifier: Apache-2.0 */
#include "app/init/init.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/init/init_config.h"
#include "app/init/init_dialect.h"
#include "base/file.h"
#include "git/worktree.h"

typedef struct {
    gm_arena *arena;
    const gm_init_options *options;
    gm_str cwd;
    gm_str top; /* of the work tree; empty: no repository */
    bool there; /* a gmig.yml is there, and stays */
    gm_init_words words;
    gm_init_result result;
} maker;

static gm_code open_repo(maker *m, gm_err *err)
{
    gm_err absent = gm_err_new(err->arena);
    gm_code code = gm_repo_open(m->arena, m->cwd, &m->result.repo, &absent);
    if (code != GM_OK && code != GM_E_NO_REPO) {
        *err = absent;
        return code;
    }
    if (!m->result.repo)
        return GM_OK;
    m->top = gm_repo_top(m->result.repo);
    if (m->top.len)
        return GM_OK;
    gm_fail_at(err, GM_E_NO_REPO, m->cwd, "a bare repository has no work tree to write to");
    return gm_hint(err, "Run it in a clone.");
}

/* Writes with ${NAME} and relative paths as they are. */
static gm_code choose_url(maker *m, gm_dialect *dialect, gm_err *err)
{
    gm_str url = m->options->target;
    *dialect = GM_SQLITE;
    m->words.development = true;
    if (!url.len && !m->there)
        url = m->options->existing;
    if (!url.len) {
        m->words.url = GM_STR("sqlite:dev.db");
        return GM_OK;
    }
    m->words.url = url;
    if (gm_str_search(url, GM_STR("${")) < url.len) {
        m->words.development = false;
        *dialect = GM_POSTGRES;
        return GM_OK;
    }
    gm_url read, shown;
    GM_TRY(gm_url_parse(m->arena, url, m->cwd, &read, err));
    *dialect = read.dialect;
    m->words.development = read.dialect == GM_SQLITE && !m->options->existing.len;
    if (read.dialect == GM_SQLITE)
        return GM_OK;
    /* Where what is shown is another connection, the difference is a secret. */
    gm_err ignored = gm_err_new(m->arena);
    m->result.secret = gm_url_parse(m->arena, read.shown, m->cwd, &shown, &ignored) != GM_OK ||
                       !gm_str_eq(shown.conninfo, read.conninfo);
    if (m->result.secret)
        m->words.url = GM_STR("${DATABASE_URL}");
    return GM_OK;
}

static gm_code choose_dialects(maker *m, gm_dialect of_target, gm_err *err)
{
    bool wanted[GM_DIALECT_COUNT] = {false};
    GM_EACH (const gm_str, name, &m->options->dialects) {
        gm_dialect dialect;
        if (!gm_dialect_parse(*name, &dialect)) {
            gm_fail(err, GM_E_USAGE, "there is no dialect '%.*s'", GM_ARG(*name));
            return gm_hint(err, "--dialect takes sqlite or postgres, and may be repeated.");
        }
        wanted[dialect] = true;
    }
    if (!m->options->dialects.len)
        wanted[of_target] = true;
    for (size_t i = 0; i < GM_DIALECT_COUNT; i++)
        if (wanted[i])
            gm_vec_push(m->arena, &m->words.dialects, gm_str_from(gm_dialect_name((gm_dialect)i)));
    if (m->options->target.len || m->options->existing.len || wanted[GM_SQLITE])
        return GM_OK;
    m->words.url = GM_STR("${DATABASE_URL}");
    m->words.development = false;
    return GM_OK;
}

/* The first of these that there is; else the branch that is checked out. */
static void choose_trunk(maker *m)
{
    static const char *const names[] = {"origin/main", "origin/master", "main", "master"};
    gm_err ignored = gm_err_new(m->arena);
    gm_oid commit;
    gm_ref head;
    bool unborn;
    if (!m->result.repo)
        return;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        gm_str ref = gm_str_printf(m->arena, "refs/%s/%s", i < 2 ? "remotes" : "heads", names[i]);
        if (gm_repo_resolve(m->result.repo, ref, &commit, &ignored) == GM_OK) {
            m->words.trunk = gm_str_from(names[i]);
            return;
        }
    }
    gm_str prefix = GM_STR("refs/heads/");
    if (gm_repo_head(m->result.repo, &head, &unborn, &ignored) == GM_OK &&
        gm_str_starts(head.name, prefix))
        m->words.trunk = gm_str_sub(head.name, prefix.len, head.name.len);
}

/* A gmig.yml that is there says which folder it is. */
static gm_code folder_of_config(maker *m, gm_str *folder, gm_err *err)
{
    gm_config config;
    gm_str text, name = GM_STR(GM_CONFIG_NAME);
    gm_str path = gm_path_join(m->arena, m->cwd, name);
    *folder = GM_STR("migrations");
    if (!gm_file_exists(path))
        return GM_OK;
    m->there = true;
    GM_TRY(gm_file_read(m->arena, path, GM_CONFIG_MAX, &text, err));
    GM_TRY(gm_config_parse(m->arena, name, (gm_str){0}, text, &config, err));
    *folder = config.migrations;
    return GM_OK;
}

static gm_code choose_folder(maker *m, gm_err *err)
{
    gm_str wanted = m->options->project.migrations, folder;
    GM_TRY(folder_of_config(m, &folder, err));
    gm_str path =
        gm_path_absolute(m->arena, gm_path_join(m->arena, m->cwd, wanted.len ? wanted : folder));
    m->words.migrations = gm_path_relative(m->arena, m->cwd, path);
    if (gm_str_starts(m->words.migrations, GM_STR(".")) && wanted.len) {
        gm_fail_at(err, GM_E_USAGE, wanted, "revision files go into a folder below gmig.yml's");
        return gm_hint(err, "Give a name such as -d migrations.");
    }
    for (size_t i = 0; i < m->words.migrations.len; i++)
        if ((unsigned char)m->words.migrations.ptr[i] < ' ')
            return gm_fail_at(err, GM_E_USAGE, wanted, "the folder's name has control characters");
    return GM_OK;
}

static void find_above(maker *m)
{
    gm_str folder = m->cwd;
    while (m->top.len && !gm_str_eq(folder, m->top) && folder.len > 1) {
        folder = gm_path_folder(folder);
        gm_str file = gm_path_join(m->arena, folder, GM_STR(GM_CONFIG_NAME));
        if (gm_file_exists(file)) {
            m->result.above = gm_path_relative(m->arena, m->cwd, file);
            return;
        }
    }
}

/* `name` as seen from the current folder. */
static gm_code write_file(maker *m, gm_str name, gm_str bytes, gm_err *err)
{
    gm_str path = gm_path_join(m->arena, m->cwd, name);
    if (m->top.len) {
        gm_str inside = gm_path_relative(m->arena, m->top, path);
        GM_TRY(gm_worktree_write(m->result.repo, inside, bytes, err));
    } else {
        GM_TRY(gm_folder_make(gm_path_folder(path), err));
        GM_TRY(gm_file_write(path, bytes, (gm_write_options){0}, err));
    }
    gm_vec_push(m->arena, &m->result.created, name);
    return GM_OK;
}

static gm_code write_all(maker *m, gm_err *err)
{
    gm_str config = GM_STR(GM_CONFIG_NAME);
    gm_str migrations = m->words.migrations;
    if (m->there)
        gm_vec_push(m->arena, &m->result.kept, config);
    else
        GM_TRY(write_file(m, config, gm_init_config(m->arena, &m->words), err));

    /* git keeps no empty folders, and a clone without one would look unfinished. A database brings
     * the first file. */
    if (m->words.detected.format)
        return GM_OK;
    if (gm_file_exists(gm_path_join(m->arena, m->cwd, migrations)))
        gm_vec_push(m->arena, &m->result.kept, migrations);
    else if (!m->options->existing.len)
        GM_TRY(write_file(m, gm_path_join(m->arena, migrations, GM_STR(".gitkeep")), (gm_str){0},
                          err));
    return GM_OK;
}

/* Another tool's migrations stay what they are. */
static gm_code detect(maker *m, gm_err *err)
{
    gm_snapshot *snapshot;
    bool found;
    if (m->there || m->options->project.migrations.len || m->options->existing.len)
        return GM_OK;
    if (m->result.repo)
        GM_TRY(gm_snapshot_open(m->arena, m->result.repo, GM_STR("worktree"), &snapshot, err));
    else
        GM_TRY(gm_snapshot_open_folder(m->arena, m->cwd, &snapshot, err));
    gm_str folder = m->top.len ? gm_path_relative(m->arena, m->top, m->cwd) : (gm_str){0};
    if (gm_str_is(folder, "."))
        folder = (gm_str){0};
    GM_TRY(gm_init_detect(m->arena, snapshot, folder, &m->words.detected, &found, err));
    if (m->words.detected.folder.len && !m->options->dialects.len && !m->options->target.len)
        GM_TRY(gm_init_guess_dialect(m->arena, snapshot, &m->words.detected, err));
    if (m->words.detected.postgres)
        m->words.dialects.items[0] = gm_str_from(gm_dialect_name(GM_POSTGRES));
    m->result.detected = m->words.detected;
    return GM_OK;
}

static gm_code make(maker *m, gm_err *err)
{
    gm_dialect dialect;
    GM_TRY(open_repo(m, err));
    GM_TRY(choose_folder(m, err));
    GM_TRY(choose_url(m, &dialect, err));
    GM_TRY(choose_dialects(m, dialect, err));
    GM_TRY(detect(m, err));
    if (m->words.detected.format && !m->options->target.len)
        m->words.url = (gm_str){0};
    choose_trunk(m);
    find_above(m);
    return write_all(m, err);
}

/* A database in the work tree is committed by accident sooner or later. */
static gm_str database_below(const maker *m)
{
    gm_url url;
    gm_err ignored = gm_err_new(m->arena);
    if (!m->top.len || !m->words.url.len ||
        gm_str_search(m->words.url, GM_STR("${")) < m->words.url.len ||
        gm_url_parse(m->arena, m->words.url, m->cwd, &url, &ignored) != GM_OK ||
        url.dialect != GM_SQLITE || gm_str_is(url.path, ":memory:"))
        return (gm_str){0};
    gm_str path = gm_path_relative(m->arena, m->cwd, url.path);
    if (gm_str_starts(path, GM_STR("..")))
        return (gm_str){0};
    return path;
}

gm_code gm_init(gm_arena *arena, const gm_init_options *options, gm_init_result *result,
                gm_err *err)
{
    maker m = {.arena = arena, .options = options};
    if (options->project.config_path.len) {
        gm_fail(err, GM_E_USAGE, "init writes %s, so --config has no place", GM_CONFIG_NAME);
        return gm_hint(err, "Choose the folder with -C DIR.");
    }
    GM_TRY(gm_project_cwd(arena, options->project.folder, &m.cwd, err));
    gm_code code = make(&m, err);
    if (code != GM_OK) {
        gm_repo_close(m.result.repo);
        return code;
    }
    m.result.folder = m.cwd;
    m.result.new_config = !m.there;
    if (!m.there)
        m.result.database = database_below(&m);
    *result = m.result;
    return GM_OK;
}

void gm_init_take_back(gm_arena *arena, const gm_init_result *result)
{
    GM_EACH (const gm_str, name, &result->created) {
        gm_str path = gm_path_join(arena, result->folder, *name);
        (void)unlink(path.ptr);
        /* The folder of revision files goes too, unless something is in it. */
        if (gm_str_has(*name, '/'))
            (void)rmdir(gm_str_z(arena, gm_path_folder(path)));
    }
}
