/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Starting, watching and ending the private server.
 *
 *     gmig ── life ──> watcher ── parent of ──> postgres ── death ──> gmig
 *
 * gmig holds the writing end of the pipe `life`: when it is gone, by a close or by the death of
 * gmig, the watcher ends the server and removes the folder. Only the server's processes hold the
 * writing end of `death`: when it is gone, so are they. PR_SET_PDEATHSIG ends the server should the
 * watcher itself be killed.
 *
 * A byte in `life` tells the watcher to keep the server: from then on it waits for a byte in the
 * fifo `stop` of the server's folder instead.
 */

#include "scratch/server.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "scratch/server_programs.h"
#include "scratch/trees.h"

enum {
    START_MS = 30000,
    STOP_MS = 6000,     /* an immediate shutdown takes five seconds at the very most */
    MAX_FILE_MIB = 512, /* of one file of the server: what is loaded here has no rows to speak of */
    LOG_BYTES = 64 * 1024,
};

struct gm_scratch_server {
    gm_arena *arena;
    gm_server_programs programs;
    gm_str folder;
    gm_str data;
    int lock;
    int life;            /* writing end */
    int death;           /* reading end */
    int64_t lifetime_ms; /* once it is kept; 0: it will not be */
    pid_t watcher;
};

gm_str gm_server_folder(const gm_scratch_server *server)
{
    return server->folder;
}

/* ---- in a child process ---- */

static void become(const gm_server_programs *programs)
{
    if (geteuid() == 0 &&
        (setgroups(0, NULL) != 0 || setresgid(programs->gid, programs->gid, programs->gid) != 0 ||
         setresuid(programs->uid, programs->uid, programs->uid) != 0))
        _exit(126);
}

static void default_signals(void)
{
    sigset_t none;
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++)
        sigaction(number, &action, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* 0 from nowhere, 1 and 2 into the server's log (NULL: nowhere); of the others only `keep` stays.
 */
static void arrange_files(const char *log, const int *keep, size_t count)
{
    enum { MAX_FILES = 4096 };
    int null = open("/dev/null", O_RDWR);
    int out = log ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600) : null;
    if (null < 0 || dup2(null, 0) < 0 || dup2(out < 0 ? null : out, 1) < 0 ||
        dup2(out < 0 ? null : out, 2) < 0)
        _exit(126);
    for (int fd = 3; fd < MAX_FILES; fd++) {
        bool kept = false;
        for (size_t i = 0; i < count; i++)
            kept = kept || keep[i] == fd;
        if (!kept)
            close(fd);
    }
}

