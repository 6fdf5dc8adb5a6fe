/* SPDX-License-Identifier: Apache-2.0 */
#include "git/subtree.h"

#include "git/internal.h"

/* Only its first line, "tree ID", of what may be a long message. */
static gm_code root_tree(gm_repo *repo, const gm_oid *commit, gm_oid *tree, gm_err *err)
{
    gm_object object;
    gm_source *from;
    if (gm_oid_eq(&repo->root_of, commit)) {
        *tree = repo->root;
        return GM_OK;
    }
    GM_TRY(gm_repo_read(repo, commit, GM_OBJECT_MAX, &object, &from, err));
    gm_str text = object.bytes;
    bool good = object.kind == GM_OBJECT_COMMIT && gm_str_starts(text, GM_STR("tree ")) &&
                gm_oid_parse(gm_str_sub(text, 5, gm_str_find(text, '\n', 0)), tree);
    from->ops->release(from, &object);
    if (!good)
        return gm_repo_damaged(err, commit, "commit");
    repo->root_of = *commit;
    repo->root = *tree;
    return GM_OK;
}

/* "MODE NAME\0ID"; the id is as long as those of the repository. False when it is cut off. */
static bool next_entry(gm_str *rest, size_t oid_len, gm_tree_entry *entry)
{
    size_t blank = 0;
    entry->mode = 0;
    while (blank < rest->len && rest->ptr[blank] != ' ') {
        if (rest->ptr[blank] < '0' || rest->ptr[blank] > '7' || blank > 6)
            return false;
        entry->mode = entry->mode * 8 + (uint32_t)(rest->ptr[blank++] - '0');
    }
    size_t end = gm_str_find(*rest, '\0', blank);
    if (end >= rest->len || rest->len - end - 1 < oid_len)
        return false;
    entry->name = gm_str_sub(*rest, blank + 1, end);
    entry->oid = (gm_oid){.len = (unsigned char)oid_len};
    memcpy(entry->oid.bytes, rest->ptr + end + 1, oid_len);
    *rest = gm_str_sub(*rest, end + 1 + oid_len, rest->len);
    return true;
}

/* Copies the tree to repo->tree: look-ups of several names in one tree come one after another. */
static gm_code load_tree(gm_repo *repo, const gm_oid *tree, gm_err *err)
{
    gm_object object;
    gm_source *from;
    if (gm_oid_eq(&repo->tree_oid, tree))
        return GM_OK;
    GM_TRY(gm_repo_read(repo, tree, GM_OBJECT_MAX, &object, &from, err));
    bool good = object.kind == GM_OBJECT_TREE;
    if (good) {
        repo->tree_oid = *tree;
        repo->tree.len = 0;
        repo->tree.arena = repo->arena;
        repo->tree.max = SIZE_MAX;
        gm_buf_add(&repo->tree, object.bytes);
    }
    from->ops->release(from, &object);
    return good ? GM_OK : gm_repo_damaged(err, tree, "tree");
}

static gm_code find_in_tree(gm_repo *repo, const gm_oid *tree, gm_str name, gm_tree_entry *child,
                            gm_err *err)
{
    GM_TRY(load_tree(repo, tree, err));
    gm_str rest = gm_buf_str(&repo->tree);
    *child = (gm_tree_entry){0};
    while (rest.len) {
        gm_tree_entry entry;
        if (!next_entry(&rest, tree->len, &entry))
            return gm_repo_damaged(err, tree, "tree");
        if (gm_str_eq(entry.name, name)) {
            *child = entry;
            return GM_OK;
        }
    }
    return GM_OK;
}

/* What `name` is in `tree`, remembered; mode 0 when it is not there. Not for root trees: nearly
 * every commit has its own. */
static gm_code child_of(gm_repo *repo, const gm_oid *tree, gm_str name, gm_tree_entry *child,
                        gm_err *err)
{
    char small[256];
    gm_str key = {small, tree->len + name.len};
    bool fits = key.len <= sizeof(small);
    if (fits) {
        memcpy(small, tree->bytes, tree->len);
        memcpy(small + tree->len, name.ptr, name.len);
        const gm_tree_entry *known = gm_map_get(&repo->subtrees, key);
        if (known) {
            *child = *known;
            return GM_OK;
        }
    }
    GM_TRY(find_in_tree(repo, tree, name, child, err));
    if (fits) {
        gm_tree_entry *kept = gm_new(repo->arena, gm_tree_entry);
        *kept = *child;
        gm_str own = gm_str_dup(repo->arena, key);
        kept->name = gm_str_sub(own, tree->len, own.len);
        gm_map_add(&repo->subtrees, own, kept);
    }
    return GM_OK;
}

