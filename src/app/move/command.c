/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "runner/interrupt.h"

gm_code gm_command_need(const gm_project *project, const char *what, gm_err *err)
{
    const gm_config *config = &project->config;
    gm_str path = config->path.len ? config->path : GM_STR(GM_CONFIG_NAME);
    if (!config->runner.command.len) {
        gm_fail_at(err, GM_E_CONFIG, path,
                   "%s is the project's own command to do, and none is named", what);
        return gm_hint(err, "Name it, as in `runner: {command: [flask, db], env: {DATABASE_URL: "
                            "\"{url}\"}}`.");
    }
    if (config->targets.len > 1 && !config->runner.env.len) {
        gm_fail_at(
            err, GM_E_CONFIG, path,
            "`runner` has no `env`, so the command cannot know which of %zu targets is meant",
            config->targets.len);
        return gm_hint(err, "Write what the command reads its database from, as in `env: "
                            "{DATABASE_URL: \"{url}\"}`.");
    }
    return GM_OK;
}

gm_str gm_command_shown(gm_arena *arena, const gm_strs *words)
{
    gm_strs shown = {0};
    GM_EACH (const gm_str, word, words)
        gm_vec_push(arena, &shown, gm_str_shell(arena, *word));
    return gm_str_join(arena, &shown, GM_STR(" "));
}

typedef GM_VEC(char *) words_of_c;

/* exec takes what may be written to. */
static void push(gm_arena *arena, words_of_c *list, gm_str text)
{
    char *copy = gm_new_array(arena, text.len + 1, char);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    gm_vec_push(arena, list, copy);
}

/* ---- the environment ---- */

static gm_str filled(gm_arena *arena, gm_str text, gm_str url)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    while (text.len) {
        size_t at = gm_str_search(text, GM_STR("{url}"));
        gm_buf_add(&buf, gm_str_sub(text, 0, at));
        if (at < text.len)
            gm_buf_add(&buf, url);
        text = gm_str_sub(text, at + strlen("{url}"), text.len);
    }
    return gm_buf_str(&buf);
}

static bool is_set(const gm_config *config, const char *entry)
{
    gm_str name = gm_str_from(entry);
    name = gm_str_sub(name, 0, gm_str_find(name, '=', 0));
    GM_EACH (const gm_config_env, env, &config->runner.env)
        if (gm_str_eq(env->name, name))
            return true;
    return false;
}

static gm_code make_environment(const gm_project *project, const gm_target *target,
                                words_of_c *made, gm_err *err)
{
    gm_arena *arena = project->arena;
    const gm_config *config = &project->config;
    for (char **entry = environ; *entry; entry++)
        if (!target || !is_set(config, *entry))
            gm_vec_push(arena, made, *entry);
    if (target)
        GM_EACH (const gm_config_env, env, &config->runner.env) {
            gm_str value;
            GM_TRY(gm_config_expand(arena, env->value, &value, err));
            value = filled(arena, value, gm_url_spell(arena, &target->url));
            push(arena, made, gm_str_printf(arena, "%.*s=%.*s", GM_ARG(env->name), GM_ARG(value)));
        }
    gm_vec_push(arena, made, NULL);
    return GM_OK;
}

/* ---- the process ---- */

/* Signals reach it as they would without gmig: those that gmig handles itself meanwhile too. */
static int start(const gm_project *project, char *const *argv, char *const *environment, pid_t *pid)
{
    sigset_t all;
    sigset_t none;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_addchdir_np(&files, gm_str_z(project->arena, project->folder));
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    int failed = posix_spawnp(pid, argv[0], &files, &attributes, argv, environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

/* A terminal's Ctrl-C has reached the command itself; a second one in a row does no harm. */
static int wait_for(pid_t pid)
{
    int status = 0;
    bool told = false;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        if (gm_interrupt_seen() && !told) {
            kill(pid, SIGINT);
            told = true;
        }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

gm_code gm_command_run(const gm_project *project, const gm_strs *words, const gm_target *target,
                       int *status, gm_err *err)
{
    gm_arena *arena = project->arena;
    words_of_c environment = {0};
    words_of_c argv = {0};
    pid_t pid;
    GM_TRY(make_environment(project, target, &environment, err));
    GM_EACH (const gm_str, word, words)
        push(arena, &argv, *word);
    gm_vec_push(arena, &argv, NULL);
    int failed = start(project, argv.items, environment.items, &pid);
    if (failed) {
        gm_fail_at(err, GM_E_CONFIG, project->config.path, "cannot run '%.*s': %s",
                   GM_ARG(words->items[0]), strerror(failed));
        return gm_hint(err, "`runner` in gmig.yml names the command; is its environment active?");
    }
    *status = wait_for(pid);
    return GM_OK;
}
