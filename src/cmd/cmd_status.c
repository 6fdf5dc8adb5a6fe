/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/status.h"
#include "base/file.h"
#include "cmd/output.h"

/* Revisions shown of one kind; one screen must hold them all. */
enum { SHOWN = 5 };

static const gm_option options[] = {
    GM_OPTION_TARGET,
    GM_OPTION_END,
};

static const char *doing(gm_repo_state state)
{
    static const char *const words[] = {
        [GM_REPO_CLEAN] = "",        [GM_REPO_MERGE] = "merge",
        [GM_REPO_REBASE] = "rebase", [GM_REPO_CHERRY_PICK] = "cherry-pick",
        [GM_REPO_REVERT] = "revert", [GM_REPO_BISECT] = "bisect",
    };
    return words[state];
}

/* "main" of "refs/heads/main"; empty when detached */
static gm_str branch_of(const gm_status *status)
{
    gm_str prefix = GM_STR("refs/heads/");
    gm_str name = status->head.name;
    return gm_str_starts(name, prefix) ? gm_str_sub(name, prefix.len, name.len) : (gm_str){0};
}

static bool is_divergent(const gm_status *status, const gm_node *node)
{
    GM_EACH (const gm_nodes, group, &status->divergent) {
        GM_EACH (gm_node *, head, group) {
            if (*head == node)
                return true;
        }
    }
    return false;
}

/* ---- text ---- */

typedef struct {
    const gm_invocation *invocation;
    const gm_status *status;
    const gm_paint *paint;
} screen;

static void label(const char *name)
{
    gm_out("%-11s", name);
}

static void branch_line(const screen *s)
{
    const gm_status *status = s->status;
    gm_arena *arena = s->invocation->arena;
    label("Branch");
    if (!status->has_repo) {
        gm_out("no git repository\n");
        return;
    }
    gm_str branch = branch_of(status);
    gm_str hex = gm_oid_hex(arena, &status->head.commit);
    if (branch.len)
        gm_out("%s%.*s%s", s->paint->bold, GM_ARG(gm_visible(s->invocation, branch)),
               s->paint->reset);
    else
        gm_out("detached at %.*s", GM_ARG(gm_str_sub(hex, 0, 12)));
    if (status->unborn)
        gm_out(", no commit yet");
    if (status->bare)
        gm_out(", bare repository");
    if (status->repo_state != GM_REPO_CLEAN)
        gm_out(", %sin the middle of a %s%s", s->paint->warning, doing(status->repo_state),
               s->paint->reset);
    gm_out("\n");
}

static void revision_line(const screen *s, const char *name, size_t i, const gm_node *node,
                          bool with_lineage, const char *note)
{
    label(i ? "" : name);
    gm_out("%s%.*s%s", s->paint->id, GM_ARG(node->revision->id), s->paint->reset);
    if (node->revision->message.len)
        gm_out("  %.*s", GM_ARG(gm_visible(s->invocation, node->revision->message)));
    if (with_lineage && (node->lineage->len > 1 || node->lineage->items[0].len))
        gm_out(
            "  %s(%.*s)%s", s->paint->label,
            GM_ARG(gm_visible(s->invocation, gm_lineage_name(s->invocation->arena, node->lineage))),
            s->paint->reset);
    if (*note)
        gm_out("  %s%s%s", s->paint->bad, note, s->paint->reset);
    gm_out("\n");
}

static void and_more(size_t all)
{
    if (all > SHOWN) {
        label("");
        gm_out("and %zu more\n", all - SHOWN);
    }
}

