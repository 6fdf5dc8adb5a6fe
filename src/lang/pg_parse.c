/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL's grammar, through libpg_query. Its parser checks no stack depth, so it runs on a
 * thread whose stack is known, and only the raw parser runs: splitting asks for no tree to be
 * written out, which is where recursion goes as deep as the expression.
 */
#include "lang/sql.h"

#include <pg_query.h>
#include <pthread.h>

enum {
    STACK_BYTES = 64 * 1024 * 1024,
    MAX_STATEMENT_BYTES = 4 * 1024 * 1024,
    MAX_COMMENT_RUN = 16,
    MAX_MESSAGE = 300,
};

typedef struct {
    const char *text;
    PgQuerySplitResult result;
} job;

static void *run(void *argument)
{
    job *j = argument;
    j->result = pg_query_split_with_parser(j->text);
    return NULL;
}

/* False when the system has no thread or no room for its stack. */
static bool run_on_own_stack(job *j)
{
    pthread_attr_t attributes;
    pthread_t thread;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    bool started = pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0 &&
                   pthread_create(&thread, &attributes, run, j) == 0;
    pthread_attr_destroy(&attributes);
    return started && pthread_join(thread, NULL) == 0;
}

/*
 * Does the statement have many comment openings with no more than operator characters between them?
 * PostgreSQL's lexer reads such a run anew at each of them, which takes hours for a few megabytes.
 */
static bool has_comment_run(gm_str text)
{
    size_t openings = 0;
    for (size_t i = 0; i + 1 < text.len && openings <= MAX_COMMENT_RUN; i++) {
        if (!strchr("~!@#^&|`?+-*/%<>=", text.ptr[i]))
            openings = 0;
        else if (text.ptr[i] == '/' && text.ptr[i + 1] == '*')
            openings++;
    }
    return openings > MAX_COMMENT_RUN;
}

/* The parser quotes all that follows the error when that is one token. */
static gm_str shorten(gm_arena *arena, gm_str message)
{
    if (message.len <= MAX_MESSAGE)
        return gm_str_dup(arena, message);
    size_t end = MAX_MESSAGE;
    while (end && ((unsigned char)message.ptr[end] & 0xc0) == 0x80)
        end--;
    return gm_str_printf(arena, "%.*s…", GM_ARG(gm_str_sub(message, 0, end)));
}

static bool refuse(gm_str why, gm_str *message, size_t *column)
{
    *message = why;
    *column = 1;
    return false;
}

bool gm_sql_parses(gm_arena *arena, gm_str statement, gm_str *message, size_t *column)
{
    if (statement.len > MAX_STATEMENT_BYTES)
        return refuse(GM_STR("the statement is larger than 4 MiB"), message, column);
    if (gm_str_has(statement, '\0'))
        return refuse(GM_STR("a NUL byte in the statement"), message, column);
    /* The parser takes any encoding on trust, and cuts messages at bytes that are none. */
    if (!gm_str_utf8_valid(statement))
        return refuse(GM_STR("the statement is not UTF-8"), message, column);
    if (has_comment_run(statement))
        return refuse(GM_STR("too many comments open at one place"), message, column);
    job j = {.text = gm_str_z(arena, statement)};
    if (!run_on_own_stack(&j))
        return refuse(GM_STR("there is no memory for the parser"), message, column);
    bool parses = !j.result.error && j.result.n_stmts == 1;
    if (j.result.error) {
        *message = shorten(arena, gm_str_from(j.result.error->message));
        *column = j.result.error->cursorpos > 0 ? (size_t)j.result.error->cursorpos : 1;
    } else if (!parses) {
        refuse(GM_STR("it is not one statement"), message, column);
    }
    pg_query_free_split_result(j.result);
    return parses;
}
