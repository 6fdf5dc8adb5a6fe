/* SPDX-License-Identifier: Apache-2.0 */
#include "git/commits.h"

#include <dirent.h>

#include "base/file.h"
#include "git/internal.h"

enum { SHALLOW_MAX = 64 * 1024 * 1024 };

/* The ids of .git/shallow: commits whose parents are not here (gitformat-shallow). */
static void load_boundary(gm_walk *walk)
{
    gm_err unread = gm_err_new(walk->arena);
    gm_str text, line;
    gm_str path = gm_path_join(walk->arena, walk->repo->layout.common_dir, GM_STR("shallow"));
    if (!gm_file_exists(path) ||
        gm_file_read(walk->arena, path, SHALLOW_MAX, &text, &unread) != GM_OK)
        return;
    while (gm_str_line(&text, &line)) {
        gm_oid *oid = gm_new(walk->arena, gm_oid);
        if (gm_oid_parse(line, oid))
            gm_map_add(&walk->boundary, gm_oid_key(oid), NULL);
    }
}

void gm_walk_begin(gm_arena *arena, gm_repo *repo, const gm_walk_options *options, gm_walk *walk)
{
    *walk = (gm_walk){.arena = arena, .repo = repo, .options = *options};
    walk->places = gm_map_new(arena);
    walk->boundary = gm_map_new(arena);
    load_boundary(walk);
}

static const gm_walk_commit *find(const gm_walk *walk, const gm_oid *oid)
{
    return gm_map_get(&walk->places, gm_oid_key(oid));
}

static const gm_walk_commit *add(gm_walk *walk, const gm_oid *oid)
{
    const gm_walk_commit *known = find(walk, oid);
    if (known)
        return known;
    gm_walk_commit *commit = gm_new(walk->arena, gm_walk_commit);
    commit->oid = *oid;
    commit->place = walk->commits.len;
    gm_vec_push(walk->arena, &walk->commits, commit);
    gm_map_add(&walk->places, gm_oid_key(&commit->oid), commit);
    return commit;
}

void gm_walk_add(gm_walk *walk, const gm_oid *root)
{
    add(walk, root);
}

/* "tree ID", then "parent ID" lines; of a tag "object ID". What follows is not read. */
static bool parse(gm_object_kind kind, gm_str text, gm_arena *arena, gm_oid *tree, gm_oids *parents)
{
    gm_str line;
    gm_oid oid;
    gm_str first = kind == GM_OBJECT_TAG ? GM_STR("object ") : GM_STR("tree ");
    if (kind == GM_OBJECT_TREE || kind == GM_OBJECT_BLOB)
        return true;
    if (!gm_str_line(&text, &line) || !gm_str_starts(line, first) ||
        !gm_oid_parse(gm_str_sub(line, first.len, line.len), &oid))
        return false;
    if (kind == GM_OBJECT_TAG) {
        gm_vec_push(arena, parents, oid);
        return true;
    }
    *tree = oid;
    while (gm_str_line(&text, &line) && gm_str_starts(line, GM_STR("parent "))) {
        if (!gm_oid_parse(gm_str_sub(line, 7, line.len), &oid))
            return false;
        gm_vec_push(arena, parents, oid);
    }
    return true;
}

/* *found is false when it is not here. */
static gm_code read_commit(gm_walk *walk, gm_walk_commit *commit, gm_oids *parents, bool *found,
                           gm_err *err)
{
    gm_object object;
    gm_source *from;
    gm_oid tree = {0};
    gm_err failure = gm_err_new(walk->arena);
    gm_code code = gm_repo_read(walk->repo, &commit->oid, GM_OBJECT_MAX, &object, &from, &failure);
    *found = code == GM_OK;
    if (code == GM_E_MISSING_OBJECT)
        return GM_OK;
    if (code != GM_OK) {
        *err = failure;
        return code;
    }
    bool good = parse(object.kind, object.bytes, walk->arena, &tree, parents);
    from->ops->release(from, &object);
    if (!good)
        return gm_repo_damaged(err, &commit->oid, "commit");
    commit->tag = object.kind == GM_OBJECT_TAG;
    if (!tree.len)
        return GM_OK;
    return walk->options.look(walk->options.data, &commit->oid, &tree, parents, &commit->mark, err);
}

