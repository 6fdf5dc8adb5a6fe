/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/keeping.h"
#include "base/clock.h"
#include "cmd/output.h"

static const gm_option options[] = {
    {"for", 0, GM_OPTION_VALUE, "TIME", "with start: end it after this time (default: 12h)"},
    GM_OPTION_END,
};

static gm_str span(gm_arena *arena, int64_t seconds)
{
    enum { MINUTE = 60, HOUR = 3600 };
    if (seconds < MINUTE)
        return gm_str_printf(arena, "%lld s", (long long)seconds);
    if (seconds < HOUR)
        return gm_str_printf(arena, "%lld min", (long long)(seconds / MINUTE));
    return gm_str_printf(arena, "%lld h %lld min", (long long)(seconds / HOUR),
                         (long long)(seconds % HOUR / MINUTE));
}

static int64_t age(const gm_kept *kept)
{
    int64_t seconds = gm_clock_now() - kept->started;
    return seconds > 0 ? seconds : 0;
}

static void print_json(gm_invocation *invocation, const gm_kept *kept)
{
    gm_arena *arena = invocation->arena;
    gm_json *document = gm_json_object();
    gm_json_set_bool(document, "running", kept->running);
    if (kept->running) {
        gm_json_set_str(document, "folder", kept->folder);
        gm_json_set_str(document, "version", kept->version);
        gm_json_set_str(document, "started", gm_time_iso(arena, kept->started));
        gm_json_set_str(document, "ends", gm_time_iso(arena, kept->ends));
        gm_json_set_int(document, "seconds", age(kept));
    }
    gm_out_json(invocation, document);
}

static void print_status(gm_invocation *invocation, const gm_kept *kept)
{
    if (invocation->json)
        print_json(invocation, kept);
    else if (kept->running)
        gm_out("PostgreSQL %.*s runs since %.*s in %.*s, until %.*s\n",
               GM_ARG(gm_visible(invocation, kept->version)),
               GM_ARG(span(invocation->arena, age(kept))),
               GM_ARG(gm_visible(invocation, kept->folder)),
               GM_ARG(gm_time_iso(invocation->arena, kept->ends)));
    else
        gm_out("no scratch server is kept\n");
}

static gm_code read_lifetime(const gm_invocation *invocation, int64_t *ms, gm_err *err)
{
    const int64_t hour = INT64_C(3600000);
    gm_str text = gm_value_of(invocation, "for");
    *ms = 12 * hour;
    if (!gm_given(invocation, "for") ||
        (gm_duration_parse(text, ms) && *ms > 0 && *ms <= INT64_C(168) * hour))
        return GM_OK;
    gm_fail_at(err, GM_E_USAGE, GM_STR("--for"), "'%.*s' is no time that a server is kept",
               GM_ARG(gm_visible(invocation, text)));
    return gm_hint(err, "Write 30min or 12h; a week (168h) is the most.");
}

static gm_code start(gm_invocation *invocation, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_kept kept;
    int64_t lifetime = 0;
    bool made = false;
    GM_TRY(read_lifetime(invocation, &lifetime, err));
    GM_TRY(gm_invocation_project(invocation, &project, err));
    GM_TRY(gm_keeping_start(project, lifetime, &kept, &made, err));
    if (!made)
        gm_say(invocation, "it runs already");
    print_status(invocation, &kept);
    return GM_OK;
}

static gm_code stop(gm_invocation *invocation, gm_err *err)
{
    gm_kept none = {0};
    bool was_running = false;
    GM_TRY(gm_keeping_stop(invocation->arena, &was_running, err));
    if (was_running)
        gm_say(invocation, "the scratch server has ended");
    if (invocation->json || !was_running)
        print_status(invocation, &none);
    return GM_OK;
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_str verb = invocation->operands.items[0];
    (void)status;
    if (gm_str_is(verb, "start"))
        return start(invocation, err);
    if (gm_given(invocation, "for")) {
        gm_fail_at(err, GM_E_USAGE, GM_STR("--for"), "only start takes a time");
        return gm_hint(err, "Leave it out.");
    }
    if (gm_str_is(verb, "stop"))
        return stop(invocation, err);
    if (gm_str_is(verb, "status")) {
        gm_kept kept = gm_keeping_status(invocation->arena);
        print_status(invocation, &kept);
        return GM_OK;
    }
    gm_fail_at(err, GM_E_USAGE, verb, "scratch can do start, stop and status");
    return gm_hint(err, "See gmig scratch --help.");
}

const gm_command gm_cmd_scratch = {
    .name = "scratch",
    .synopsis = "start|stop|status",
    .summary = "Keep a private PostgreSQL server for throw-away databases",
    .details =
        "migrate, diff and check --replay need throw-away databases. On PostgreSQL each command "
        "starts a server for them and removes it at its end; `start` keeps one running for all "
        "that follow, which saves its start each time. `stop` removes everything.\n\n"
        "Where scratch.postgres in gmig.yml names a server, that one is used.",
    .options = options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
