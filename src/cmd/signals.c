/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static void end(int number)
{
    (void)number;
    _exit(130);
}

void gm_signals_for_change(void)
{
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        struct sigaction now;
        /* nohup and a shell's background jobs have them ignored, and they stay so. */
        if (sigaction(ending[i], NULL, &now) == 0 && now.sa_handler == SIG_IGN)
            continue;
        action.sa_handler = end;
        sigaction(ending[i], &action, NULL);
    }
}
