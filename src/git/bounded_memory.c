/* SPDX-License-Identifier: Apache-2.0 */
#include "git/bounded_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <git2.h>
#include <git2/sys/alloc.h>

/* Written once, before there are threads. */
static bool owned;

static _Thread_local struct {
    size_t max;
    bool refused;
} bound = {SIZE_MAX, false};

bool gm_memory_bound(size_t max)
{
    bound.max = max;
    bound.refused = false;
    return owned;
}

bool gm_memory_refused(void)
{
    return bound.refused;
}

static void *resize(void *old, size_t size)
{
    bool fits = size <= bound.max;
    void *made = fits ? realloc(old, size ? size : 1) : NULL;
    bound.refused = bound.refused || !fits;
    if (!made)
        git_error_set_oom();
    return made;
}

static void *bounded_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return resize(NULL, size);
}

static void *bounded_realloc(void *old, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return resize(old, size);
}

static void bounded_free(void *old)
{
    free(old);
}

#if LIBGIT2_VER_MAJOR == 1 && LIBGIT2_VER_MINOR < 7
static void *resize_array(void *old, size_t count, size_t each)
{
    size_t size;
    return resize(old, __builtin_mul_overflow(count, each, &size) ? SIZE_MAX : size);
}

static void *bounded_calloc(size_t count, size_t each, const char *file, int line)
{
    size_t size;
    (void)file;
    (void)line;
    /* calloc knows which memory is fresh, and need not be cleared. */
    if (__builtin_mul_overflow(count, each, &size) || size > bound.max || !size)
        return resize(NULL, size);
    void *made = calloc(count, each);
    if (!made)
        git_error_set_oom();
    return made;
}

static void *bounded_mallocarray(size_t count, size_t each, const char *file, int line)
{
    (void)file;
    (void)line;
    return resize_array(NULL, count, each);
}

static void *bounded_reallocarray(void *old, size_t count, size_t each, const char *file, int line)
{
    (void)file;
    (void)line;
    return resize_array(old, count, each);
}

static char *copy(const char *text, size_t len)
{
    char *made = len < SIZE_MAX ? resize(NULL, len + 1) : NULL;
    if (!made)
        return NULL;
    memcpy(made, text, len);
    made[len] = '\0';
    return made;
}

static char *bounded_strdup(const char *text, const char *file, int line)
{
    (void)file;
    (void)line;
    return copy(text, strlen(text));
}

static char *bounded_strndup(const char *text, size_t max, const char *file, int line)
{
    (void)file;
    (void)line;
    return copy(text, strnlen(text, max));
}

static char *bounded_substrdup(const char *text, size_t len, const char *file, int line)
{
    (void)file;
    (void)line;
    return copy(text, len);
}

static const git_allocator allocator = {
    .gmalloc = bounded_malloc,
    .gcalloc = bounded_calloc,
    .gstrdup = bounded_strdup,
    .gstrndup = bounded_strndup,
    .gsubstrdup = bounded_substrdup,
    .grealloc = bounded_realloc,
    .greallocarray = bounded_reallocarray,
    .gmallocarray = bounded_mallocarray,
    .gfree = bounded_free,
};
#else
static const git_allocator allocator = {
    .gmalloc = bounded_malloc,
    .grealloc = bounded_realloc,
    .gfree = bounded_free,
};
#endif

void gm_memory_own(void)
{
    git_allocator ours = allocator; /* libgit2 copies it */
    owned = git_libgit2_opts(GIT_OPT_SET_ALLOCATOR, &ours) == 0;
}