static void head_lines(const screen *s)
{
    const gm_graph *graph = s->status->view.graph;
    gm_str folder = gm_path_as_folder(s->invocation->arena, s->status->view.migrations);
    folder = gm_visible(s->invocation, folder);
    if (!graph->heads.len) {
        label("Heads");
        gm_out("none; no revisions found in %.*s\n", GM_ARG(folder));
    }
    for (size_t i = 0; i < graph->heads.len && i < SHOWN; i++)
        revision_line(s, "Heads", i, graph->heads.items[i], true,
                      is_divergent(s->status, graph->heads.items[i]) ? "divergent" : "");
    and_more(graph->heads.len);
    if (graph->problems.len) {
        label("Problems");
        gm_out("%s%zu in %.*s%s\n", s->paint->bad, graph->problems.len, GM_ARG(folder),
               s->paint->reset);
    }
}

static gm_str first_line(const gm_invocation *invocation, gm_str text)
{
    gm_str line = {0};
    gm_str_line(&text, &line);
    return gm_visible(invocation, line);
}

static void target_line(const screen *s)
{
    const gm_status *status = s->status;
    const gm_target *target = &status->target;
    label("Database");
    if (status->database == GM_STATUS_NO_TARGET) {
        const gm_err *why = &status->database_error;
        bool of_environment = gm_str_starts(why->where, GM_STR("GMIG_"));
        gm_out("%.*s%s%.*s\n", GM_ARG(of_environment ? why->where : GM_STR("")),
               of_environment ? ": " : "", GM_ARG(gm_visible(s->invocation, why->text)));
        return;
    }
    gm_out("%s%.*s%s", s->paint->bold, GM_ARG(gm_visible(s->invocation, target->name)),
           s->paint->reset);
    if (!gm_str_eq(target->name, target->url.shown))
        gm_out(" (%.*s)", GM_ARG(gm_visible(s->invocation, target->url.shown)));
    if (target->guarded)
        gm_out(", guarded");
    switch (status->database) {
    case GM_STATUS_UNREACHABLE:
        gm_out("\n");
        label("");
        gm_out("%scannot be looked at%s: %.*s\n", s->paint->bad, s->paint->reset,
               GM_ARG(first_line(s->invocation, status->database_error.text)));
        if (status->database_error.hint.len) {
            label("");
            gm_out("%.*s\n", GM_ARG(first_line(s->invocation, status->database_error.hint)));
        }
        return;
    case GM_STATUS_NO_FILE:
        gm_out(", does not exist yet\n");
        return;
    case GM_STATUS_NO_LEDGER:
        gm_out(", nothing applied by gmig yet%s\n",
               status->strange.tables.len ? ", but it has tables" : "");
        return;
    case GM_STATUS_NO_TARGET:
    case GM_STATUS_READ:
        gm_out("\n");
    }
}

static void state_lines(const screen *s, const char *name, const gm_revision_states *states)
{
    for (size_t i = 0; i < states->len && i < SHOWN; i++) {
        const gm_revision_state *state = states->items[i];
        if (state->node) {
            revision_line(s, name, i, state->node, false, state->late ? "late" : "");
            continue;
        }
        label(i ? "" : name);
        gm_out("%s%.*s%s", s->paint->id, GM_ARG(gm_visible(s->invocation, state->row->id)),
               s->paint->reset);
        if (state->row->message.len)
            gm_out("  %.*s", GM_ARG(gm_visible(s->invocation, state->row->message)));
        gm_out("\n");
    }
    and_more(states->len);
}

/* Where the phantoms shown above are. */
static void elsewhere_lines(const screen *s)
{
    gm_arena *arena = s->invocation->arena;
    GM_EACH (const gm_whence, whence, &s->status->elsewhere) {
        gm_str words = gm_whence_words(arena, whence);
        if (!words.len)
            words = gm_str_printf(arena, "`gmig whence %.*s` looks for it", GM_ARG(whence->id));
        label("");
        gm_out("%s%.*s: %.*s%s\n", s->paint->dim, GM_ARG(gm_visible(s->invocation, whence->id)),
               GM_ARG(gm_visible(s->invocation, words)), s->paint->reset);
    }
}

