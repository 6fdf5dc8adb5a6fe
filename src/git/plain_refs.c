/* SPDX-License-Identifier: Apache-2.0 */
#include "git/plain_refs.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum {
    HEX = 40,
    PACKED_MAX = 512 * 1024 * 1024,
    NAME_MAX_BYTES = 1024,
    LOOSE_MAX = 2048, /* of one file */
    DEPTH_MAX = 16,
};

static bool ends_part(gm_str name, size_t end)
{
    static const gm_str lock = GM_STR_INIT(".lock");
    char last = end ? name.ptr[end - 1] : '/';
    return last != '/' && last != '.' &&
           (last != 'k' || !gm_str_ends(gm_str_sub(name, 0, end), lock));
}

enum { PLAIN, ASKED, REFUSED };

/* What git-check-ref-format(1) makes of each character; REFUSED are control characters, blanks and
 * those of git's grammar for commits. */
static unsigned char kind_of(char c)
{
    static const unsigned char kinds[256] = {
        ['/'] = ASKED,   ['.'] = ASKED,    ['{'] = ASKED,   ['~'] = REFUSED,
        ['^'] = REFUSED, [':'] = REFUSED,  ['?'] = REFUSED, ['*'] = REFUSED,
        ['['] = REFUSED, ['\\'] = REFUSED, [' '] = REFUSED, [0x7f] = REFUSED,
    };
    return (unsigned char)c < ' ' ? REFUSED : kinds[(unsigned char)c];
}

/* What git-check-ref-format(1) allows, or somewhat less. */
static bool is_plain_name(gm_str name)
{
    if (name.len > NAME_MAX_BYTES || !gm_str_starts(name, GM_STR("refs/")))
        return false;
    for (size_t i = 5; i < name.len; i++) {
        char c = name.ptr[i];
        char last = name.ptr[i - 1];
        unsigned char kind = kind_of(c);
        if (kind == PLAIN)
            continue;
        if (kind == REFUSED || (c == '/' && !ends_part(name, i)) ||
            (c == '.' && (last == '/' || last == '.')) || (c == '{' && last == '@'))
            return false;
    }
    return ends_part(name, name.len);
}

static bool parse_oid(gm_str hex, gm_oid *oid)
{
    return hex.len == HEX && gm_oid_parse(hex, oid) && !gm_oid_none(oid);
}

/* ---- packed-refs ---- */

static bool has_word(gm_str line, gm_str word)
{
    for (size_t at = 0, end; at < line.len; at = end + 1) {
        end = gm_str_find(line, ' ', at);
        if (gm_str_eq(gm_str_sub(line, at, end), word))
            return true;
    }
    return false;
}

bool gm_packed_refs_parse(gm_arena *arena, gm_str text, gm_source_refs *refs)
{
    gm_source_refs list = {0};
    gm_str line;
    if (!text.len || text.ptr[text.len - 1] != '\n')
        return false;
    /* Names end in NUL where the file has line feeds. */
    char *own = gm_arena_alloc(arena, text.len);
    memcpy(own, text.ptr, text.len);
    gm_str rest = gm_str_of(own, text.len);
    gm_str_line(&rest, &line);
    if (!gm_str_starts(line, GM_STR("# pack-refs with:")) || !has_word(line, GM_STR("sorted")) ||
        !has_word(line, GM_STR("fully-peeled")))
        return false;
    gm_vec_reserve(arena, &list, rest.len / (HEX + 2) + 1);
    while (rest.len) {
        char *start = own + (rest.ptr - own);
        size_t end = gm_str_find(rest, '\n', 0);
        line = gm_str_sub(rest, 0, end);
        rest = gm_str_sub(rest, end + 1, rest.len);
        gm_source_ref *last = list.len ? &list.items[list.len - 1] : NULL;
        if (line.len == HEX + 1 && line.ptr[0] == '^') {
            if (!last || last->peeled || !parse_oid(gm_str_sub(line, 1, line.len), &last->oid))
                return false;
            last->peeled = true;
            continue;
        }
        gm_source_ref ref = {.name = gm_str_sub(line, HEX + 1, line.len)};
        if (line.len <= HEX + 1 || line.ptr[HEX] != ' ' ||
            !parse_oid(gm_str_sub(line, 0, HEX), &ref.oid) || !is_plain_name(ref.name) ||
            (last && gm_str_cmp(last->name, ref.name) >= 0))
            return false;
        start[end] = '\0';
        gm_vec_push(arena, &list, ref);
    }
    *refs = list;
    return true;
}

static bool read_packed(gm_arena *arena, const gm_layout *layout, gm_source_refs *refs)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_err unread = gm_err_new(scratch);
    gm_str text;
    gm_str path = gm_path_join(scratch, layout->common_dir, GM_STR("packed-refs"));
    if (!gm_file_exists(path))
        return true;
    return gm_file_read(scratch, path, PACKED_MAX, &text, &unread) == GM_OK &&
           gm_packed_refs_parse(arena, text, refs);
}

/* ---- the files below refs/ ---- */

typedef struct {
    gm_str name;
    gm_str target; /* of a symbolic ref */
    gm_oid oid;
} loose_ref;

typedef GM_VEC(loose_ref) loose_refs;

