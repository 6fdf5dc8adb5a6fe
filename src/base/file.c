/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

static gm_code io_error(gm_err *err, gm_str path, const char *what)
{
    return gm_fail_at(err, GM_E_IO, path, "cannot %s: %s", what, strerror(errno));
}

static gm_code read_all(gm_arena *arena, int fd, gm_str path, size_t max, gm_str *bytes,
                        gm_err *err)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return io_error(err, path, "read");
    if (!S_ISREG(status.st_mode))
        return gm_fail_at(err, GM_E_IO, path, "not a regular file");
    if ((uintmax_t)status.st_size > max)
        return gm_fail_at(err, GM_E_IO, path, "larger than the limit of %zu bytes", max);
    size_t size = (size_t)status.st_size;
    char *buffer = gm_arena_alloc(arena, size + 1);
    size_t len = 0;
    while (len < size) {
        ssize_t got = read(fd, buffer + len, size - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return io_error(err, path, "read");
        if (got == 0)
            break;
        len += (size_t)got;
    }
    *bytes = (gm_str){buffer, len};
    return GM_OK;
}

gm_code gm_file_read(gm_arena *arena, gm_str path, size_t max, gm_str *bytes, gm_err *err)
{
    /* O_NONBLOCK: opening a fifo must not hang; it is refused by its type afterwards. */
    int fd = open(gm_str_z(arena, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return io_error(err, path, "read");
    gm_code code = read_all(arena, fd, path, max, bytes, err);
    close(fd);
    return code;
}

bool gm_file_write_all(int fd, gm_str bytes)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes = gm_str_sub(bytes, (size_t)put, bytes.len);
    }
    return true;
}

gm_code gm_file_write(gm_str path, gm_str bytes, gm_write_options options, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    const char *target = gm_str_z(scratch, path);
    gm_str folder = gm_path_folder(path);
    gm_str pattern = gm_path_join(scratch, folder, GM_STR(".gmig-XXXXXX"));
    char *temporary = gm_arena_alloc(scratch, pattern.len + 1);
    memcpy(temporary, pattern.ptr, pattern.len);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return io_error(err, path, "write");
    mode_t mask = umask(0);
    umask(mask);
    mode_t mode = (options.executable ? 0777 : 0666) & ~mask;
    bool written = gm_file_write_all(fd, bytes) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
    if (close(fd) != 0)
        written = false;
    /* link() fails when the name is taken: the existing file cannot be lost to a race. */
    if (written && !options.replace)
        written = link(temporary, target) == 0 && unlink(temporary) == 0;
    else if (written)
        written = rename(temporary, target) == 0;
    if (written)
        return GM_OK;
    gm_code code = io_error(err, path, "write");
    unlink(temporary);
    return code;
}

static gm_code write_into(gm_str path, gm_str bytes, int flag, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    int fd = open(gm_str_z(scratch, path), O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC | flag, 0666);
    if (fd < 0)
        return io_error(err, path, "write");
    bool written = gm_file_write_all(fd, bytes);
    int reason = errno;
    if (close(fd) != 0 && written) {
        written = false;
        reason = errno;
    }
    errno = reason;
    return written ? GM_OK : io_error(err, path, "write");
}

gm_code gm_file_put(gm_str path, gm_str bytes, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    const char *target = gm_str_z(scratch, path);
    struct stat status;
    /* Root could put a file in the place of a device. */
    if (lstat(target, &status) != 0 || S_ISREG(status.st_mode))
        return gm_file_write(path, bytes, (gm_write_options){.replace = true}, err);
    return write_into(path, bytes, O_TRUNC, err);
}

gm_code gm_file_append(gm_str path, gm_str bytes, gm_err *err)
{
    return write_into(path, bytes, O_APPEND, err);
}

static bool get_status(gm_str path, struct stat *status)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    return stat(gm_str_z(scratch, path), status) == 0;
}

size_t gm_file_size(gm_str path)
{
    struct stat status;
    return get_status(path, &status) ? (size_t)status.st_size : 0;
}

bool gm_file_exists(gm_str path)
{
    struct stat status;
    return get_status(path, &status);
}

bool gm_file_is_folder(gm_str path)
{
    struct stat status;
    return get_status(path, &status) && S_ISDIR(status.st_mode);
}