static void database_lines(const screen *s)
{
    const gm_status *status = s->status;
    target_line(s);
    if (!status->state)
        return;
    if (status->database == GM_STATUS_READ) {
        label("Applied");
        gm_out("%zu", status->applied);
        if (status->applied_heads.len)
            gm_out(", at %.*s",
                   GM_ARG(gm_visible(s->invocation,
                                     gm_strs_list(s->invocation->arena, &status->applied_heads))));
        gm_out("\n");
    }
    state_lines(s, "Pending", &status->state->pending);
    state_lines(s, "Phantom", &status->state->phantoms);
    elsewhere_lines(s);
    state_lines(s, "Changed", &status->state->changed);
    for (size_t i = 0; i < status->unknown.len && i < SHOWN; i++) {
        const gm_intent *intent = &status->unknown.items[i];
        label(i ? "" : "Unresolved");
        gm_out("%.*s, statement %zu of its %s\n",
               GM_ARG(gm_visible(s->invocation, intent->revision)), intent->statement,
               intent->direction == GM_UP ? "up" : "down");
    }
    and_more(status->unknown.len);
}

static void next_lines(const screen *s)
{
    const gm_status *status = s->status;
    for (size_t i = 0; i < status->next.len; i++) {
        label(i ? "" : "Next");
        gm_out("%s%.*s%s  %s(%.*s)%s\n", s->paint->good,
               GM_ARG(gm_visible(s->invocation, status->next.items[i].command)), s->paint->reset,
               s->paint->dim, GM_ARG(status->next.items[i].why), s->paint->reset);
    }
    if (!status->next.len) {
        label("Next");
        gm_out("%s\n", status->state ? "nothing to do; the database is up to date"
                                     : "nothing to do in the history");
    }
}

/* ---- JSON ---- */

static gm_json *ids_json(const gm_revision_states *states)
{
    gm_json *array = gm_json_array();
    GM_EACH (const gm_revision_state *, state, states)
        gm_json_add(array,
                    gm_json_str((*state)->node ? (*state)->node->revision->id : (*state)->row->id));
    return array;
}

static gm_json *heads_json(const gm_invocation *invocation, const gm_status *status)
{
    gm_json *heads = gm_json_array();
    GM_EACH (gm_node *, head, &status->view.graph->heads) {
        gm_json *object = gm_json_object();
        gm_json_set_str(object, "revision", (*head)->revision->id);
        gm_json_set_str(object, "lineage", gm_lineage_name(invocation->arena, (*head)->lineage));
        gm_json_set_str(object, "message", (*head)->revision->message);
        gm_json_set_str(object, "path", (*head)->revision->path);
        gm_json_set_bool(object, "divergent", is_divergent(status, *head));
        gm_json_add(heads, object);
    }
    return heads;
}

static void state_json(gm_arena *arena, gm_json *object, const gm_status *status)
{
    gm_json *applied = gm_json_array();
    gm_json *unknown = gm_json_array();
    GM_EACH (const gm_ledger_row, row, &status->state->ledger->rows)
        gm_json_add(applied, gm_json_str(row->id));
    GM_EACH (const gm_intent, intent, &status->unknown) {
        gm_json *one = gm_json_object();
        gm_json_set_str(one, "revision", intent->revision);
        gm_json_set_str(one, "direction",
                        intent->direction == GM_UP ? GM_STR("up") : GM_STR("down"));
        gm_json_set_int(one, "statement", (int64_t)intent->statement);
        gm_json_add(unknown, one);
    }
    gm_json_set_strs(object, "heads", &status->applied_heads);
    gm_json_set(object, "applied", applied);
    gm_json_set(object, "pending", ids_json(&status->state->pending));
    gm_json_set(object, "late", ids_json(&status->state->late));
    gm_json_set(object, "phantoms", ids_json(&status->state->phantoms));
    gm_json *elsewhere = gm_json_array();
    GM_EACH (const gm_whence, whence, &status->elsewhere) {
        gm_json *one = gm_json_object();
        gm_str words = gm_whence_words(arena, whence);
        gm_json_set_str(one, "revision", whence->id);
        gm_json_set(one, "where", words.len ? gm_json_str(words) : gm_json_null());
        gm_json_add(elsewhere, one);
    }
    gm_json_set(object, "elsewhere", elsewhere);
    gm_json_set(object, "changed", ids_json(&status->state->changed));
    gm_json_set(object, "unresolved", unknown);
}

