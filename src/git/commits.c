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
    walk->met = gm_new_array(arena, options->known.count + 1, uint32_t);
    walk->marks = gm_new_array(arena, options->known.marks + 1, void *);
    gm_vec_reserve(arena, &walk->commits, options->known.count + 1024);
    gm_vec_reserve(arena, &walk->links, options->known.links + 1024);
    load_boundary(walk);
}

static bool find(const gm_walk *walk, const gm_oid *oid, size_t *place)
{
    size_t known;
    void *found;
    if (gm_known_find(&walk->options.known, oid, &known)) {
        *place = (size_t)walk->met[known] - 1;
        return walk->met[known] != 0;
    }
    if (!gm_map_find(&walk->places, gm_oid_key(oid), &found))
        return false;
    *place = (size_t)(uintptr_t)found - 1;
    return true;
}

/* The one with this place in what is known. */
static uint32_t add_known(gm_walk *walk, size_t known)
{
    if (!walk->met[known]) {
        gm_walk_commit commit = {.oid = gm_known_id(&walk->options.known, known),
                                 .known = (uint32_t)known + 1};
        gm_vec_push(walk->arena, &walk->commits, commit);
        walk->met[known] = (uint32_t)walk->commits.len;
    }
    return walk->met[known] - 1;
}

static uint32_t add(gm_walk *walk, const gm_oid *oid)
{
    size_t known;
    void *found;
    if (gm_known_find(&walk->options.known, oid, &known))
        return add_known(walk, known);
    if (gm_map_find(&walk->places, gm_oid_key(oid), &found))
        return (uint32_t)(uintptr_t)found - 1;
    gm_oid *key = gm_new(walk->arena, gm_oid);
    *key = *oid;
    gm_vec_push(walk->arena, &walk->commits, (gm_walk_commit){.oid = *oid});
    uintptr_t next = walk->commits.len;
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): a number, kept where maps keep pointers */
    gm_map_add(&walk->places, gm_oid_key(key), (void *)next);
    return (uint32_t)next - 1;
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
static gm_code read_commit(gm_walk *walk, const gm_oid *oid, gm_walk_commit *commit,
                           gm_oids *parents, bool *found, gm_err *err)
{
    gm_object object;
    gm_source *from;
    gm_oid tree = {0};
    gm_err failure = gm_err_new(walk->arena);
    gm_code code = gm_repo_read(walk->repo, oid, GM_OBJECT_MAX, &object, &from, &failure);
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
        return gm_repo_damaged(err, oid, "commit");
    commit->tag = object.kind == GM_OBJECT_TAG;
    if (!tree.len)
        return GM_OK;
    commit->read = true;
    return walk->options.look(walk->options.data, oid, &tree, &commit->mark, &commit->read, err);
}

static bool ends_here(const gm_walk *walk, const gm_oid *oid)
{
    return walk->boundary.entries.len && gm_map_find(&walk->boundary, gm_oid_key(oid), NULL);
}

/* Adding parents moves the commits: this one is written back by its place. */
static gm_code visit(gm_walk *walk, size_t place, gm_err *err)
{
    gm_oids parents = {0};
    bool found;
    gm_walk_commit commit = walk->commits.items[place];
    gm_oid oid = commit.oid;
    GM_TRY(read_commit(walk, &oid, &commit, &parents, &found, err));
    commit.first = (uint32_t)walk->links.len;
    walk->incomplete = walk->incomplete || !found;
    if (parents.len && ends_here(walk, &oid)) {
        walk->incomplete = true;
        parents.len = 0;
        commit.read = false;
    }
    GM_EACH (const gm_oid, parent, &parents)
        gm_vec_push(walk->arena, &walk->links, add(walk, parent));
    commit.parents = (uint32_t)parents.len;
    walk->news += commit.read;
    walk->commits.items[place] = commit;
    return GM_OK;
}

/* False when it must be read after all. */
static bool recall(gm_walk *walk, size_t place)
{
    size_t mark, first, count, parent;
    const gm_known *known = &walk->options.known;
    gm_walk_commit commit = walk->commits.items[place];
    if (!commit.known || !gm_known_read(known, commit.known - 1, &mark, &first, &count) ||
        ends_here(walk, &commit.oid))
        return false;
    if (mark && !walk->marks[mark])
        walk->marks[mark] = walk->options.recall(walk->options.data, gm_known_mark(known, mark));
    if (mark && !walk->marks[mark])
        return false;
    commit.mark = walk->marks[mark];
    commit.read = true;
    commit.first = (uint32_t)walk->links.len;
    for (size_t i = 0; i < count; i++)
        if (gm_known_parent(known, first + i, &parent))
            gm_vec_push(walk->arena, &walk->links, add_known(walk, parent));
    commit.parents = (uint32_t)walk->links.len - commit.first;
    walk->commits.items[place] = commit;
    return true;
}

gm_code gm_walk_run(gm_walk *walk, gm_err *err)
{
    for (; walk->done < walk->commits.len && walk->done < walk->options.max; walk->done++)
        if (!recall(walk, walk->done))
            GM_TRY(visit(walk, walk->done, err));
    walk->incomplete = walk->incomplete || walk->done < walk->commits.len;
    return GM_OK;
}

bool gm_walk_met(const gm_walk *walk, const gm_oid *oid)
{
    size_t place;
    return find(walk, oid, &place);
}

bool gm_walk_find(const gm_walk *walk, const gm_oid *oid, size_t *place)
{
    size_t at;
    if (!find(walk, oid, &at))
        return false;
    while (walk->commits.items[at].tag && walk->commits.items[at].parents)
        at = walk->links.items[walk->commits.items[at].first];
    *place = at;
    return true;
}

