/* SPDX-License-Identifier: Apache-2.0 */
#include "cache/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

enum { ABANDONED_SECONDS = 600 };

struct gm_store {
    gm_arena *arena;
    gm_str folder;
    const char *name;
    gm_table_kind kind;
    bool loaded;
    gm_table table;
    unsigned char *uses; /* of each entry of the table, in this run */
    size_t last;         /* the entry found last */
    gm_table_entries added;
};

enum { UNUSED, ASKED, REPLACED };

gm_store *gm_store_open(gm_arena *arena, gm_str folder, const char *name, gm_table_kind kind)
{
    gm_store *store = gm_new(arena, gm_store);
    *store = (gm_store){.arena = arena, .folder = folder, .name = name, .kind = kind};
    return store;
}

/* ---- reading ---- */

/* Who else can write it can choose our answers. */
enum { WRITABLE_BY_OTHERS = S_IWGRP | S_IWOTH };

/* -1 when the folder is not there, is a link, or is not ours; or has one of the bits `refused`. */
static int open_folder(gm_str folder, mode_t refused)
{
    struct stat status;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    int fd = open(gm_str_z(scratch, folder), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 &&
        (fstat(fd, &status) != 0 || status.st_uid != geteuid() || (status.st_mode & refused))) {
        close(fd);
        errno = EPERM;
        return -1;
    }
    return fd;
}

static bool read_all(int fd, char *into, size_t size)
{
    while (size) {
        ssize_t got = read(fd, into, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        into += got;
        size -= (size_t)got;
    }
    return true;
}

/* Read and not mapped: a file that somebody cuts off must not end the process. */
static gm_str read_file(const gm_store *store, int folder)
{
    struct stat status;
    gm_str bytes = {0};
    int fd = openat(folder, store->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return bytes;
    bool good = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
                !(status.st_mode & WRITABLE_BY_OTHERS) && status.st_size > 0 &&
                status.st_size <= GM_TABLE_MAX;
    if (good) {
        size_t size = (size_t)status.st_size;
        char *into = gm_arena_alloc(store->arena, size);
        if (read_all(fd, into, size))
            bytes = gm_str_of(into, size);
    }
    close(fd);
    return bytes;
}

static void load(gm_store *store)
{
    store->loaded = true;
    int folder = open_folder(store->folder, WRITABLE_BY_OTHERS);
    if (folder < 0)
        return;
    gm_table_read(read_file(store, folder), store->kind, &store->table);
    close(folder);
    gm_table_index(store->arena, &store->table);
    store->uses = gm_new_array(store->arena, store->table.count, unsigned char);
}

static bool is_at(const gm_table *table, size_t at, gm_str key)
{
    return at < table->count && key.len == table->key_size &&
           memcmp(table->keys + at * table->key_size, key.ptr, key.len) == 0;
}

/* What is asked about one object lies together. */
bool gm_store_find(gm_store *store, gm_str key, gm_str *value)
{
    if (!store->loaded)
        load(store);
    size_t at = store->last + 1;
    if (!is_at(&store->table, at, key))
        at = store->last - 1;
    if (is_at(&store->table, at, key))
        *value = gm_table_at(&store->table, at).value;
    else if (!gm_table_find(&store->table, key, &at, value))
        return false;
    store->uses[at] = ASKED;
    store->last = at;
    return true;
}

void gm_store_add(gm_store *store, gm_str key, gm_str value)
{
    size_t at;
    gm_str old;
    gm_table_entry entry = {gm_str_dup(store->arena, key), value};
    if (gm_table_find(&store->table, key, &at, &old))
        store->uses[at] = REPLACED;
    gm_vec_push(store->arena, &store->added, entry);
}

/* ---- writing ---- */

typedef struct {
    gm_arena *arena;
    gm_table_kind kind;
    gm_table_entries entries;
    size_t values; /* bytes of their values */
} gathering;

static bool gather(gathering *g, gm_table_entry entry)
{
    size_t values = g->values + entry.value.len;
    if (gm_table_size(g->kind, g->entries.len + 1, values) > GM_TABLE_MAX)
        return false;
    gm_vec_push(g->arena, &g->entries, entry);
    g->values = values;
    return true;
}

/* What was asked for, then what is new, then the rest, as far as there is room. False when none of
 * the new has room: the file is full of what is needed. */
static bool gather_all(const gm_store *store, gathering *g)
{
    bool any = false;
    gm_vec_reserve(g->arena, &g->entries, store->table.count + store->added.len);
    for (size_t i = 0; i < store->table.count; i++)
        if (store->uses[i] == ASKED)
            gather(g, gm_table_at(&store->table, i));
    GM_EACH (const gm_table_entry, entry, &store->added)
        any |= gather(g, *entry);
    for (size_t i = 0; any && i < store->table.count; i++)
        if (store->uses[i] == UNUSED)
            gather(g, gm_table_at(&store->table, i));
    return any;
}

static int make_folder(const gm_store *store)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    int fd = open_folder(store->folder, WRITABLE_BY_OTHERS);
    if (fd >= 0 || errno != ENOENT)
        return fd;
    /* In somebody else's repository a folder of ours would be in their way. */
    size_t slash = gm_str_rfind(store->folder, '/');
    int above = open_folder(gm_str_sub(store->folder, 0, slash), 0);
    if (above < 0)
        return -1;
    mkdirat(above, gm_str_z(scratch, gm_str_sub(store->folder, slash + 1, store->folder.len)),
            0755);
    close(above);
    return open_folder(store->folder, WRITABLE_BY_OTHERS);
}

/* Whoever makes the new file first writes. One that a killed process left behind is taken away
 * after a while. */
static int make_file(int folder, const char *name)
{
    struct stat status;
    for (int attempt = 0; attempt < 2; attempt++) {
        int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd >= 0 || errno != EEXIST)
            return fd;
        if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            time(NULL) - status.st_mtime < ABANDONED_SECONDS || unlinkat(folder, name, 0) != 0)
            return -1;
    }
    return -1;
}

static void replace_file(const gm_store *store, int folder, gm_str bytes)
{
    char name[64];
    int len = snprintf(name, sizeof(name), "%s.new", store->name);
    if (len < 0 || (size_t)len >= sizeof(name))
        return;
    int fd = make_file(folder, name);
    if (fd < 0)
        return;
    bool good = gm_file_write_all(fd, bytes);
    if (close(fd) != 0 || !good || renameat(folder, name, folder, store->name) != 0)
        unlinkat(folder, name, 0);
}

void gm_store_save(gm_store *store, size_t worth)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gathering g = {.arena = scratch, .kind = store->kind};
    if (store->added.len < worth || !gather_all(store, &g))
        return;
    gm_str bytes = gm_table_write(scratch, store->kind, &g.entries);
    int folder = bytes.len ? make_folder(store) : -1;
    if (folder < 0)
        return;
    replace_file(store, folder, bytes);
    close(folder);
}