/* null when no target is chosen */
static gm_json *database_json(gm_arena *arena, const gm_status *status)
{
    static const char *const states[] = {
        [GM_STATUS_NO_TARGET] = "no-target", [GM_STATUS_UNREACHABLE] = "unreachable",
        [GM_STATUS_NO_FILE] = "absent",      [GM_STATUS_NO_LEDGER] = "no-ledger",
        [GM_STATUS_READ] = "read",
    };
    if (status->database == GM_STATUS_NO_TARGET)
        return gm_json_null();
    gm_json *object = gm_json_object();
    gm_json_set_str(object, "target", status->target.name);
    gm_json_set_str(object, "url", status->target.url.shown);
    gm_json_set_bool(object, "guarded", status->target.guarded);
    gm_json_set_str(object, "state", gm_str_from(states[status->database]));
    if (status->state)
        state_json(arena, object, status);
    else {
        gm_json *error = gm_json_object();
        gm_json_set_str(error, "code", gm_str_from(gm_code_name(status->database_error.code)));
        gm_json_set_str(error, "message", status->database_error.text);
        gm_json_set(object, "error", error);
    }
    return object;
}

static gm_json *status_json(const gm_invocation *invocation, const gm_status *status)
{
    gm_json *document = gm_json_object();
    gm_json *next = gm_json_array();
    gm_str branch = branch_of(status);
    gm_str commit = gm_oid_hex(invocation->arena, &status->head.commit);
    GM_EACH (const gm_next_step, step, &status->next) {
        gm_json *object = gm_json_object();
        gm_json_set_str(object, "command", step->command);
        gm_json_set_str(object, "why", step->why);
        gm_json_add(next, object);
    }
    gm_json_set(document, "branch", branch.len ? gm_json_str(branch) : gm_json_null());
    gm_json_set(document, "commit", commit.len ? gm_json_str(commit) : gm_json_null());
    gm_json_set_str(document, "doing", gm_str_from(doing(status->repo_state)));
    gm_json_set_str(document, "at", gm_snapshot_name(status->view.snapshot));
    gm_json_set(document, "heads", heads_json(invocation, status));
    gm_json_set_bool(document, "divergent", status->divergent.len > 0);
    gm_json_set_int(document, "problems", (int64_t)status->view.graph->problems.len);
    gm_json_set(document, "database", database_json(invocation->arena, status));
    gm_json_set(document, "next", next);
    return document;
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_status read;
    *status = 0; /* whatever there is to do */
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    GM_TRY(gm_status_read(project, gm_value_of(invocation, "target"), &read, err));
    if (invocation->json) {
        gm_out_json(invocation, status_json(invocation, &read));
        return GM_OK;
    }
    screen s = {invocation, &read, gm_paint_out(invocation)};
    branch_line(&s);
    head_lines(&s);
    database_lines(&s);
    next_lines(&s);
    return GM_OK;
}

const gm_command gm_cmd_status = {
    .name = "status",
    .synopsis = "",
    .summary = "Show branch, heads, database, and what to do next",
    .details = "One screen: the branch, the heads of the work tree, which database is meant and "
               "what it has, what is pending, what it has from elsewhere (phantoms), which applied "
               "files have changed, and the next command for each.\n\n"
               "It only looks, and creates neither database nor ledger. A database that cannot be "
               "reached is part of the answer: the exit status is 0.",
    .options = options,
    .max_operands = 0,
    .run = run,
};
