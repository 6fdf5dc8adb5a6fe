/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hook/hook_push.h"

#include "app/project/base_ref.h"

/* A push of more refs than this is refused rather than looked at for hours. One that has so many
 * refs to refuse is not looked at any further, and remarks are shown of so many refs. */
enum { REFS_MAX = 100000, REFUSED_MAX = 10, REMARKED_MAX = 10 };

typedef struct {
    gm_str ref;
    gm_str old; /* hex */
    gm_str new;
} ref_change;

typedef GM_VEC(ref_change) ref_changes;

typedef struct {
    gm_project *project;
    const gm_hook_call *call;
    gm_hook_answer *answer;
    bool push;    /* from a clone; else into this repository */
    gm_str trunk; /* the ref that pushes are united with; empty: there is none */
    gm_str why;
    gm_str trunk_to_be; /* the commit that this push takes the trunk to; empty: it stays */
    /* What a commit has for the rules, and its base -> the ref it was refused with, or NULL. */
    gm_map known;
    size_t refused;  /* refs */
    size_t remarked; /* refs that may pass, with warnings */
    size_t passed_over;
} pusher;

/* The commit behind an id, as hex; empty for zeros and for what is no commit. */
static gm_code commit_of(gm_project *project, gm_str id, gm_str *hex, gm_err *err)
{
    gm_oid oid;
    gm_oid commit;
    gm_err failure = gm_err_new(project->arena);
    *hex = (gm_str){0};
    if (!gm_oid_parse(id, &oid))
        return gm_fail(err, GM_E_USAGE, "'%.*s' is no object id", GM_ARG(id));
    if (gm_oid_none(&oid))
        return GM_OK;
    gm_code code = gm_repo_peel(project->repo, &oid, &commit, &failure);
    if (code == GM_OK)
        *hex = gm_oid_hex(project->arena, &commit);
    else if (code != GM_E_UNKNOWN_REF)
        *err = failure;
    return code == GM_E_UNKNOWN_REF ? GM_OK : code;
}

gm_code gm_hook_old_commit(gm_project *project, gm_str id, gm_str *hex, gm_err *err)
{
    gm_err failure = gm_err_new(project->arena);
    gm_code code = commit_of(project, id, hex, &failure);
    if (code == GM_OK || code == GM_E_MISSING_OBJECT)
        return GM_OK;
    *err = failure;
    return code;
}

/* Empty where there was nothing, or nothing that can be compared with. */
static gm_str key_of(gm_project *project, const gm_projects *projects, gm_str commit)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_snapshot *snapshot;
    gm_str key = {0};
    if (commit.len &&
        gm_snapshot_open(project->arena, project->repo, commit, &snapshot, &ignored) == GM_OK &&
        gm_projects_key(projects, snapshot, &key, &ignored) == GM_OK)
        return key;
    return (gm_str){0};
}

static bool must_be_refused(const gm_checked *checked)
{
    return checked->unseen.len || gm_findings_count(&checked->findings, GM_SEVERITY_ERROR);
}

/* A server has its default branch; a clone finds its base as `gmig check` does. */
static gm_code find_trunk(pusher *p, gm_err *err)
{
    gm_ref head = {0};
    bool unborn = false;
    gm_base base = {0};
    gm_err failure = gm_err_new(p->project->arena);
    if (p->push) {
        /* Where it is known and not here, every ref that is looked at says so. */
        if (gm_base_find(p->project, (gm_str){0}, &base, &failure) == GM_OK)
            p->trunk = base.name;
        p->why = base.why;
        return GM_OK;
    }
    GM_TRY(gm_repo_head(p->project->repo, &head, &unborn, err));
    p->trunk = unborn ? GM_STR("") : head.name;
    p->why = GM_STR("the default branch");
    return GM_OK;
}

