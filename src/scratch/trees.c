/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch/trees.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* A data folder is four deep. */
enum { MAX_DEPTH = 16 };

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int open_folder(int at, const char *name)
{
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* ---- removing ---- */

static bool remove_in(int at, const char *name, int depth);

static bool empty_folder(int fd, int depth)
{
    bool good = true;
    DIR *folder = fdopendir(fd);
    if (!folder) {
        close(fd);
        return false;
    }
    for (const struct dirent *entry; (entry = readdir(folder));)
        if (!is_dots(entry->d_name))
            good = remove_in(dirfd(folder), entry->d_name, depth + 1) && good;
    closedir(folder);
    return good;
}

static bool remove_in(int at, const char *name, int depth)
{
    if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
        return true;
    if ((errno != EISDIR && errno != EPERM) || depth > MAX_DEPTH)
        return false;
    int fd = open_folder(at, name);
    if (fd < 0 || !empty_folder(fd, depth))
        return false;
    return unlinkat(at, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

bool gm_tree_remove(const char *path)
{
    return remove_in(AT_FDCWD, path, 0);
}

/* ---- copying ---- */

static bool copy_bytes(int from, int to)
{
    struct stat status;
    if (fstat(from, &status) != 0)
        return false;
    for (off_t left = status.st_size; left > 0;) {
        ssize_t sent = sendfile(to, from, NULL, (size_t)left);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        left -= sent;
    }
    return true;
}

static bool own(int fd, uid_t uid, gid_t gid)
{
    return geteuid() != 0 || fchown(fd, uid, gid) == 0;
}

static bool copy_file(int from_at, int to_at, const char *name, uid_t uid, gid_t gid)
{
    int from = openat(from_at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int to = from < 0 ? -1 : openat(to_at, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = to >= 0 && copy_bytes(from, to) && own(to, uid, gid);
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    return good;
}

static bool copy_folder(int from_at, const char *from_name, int to_at, const char *to_name,
                        uid_t uid, gid_t gid, int depth);

static bool copy_entry(int from_at, int to_at, const char *name, uid_t uid, gid_t gid, int depth)
{
    struct stat status;
    if (fstatat(from_at, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    if (S_ISREG(status.st_mode))
        return copy_file(from_at, to_at, name, uid, gid);
    return S_ISDIR(status.st_mode) && depth < MAX_DEPTH &&
           copy_folder(from_at, name, to_at, name, uid, gid, depth + 1);
}

static bool copy_folder(int from_at, const char *from_name, int to_at, const char *to_name,
                        uid_t uid, gid_t gid, int depth)
{
    if (mkdirat(to_at, to_name, 0700) != 0)
        return false;
    int to = open_folder(to_at, to_name);
    int from = open_folder(from_at, from_name);
    DIR *folder = from < 0 ? NULL : fdopendir(from);
    bool good = to >= 0 && folder && own(to, uid, gid);
    for (const struct dirent *entry; good && (entry = readdir(folder));)
        if (!is_dots(entry->d_name))
            good = copy_entry(from, to, entry->d_name, uid, gid, depth);
    if (folder)
        closedir(folder);
    else if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    return good;
}

bool gm_tree_copy(const char *from, const char *to, uid_t uid, gid_t gid)
{
    return copy_folder(AT_FDCWD, from, AT_FDCWD, to, uid, gid, 0);
}

/* ---- reading ---- */

gm_str gm_tree_read_own(gm_arena *arena, gm_str path, size_t max)
{
    struct stat status;
    gm_str bytes = {0};
    int fd = open(gm_str_z(arena, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return bytes;
    bool good = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
                (status.st_mode & 0022) == 0 && status.st_size > 0 &&
                (unsigned long long)status.st_size <= max;
    char *into = good ? gm_arena_alloc(arena, (size_t)status.st_size) : NULL;
    size_t done = 0;
    while (good && done < (size_t)status.st_size) {
        ssize_t got = read(fd, into + done, (size_t)status.st_size - done);
        if (got < 0 && errno == EINTR)
            continue;
        good = got > 0;
        done += good ? (size_t)got : 0;
    }
    close(fd);
    return good ? gm_str_of(into, done) : bytes;
}
