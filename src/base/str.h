/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_STR_H
#define GM_BASE_STR_H

/*
 * Str: a view of bytes, pointer and length. The zero value is the empty string.
 *
 * A view owns nothing. Functions that take an arena make new bytes there and put a NUL behind them,
 * so that
 * `.ptr` of such a string can be handed to a C library; a view cut out of another has no such NUL
 * (gm_str_z). Bytes are whatever the file held: nothing here assumes UTF-8 or the absence of NUL.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"

typedef struct {
    const char *ptr;
    size_t len;
} gm_str;

typedef GM_VEC(gm_str) gm_strs;

#define GM_STR(literal) ((gm_str){(literal), sizeof(literal) - 1})
#define GM_STR_INIT(literal)                                                                       \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

/* For printf: `"%.*s", GM_ARG(s)`. Lengths are cut at INT_MAX. */
#define GM_ARG(s) (int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len), ((s).ptr ? (s).ptr : "")

/* NULL gives the empty string. */
gm_str gm_str_from(const char *z);
gm_str gm_str_of(const void *ptr, size_t len);

bool gm_str_eq(gm_str a, gm_str b);
bool gm_str_is(gm_str a, const char *z);
bool gm_str_eq_nocase(gm_str a, gm_str b); /* ASCII letters only */

/* Byte order, as memcmp; a prefix comes first. */
int gm_str_cmp(gm_str a, gm_str b);
int gm_str_cmp_q(const void *a, const void *b); /* the same for qsort over gm_str */

bool gm_str_starts(gm_str s, gm_str prefix);
bool gm_str_ends(gm_str s, gm_str suffix);
bool gm_str_has(gm_str s, char c);

/* Index of the first `c` at or after `from`; s.len when there is none. */
size_t gm_str_find(gm_str s, char c, size_t from);
size_t gm_str_rfind(gm_str s, char c);
/* Index of the first occurrence of `needle`; s.len when there is none. */
size_t gm_str_search(gm_str s, gm_str needle);

/* The part from `from` up to but without `to`; both are cut to the length. */
gm_str gm_str_sub(gm_str s, size_t from, size_t to);
gm_str gm_str_trim(gm_str s); /* blanks, tabs, CR, LF at both ends */

/*
 * Takes the next line off `rest`: without its LF and without a CR before it. False when nothing is
 * left. The last line need not end in LF.
 */
bool gm_str_line(gm_str *rest, gm_str *line);

gm_str gm_str_dup(gm_arena *arena, gm_str s);
const char *gm_str_z(gm_arena *arena, gm_str s); /* a NUL-terminated copy */
gm_str gm_str_join(gm_arena *arena, const gm_strs *parts, gm_str between);
gm_str gm_str_lower(gm_arena *arena, gm_str s); /* ASCII letters only */

gm_str gm_str_printf(gm_arena *arena, const char *format, ...) GM_PRINTF(2, 3);
gm_str gm_str_vprintf(gm_arena *arena, const char *format, va_list args) GM_PRINTF(2, 0);

/* As one word for a POSIX shell: quoted where that is needed. */
gm_str gm_str_shell(gm_arena *arena, gm_str s);

/* Decimal digits only, no sign, no blanks; false when it does not fit. */
bool gm_str_u64(gm_str s, uint64_t *value);

bool gm_str_utf8_valid(gm_str s);

/* A view of the list as strings in one line: "a, b, c". */
gm_str gm_strs_list(gm_arena *arena, const gm_strs *list);
/* The same, but of more than `max` only that many: "a, b and 7 more". */
gm_str gm_strs_some(gm_arena *arena, const gm_strs *list, size_t max);
bool gm_strs_have(const gm_strs *list, gm_str s);
bool gm_strs_same(const gm_strs *a, const gm_strs *b); /* in any order; neither has one twice */
void gm_strs_sort(gm_strs *list);

#endif
