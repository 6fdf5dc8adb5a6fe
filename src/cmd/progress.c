/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/progress.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { REDRAW_MS = 200, SHOWN_MAX = 512 };

struct gm_progress {
    gm_invocation *invocation;
    bool live;
    pthread_t ticker;
    bool ticking;

    pthread_mutex_t mutex; /* guards what follows */
    bool stop;
    bool drawn;
    int64_t start;
    size_t number;
    size_t count;
    char shown[SHOWN_MAX]; /* the revision and its statement */
};

/* ---- the live line ---- */

static void erase(gm_progress *p)
{
    if (p->drawn)
        fputs("\r\033[K", stderr);
    p->drawn = false;
}

static void draw(gm_progress *p)
{
    size_t width = gm_term_width(stderr);
    char head[64];
    if (p->count == 0)
        return;
    snprintf(head, sizeof head, "[%zu/%zu] %llds ", p->number, p->count,
             (long long)((gm_clock_ms() - p->start) / 1000));
    size_t used = strlen(head);
    size_t room = width > used + 1 ? width - used - 1 : 0;
    fprintf(stderr, "\r\033[K%s%.*s", head, (int)room, p->shown);
    fflush(stderr);
    p->drawn = true;
}

static void *tick(void *data)
{
    gm_progress *p = data;
    struct timespec pause = {.tv_nsec = REDRAW_MS * 1000000L};
    for (;;) {
        nanosleep(&pause, NULL);
        pthread_mutex_lock(&p->mutex);
        bool stop = p->stop;
        if (!stop)
            draw(p);
        pthread_mutex_unlock(&p->mutex);
        if (stop)
            return NULL;
    }
}

/* Signals are for the thread that waits for the database. */
static void start_ticker(gm_progress *p)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    p->ticking = pthread_create(&p->ticker, NULL, tick, p) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

gm_progress *gm_progress_new(gm_invocation *invocation)
{
    gm_progress *p = gm_new(invocation->arena, gm_progress);
    p->invocation = invocation;
    p->live = !invocation->quiet && isatty(STDERR_FILENO);
    p->start = gm_clock_ms();
    pthread_mutex_init(&p->mutex, NULL);
    return p;
}

void gm_progress_end(gm_progress *p)
{
    pthread_mutex_lock(&p->mutex);
    p->stop = true;
    erase(p);
    pthread_mutex_unlock(&p->mutex);
    if (p->ticking)
        pthread_join(p->ticker, NULL);
    p->ticking = false;
}

/* What is being done now, on one line. */
static void show(gm_progress *p, const gm_run_event *event)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str text = gm_str_sub(event->text, 0, SHOWN_MAX / 2);
    gm_str line = gm_str_printf(
        scratch, "%s %.*s %.*s", event->step->part.direction == GM_UP ? "applying" : "reverting",
        GM_ARG(event->step->revision->id), GM_ARG(gm_term_visible(scratch, text, false)));
    p->start = event->kind == GM_RUN_BEGIN ? gm_clock_ms() : p->start;
    p->number = event->number;
    p->count = event->count;
    snprintf(p->shown, sizeof p->shown, "%.*s", GM_ARG(line));
}

/* ---- lines that stay ---- */

static void print_done(gm_progress *p, const gm_run_event *event)
{
    gm_invocation *invocation = p->invocation;
    const gm_revision *revision = event->step->revision;
    const gm_paint *paint = gm_paint_out(invocation);
    const char *verb = event->step->part.direction == GM_UP ? "applied" : "reverted";
    gm_str message = gm_visible(invocation, revision->message);
    if (invocation->json) {
        gm_say(invocation, "%s %.*s%s%.*s", verb, GM_ARG(revision->id), message.len ? " " : "",
               GM_ARG(message));
        return;
    }
    if (invocation->quiet)
        return;
    gm_out("%s %s%.*s%s%s%.*s%s (%lld ms)%s\n", verb, paint->id, GM_ARG(revision->id), paint->reset,
           message.len ? " " : "", GM_ARG(message), paint->dim, (long long)event->duration_ms,
           paint->reset);
    fflush(stdout);
}

void gm_progress_tell(void *data, const gm_run_event *event)
{
    gm_progress *p = data;
    pthread_mutex_lock(&p->mutex);
    erase(p);
    if (event->kind == GM_RUN_NOTE)
        gm_say(p->invocation, "%.*s", GM_ARG(gm_visible(p->invocation, event->text)));
    else if (event->kind == GM_RUN_DONE)
        print_done(p, event);
    else if (p->live)
        show(p, event);
    pthread_mutex_unlock(&p->mutex);
    if (p->live && !p->ticking && event->kind == GM_RUN_BEGIN)
        start_ticker(p);
}

void gm_progress_announce(void *data, const gm_target *target)
{
    gm_progress *p = data;
    gm_str shown = gm_visible(p->invocation, target->url.shown);
    gm_str name = gm_visible(p->invocation, target->name);
    if (gm_str_eq(shown, name))
        gm_say(p->invocation, "database %.*s", GM_ARG(shown));
    else
        gm_say(p->invocation, "database %.*s: %.*s", GM_ARG(name), GM_ARG(shown));
}

void gm_progress_waiting(void *data, gm_str holder)
{
    gm_progress *p = data;
    gm_say(p->invocation, "waiting for the lock%s%.*s", holder.len ? ", held by " : "",
           GM_ARG(gm_visible(p->invocation, holder)));
}

bool gm_progress_confirm(void *data, gm_str question)
{
    gm_progress *p = data;
    return gm_can_ask(p->invocation) &&
           gm_confirm("%.*s; go on?", GM_ARG(gm_visible(p->invocation, question)));
}
