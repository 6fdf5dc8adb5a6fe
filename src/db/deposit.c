/* SPDX-License-Identifier: Apache-2.0 */
#include "db/deposit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"

static gm_code refuse_present(const char *path, gm_err *err)
{
    gm_fail(err, GM_E_REFUSED, "%s is there already", path);
    return gm_hint(err, "Name a new file for the backup, or move the old one away.");
}

static gm_code system_error(const char *path, const char *what, gm_err *err)
{
    return gm_fail(err, GM_E_IO, "cannot %s %s: %s", what, path, strerror(errno));
}

gm_code gm_deposit_begin(gm_deposit *deposit, gm_arena *arena, gm_str path, uint64_t bytes,
                         gm_err *err)
{
    struct stat there;
    struct statvfs disk;
    gm_str folder = gm_path_folder(path);
    deposit->path = gm_str_z(arena, path);
    if (lstat(deposit->path, &there) == 0)
        return refuse_present(deposit->path, err);
    gm_str pattern = gm_path_join(arena, folder, GM_STR(".gmig-backup-XXXXXX"));
    char *temporary = gm_arena_alloc(arena, pattern.len + 1);
    memcpy(temporary, pattern.ptr, pattern.len);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return system_error(deposit->path, "write", err);
    deposit->temporary = temporary;
    int known = fstatvfs(fd, &disk);
    close(fd);
    uint64_t free_bytes = known == 0 ? (uint64_t)disk.f_bavail * disk.f_frsize : UINT64_MAX;
    if (free_bytes >= bytes)
        return GM_OK;
    unlink(temporary);
    gm_fail(err, GM_E_REFUSED, "%s: the backup needs %llu bytes and the disk has %llu free",
            deposit->path, (unsigned long long)bytes, (unsigned long long)free_bytes);
    return gm_hint(err, "Make room, or name a file on another disk.");
}

/* The bytes and the new name must both outlive a loss of power. */
static gm_code sync_path(const char *path, int flags, gm_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0)
        return system_error(path, "open", err);
    int result = fsync(fd);
    int reason = errno;
    close(fd);
    errno = reason;
    return result == 0 ? GM_OK : system_error(path, "write", err);
}

static gm_code keep(gm_deposit *deposit, mode_t mode, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str folder = gm_path_folder(gm_str_from(deposit->path));
    if (chmod(deposit->temporary, mode) != 0)
        return system_error(deposit->temporary, "set the mode of", err);
    GM_TRY(sync_path(deposit->temporary, 0, err));
    /* link() fails when the name was taken meanwhile; rename() would replace that file. */
    if (link(deposit->temporary, deposit->path) != 0)
        return errno == EEXIST ? refuse_present(deposit->path, err)
                               : system_error(deposit->path, "write", err);
    return sync_path(folder.len ? gm_str_z(scratch, folder) : ".", O_DIRECTORY, err);
}

gm_code gm_deposit_end(gm_deposit *deposit, gm_code code, mode_t mode, gm_err *err)
{
    if (code == GM_OK)
        code = keep(deposit, mode, err);
    unlink(deposit->temporary);
    return code;
}
