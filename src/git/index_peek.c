/* SPDX-License-Identifier: Apache-2.0 */
#include "git/index_peek.h"

#include "base/file.h"
#include "git/internal.h"

/* As gitformat-index(5) counts: what stands before the object id of an entry, and its flags. */
enum {
    HEADER_SIZE = 12,
    STAT_SIZE = 40,
    MODE_AT = 24,
    FLAGS_SIZE = 2,
    FLAG_EXTENDED = 0x4000,
    FLAG_STAGE = 0x3000,
    MODE_KIND = 0170000,
    MODE_FILE = 0100000,
    MODE_FOLDER = 0040000, /* of a sparse index */
};

static uint32_t be32(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static gm_oid oid_at(const char *at, size_t len)
{
    gm_oid oid = {.len = (unsigned char)len};
    memcpy(oid.bytes, at, len);
    return oid;
}

/* ---- entries ---- */

typedef struct {
    gm_arena *arena;
    gm_str bytes;
    size_t at;
    size_t oid_len;
    uint32_t version;
    gm_str path; /* of the entry read last; version 4 writes what differs from it */
} reader;

/* "offset encoding" of version 4: seven bits a byte, plus one for each byte that follows. */
static bool read_varint(reader *r, size_t *value)
{
    size_t result = 0;
    for (int i = 0; i < 4 && r->at < r->bytes.len; i++) {
        unsigned char c = (unsigned char)r->bytes.ptr[r->at++];
        result = (i ? (result + 1) << 7 : 0) | (c & 0x7f);
        if (!(c & 0x80)) {
            *value = result;
            return true;
        }
    }
    return false;
}

/* Reads the path and what fills up to the next entry, which began at `start`. */
static bool read_path(reader *r, size_t start)
{
    size_t strip = 0;
    if (r->version == 4 && (!read_varint(r, &strip) || strip > r->path.len))
        return false;
    size_t end = gm_str_find(r->bytes, '\0', r->at);
    if (end >= r->bytes.len)
        return false;
    gm_str text = gm_str_sub(r->bytes, r->at, end);
    if (r->version == 4) {
        r->path = gm_str_printf(r->arena, "%.*s%.*s",
                                GM_ARG(gm_str_sub(r->path, 0, r->path.len - strip)), GM_ARG(text));
        r->at = end + 1;
    } else {
        r->path = text;
        r->at = start + ((end - start + 8) & ~(size_t)7);
    }
    return r->at <= r->bytes.len;
}

static bool is_named(gm_str path, gm_str name)
{
    return gm_str_ends(path, name) &&
           (path.len == name.len || path.ptr[path.len - name.len - 1] == '/');
}

static bool read_entry(reader *r, gm_str name, gm_index_peek *peek)
{
    size_t start = r->at;
    size_t fixed = STAT_SIZE + r->oid_len + FLAGS_SIZE;
    if (r->bytes.len - start < fixed)
        return false;
    const char *entry = r->bytes.ptr + start;
    uint32_t mode = be32(entry + MODE_AT);
    unsigned flags =
        (unsigned)(unsigned char)entry[fixed - 2] << 8 | (unsigned)(unsigned char)entry[fixed - 1];
    bool extended = (flags & FLAG_EXTENDED) != 0;
    if (flags & FLAG_STAGE || (mode & MODE_KIND) == MODE_FOLDER || (extended && r->version < 3))
        return false;
    r->at += fixed + (extended ? FLAGS_SIZE : 0);
    if (!read_path(r, start))
        return false;
    if ((mode & MODE_KIND) == MODE_FILE && is_named(r->path, name))
        gm_vec_push(r->arena, &peek->hits,
                    (gm_index_hit){r->path, oid_at(entry + STAT_SIZE, r->oid_len)});
    return true;
}

/* Extensions up to the checksum; those with a small letter in front must be understood. */
static bool read_extensions(const reader *r, gm_index_peek *peek)
{
    gm_str rest = gm_str_sub(r->bytes, r->at, r->bytes.len - r->oid_len);
    while (rest.len) {
        if (rest.len < 8)
            return false;
        size_t size = be32(rest.ptr + 4);
        if (size > rest.len - 8 || rest.ptr[0] < 'A' || rest.ptr[0] > 'Z')
            return false;
        if (gm_str_starts(rest, GM_STR("TREE")))
            peek->trees = gm_str_sub(rest, 8, 8 + size);
        rest = gm_str_sub(rest, 8 + size, rest.len);
    }
    return true;
}

bool gm_index_peek_read(gm_arena *arena, gm_str bytes, size_t oid_len, gm_str name,
                        gm_index_peek *peek)
{
    gm_index_peek found = {.oid_len = oid_len};
    if (bytes.len < HEADER_SIZE + oid_len || !gm_str_starts(bytes, GM_STR("DIRC")))
        return false;
    reader r = {arena, bytes, HEADER_SIZE, oid_len, be32(bytes.ptr + 4), {0}};
    if (r.version < 2 || r.version > 4)
        return false;
    for (uint32_t left = be32(bytes.ptr + 8); left; left--) {
        if (!read_entry(&r, name, &found))
            return false;
    }
    if (r.at > bytes.len - oid_len || !read_extensions(&r, &found))
        return false;
    *peek = found;
    return true;
}

bool gm_repo_peek_index(gm_arena *arena, gm_repo *repo, gm_str name, gm_index_peek *peek)
{
    gm_err ignored = gm_err_new(arena);
    gm_ref head;
    bool unborn;
    gm_str bytes;
    gm_str path = gm_layout_index(arena, &repo->layout);
    return gm_repo_head(repo, &head, &unborn, &ignored) == GM_OK && !unborn &&
           gm_file_read(arena, path, GM_INDEX_MAX, &bytes, &ignored) == GM_OK &&
           gm_index_peek_read(arena, bytes, head.commit.len, name, peek);
}

/* ---- trees ---- */

/* One node: name NUL, entries, blank, subtrees, LF, id. Entries are -1 and there is no id where the
 * index has changed since the tree was written. Its subtrees follow, each with its own. */
typedef struct {
    gm_str name;
    bool valid;
    uint64_t subtrees;
    gm_oid oid;
} tree_node;

static bool read_node(const gm_index_peek *peek, size_t *at, tree_node *node)
{
    gm_str trees = peek->trees;
    size_t nul = gm_str_find(trees, '\0', *at);
    size_t blank = gm_str_find(trees, ' ', nul);
    size_t line = gm_str_find(trees, '\n', blank);
    if (line >= trees.len || !gm_str_u64(gm_str_sub(trees, blank + 1, line), &node->subtrees))
        return false;
    uint64_t entries;
    node->name = gm_str_sub(trees, *at, nul);
    node->valid = gm_str_u64(gm_str_sub(trees, nul + 1, blank), &entries);
    *at = line + 1;
    if (node->valid) {
        if (trees.len - *at < peek->oid_len)
            return false;
        node->oid = oid_at(trees.ptr + *at, peek->oid_len);
        *at += peek->oid_len;
    }
    return true;
}

/* Behind `count` subtrees and all below them. */
static bool skip_subtrees(const gm_index_peek *peek, size_t *at, uint64_t count)
{
    while (count) {
        tree_node node;
        if (!read_node(peek, at, &node) || node.subtrees > peek->trees.len)
            return false;
        count += node.subtrees - 1;
    }
    return true;
}

/* From a node to its subtree `name`; GM_PEEK_ABSENT where a valid node has none of that name. */
static gm_peek descend(const gm_index_peek *peek, size_t *at, tree_node *node, gm_str name)
{
    for (uint64_t left = node->subtrees; left; left--) {
        tree_node child;
        if (!read_node(peek, at, &child))
            return GM_PEEK_UNKNOWN;
        if (gm_str_eq(child.name, name)) {
            *node = child;
            return GM_PEEK_FOUND;
        }
        if (!skip_subtrees(peek, at, child.subtrees))
            return GM_PEEK_UNKNOWN;
    }
    return node->valid ? GM_PEEK_ABSENT : GM_PEEK_UNKNOWN;
}

gm_peek gm_index_peek_folder(const gm_index_peek *peek, gm_str folder, gm_oid *tree)
{
    size_t at = 0;
    tree_node node;
    if (!peek->trees.len || !read_node(peek, &at, &node) || node.name.len)
        return GM_PEEK_UNKNOWN;
    while (folder.len) {
        size_t slash = gm_str_find(folder, '/', 0);
        gm_peek step = descend(peek, &at, &node, gm_str_sub(folder, 0, slash));
        if (step != GM_PEEK_FOUND)
            return step;
        folder = gm_str_sub(folder, slash + 1, folder.len);
    }
    if (!node.valid)
        return GM_PEEK_UNKNOWN;
    *tree = node.oid;
    return GM_PEEK_FOUND;
}