static bool read_loose(gm_arena *arena, int folder, const char *file, loose_ref *ref)
{
    char bytes[LOOSE_MAX];
    int fd = openat(folder, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t got = read(fd, bytes, sizeof(bytes));
    close(fd);
    if (got <= 0 || (size_t)got == sizeof(bytes) || bytes[got - 1] != '\n')
        return false;
    gm_str text = gm_str_of(bytes, (size_t)got - 1);
    if (parse_oid(text, &ref->oid))
        return true;
    if (!gm_str_starts(text, GM_STR("ref: ")))
        return false;
    ref->target = gm_str_dup(arena, gm_str_sub(text, 5, text.len));
    return is_plain_name(ref->target);
}

static bool walk_loose(gm_arena *arena, int folder, gm_str name, int depth, loose_refs *refs);

static bool look_at_entry(gm_arena *arena, int folder, gm_str above, const char *file, int depth,
                          loose_refs *refs)
{
    struct stat status;
    loose_ref ref = {.name = gm_path_join(arena, above, gm_str_from(file))};
    /* A lock comes and goes, and is no ref. */
    bool lock = gm_str_ends(ref.name, GM_STR(".lock"));
    if (fstatat(folder, file, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return lock;
    if (lock)
        return S_ISREG(status.st_mode);
    if (!is_plain_name(ref.name))
        return false;
    if (S_ISDIR(status.st_mode)) {
        int below = openat(folder, file, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        return below >= 0 && walk_loose(arena, below, ref.name, depth + 1, refs);
    }
    if (!S_ISREG(status.st_mode) || !read_loose(arena, folder, file, &ref))
        return false;
    gm_vec_push(arena, refs, ref);
    return true;
}

/* Closes `folder`. */
static bool walk_loose(gm_arena *arena, int folder, gm_str name, int depth, loose_refs *refs)
{
    DIR *dir = depth > DEPTH_MAX ? NULL : fdopendir(folder);
    bool good = dir != NULL;
    if (!dir) {
        close(folder);
        return false;
    }
    for (struct dirent *at; good && (at = readdir(dir));)
        if (strcmp(at->d_name, ".") != 0 && strcmp(at->d_name, "..") != 0)
            good = look_at_entry(arena, folder, name, at->d_name, depth, refs);
    closedir(dir);
    return good;
}

static int by_name(const void *a, const void *b)
{
    return gm_str_cmp(((const loose_ref *)a)->name, ((const loose_ref *)b)->name);
}

/* ---- both ---- */

static int packed_by_name(const void *a, const void *b)
{
    return gm_str_cmp(((const gm_source_ref *)a)->name, ((const gm_source_ref *)b)->name);
}

static const gm_source_ref *find_packed(const gm_source_refs *packed, gm_str name)
{
    gm_source_ref key = {.name = name};
    return packed->len
               ? bsearch(&key, packed->items, packed->len, sizeof(gm_source_ref), packed_by_name)
               : NULL;
}

/* Only one step, as refs/remotes/origin/HEAD takes. */
static bool follow(const loose_refs *loose, const gm_source_refs *packed, const loose_ref *ref,
                   gm_oid *oid)
{
    loose_ref key = {.name = ref->target};
    const loose_ref *target = bsearch(&key, loose->items, loose->len, sizeof(loose_ref), by_name);
    const gm_source_ref *other = target ? NULL : find_packed(packed, ref->target);
    if (target)
        *oid = target->oid;
    else if (other)
        *oid = other->oid;
    return !gm_oid_none(oid) && !(other && other->peeled);
}

bool gm_plain_refs_read(gm_arena *arena, const gm_layout *layout, gm_source_refs *refs)
{
    loose_refs loose = {0};
    gm_source_refs packed = {0};
    gm_source_refs list = {0};
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    /* A linked worktree has some refs of its own. */
    if (!gm_str_eq(layout->git_dir, layout->common_dir))
        return false;
    /* The files first: `git pack-refs` deletes them once it has packed them. */
    gm_str path = gm_path_join(scratch, layout->common_dir, GM_STR("refs"));
    int folder = open(gm_str_z(scratch, path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0 || !walk_loose(scratch, folder, GM_STR("refs"), 0, &loose) ||
        !read_packed(arena, layout, &packed))
        return false;
    if (!loose.len) {
        *refs = packed;
        return true;
    }
    gm_sort(loose.items, loose.len, sizeof(loose_ref), by_name);
    gm_vec_reserve(arena, &list, loose.len + packed.len);
    GM_EACH (const loose_ref, ref, &loose) {
        gm_source_ref made = {
            .name = gm_str_dup(arena, ref->name), .oid = ref->oid, .symbolic = ref->target.len > 0};
        if (made.symbolic && !follow(&loose, &packed, ref, &made.oid))
            return false;
        gm_vec_push(arena, &list, made);
    }
    const loose_ref *at = loose.items;
    const loose_ref *end = at + loose.len;
    GM_EACH (const gm_source_ref, ref, &packed) {
        while (at < end && gm_str_cmp(at->name, ref->name) < 0)
            at++;
        if (at == end || !gm_str_eq(at->name, ref->name))
            gm_vec_push(arena, &list, *ref);
    }
    *refs = list;
    return true;
}
