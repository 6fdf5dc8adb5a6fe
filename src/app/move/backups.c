/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies of a database before it is changed. One that a switch keeps without being asked is called
 * NAME.TIME.switch.backup: a hook makes one with each checkout, so they must not pile up, while
 * what a person has asked for is that person's to remove.
 */
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/move/beside.h"
#include "app/move/move_work.h"
#include "base/clock.h"
#include "base/file.h"

#define OF_A_SWITCH ".switch.backup"

enum { KEPT = 10, KEPT_DAYS = 7, DAY = 86400, STAMP = sizeof("20261123104207") - 1 };

static bool is_of_switch(const gm_move_work *work)
{
    const gm_move_options *options = work->options;
    return options->switching && !options->no_copy && !options->backup &&
           work->target.url.dialect == GM_SQLITE;
}

static bool is_wanted(const gm_move_work *work)
{
    return work->plan.steps.len &&
           (work->options->backup || (is_of_switch(work) && gm_switch_goes_down(work)));
}

static gm_str path_of_copy(const gm_move_work *work)
{
    gm_arena *arena = work->arena;
    gm_str path = work->options->backup_path;
    gm_str stamp = gm_time_compact(arena, gm_clock_now());
    const char *ending = is_of_switch(work) ? OF_A_SWITCH : ".backup";
    if (path.len > 0)
        return gm_path_join(arena, work->project->cwd, path);
    if (work->target.url.dialect == GM_SQLITE) {
        gm_str name =
            gm_str_printf(arena, "%.*s.%.*s", GM_ARG(work->target.url.path), GM_ARG(stamp));
        path = gm_str_printf(arena, "%.*s%s", GM_ARG(name), ending);
        /* Nobody chose this name, so two within a second must not be in each other's way. */
        for (int i = 2; work->options->switching && gm_file_exists(path); i++)
            path = gm_str_printf(arena, "%.*s-%d%s", GM_ARG(name), i, ending);
        return path;
    }
    return gm_path_join(arena, work->project->cwd,
                        gm_str_printf(arena, "gmig-%.*s.dump", GM_ARG(stamp)));
}

static gm_beside_list find_beside(const gm_move_work *work)
{
    return gm_beside_find(work->arena, work->database.ledger, work->target.url.path);
}

gm_code gm_backup_make(const gm_move_work *work, gm_move_result *result, gm_err *err)
{
    gm_strs made = {0};
    gm_code code = GM_OK;
    if (!is_wanted(work))
        return GM_OK;
    gm_str path = path_of_copy(work);
    gm_beside_list list = find_beside(work);
    /* The database's own copy last: where that is, all are. */
    GM_EACH (const gm_beside, one, &list) {
        gm_str copy = gm_str_printf(work->arena, "%.*s%.*s", GM_ARG(path), GM_ARG(one->ending));
        code = gm_beside_copy(work->arena, one->path, copy, err);
        if (code != GM_OK)
            break;
        gm_vec_push(work->arena, &made, copy);
    }
    if (code == GM_OK)
        code = gm_db_backup(work->database.db, path, err);
    if (code != GM_OK) {
        GM_EACH (const gm_str, copy, &made)
            unlink(gm_str_z(work->arena, *copy));
        return code;
    }
    result->backup = path;
    result->beside = made;
    return GM_OK;
}

/* ---- older ones ---- */

/* NAME.TIME.switch.backup or NAME.TIME-2.switch.backup; *rest is TIME and what follows. */
static bool is_kept_copy(gm_str entry, gm_str name, gm_str *rest)
{
    gm_str ending = GM_STR(OF_A_SWITCH);
    if (!gm_str_starts(entry, name) || entry.len < name.len + 1 + STAMP + ending.len ||
        entry.ptr[name.len] != '.' || !gm_str_ends(entry, ending))
        return false;
    *rest = gm_str_sub(entry, name.len + 1, entry.len);
    gm_str number = gm_str_sub(*rest, STAMP, rest->len - ending.len);
    if (number.len == 1 || (number.len && number.ptr[0] != '-'))
        return false;
    for (size_t i = 0; i < STAMP + number.len; i++)
        if (i != STAMP && (rest->ptr[i] < '0' || rest->ptr[i] > '9'))
            return false;
    return true;
}

/* The times that are in their names; the newest last. */
static gm_strs find_copies(gm_arena *arena, gm_str folder, gm_str name)
{
    gm_strs found = {0};
    const struct dirent *entry;
    DIR *dir = opendir(folder.len ? gm_str_z(arena, folder) : ".");
    while (dir && (entry = readdir(dir)) != NULL) {
        gm_str rest;
        struct stat file;
        gm_str text = gm_str_from(entry->d_name);
        if (is_kept_copy(text, name, &rest) &&
            lstat(gm_str_z(arena, gm_path_join(arena, folder, text)), &file) == 0 &&
            S_ISREG(file.st_mode))
            gm_vec_push(arena, &found, gm_str_dup(arena, rest));
    }
    if (dir)
        closedir(dir);
    gm_strs_sort(&found);
    return found;
}

void gm_backups_prune(const gm_move_work *work, const gm_move_result *result)
{
    gm_arena *arena = work->arena;
    size_t removed = 0;
    if (!is_of_switch(work) || work->options->backup_path.len || !result->backup.len)
        return;
    gm_str path = work->target.url.path;
    gm_strs copies = find_copies(arena, gm_path_folder(path), gm_path_name(path));
    gm_str limit = gm_time_compact(arena, gm_clock_now() - (int64_t)KEPT_DAYS * DAY);
    gm_beside_list list = find_beside(work);
    for (size_t i = 0; i + KEPT < copies.len; i++) {
        gm_str rest = copies.items[i];
        gm_str copy = gm_str_printf(arena, "%.*s.%.*s", GM_ARG(path), GM_ARG(rest));
        if (gm_str_cmp(gm_str_sub(rest, 0, STAMP), limit) >= 0 ||
            unlink(gm_str_z(arena, copy)) != 0)
            continue;
        removed++;
        GM_EACH (const gm_beside, one, &list)
            unlink(gm_str_z(arena,
                            gm_str_printf(arena, "%.*s%.*s", GM_ARG(copy), GM_ARG(one->ending))));
    }
    if (removed)
        gm_move_note(work, gm_str_printf(arena,
                                         "%zu cop%s that earlier switches kept removed: the newest "
                                         "%d stay, and all of %d days",
                                         removed, removed == 1 ? "y" : "ies", KEPT, KEPT_DAYS));
}