static gm_code visit(gm_walk *walk, gm_walk_commit *commit, gm_err *err)
{
    const gm_walk_options *options = &walk->options;
    gm_oids parents = {0};
    bool found =
        options->recall && options->recall(options->data, &commit->oid, &parents, &commit->mark);
    if (!found)
        GM_TRY(read_commit(walk, commit, &parents, &found, err));
    commit->first = walk->links.len;
    walk->incomplete = walk->incomplete || !found;
    if (parents.len && gm_map_find(&walk->boundary, gm_oid_key(&commit->oid), NULL)) {
        walk->incomplete = true;
        return GM_OK;
    }
    GM_EACH (const gm_oid, parent, &parents)
        gm_vec_push(walk->arena, &walk->links, add(walk, parent)->place);
    commit->parents = parents.len;
    return GM_OK;
}

gm_code gm_walk_run(gm_walk *walk, gm_err *err)
{
    while (walk->done < walk->commits.len && walk->done < walk->options.max)
        GM_TRY(visit(walk, walk->commits.items[walk->done++], err));
    walk->incomplete = walk->incomplete || walk->done < walk->commits.len;
    return GM_OK;
}

bool gm_walk_find(const gm_walk *walk, const gm_oid *oid, size_t *place)
{
    const gm_walk_commit *at = find(walk, oid);
    if (!at)
        return false;
    while (at->tag && at->parents)
        at = walk->commits.items[walk->links.items[at->first]];
    *place = at->place;
    return true;
}

/* Kahn's order from the children down, turned round. */
size_t *gm_walk_order(gm_arena *arena, gm_walk *walk)
{
    size_t count = walk->commits.len;
    size_t *order = gm_new_array(arena, count + 1, size_t);
    size_t from = count; /* order[from …] is filled, order[at …] not yet looked at */
    GM_EACH (gm_walk_commit *, commit, &walk->commits)
        (*commit)->children = 0;
    for (size_t i = 0; i < walk->links.len; i++)
        walk->commits.items[walk->links.items[i]]->children++;
    for (size_t i = 0; i < count; i++)
        if (!walk->commits.items[i]->children)
            order[--from] = i;
    for (size_t at = count; at > from; at--) {
        const gm_walk_commit *commit = walk->commits.items[order[at - 1]];
        for (size_t i = 0; i < commit->parents; i++) {
            size_t parent = walk->links.items[commit->first + i];
            if (!--walk->commits.items[parent]->children)
                order[--from] = parent;
        }
    }
    return order;
}

/* ---- what nothing leads to ---- */

static bool is_hex(gm_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return true;
}

/* objects/ab/cdef… */
static void add_loose(gm_arena *arena, gm_str objects, gm_str two, size_t max, gm_oids *list)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    DIR *dir = opendir(gm_str_z(scratch, gm_path_join(scratch, objects, two)));
    if (!dir)
        return;
    for (struct dirent *at; (at = readdir(dir)) && list->len < max;) {
        gm_oid oid;
        gm_str rest = gm_str_from(at->d_name);
        gm_str hex = gm_str_printf(scratch, "%.*s%.*s", GM_ARG(two), GM_ARG(rest));
        if (is_hex(rest) && gm_oid_parse(hex, &oid))
            gm_vec_push(arena, list, oid);
    }
    closedir(dir);
}

gm_oids gm_repo_loose(gm_arena *arena, gm_repo *repo, size_t max)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_oids list = {0};
    gm_str objects = gm_path_join(scratch, repo->layout.common_dir, GM_STR("objects"));
    for (unsigned i = 0; i < 256; i++)
        add_loose(arena, objects, gm_str_printf(scratch, "%02x", i), max, &list);
    return list;
}

bool gm_repo_peek(gm_arena *arena, gm_repo *repo, const gm_oid *oid, size_t max, int *kind,
                  gm_str *bytes)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_err unread = gm_err_new(scratch);
    gm_object object;
    gm_source *from;
    if (gm_repo_read(repo, oid, max, &object, &from, &unread) != GM_OK)
        return false;
    *kind = (int)object.kind;
    *bytes = gm_str_dup(arena, object.bytes);
    from->ops->release(from, &object);
    return true;
}

gm_code gm_repo_all_commits(gm_arena *arena, gm_repo *repo, gm_oids *commits, gm_err *err)
{
    gm_oids found = {0};
    gm_code code = repo->main->ops->commits(repo->main, arena, &found, err);
    if (gm_repo_ask_git(repo, code, err)) {
        found = (gm_oids){0};
        code = repo->git->ops->commits(repo->git, arena, &found, err);
    }
    if (code == GM_OK)
        *commits = found;
    return code;
}

void gm_repo_stay_here(gm_repo *repo, bool here)
{
    repo->stays_here = here;
}