gm_code gm_repo_entry(gm_repo *repo, const gm_oid *commit, gm_str path, gm_tree_entry *entry,
                      bool *found, gm_err *err)
{
    gm_oid root;
    GM_TRY(root_tree(repo, commit, &root, err));
    return gm_repo_entry_of_tree(repo, &root, path, entry, found, err);
}

gm_code gm_repo_entry_of_tree(gm_repo *repo, const gm_oid *root, gm_str path, gm_tree_entry *entry,
                              bool *found, gm_err *err)
{
    gm_tree_entry at = {.mode = GM_MODE_FOLDER, .oid = *root};
    bool top = true;
    while (path.len && at.mode) {
        size_t end = gm_str_find(path, '/', 0);
        gm_str name = gm_str_sub(path, 0, end);
        path = gm_str_sub(path, end + 1, path.len);
        gm_tree_entry child = at;
        if ((at.mode & GM_MODE_KIND) != GM_MODE_FOLDER)
            child = (gm_tree_entry){0};
        else if (name.len)
            GM_TRY(top ? find_in_tree(repo, &at.oid, name, &child, err)
                       : child_of(repo, &at.oid, name, &child, err));
        at = child;
        at.name = name; /* that of a root tree is in a buffer */
        top = false;
    }
    *found = at.mode != 0;
    if (*found)
        *entry = at;
    return GM_OK;
}

gm_code gm_repo_subtree(gm_repo *repo, const gm_oid *commit, gm_str folder, gm_oid *tree,
                        bool *found, gm_err *err)
{
    gm_tree_entry entry;
    bool any;
    GM_TRY(gm_repo_entry(repo, commit, folder, &entry, &any, err));
    *found = any && (entry.mode & GM_MODE_KIND) == GM_MODE_FOLDER;
    if (*found)
        *tree = entry.oid;
    return GM_OK;
}

/* git refuses such names when it writes a tree; one in a hostile tree could lead out of a folder.
 */
static bool is_name(gm_str name)
{
    static const gm_str dots = GM_STR_INIT("..");
    return name.len && !gm_str_starts(dots, name) && !gm_str_has(name, '/');
}

bool gm_tree_parse(gm_arena *arena, gm_str bytes, size_t oid_len, gm_tree_entries *entries)
{
    gm_tree_entries list = {0};
    /* An entry takes at least this much: a mode, a name of one letter, and two marks between. */
    gm_vec_reserve(arena, &list, bytes.len / (oid_len + 8) + 1);
    while (bytes.len) {
        gm_tree_entry entry;
        if (!next_entry(&bytes, oid_len, &entry) || !is_name(entry.name))
            return false;
        gm_vec_push(arena, &list, entry);
    }
    *entries = list;
    return true;
}

gm_code gm_repo_tree_bytes(gm_repo *repo, const gm_oid *tree, gm_str *bytes, gm_err *err)
{
    GM_TRY(load_tree(repo, tree, err));
    *bytes = gm_buf_str(&repo->tree);
    return GM_OK;
}

gm_code gm_repo_parse_tree(gm_arena *arena, const gm_oid *tree, gm_str bytes,
                           gm_tree_entries *entries, gm_err *err)
{
    return gm_tree_parse(arena, bytes, tree->len, entries) ? GM_OK
                                                           : gm_repo_damaged(err, tree, "tree");
}

gm_code gm_repo_list_tree(gm_arena *arena, gm_repo *repo, const gm_oid *tree,
                          gm_tree_entries *entries, gm_err *err)
{
    gm_object object;
    gm_source *from;
    GM_TRY(gm_repo_read(repo, tree, GM_OBJECT_MAX, &object, &from, err));
    bool good = object.kind == GM_OBJECT_TREE;
    gm_str bytes = good ? gm_str_dup(arena, object.bytes) : (gm_str){0};
    from->ops->release(from, &object);
    if (!good || !gm_tree_parse(arena, bytes, tree->len, entries))
        return gm_repo_damaged(err, tree, "tree");
    return GM_OK;
}
