/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects, refs and configuration by libgit2.
 *
 * Tuned for reading very many small objects: no second hashing of what is read, no object cache, no
 * parsing by libgit2. With 17,000 branches that halves the time.
 */
#include "git/source_libgit2.h"

#include <stdlib.h>

#include <git2/sys/repository.h>

#include "base/file.h"
#include "git/bounded_memory.h"
#include "git/plain_refs.h"

gm_code gm_libgit2_fail(gm_err *err, gm_code code, const char *what)
{
    const git_error *last = git_error_last();
    return gm_fail(err, code, "%s: %s", what, last && last->message ? last->message : "unknown");
}

gm_oid gm_oid_of_libgit2(const git_oid *oid)
{
    gm_oid result = {.len = GIT_OID_RAWSZ};
    memcpy(result.bytes, oid->id, GIT_OID_RAWSZ);
    return result;
}

bool gm_oid_to_libgit2(const gm_oid *oid, git_oid *to)
{
    if (oid->len != GIT_OID_RAWSZ)
        return false;
    memcpy(to->id, oid->bytes, GIT_OID_RAWSZ);
    return true;
}

static gm_source_libgit2 *self(gm_source *source)
{
    return (gm_source_libgit2 *)(void *)source;
}

static gm_code missing(gm_err *err, const gm_oid *oid)
{
    return gm_fail(err, GM_E_MISSING_OBJECT, "object %.*s is not in this repository",
                   GM_ARG(gm_oid_hex(err->arena, oid)));
}

enum {
    /* What libgit2 keeps for itself is smaller. */
    BOUND_MIN = 8 * 1024 * 1024,
    /* What it allocates more than the object's bytes. */
    BOUND_MORE = 64,
};

static gm_code too_large(gm_err *err, const gm_oid *oid, size_t size, size_t max)
{
    return gm_fail(err, GM_E_HISTORY, "object %.*s has %zu bytes, above the limit of %zu",
                   GM_ARG(gm_oid_hex(err->arena, oid)), size, max);
}

/* What libgit2 answers. Where its memory has a bound, the size is asked for only if that was too
 * little: it may be a large object that ours is packed as a difference to. *size is left alone
 * where the object can be read. */
static int read_within(git_odb *odb, const git_oid *id, size_t max, size_t *size,
                       git_odb_object **found)
{
    git_object_t kind;
    bool bounded = gm_memory_bound(max < BOUND_MIN ? BOUND_MIN : max + BOUND_MORE);
    int code = bounded ? git_odb_read(found, odb, id) : 0;
    bool done = bounded && !gm_memory_refused();
    gm_memory_bound(SIZE_MAX);
    if (done)
        return code;
    code = git_odb_read_header(size, &kind, odb, id);
    return code < 0 || *size > max ? code : git_odb_read(found, odb, id);
}

static gm_code read_object(gm_source *source, const gm_oid *oid, size_t max, gm_object *object,
                           gm_err *err)
{
    git_oid id;
    size_t size = 0;
    git_odb_object *found = NULL;
    git_odb *odb = self(source)->odb;
    if (!gm_oid_to_libgit2(oid, &id))
        return missing(err, oid);
    int code = max == SIZE_MAX ? git_odb_read(&found, odb, &id)
                               : read_within(odb, &id, max, &size, &found);
    if (code == GIT_ENOTFOUND)
        return missing(err, oid);
    if (code < 0) {
        gm_str what = gm_str_printf(err->arena, "object %.*s is damaged",
                                    GM_ARG(gm_oid_hex(err->arena, oid)));
        return gm_libgit2_fail(err, GM_E_GIT, what.ptr);
    }
    if (found)
        size = git_odb_object_size(found);
    if (!found || size > max) {
        git_odb_object_free(found);
        return too_large(err, oid, size, max);
    }
    *object = (gm_object){
        .kind = (gm_object_kind)git_odb_object_type(found),
        .bytes = gm_str_of(git_odb_object_data(found), size),
        .handle = found,
    };
    return GM_OK;
}

