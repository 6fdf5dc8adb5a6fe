/* SPDX-License-Identifier: Apache-2.0 */
#include "git/below.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

/* One name of a path, ending in NUL; false when it is longer than any name. */
static bool copy_name(gm_str name, char to[NAME_MAX + 1])
{
    if (name.len > NAME_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(to, name.ptr, name.len);
    to[name.len] = '\0';
    return true;
}

static int open_in(int folder, gm_str name, int flags)
{
    char copy[NAME_MAX + 1];
    if (!copy_name(name, copy))
        return -1;
    return openat(folder, copy, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

static int open_top(gm_str folder)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    return open(gm_str_z(scratch, folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void close_keeping_errno(int fd)
{
    int kept = errno;
    close(fd);
    errno = kept;
}

/* The folder of `path`'s last part, which goes to *name. */
static int open_parent(gm_str folder, gm_str path, gm_str *name)
{
    int at = open_top(folder);
    for (;;) {
        size_t end = gm_str_find(path, '/', 0);
        if (at < 0 || end == path.len)
            break;
        int next = open_in(at, gm_str_sub(path, 0, end), O_RDONLY | O_DIRECTORY);
        close_keeping_errno(at);
        at = next;
        path = gm_str_sub(path, end + 1, path.len);
    }
    *name = path;
    return at;
}

int gm_below_open(gm_str folder, gm_str path, int flags)
{
    gm_str name;
    if (!path.len)
        return open_top(folder);
    int parent = open_parent(folder, path, &name);
    if (parent < 0)
        return -1;
    int fd = open_in(parent, name, flags);
    close_keeping_errno(parent);
    return fd;
}

gm_code gm_below_list(gm_str folder, gm_str path, DIR **dir, gm_err *err)
{
    *dir = NULL;
    int fd = gm_below_open(folder, path, O_RDONLY | O_DIRECTORY);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
        return GM_OK;
    *dir = fd < 0 ? NULL : fdopendir(fd);
    if (*dir)
        return GM_OK;
    gm_fail_at(err, GM_E_IO, path, "cannot list the folder: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return GM_E_IO;
}

bool gm_below_stat(gm_str folder, gm_str path, struct stat *status)
{
    gm_str name;
    char copy[NAME_MAX + 1];
    int parent = open_parent(folder, path, &name);
    if (parent < 0)
        return false;
    int failed = -1;
    if (!name.len)
        failed = fstat(parent, status);
    else if (copy_name(name, copy))
        failed = fstatat(parent, copy, status, AT_SYMLINK_NOFOLLOW);
    close_keeping_errno(parent);
    return failed == 0;
}

static bool read_all(int fd, char *buffer, size_t size, size_t *len)
{
    *len = 0;
    while (*len < size) {
        ssize_t got = read(fd, buffer + *len, size - *len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        *len += (size_t)got;
    }
    return true;
}

static gm_code cannot_read(gm_err *err, gm_str path)
{
    return gm_fail_at(err, GM_E_IO, path, "cannot read: %s", strerror(errno));
}

static gm_code read_open(gm_arena *arena, int fd, gm_str path, size_t max, gm_str *bytes,
                         bool *found, gm_err *err)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return cannot_read(err, path);
    *found = S_ISREG(status.st_mode);
    if (!*found)
        return GM_OK;
    if ((uintmax_t)status.st_size > max) {
        gm_fail_at(err, GM_E_HISTORY, path, "the file has %jd bytes, above the limit of %zu",
                   (intmax_t)status.st_size, max);
        return gm_hint(err, "Divide it, or load the data by other means.");
    }
    size_t len;
    char *buffer = gm_arena_alloc(arena, (size_t)status.st_size + 1);
    if (!read_all(fd, buffer, (size_t)status.st_size, &len))
        return cannot_read(err, path);
    *bytes = gm_str_of(buffer, len);
    return GM_OK;
}

gm_code gm_below_read(gm_arena *arena, gm_str folder, gm_str path, size_t max, gm_str *bytes,
                      bool *found, gm_err *err)
{
    int fd = gm_below_open(folder, path, O_RDONLY);
    *found = fd >= 0;
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG))
        return GM_OK;
    if (fd < 0)
        return cannot_read(err, path);
    gm_code code = read_open(arena, fd, path, max, bytes, found, err);
    close(fd);
    return code;
}

bool gm_below_clean(gm_arena *arena, gm_str path, gm_str *clean)
{
    gm_strs parts = {0};
    if (gm_str_starts(path, GM_STR("/")) || gm_str_has(path, '\0'))
        return false;
    while (path.len) {
        size_t end = gm_str_find(path, '/', 0);
        gm_str part = gm_str_sub(path, 0, end);
        path = gm_str_sub(path, end + 1, path.len);
        if (gm_str_is(part, ".."))
            return false;
        if (part.len && !gm_str_is(part, "."))
            gm_vec_push(arena, &parts, part);
    }
    *clean = gm_str_join(arena, &parts, GM_STR("/"));
    return true;
}