/* Is it the trunk that is pushed to? What it had before is what it will be compared with. */
static bool is_trunk(const pusher *p, const ref_change *change)
{
    if (!p->push)
        return gm_str_eq(change->ref, p->trunk);
    gm_str branch = gm_str_sub(change->ref, sizeof("refs/heads/") - 1, change->ref.len);
    gm_str remote = p->call->args.len ? p->call->args.items[0] : GM_STR("");
    return gm_str_starts(change->ref, GM_STR("refs/heads/")) &&
           gm_str_eq(p->trunk,
                     gm_str_printf(p->project->arena, "%.*s/%.*s", GM_ARG(remote), GM_ARG(branch)));
}

static void choose_base(const pusher *p, const ref_change *change, gm_str old,
                        gm_checking_options *options)
{
    options->unite = p->push || p->trunk.len;
    options->uniting.base = p->trunk;
    options->uniting.why = p->why;
    if (is_trunk(p, change)) {
        options->unite = old.len > 0; /* else it is made by this push */
        options->uniting.base = old;
        options->uniting.replaces = true;
        options->uniting.why = GM_STR("what is there now");
    } else if (p->trunk_to_be.len) {
        options->uniting.base = p->trunk_to_be;
        options->uniting.why = GM_STR("the default branch after this push");
    }
}

/* Everything of one ref lives in the arena of `project`. */
static gm_code look_at(pusher *p, gm_project *project, const ref_change *change,
                       gm_checked *checked, gm_err *err)
{
    gm_str old, new, key;
    gm_projects projects = {0};
    gm_snapshot *snapshot;
    void *refused;
    GM_TRY(commit_of(project, change->new, &new, err));
    GM_TRY(gm_hook_old_commit(project, change->old, &old, err));
    if (!new.len) /* a deleted ref, or a tag of something that is no commit */
        return GM_OK;
    GM_TRY(gm_projects_at(project, new, true, &projects, err));
    GM_TRY(gm_snapshot_open(project->arena, project->repo, new, &snapshot, err));
    GM_TRY(gm_projects_key(&projects, snapshot, &key, err));
    if (gm_str_eq(key, key_of(project, &projects, old)))
        return GM_OK;
    gm_checking_options options = {.at = new, .allow_now = p->call->allow_now, .all = true};
    choose_base(p, change, old, &options);
    key = gm_str_printf(p->project->arena, "%.*s\n%.*s", GM_ARG(options.uniting.base), GM_ARG(key));
    bool known = gm_map_find(&p->known, key, &refused);
    if (known && refused) {
        const gm_str *ref = refused;
        gm_vec_push(p->project->arena, &p->answer->tells,
                    gm_str_printf(p->project->arena, "%.*s: the same as %.*s", GM_ARG(change->ref),
                                  GM_ARG(*ref)));
        p->refused++;
    }
    if (known)
        return GM_OK;
    GM_TRY(gm_checking_run(project, &options, checked, err));
    gm_str *ref = gm_new(p->project->arena, gm_str);
    *ref = change->ref;
    gm_map_add(&p->known, key, must_be_refused(checked) ? ref : NULL);
    return GM_OK;
}

static gm_code run_change(pusher *p, const ref_change *change, gm_err *err)
{
    if (p->refused >= REFUSED_MAX) {
        p->passed_over++;
        return GM_OK;
    }
    gm_project one = *p->project;
    one.arena = gm_arena_new();
    gm_err failure = gm_err_new(one.arena);
    gm_hook_look look = {.ref = change->ref, .checked.at = change->new};
    gm_code code = look_at(p, &one, change, &look.checked, &failure);
    if (code != GM_OK && gm_checked_note_unseen(one.arena, &look.checked, code, &failure))
        code = GM_OK;
    bool refused = must_be_refused(&look.checked);
    bool remarked = !refused && look.checked.findings.len;
    if (code == GM_OK && !refused && (!remarked || p->remarked++ >= REMARKED_MAX)) {
        gm_arena_free(one.arena);
        return GM_OK;
    }
    gm_arena_join(p->project->arena, one.arena);
    if (code != GM_OK) {
        failure.arena = err->arena;
        *err = failure;
        err->where = gm_str_printf(err->arena, "%.*s%s%.*s", GM_ARG(change->ref),
                                   failure.where.len ? ": " : "", GM_ARG(failure.where));
        return code;
    }
    p->refused += refused;
    gm_vec_push(p->project->arena, &p->answer->looks, look);
    return GM_OK;
}

