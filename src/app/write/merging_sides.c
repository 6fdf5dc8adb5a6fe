/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/merging_sides.h"

#include "base/file.h"

/* `git merge` sets one of these for each commit that it merges (builtin/merge.c). */
#define GITHEAD "GITHEAD_"

/* A rebase may have many commits; its list has a line for each. */
enum { LIST_MAX = 16 * 1024 * 1024, SIDES_MAX = 16 };

extern char **environ;

typedef struct {
    gm_project *project;
    gm_oid head;
    gm_merging_sides sides;
} finder;

static void add(finder *f, const gm_oid *other, const gm_oid *start)
{
    gm_merging_side side = {.one = f->head, .other = *other, .has_start = start != NULL};
    if (start)
        side.start = *start;
    if (f->sides.len < SIDES_MAX)
        gm_vec_push(f->project->arena, &f->sides, side);
}

/* Several merge bases git merges first: what comes of that no commit holds. */
static void add_merged(finder *f, const gm_oid *other)
{
    gm_err ignored = gm_err_new(f->project->arena);
    gm_oids bases = {0};
    gm_oids ours = {0};
    gm_vec_push(f->project->arena, &ours, f->head);
    if (gm_repo_merge_bases(f->project->repo, other, &ours, &bases, &ignored) == GM_OK &&
        bases.len < 2)
        add(f, other, bases.len ? bases.items : NULL);
}

/* Of a merge that is picked it may be any of its parents. */
static void add_picked(finder *f, gm_str name)
{
    gm_err ignored = gm_err_new(f->project->arena);
    gm_oid picked;
    gm_commit commit;
    if (gm_repo_resolve(f->project->repo, name, &picked, &ignored) != GM_OK ||
        gm_repo_commit(f->project->repo, &picked, &commit, &ignored) != GM_OK)
        return;
    GM_EACH (const gm_oid, parent, &commit.parents)
        add(f, &picked, parent);
    if (!commit.parents.len)
        add(f, &picked, NULL);
}

static void look_at_environment(finder *f)
{
    for (char **at = environ; *at; at++) {
        gm_str name = gm_str_from(*at);
        gm_oid other;
        if (!gm_str_starts(name, GM_STR(GITHEAD)))
            continue;
        name = gm_str_sub(name, strlen(GITHEAD), gm_str_find(name, '=', 0));
        if (gm_oid_parse(name, &other))
            add_merged(f, &other);
    }
}

static bool read_state(finder *f, const char *name, gm_str *text)
{
    gm_err ignored = gm_err_new(f->project->arena);
    gm_str path =
        gm_path_join(f->project->arena, gm_repo_git_dir(f->project->repo), gm_str_from(name));
    return gm_file_exists(path) &&
           gm_file_read(f->project->arena, path, LIST_MAX, text, &ignored) == GM_OK;
}

static gm_str next_word(gm_str *line)
{
    *line = gm_str_trim(*line);
    size_t end = gm_str_find(*line, ' ', 0);
    gm_str word = gm_str_sub(*line, 0, end);
    *line = gm_str_sub(*line, end, line->len);
    return word;
}

/* "pick ID SUBJECT" (git-rebase, "INTERACTIVE MODE"): all that bring one commit's changes here. */
static void look_at_step(finder *f, gm_str line)
{
    static const char *const picks[] = {"pick", "p",      "reword", "r",     "edit",
                                        "e",    "squash", "s",      "fixup", "f"};
    gm_str command = next_word(&line);
    for (size_t i = 0; i < sizeof(picks) / sizeof(picks[0]); i++) {
        if (!gm_str_is(command, picks[i]))
            continue;
        gm_str name = next_word(&line);
        if (gm_str_is(name, "-C") || gm_str_is(name, "-c"))
            name = next_word(&line);
        if (name.len)
            add_picked(f, name);
    }
}

/* A rebase has noted the step that it is at as the last one done; a series of picks as the first
 * one to do. */
static void look_at_lists(finder *f)
{
    gm_str text, line, step = {0};
    if (read_state(f, "rebase-merge/done", &text)) {
        while (gm_str_line(&text, &line))
            step = line.len ? line : step;
        look_at_step(f, step);
    }
    if (read_state(f, "sequencer/todo", &text) && gm_str_line(&text, &line))
        look_at_step(f, line);
}

/* What stopped, and is merged once more: `git checkout --merge`. */
static void look_at_stopped(finder *f)
{
    gm_err ignored = gm_err_new(f->project->arena);
    gm_oids merging = {0};
    gm_str text;
    if (gm_repo_merging(f->project->repo, &merging, &ignored) == GM_OK)
        GM_EACH (const gm_oid, other, &merging)
            add_merged(f, other);
    if (read_state(f, "CHERRY_PICK_HEAD", &text))
        add_picked(f, gm_str_trim(text));
}

gm_merging_sides gm_merging_sides_find(gm_project *project)
{
    finder f = {.project = project};
    gm_err ignored = gm_err_new(project->arena);
    gm_ref head;
    bool unborn;
    if (gm_repo_head(project->repo, &head, &unborn, &ignored) != GM_OK || unborn)
        return f.sides;
    f.head = head.commit;
    look_at_environment(&f);
    look_at_lists(&f);
    look_at_stopped(&f);
    return f.sides;
}
