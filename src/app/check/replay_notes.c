/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/replay_notes.h"

#include "base/buf.h"
#include "base/digest.h"

/* A message is one line of its note. */
static void add_line(gm_buf *buf, gm_str text)
{
    for (size_t i = 0; i < text.len; i++)
        gm_buf_char(buf, text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
    gm_buf_char(buf, '\n');
}

/* ---- failures: "PLACE up|down|back LINE MESSAGE" ---- */

static gm_str failures_subject(gm_arena *arena, gm_str state)
{
    return gm_str_printf(arena, "failures %.*s", GM_ARG(state));
}

static size_t place_of(const gm_graph *graph, const gm_revision *revision)
{
    size_t place = 0;
    while (graph->order.items[place]->revision != revision)
        place++;
    return place;
}

static const char *way_of(const gm_replay_failure *failure)
{
    if (failure->direction == GM_UP)
        return "up";
    return failure->ran ? "back" : "down";
}

void gm_replay_notes_keep_failures(gm_scratch *scratch, gm_str state, const gm_graph *graph,
                                   const gm_check_replay *made)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (const gm_replay_failure, failure, &made->failures) {
        gm_buf_printf(&buf, "%zu %s %zu ", place_of(graph, failure->revision), way_of(failure),
                      failure->line);
        add_line(&buf, failure->message);
    }
    gm_scratch_keep_note(scratch, failures_subject(arena, state), gm_buf_str(&buf));
}

static gm_str next_word(gm_str *line)
{
    size_t blank = gm_str_find(*line, ' ', 0);
    gm_str word = gm_str_sub(*line, 0, blank);
    *line = gm_str_sub(*line, blank + 1, line->len);
    return word;
}

static bool read_failure(const gm_graph *graph, gm_str line, gm_replay_failure *failure)
{
    uint64_t place;
    uint64_t number;
    if (!gm_str_u64(next_word(&line), &place) || place >= graph->order.len)
        return false;
    gm_str way = next_word(&line);
    if (!gm_str_u64(next_word(&line), &number))
        return false;
    const gm_revision *revision = graph->order.items[place]->revision;
    *failure = (gm_replay_failure){.revision = revision,
                                   .direction = gm_str_is(way, "up") ? GM_UP : GM_DOWN,
                                   .path = revision->path,
                                   .line = (size_t)number,
                                   .ran = gm_str_is(way, "back"),
                                   .message = line};
    return true;
}

bool gm_replay_notes_failures(gm_scratch *scratch, gm_str state, const gm_graph *graph,
                              gm_check_replay *made)
{
    gm_arena *arena = graph->arena;
    gm_str note;
    gm_str line;
    if (!gm_scratch_recall_note(scratch, failures_subject(arena, state), &note))
        return false;
    made->failures.len = 0;
    while (gm_str_line(&note, &line)) {
        gm_replay_failure failure;
        if (!read_failure(graph, line, &failure))
            return false;
        gm_vec_push(arena, &made->failures, failure);
    }
    return true;
}

/* ---- drift: a line for each thing that differs ---- */

static gm_str drift_subject(gm_arena *arena, gm_str state, const gm_models *models)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (const gm_model_statement, statement, &models->statements) {
        gm_buf_add(&buf, statement->sql);
        gm_buf_char(&buf, '\0');
    }
    return gm_str_printf(arena, "drift %.*s %.*s", GM_ARG(state),
                         GM_ARG(gm_sha256_hex(arena, gm_buf_str(&buf))));
}

void gm_replay_notes_keep_drift(gm_scratch *scratch, gm_str state, const gm_models *models,
                                const gm_check_replay *made)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (const gm_str, line, &made->drift)
        add_line(&buf, *line);
    gm_scratch_keep_note(scratch, drift_subject(arena, state, models), gm_buf_str(&buf));
}

bool gm_replay_notes_drift(gm_arena *arena, gm_scratch *scratch, gm_str state,
                           const gm_models *models, gm_check_replay *made)
{
    gm_str note;
    gm_str line;
    if (!gm_scratch_recall_note(scratch, drift_subject(arena, state, models), &note))
        return false;
    while (gm_str_line(&note, &line))
        gm_vec_push(arena, &made->drift, line);
    return true;
}
