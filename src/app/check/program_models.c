/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/program_models.h"

#include "base/file.h"

/* A program has at most this many files. */
enum { FILES_MAX = 100000 };

typedef struct {
    gm_arena *arena;
    gm_snapshot *snapshot;
    gm_map entries; /* path -> gm_entry */
} reading;

static bool below(gm_str path, gm_str folder)
{
    return !folder.len ||
           (gm_str_starts(path, folder) && (path.len == folder.len || path.ptr[folder.len] == '/'));
}

static bool below_any(gm_str path, const gm_strs *folders)
{
    GM_EACH (const gm_str, folder, folders)
        if (below(path, *folder))
            return true;
    return false;
}

static gm_str take_part(gm_str *rest)
{
    size_t slash = gm_str_find(*rest, '/', 0);
    gm_str part = gm_str_sub(*rest, 0, slash);
    *rest = gm_str_sub(*rest, slash + (slash < rest->len), rest->len);
    return part;
}

/* Is it there to try the program out, or to show it? */
static bool is_aside(gm_str path)
{
    static const char *const folders[] = {"tests", "test",        "testing", "docs",
                                          "doc",   "examples",    "venv",    "site-packages",
                                          ".venv", "node_modules"};
    gm_str rest = path;
    gm_str part = take_part(&rest);
    for (; rest.len; part = take_part(&rest))
        for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
            if (gm_str_is(part, folders[i]))
                return true;
    return gm_str_starts(part, GM_STR("test_")) || gm_str_ends(part, GM_STR("_test.py")) ||
           gm_str_is(part, "conftest.py");
}

static bool is_python(const gm_entry *entry)
{
    return entry->kind == GM_ENTRY_FILE && gm_str_ends(entry->path, GM_STR(".py"));
}

static bool read_bytes(void *context, gm_str path, gm_str *bytes)
{
    reading *r = context;
    gm_err ignored = gm_err_new(r->arena);
    const gm_entry *entry = gm_map_get(&r->entries, path);
    return entry && gm_snapshot_read(r->snapshot, entry, bytes, &ignored) == GM_OK;
}

static bool is_revision(gm_str bytes)
{
    gm_str parent = GM_STR("\ndown_revision");
    return gm_str_search(bytes, parent) < bytes.len;
}

static gm_code list(gm_arena *arena, gm_snapshot *snapshot, gm_entries *entries, gm_err *err)
{
    gm_entries all = {0};
    gm_entries python = {0};
    (void)arena;
    GM_TRY(gm_snapshot_list(snapshot, GM_STR(""), true, &all, err));
    GM_EACH (const gm_entry, entry, &all)
        if (is_python(entry))
            gm_vec_push(arena, &python, *entry);
    if (python.len > FILES_MAX) {
        gm_fail(err, GM_E_MODELS, "more than %d Python files", FILES_MAX);
        return gm_hint(err, "Name fewer folders with `models:` in gmig.yml.");
    }
    *entries = python;
    return GM_OK;
}

static bool below_app(const gm_program_options *options, gm_str path)
{
    GM_EACH (const gm_orm_app, app, &options->apps)
        if (below(path, app->folder))
            return true;
    return !options->django;
}

/* Django's files are those that it imports, so that most need not be read. */
static gm_code holds_models(gm_snapshot *snapshot, const gm_program_options *options,
                            const gm_entry *entry, bool *holds, gm_err *err)
{
    gm_str bytes;
    *holds = true;
    if (options->django && !options->models.len && !gm_orm_is_django_models(entry->path))
        return GM_OK;
    GM_TRY(gm_snapshot_read(snapshot, entry, &bytes, err));
    *holds = options->django || (gm_orm_holds_sqlalchemy(bytes) && !is_revision(bytes));
    return GM_OK;
}

static bool is_wanted(const gm_program_options *options, gm_str path)
{
    if (below_any(path, &options->migrations))
        return false;
    if (!below_app(options, path))
        return false;
    return options->models.len ? below_any(path, &options->models)
                               : below(path, options->folder) && !is_aside(path);
}

gm_code gm_program_models(gm_arena *arena, gm_snapshot *snapshot, const gm_program_options *options,
                          gm_orm_facts *facts, gm_err *err)
{
    reading r = {.arena = arena, .snapshot = snapshot, .entries = gm_map_new(arena)};
    gm_entries entries;
    gm_orm_source source = {.read = read_bytes,
                            .context = &r,
                            .hints = options->hints,
                            .defaults = options->defaults,
                            .apps = options->apps,
                            .everywhere = options->models.len > 0};
    GM_TRY(list(arena, snapshot, &entries, err));
    GM_EACH (gm_entry, entry, &entries) {
        bool holds;
        gm_map_add(&r.entries, entry->path, entry);
        gm_vec_push(arena, &source.paths, entry->path);
        if (!is_wanted(options, entry->path))
            continue;
        GM_TRY(holds_models(snapshot, options, entry, &holds, err));
        if (holds)
            gm_vec_push(arena, &source.models, entry->path);
    }
    *facts = options->django ? gm_orm_read_django(arena, &source)
                             : gm_orm_read_sqlalchemy(arena, &source);
    return GM_OK;
}

gm_code gm_program_models_same(gm_arena *arena, gm_snapshot *one, gm_snapshot *other,
                               const gm_program_options *options, bool *same, gm_err *err)
{
    gm_entries a, b;
    GM_TRY(list(arena, one, &a, err));
    GM_TRY(list(arena, other, &b, err));
    gm_map blobs = gm_map_new(arena);
    GM_EACH (gm_entry, entry, &a)
        if (!below_any(entry->path, &options->migrations))
            gm_map_add(&blobs, entry->path, entry);
    size_t found = 0;
    *same = false;
    GM_EACH (const gm_entry, entry, &b) {
        if (below_any(entry->path, &options->migrations))
            continue;
        const gm_entry *then = gm_map_get(&blobs, entry->path);
        if (!then || !gm_oid_eq(&then->blob, &entry->blob))
            return GM_OK;
        found++;
    }
    *same = found == blobs.entries.len;
    return GM_OK;
}