gm_code gm_folder_make(gm_str path, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    if (path.len == 0 || gm_file_is_folder(path))
        return GM_OK;
    GM_TRY(gm_folder_make(gm_path_folder(path), err));
    if (mkdir(gm_str_z(scratch, path), 0777) != 0 && errno != EEXIST)
        return io_error(err, path, "make the folder");
    if (!gm_file_is_folder(path)) {
        gm_fail_at(err, GM_E_IO, path, "is there and is no folder");
        return gm_hint(err, "Move it away, or name another folder.");
    }
    return GM_OK;
}

gm_str gm_path_join(gm_arena *arena, gm_str folder, gm_str name)
{
    if (folder.len == 0 || (name.len && name.ptr[0] == '/'))
        return gm_str_dup(arena, name);
    size_t slash = folder.ptr[folder.len - 1] == '/' ? 0 : 1;
    size_t len = folder.len + slash + name.len;
    char *path = gm_arena_alloc(arena, len + 1);
    memcpy(path, folder.ptr, folder.len);
    if (slash)
        path[folder.len] = '/';
    if (name.len)
        memcpy(path + folder.len + slash, name.ptr, name.len);
    return (gm_str){path, len};
}

gm_str gm_path_folder(gm_str path)
{
    size_t slash = gm_str_rfind(path, '/');
    if (slash == path.len)
        return GM_STR("");
    return gm_str_sub(path, 0, slash ? slash : 1);
}

gm_str gm_path_as_folder(gm_arena *arena, gm_str path)
{
    return gm_str_printf(arena, "%.*s/", GM_ARG(path.len ? path : GM_STR(".")));
}

gm_str gm_path_name(gm_str path)
{
    size_t slash = gm_str_rfind(path, '/');
    return slash == path.len ? path : gm_str_sub(path, slash + 1, path.len);
}

static gm_str clean(gm_arena *arena, gm_str path)
{
    gm_strs parts = {0};
    while (path.len) {
        size_t end = gm_str_find(path, '/', 0);
        gm_str part = gm_str_sub(path, 0, end);
        path = gm_str_sub(path, end + 1, path.len);
        if (part.len == 0 || gm_str_is(part, "."))
            continue;
        if (!gm_str_is(part, ".."))
            gm_vec_push(arena, &parts, part);
        else if (parts.len)
            parts.len--;
    }
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < parts.len; i++) {
        gm_buf_char(&buf, '/');
        gm_buf_add(&buf, parts.items[i]);
    }
    return buf.len ? gm_buf_str(&buf) : GM_STR("/");
}

gm_str gm_path_absolute(gm_arena *arena, gm_str path)
{
    if (path.len && path.ptr[0] == '/')
        return clean(arena, path);
    char *current = getcwd(NULL, 0);
    gm_str folder = current ? gm_str_dup(arena, gm_str_from(current)) : GM_STR("/");
    free(current);
    return clean(arena, gm_path_join(arena, folder, path));
}

gm_str gm_path_relative(gm_arena *arena, gm_str folder, gm_str path)
{
    size_t same = 0; /* length of the common folders, up to a slash or an end */
    for (size_t i = 0;; i++) {
        bool folder_ends = i == folder.len || folder.ptr[i] == '/';
        bool path_ends = i == path.len || path.ptr[i] == '/';
        if (folder_ends && path_ends)
            same = i;
        if (i == folder.len || i == path.len || folder.ptr[i] != path.ptr[i])
            break;
    }
    if (gm_str_is(folder, "/"))
        return path.len > 1 ? gm_str_dup(arena, gm_str_sub(path, 1, path.len)) : GM_STR(".");
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = same; i < folder.len; i++)
        if (folder.ptr[i] == '/')
            gm_buf_z(&buf, "../");
    gm_str rest = gm_str_sub(path, same, path.len);
    gm_buf_add(&buf, rest.len && rest.ptr[0] == '/' ? gm_str_sub(rest, 1, rest.len) : rest);
    if (buf.len && buf.ptr[buf.len - 1] == '/')
        buf.ptr[--buf.len] = '\0';
    return buf.len ? gm_buf_str(&buf) : GM_STR(".");
}
