/* SPDX-License-Identifier: Apache-2.0 */
/* Objects by one long-lived `git cat-file --batch`, which also fetches what a partial clone lacks.
 */
#include "git/source_git.h"

#include <stdlib.h>

static gm_source_git *self(gm_source *source)
{
    return (gm_source_git *)(void *)source;
}

static gm_code start(gm_source_git *git, gm_err *err)
{
    static const char *const argv[] = {"git", "--no-optional-locks", "cat-file", "--batch", NULL};
    if (git->objects)
        return GM_OK;
    gm_str folder = git->layout.top.len ? git->layout.top : git->layout.git_dir;
    gm_child_options options = {.argv = argv,
                                .environment = git->environment,
                                .folder = gm_str_z(err->arena, folder),
                                .timeout_ms = GM_GIT_TIMEOUT_MS};
    return gm_child_start(&options, &git->objects, err);
}

/* The process is lost, by a failed fetch of a partial clone for one; the next object gets a new
 * one. */
static gm_code lost(gm_source_git *git, const gm_oid *oid, gm_err *err)
{
    gm_child_end(git->objects);
    gm_str words = gm_child_messages(git->objects, err->arena);
    gm_child_close(git->objects);
    git->objects = NULL;
    return gm_fail(err, GM_E_MISSING_OBJECT, "git could not get object %.*s: %.*s",
                   GM_ARG(gm_oid_hex(err->arena, oid)), GM_ARG(gm_git_words(err->arena, words)));
}

static bool parse_kind(gm_str name, gm_object_kind *kind)
{
    static const struct {
        const char *name;
        gm_object_kind kind;
    } kinds[] = {{"commit", GM_OBJECT_COMMIT},
                 {"tree", GM_OBJECT_TREE},
                 {"blob", GM_OBJECT_BLOB},
                 {"tag", GM_OBJECT_TAG}};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (gm_str_is(name, kinds[i].name)) {
            *kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

/* "OID KIND SIZE"; false for "OID missing". */
static bool parse_header(gm_str line, gm_object_kind *kind, uint64_t *size)
{
    size_t one = gm_str_find(line, ' ', 0);
    size_t two = gm_str_find(line, ' ', one + 1);
    return parse_kind(gm_str_sub(line, one + 1, two), kind) &&
           gm_str_u64(gm_str_sub(line, two + 1, line.len), size);
}

static void reserve(gm_source_git *git, size_t size)
{
    if (size <= git->capacity)
        return;
    char *grown = realloc(git->buffer, size);
    if (!grown)
        gm_out_of_memory();
    git->buffer = grown;
    git->capacity = size;
}

gm_code gm_git_read(gm_source *source, const gm_oid *oid, size_t max, gm_object *object,
                    gm_err *err)
{
    gm_source_git *git = self(source);
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    GM_TRY(start(git, err));
    gm_str hex = gm_oid_hex(scratch, oid);
    gm_str request = gm_str_printf(scratch, "%.*s\n", GM_ARG(hex));
    gm_str line;
    if (!gm_child_write(git->objects, request) || !gm_child_line(git->objects, scratch, &line))
        return lost(git, oid, err);
    uint64_t size;
    gm_object_kind kind;
    if (!parse_header(line, &kind, &size))
        return gm_fail(err, GM_E_MISSING_OBJECT, "object %.*s is not in this repository",
                       GM_ARG(hex));
    bool fits = size <= max;
    if (fits)
        reserve(git, (size_t)size + 1);
    if (!gm_child_bytes(git->objects, fits ? git->buffer : NULL, (size_t)size) ||
        !gm_child_bytes(git->objects, NULL, 1))
        return lost(git, oid, err);
    if (!fits)
        return gm_fail(err, GM_E_HISTORY, "object %.*s has %llu bytes, above the limit of %zu",
                       GM_ARG(hex), (unsigned long long)size, max);
    *object = (gm_object){.kind = kind, .bytes = gm_str_of(git->buffer, (size_t)size)};
    return GM_OK;
}

void gm_git_release(gm_source *source, gm_object *object)
{
    (void)source;
    object->bytes = (gm_str){0};
}

/* As git itself fetches for a partial clone (promisor-remote.c): no refs, no negotiation. */
gm_code gm_git_fetch(gm_source *source, gm_str remote, const gm_strs *ids, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    const char *name = gm_str_z(scratch, remote);
    const char *arguments[] = {"-c",
                               "fetch.negotiationAlgorithm=noop",
                               "fetch",
                               "--quiet",
                               "--no-tags",
                               "--no-write-fetch-head",
                               "--recurse-submodules=no",
                               "--filter=blob:none",
                               "--stdin",
                               "--end-of-options",
                               name,
                               NULL};
    gm_str output;
    gm_str list = gm_str_join(scratch, ids, GM_STR("\n"));
    gm_str input = gm_str_printf(scratch, "%.*s\n", GM_ARG(list));
    return gm_git_output(self(source), scratch, arguments, input, &output, err);
}
