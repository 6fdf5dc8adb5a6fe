/* SPDX-License-Identifier: Apache-2.0 */
#include "gmig/gmig.h"

#include <stdlib.h>

#include "app/check/checking.h"
#include "app/project/history_json.h"
#include "app/move/move.h"

struct gmig {
    gm_arena *own; /* of the handle itself */
    gm_str folder;
    gm_arena *arena; /* of the last call */
    gm_err err;
};

const char *gmig_version(void)
{
    return GMIG_VERSION;
}

gmig *gmig_open(const char *folder)
{
    gm_arena *own = gm_arena_new();
    gmig *handle = gm_new(own, gmig);
    handle->own = own;
    handle->folder = gm_str_dup(own, gm_str_from(folder));
    return handle;
}

void gmig_close(gmig *handle)
{
    if (!handle)
        return;
    gm_arena_free(handle->arena);
    gm_arena_free(handle->own);
}

const char *gmig_error_code(const gmig *handle)
{
    return handle->err.code == GM_OK ? "" : gm_code_name(handle->err.code);
}

/* Views may be cut out of others; what goes out ends in NUL. */
static const char *out(gm_arena *arena, gm_str s)
{
    return arena ? gm_str_z(arena, s) : "";
}

const char *gmig_error_message(const gmig *handle)
{
    return out(handle->arena, handle->err.text);
}

const char *gmig_error_hint(const gmig *handle)
{
    return out(handle->arena, handle->err.hint);
}

const char *gmig_error_where(const gmig *handle)
{
    return out(handle->arena, handle->err.where);
}

const char *gmig_error_sqlstate(const gmig *handle)
{
    return out(handle->arena, handle->err.sqlstate);
}

/* Forgets the last call and opens the project as it is now. */
static gm_code begin(gmig *handle, gm_project **project)
{
    gm_project_options options = {.folder = handle->folder};
    gm_arena_free(handle->arena);
    handle->arena = gm_arena_new();
    handle->err = gm_err_new(handle->arena);
    return gm_project_open(handle->arena, &options, project, &handle->err);
}

static const char *json_out(gmig *handle, gm_json *json)
{
    const char *text = out(handle->arena, gm_json_text(handle->arena, json));
    gm_json_free(json);
    return text;
}

static gm_code open_view(gmig *handle, const char *at, gm_project **project, gm_view *view)
{
    GM_TRY(begin(handle, project));
    return gm_view_open_sound_graph(*project, gm_str_from(at), view, &handle->err);
}

int gmig_heads_json(gmig *handle, const char *at, const char **json)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_view view;
    gm_code code = open_view(handle, at, &project, &view);
    if (code != GM_OK)
        return gm_code_exit(code);
    *json = json_out(handle, gm_heads_json(handle->arena, &view, &view.graph->heads));
    return gm_graph_divergent(handle->arena, view.graph).len ? 1 : 0;
}

int gmig_history_json(gmig *handle, const char *at, const char **json)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_view view;
    gm_nodes nodes = {0};
    gm_code code = open_view(handle, at, &project, &view);
    if (code != GM_OK)
        return gm_code_exit(code);
    for (size_t i = view.graph->order.len; i-- > 0;)
        gm_vec_push(handle->arena, &nodes, view.graph->order.items[i]);
    *json = json_out(handle, gm_history_json(handle->arena, &view, &nodes, NULL));
    return 0;
}

static void tell_finding(gm_arena *arena, const gm_finding *finding, gmig_finding_function *tell,
                         void *data)
{
    gmig_finding told = {.rule = gm_rule_id(finding->rule),
                         .severity = gm_severity_name(finding->severity),
                         .path = gm_str_z(arena, finding->path),
                         .line = finding->line,
                         .message = gm_str_z(arena, finding->message),
                         .fix = gm_str_z(arena, finding->fix),
                         .allowed = finding->allowed};
    tell(data, &told);
}

int gmig_check(gmig *handle, const char *at, gmig_finding_function *tell, void *data)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_checked checked = {0};
    gm_checking_options options = {
        .at = gm_str_from(at), .allow_now = gm_str_from(getenv("GMIG_ALLOW")), .all = true};
    gm_code code = begin(handle, &project);
    if (code == GM_OK)
        code = gm_checking_run(project, &options, &checked, &handle->err);
    if (code != GM_OK)
        return gm_code_exit(code);
    GM_EACH (const gm_finding, finding, &checked.findings)
        if (tell)
            tell_finding(handle->arena, finding, tell, data);
    if (gm_findings_count(&checked.findings, GM_SEVERITY_ERROR))
        return 1;
    if (!checked.unseen.len)
        return 0;
    const gm_unseen *unseen = &checked.unseen.items[0];
    gm_fail_at(&handle->err, unseen->code, unseen->where, "%.*s", GM_ARG(unseen->message));
    gm_hint(&handle->err, "%.*s", GM_ARG(unseen->hint));
    return gm_code_exit(GM_E_UNKNOWN);
}

/* ---- moving ---- */

typedef struct {
    gm_arena *arena;
    const gmig_move_options *options;
} teller;

static void tell_step(void *data, const gm_run_event *event)
{
    const teller *t = data;
    if (event->kind != GM_RUN_DONE)
        return;
    const gm_revision *revision = event->step->revision;
    gmig_step told = {.revision = gm_str_z(t->arena, revision->id),
                      .message = gm_str_z(t->arena, revision->message),
                      .up = event->step->part.direction == GM_UP,
                      .number = event->number,
                      .count = event->count};
    t->options->tell(t->options->data, &told);
}

static int move(gmig *handle, gm_direction direction, const gmig_move_options *given)
{
    static const gmig_move_options defaults = GMIG_MOVE_OPTIONS_INIT;
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    const gmig_move_options *options = given ? given : &defaults;
    gm_move_result result;
    gm_code code = begin(handle, &project);
    if (code != GM_OK)
        return gm_code_exit(code);
    if (options->size != sizeof(*options)) {
        gm_fail(&handle->err, GM_E_USAGE, "the options are of another version of libgmig");
        gm_hint(&handle->err, "Begin with GMIG_MOVE_OPTIONS_INIT, and compile anew.");
        return gm_code_exit(GM_E_USAGE);
    }
    teller t = {.arena = handle->arena, .options = options};
    gm_move_options wanted = {.direction = direction,
                              .goal = gm_str_from(options->goal),
                              .at = gm_str_from(options->at),
                              .target = gm_str_from(options->target),
                              .yes = options->yes != 0,
                              .allow_dirty = options->allow_dirty != 0,
                              .wait_ms = options->wait_ms,
                              .lock_timeout_ms = options->lock_timeout_ms,
                              .tell = options->tell ? tell_step : NULL,
                              .data = &t};
    code = gm_move(project, &wanted, &result, &handle->err);
    return code == GM_OK ? 0 : gm_code_exit(code);
}

int gmig_upgrade(gmig *handle, const gmig_move_options *options)
{
    return move(handle, GM_UP, options);
}

int gmig_downgrade(gmig *handle, const gmig_move_options *options)
{
    return move(handle, GM_DOWN, options);
}
