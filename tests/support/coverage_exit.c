/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Linked to the gmig of a coverage build, with --wrap=__gcov_exit. To merge the counters of 400
 * files into what the other runs have counted takes as long as the rest of a short run, so that
 * files of which nothing ran are left out: to add nothing changes nothing. Under
 * GMIG_TEST_NO_COVERAGE=1 all are: a sweep makes hundreds of the same runs.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker's names */
void __real___gcov_exit(void);
void __wrap___gcov_exit(void);

#if __GNUC__ == 12
/* From libgcc/libgcov.h of GCC 12, which promises none of it to others. */
typedef struct {
    unsigned count;
    int64_t *values;
} counters;

typedef struct {
    const void *key;
    unsigned ident, lineno_checksum, cfg_checksum;
    counters arcs;
} function;

typedef struct source {
    unsigned version;
    struct source *next;
    unsigned stamp, checksum;
    const char *filename;
    void (*merge[8])(int64_t *, unsigned);
    unsigned function_count;
    const function *const *functions;
} source;

extern struct {
    source *list;
} __gcov_root;

static bool has_run(const source *s)
{
    for (unsigned i = 0; i < s->function_count; i++) {
        const function *f = s->functions[i];
        for (unsigned k = 0; f && f->key == s && k < f->arcs.count; k++) {
            if (f->arcs.values[k])
                return true;
        }
    }
    return false;
}

static void leave_out_what_has_not_run(void)
{
    for (source **s = &__gcov_root.list; *s;) {
        if (has_run(*s))
            s = &(*s)->next;
        else
            *s = (*s)->next;
    }
}
#else
static void leave_out_what_has_not_run(void)
{
}
#endif

void __wrap___gcov_exit(void)
{
    if (getenv("GMIG_TEST_NO_COVERAGE"))
        return;
    leave_out_what_has_not_run();
    __real___gcov_exit();
}
/* NOLINTEND(bugprone-reserved-identifier) */