/* Kahn's order from the children down, turned round. */
uint32_t *gm_walk_order(gm_arena *arena, gm_walk *walk)
{
    size_t count = walk->commits.len;
    gm_walk_commit *commits = walk->commits.items;
    uint32_t *order = gm_new_array(arena, count + 1, uint32_t);
    size_t from = count; /* order[from …] is filled, order[at …] not yet looked at */
    for (size_t i = 0; i < count; i++)
        commits[i].children = 0;
    for (size_t i = 0; i < walk->links.len; i++)
        commits[walk->links.items[i]].children++;
    for (size_t i = 0; i < count; i++)
        if (!commits[i].children)
            order[--from] = (uint32_t)i;
    for (size_t at = count; at > from; at--) {
        const gm_walk_commit *commit = &commits[order[at - 1]];
        for (size_t i = 0; i < commit->parents; i++) {
            uint32_t parent = walk->links.items[commit->first + i];
            if (!--commits[parent].children)
                order[--from] = parent;
        }
    }
    return order;
}

/* ---- what is known for the next time ---- */

typedef struct {
    gm_arena *arena;
    const gm_walk *walk;
    gm_known_draft draft;
    gm_map marks;    /* the bytes of each -> its number */
    gm_map pointers; /* the walk's own marks, by where they lie -> the same */
} leaving;

static uint32_t leave_mark(leaving *l, gm_str bytes)
{
    void *known;
    if (gm_map_find(&l->marks, bytes, &known))
        return (uint32_t)(uintptr_t)known;
    gm_vec_push(l->arena, &l->draft.marks, bytes);
    uintptr_t number = l->draft.marks.len;
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): a number, kept where maps keep pointers */
    gm_map_add(&l->marks, bytes, (void *)number);
    return (uint32_t)number;
}

static uint32_t number_of(leaving *l, const gm_walk_commit *commit,
                          gm_str (*write)(gm_arena *arena, const void *mark))
{
    void *known;
    gm_str key = gm_str_of((const char *)&commit->mark, sizeof(commit->mark));
    if (!commit->mark)
        return 0;
    if (gm_map_find(&l->pointers, key, &known))
        return (uint32_t)(uintptr_t)known;
    uintptr_t number = leave_mark(l, write(l->arena, commit->mark));
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): a number, kept where maps keep pointers */
    gm_map_add(&l->pointers, key, (void *)number);
    return (uint32_t)number;
}

/* Those of the walk keep their places; of too many the first, and their parents' ids. */
static void leave_met(leaving *l, gm_str (*write)(gm_arena *arena, const void *mark))
{
    size_t left = 0;
    size_t needed = 0;
    const gm_walk *walk = l->walk;
    for (size_t i = 0; i < walk->commits.len && (left < GM_KNOWN_MAX || i < needed); i++) {
        const gm_walk_commit *commit = &walk->commits.items[i];
        gm_known_commit made = {.oid = commit->oid, .read = commit->read && left < GM_KNOWN_MAX};
        if (made.read) {
            left++;
            made.first = commit->first;
            made.parents = commit->parents;
            made.mark = number_of(l, commit, write);
        }
        for (size_t j = 0; j < made.parents; j++) {
            size_t parent = walk->links.items[made.first + j];
            needed = parent >= needed ? parent + 1 : needed;
        }
        gm_vec_push(l->arena, &l->draft.commits, made);
    }
}

/* What is known of the others leads to places of `met`, and behind the end of the walk's. */
static void leave_unmet(leaving *l)
{
    const gm_known *known = &l->walk->options.known;
    size_t mark, first, count, parent;
    size_t more = l->walk->commits.len;
    uint32_t *places = gm_new_array(l->arena, known->count + 1, uint32_t);
    if (more + known->count > GM_KNOWN_MAX)
        return;
    for (size_t i = 0; i < known->count; i++)
        places[i] = l->walk->met[i] ? l->walk->met[i] - 1 : (uint32_t)more++;
    for (size_t i = 0; i < known->count; i++) {
        if (l->walk->met[i])
            continue;
        gm_known_commit made = {.oid = gm_known_id(known, i),
                                .first = (uint32_t)l->draft.links.len};
        made.read = gm_known_read(known, i, &mark, &first, &count);
        for (size_t j = 0; made.read && j < count; j++)
            if (gm_known_parent(known, first + j, &parent))
                gm_vec_push(l->arena, &l->draft.links, places[parent]);
        made.parents = (uint32_t)l->draft.links.len - made.first;
        if (made.read && mark)
            made.mark = leave_mark(l, gm_known_mark(known, mark));
        gm_vec_push(l->arena, &l->draft.commits, made);
    }
}

gm_str gm_walk_known(gm_arena *arena, const gm_walk *walk,
                     gm_str (*write)(gm_arena *arena, const void *mark))
{
    leaving l = {
        .arena = arena, .walk = walk, .marks = gm_map_new(arena), .pointers = gm_map_new(arena)};
    gm_vec_reserve(arena, &l.draft.commits, walk->commits.len + walk->options.known.count);
    gm_vec_reserve(arena, &l.draft.links, walk->links.len + walk->options.known.links);
    if (walk->links.len)
        memcpy(l.draft.links.items, walk->links.items, walk->links.len * sizeof(uint32_t));
    l.draft.links.len = walk->links.len;
    leave_met(&l, write);
    leave_unmet(&l);
    return gm_known_write(arena, &l.draft);
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
