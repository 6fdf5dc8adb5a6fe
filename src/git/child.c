/* SPDX-License-Identifier: Apache-2.0 */
#include "git/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

enum { CHUNK = 64 * 1024, MESSAGES_MAX = 4096, LINE_MAX_BYTES = 64 * 1024 };

struct gm_child {
    pid_t pid; /* 0 once it has been waited for */
    int input;
    int output;
    int messages;
    int timeout_ms;
    int status;
    size_t from; /* what was read and not yet taken: ahead[from..to) */
    size_t to;
    char ahead[CHUNK];
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The ends of the child are closed by exec; ours must not reach other children either. */
static bool open_channels(int input[2], int output[2], int *messages)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input) != 0)
        return false;
    if (pipe2(output, O_CLOEXEC) != 0)
        return false;
    *messages = memfd_create("gmig-git-messages", MFD_CLOEXEC);
    return *messages >= 0;
}

static int spawn(const gm_child_options *options, int input, int output, int messages, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, messages, STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(&actions, options->folder);
    /* git expects the signals as a shell would leave them. */
    sigset_t none, reset;
    sigemptyset(&none);
    sigemptyset(&reset);
    sigaddset(&reset, SIGPIPE);
    sigaddset(&reset, SIGINT);
    sigaddset(&reset, SIGTERM);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &reset);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    /* The type of argv is a historical one; nothing writes through it (POSIX, rationale of exec).
     */
    char *const *argv = NULL;
    memcpy(&argv, &options->argv, sizeof(argv));
    int failed = posix_spawnp(pid, argv[0], &actions, &attributes, argv, options->environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

gm_code gm_child_start(const gm_child_options *options, gm_child **child, gm_err *err)
{
    int input[2] = {-1, -1};
    int output[2] = {-1, -1};
    int messages = -1;
    pid_t pid = 0;
    int failed = open_channels(input, output, &messages)
                     ? spawn(options, input[0], output[1], messages, &pid)
                     : errno;
    close_fd(&input[0]);
    close_fd(&output[1]);
    if (failed) {
        close_fd(&input[1]);
        close_fd(&output[0]);
        close_fd(&messages);
        if (failed == ENOENT && access(options->folder, F_OK) != 0) {
            gm_fail(err, GM_E_GIT, "cannot run %s in %s: there is no such folder", options->argv[0],
                    options->folder);
            return gm_hint(err, "See GIT_WORK_TREE, GIT_DIR and `git config core.worktree`.");
        }
        gm_fail(err, GM_E_GIT, "cannot run %s: %s", options->argv[0], strerror(failed));
        return gm_hint(err, "Install git, or put it on PATH.");
    }
    gm_child *started = calloc(1, sizeof(*started));
    if (!started)
        gm_out_of_memory();
    started->pid = pid;
    started->input = input[1];
    started->output = output[0];
    started->messages = messages;
    started->timeout_ms = options->timeout_ms;
    *child = started;
    return GM_OK;
}

static void reap(gm_child *child)
{
    int status = 0;
    if (!child->pid)
        return;
    while (waitpid(child->pid, &status, 0) < 0)
        if (errno != EINTR)
            break;
    child->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    child->pid = 0;
}

static void stop(gm_child *child)
{
    if (child->pid)
        kill(child->pid, SIGKILL);
    reap(child);
}

void gm_child_close(gm_child *child)
{
    if (!child)
        return;
    close_fd(&child->input);
    close_fd(&child->output);
    stop(child);
    close_fd(&child->messages);
    free(child);
}

/* Waits until `fd` is ready for `events`; a child that misses its deadline is stopped. */
static bool wait_for(gm_child *child, int fd, short events)
{
    int64_t until = gm_clock_ms() + child->timeout_ms;
    for (;;) {
        int64_t left = until - gm_clock_ms();
        struct pollfd ready = {.fd = fd, .events = events};
        int count = left > 0 ? poll(&ready, 1, (int)left) : 0;
        if (count > 0)
            return true;
        if (count < 0 && errno == EINTR)
            continue;
        stop(child);
        return false;
    }
}

bool gm_child_write(gm_child *child, gm_str bytes)
{
    if (child->input < 0)
        return false;
    while (bytes.len) {
        if (!wait_for(child, child->input, POLLOUT))
            return false;
        ssize_t put = send(child->input, bytes.ptr, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (put < 0)
            return false;
        bytes = gm_str_sub(bytes, (size_t)put, bytes.len);
    }
    return true;
}

/* More bytes into `ahead`; false at the end of its output. */
static bool fill(gm_child *child)
{
    for (;;) {
        if (!wait_for(child, child->output, POLLIN))
            return false;
        ssize_t got = read(child->output, child->ahead, sizeof(child->ahead));
        if (got < 0 && errno == EINTR)
            continue;
        child->from = 0;
        child->to = got > 0 ? (size_t)got : 0;
        return got > 0;
    }
}

bool gm_child_line(gm_child *child, gm_arena *arena, gm_str *line)
{
    gm_buf buf = gm_buf_new(arena, LINE_MAX_BYTES);
    for (;;) {
        if (child->from == child->to && !fill(child))
            return false;
        gm_str rest = {child->ahead + child->from, child->to - child->from};
        size_t end = gm_str_find(rest, '\n', 0);
        gm_buf_add(&buf, gm_str_sub(rest, 0, end));
        child->from += end < rest.len ? end + 1 : end;
        if (buf.overflow)
            return false;
        if (end < rest.len)
            break;
    }
    *line = gm_buf_str(&buf);
    return true;
}

bool gm_child_bytes(gm_child *child, char *to, size_t len)
{
    while (len) {
        if (child->from == child->to && !fill(child))
            return false;
        size_t count = child->to - child->from < len ? child->to - child->from : len;
        if (to) {
            memcpy(to, child->ahead + child->from, count);
            to += count;
        }
        child->from += count;
        len -= count;
    }
    return true;
}

int gm_child_end(gm_child *child)
{
    close_fd(&child->input);
    while (child->pid && fill(child)) {
        /* Its last words must not block it. */
    }
    reap(child);
    return child->status;
}

gm_str gm_child_messages(gm_child *child, gm_arena *arena)
{
    char *buffer = gm_arena_alloc(arena, MESSAGES_MAX + 1);
    ssize_t got = pread(child->messages, buffer, MESSAGES_MAX, 0);
    return gm_str_trim((gm_str){buffer, got > 0 ? (size_t)got : 0});
}

/* Feeds and drains at once: a child that writes while we write must not wait for us forever. */
static bool converse(gm_child *child, gm_str input, gm_buf *out)
{
    int64_t until = gm_clock_ms() + child->timeout_ms;
    for (;;) {
        if (input.len == 0)
            close_fd(&child->input);
        struct pollfd ready[2] = {{.fd = child->output, .events = POLLIN},
                                  {.fd = child->input, .events = POLLOUT}};
        int64_t left = until - gm_clock_ms();
        int count = left > 0 ? poll(ready, 2, (int)left) : 0;
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        if (ready[1].revents) {
            ssize_t put = send(child->input, input.ptr, input.len, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (put > 0)
                input = gm_str_sub(input, (size_t)put, input.len);
            else if (errno != EINTR && errno != EAGAIN)
                input.len = 0; /* it reads no more; what it says of that is in its status */
        }
        if (ready[0].revents) {
            ssize_t got = read(child->output, child->ahead, sizeof(child->ahead));
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                return got == 0;
            gm_buf_add(out, (gm_str){child->ahead, (size_t)got});
            if (out->overflow)
                return false;
        }
    }
}

gm_code gm_child_run(gm_arena *arena, const gm_child_options *options, gm_str input, size_t max,
                     gm_child_result *result, gm_err *err)
{
    gm_child *child = NULL;
    GM_TRY(gm_child_start(options, &child, err));
    gm_buf out = gm_buf_new(arena, max);
    gm_code code = GM_OK;
    if (converse(child, input, &out)) {
        reap(child);
        *result = (gm_child_result){.status = child->status,
                                    .output = gm_buf_str(&out),
                                    .messages = gm_child_messages(child, arena)};
    } else if (out.overflow) {
        code = gm_fail(err, GM_E_GIT, "git said more than the limit of %zu bytes", max);
    } else {
        code = gm_fail(err, GM_E_GIT, "git did not answer within %d s", options->timeout_ms / 1000);
    }
    gm_child_close(child);
    return code;
}