static void release_object(gm_source *source, gm_object *object)
{
    (void)source;
    git_odb_object_free(object->handle);
}

static bool has_object(gm_source *source, const gm_oid *oid)
{
    git_oid id;
    return gm_oid_to_libgit2(oid, &id) &&
           git_odb_exists_ext(self(source)->odb, &id, GIT_ODB_LOOKUP_NO_REFRESH) == 1;
}

static gm_code read_head(gm_source *source, gm_arena *arena, gm_ref *head, bool *unborn,
                         gm_err *err)
{
    git_reference *ref = NULL;
    if (git_reference_lookup(&ref, self(source)->repo, "HEAD") < 0)
        return gm_libgit2_fail(err, GM_E_GIT, "cannot read HEAD");
    gm_code code = GM_OK;
    if (git_reference_type(ref) == GIT_REFERENCE_DIRECT) {
        head->name = GM_STR("HEAD");
        head->commit = gm_oid_of_libgit2(git_reference_target(ref));
        *unborn = false;
    } else {
        git_oid id;
        const char *name = git_reference_symbolic_target(ref);
        int found = git_reference_name_to_id(&id, self(source)->repo, name);
        head->name = gm_str_dup(arena, gm_str_from(name));
        head->commit = found == 0 ? gm_oid_of_libgit2(&id) : (gm_oid){0};
        *unborn = found == GIT_ENOTFOUND;
        if (found < 0 && found != GIT_ENOTFOUND)
            code = gm_libgit2_fail(err, GM_E_GIT, "cannot read the branch of HEAD");
    }
    git_reference_free(ref);
    return code;
}

/* False for a symbolic ref that leads nowhere. */
static bool describe_ref(gm_source_libgit2 *lib, gm_arena *arena, git_reference *ref,
                         gm_source_ref *entry)
{
    git_oid id;
    entry->symbolic = git_reference_type(ref) == GIT_REFERENCE_SYMBOLIC;
    entry->name = gm_str_dup(arena, gm_str_from(git_reference_name(ref)));
    if (entry->symbolic) {
        if (git_reference_name_to_id(&id, lib->repo, git_reference_name(ref)) < 0)
            return false;
        entry->oid = gm_oid_of_libgit2(&id);
        return true;
    }
    const git_oid *peeled = git_reference_target_peel(ref); /* what packed-refs says of a tag */
    entry->peeled = peeled != NULL;
    entry->oid = gm_oid_of_libgit2(peeled ? peeled : git_reference_target(ref));
    return true;
}

static gm_code read_refs(gm_source *source, gm_arena *arena, gm_source_refs *refs, gm_err *err)
{
    git_reference_iterator *iterator = NULL;
    git_reference *ref = NULL;
    if (!git_repository_get_namespace(self(source)->repo) &&
        gm_plain_refs_read(arena, &self(source)->layout, refs))
        return GM_OK;
    if (git_reference_iterator_new(&iterator, self(source)->repo) < 0)
        return gm_libgit2_fail(err, GM_E_GIT, "cannot list the refs");
    int code;
    while ((code = git_reference_next(&ref, iterator)) == 0) {
        gm_source_ref entry = {0};
        if (describe_ref(self(source), arena, ref, &entry))
            gm_vec_push(arena, refs, entry);
        git_reference_free(ref);
    }
    git_reference_iterator_free(iterator);
    if (code != GIT_ITEROVER)
        return gm_libgit2_fail(err, GM_E_GIT, "cannot list the refs");
    return GM_OK;
}

/* A plain name, as most are. libgit2's revparse leaks it where the object cannot be parsed. */
static bool find_ref(gm_source *source, gm_str name, gm_arena *arena, gm_oid *oid)
{
    git_reference *ref = NULL;
    if (git_reference_dwim(&ref, self(source)->repo, gm_str_z(arena, name)) < 0)
        return false;
    const git_oid *target = git_reference_target(ref);
    bool found = target != NULL;
    if (found)
        *oid = gm_oid_of_libgit2(target);
    git_reference_free(ref);
    return found;
}

