/* SPDX-License-Identifier: Apache-2.0 */

/*
 * gmig's own lock over a SQLite database: flock on the file NAME-gmig-lock beside it. SQLite's lock
 * ends with each transaction; this one lasts for a whole run, and the kernel lets go of it when the
 * process ends, however it ends.
 *
 * The file is removed by its last holder. So that nobody is left with the lock of a file that has
 * no name any more, the name is looked at again once the lock is there, and the file is only
 * removed while it is locked.
 */

#include "db/sqlite/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

enum { MAX_HOLDER = 256 };

static bool still_named(int fd, const char *path)
{
    struct stat mine;
    struct stat named;
    return fstat(fd, &mine) == 0 && stat(path, &named) == 0 && mine.st_dev == named.st_dev &&
           mine.st_ino == named.st_ino;
}

/* Who wrote the file; only for people, the lock does not depend on it. */
static gm_str read_holder(gm_arena *arena, int fd)
{
    char text[MAX_HOLDER];
    ssize_t got = pread(fd, text, sizeof(text), 0);
    return got > 0 ? gm_str_dup(arena, gm_str_trim(gm_str_of(text, (size_t)got))) : (gm_str){0};
}

static void write_holder(int fd)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    char host[128] = "";
    gethostname(host, sizeof(host) - 1);
    gm_str since = gm_time_iso(scratch, gm_clock_now());
    gm_str text = gm_str_printf(scratch, "gmig, pid %ld on %s, since %.*s\n", (long)getpid(), host,
                                GM_ARG(since));
    /* On a full disk the lock holds without a name in it. */
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text.ptr, text.len, 0) < 0)
        return;
}

static gm_code cannot_lock(gm_sqlite *db, const char *path, const char *what, gm_err *err)
{
    int reason = errno;
    gm_fail(err, GM_E_DATABASE, "cannot %s the lock file %s: %s", what, path, strerror(reason));
    (void)db;
    return gm_hint(err, "gmig keeps its lock beside the database: give this user write permission "
                        "in the folder.");
}

gm_code gm_sqlite_try_lock(gm_arena *arena, gm_db *base, gm_str name, bool *got, gm_str *holder,
                           gm_err *err)
{
    gm_sqlite *db = gm_sqlite_of(base);
    (void)name; /* one file, one ledger */
    *got = true;
    if (!*db->path || db->lock_fd >= 0)
        return GM_OK;
    if (!db->lock_path)
        db->lock_path = gm_str_printf(base->arena, "%s-gmig-lock", db->path).ptr;
    for (;;) {
        int fd = open(db->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (fd < 0)
            return cannot_lock(db, db->lock_path, "make", err);
        if (flock(fd, LOCK_EX | LOCK_NB) == 0 && still_named(fd, db->lock_path)) {
            db->lock_fd = fd;
            write_holder(fd);
            return GM_OK;
        }
        int reason = errno;
        if (reason == EWOULDBLOCK && still_named(fd, db->lock_path)) {
            *holder = read_holder(arena, fd);
            *got = false;
            close(fd);
            return GM_OK;
        }
        bool named = still_named(fd, db->lock_path);
        close(fd);
        errno = reason;
        if (named && reason != EINTR)
            return cannot_lock(db, db->lock_path, "lock", err);
    }
}

bool gm_sqlite_lock_held(gm_db *base)
{
    gm_sqlite *db = gm_sqlite_of(base);
    return !*db->path || (db->lock_fd >= 0 && still_named(db->lock_fd, db->lock_path));
}

void gm_sqlite_unlock(gm_db *base)
{
    gm_sqlite *db = gm_sqlite_of(base);
    if (db->lock_fd < 0)
        return;
    if (still_named(db->lock_fd, db->lock_path))
        unlink(db->lock_path);
    close(db->lock_fd);
    db->lock_fd = -1;
}
