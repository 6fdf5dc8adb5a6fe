/* SPDX-License-Identifier: Apache-2.0 */
/* The folders of revision files that one commit has, for whence's walk. */
#include "app/project/locations.h"
#include "app/whence/whence_search.h"
#include "base/buf.h"
#include "base/file.h"

/* More folders of revisions than any project has, fewer than trees that hold one another. */
enum { FOLDERS_MAX = 10000, DEPTH_MAX = 128 };

static gm_folder_tree *intern(gm_whence_search *search, gm_str top, gm_str folder,
                              const gm_oid *tree)
{
    gm_buf key = gm_buf_new(search->arena, SIZE_MAX);
    gm_buf_add(&key, gm_str_of(tree->bytes, tree->len));
    gm_buf_add(&key, folder);
    gm_folder_tree *known = gm_map_get(&search->trees, gm_buf_str(&key));
    if (known)
        return known;
    known = gm_new(search->arena, gm_folder_tree);
    known->folder = gm_str_dup(search->arena, folder);
    known->below =
        gm_str_sub(known->folder, top.len + (top.len && top.len < folder.len), folder.len);
    known->tree = *tree;
    gm_map_add(&search->trees, gm_buf_str(&key), known);
    gm_vec_push(search->arena, &search->tree_list, known);
    return known;
}

/* Most commits have the folders of the one before. */
static gm_folder_set *intern_set(gm_whence_search *search, const gm_folder_set *found)
{
    gm_str key = gm_str_of(found->trees.items, found->trees.len * sizeof(*found->trees.items));
    gm_folder_set *known = gm_map_get(&search->sets, key);
    if (known || !found->trees.len)
        return known;
    known = gm_new(search->arena, gm_folder_set);
    GM_EACH (gm_folder_tree *, tree, &found->trees)
        gm_vec_push(search->arena, &known->trees, *tree);
    gm_map_add(&search->sets, gm_str_dup(search->arena, key), known);
    return known;
}

/* A gmig.yml that cannot be read does not hide revisions: the folder of today may be right. */
static const gm_folder_config *config_of(gm_whence_search *search, const gm_oid *blob)
{
    gm_str text;
    gm_err unread = gm_err_new(search->arena);
    gm_folder_config *known = gm_map_get(&search->configs, gm_oid_key(blob));
    if (known)
        return known;
    gm_project *project = search->project;
    bool has = blob->len > 0;
    known = gm_new(search->arena, gm_folder_config);
    if ((has && gm_repo_read_blob(search->arena, project->repo, blob, &text, &unread) != GM_OK) ||
        gm_project_ref_config(project, has ? &text : NULL, &known->config, &unread) != GM_OK ||
        gm_project_migrations(project, &known->config, &known->folder, &unread) != GM_OK)
        *known = (gm_folder_config){.config = project->config, .folder = search->folder};
    known->varies = gm_locations_vary(project, &known->config);
    gm_oid *key = gm_new(search->arena, gm_oid);
    *key = *blob;
    gm_map_add(&search->configs, gm_oid_key(key), known);
    return known;
}

/* A configuration that names no folders, or several times too many, hides those of today no more
 * than a gmig.yml does. */
static gm_code vary(gm_whence_search *search, const gm_oid *commit, const gm_folder_config *config,
                    gm_arena *scratch, gm_strs *folders, gm_err *err)
{
    gm_project looking = *search->project;
    gm_snapshot *snapshot;
    gm_err failure = gm_err_new(scratch);
    looking.arena = scratch;
    GM_TRY(gm_snapshot_open_commit(scratch, looking.repo, commit, &snapshot, err));
    gm_code code = gm_locations_find(&looking, snapshot, &config->config, folders, &failure);
    if (code == GM_OK)
        return GM_OK;
    if (code == GM_E_MISSING_OBJECT) {
        *err = failure;
        return code;
    }
    gm_vec_push(scratch, folders, search->folder);
    return GM_OK;
}

/* Sub-folders where the format has such. Few trees may stand for any number of folders: the rest is
 * left out then, and *cut says so. */
static gm_code add_below(gm_whence_search *search, gm_str folder, const gm_oid *tree,
                         gm_arena *scratch, gm_folder_set *set, bool *cut, gm_err *err)
{
    struct {
        gm_str folder;
        gm_oid tree;
        size_t depth;
    } at = {folder, *tree, 0};
    GM_VEC(__typeof__(at)) queue = {0};
    gm_vec_push(scratch, &queue, at);
    for (size_t i = 0; i < queue.len; i++) {
        gm_tree_entries entries = {0};
        at = queue.items[i];
        gm_folder_tree *found = intern(search, folder, at.folder, &at.tree);
        gm_vec_push(scratch, &set->trees, found);
        if (!search->format->deep)
            break;
        GM_TRY(gm_repo_list_tree(scratch, search->project->repo, &at.tree, &entries, err));
        GM_EACH (const gm_tree_entry, entry, &entries) {
            if ((entry->mode & GM_MODE_KIND) != GM_MODE_FOLDER)
                continue;
            if (queue.len == FOLDERS_MAX || at.depth == DEPTH_MAX) {
                *cut = true;
                break;
            }
            gm_str below = gm_path_join(scratch, at.folder, entry->name);
            gm_vec_push(scratch, &queue, (__typeof__(at)){below, entry->oid, at.depth + 1});
        }
    }
    return GM_OK;
}

