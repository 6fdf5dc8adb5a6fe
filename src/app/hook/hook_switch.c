/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hook/hook_switch.h"

#include "app/move/move.h"
#include "app/project/places.h"

enum { IDS_SHOWN = 5, WAIT_MS = 2000, LOCK_TIMEOUT_MS = 5000 };

typedef enum { NEVER, TELL, LOOK, AUTO } wish;

typedef struct {
    gm_project *project;
    gm_arena *arena;
    gm_strs *tells;
} switcher;

static void tell(const switcher *s, gm_str line)
{
    gm_vec_push(s->arena, s->tells, line);
}

static wish read_wish(const switcher *s)
{
    static const struct {
        const char *word;
        wish wish;
    } words[] = {{"", TELL},     {"tell", TELL}, {"never", NEVER}, {"false", NEVER}, {"no", NEVER},
                 {"off", NEVER}, {"0", NEVER},   {"look", LOOK},   {"auto", AUTO},   {"true", AUTO},
                 {"yes", AUTO},  {"on", AUTO},   {"1", AUTO}};
    gm_str value = gm_repo_config(s->project->repo, "gmig.switch");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (gm_str_eq_nocase(value, gm_str_from(words[i].word)))
            return words[i].wish;
    tell(s, gm_str_printf(s->arena,
                          "gmig.switch is '%.*s' in git configuration; it takes never, tell, look "
                          "or auto",
                          GM_ARG(value)));
    return TELL;
}

/* Ids that `before` has, and this history has not or in another file. */
static gm_strs left_behind(const switcher *s, gm_str before, const gm_view *view)
{
    gm_strs ids = {0};
    gm_view old;
    gm_err ignored = gm_err_new(s->arena);
    if (gm_view_open_graph(s->project, before, &old, &ignored) != GM_OK)
        return ids;
    GM_EACH (gm_node *, node, &old.graph->order) {
        const gm_revision *revision = (*node)->revision;
        const gm_node *now = gm_graph_find(view->graph, revision->id);
        if (now == NULL || !gm_oid_eq(&now->revision->blob, &revision->blob))
            gm_vec_push(s->arena, &ids, revision->id);
    }
    return ids;
}

static bool read_trunk(const switcher *s, const char *folder, gm_str trunk, gm_str *text)
{
    gm_err ignored = gm_err_new(s->arena);
    gm_snapshot *snapshot;
    gm_entry entry;
    bool found = false;
    gm_str ref = gm_str_printf(s->arena, "%s%.*s", folder, GM_ARG(trunk));
    return gm_snapshot_open(s->arena, s->project->repo, ref, &snapshot, &ignored) == GM_OK &&
           gm_snapshot_find(snapshot, s->project->config_path, &entry, &found, &ignored) == GM_OK &&
           found && gm_snapshot_read(snapshot, &entry, text, &ignored) == GM_OK;
}

static const gm_config_target *find_target(const gm_config *config, gm_str name)
{
    GM_EACH (const gm_config_target, one, &config->targets)
        if (gm_str_eq(one->name, name))
            return one;
    return NULL;
}

/* Has the trunk this target, too? What it is is asked of git: gmig.yml could name any branch. */
static bool is_of_trunk(const switcher *s, const gm_target *target)
{
    gm_project *project = s->project;
    gm_err ignored = gm_err_new(s->arena);
    gm_config config;
    gm_str text;
    gm_str trunk = gm_trunk_of_git(project);
    if (!project->config_path.len)
        return true;
    if (!trunk.len || !(read_trunk(s, "refs/heads/", trunk, &text) ||
                        read_trunk(s, "refs/remotes/origin/", trunk, &text)))
        return false;
    if (gm_config_parse(s->arena, project->config_path, project->config.folder, text, &config,
                        &ignored) != GM_OK)
        return false;
    const gm_config_target *here = find_target(&project->config, target->name);
    const gm_config_target *there = find_target(&config, target->name);
    return here && there && gm_str_eq(here->url, there->url) &&
           here->development == there->development;
}

