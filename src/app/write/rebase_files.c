/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/rebase_files.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"
#include "git/worktree.h"

enum { NOTE_MAX = 64 * 1024 * 1024 };

static gm_str note_path(const gm_project *project)
{
    return gm_path_join(project->arena, gm_repo_git_dir(project->repo), GM_STR("gmig-rebase"));
}

bool gm_rebase_in_git(gm_project *project, const gm_entry *entry)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_repo_state state = gm_repo_get_state(project->repo);
    gm_str staged;
    if (entry->untracked)
        return false;
    if (!entry->modified)
        return true;
    return state != GM_REPO_CLEAN && state != GM_REPO_BISECT &&
           gm_repo_read_blob(project->arena, project->repo, &entry->blob, &staged, &ignored) ==
               GM_OK;
}

/* ---- writing ---- */

static bool is_renamed(const gm_rebase_move *move)
{
    return !gm_str_eq(move->path, move->new_path);
}

static gm_code write_one(gm_project *project, const gm_rebase_move *move, gm_err *err)
{
    if (!is_renamed(move))
        return gm_worktree_replace(project->repo, move->path, move->bytes, err);
    GM_TRY(gm_worktree_write(project->repo, move->new_path, move->bytes, err));
    gm_worktree_remove(project->repo, move->path);
    return GM_OK;
}

/* As it was; what is written back is in git. */
static gm_code restore_one(gm_project *project, const gm_rebase_move *move, gm_err *err)
{
    gm_str old;
    GM_TRY(gm_repo_read_blob(project->arena, project->repo, &move->blob, &old, err));
    if (!is_renamed(move))
        return gm_worktree_replace(project->repo, move->path, old, err);
    GM_TRY(gm_worktree_write(project->repo, move->path, old, err));
    gm_worktree_remove(project->repo, move->new_path);
    return GM_OK;
}

static gm_code stage_one(gm_project *project, const gm_rebase_move *move, gm_err *err)
{
    GM_TRY(gm_worktree_stage(project->repo, move->new_path, err));
    return is_renamed(move) ? gm_worktree_stage(project->repo, move->path, err) : GM_OK;
}

/* ---- the note ---- */

/* Fields end in NUL: a path may hold anything else. */
static void add_field(gm_buf *buf, gm_str field)
{
    gm_buf_add(buf, field);
    gm_buf_char(buf, '\0');
}

static gm_code write_note(gm_project *project, const gm_rebase_moves *moves, gm_err *err)
{
    gm_buf buf = gm_buf_new(project->arena, SIZE_MAX);
    GM_EACH (const gm_rebase_move, move, moves) {
        add_field(&buf, move->id);
        add_field(&buf, move->path);
        add_field(&buf, move->new_path);
        add_field(&buf, gm_oid_hex(project->arena, &move->blob));
        add_field(&buf, gm_sha256_hex(project->arena, move->bytes));
    }
    return gm_file_write(note_path(project), gm_buf_str(&buf), (gm_write_options){.replace = true},
                         err);
}

static bool take_field(gm_str *rest, gm_str *field)
{
    size_t end = gm_str_find(*rest, '\0', 0);
    if (end == rest->len)
        return false;
    *field = gm_str_sub(*rest, 0, end);
    *rest = gm_str_sub(*rest, end + 1, rest->len);
    return true;
}

/* *hashes: SHA-256 of what was written, in the order of the moves. */
static gm_code read_note(gm_project *project, gm_rebase_moves *moves, gm_strs *hashes, gm_err *err)
{
    gm_str text;
    gm_arena *arena = project->arena;
    if (!gm_file_exists(note_path(project))) {
        gm_fail(err, GM_E_REFUSED, "there is no rebase to take back");
        return gm_hint(err, "`git log -- FILE` shows what became of a file.");
    }
    GM_TRY(gm_file_read(arena, note_path(project), NOTE_MAX, &text, err));
    while (text.len) {
        gm_rebase_move move = {0};
        gm_str hex, hash;
        if (!take_field(&text, &move.id) || !take_field(&text, &move.path) ||
            !take_field(&text, &move.new_path) || !take_field(&text, &hex) ||
            !take_field(&text, &hash) || !gm_oid_parse(hex, &move.blob)) {
            gm_fail_at(err, GM_E_IO, note_path(project), "the note of the last rebase is damaged");
            return gm_hint(err, "Remove it, and take the files back with `git checkout`.");
        }
        gm_vec_push(arena, moves, move);
        gm_vec_push(arena, hashes, hash);
    }
    return GM_OK;
}

/* ---- both ways ---- */

gm_code gm_rebase_write(gm_project *project, const gm_rebase_moves *moves, bool stage, gm_err *err)
{
    gm_err ignored = gm_err_new(project->arena);
    size_t left = moves->len;
    gm_code code = write_note(project, moves, err);
    /* Children first: a file may get the name that its child's file leaves. */
    while (code == GM_OK && left)
        code = write_one(project, &moves->items[--left], err);
    if (code != GM_OK) {
        /* The one that failed was written whole or not at all. */
        for (size_t i = left + 1; i < moves->len; i++)
            restore_one(project, &moves->items[i], &ignored);
        (void)unlink(gm_str_z(project->arena, note_path(project)));
        return code;
    }
    for (size_t i = 0; stage && i < moves->len; i++)
        GM_TRY(stage_one(project, &moves->items[i], err));
    return GM_OK;
}

static gm_code check_untouched(gm_project *project, gm_snapshot *now, const gm_rebase_move *move,
                               gm_str hash, gm_err *err)
{
    gm_entry entry;
    gm_str bytes = {0};
    bool found = false;
    GM_TRY(gm_snapshot_find(now, move->new_path, &entry, &found, err));
    found = found && entry.kind == GM_ENTRY_FILE;
    if (found)
        GM_TRY(gm_snapshot_read(now, &entry, &bytes, err));
    if (found && gm_str_eq(gm_sha256_hex(project->arena, bytes), hash))
        return GM_OK;
    gm_fail_at(err, GM_E_REFUSED, move->new_path, "the file of %.*s is not as the rebase wrote it",
               GM_ARG(move->id));
    return gm_hint(err, "Its file from before is `git cat-file -p %.*s`.",
                   GM_ARG(gm_oid_hex(err->arena, &move->blob)));
}

gm_code gm_rebase_undo(gm_project *project, bool stage, gm_rebase_moves *moves,
                       gm_heads_written *heads_file, gm_err *err)
{
    gm_view view;
    gm_snapshot *now;
    gm_strs hashes = {0};
    gm_rebase_moves back = {0};
    GM_TRY(gm_project_need_repo(project, "rebase", err));
    GM_TRY(read_note(project, &back, &hashes, err));
    GM_TRY(gm_view_open_graph(project, GM_STR("worktree"), &view, err));
    GM_TRY(gm_heads_file_allowed(project, &view, heads_file, err));
    GM_TRY(gm_snapshot_open(project->arena, project->repo, GM_STR("worktree"), &now, err));
    for (size_t i = 0; i < back.len; i++)
        GM_TRY(check_untouched(project, now, &back.items[i], hashes.items[i], err));
    GM_EACH (const gm_rebase_move, move, &back) {
        GM_TRY(restore_one(project, move, err));
        if (stage)
            GM_TRY(stage_one(project, move, err));
    }
    (void)unlink(gm_str_z(project->arena, note_path(project)));
    *moves = back;
    return gm_heads_file_write(project, stage, heads_file, err);
}
