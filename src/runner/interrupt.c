/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/interrupt.h"

#include <signal.h>
#include <unistd.h>

/* A signal handler can be reached through nothing but globals. */
static volatile sig_atomic_t seen;
static gm_db *volatile watched;

/* A reader that went away or a file-size limit must fail one write, not kill us in a commit. */
static const struct {
    int number;
    bool ignored;
} signals[] = {
    {SIGINT, false}, {SIGTERM, false}, {SIGHUP, false}, {SIGPIPE, true}, {SIGXFSZ, true},
};
enum { SIGNALS = sizeof signals / sizeof *signals };

/* Whose they were: a program that uses the library has its own ways. */
static struct sigaction before[SIGNALS];

static void handle(int number)
{
    (void)number;
    if (seen++ > 0)
        _exit(130);
    gm_db *db = watched;
    if (db != NULL)
        gm_db_interrupt(db);
}

void gm_interrupt_watch(gm_db *db)
{
    seen = 0;
    watched = db;
    for (size_t i = 0; i < SIGNALS; i++) {
        struct sigaction action = {.sa_flags = SA_RESTART};
        action.sa_handler = signals[i].ignored ? SIG_IGN : handle;
        sigemptyset(&action.sa_mask);
        sigaction(signals[i].number, &action, &before[i]);
        /* nohup and a shell's background jobs have them ignored, and they stay so. */
        if (before[i].sa_handler == SIG_IGN)
            sigaction(signals[i].number, &before[i], NULL);
    }
}

void gm_interrupt_release(void)
{
    if (watched == NULL)
        return;
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i].number, &before[i], NULL);
    watched = NULL;
    seen = 0;
}

bool gm_interrupt_seen(void)
{
    return seen > 0;
}

gm_code gm_interrupt_fail(gm_err *err)
{
    gm_fail(err, GM_E_INTERRUPTED, "interrupted");
    return gm_hint(err, "Nothing was changed.");
}