static gm_code resolve(gm_source *source, gm_str name, gm_oid *oid, gm_err *err)
{
    git_object *object = NULL;
    if (find_ref(source, name, err->arena, oid))
        return GM_OK;
    if (git_revparse_single(&object, self(source)->repo, gm_str_z(err->arena, name)) < 0)
        return gm_libgit2_fail(err, GM_E_UNKNOWN_REF, "git knows no such commit");
    *oid = gm_oid_of_libgit2(git_object_id(object));
    git_object_free(object);
    return GM_OK;
}

static gm_code merge_bases(gm_source *source, const gm_oid *one, const gm_oids *others,
                           gm_oids *bases, gm_err *err)
{
    git_oidarray found = {0};
    git_oid *ids = gm_new_array(err->arena, others->len + 1, git_oid);
    bool good = gm_oid_to_libgit2(one, &ids[0]);
    for (size_t i = 0; i < others->len; i++)
        good = good && gm_oid_to_libgit2(&others->items[i], &ids[i + 1]);
    if (!good)
        return gm_fail(err, GM_E_GIT, "not a SHA-1 object id");
    int code = git_merge_bases_many(&found, self(source)->repo, others->len + 1, ids);
    /* An object that is not here is "not found" too. */
    const git_error *last = git_error_last();
    if (code == GIT_ENOTFOUND && last && last->klass == GIT_ERROR_MERGE)
        return GM_OK;
    if (code == GIT_ENOTFOUND)
        return gm_libgit2_fail(err, GM_E_MISSING_OBJECT, "the history is incomplete");
    if (code < 0)
        return gm_libgit2_fail(err, GM_E_GIT, "cannot find the merge base");
    for (size_t i = 0; i < found.count; i++)
        gm_vec_push(err->arena, bases, gm_oid_of_libgit2(&found.ids[i]));
    git_oidarray_dispose(&found);
    return GM_OK;
}

typedef struct {
    gm_arena *arena;
    gm_settings *settings;
} setting_sink;

static int add_setting(const git_config_entry *entry, void *payload)
{
    const setting_sink *sink = payload;
    gm_setting setting = {
        .key = gm_str_dup(sink->arena, gm_str_from(entry->name)),
        /* A key without "=" is true (git-config, "Syntax"). */
        .value = gm_str_dup(sink->arena, gm_str_from(entry->value ? entry->value : "true")),
    };
    gm_vec_push(sink->arena, sink->settings, setting);
    return 0;
}

static gm_code read_config(gm_source *source, gm_arena *arena, gm_settings *settings, gm_err *err)
{
    git_config *config = NULL;
    if (self(source)->config_in_environment)
        return gm_fail(err, GM_E_GIT, "libgit2 reads no configuration from the environment");
    if (git_repository_config_snapshot(&config, self(source)->repo) < 0)
        return gm_libgit2_fail(err, GM_E_GIT, "cannot read git's configuration");
    setting_sink sink = {arena, settings};
    int code = git_config_foreach(config, add_setting, &sink);
    git_config_free(config);
    if (code < 0)
        return gm_libgit2_fail(err, GM_E_GIT, "cannot read git's configuration");
    return GM_OK;
}

typedef struct {
    git_odb *odb;
    gm_arena *arena;
    gm_oids *commits;
} commit_sink;

static int add_commit(const git_oid *id, void *payload)
{
    const commit_sink *sink = payload;
    size_t size;
    git_object_t kind;
    if (git_odb_read_header(&size, &kind, sink->odb, id) == 0 && kind == GIT_OBJECT_COMMIT)
        gm_vec_push(sink->arena, sink->commits, gm_oid_of_libgit2(id));
    return 0;
}

static gm_code all_commits(gm_source *source, gm_arena *arena, gm_oids *commits, gm_err *err)
{
    commit_sink sink = {self(source)->odb, arena, commits};
    if (git_odb_foreach(sink.odb, add_commit, &sink) < 0)
        return gm_libgit2_fail(err, GM_E_GIT, "cannot list the objects");
    return GM_OK;
}

