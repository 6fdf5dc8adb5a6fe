/* SPDX-License-Identifier: Apache-2.0 */
#include "db/postgres/libpq.h"

#include <dlfcn.h>
#include <pthread.h>

/*
 * Written once, under pthread_once, and then only read: the library stays loaded, since OpenSSL,
 * which it brings along, cannot be unloaded safely.
 */
static struct {
    pthread_once_t once;
    gm_libpq functions;
    const char *missing; /* what could not be found */
} library = {.once = PTHREAD_ONCE_INIT};

static void load(void)
{
    static const char *const names[] = {
#define X(name) #name,
        GM_LIBPQ_FUNCTIONS(X)
#undef X
    };
    /* RTLD_LOCAL: libpq's names must not meet those of libpg_query, which stem from the same
     * sources. */
    void *handle = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        library.missing = "libpq.so.5";
        return;
    }
    unsigned char *slots = (unsigned char *)&library.functions;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        void *function = dlsym(handle, names[i]);
        if (!function) {
            library.missing = names[i];
            return;
        }
        /* The struct has one pointer for each name of the same list, in its order. */
        memcpy(slots + i * sizeof(function), &function, sizeof(function));
    }
}

gm_code gm_libpq_load(const gm_libpq **pq, gm_err *err)
{
    pthread_once(&library.once, load);
    if (!library.missing) {
        *pq = &library.functions;
        return GM_OK;
    }
    if (gm_str_starts(gm_str_from(library.missing), GM_STR("lib")))
        gm_fail(err, GM_E_CONNECT, "PostgreSQL's client library is not installed (%s)",
                library.missing);
    else
        gm_fail(err, GM_E_CONNECT, "PostgreSQL's client library is too old: it has no %s",
                library.missing);
    return gm_hint(err, "Install it: apt-get install libpq5");
}
