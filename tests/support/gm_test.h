/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_TEST_H
#define GM_TEST_H

/* cmocka wants these four before it, in this order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/err.h"

#define assert_str(actual, expected)                                                               \
    do {                                                                                           \
        gm_arena *test_arena = gm_arena_new();                                                     \
        assert_string_equal(gm_str_z(test_arena, (actual)), (expected));                           \
        gm_arena_free(test_arena);                                                                 \
    } while (0)

/* Fails with the error's own words. */
#define assert_ok(call, err)                                                                       \
    do {                                                                                           \
        if ((call) != GM_OK)                                                                       \
            fail_msg("%.*s: %.*s", GM_ARG((err)->where), GM_ARG((err)->text));                     \
    } while (0)

/*
 * valgrind makes posix_spawn's vfork a fork, so that the errno of a program that is not there does
 * not come back. tests/CMakeLists.txt sets the variable.
 */
static inline void needs_posix_spawn(void)
{
    if (getenv("GMIG_TEST_VALGRIND"))
        skip();
}

/* For a test that does the same some hundred thousand times, in which valgrind sees nothing new. */
static inline void needs_speed(void)
{
    if (getenv("GMIG_TEST_VALGRIND"))
        skip();
}

#endif
