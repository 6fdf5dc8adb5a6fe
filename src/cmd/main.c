/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gmig: reads the command line, runs one command, prints its error, ends with the exit status of
 * docs/exit-codes.md. The locale is never set, so that output is the same on every machine.
 */
#include "cmd/output.h"
#include "cmd/secrets.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/*
 * Were standard output closed, the next file to be opened would get its number: a database, into
 * which messages then go. What stands in for it cannot be written to, so that lost output is seen.
 */
static void keep_standard_files(void)
{
    int fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = open("/dev/null", O_RDONLY);
    if (fd >= 0)
        close(fd);
}

/* A mistake on the command line is answered as JSON too when the line asks for JSON anywhere. */
static bool wants_json(int count, char **words)
{
    for (int i = 0; i < count && strcmp(words[i], "--") != 0; i++)
        if (strcmp(words[i], "--json") == 0)
            return true;
    return false;
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    const gm_command *command = invocation->command;
    if (invocation->version)
        return gm_command_find(GM_STR("version"))->run(invocation, status, err);
    if (invocation->help) {
        if (command)
            gm_help_command(command);
        else
            gm_help_overview();
        return GM_OK;
    }
    if (command)
        return command->run(invocation, status, err);
    if (invocation->json) {
        gm_fail(err, GM_E_USAGE, "no command is given");
        return gm_hint(err, "`gmig help` lists all commands.");
    }
    gm_help_overview();
    *status = gm_code_exit(GM_E_USAGE);
    return GM_OK;
}

int main(int argc, char **argv)
{
    keep_standard_files();
    gm_project_own_process();
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_invocation invocation;
    int status = 0;
    int count = argc > 0 ? argc - 1 : 0;

    char **words = gm_take_words(arena, count, argv + 1);
    gm_code code = gm_options_parse(arena, count, words, &invocation, &err);
    bool json = invocation.json || wants_json(count, words);
    if (code == GM_OK)
        code = run(&invocation, &status, &err);
    if (code == GM_E_UNKNOWN_REVISION && err.unknown.len)
        gm_invocation_explain(&invocation, &err);
    if (code != GM_OK) {
        gm_print_error(&err, json, invocation.colour);
        status = gm_code_exit(code);
    }

    /* Output that did not arrive is no success; but an error that came before says more, and is
     * said again where it was part of that output. */
    gm_err lost = gm_err_new(arena);
    if (gm_out_finish(&lost) != GM_OK) {
        if (json && err.code != GM_OK)
            gm_print_error(&err, false, invocation.colour);
        gm_print_error(&lost, false, invocation.colour);
        if (status == 0)
            status = gm_code_exit(lost.code);
    }
    return status;
}
