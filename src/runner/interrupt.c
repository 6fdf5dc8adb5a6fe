/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/interrupt.h"

#include <signal.h>
#include <unistd.h>

/* A signal handler can be reached through nothing but globals. */
static volatile sig_atomic_t seen;
static gm_db *volatile watched;

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { SIGNALS = sizeof signals / sizeof *signals };

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
    watched = db;
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &action, NULL);
    /* A reader that went away or a file-size limit must fail one write, not kill us in a commit. */
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
}

void gm_interrupt_release(void)
{
    watched = NULL;
}

bool gm_interrupt_seen(void)
{
    return seen > 0;
}
