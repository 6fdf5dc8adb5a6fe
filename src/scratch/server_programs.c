/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch/server_programs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "scratch/trees.h"

static const char folder_prefix[] = "gmig-scratch.";

/* ---- programs ---- */

typedef struct {
    gm_str folder;
    double version; /* 15, 9.6; 0: not known */
} candidate;

static bool has_program(gm_arena *arena, gm_str folder, const char *name)
{
    gm_str path = gm_path_join(arena, folder, gm_str_from(name));
    return access(gm_str_z(arena, path), X_OK) == 0;
}

static void consider(gm_arena *arena, gm_str folder, double version, candidate *best)
{
    if (folder.len && (!best->folder.len || version > best->version) &&
        has_program(arena, folder, "initdb") && has_program(arena, folder, "postgres"))
        *best = (candidate){.folder = gm_str_dup(arena, folder), .version = version};
}

/* "/usr/lib/postgresql/15/bin", "/usr/pgsql-16/bin": the version is part of the path. */
static void consider_versions(gm_arena *arena, const char *parent, const char *prefix,
                              candidate *best)
{
    DIR *folder = opendir(parent);
    if (!folder)
        return;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        gm_str name = gm_str_from(entry->d_name);
        char *end;
        if (!gm_str_starts(name, gm_str_from(prefix)))
            continue;
        double version = strtod(entry->d_name + strlen(prefix), &end);
        if (version > 0 && *end == '\0')
            consider(arena, gm_str_printf(arena, "%s/%s/bin", parent, entry->d_name), version,
                     best);
    }
    closedir(folder);
}

static void consider_path(gm_arena *arena, candidate *best)
{
    gm_str path = gm_str_from(getenv("PATH"));
    while (path.len && !best->folder.len) {
        size_t colon = gm_str_find(path, ':', 0);
        gm_str folder = gm_str_sub(path, 0, colon);
        if (gm_str_starts(folder, GM_STR("/")))
            consider(arena, folder, 0, best);
        path = gm_str_sub(path, colon + 1, path.len);
    }
}

static gm_code no_programs(gm_err *err)
{
    gm_fail(err, GM_E_NO_SCRATCH,
            "there is no scratch database: no PostgreSQL server is named and "
            "none can be started here");
    return gm_hint(err, "Install the server's programs (Debian: apt-get install postgresql), or "
                        "name a server in gmig.yml: scratch: {postgres: URL}.");
}

/* The same path may hold another build tomorrow. */
static gm_str build_key(gm_arena *arena, gm_str postgres)
{
    struct stat status;
    char real[PATH_MAX];
    const char *path = realpath(gm_str_z(arena, postgres), real);
    if (!path || stat(path, &status) != 0)
        return (gm_str){0};
    gm_str text =
        gm_str_printf(arena, "gmig template 1 %s %lld %lld %lld", path, (long long)status.st_size,
                      (long long)status.st_mtim.tv_sec, (long long)status.st_mtim.tv_nsec);
    return gm_str_sub(gm_sha256_hex(arena, text), 0, 24);
}

static gm_code find_user(gm_server_programs *programs, gm_err *err)
{
    programs->uid = geteuid();
    programs->gid = getegid();
    if (programs->uid != 0)
        return GM_OK;
    const struct passwd *user = getpwnam("postgres");
    if (!user)
        user = getpwnam("nobody");
    if (!user || user->pw_uid == 0) {
        gm_fail(err, GM_E_NO_SCRATCH,
                "PostgreSQL does not run as root, and there is no user postgres or nobody");
        return gm_hint(err, "Run gmig as another user, or name a server in gmig.yml: scratch: "
                            "{postgres: URL}.");
    }
    programs->uid = user->pw_uid;
    programs->gid = user->pw_gid;
    return GM_OK;
}

gm_code gm_server_find_programs(gm_arena *arena, gm_server_programs *programs, gm_err *err)
{
    candidate best = {0};
    gm_str named = gm_str_from(getenv("GMIG_PGBIN"));
    consider(arena, named, 0, &best);
    if (!named.len) {
        consider_versions(arena, "/usr/lib/postgresql", "", &best);
        consider_versions(arena, "/usr", "pgsql-", &best);
        consider_path(arena, &best);
    }
    if (!best.folder.len)
        return no_programs(err);
    *programs = (gm_server_programs){
        .initdb = gm_path_join(arena, best.folder, GM_STR("initdb")),
        .postgres = gm_path_join(arena, best.folder, GM_STR("postgres")),
    };
    programs->key = build_key(arena, programs->postgres);
    return find_user(programs, err);
}

/* ---- folders ---- */

/* A socket's path has 107 bytes at most. */
static bool is_short(gm_str parent)
{
    enum { MAX_PARENT = 64 };
    return parent.len > 0 && parent.len <= MAX_PARENT;
}