static void close_source(gm_source *source)
{
    git_index_free(self(source)->index);
    git_odb_free(self(source)->odb);
    git_repository_free(self(source)->repo);
    git_libgit2_shutdown();
}

static const gm_source_operations operations = {
    .read = read_object,
    .release = release_object,
    .has = has_object,
    .head = read_head,
    .refs = read_refs,
    .resolve = resolve,
    .merge_bases = merge_bases,
    .config = read_config,
    .index = gm_libgit2_index,
    .hash = gm_libgit2_hash,
    .to_git = gm_libgit2_to_git,
    .ignored = gm_libgit2_ignored,
    .commits = all_commits,
    .close = close_source,
};

static gm_code start_library(gm_err *err)
{
    /* Extensions that change nothing of what is read here. Never objectformat or refstorage: with
     * those libgit2 1.5 opens the repository and then reads garbage. */
    const char *extensions[] = {"noop", "worktreeconfig", "partialclone", "relativeworktrees",
                                "preciousobjects"};
    if (git_libgit2_init() < 1)
        return gm_libgit2_fail(err, GM_E_GIT, "cannot start libgit2");
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions,
                     sizeof(extensions) / sizeof(extensions[0]));
    return GM_OK;
}

/* libgit2 1.5 does not know the configuration file of one worktree (git-worktree, "CONFIGURATION
 * FILE"). */
static bool add_worktree_config(git_repository *repo, gm_arena *arena)
{
    git_config *config = NULL;
    int enabled = 0;
    gm_str path =
        gm_path_join(arena, gm_str_from(git_repository_path(repo)), GM_STR("config.worktree"));
    if (git_repository_config(&config, repo) < 0)
        return false;
    bool good = true;
    if (git_config_get_bool(&enabled, config, "extensions.worktreeconfig") == 0 && enabled &&
        gm_file_exists(path))
        good = git_config_add_file_ondisk(config, path.ptr, GIT_CONFIG_LEVEL_APP, repo, 1) == 0;
    git_config_free(config);
    return good;
}

static gm_str folder_path(gm_arena *arena, const char *path)
{
    return path ? gm_path_absolute(arena, gm_str_from(path)) : (gm_str){0};
}

static bool config_in_environment(void)
{
    static const char *const names[] = {"GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
                                        "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
                                        "GIT_CONFIG_NOSYSTEM"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (getenv(names[i]))
            return true;
    return false;
}

gm_code gm_source_open_libgit2(gm_arena *arena, gm_str folder, gm_layout *layout,
                               gm_source **source, gm_err *err)
{
    git_repository *repo = NULL;
    git_odb *odb = NULL;
    GM_TRY(start_library(err));
    /* FROM_ENV: the object folder of a push in quarantine. It takes GIT_DIR only without a folder
     * to start at. */
    const char *start = getenv("GIT_DIR") ? NULL : gm_str_z(arena, folder);
    int code = git_repository_open_ext(&repo, start, GIT_REPOSITORY_OPEN_FROM_ENV, NULL);
    if (code == 0)
        code = git_repository_odb(&odb, repo);
    if (code < 0 || !add_worktree_config(repo, arena)) {
        gm_libgit2_fail(err, GM_E_GIT, "cannot open the repository");
        git_odb_free(odb);
        git_repository_free(repo);
        git_libgit2_shutdown();
        return err->code;
    }
    gm_source_libgit2 *lib = gm_new(arena, gm_source_libgit2);
    lib->base.ops = &operations;
    lib->repo = repo;
    lib->odb = odb;
    lib->config_in_environment = config_in_environment();
    lib->layout = (gm_layout){
        .top = folder_path(arena, git_repository_workdir(repo)),
        .git_dir = folder_path(arena, git_repository_path(repo)),
        .common_dir = folder_path(arena, git_repository_commondir(repo)),
    };
    lib->layout.index_file = gm_source_index_file(arena, lib->layout.top);
    *layout = lib->layout;
    *source = &lib->base;
    return GM_OK;
}
