/* SPDX-License-Identifier: Apache-2.0 */

/*
 * For LD_PRELOAD: memory runs out. GMIG_FAIL_AT=N makes the N-th allocation of the process fail,
 * and GMIG_FAIL_AT=N+ all from there on. glibc only.
 */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#define EXPORT __attribute__((visibility("default")))

/* glibc's own names. NOLINTBEGIN(bugprone-reserved-identifier) */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
/* NOLINTEND(bugprone-reserved-identifier) */

static long until = -1; /* -1: not read yet; 0: never */
static bool for_good;
static long calls;

static bool fails(void)
{
    if (until < 0) {
        char *end = NULL;
        const char *text = getenv("GMIG_FAIL_AT");
        until = text ? strtol(text, &end, 10) : 0;
        for_good = text && *end == '+';
    }
    calls++;
    if (until == 0 || calls < until || (calls > until && !for_good))
        return false;
    errno = ENOMEM;
    return true;
}

EXPORT void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

EXPORT void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

EXPORT void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}