/* The server and initdb take nothing from our environment but where to find programs. */
static char *const *clean_environment(gm_arena *arena)
{
    char **variables = gm_new_array(arena, 4, char *);
    gm_str path =
        gm_str_printf(arena, "PATH=%s", getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
    variables[0] = gm_new_array(arena, path.len + 1, char);
    memcpy(variables[0], path.ptr, path.len);
    static char locale[] = "LC_ALL=C";
    static char zone[] = "TZ=UTC";
    variables[1] = locale;
    variables[2] = zone;
    return variables;
}

static char *const *argument_list(gm_arena *arena, const char *const *words)
{
    size_t count = 0;
    while (words[count])
        count++;
    char **list = gm_new_array(arena, count + 1, char *);
    for (size_t i = 0; i < count; i++) {
        list[i] = gm_new_array(arena, strlen(words[i]) + 1, char);
        memcpy(list[i], words[i], strlen(words[i]));
    }
    return list;
}

/* ---- the data folder ---- */

static gm_code fail_with_log(const gm_scratch_server *server, const char *what, gm_err *err)
{
    gm_str log = {0};
    gm_err ignored = gm_err_new(server->arena);
    gm_file_read(server->arena, gm_path_join(server->arena, server->folder, GM_STR("log")),
                 LOG_BYTES, &log, &ignored);
    gm_fail(err, GM_E_NO_SCRATCH, "there is no scratch database: %s (%.*s)%s%.*s", what,
            GM_ARG(gm_path_folder(server->programs.postgres)), log.len ? "\n" : "",
            GM_ARG(gm_str_trim(log)));
    return gm_hint(err, "Name a server in gmig.yml: scratch: {postgres: URL}.");
}

static gm_code run_initdb(const gm_scratch_server *server, gm_err *err)
{
    gm_arena *arena = server->arena;
    const char *log = gm_str_z(arena, gm_path_join(arena, server->folder, GM_STR("log")));
    const char *words[] = {server->programs.initdb.ptr,
                           "--pgdata",
                           server->data.ptr,
                           "--username",
                           GM_SERVER_OWNER,
                           "--encoding=UTF8",
                           "--no-locale",
                           "--auth=trust",
                           "--no-sync",
                           "--no-instructions",
                           "--wal-segsize=1",
                           NULL};
    char *const *arguments = argument_list(arena, words);
    char *const *environment = clean_environment(arena);
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        become(&server->programs);
        default_signals();
        arrange_files(log, NULL, 0);
        if (chdir("/") != 0)
            _exit(126);
        execve(arguments[0], arguments, environment);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (child < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return fail_with_log(server, "initdb failed", err);
    return GM_OK;
}

/* For the next start. A copy that fails is no copy: a rename makes it whole, or it is not there. */
static void keep_data(const gm_scratch_server *server, gm_str cache)
{
    gm_arena *arena = server->arena;
    gm_err ignored = gm_err_new(arena);
    gm_str beside = gm_str_printf(arena, "%.*s.%ld", GM_ARG(cache), (long)getpid());
    if (gm_folder_make(gm_path_folder(cache), &ignored) != GM_OK)
        return;
    if (!gm_tree_copy(server->data.ptr, beside.ptr, geteuid(), getegid()) ||
        rename(beside.ptr, cache.ptr) != 0)
        gm_tree_remove(beside.ptr);
}

/* The cache must be ours alone: what is in it runs. */
static bool is_ours(gm_str cache)
{
    struct stat status;
    return lstat(cache.ptr, &status) == 0 && S_ISDIR(status.st_mode) &&
           status.st_uid == geteuid() && (status.st_mode & 0022) == 0;
}

static gm_code make_data(const gm_scratch_server *server, bool from_cache, gm_err *err)
{
    gm_str cache = gm_server_cache(server->arena, &server->programs);
    if (cache.len && from_cache && is_ours(cache)) {
        if (gm_tree_copy(cache.ptr, server->data.ptr, server->programs.uid, server->programs.gid))
            return GM_OK;
        gm_tree_remove(server->data.ptr);
    }
    GM_TRY(run_initdb(server, err));
    if (cache.len && !is_ours(cache))
        keep_data(server, cache);
    return GM_OK;
}

/* ---- the watcher ---- */

static char *const *server_arguments(const gm_scratch_server *server)
{
    static const char *const settings[] = {
        "listen_addresses=", "unix_socket_permissions=0700", "fsync=off", "synchronous_commit=off",
        "full_page_writes=off", "autovacuum=off", "jit=off", "wal_level=minimal",
        "max_wal_senders=0", "max_connections=24", "shared_buffers=16MB", "max_wal_size=64MB",
        "logging_collector=off", "log_destination=stderr", "log_min_messages=fatal",
        "max_worker_processes=0", "max_prepared_transactions=0", "temp_file_limit=256MB",
        /* segments in the folder instead of /dev/shm: nothing stays behind */
        "dynamic_shared_memory_type=mmap", "max_stack_depth=2MB"};
    enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };
    const char *words[2 * SETTINGS + 8] = {server->programs.postgres.ptr, "-D", server->data.ptr,
                                           "-k", server->folder.ptr};
    size_t count = 5;
    for (size_t i = 0; i < SETTINGS; i++) {
        words[count++] = "-c";
        words[count++] = settings[i];
    }
    return argument_list(server->arena, words);
}

static void run_server(const gm_scratch_server *server, pid_t watcher, const char *log, int death,
                       char *const *arguments, char *const *environment)
{
    struct rlimit file = {.rlim_cur = (rlim_t)MAX_FILE_MIB << 20,
                          .rlim_max = (rlim_t)MAX_FILE_MIB << 20};
    struct rlimit core = {0};
    become(&server->programs);
    default_signals();
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (getppid() != watcher)
        _exit(126); /* it was killed in between */
    setrlimit(RLIMIT_FSIZE, &file);
    setrlimit(RLIMIT_CORE, &core);
    arrange_files(log, &death, 1);
    fcntl(death, F_SETFD, 0);
    if (chdir("/") != 0)
        _exit(126);
    execve(arguments[0], arguments, environment);
    _exit(127);
}

/* SIGQUIT is the server's immediate shutdown. */
static void end_server(pid_t server)
{
    int64_t end = gm_clock_ms() + STOP_MS;
    struct timespec moment = {.tv_nsec = 1000000};
    kill(server, SIGQUIT);
    while (waitpid(server, NULL, WNOHANG) == 0) {
        if (gm_clock_ms() > end)
            kill(server, SIGKILL);
        nanosleep(&moment, NULL);
    }
}

/* What ends gmig from a terminal must not end the watcher before its work is done. */
static void ignore_signals(void)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
        sigaction(ignored[i], &ignore, NULL);
}

