/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch/images.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"
#include "scratch/trees.h"

#define SUBFOLDER "scratch-1"
#define SUFFIX ".sqlite"

enum { KEPT = 64, SHA_HEX = 64, MAX_IMAGE = 64 * 1024 * 1024 };

static gm_str file_of(gm_arena *arena, gm_str folder, gm_str key)
{
    return gm_str_printf(arena, "%.*s/" SUBFOLDER "/%.*s" SUFFIX, GM_ARG(folder), GM_ARG(key));
}

bool gm_image_find(gm_arena *arena, gm_str folder, gm_str key, gm_str *image)
{
    if (!folder.len)
        return false;
    gm_str path = file_of(arena, folder, key);
    gm_str bytes = gm_tree_read_own(arena, path, MAX_IMAGE + SHA_HEX);
    if (bytes.len < SHA_HEX)
        return false;
    gm_str content = gm_str_sub(bytes, SHA_HEX, bytes.len);
    if (!gm_str_eq(gm_sha256_hex(arena, content), gm_str_sub(bytes, 0, SHA_HEX)))
        return false;
    utimensat(AT_FDCWD, path.ptr, NULL, 0); /* used now: it is the last to go */
    *image = content;
    return true;
}

typedef struct {
    gm_str path;
    struct timespec used;
} kept_file;

static int newest_first(const void *a, const void *b)
{
    const struct timespec *x = &((const kept_file *)a)->used;
    const struct timespec *y = &((const kept_file *)b)->used;
    if (x->tv_sec != y->tv_sec)
        return x->tv_sec < y->tv_sec ? 1 : -1;
    return (x->tv_nsec < y->tv_nsec) - (x->tv_nsec > y->tv_nsec);
}

static void remove_oldest(gm_arena *arena, gm_str folder)
{
    GM_VEC(kept_file) files = {0};
    DIR *dir = opendir(folder.ptr);
    if (!dir)
        return;
    for (const struct dirent *entry; (entry = readdir(dir));) {
        struct stat status;
        gm_str name = gm_str_from(entry->d_name);
        gm_str path = gm_str_printf(arena, "%.*s/%.*s", GM_ARG(folder), GM_ARG(name));
        if (gm_str_ends(name, GM_STR(SUFFIX)) && lstat(path.ptr, &status) == 0)
            gm_vec_push(arena, &files, (kept_file){path, status.st_mtim});
    }
    closedir(dir);
    if (files.len)
        qsort(files.items, files.len, sizeof(*files.items), newest_first);
    for (size_t i = KEPT; i < files.len; i++)
        unlink(files.items[i].path.ptr);
}

void gm_image_keep(gm_arena *arena, gm_str folder, gm_str key, gm_str image)
{
    gm_err ignored = gm_err_new(arena);
    if (!folder.len || image.len > MAX_IMAGE)
        return;
    gm_str path = file_of(arena, folder, key);
    gm_buf whole = gm_buf_new(arena, SIZE_MAX);
    gm_buf_add(&whole, gm_sha256_hex(arena, image));
    gm_buf_add(&whole, image);
    if (gm_folder_make(gm_path_folder(path), &ignored) != GM_OK ||
        gm_file_write(path, gm_buf_str(&whole), (gm_write_options){.replace = true}, &ignored) !=
            GM_OK ||
        chmod(path.ptr, 0600) != 0)
        return;
    remove_oldest(arena, gm_str_dup(arena, gm_path_folder(path)));
}