static size_t split(gm_str line, gm_str *words, size_t max)
{
    size_t count = 0;
    size_t from = 0;
    while (from <= line.len && count < max) {
        size_t to = gm_str_find(line, ' ', from);
        words[count++] = gm_str_sub(line, from, to);
        from = to + 1;
    }
    return from <= line.len ? max + 1 : count;
}

/* "local-ref local-id remote-ref remote-id" of pre-push, "old-id new-id ref" of pre-receive. */
static bool read_change(gm_str line, bool push, ref_change *change)
{
    gm_str words[4];
    size_t count = split(line, words, 4);
    if (push && count == 4)
        *change = (ref_change){.ref = words[2], .old = words[3], .new = words[1]};
    else if (!push && count == 3)
        *change = (ref_change){.ref = words[2], .old = words[0], .new = words[1]};
    else
        return false;
    return true;
}

static gm_code read_changes(const pusher *p, ref_changes *changes, gm_err *err)
{
    gm_str rest = p->call->input;
    gm_str line;
    while (gm_str_line(&rest, &line)) {
        ref_change change;
        if (!line.len)
            continue;
        if (changes->len >= REFS_MAX) {
            gm_fail(err, GM_E_REFUSED, "more than %d refs in one push", REFS_MAX);
            return gm_hint(err, "Push them in several parts.");
        }
        if (!read_change(line, p->push, &change))
            return gm_fail(err, GM_E_USAGE, "line %zu of the input of %s is not what git writes",
                           changes->len + 1, p->call->hook->name);
        gm_vec_push(p->project->arena, changes, change);
    }
    return GM_OK;
}

gm_code gm_hook_push(gm_project *project, const gm_hook_call *call, gm_hook_answer *answer,
                     gm_err *err)
{
    pusher p = {project, call, answer, .known = gm_map_new(project->arena)};
    ref_changes changes = {0};
    p.push = strcmp(call->hook->name, "pre-push") == 0;
    GM_TRY(read_changes(&p, &changes, err));
    GM_TRY(find_trunk(&p, err));
    /* The trunk comes first; others are not judged with one that is refused. */
    GM_EACH (const ref_change, change, &changes) {
        if (!is_trunk(&p, change))
            continue;
        GM_TRY(run_change(&p, change, err));
        if (!p.refused)
            GM_TRY(gm_hook_old_commit(project, change->new, &p.trunk_to_be, err));
    }
    GM_EACH (const ref_change, change, &changes) {
        if (!is_trunk(&p, change))
            GM_TRY(run_change(&p, change, err));
    }
    if (p.remarked > REMARKED_MAX)
        gm_vec_push(
            project->arena, &answer->tells,
            gm_str_printf(project->arena, "%zu more refs have remarks", p.remarked - REMARKED_MAX));
    if (p.passed_over)
        gm_vec_push(project->arena, &answer->tells,
                    gm_str_printf(project->arena, "%zu more ref%s not looked at", p.passed_over,
                                  p.passed_over == 1 ? " was" : "s were"));
    return GM_OK;
}

gm_code gm_hook_update(gm_project *project, const gm_hook_call *call, gm_hook_answer *answer,
                       gm_err *err)
{
    pusher p = {project, call, answer, .known = gm_map_new(project->arena)};
    if (call->args.len != 3)
        return gm_fail(err, GM_E_USAGE, "update takes a ref, its old and its new id");
    GM_TRY(find_trunk(&p, err));
    ref_change change = {call->args.items[0], call->args.items[1], call->args.items[2]};
    return run_change(&p, &change, err);
}