/* Returns when the server has to end, or has ended by itself. */
static void wait_for_end(const gm_scratch_server *server, int life, int stop, int death)
{
    char byte;
    ssize_t got;
    struct pollfd ends[] = {{.fd = stop, .events = POLLIN}, {.fd = death, .events = POLLIN}};
    while ((got = read(life, &byte, 1)) < 0 && errno == EINTR)
        continue;
    if (got != 1 || stop < 0)
        return;
    int64_t end = gm_clock_ms() + server->lifetime_ms;
    for (int64_t left; (left = end - gm_clock_ms()) > 0;)
        if (poll(ends, 2, left < INT_MAX ? (int)left : INT_MAX) > 0)
            return;
}

/* Never returns. The folder counts as in use as long as the watcher has the lock. */
static void watch(const gm_scratch_server *server, int life, int stop, const int *deaths,
                  const char *log, char *const *arguments, char *const *environment)
{
    int death = deaths[1];
    const int keep[] = {life, stop, deaths[0], death, server->lock};
    setsid();
    default_signals();
    ignore_signals();
    arrange_files(NULL, keep, sizeof(keep) / sizeof(keep[0]));
    pid_t watcher = getpid();
    pid_t child = fork();
    if (child == 0)
        run_server(server, watcher, log, death, arguments, environment);
    close(death);
    wait_for_end(server, life, stop, deaths[0]);
    if (child > 0)
        end_server(child);
    gm_tree_remove(server->folder.ptr);
    _exit(0);
}

static gm_str stop_path(gm_arena *arena, gm_str folder)
{
    return gm_path_join(arena, folder, GM_STR("stop"));
}

/* For reading and writing, so that it has no end of file. */
static gm_code open_stop(const gm_scratch_server *server, int *stop, gm_err *err)
{
    const char *path = gm_str_z(server->arena, stop_path(server->arena, server->folder));
    *stop = -1;
    if (!server->lifetime_ms)
        return GM_OK;
    if (mkfifo(path, 0600) == 0)
        *stop = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (*stop >= 0)
        return GM_OK;
    return gm_fail_at(err, GM_E_IO, gm_str_from(path), "cannot make a fifo: %s", strerror(errno));
}

static gm_code start_watcher(gm_scratch_server *server, gm_err *err)
{
    gm_arena *arena = server->arena;
    const char *log = gm_str_z(arena, gm_path_join(arena, server->folder, GM_STR("log")));
    char *const *arguments = server_arguments(server);
    char *const *environment = clean_environment(arena);
    int life[2];
    int death[2];
    int stop;
    GM_TRY(open_stop(server, &stop, err));
    if (pipe2(life, O_CLOEXEC) != 0)
        return gm_fail(err, GM_E_IO, "cannot make a pipe: %s", strerror(errno));
    if (pipe2(death, O_CLOEXEC) != 0) {
        close(life[0]);
        close(life[1]);
        return gm_fail(err, GM_E_IO, "cannot make a pipe: %s", strerror(errno));
    }
    server->watcher = fork();
    if (server->watcher == 0)
        watch(server, life[0], stop, death, log, arguments, environment);
    if (stop >= 0)
        close(stop);
    close(life[0]);
    close(death[1]);
    server->life = life[1];
    server->death = death[0];
    if (server->watcher < 0)
        return gm_fail(err, GM_E_NO_SCRATCH, "cannot start a process: %s", strerror(errno));
    return GM_OK;
}

