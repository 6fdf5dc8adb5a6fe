/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tool is there when a folder that is customary with it has a file called as it calls them, and,
 * where others call them so as well, something that is its own: a file beside, or words in one.
 */
#include "app/init/init_detect_versioned.h"

#include "base/file.h"
#include "history/formats/versioned.h"

/* What is less mistakable comes first. */
static const struct {
    const char *preset;
    const char *home;     /* a file that tells the folder wherever it lies; NULL: none */
    const char *beside;   /* a file of the project; NULL: none is asked for */
    const char *needle;   /* words in it; NULL: it is enough that it is there */
    const char *in_first; /* words in a file of migrations; NULL: none are asked for */
} tools[] = {
    {"sqitch", "sqitch.plan", NULL, NULL, NULL},
    {"prisma", "migration_lock.toml", NULL, NULL, NULL},
    {"rails", NULL, NULL, NULL, NULL},
    {"ecto", NULL, NULL, NULL, NULL},
    {"laravel", NULL, NULL, NULL, NULL},
    {"diesel", NULL, NULL, NULL, NULL},
    {"flyway", NULL, NULL, NULL, NULL},
    {"goose", NULL, NULL, NULL, "+goose"},
    {"dbmate", NULL, NULL, NULL, "migrate:up"},
    {"tern", NULL, NULL, NULL, "---- create above / drop below ----"},
    {"atlas", "atlas.sum", NULL, NULL, NULL},
    {"typeorm", NULL, "package.json", "\"typeorm\"", NULL},
    {"node-pg-migrate", NULL, "package.json", "\"node-pg-migrate\"", NULL},
    {"knex", NULL, "package.json", "\"knex\"", NULL},
    {"sqlx", NULL, "Cargo.toml", "sqlx", NULL},
    {"golang-migrate", NULL, NULL, NULL, NULL},
};

typedef struct {
    gm_arena *arena;
    gm_snapshot *snapshot;
    gm_str folder;
    gm_err *err;
} searcher;

static gm_code has_words(const searcher *s, gm_str path, const char *words, bool *has)
{
    gm_entry entry;
    gm_str bytes;
    bool found;
    *has = false;
    GM_TRY(gm_snapshot_find(s->snapshot, path, &entry, &found, s->err));
    if (!found || entry.kind != GM_ENTRY_FILE)
        return GM_OK;
    GM_TRY(gm_snapshot_read(s->snapshot, &entry, &bytes, s->err));
    *has = !words || gm_str_search(bytes, gm_str_from(words)) < bytes.len;
    return GM_OK;
}

/* The first revision below `folder`; empty: there is none. */
static gm_code find_revision(const searcher *s, const gm_preset *preset, gm_str folder,
                             gm_str *path)
{
    gm_entries entries = {0};
    gm_entry entry;
    bool found;
    *path = (gm_str){0};
    GM_TRY(gm_snapshot_find(s->snapshot, folder, &entry, &found, s->err));
    if (!found || entry.kind != GM_ENTRY_FOLDER)
        return GM_OK;
    GM_TRY(gm_snapshot_list(s->snapshot, folder, preset->ops.deep, &entries, s->err));
    GM_EACH (const gm_entry, one, &entries) {
        gm_str below = gm_str_sub(one->path, folder.len ? folder.len + 1 : 0, one->path.len);
        if (path->len || one->kind != GM_ENTRY_FILE || !preset->ops.is_revision(below))
            continue;
        *path = one->path;
    }
    return GM_OK;
}

static gm_str below_folder(const searcher *s, gm_str path)
{
    return gm_str_sub(path, s->folder.len ? s->folder.len + 1 : 0, path.len);
}

static void tell(const searcher *s, const gm_preset *preset, gm_str folder, gm_str seen,
                 gm_detected *detected)
{
    const gm_versions *versions = preset->ops.versions;
    *detected = (gm_detected){.format = "versioned",
                              .preset = gm_str_from(preset->name),
                              .tool = versions ? versions->tool : "sqitch",
                              .seen = below_folder(s, seen),
                              .folder = folder};
}

/* Where a file says it, wherever that lies. */
static gm_code look_for_home(const searcher *s, const gm_preset *preset, const char *home,
                             gm_detected *detected)
{
    gm_strs all = {0};
    GM_TRY(gm_snapshot_named(s->snapshot, gm_str_from(home), &all, s->err));
    GM_EACH (const gm_str, path, &all) {
        gm_str folder = gm_path_folder(*path);
        gm_str first;
        bool inside = !s->folder.len || gm_str_eq(folder, s->folder) ||
                      (gm_str_starts(folder, s->folder) && folder.ptr[s->folder.len] == '/');
        if (!inside || detected->format)
            continue;
        GM_TRY(find_revision(s, preset, folder, &first));
        if (!first.len)
            continue;
        tell(s, preset, folder, *path, detected);
        gm_str named = below_folder(s, folder);
        gm_vec_push(s->arena, &detected->migrations, named.len ? named : GM_STR("."));
    }
    return GM_OK;
}

static gm_code look_in_folders(const searcher *s, const gm_preset *preset, const char *words,
                               gm_detected *detected)
{
    for (size_t i = 0; i < 4 && preset->folders[i] && !detected->format; i++) {
        gm_str folder = gm_path_join(s->arena, s->folder, gm_str_from(preset->folders[i]));
        gm_str first;
        bool has = true;
        GM_TRY(find_revision(s, preset, folder, &first));
        if (first.len && words)
            GM_TRY(has_words(s, first, words, &has));
        if (!first.len || !has)
            continue;
        tell(s, preset, folder, first, detected);
        return GM_OK;
    }
    return GM_OK;
}

gm_code gm_init_detect_versioned(gm_arena *arena, gm_snapshot *snapshot, gm_str folder,
                                 gm_detected *detected, gm_err *err)
{
    searcher s = {arena, snapshot, folder, err};
    for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]) && !detected->format; i++) {
        const gm_preset *preset = gm_preset_find(gm_str_from(tools[i].preset));
        bool has = true;
        if (tools[i].home) {
            GM_TRY(look_for_home(&s, preset, tools[i].home, detected));
            continue;
        }
        if (tools[i].beside)
            GM_TRY(has_words(&s, gm_path_join(arena, folder, gm_str_from(tools[i].beside)),
                             tools[i].needle, &has));
        if (has)
            GM_TRY(look_in_folders(&s, preset, tools[i].in_first, detected));
    }
    return GM_OK;
}