static gm_code find_folders(gm_whence_search *search, const gm_oid *commit, const gm_oid *tree,
                            gm_arena *scratch, gm_folder_set *set, bool *cut, gm_err *err)
{
    gm_tree_entry entry = {0};
    gm_oid blob = {0};
    gm_strs folders = {0};
    bool found = false;
    gm_project *project = search->project;
    if (project->config_path.len)
        GM_TRY(
            gm_repo_entry_of_tree(project->repo, tree, project->config_path, &entry, &found, err));
    if (found && (entry.mode & GM_MODE_KIND) == GM_MODE_FILE)
        blob = entry.oid;
    const gm_folder_config *config = config_of(search, &blob);
    if (config->varies)
        GM_TRY(vary(search, commit, config, scratch, &folders, err));
    else
        gm_vec_push(scratch, &folders, config->folder);
    GM_EACH (const gm_str, folder, &folders) {
        GM_TRY(gm_repo_entry_of_tree(project->repo, tree, *folder, &entry, &found, err));
        if (found && (entry.mode & GM_MODE_KIND) == GM_MODE_FOLDER)
            GM_TRY(add_below(search, *folder, &entry.oid, scratch, set, cut, err));
    }
    return GM_OK;
}

gm_code gm_whence_look(void *data, const gm_oid *commit, const gm_oid *tree, void **mark,
                       bool *whole, gm_err *err)
{
    gm_whence_search *search = data;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_folder_set set = {0};
    gm_err failure = gm_err_new(search->arena);
    bool cut = false;
    gm_code code = find_folders(search, commit, tree, scratch, &set, &cut, &failure);
    if (code == GM_E_MISSING_OBJECT) {
        search->incomplete = true;
        *whole = false;
        return GM_OK;
    }
    if (code != GM_OK) {
        *err = failure;
        return code;
    }
    if (cut) {
        search->incomplete = true;
        *whole = false; /* the cache must not take it for all that there is */
    }
    *mark = intern_set(search, &set);
    return GM_OK;
}

/* ---- the same for the cache: of each folder three sizes, its path and its id ---- */

/* Of the path, of its part above `below`, both lowest byte first, and of the id. */
enum { SIZES = 5, PATH_MAX_BYTES = 65535 };

/* Nothing where a path is too long: gm_whence_recall then knows nothing of it. */
gm_str gm_whence_leave(gm_arena *arena, const void *mark)
{
    const gm_folder_set *set = mark;
    gm_buf bytes = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (gm_folder_tree *, tree, &set->trees) {
        if ((*tree)->folder.len > PATH_MAX_BYTES)
            return (gm_str){0};
        gm_buf_char(&bytes, (char)((*tree)->folder.len & 0xff));
        gm_buf_char(&bytes, (char)((*tree)->folder.len >> 8));
        size_t top = (*tree)->folder.len - (*tree)->below.len;
        top -= top && (*tree)->below.len; /* the slash */
        gm_buf_char(&bytes, (char)(top & 0xff));
        gm_buf_char(&bytes, (char)(top >> 8));
        gm_buf_char(&bytes, (char)(*tree)->tree.len);
        gm_buf_add(&bytes, (*tree)->folder);
        gm_buf_add(&bytes, gm_oid_key(&(*tree)->tree));
    }
    return gm_buf_str(&bytes);
}

void *gm_whence_recall(void *data, gm_str mark)
{
    gm_whence_search *search = data;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_folder_set set = {0};
    while (mark.len >= SIZES) {
        const unsigned char *sizes = (const unsigned char *)mark.ptr;
        size_t path = sizes[0] | (size_t)sizes[1] << 8;
        size_t top = sizes[2] | (size_t)sizes[3] << 8;
        gm_oid tree = {.len = sizes[4]};
        mark = gm_str_sub(mark, SIZES, mark.len);
        if ((tree.len != 20 && tree.len != 32) || mark.len < path + tree.len || top > path)
            return NULL;
        memcpy(tree.bytes, mark.ptr + path, tree.len);
        gm_folder_tree *found =
            intern(search, gm_str_sub(mark, 0, top), gm_str_sub(mark, 0, path), &tree);
        gm_vec_push(scratch, &set.trees, found);
        mark = gm_str_sub(mark, path + tree.len, mark.len);
    }
    return mark.len ? NULL : intern_set(search, &set);
}