/* ---- the server as a whole ---- */

void gm_server_stop(gm_scratch_server *server)
{
    if (!server)
        return;
    if (server->life >= 0)
        close(server->life);
    if (server->death >= 0)
        close(server->death);
    while (server->watcher > 0 && waitpid(server->watcher, NULL, 0) < 0 && errno == EINTR)
        continue;
    if (server->watcher <= 0 && server->folder.len)
        gm_tree_remove(server->folder.ptr);
    if (server->lock >= 0)
        close(server->lock);
    server->life = server->death = server->lock = -1;
    server->watcher = 0;
    server->folder = (gm_str){0};
}

gm_code gm_server_keep(gm_scratch_server *server, gm_err *err)
{
    if (write(server->life, "k", 1) != 1) {
        gm_fail_at(err, GM_E_IO, server->folder, "the scratch server cannot be kept: %s",
                   strerror(errno));
        return err->code;
    }
    close(server->life);
    close(server->death);
    close(server->lock);
    server->life = server->death = server->lock = -1;
    server->watcher = 0;
    server->folder = GM_STR("");
    return GM_OK;
}

bool gm_server_ask_to_end(gm_arena *arena, gm_str folder)
{
    struct stat status;
    const char *path = gm_str_z(arena, stop_path(arena, folder));
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool told = fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode) && write(fd, "s", 1) == 1;
    close(fd);
    return told;
}

/* The socket is there a moment before the server takes connections: who connects tries again. */
static gm_code wait_for_socket(const gm_scratch_server *server, gm_err *err)
{
    gm_str path = gm_path_join(server->arena, server->folder, GM_STR(".s.PGSQL.5432"));
    int64_t end = gm_clock_ms() + START_MS;
    struct pollfd death = {.fd = server->death, .events = POLLIN};
    while (access(path.ptr, F_OK) != 0) {
        if (poll(&death, 1, 1) > 0)
            return fail_with_log(server, "the private server does not start", err);
        if (gm_clock_ms() > end)
            return fail_with_log(server, "the private server takes too long to start", err);
    }
    return GM_OK;
}

static gm_code try_start(gm_scratch_server *server, bool from_cache, gm_err *err)
{
    server->life = server->death = server->lock = -1;
    server->watcher = 0;
    GM_TRY(gm_server_new_folder(server->arena, &server->programs, &server->folder, &server->lock,
                                err));
    server->data = gm_path_join(server->arena, server->folder, GM_STR("data"));
    GM_TRY(make_data(server, from_cache, err));
    GM_TRY(start_watcher(server, err));
    return wait_for_socket(server, err);
}

gm_code gm_server_start(gm_arena *arena, int64_t lifetime_ms, gm_scratch_server **started,
                        gm_err *err)
{
    gm_scratch_server *server = gm_new(arena, gm_scratch_server);
    gm_err first = gm_err_new(err->arena);
    server->arena = arena;
    server->lifetime_ms = lifetime_ms;
    GM_TRY(gm_server_find_programs(arena, &server->programs, err));
    gm_code code = try_start(server, true, &first);
    gm_str cache = gm_server_cache(arena, &server->programs);
    if (code != GM_OK && cache.len && is_ours(cache)) {
        /* What was kept may be what is wrong. */
        gm_server_stop(server);
        gm_tree_remove(cache.ptr);
        code = try_start(server, true, err);
    } else if (code != GM_OK) {
        *err = first;
    }
    if (code != GM_OK) {
        gm_server_stop(server);
        return code;
    }
    *started = server;
    return GM_OK;
}