static bool has_room(gm_arena *arena, gm_str parent)
{
    enum { NEEDED = 256 * 1024 * 1024 };
    struct statvfs status;
    const char *path = gm_str_z(arena, parent);
    return access(path, W_OK) == 0 && statvfs(path, &status) == 0 &&
           (unsigned long long)status.f_bavail * status.f_frsize >= NEEDED;
}

static gm_str choose_parent(gm_arena *arena)
{
    gm_str temporary = gm_str_from(getenv("TMPDIR"));
    if (has_room(arena, GM_STR("/dev/shm")))
        return GM_STR("/dev/shm");
    return is_short(temporary) && has_room(arena, temporary) ? temporary : GM_STR("/tmp");
}

/* A folder that has no lock yet is just being made. */
static gm_server_folder_state_of state_of(gm_arena *arena, gm_str folder, uid_t uid)
{
    enum { YOUNG_SECONDS = 60 };
    struct stat status;
    if (lstat(gm_str_z(arena, folder), &status) != 0 || !S_ISDIR(status.st_mode) ||
        (status.st_mode & 0077) != 0 || (status.st_uid != uid && status.st_uid != geteuid()))
        return GM_SERVER_IS_NONE;
    gm_str path = gm_path_join(arena, folder, GM_STR("lock"));
    int lock = open(gm_str_z(arena, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (lock < 0)
        return time(NULL) - status.st_mtime > YOUNG_SECONDS ? GM_SERVER_IS_DEAD : GM_SERVER_IS_NONE;
    bool dead = flock(lock, LOCK_EX | LOCK_NB) == 0;
    close(lock);
    return dead ? GM_SERVER_IS_DEAD : GM_SERVER_RUNS;
}

gm_server_folder_state_of gm_server_folder_state(gm_arena *arena, gm_str folder)
{
    gm_server_programs programs = {0};
    gm_err ignored = gm_err_new(arena);
    if (!gm_str_starts(folder, GM_STR("/")) ||
        !gm_str_starts(gm_path_name(folder), gm_str_from(folder_prefix)) ||
        find_user(&programs, &ignored) != GM_OK)
        return GM_SERVER_IS_NONE;
    return state_of(arena, folder, programs.uid);
}

static void sweep(gm_arena *arena, gm_str parent, const gm_server_programs *programs)
{
    DIR *folder = opendir(gm_str_z(arena, parent));
    if (!folder)
        return;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        gm_str name = gm_str_from(entry->d_name);
        gm_str path = gm_path_join(arena, parent, name);
        if (gm_str_starts(name, gm_str_from(folder_prefix)) &&
            state_of(arena, path, programs->uid) == GM_SERVER_IS_DEAD)
            gm_tree_remove(gm_str_z(arena, path));
    }
    closedir(folder);
}

gm_code gm_server_new_folder(gm_arena *arena, const gm_server_programs *programs, gm_str *folder,
                             int *lock, gm_err *err)
{
    gm_str parent = choose_parent(arena);
    sweep(arena, parent, programs);
    gm_str path = gm_str_printf(arena, "%.*s/%sXXXXXX", GM_ARG(parent), folder_prefix);
    char *name = gm_new_array(arena, path.len + 1, char);
    memcpy(name, path.ptr, path.len);
    if (!mkdtemp(name))
        return gm_fail_at(err, GM_E_IO, parent, "cannot make a folder: %s", strerror(errno));
    gm_str made = gm_str_from(name);
    gm_str lock_path = gm_path_join(arena, made, GM_STR("lock"));
    int fd = open(gm_str_z(arena, lock_path), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0 ||
        (geteuid() == 0 && chown(name, programs->uid, programs->gid) != 0)) {
        gm_fail_at(err, GM_E_IO, made, "cannot lock the folder: %s", strerror(errno));
        if (fd >= 0)
            close(fd);
        gm_tree_remove(name);
        return err->code;
    }
    *folder = made;
    *lock = fd;
    return GM_OK;
}

gm_str gm_server_cache_folder(gm_arena *arena)
{
    gm_str cache = gm_str_from(getenv("XDG_CACHE_HOME"));
    gm_str home = gm_str_from(getenv("HOME"));
    /* The base directory specification ignores relative ones. */
    if (!gm_str_starts(cache, GM_STR("/")))
        cache = gm_str_starts(home, GM_STR("/")) ? gm_path_join(arena, home, GM_STR(".cache"))
                                                 : (gm_str){0};
    return cache.len ? gm_path_join(arena, cache, GM_STR("gmig")) : cache;
}

gm_str gm_server_cache(gm_arena *arena, const gm_server_programs *programs)
{
    gm_str folder = gm_server_cache_folder(arena);
    if (!folder.len || !programs->key.len)
        return (gm_str){0};
    return gm_str_printf(arena, "%.*s/postgres-%.*s", GM_ARG(folder), GM_ARG(programs->key));
}