/* Is the target the trunk's, and a branch checked out? */
static bool is_trusted(const switcher *s, const gm_target *target)
{
    gm_ref head;
    bool unborn;
    gm_err ignored = gm_err_new(s->arena);
    if (gm_repo_head(s->project->repo, &head, &unborn, &ignored) != GM_OK ||
        gm_str_is(head.name, "HEAD")) {
        tell(s, GM_STR("no branch is checked out, so no database was opened; `gmig switch` does"));
        return false;
    }
    if (is_of_trunk(s, target))
        return true;
    tell(s, gm_str_printf(s->arena,
                          "the trunk has no target %.*s with this URL, so it was not opened; look "
                          "at gmig.yml, then run `gmig switch`",
                          GM_ARG(target->name)));
    return false;
}

static size_t count(const gm_plan *plan, gm_direction direction)
{
    size_t steps = 0;
    GM_EACH (const gm_step, step, &plan->steps)
        steps += step->direction == direction;
    return steps;
}

static void look(const switcher *s, const gm_target *target, const gm_move_options *options)
{
    gm_move_result result;
    gm_err err = gm_err_new(s->arena);
    gm_err refusal = gm_err_new(s->arena);
    if (gm_move_plan(s->project, options, &result, &refusal, &err) != GM_OK) {
        tell(s, gm_str_printf(s->arena, "%.*s was not looked at: %.*s", GM_ARG(target->name),
                              GM_ARG(err.text)));
        return;
    }
    if (result.plan.steps.len == 0)
        return;
    gm_str why = refusal.code == GM_OK
                     ? GM_STR("")
                     : gm_str_printf(s->arena, "; it would be refused: %.*s", GM_ARG(refusal.text));
    tell(s, gm_str_printf(s->arena, "`gmig switch` takes %.*s here: %zu down, %zu up%.*s",
                          GM_ARG(target->name), count(&result.plan, GM_DOWN),
                          count(&result.plan, GM_UP), GM_ARG(why)));
}

static void move(const switcher *s, const gm_target *target, const gm_move_options *options)
{
    gm_move_result result;
    gm_err err = gm_err_new(s->arena);
    gm_code code = gm_move(s->project, options, &result, &err);
    const gm_run_result *run = &result.run;
    if (run->reverted.len + run->applied.len)
        tell(s, gm_str_printf(s->arena, "switched %.*s: %zu down, %zu up%s%.*s",
                              GM_ARG(target->name), run->reverted.len, run->applied.len,
                              result.backup.len ? "; backup: " : "", GM_ARG(result.backup)));
    if (code != GM_OK)
        tell(s, gm_str_printf(s->arena, "%.*s was not switched: %.*s; `gmig switch` says more",
                              GM_ARG(target->name), GM_ARG(err.text)));
}

void gm_hook_switch(gm_project *project, gm_str before, const gm_view *view, gm_strs *tells)
{
    switcher s = {project, project->arena, tells};
    gm_err ignored = gm_err_new(s.arena);
    gm_target target;
    gm_move_options options = {.switching = true,
                               .goal = GM_STR("heads"),
                               .wait_ms = WAIT_MS,
                               .lock_timeout_ms = LOCK_TIMEOUT_MS};
    wish wished = read_wish(&s);
    if (wished == NEVER || view->graph->problems.len ||
        gm_project_target(project, GM_STR(""), &target, &ignored) != GM_OK || target.guarded)
        return;
    /* A database of its own has nothing of another branch. */
    if (gm_has_branch(target.pattern) ? wished == TELL : gm_database_is_missing(&target))
        return;
    if (wished == TELL) {
        gm_strs ids = left_behind(&s, before, view);
        if (ids.len)
            tell(&s,
                 gm_str_printf(s.arena, "%.*s is not here, or is another: if %.*s has it, %s",
                               GM_ARG(gm_strs_some(s.arena, &ids, IDS_SHOWN)), GM_ARG(target.name),
                               view->format->sql ? "`gmig switch` takes it back"
                                                 : "`git switch -`, then `gmig downgrade` "
                                                   "takes it back"));
        return;
    }
    if (!is_trusted(&s, &target))
        return;
    if (wished == LOOK)
        look(&s, &target, &options);
    else
        move(&s, &target, &options);
}
